package sql_test

import (
	"encoding/json"
	"flag"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/sql"
	"github.com/lift-sys/telemetry/lens/internal/store"
)

// filled returns a store with the events.
func filled(t testing.TB, events []event.Event) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "lens.duckdb"), MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Append(t.Context(), receive.Rows(events, start)); err != nil {
		t.Fatal(err)
	}
	return s
}

// alike compares results but for the last bits of what was computed from floats.
var alike = cmp.Options{cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateEmpty()}

var (
	queries   = flag.Int("queries", 30, "random queries for each random dataset")
	firstSeed = flag.Uint64("seed", 0, "of the first random dataset")
)

// The same query over the same rows has the same result in DuckDB as in the
// reference.
func TestRandomQueries(t *testing.T) {
	const datasets = 6
	answered := 0
	for i := range uint64(datasets) {
		seed := *firstSeed + i
		m := newMaker(seed)
		events := m.events(pick(m, 0, 40, 300))
		s := filled(t, events)
		for i := range *queries {
			q, fields := m.query(), m.calculated()
			from, to := start, start.Add(length)
			want, errWant := query.Run(q, fields, slices.Values(events), from, to)
			got, _, errGot := sql.Run(t.Context(), s, sql.Request{Query: q, Fields: fields, From: from, To: to})
			if (errWant == nil) != (errGot == nil) && len(events) > 0 {
				t.Fatalf("seed %d, query %d: %s\n%s\nthe reference says %v, DuckDB %v", seed, i, q, formulas(fields), errWant, errGot)
			}
			if errGot != nil || errWant != nil {
				continue
			}
			if len(got.Groups) > 0 {
				answered++
			}
			if diff := cmp.Diff(want, got, alike); diff != "" {
				t.Fatalf("seed %d, query %d: %s\n%s\n(-reference +DuckDB):\n%s", seed, i, q, formulas(fields), diff)
			}
		}
	}
	if answered < datasets**queries/3 {
		t.Errorf("only %d queries had a result, so that this test proves little", answered)
	}
}

func formulas(fields []honeycomb.CalculatedField) string {
	b, err := json.MarshalIndent(fields, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(b)
}
