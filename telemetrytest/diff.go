package telemetrytest

import (
	"slices"
	"strings"
)

// diff is the comparison of two trees as text: common lines once, lines that
// are only wanted after "-", lines that are only recorded after "+".
type diff struct {
	text    strings.Builder
	differs bool
}

// nodes compares siblings, in the order in which they were recorded.
func (d *diff) nodes(want, got []*node, depth int) {
	for _, p := range pairs(want, got) {
		switch w, g := p.want, p.got; {
		case w == nil:
			d.line("+", g.line, depth)
			d.nodes(nil, g.children, depth+1)
		case g == nil:
			d.line("-", w.line, depth)
			d.nodes(w.children, nil, depth+1)
		case w.line == g.line:
			d.line(" ", g.line, depth)
			d.nodes(w.children, g.children, depth+1)
		default:
			d.line("-", w.line, depth)
			d.line("+", g.line, depth)
			d.nodes(w.children, g.children, depth+1)
		}
	}
}

func (d *diff) line(mark, text string, depth int) {
	d.differs = d.differs || mark != " "
	d.text.WriteString("  " + mark + " " + strings.Repeat("  ", depth) + text + "\n")
}

// pair is a wanted and a recorded node that correspond. One of them may be
// nil.
type pair struct{ want, got *node }

// pairs finds out which siblings correspond: those that are the same with all
// that is below them, then those with the same line, then those with the same
// name.
func pairs(want, got []*node) []pair {
	texts := make(map[*node]string, len(want)+len(got))
	for _, n := range slices.Concat(want, got) {
		texts[n] = n.canonical()
	}
	rest := slices.Clone(want)
	list := make([]pair, len(got))
	for i, g := range got {
		list[i].got = g
	}
	for _, same := range []func(w, g *node) bool{
		func(w, g *node) bool { return texts[w] == texts[g] },
		func(w, g *node) bool { return w.line == g.line },
		func(w, g *node) bool { return strings.HasPrefix(w.line+" ", g.name+" ") },
	} {
		for i, p := range list {
			if p.want != nil {
				continue
			}
			if j := slices.IndexFunc(rest, func(w *node) bool { return same(w, p.got) }); j >= 0 {
				list[i].want = rest[j]
				rest = slices.Delete(rest, j, j+1)
			}
		}
	}
	for _, w := range rest {
		list = append(list, pair{want: w})
	}
	return list
}
