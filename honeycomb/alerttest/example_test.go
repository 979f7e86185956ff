package alerttest_test

import (
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/alerttest"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

// An alert is tested from both sides of its threshold. The last assertion is
// wrong, to show what it says: what each run saw.
func Example() {
	t := &fakeT{} // stands for the *testing.T of your test
	alerts := liftsys.Define(liftsys.Options{})
	requests := alerttest.Every(time.Second, alerttest.Span("POST /api/sessions", trace.SpanKindServer, 2*time.Second))
	calm := alerttest.Incident{}.For(4*time.Minute, requests)

	alerttest.Resolves(t, alerts, liftsys.HighErrorRate, calm.For(6*time.Minute, requests.Errors(0.2)).For(6*time.Minute, requests))
	alerttest.Quiet(t, alerts, liftsys.HighErrorRate, calm.For(6*time.Minute, requests.Errors(0.1)))

	alerttest.Fires(t, alerts, liftsys.HighErrorRate, calm.For(4*time.Minute, requests.Errors(0.05)))
	fmt.Println(t.output[0])
	// Output:
	// alerttest: High error rate did not fire
	//     AVG(lift.error_percent) where span.kind in ["server", "consumer"] and duration_ms exists over 5m > 10, every 2m
	//     +0s       ok       no value
	//     +2m0s     ok       0
	//     +4m0s     ok       0
	//     +6m0s     ok       2
	//     +8m0s     ok       4
}

// Alerts that look at one service see what is of its resource.
func ExampleStream_Resource() {
	t := &fakeT{}
	requests := alerttest.Every(time.Second, alerttest.Span("POST /orders", trace.SpanKindServer, time.Second))
	shop := requests.Resource(attribute.String("service.name", "shop"))
	alerts := honeycomb.Definition{Triggers: []honeycomb.Trigger{{
		Name: "Crowd", Frequency: time.Minute, Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 100},
		Query: honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("service.name", honeycomb.Equals, "shop")}, TimeRange: time.Minute},
	}}}

	alerttest.Fires(t, alerts, "Crowd", alerttest.Incident{}.For(time.Minute, shop, shop))
	alerttest.Quiet(t, alerts, "Crowd", alerttest.Incident{}.For(time.Minute, shop, requests))
	fmt.Println(len(t.output), "failures")
	// Output:
	// 0 failures
}
