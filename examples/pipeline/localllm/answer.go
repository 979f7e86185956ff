package localllm

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// prompt is what a request asks, in whatever format it came.
type prompt struct {
	system string
	user   []string // the user's messages, oldest first
	tool   string   // the tool that the model has to call; empty: none
}

// wants reports whether the prompt holds a directive.
func (p prompt) wants(directive string) bool {
	return slices.ContainsFunc(p.user, func(text string) bool {
		return strings.Contains(text, "["+directive+"]")
	})
}

// answer is what the model says, before a format shapes it.
type answer struct {
	text  string
	usage usage
}

// usage counts tokens. Input includes cached and cache-written tokens, output
// includes reasoning.
type usage struct {
	input, cached, cacheWritten int
	output, reasoning           int
}

// reply thinks of an answer.
func (p prompt) reply() answer {
	var text string
	if p.tool != "" {
		text = p.intermediate()
	} else {
		text = p.code()
	}
	words := len(p.system)
	for _, m := range p.user {
		words += len(m)
	}
	u := usage{input: 1400 + tokens(words), output: tokens(len(text))}
	if p.wants("expensive") {
		u.input, u.output = u.input+180_000, u.output+24_000
	}
	return answer{text: text, usage: u}
}

// tokens is the rule of thumb of four bytes to a token.
func tokens(bytes int) int { return (bytes + 3) / 4 }

var (
	hole       = regexp.MustCompile(`\{(\w+)\}`)
	constraint = regexp.MustCompile(`[^.]*\bmust\b[^.]*`)
)

// intermediate answers with an intermediate representation of the prompt: its
// {holes}, and its sentences with "must" as constraints.
func (p prompt) intermediate() string {
	text := p.user[len(p.user)-1]
	ir := struct {
		Summary      string   `json:"summary"`
		Holes        []string `json:"holes"`
		Constraints  []string `json:"constraints"`
		Completeness float64  `json:"completeness"`
		Quality      float64  `json:"quality"`
		Confidence   float64  `json:"confidence"`
	}{Summary: text, Holes: []string{}, Constraints: []string{}}
	for _, m := range hole.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(ir.Holes, m[1]) {
			ir.Holes = append(ir.Holes, m[1])
		}
	}
	for _, m := range constraint.FindAllString(text, -1) {
		ir.Constraints = append(ir.Constraints, strings.TrimSpace(m))
	}
	// More constraints make a better specification, more holes a vaguer one.
	certain := float64(1 + len(ir.Constraints))
	open := float64(len(ir.Holes))
	ir.Completeness = rounded(1 - open/(open+4*certain))
	ir.Quality = rounded(1 - 0.3/certain)
	ir.Confidence = rounded(0.9 - 0.02*open)
	return encode(ir)
}

//go:embed answers
var answers embed.FS

// code answers with a program and the model's own judgement of it.
func (p prompt) code() string {
	language := "go"
	for _, known := range []string{"python", "typescript", "rust", "sql"} {
		if strings.Contains(p.system, known) {
			language = known
		}
	}
	source, err := answers.ReadFile("answers/" + language + ".txt")
	if err != nil { // the list above names a file that is not there
		source = fmt.Appendf(nil, "no answer: %v", err)
	}
	text := string(source)
	repairing := len(p.user) > 1
	if p.wants("broken") || p.wants("flawed") && !repairing {
		text = flaw(language, text)
	}
	return encode(struct {
		Code       string  `json:"code"`
		Quality    float64 `json:"quality"`
		Robustness float64 `json:"robustness"`
	}{text, 0.92, 0.85})
}

// flaw makes a mistake of the kind that models make: a name that does not
// exist, a misspelt keyword, a bracket too few.
func flaw(language, text string) string {
	switch language {
	case "go":
		return strings.Replace(text, "return totals", "return total", 1)
	case "sql":
		return strings.Replace(text, "GROUP BY", "GRUOP BY", 1)
	}
	if i := strings.LastIndexAny(text, ")]}"); i >= 0 {
		return text[:i] + text[i+1:]
	}
	return text
}

func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // only numbers that are not finite, and there are none
		return err.Error()
	}
	return string(b)
}
