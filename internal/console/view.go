package console

import (
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	defaultWidth = 100
	minWidth     = 40
	maxWidth     = 400

	minName         = 12 // of a name, where guides take the rest
	minFact         = 8  // of a fact that is cut; below that it is left out
	durationColumns = 6
	errorLines      = 4
)

// view writes traces as trees.
type view struct {
	service string
	width   int
	color   bool
}

func newView(w io.Writer, o Options) view {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Width <= 0 {
		o.Width = defaultWidth
		if n, err := strconv.Atoi(o.Getenv("COLUMNS")); err == nil && n > 0 {
			o.Width = n
		}
	}
	return view{
		service: o.Service,
		width:   min(max(o.Width, minWidth), maxWidth),
		color:   o.Color.enabled(w, o.Getenv),
	}
}

// layout says where the columns of one tree are. Each field is the column that
// follows a part; a part that no row has takes none.
type layout struct {
	name, duration, bar, cost, input, tokens int

	width int
	axis  axis
}

// appendTrace appends the tree of t, with its header and a blank line after it.
func (v view) appendTrace(buf []byte, t trace) []byte {
	start, length := extent(t.spans)
	rows := grow(t.spans, min(maxDepth, (v.nameColumns()-minName)/3))
	lay := v.layout(rows, start, length)
	l := &line{buf: buf, color: v.color}
	v.header(l, t, rows[0].record, length)
	for i := range rows {
		if rows[i].record == nil {
			hiddenRow(l, &rows[i])
			continue
		}
		lay.row(l, &rows[i])
	}
	l.end()
	return l.buf
}

// nameColumns is the room for guides and names.
func (v view) nameColumns() int {
	return max(v.width*2/5, 20)
}

func (v view) layout(rows []row, start time.Time, length time.Duration) layout {
	cost, input, output := 0, 0, 0
	for i := range rows {
		r := rows[i].record
		if r == nil {
			continue
		}
		if r.cost.set {
			cost = max(cost, 2+width(dollars(r.cost.value)))
		}
		if in, out := r.tokens(); in != "" {
			input, output = max(input, 2+len(in)), max(output, 1+len(out))
		}
	}
	bar := 0
	if v.width >= 60 {
		bar = min(v.width/6, 32)
	}

	lay := layout{width: v.width, axis: axis{start: start, length: length, columns: bar}}
	lay.name = min(indent(rows), v.nameColumns())
	lay.duration = lay.name + 3 + durationColumns
	lay.bar = lay.duration
	if bar > 0 {
		lay.bar += 2 + bar
	}
	if lay.bar+cost > v.width {
		cost = 0
	}
	lay.cost = lay.bar + cost
	if lay.cost+input+output > v.width {
		input, output = 0, 0
	}
	lay.input = lay.cost + input
	lay.tokens = lay.input + output
	return lay
}

// header says whose trace this is and what it came to.
func (v view) header(l *line, t trace, first *record, length time.Duration) {
	if t.missed > 0 {
		l.text(yellow, "… "+plural(float64(t.missed), "span")+" not shown: the writer was too slow")
		l.end()
	}
	service := v.service
	failed := 0
	var cost number
	for i := range t.spans {
		r := &t.spans[i]
		if service == "" {
			service = r.service
		}
		if r.failed {
			failed++
		}
		if r.llm && r.cost.set {
			cost = number{cost.value + r.cost.value, true}
		}
	}
	if first.cost.set && !t.late && !t.incomplete {
		cost = first.cost
	}

	switch {
	case t.incomplete:
		l.text(yellow, "○")
	case t.late:
		l.text(dim, "◌")
	case first.failed:
		l.text(red, "●")
	default:
		l.text(green, "●")
	}
	if service != "" {
		l.skip(1)
		l.text(bold, fit(printable(service), v.width/3))
	}
	part := func(s style, text string) {
		l.skip(2)
		l.text(s, text)
	}
	switch {
	case t.incomplete:
		part(yellow, "incomplete, its root is still open")
	case t.late:
		part(dim, "late, its root was printed before")
	}
	part(plain, duration(length))
	if cost.set {
		part(green, dollars(cost.value))
	}
	part(plain, plural(float64(len(t.spans)), "span"))
	if failed > 0 {
		part(red, count(float64(failed))+" failed")
	}
	part(dim, "trace "+t.id.String())
	l.end()
}

// row writes the line of a span, and what its error has to say below it where
// the line has no room.
func (lay layout) row(l *line, r *row) {
	l.text(dim, r.guide)
	name := plain
	switch {
	case r.failed:
		name = red
	case r.guide == "":
		name = bold
	}
	l.text(name, fit(printable(r.name), lay.name-width(r.guide)))
	l.skip(lay.name + 1 - l.column)
	switch {
	case r.failed:
		l.text(red, "✗")
	case r.ok:
		l.text(green, "✓")
	}
	l.right(plain, duration(r.end.Sub(r.start)), lay.duration)
	if lay.axis.columns > 0 {
		blank, bar := lay.axis.bar(r.start, r.end)
		l.skip(2 + blank)
		l.text(r.color(), bar)
	}
	amount := dim
	if r.llm {
		amount = plain
	}
	if r.cost.set && lay.cost > lay.bar {
		l.right(amount, dollars(r.cost.value), lay.cost)
	}
	if in, out := r.tokens(); in != "" && lay.tokens > lay.cost {
		l.right(amount, in, lay.input)
		l.text(dim, "→")
		l.text(amount, out)
	}

	l.to(max(lay.tokens, l.column) + 2)
	from := l.column
	for _, f := range r.facts() {
		if l.column > from {
			l.skip(2)
		}
		text, room := printable(f.text), lay.width-l.column
		if room < minFact && width(text) > room {
			break
		}
		l.text(f.style, fit(text, room))
	}
	lay.failure(l, r, from)
	l.end()
}

// failure writes the type and message of an error.
func (lay layout) failure(l *line, r *row, from int) {
	if !r.failed && r.errType == "" && r.errMessage == "" {
		return
	}
	message := r.errMessage
	if r.cause != "" {
		if message = strings.TrimSuffix(message, r.cause); message == "" {
			return
		}
		message += "…"
	}
	text := printable(r.errType)
	if text != "" && message != "" {
		text += ": "
	}
	if text += printable(message); text == "" {
		return
	}
	if l.column > from {
		l.skip(2)
	}
	if l.column+width(text) <= lay.width {
		l.text(red, text)
		return
	}
	room := max(lay.width-width(r.below), minWidth/2)
	for _, s := range wrap(text, room, errorLines) {
		l.end()
		l.text(dim, r.below)
		l.text(red, s)
	}
}

// hiddenRow writes the line that stands for spans that got none.
func hiddenRow(l *line, r *row) {
	l.text(dim, r.guide+"… "+plural(float64(r.hidden), "more span"))
	if r.lost > 0 {
		l.skip(2)
		l.text(red, count(float64(r.lost))+" failed")
	}
	l.end()
}
