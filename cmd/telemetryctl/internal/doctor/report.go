package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Result is what came of a check.
type Result string

// The results.
const (
	OK      Result = "ok"
	Warning Result = "warning" // works, but perhaps not as meant
	Failure Result = "failure" // why nothing, or not everything, arrives
	Skipped Result = "skipped" // could not be checked
)

// Check is one thing that was looked at.
type Check struct {
	// Name in one or two words.
	Name   string `json:"name"`
	Result Result `json:"result"`
	// Detail is what was found; of a skipped check why it could not be made.
	Detail string `json:"detail"`
	// Remedy is what to do about it. Empty where there is nothing to do.
	Remedy string `json:"remedy,omitempty"`
}

// Setting is one resolved value of the configuration.
type Setting struct {
	Name string `json:"name"`
	// Value in text; masked where it is a secret.
	Value string `json:"value"`
	// Source is the variable that the value comes from, or "default".
	Source string `json:"source"`
}

// Report is what [Run] found. The zero value is empty. It holds no secrets.
type Report struct {
	Settings []Setting `json:"settings"`
	// Checks in the order in which a span meets them.
	Checks []Check `json:"checks"`
}

// Count returns how many checks have that result.
func (r Report) Count(result Result) int {
	n := 0
	for _, c := range r.Checks {
		if c.Result == result {
			n++
		}
	}
	return n
}

// Healthy reports whether no check failed. Skipped ones do not count.
func (r Report) Healthy() bool { return r.Count(Failure) == 0 }

// Verdict is the report in one sentence.
func (r Report) Verdict() string {
	var parts []string
	part := func(n int, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	if r.Healthy() {
		parts = append(parts, "no problem found")
	}
	part(r.Count(Failure), "problem", "problems")
	part(r.Count(Warning), "warning", "warnings")
	part(r.Count(Skipped), "check not made", "checks not made")
	return strings.Join(parts, ", ")
}

// WriteJSON writes the report with its verdict, indented.
func (r Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Healthy bool   `json:"healthy"`
		Verdict string `json:"verdict"`
		Report
	}{r.Healthy(), r.Verdict(), r})
}

// WriteText writes the report for people. paint colours a word by the result of
// its check; nil leaves all as it is.
func (r Report) WriteText(w io.Writer, paint func(Result, string) string) error {
	if paint == nil {
		paint = func(_ Result, s string) string { return s }
	}
	var b strings.Builder
	b.WriteString("What the environment says\n\n")
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range r.Settings {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", s.Name, s.Value, s.Source)
	}
	_ = table.Flush() // a strings.Builder does not fail
	b.WriteString("\nOptions in the service's code are not known here; fmt.Print(tel.Config()) in the service shows them too.\n\nWhat was found\n\n")
	width := 0
	for _, c := range r.Checks {
		width = max(width, len(c.Name))
	}
	results := []Result{OK, Warning, Failure, Skipped}
	longest := len(slices.MaxFunc(results, func(a, b Result) int { return len(a) - len(b) }))
	for _, c := range r.Checks {
		word := fmt.Sprintf("%-*s", longest, c.Result)
		fmt.Fprintf(&b, "  %s  %-*s  %s\n", paint(c.Result, word), width, c.Name, c.Detail)
		if c.Remedy != "" {
			fmt.Fprintf(&b, "  %*s  → %s\n", longest+2+width, "", c.Remedy)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", capital(r.Verdict()))
	_, err := io.WriteString(w, b.String())
	return err
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }
