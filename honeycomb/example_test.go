package honeycomb_test

import (
	"fmt"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

func ExampleQuery() {
	q := honeycomb.Query{
		Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS)},
		Breakdowns:   honeycomb.Columns(attr.HTTPRoute),
		Filters:      []honeycomb.Filter{honeycomb.Where(attr.ColumnTraceParentID, honeycomb.DoesNotExist)},
		TimeRange:    24 * time.Hour,
	}
	fmt.Println(q)
	// Output:
	// P95(duration_ms) by http.route where trace.parent_id does-not-exist over 24h
}

func ExampleDefinition_Validate() {
	d := honeycomb.Definition{Triggers: []honeycomb.Trigger{{
		Name:      "LLM cost",
		Query:     honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Sum, attr.LLMCostUSD)}, TimeRange: time.Hour},
		Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 5},
		Frequency: 5 * time.Minute,
	}}}
	fmt.Println(d.Validate(honeycomb.Free))
	// Output:
	// trigger "LLM cost": time range 1h does not fit the frequency 5m: look back 5m to 20m, or run every 15m
}
