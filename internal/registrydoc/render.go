package main

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lift-sys/telemetry/attr"
)

const preamble = `# Spans, events, metrics and attributes

<!-- Generated from package attr by go generate ./attr. Do not edit. -->

Every name of the lift-sys convention. The Go constants, the Honeycomb boards and
alerts and this page come from one table, package [attr](../attr); tests compare
it with what the library emits.

How to read the tables:

- A **stable** name and its meaning never change. One in **development** may; the
  changelog's section on semantic conventions then says so.
- Names that are not lift-sys' own link to the document that defines them.
- The unit 1 is a share from 0 to 1. Units of metrics are UCUM.
- A list of values that ends in … is open: other values occur.
- An absent attribute means that the fact is not known. It never stands for zero.
- **Twin** is the same fact under the other convention's name. A span carries
  both.
`

// intros says about a section what its rows cannot.
var intros = map[string]string{
	"Spans":             "Braces stand for what the request supplies, as in `POST /api/sessions`.",
	"Events":            "Business events stand on the span that is current when they happen, and are counted as metrics too.",
	"Metrics":           "Metrics count everything, sampled away or not. A histogram without boundaries has the SDK's own.",
	"Identity":          "Carried by context or by the resource; no call site sets them twice.",
	"Platform":          "Where the process runs, as the platform says in environment variables; docs/CONFIGURATION.md lists them. What the program or `OTEL_RESOURCE_ATTRIBUTES` says goes before it.",
	"GenAI":             "OpenTelemetry's names for LLM calls, and what only OpenAI reports. They are as of semantic conventions v1.41.0, the last release that defines them.",
	"Roll-ups":          "What the LLM calls below a span added up to. Cost per session over several requests is the sum of `llm.cost_usd` by `session.id`: that attribute stands on LLM spans only, so no dollar counts twice.",
	"Errors":            "Honeycomb's own column `error` is true where a span's status is Error: set the status, never the attribute.",
	"Honeycomb columns": "Derived by Honeycomb from every OTLP span. Queries name them; the library never emits them, and renames an attribute that would overwrite one.",
}

// sections in the order in which a reader meets them. A group that is missing
// here comes last.
var sections = []string{
	"Spans", "Events", "Metrics", "Identity", "Platform", "Session", "IR", "Code", "LLM", "GenAI", "Roll-ups", "Evaluation",
	"Database", "HTTP", "Errors", "Business events", "Delivery", "Honeycomb columns",
}

// render returns the document. The order of defs decides the order of rows.
func render(defs []attr.Def) []byte {
	var b bytes.Buffer
	b.WriteString(preamble)
	order := slices.Clone(sections)
	for _, d := range defs {
		if !slices.Contains(order, d.Group) {
			order = append(order, d.Group)
		}
	}
	for _, name := range order {
		rows := slices.DeleteFunc(slices.Clone(defs), func(d attr.Def) bool { return d.Group != name })
		if len(rows) > 0 {
			section(&b, name, rows)
		}
	}
	return b.Bytes()
}

func section(b *bytes.Buffer, name string, rows []attr.Def) {
	fmt.Fprintf(b, "\n## %s\n\n", name)
	if intro := intros[name]; intro != "" {
		fmt.Fprintf(b, "%s\n\n", intro)
	}
	// What most rows share is said once, which keeps the tables narrow.
	writer := commonest(rows, func(d attr.Def) string { return code(d.Package) })
	carrier := commonest(rows, func(d attr.Def) string { return places(d.Spans) })
	usual := ""
	if writer != "" {
		usual += "Written by " + writer
	}
	if carrier != "" {
		usual += ", on " + carrier
	}
	if usual != "" {
		fmt.Fprintf(b, "%s, unless a row says otherwise.\n\n", usual)
	}
	meaning := func(d attr.Def) string {
		s := d.Brief
		if d.Note != "" {
			s += " " + d.Note
		}
		if p := places(d.Spans); p != "" && p != carrier {
			s += " On " + p + "."
		}
		if w := code(d.Package); w != writer {
			s += " Written by " + w + "."
		}
		return s
	}
	switch rows[0].Kind {
	case attr.KindSpan:
		table(b, []string{"Span", "Kind", "Meaning", "Status"}, rows, func(d attr.Def) []string {
			return []string{code(d.Name), d.SpanKind, meaning(d), status(d)}
		})
	case attr.KindEvent:
		table(b, []string{"Event", "Meaning", "Attributes", "Status"}, rows, func(d attr.Def) []string {
			return []string{code(d.Name), meaning(d), codes(d.Attributes), status(d)}
		})
	case attr.KindMetric:
		table(b, []string{"Metric", "Instrument", "Unit", "Meaning", "Attributes", "Boundaries", "Status"}, rows, func(d attr.Def) []string {
			return []string{
				code(d.Name), d.Type.String() + " " + d.Instrument.String(), code(d.Unit), meaning(d),
				codes(d.Attributes), boundaries(d.Buckets), status(d),
			}
		})
	case attr.KindAttribute:
		table(b, []string{"Attribute", "Type", "Unit", "Meaning", "Values", "Twin", "Status"}, rows, func(d attr.Def) []string {
			return []string{code(d.Name), d.Type.String(), d.Unit, meaning(d), values(d), code(d.Twin), status(d)}
		})
	case attr.KindColumn:
		table(b, []string{"Column", "Type", "Unit", "Meaning", "Values"}, rows, func(d attr.Def) []string {
			return []string{code(d.Name), d.Type.String(), d.Unit, meaning(d), values(d)}
		})
	}
}

// table writes a Markdown table and leaves out columns that are empty in every
// row.
func table(b *bytes.Buffer, head []string, rows []attr.Def, cells func(attr.Def) []string) {
	grid := make([][]string, 0, len(rows))
	used := make([]bool, len(head))
	for _, d := range rows {
		row := cells(d)
		for i, c := range row {
			used[i] = used[i] || c != ""
		}
		grid = append(grid, row)
	}
	line := func(cells []string) {
		b.WriteByte('|')
		for i, c := range cells {
			if used[i] {
				b.WriteString(" " + strings.ReplaceAll(c, "|", `\|`) + " |")
			}
		}
		b.WriteByte('\n')
	}
	line(head)
	line(slices.Repeat([]string{"---"}, len(head)))
	for _, row := range grid {
		line(row)
	}
}

// commonest returns what most rows share; the earliest of them wins a tie.
func commonest(rows []attr.Def, of func(attr.Def) string) string {
	best, most := "", 0
	count := make(map[string]int)
	for _, d := range rows {
		s := of(d)
		if count[s]++; count[s] > most {
			best, most = s, count[s]
		}
	}
	return best
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

func codes(list []string) string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, code(s))
	}
	return strings.Join(out, ", ")
}

func values(d attr.Def) string {
	s := codes(d.Values)
	if d.Open {
		s += ", …"
	}
	return s
}

func places(list []string) string {
	switch {
	case slices.Equal(list, []string{attr.EverySpan}):
		return "every span of a request"
	case slices.Equal(list, []string{attr.LocalRoot}):
		return "the local root"
	case slices.Equal(list, []string{attr.Resource}):
		return "the resource"
	}
	return codes(list)
}

func boundaries(b []float64) string {
	out := make([]string, 0, len(b))
	for _, f := range b {
		out = append(out, strconv.FormatFloat(f, 'f', -1, 64))
	}
	return strings.Join(out, " ")
}

// status gives the stability, and the source as a link named after the document.
func status(d attr.Def) string {
	if d.Source == attr.SourceLift {
		return d.Stability.String()
	}
	name := strings.TrimSuffix(path.Base(d.Source), ".md")
	if strings.Contains(d.Source, "honeycombio") {
		name = "honeycomb"
	}
	return fmt.Sprintf("%s, [%s](%s)", d.Stability, name, d.Source)
}
