package query_test

import (
	"slices"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
)

// What is applied to Honeycomb has to be computable here.
func TestEverythingOfLiftSysCanBeComputed(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	queries := make(map[string]honeycomb.Query)
	for _, s := range d.SavedQueries() {
		queries[s.Name] = s.Query
	}
	for _, tr := range d.Triggers {
		queries[tr.Name] = tr.Query
	}
	request := event.Event{Time: start, Dataset: "lift-sys", Weight: 1, Fields: map[string]any{
		"name": "POST /api/sessions", "span.kind": "server", "duration_ms": 12_000.0, "error": true, "request.cost_usd": 0.25, "llm.provider": "openai",
	}}
	for name, q := range queries {
		t.Run(name, func(t *testing.T) {
			if _, err := query.Run(q, d.Fields, slices.Values([]event.Event{request}), start, start.Add(time.Hour)); err != nil {
				t.Error(err)
			}
		})
	}
	for field, want := range map[honeycomb.Column]any{
		liftsys.ErrorPercent: int64(100), liftsys.SuccessPercent: int64(0), liftsys.RequestCostUSD: 0.25, liftsys.CodeSuccessPercent: nil,
		liftsys.SLIRequestSuccess: false, liftsys.SLIRequestFast: false, liftsys.Time: "2026-11-23 12:00:00",
	} {
		q := honeycomb.Query{Breakdowns: []honeycomb.Column{field}}
		res, err := query.Run(q, d.Fields, slices.Values([]event.Event{request}), start, start.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Groups[0].Key[0]; got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
}
