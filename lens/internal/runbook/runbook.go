// Package runbook finds the section of an alert in the runbooks.
package runbook

import (
	_ "embed"
	"strings"
	"unicode"
)

// The module above cannot be embedded from here; the test compares.
//
//go:generate cp ../../../docs/HONEYCOMB_RUNBOOKS.md runbooks.md
//go:embed runbooks.md
var all string

// Section returns the section of lift-sys's runbooks with the anchor, heading
// included, as Markdown; nothing for an anchor that is not there.
func Section(anchor string) string { return section(all, anchor) }

// section returns a document's section: up to the next heading of its level or
// above.
func section(document, anchor string) string {
	var (
		b     strings.Builder
		level int
		code  bool
	)
	for line := range strings.Lines(document) {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		n, title := heading(line)
		switch {
		case code || n == 0:
		case level > 0 && n <= level:
			return b.String()
		case level == 0 && anchorOf(title) == anchor:
			level = n
		}
		if level > 0 {
			b.WriteString(line)
		}
	}
	return b.String()
}

// heading returns the level of a heading and its text, or 0.
func heading(line string) (level int, title string) {
	title = strings.TrimLeft(line, "#")
	level = len(line) - len(title)
	if level == 0 || !strings.HasPrefix(title, " ") {
		return 0, ""
	}
	return level, strings.TrimSpace(title)
}

// anchorOf returns the anchor that a heading has on GitHub.
func anchorOf(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}
