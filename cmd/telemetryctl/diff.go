package main

import (
	"fmt"
	"strings"

	"github.com/lift-sys/telemetry/honeycomb"
)

// plurals are the headings of kinds.
var plurals = map[string]string{
	"column": "Columns", "calculated field": "Calculated fields", "saved query": "Saved queries",
	"recipient": "Recipients", "SLO": "SLOs", "board": "Boards", "trigger": "Triggers", "burn alert": "Burn alerts",
}

// diff renders changes for people: what is new under its kind, what changes with
// the old value above the new one, and what is left out.
func (on painter) diff(changes *honeycomb.Changes) string {
	var b strings.Builder
	kind := ""
	for _, c := range changes.List {
		if c.Kind != kind {
			kind = c.Kind
			fmt.Fprintf(&b, "%s\n", on.paint(bold, plurals[kind]))
		}
		on.change(&b, c)
	}
	if !changes.Empty() {
		b.WriteString("\n")
	}
	on.asides(&b, changes)
	b.WriteString(on.paint(bold, summary(changes)) + "\n")
	return b.String()
}

// summary counts the changes.
func summary(changes *honeycomb.Changes) string {
	if changes.Empty() {
		return "Nothing to change."
	}
	return fmt.Sprintf("%d to create, %d to update, %d to delete.",
		changes.Count(honeycomb.Create), changes.Count(honeycomb.Update), changes.Count(honeycomb.Delete))
}

func (on painter) change(b *strings.Builder, c honeycomb.Change) {
	colour := map[honeycomb.Action]style{honeycomb.Create: green, honeycomb.Update: yellow, honeycomb.Delete: red}[c.Action]
	fmt.Fprintf(b, "  %s", on.paint(colour, c.Action.Sign()+" "+c.Name))
	if c.Summary != "" {
		b.WriteString("  " + on.paint(dim, oneLine(c.Summary)))
	}
	b.WriteString("\n")
	for _, f := range c.Fields {
		fmt.Fprintf(b, "      %s\n", f.Path)
		if f.Old != "" {
			fmt.Fprintf(b, "        %s\n", on.paint(red, "- "+indent(f.Old)))
		}
		if f.New != "" {
			fmt.Fprintf(b, "        %s\n", on.paint(green, "+ "+indent(f.New)))
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// indent keeps the lines of a value below its first one.
func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n          ") }

// asides are what a person should know besides the changes.
func (on painter) asides(b *strings.Builder, changes *honeycomb.Changes) {
	part := func(heading string, lines []string) {
		if len(lines) == 0 {
			return
		}
		b.WriteString(on.paint(bold, heading) + "\n")
		for _, line := range lines {
			fmt.Fprintf(b, "  %s\n", line)
		}
		b.WriteString("\n")
	}
	var omitted []string
	for _, o := range changes.Omissions {
		omitted = append(omitted, o.String())
	}
	part("Left out", omitted)
	part("No longer defined; -prune deletes it", changes.Stale)
	part("Notes", changes.Notes)
}
