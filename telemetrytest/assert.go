package telemetrytest

import (
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
)

// AssertTree fails the test, which then goes on, where the traces are not
// those of want: text as [Recorder.Tree] makes it from the same keys. The
// order of siblings does not count. Blank lines and indentation that all
// lines share are ignored, so that want can be indented like the code around
// it.
//
// There is no flag to update want; the failure shows the lines to copy.
func (r *Recorder) AssertTree(t testing.TB, want string, keys ...attribute.Key) {
	t.Helper()
	wanted, err := parseTree(want)
	if err != nil {
		t.Fatalf("telemetrytest: wanted tree: %v", err)
		return
	}
	var d diff
	if d.nodes(wanted, r.tree(keys), 0); d.differs {
		t.Errorf("telemetrytest: traces differ (- wanted, + recorded):\n%s", d.text.String())
	}
}

// parseTree reads an indented tree. A tab counts as one column, like a space.
func parseTree(text string) ([]*node, error) {
	type level struct {
		column int
		node   *node
	}
	root := &node{}
	stack := []level{{-1, root}} // the nodes that the next line may be below
	top := func() level { return stack[len(stack)-1] }
	for i, line := range strings.Split(text, "\n") {
		content := strings.TrimSpace(line)
		if content == "" {
			continue
		}
		column := len(line) - len(strings.TrimLeft(line, " \t"))
		sibling := -1 // column of the node that the line is a sibling of
		for top().column >= column {
			sibling = top().column
			stack = stack[:len(stack)-1]
		}
		if sibling >= 0 && sibling != column {
			return nil, fmt.Errorf("line %d %q: indent it like a line above it", i+1, content)
		}
		n := &node{line: content}
		top().node.children = append(top().node.children, n)
		stack = append(stack, level{column, n})
	}
	return root.children, nil
}
