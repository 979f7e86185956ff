package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/lens/internal/store"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

func open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "lens.duckdb")
	}
	o.MinFree = 1
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestRoundTrip(t *testing.T) {
	s := open(t, store.Options{})
	b := new(table.Batch)
	b.SetString("name", "llm.call")
	b.SetString("user.id", "a user with a long name")
	b.SetID("trace.trace_id", []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	b.SetID("trace.span_id", []byte{0xff, 2, 3, 4, 5, 6, 7, 8})
	b.SetFloat("duration_ms", 12.5)
	b.SetBool("error", true)
	b.SetInt("llm.input_tokens", 1<<60)
	b.SetString(`it's "quoted"`, "<script>\x00\n")
	b.Add(17, 8, "lift-sys")
	b.Add(18, 0, "lift-sys")
	if err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	got, err := s.Query(t.Context(), `SELECT _time, _weight, _dataset, _extra, name, "user.id", "trace.trace_id"::VARCHAR, lower(hex("trace.span_id")), duration_ms, error, "llm.input_tokens" FROM events ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{
		{int64(17), int64(8), "lift-sys", `{"it's \"quoted\"":"<script>\u0000\n"}`, "llm.call", "a user with a long name", "01020304-0506-0708-090a-0b0c0d0e0f10", "ff02030405060708", 12.5, true, int64(1 << 60)},
		{int64(18), int64(1), "lift-sys", nil, nil, nil, nil, nil, nil, nil, nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Should a statement ever be another than lens means, it still reaches no other file.
func TestNoOtherFiles(t *testing.T) {
	s := open(t, store.Options{})
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"SELECT * FROM read_csv('" + other + "')", "SELECT * FROM read_text('" + other + "')", "COPY events TO '" + other + "'", "ATTACH '" + other + "2'",
		"SET enable_external_access = true", "INSTALL httpfs", "SELECT * FROM 'https://example.com/a.csv'",
	} {
		if got, err := s.Query(t.Context(), statement); err == nil {
			t.Errorf("%s: %v", statement, got)
		}
	}
}

// Queries that need more memory than they have still use the disk.
func TestSpill(t *testing.T) {
	s := open(t, store.Options{Memory: 100 << 20})
	const distinct = "SELECT count(DISTINCT m)::BIGINT FROM (SELECT md5(i::VARCHAR) || md5((i+1)::VARCHAR) AS m FROM range(1500000) t(i))"
	got, err := s.Query(t.Context(), distinct)
	if diff := cmp.Diff([][]any{{int64(1_500_000)}}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := s.Query(t.Context(), "SET max_temp_directory_size = '0KB'"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Query(t.Context(), distinct); err == nil {
		t.Error("the query needs no disk: this is no test")
	}
}

func BenchmarkAppend(b *testing.B) {
	s := open(b, store.Options{})
	rows := 0
	for b.Loop() {
		batch := new(table.Batch)
		for i := range 1000 {
			for c, col := range table.Columns()[:60] {
				if c%2 == 0 {
					continue
				}
				switch col.Kind {
				case table.String:
					batch.SetString(col.Name, "a string of some length")
				case table.Int:
					batch.SetInt(col.Name, int64(i))
				case table.Float:
					batch.SetFloat(col.Name, float64(i)/3)
				}
			}
			batch.Add(int64(i), 1, "d")
		}
		rows += 1000
		if err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
