package main

import "io"

// style is an SGR parameter of ECMA-48. Only the basic colours are used, so that
// the terminal's own palette decides what they look like.
type style string

const (
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	dim    style = "90"
)

// painter colours text, or leaves it alone.
type painter bool

// painter returns the painter for a writer: colours on a terminal, unless
// NO_COLOR is set (https://no-color.org) or TERM says that it has none.
// FORCE_COLOR colours every writer, unless it is 0.
func (p *process) painter(w io.Writer) painter {
	if p.get("NO_COLOR") != "" {
		return false
	}
	if force := p.get("FORCE_COLOR"); force != "" {
		return force != "0"
	}
	term := p.get("TERM")
	return painter(term != "" && term != "dumb" && p.terminal(w))
}

func (on painter) paint(s style, text string) string {
	if !on || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}
