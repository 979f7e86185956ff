package core

import (
	"strconv"
	"testing"

	"go.opentelemetry.io/otel/attribute"
)

// An open span is edited for as long as its work lasts: what it holds must not
// grow with that.
func TestEditsAreBounded(t *testing.T) {
	const limit = 100
	tests := []struct {
		name, reason string
		key          func(i int) string
		want         int // attributes at the end
		first        int // the value of the first one
	}{
		{"one key", "the last value stays", func(int) string { return "progress" }, 1, 9999},
		{"new keys", "the first ones stay", strconv.Itoa, limit, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var (
				a     []attribute.KeyValue
				n, at int
			)
			for i := range 10_000 {
				a, n = bound(append(a, attribute.Int(tt.key(i), i)), limit)
				at += n
				if len(a) > 2*limit {
					t.Fatalf("%d attributes after %d edits", len(a), i)
				}
			}
			a = unique(a)
			if got := a[0].Value.AsInt64(); got != int64(tt.first) {
				t.Errorf("value %d, want %d: %s", got, tt.first, tt.reason)
			}
			if tt.want == limit && at+len(a) != 10_000 || tt.want == 1 && (at != 0 || len(a) != 1) {
				t.Errorf("%d stay, %d dropped of 10000: each is one or the other", len(a), at)
			}
		})
	}
}
