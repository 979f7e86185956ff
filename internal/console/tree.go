package console

import (
	"cmp"
	"slices"
	"strings"
	"time"

	oteltrace "go.opentelemetry.io/otel/trace"
)

// Bounds of what a tree shows. The rest is summed up in a line of its own.
const (
	maxSiblings = 30
	maxRows     = 400 // soft: siblings that are chosen already still come
	maxDepth    = 10  // levels that are indented, or fewer on a narrow screen
)

// row is one line of a tree.
type row struct {
	*record        // nil on a line that sums up hidden spans
	guide   string // tree glyphs before the name
	below   string // tree glyphs before a further line of the same row
	cause   string // the end of the error's message, where a child says it too
	hidden  int    // spans it sums up
	lost    int    // failed ones among them
}

// tree lays the spans of one trace out as rows.
type tree struct {
	spans    []record
	children map[oteltrace.SpanID][]int
	seen     []bool
	rows     []row
	levels   int // that are indented
}

// grow returns the spans of t as the lines of a tree, parents before children
// and children by start, with so many levels indented at most. A span whose
// parent is not among them is at the top.
func grow(spans []record, levels int) []row {
	t := tree{
		levels:   levels,
		spans:    spans,
		children: make(map[oteltrace.SpanID][]int, len(spans)),
		seen:     make([]bool, len(spans)),
	}
	slices.SortStableFunc(spans, func(a, b record) int { return a.start.Compare(b.start) })
	ids := make(map[oteltrace.SpanID]bool, len(spans))
	for i := range spans {
		ids[spans[i].id] = true
	}
	var tops []int
	for i := range spans {
		if r := &spans[i]; r.parent.IsValid() && r.parent != r.id && ids[r.parent] {
			t.children[r.parent] = append(t.children[r.parent], i)
		} else {
			tops = append(tops, i)
		}
	}
	slices.SortStableFunc(tops, func(a, b int) int {
		return cmp.Compare(rank(&spans[a]), rank(&spans[b]))
	})
	t.level(tops, "", "", 0)
	// What is left are spans that name each other as parents.
	var rest row
	for i := range spans {
		switch {
		case t.seen[i]:
		case len(t.rows) < maxRows:
			t.level([]int{i}, "", "", 0)
		default:
			hidden, failed := t.weigh(i)
			rest.hidden += hidden
			rest.lost += failed
		}
	}
	if rest.hidden > 0 {
		t.rows = append(t.rows, rest)
	}
	return t.rows
}

// rank puts the root of the whole trace first, whatever the clocks say.
func rank(r *record) int {
	if r.parent.IsValid() {
		return 1
	}
	return 0
}

// add appends the row of the span i and those below it. guide comes before its
// name, below before the guides of its children.
func (t *tree) add(i int, guide, below string, depth int) {
	t.seen[i] = true
	children := t.children[t.spans[i].id]
	further := below + "  "
	if len(children) > 0 {
		further = below + "│ "
	}
	t.rows = append(t.rows, row{
		record: &t.spans[i], guide: guide, below: further, cause: t.cause(&t.spans[i], children),
	})
	if depth == t.levels {
		t.level(children, cutLast(guide)+"┄┄ ", below, depth)
		return
	}
	t.level(children, below+"├─ ", below, depth+1)
}

// cutLast takes the last level off a guide: three characters.
func cutLast(guide string) string {
	runes := []rune(guide)
	return string(runes[:max(len(runes)-3, 0)])
}

// cause returns the longest message of r's failed children that ends r's own.
// An error that is wrapped on its way up is then told in full only where it
// began.
func (t *tree) cause(r *record, children []int) string {
	cause := ""
	for _, i := range children {
		c := &t.spans[i]
		if c.failed && len(c.errMessage) > len(cause) && strings.HasSuffix(r.errMessage, c.errMessage) {
			cause = c.errMessage
		}
	}
	return cause
}

// level appends the rows of siblings. guide is that of all but the last.
func (t *tree) level(siblings []int, guide, below string, depth int) {
	shown, hidden, failed := t.choose(siblings)
	base, inner := strings.CutSuffix(guide, "├─ ")
	for n, i := range shown {
		switch {
		case t.seen[i]:
		case !inner:
			t.add(i, guide, below, depth)
		case n == len(shown)-1 && hidden == 0:
			t.add(i, base+"└─ ", base+"   ", depth)
		default:
			t.add(i, guide, base+"│  ", depth)
		}
	}
	if hidden > 0 {
		if inner {
			guide = base + "└─ "
		}
		t.rows = append(t.rows, row{guide: guide, hidden: hidden, lost: failed})
	}
}

// choose picks the siblings that get a row: the failed ones, and then the
// first. It counts the spans of the others and of what is below them.
func (t *tree) choose(siblings []int) (shown []int, hidden, failed int) {
	room := min(maxSiblings, max(maxRows-len(t.rows), 0))
	if len(siblings) <= room {
		return siblings, 0, 0
	}
	byNeed := slices.Clone(siblings)
	slices.SortStableFunc(byNeed, func(a, b int) int {
		return cmp.Compare(need(&t.spans[a]), need(&t.spans[b]))
	})
	for _, i := range byNeed[room:] {
		h, f := t.weigh(i)
		hidden += h
		failed += f
	}
	shown = byNeed[:room]
	slices.Sort(shown)
	return shown, hidden, failed
}

func need(r *record) int {
	if r.failed {
		return 0
	}
	return 1
}

// weigh counts the spans from i down, and marks them as seen.
func (t *tree) weigh(i int) (spans, failed int) {
	if t.seen[i] {
		return 0, 0
	}
	t.seen[i] = true
	spans = 1
	if t.spans[i].failed {
		failed = 1
	}
	for _, c := range t.children[t.spans[i].id] {
		s, f := t.weigh(c)
		spans += s
		failed += f
	}
	return spans, failed
}

// extent returns when the spans began and how long they took in all.
func extent(spans []record) (start time.Time, length time.Duration) {
	end := spans[0].end
	start = spans[0].start
	for i := range spans {
		if spans[i].start.Before(start) {
			start = spans[i].start
		}
		if spans[i].end.After(end) {
			end = spans[i].end
		}
	}
	return start, max(end.Sub(start), 0)
}

// indent returns the columns that the longest of guides and names takes.
func indent(rows []row) int {
	n := 0
	for i := range rows {
		if r := &rows[i]; r.record != nil {
			n = max(n, width(r.guide)+width(printable(r.name)))
		}
	}
	return n
}
