package alerting

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/query"
)

// maxGroups is how many groups a trigger looks at, Honeycomb's greatest limit.
const maxGroups = 1000

func (e *Evaluator) trigger(t honeycomb.Trigger) *alert {
	q := t.Query
	q.Limit = maxGroups
	index := compared(q)
	return &alert{
		about: Notification{
			Alert: t.Name, Severity: t.Severity, Op: t.Threshold.Op, Threshold: t.Threshold.Value, Unit: unitOf(t), Condition: t.String(),
			Description: t.Description, Runbook: e.runbook(t.Runbook), Recipients: t.Recipients,
		},
		query:     t.Query,
		frequency: t.Frequency,
		limit:     max(1, t.Threshold.ExceededLimit),
		repeat:    t.AlertType == honeycomb.OnTrue,
		groups:    make(map[string]*group),
		measure: func(ctx context.Context, at time.Time) ([]measurement, error) {
			return e.measure(ctx, q, t.Baseline, index, at)
		},
	}
}

// compared returns the index of the calculation that the threshold is compared
// with: the one that is not a having's, or the only one.
func compared(q honeycomb.Query) int {
	if len(q.Calculations) < 2 {
		return 0
	}
	for i, c := range q.Calculations {
		if len(q.Havings) == 0 || q.Havings[0].Calculation != c {
			return i
		}
	}
	return 0
}

func (e *Evaluator) measure(ctx context.Context, q honeycomb.Query, baseline honeycomb.Baseline, index int, at time.Time) ([]measurement, error) {
	back := lookBack(q)
	now, err := e.source.Query(ctx, q, at.Add(-back), at)
	if err != nil {
		return nil, err
	}
	list := make([]measurement, 0, len(now.Groups))
	for _, g := range now.Groups {
		list = append(list, measurement{g.ID(), label(q.Breakdowns, g.Key), value(g, index)})
	}
	if baseline.Offset == 0 {
		return list, nil
	}
	then, err := e.source.Query(ctx, q, at.Add(-back-baseline.Offset), at.Add(-baseline.Offset))
	if err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	before := make(map[string]*float64, len(then.Groups))
	for _, g := range then.Groups {
		before[g.ID()] = value(g, index)
	}
	for i, m := range list {
		list[i].value = change(m.value, before[m.id], baseline.Type)
	}
	return list, nil
}

// lookBack is how far a query looks back.
func lookBack(q honeycomb.Query) time.Duration {
	if q.TimeRange == 0 {
		return honeycomb.DefaultTimeRange
	}
	return q.TimeRange
}

// change compares a value with an earlier one. Without both, and in percent of
// nothing, there is none.
func change(now, before *float64, how honeycomb.BaselineType) *float64 {
	if now == nil || before == nil {
		return nil
	}
	difference := *now - *before
	if how == honeycomb.ByValue {
		return &difference
	}
	if *before == 0 {
		return nil
	}
	return new(difference / *before * 100)
}

func value(g query.Group, index int) *float64 {
	if index >= len(g.Values) {
		return nil
	}
	v, ok := g.Values[index].(float64)
	if !ok {
		return nil
	}
	return &v
}

// label names a group for people: llm.provider = openai, llm.model = m-1.
func label(breakdowns []honeycomb.Column, key []any) string {
	parts := make([]string, 0, len(key))
	for i, v := range key {
		if v == nil {
			v = "(none)"
		}
		parts = append(parts, fmt.Sprintf("%s = %v", breakdowns[i], v))
	}
	return strings.Join(parts, ", ")
}
