package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/lens/internal/store"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Where memory ends while rows are stored, those that were acknowledged are there,
// whole, and all others are not.
func TestOutOfMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lens.duckdb")
	s := open(t, store.Options{Path: path, Memory: 64 << 20})
	stored, failed := int64(0), 0
	for i := range 40 {
		b := new(table.Batch)
		for j := range int64(500) {
			at := int64(i)*500 + j
			b.SetInt("llm.input_tokens", at)
			b.SetString("error.message", strings.Repeat("x", 2000))
			b.Add(at, 1, "d")
		}
		if s.Append(t.Context(), b) == nil {
			stored += 500
		} else {
			failed++
		}
	}
	if failed == 0 || stored == 0 {
		t.Errorf("%d batches failed and %d rows are stored: this is no test", failed, stored)
	}
	check := func(when string) {
		t.Helper()
		got, err := s.Query(t.Context(), `SELECT count(*), count(*) FILTER (WHERE "llm.input_tokens" IS DISTINCT FROM _time) FROM events`)
		if diff := cmp.Diff([][]any{{stored, int64(0)}}, got); diff != "" || err != nil {
			t.Errorf("%s: rows, and those that are mixed: %v (-acknowledged +there):\n%s", when, err, diff)
		}
	}
	check("at once")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Options{Path: path})
	check("opened again")
}
