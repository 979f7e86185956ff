package tail

import (
	"hash/maphash"
	"strings"
)

const (
	maxLabels     = 1024
	maxLabelBytes = 128
)

// labels remembers what hashes stand for. When it is full it forgets all: what
// is in use comes again.
type labels struct {
	seed  maphash.Seed
	text  map[uint64]string
	clean func(string) string // keeps secrets out of what people will read
}

func newLabels(clean func(string) string) labels {
	return labels{seed: maphash.MakeSeed(), text: map[uint64]string{}, clean: clean}
}

// hash returns a number for s, which is 0 for the empty string alone.
func (l *labels) hash(s string) uint64 {
	if s == "" {
		return 0
	}
	h := max(maphash.String(l.seed, s), 1)
	if _, ok := l.text[h]; !ok {
		if len(l.text) >= maxLabels {
			clear(l.text)
		}
		l.text[h] = strings.ToValidUTF8(strings.Clone(l.clean(s[:min(len(s), maxLabelBytes)])), "")
	}
	return h
}

// key is what keeps a trace's kind visible under a budget: its route, how it
// ended, and the model it used last.
func (l *labels) key(g *group) uint64 {
	return maphash.Comparable(l.seed, [4]uint64{g.route, g.model, uint64(g.class), uint64(b2i(g.failed))})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
