package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/lens/internal/sql"
	"github.com/lift-sys/telemetry/lens/internal/store"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// one returns a batch of a row with one column.
func one(at time.Time, set func(*table.Batch)) *table.Batch {
	b := new(table.Batch)
	set(b)
	b.Add(at.UnixNano(), 1, "d")
	return b
}

// Names go with the last rows that have them, whatever the order of rows.
func TestColumnsAreForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lens.duckdb")
	s := open(t, store.Options{Path: path, MaxAge: 24 * time.Hour})
	now := time.Now()
	text := func(name string) func(*table.Batch) { return func(b *table.Batch) { b.SetString(name, "v") } }
	for _, b := range []*table.Batch{
		one(now.Add(-20*time.Hour), text("old")),
		one(now.Add(-20*time.Hour), text("lasting")),
		one(now, text("lasting")),
		one(now, text("new")),
		one(now.Add(-20*time.Hour), text("new")),
		one(now.Add(-20*time.Hour), func(b *table.Batch) { b.SetInt("number", 1) }),
		one(now.Add(-20*time.Hour), func(b *table.Batch) { b.SetFloat("number", 1.5) }),
		one(now, func(b *table.Batch) { b.SetInt("number", 1) }),
	} {
		if err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string, want map[string]table.Kind) {
		t.Helper()
		if diff := cmp.Diff(want, s.Columns()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	retain := func(at time.Time) {
		t.Helper()
		if err := s.Retain(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string]table.Kind{"old": table.String, "lasting": table.String, "new": table.String, "number": table.Float}
	retain(now)
	check("before a row is too old", all)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Options{Path: path, MaxAge: 24 * time.Hour})
	check("opened again", all)
	retain(now.Add(6 * time.Hour))
	delete(all, "old")
	check("when old rows have gone", all)
	retain(now.Add(26 * time.Hour))
	check("when all rows have gone", map[string]table.Kind{})
	if err := s.Append(t.Context(), one(now, text("old"))); err != nil {
		t.Fatal(err)
	}
	check("when a name comes again", map[string]table.Kind{"old": table.String})
}

// Where no further name can be known, it is said, and no longer so when names have
// been forgotten.
func TestColumnsAreBounded(t *testing.T) {
	var log []string
	s := open(t, store.Options{MaxAge: 24 * time.Hour, Log: func(msg string, err error) { log = append(log, msg+": "+err.Error()) }})
	now := time.Now()
	for first := 0; first < table.MaxColumns; first += 1000 {
		err := s.Append(t.Context(), one(now.Add(-20*time.Hour), func(b *table.Batch) {
			for i := range 1000 {
				b.SetString(fmt.Sprint("key ", first+i), "v")
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(log) > 0 {
		t.Errorf("it is said of what can be known: %q", log)
	}
	ask := func() error {
		q := honeycomb.Query{Breakdowns: []honeycomb.Column{"team"}}
		_, _, err := sql.Run(t.Context(), s, sql.Request{Query: q, From: now.Add(-time.Hour), To: now.Add(time.Hour)})
		return err
	}
	team := one(now, func(b *table.Batch) { b.SetString("team", "a") })
	for range 3 {
		if err := s.Append(t.Context(), team); err != nil {
			t.Fatal(err)
		}
	}
	if len(log) != 1 || !strings.HasPrefix(log[0], "store rows: 5000 columns are known by name") {
		t.Errorf("said %q, want once that names are too many", log)
	}
	if err := ask(); err == nil || !strings.Contains(err.Error(), "lens knows 5000 columns by name") {
		t.Errorf("a query by a column that is not known: %v", err)
	}
	if err := s.Retain(t.Context(), now.Add(6*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), team); err != nil {
		t.Fatal(err)
	}
	if err := ask(); err != nil {
		t.Errorf("a query when others have been forgotten: %v", err)
	}
}
