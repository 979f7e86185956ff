package sql_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/lens/internal/sql"
	"github.com/lift-sys/telemetry/lens/internal/store"
)

var benchRows = flag.Int("rows", 1_000_000, "rows that a benchmark's query reads, a million in a quarter of an hour")

// generated returns a store with made-up spans: traces of ten spans, a thousand
// users, a root that is a request, LLM calls among the others. All rows of a trace
// stand for as many, or each for its own.
func generated(b testing.TB, rows int, mixed bool) (s *store.Store, from, to time.Time) {
	b.Helper()
	s, err := store.Open(b.Context(), store.Options{Path: filepath.Join(b.TempDir(), "lens.duckdb"), MinFree: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	from = time.Now().Add(-23 * time.Hour).Truncate(time.Hour)
	length := time.Duration(rows) * (15 * time.Minute / 1_000_000)
	to = from.Add(length)
	step, together := int64(length)/int64(rows), 10
	if mixed {
		together = 1
	}
	for at := 0; at < rows; at += 1_000_000 {
		n := min(1_000_000, rows-at)
		_, err := s.Query(b.Context(), fmt.Sprintf(`INSERT INTO events BY NAME SELECT %d + i * %d AS _time,
1 + hash(i // %d) %% 8 AS _weight, 'lift-sys' AS _dataset,
CASE i %% 10 WHEN 0 THEN 'POST /api/sessions' WHEN 3 THEN 'llm.call' WHEN 5 THEN 'code.generate' ELSE 'db.select' END AS name,
CASE i %% 10 WHEN 0 THEN 'server' ELSE 'client' END AS "span.kind", 'trace' AS "meta.signal_type", CASE WHEN hash(i + 7) %% 30 = 0 THEN true END AS error,
md5((i // 10)::VARCHAR)::UUID AS "trace.trace_id", i::UBIGINT AS "trace.span_id", CASE WHEN i %% 10 > 0 THEN (i - i %% 10)::UBIGINT END AS "trace.parent_id",
'user-' || hash(i // 10) %% 1000 AS "user.id", '/api/' || (i // 10) %% 20 AS "http.route", (hash(i) %% 4000000) / 1000.0 AS duration_ms,
CASE WHEN i %% 10 = 3 THEN 'anthropic' END AS "llm.provider", CASE WHEN i %% 10 = 3 THEN (hash(i) %% 1000) / 10000.0 END AS "llm.cost_usd"
FROM range(%d, %d) t(i)`, from.UnixNano(), step, together, at, at+n))
		if err != nil {
			b.Fatal(err)
		}
	}
	return s, from, to
}

// slowest are the slowest requests of each user.
var slowest = honeycomb.Query{
	Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS)},
	Breakdowns:   []honeycomb.Column{honeycomb.Column(attr.UserID), attr.ColumnTraceTraceID}, Limit: 20,
}

// BenchmarkQueries measures what people wait for: the slowest requests by user
// and trace where a trace's rows stand for as many and where they do not, and all
// queries of each board.
//
//	go test -run '^$' -bench Queries/slowest -benchtime 3x ./internal/sql -args -rows 20000000
func BenchmarkQueries(b *testing.B) {
	fields := liftsys.Define(liftsys.Options{}).Fields
	run := func(b *testing.B, s *store.Store, from, to time.Time, queries ...honeycomb.Query) {
		b.Helper()
		for b.Loop() {
			for _, q := range queries {
				q.Granularity = 0
				if _, _, err := sql.Run(b.Context(), s, sql.Request{Query: q, Fields: fields, From: from, To: to}); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("slowest by user and trace", func(b *testing.B) {
		s, from, to := generated(b, *benchRows, false)
		run(b, s, from, to, slowest)
	})
	b.Run("slowest, weights mixed", func(b *testing.B) {
		s, from, to := generated(b, *benchRows, true)
		run(b, s, from, to, slowest)
	})
	for _, board := range liftsys.Define(liftsys.Options{}).Boards {
		b.Run("board "+board.Name, func(b *testing.B) {
			s, from, to := generated(b, *benchRows, true)
			var queries []honeycomb.Query
			for _, p := range board.Panels {
				if p.Query != nil {
					queries = append(queries, p.Query.Query)
				}
			}
			run(b, s, from, to, queries...)
		})
	}
}
