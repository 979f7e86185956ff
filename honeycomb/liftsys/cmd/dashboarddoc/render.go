package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lift-sys/telemetry/honeycomb"
)

const preamble = `# Honeycomb dashboards

<!-- Generated from package honeycomb/liftsys by go generate ./honeycomb/liftsys. Do not edit. -->

What lift-sys wants to see in Honeycomb, as package [honeycomb/liftsys](../honeycomb/liftsys) defines it.
[honeycomb-dashboards.json](honeycomb-dashboards.json) is the same for programs. The columns are those of
[ATTRIBUTES.md](ATTRIBUTES.md), the calculated fields are [below](#calculated-fields).

A request is a span of kind server or consumer: what a service serves, or a message that it handles, whoever began the trace. In the
dataset of one service each request counts once; over all datasets it counts once in each service that it passes. Where a query counts
errors, it leaves out span events, which are rows of their own. LLM calls are the spans that have ` + "`llm.provider`" + `.
`

// encode returns the definition as indented JSON.
func encode(d honeycomb.Definition) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // queries are full of < and >
	enc.SetIndent("", "  ")
	err := enc.Encode(d)
	return b.Bytes(), err
}

// render returns the definition in Markdown.
func render(d honeycomb.Definition) []byte {
	var b bytes.Buffer
	b.WriteString(preamble)
	for _, board := range d.Boards {
		renderBoard(&b, d, board)
	}
	b.WriteString("\n## Saved queries\n\nBeside those on the boards.\n\n")
	table(&b, []string{"Query", "Question", "Definition"}, func(row func(...string)) {
		for _, q := range d.Queries {
			row(q.Name, q.Description, code(q.Query.String()))
		}
	})
	b.WriteString("\n## Calculated fields\n\n")
	table(&b, []string{"Field", "Meaning", "Expression"}, func(row func(...string)) {
		for _, f := range d.Fields {
			row(code(string(f.Alias)), f.Description, code(f.Expression))
		}
	})
	renderAlerts(&b, d)
	renderFree(&b, d)
	return b.Bytes()
}

func renderBoard(b *bytes.Buffer, d honeycomb.Definition, board honeycomb.Board) {
	fmt.Fprintf(b, "\n## %s\n\n%s", board.Name, board.Description)
	if len(board.PresetFilters) > 0 {
		filters := make([]string, 0, len(board.PresetFilters))
		for _, f := range board.PresetFilters {
			filters = append(filters, fmt.Sprintf("%s (%s)", f.Alias, code(string(f.Column))))
		}
		fmt.Fprintf(b, " Filter it by %s.", strings.Join(filters, ", "))
	}
	b.WriteString("\n\n")
	table(b, []string{"Panel", "Question", "Query", "Shown as"}, func(row func(...string)) {
		for _, p := range board.Panels {
			switch {
			case p.Query != nil:
				row(p.Query.Name, p.Query.Description, code(p.Query.Query.String()), shown(p))
			case p.SLO != "":
				i := slices.IndexFunc(d.SLOs, func(s honeycomb.SLO) bool { return s.Name == p.SLO })
				if i >= 0 {
					row(p.SLO, "How much of the budget is left?", d.SLOs[i].String(), "SLO")
				}
			}
		}
	})
}

// shown says how a query panel is drawn.
func shown(p honeycomb.Panel) string {
	words := []string{string(cmp.Or(p.Style, honeycomb.Graph))}
	for _, c := range p.Charts {
		if c.Type != "" {
			words = append(words, chartName(c.Type))
		}
	}
	if p.Overlaid {
		words = append(words, "overlaid")
	}
	return strings.Join(words, ", ")
}

func chartName(t honeycomb.ChartType) string {
	if t == honeycomb.ChartBar {
		return "bars"
	}
	return string(t)
}

func renderAlerts(b *bytes.Buffer, d honeycomb.Definition) {
	b.WriteString("\n## Alerts\n\nWhat to do about each is in [HONEYCOMB_RUNBOOKS.md](HONEYCOMB_RUNBOOKS.md).\n\n")
	table(b, []string{"Alert", "Severity", "Condition", "Notifies"}, func(row func(...string)) {
		for _, t := range d.Triggers {
			row(runbook(t.Name, t.Runbook), t.Severity.String(), code(t.String()), notified(d, t.Recipients))
		}
	})
	b.WriteString("\n## SLOs\n\n")
	table(b, []string{"SLO", "Objective", "Burn alert", "Severity", "Notifies"}, func(row func(...string)) {
		for _, s := range d.SLOs {
			for _, a := range s.BurnAlerts {
				row(runbook(s.Name, a.Runbook), s.String(), a.String(), a.Severity.String(), notified(d, a.Recipients))
			}
		}
	})
}

func runbook(name, anchor string) string {
	if anchor == "" {
		return name
	}
	return fmt.Sprintf("[%s](HONEYCOMB_RUNBOOKS.md#%s)", name, anchor)
}

// notified lists recipients without their secrets.
func notified(d honeycomb.Definition, names []string) string {
	var list []string
	for _, n := range names {
		for _, r := range d.Recipients {
			if r.Name == n {
				list = append(list, strings.ReplaceAll(r.String(), `"`, ""))
			}
		}
	}
	return strings.Join(list, ", ")
}

// renderFree says what the smallest plan has no room for.
func renderFree(b *bytes.Buffer, d honeycomb.Definition) {
	free, left := d.For(honeycomb.Free)
	b.WriteString("\n## On the free plan\n\nThe plan has two triggers and no SLOs. These stay:\n\n")
	for _, t := range free.Triggers {
		fmt.Fprintf(b, "- %s\n", t.Name)
	}
	b.WriteString("\nThese are left out:\n\n")
	for _, o := range left {
		fmt.Fprintf(b, "- %s *%s*: %s\n", o.Kind, o.Name, o.Reason)
	}
}

// table writes a Markdown table; a pipe in a cell would end it.
func table(b *bytes.Buffer, head []string, rows func(row func(...string))) {
	line := func(cells ...string) {
		b.WriteByte('|')
		for _, c := range cells {
			b.WriteString(" " + strings.ReplaceAll(c, "|", `\|`) + " |")
		}
		b.WriteByte('\n')
	}
	line(head...)
	line(slices.Repeat([]string{"---"}, len(head))...)
	rows(line)
}

// code marks a text as code, even if it has backquotes.
func code(s string) string {
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}
