package sql_test

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
	"github.com/lift-sys/telemetry/lens/internal/sql"
)

// Registered columns by type, but for ids, and one that is text because its first
// value is.
var (
	textNames = []string{"name", "user.id", "http.route", "llm.model", "network.protocol.version", "team"}
	intNames  = []string{"status_code", "llm.input_tokens", "server.port"}
	realNames = []string{"duration_ms", "llm.cost_usd"}
	boolNames = []string{"error", "llm.streaming"}
)

// missent changes some of the values to others, whatever the column's type.
func (m maker) missent(events []event.Event) []event.Event {
	events[0].Fields["team"] = "first"
	for _, e := range events[1:] {
		for _, name := range slices.Concat(textNames, intNames, realNames, boolNames, []string{"trace.trace_id"}) {
			if m.IntN(4) == 0 {
				e.Fields[name] = pick[any](m, int64(7), int64(-2), 2.5, 3.0, 404.0, true, false, "7", "-2", "2.50", "3.0", "1e2", "12.5", "true", "false", "", "x", "Inf")
			}
		}
	}
	return events
}

// asRead returns what queries see of the events: values as the type of their
// column, and none that are not of it.
func asRead(events []event.Event) []event.Event {
	list := slices.Clone(events)
	for i := range list {
		f := maps.Clone(list[i].Fields)
		list[i].Fields = f
		read := func(columns []string, as func(any) any) {
			for _, name := range columns {
				if v, ok := f[name]; ok {
					if f[name] = as(v); f[name] == nil {
						delete(f, name)
					}
				}
			}
		}
		read(textNames, func(v any) any { return written(v) })
		read(intNames, func(v any) any {
			if n, ok := real64(v); ok && n == math.Trunc(n) {
				return int64(n)
			}
			return nil
		})
		read(realNames, func(v any) any {
			if n, ok := real64(v); ok {
				return n
			}
			return nil
		})
		read(boolNames, func(v any) any {
			switch v {
			case true, "true":
				return true
			case false, "false":
				return false
			}
			return nil
		})
		read([]string{"trace.trace_id"}, func(v any) any {
			if s, ok := v.(string); ok && len(s) == 32 {
				return s
			}
			return nil
		})
	}
	return list
}

func written(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case string:
		return v
	}
	return ""
}

func real64(v any) (float64, bool) {
	if _, ok := v.(bool); ok {
		return 0, false
	}
	n, err := strconv.ParseFloat(written(v), 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// Queries find a value though its sender had another type for it.
func TestMissentValues(t *testing.T) {
	answered := 0
	for seed := range uint64(3) {
		m := newMaker(seed + 100)
		events := m.missent(m.events(200))
		s, want := filled(t, events), asRead(events)
		for i := range 15 {
			q := m.query()
			column := honeycomb.Column(pick(m, slices.Concat(textNames, intNames, realNames, boolNames)...))
			q.Filters = append(q.Filters, honeycomb.Where(column, pick(m, honeycomb.Exists, honeycomb.DoesNotExist)))
			if !slices.Contains(q.Breakdowns, column) {
				q.Breakdowns = append(q.Breakdowns, column)
			}
			fields := m.calculated()
			wanted, errWant := query.Run(q, fields, slices.Values(want), start, start.Add(length))
			got, _, errGot := sql.Run(t.Context(), s, sql.Request{Query: q, Fields: fields, From: start, To: start.Add(length)})
			if (errWant == nil) != (errGot == nil) {
				t.Fatalf("seed %d, query %d: %s\n%s\nthe reference says %v, DuckDB %v", seed, i, q, formulas(fields), errWant, errGot)
			}
			if errGot != nil {
				continue
			}
			if len(got.Groups) > 0 {
				answered++
			}
			if diff := cmp.Diff(wanted, got, alike); diff != "" {
				t.Fatalf("seed %d, query %d: %s\n%s\n(-reference +DuckDB):\n%s", seed, i, q, formulas(fields), diff)
			}
		}
	}
	if answered < 20 {
		t.Errorf("only %d queries had a result, so that this test proves little", answered)
	}
}
