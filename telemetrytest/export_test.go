package telemetrytest

import (
	"strings"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// Seams for tests of what has no exported form of its own.

// MaxSpans is how many spans a recorder holds.
const MaxSpans = maxSpans

// Distance counts edits between two names.
func Distance(a, b string) int { return distance(a, b) }

// Reparse reads a tree and writes it again.
func Reparse(text string) (string, error) {
	nodes, err := parseTree(text)
	return render(nodes), err
}

// Diff compares two trees; it returns "" where they are the same.
func Diff(want, got string) (string, error) {
	w, err := parseTree(want)
	if err != nil {
		return "", err
	}
	g, err := parseTree(got)
	for _, n := range g {
		nameAll(n)
	}
	var d diff
	if d.nodes(w, g, 0); !d.differs {
		return "", err
	}
	return d.text.String(), err
}

// nameAll gives nodes the names that recorded trees know.
func nameAll(n *node) {
	n.name, _, _ = strings.Cut(n.line, " ")
	for _, c := range n.children {
		nameAll(c)
	}
}

// Library reports whether a function is passed over for the place where a span
// was started.
func Library(function, file string) bool { return library(function, file) }

// Reader returns a new reader in the place of the recorder's.
func Reader(r *Recorder) sdkmetric.Reader {
	r.collecting.Lock()
	defer r.collecting.Unlock()
	r.reader = newReader()
	return r.reader
}
