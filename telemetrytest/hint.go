package telemetrytest

import (
	"fmt"

	"github.com/lift-sys/telemetry/attr"
)

// maxEdits is how far a registered name may be from the one that was written
// to be offered as what was meant.
const maxEdits = 3

// hint offers the registered name of the given kind that is nearest to name,
// or says what else name is registered as; "" where there is nothing to say.
func hint(kind attr.Kind, name string) string {
	if d, ok := attr.Lookup(name); ok {
		return fmt.Sprintf(": registered as %v, not as %v", d.Kind, kind)
	}
	best, edits := "", maxEdits+1
	for _, d := range attr.All() {
		if d.Kind != kind {
			continue
		}
		if n := distance(name, d.Name); n < edits {
			best, edits = d.Name, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %q?", best)
}

// distance counts the bytes to insert, delete or replace to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
