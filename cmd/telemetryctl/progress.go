package main

import (
	"fmt"
	"io"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
)

// progress shows how far an apply is: one line that is written over on a
// terminal, and otherwise a line for each change, as logs want it.
type progress struct {
	w    io.Writer
	live bool
	on   painter
	open bool // the line is not finished
}

// newProgress returns the progress on w.
func (p *process) newProgress(w io.Writer) *progress {
	return &progress{w: w, live: p.terminal(w) && p.get("TERM") != "dumb", on: p.painter(w)}
}

// line writes over the line on a terminal.
func (g *progress) line(text string) {
	fmt.Fprintf(g.w, "\r\x1b[K%s", text)
	g.open = true
}

// clear leaves an empty line to write on.
func (g *progress) clear() {
	if g.open {
		fmt.Fprint(g.w, "\r\x1b[K")
		g.open = false
	}
}

// report is for [honeycomb.Changes.Apply].
func (g *progress) report(r honeycomb.Progress) {
	what := fmt.Sprintf("%s %s %q", r.Change.Action, r.Change.Kind, r.Change.Name)
	switch {
	case r.Left != "":
		g.clear()
		fmt.Fprintf(g.w, "%s: left alone: %s\n", what, r.Left)
	case g.live && !r.Finished:
		g.line(fmt.Sprintf("%s %s", g.on.paint(dim, fmt.Sprintf("[%d/%d]", r.Done+1, r.Total)), what))
	case !g.live && r.Finished:
		fmt.Fprintf(g.w, "[%d/%d] %s\n", r.Done, r.Total, what)
	}
}

// shortWait is not worth telling of.
const shortWait = 2 * time.Second

// waiting is for [honeycomb.WithWaiting].
func (g *progress) waiting(d time.Duration, why string) {
	if d < shortWait {
		return
	}
	text := fmt.Sprintf("waiting %s: %s", d.Round(time.Second), why)
	if g.live {
		g.line(g.on.paint(dim, text))
		return
	}
	fmt.Fprintln(g.w, text)
}
