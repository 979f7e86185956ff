package honeycomb

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// hcl writes Terraform's language in the layout of terraform fmt: two spaces a
// level, and the equals signs of neighbouring lines in one column. The zero
// value is an empty body.
type hcl struct {
	lines []hclLine
}

// hclLine is an attribute of one line, or anything else as text.
type hclLine struct {
	name, value string // of an attribute
	text        []string
}

// hclRaw is an expression that is written as it is: a reference or a call.
type hclRaw string

// set adds an attribute. Values are string, int, float64, bool, hclRaw, a []any
// of those, *hcl for an object, and []*hcl for a list of objects.
func (h *hcl) set(name string, value any) {
	lines := hclValue(value)
	if len(lines) == 1 {
		h.lines = append(h.lines, hclLine{name: name, value: lines[0]})
		return
	}
	lines[0] = name + " = " + lines[0]
	h.lines = append(h.lines, hclLine{text: lines})
}

// block adds a block, after an empty line unless it is the first thing.
func (h *hcl) block(head string, body *hcl) {
	if len(h.lines) > 0 {
		h.lines = append(h.lines, hclLine{text: []string{""}})
	}
	if len(body.lines) == 0 {
		h.lines = append(h.lines, hclLine{text: []string{head + " {}"}})
		return
	}
	h.lines = append(h.lines, hclLine{text: enclose(head+" {", body.render(), "}")})
}

// comment adds lines of comment.
func (h *hcl) comment(lines []string) {
	for _, line := range lines {
		h.lines = append(h.lines, hclLine{text: []string{"# " + strings.ReplaceAll(line, "\n", " ")}})
	}
}

// render returns the lines with their equals signs aligned.
func (h *hcl) render() []string {
	var out []string
	for i := 0; i < len(h.lines); {
		if h.lines[i].text != nil {
			out = append(out, h.lines[i].text...)
			i++
			continue
		}
		end, width := i, 0
		for end < len(h.lines) && h.lines[end].text == nil {
			width = max(width, utf8.RuneCountInString(h.lines[end].name))
			end++
		}
		for _, l := range h.lines[i:end] {
			out = append(out, fmt.Sprintf("%-*s = %s", width, l.name, l.value))
		}
		i = end
	}
	return out
}

// String returns the whole with a newline at its end.
func (h *hcl) String() string { return strings.Join(h.render(), "\n") + "\n" }

func enclose(head string, inside []string, tail string) []string {
	out := []string{head}
	for _, l := range inside {
		if l != "" {
			l = "  " + l
		}
		out = append(out, l)
	}
	return append(out, tail)
}

func hclValue(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{hclString(v)}
	case hclRaw:
		return []string{string(v)}
	case float64:
		return []string{number(v)}
	case []any:
		parts := make([]string, 0, len(v))
		for _, e := range v {
			parts = append(parts, strings.Join(hclValue(e), " "))
		}
		return []string{"[" + strings.Join(parts, ", ") + "]"}
	case *hcl:
		if len(v.lines) == 0 {
			return []string{"{}"}
		}
		return enclose("{", v.render(), "}")
	case []*hcl:
		var inside []string
		for _, o := range v {
			lines := hclValue(o)
			lines[len(lines)-1] += ","
			inside = append(inside, lines...)
		}
		return enclose("[", inside, "]")
	}
	return []string{fmt.Sprint(value)}
}

// hclString quotes a string. A template's ${ and %{ are doubled, so that they
// stand for themselves.
func hclString(s string) string {
	r := strings.NewReplacer(
		`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "${", "$${", "%{", "%%{",
	)
	return `"` + r.Replace(s) + `"`
}

// hclNames gives things names that Terraform accepts, each once.
type hclNames map[string]bool

func (n hclNames) name(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "_") {
			b.WriteByte('_')
		}
	}
	base := strings.TrimRight(b.String(), "_")
	if base == "" || base[0] <= '9' {
		base = strings.TrimRight("x_"+base, "_")
	}
	name := base
	for i := 2; n[name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	n[name] = true
	return name
}
