package sql_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/lens/internal/sql"
)

// What would be gigabytes is refused, and what to do is said.
func TestLargeResult(t *testing.T) {
	s := filled(t, nil)
	begin := time.Unix(1_795_000_000, 0)
	if _, err := s.Query(t.Context(), fmt.Sprintf(`INSERT INTO events BY NAME SELECT %d + i AS _time, 1 AS _weight, 'd' AS _dataset, i::VARCHAR AS "user.id", 1.5 AS duration_ms FROM range(1000) t(i)`, begin.UnixNano())); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name         string
		limit        int
		calculations []honeycomb.CalculationOp
		refused      bool
	}{
		{"all groups", 1000, []honeycomb.CalculationOp{honeycomb.Max, honeycomb.P99}, false},
		{"all groups and too many calculations", 1000, []honeycomb.CalculationOp{honeycomb.Max, honeycomb.P99, honeycomb.Sum}, true},
		{"fewer groups", 600, []honeycomb.CalculationOp{honeycomb.Max, honeycomb.P99, honeycomb.Sum}, false},
	}
	for _, tt := range tests {
		q := honeycomb.Query{Breakdowns: []honeycomb.Column{"user.id"}, Limit: tt.limit, TimeRange: 1000 * time.Second, Granularity: time.Second}
		for _, op := range tt.calculations {
			q.Calculations = append(q.Calculations, honeycomb.Calculation{Op: op, Column: "duration_ms"})
		}
		result, _, err := sql.Run(t.Context(), s, sql.Request{Query: q, From: begin, To: begin.Add(q.TimeRange)})
		if _, ok := errors.AsType[*honeycomb.RuleError](err); ok != tt.refused || err != nil && !ok {
			t.Errorf("%s: %v, want it refused: %t", tt.name, err, tt.refused)
		}
		if !tt.refused && len(result.Groups) != tt.limit {
			t.Errorf("%s: %d groups, want %d", tt.name, len(result.Groups), tt.limit)
		}
	}
}
