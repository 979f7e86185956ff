package alerttest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/alerttest"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// alert is a definition of one trigger that compares the rows of four minutes each
// minute.
func alert(change func(*honeycomb.Trigger)) honeycomb.Definition {
	a := honeycomb.Trigger{
		Name: "Rows", Frequency: time.Minute, Query: honeycomb.Query{TimeRange: 4 * time.Minute},
		Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 10},
	}
	change(&a)
	return honeycomb.Definition{Triggers: []honeycomb.Trigger{a}}
}

var (
	calm     = alerttest.Every(time.Second, request)
	failures = []honeycomb.Filter{honeycomb.Where(attr.ColumnError, honeycomb.Equals, true)}
)

// No assertion passes where there is nothing to assert.
func TestWhatProvesNothingEndsTheTest(t *testing.T) {
	tests := []struct {
		name     string
		alert    honeycomb.Definition
		incident alerttest.Incident
		want     string
	}{
		{"no incident", shop(), alerttest.Incident{}, "nothing happens in the incident, which proves nothing: give a phase of it a stream, or record a span"},
		{"no stream", shop(), alerttest.Incident{}.For(time.Hour), "nothing happens in the incident, which proves nothing: give a phase of it a stream, or record a span"},
		{"no span", shop(), alerttest.Recorded(), "nothing happens in the incident, which proves nothing: give a phase of it a stream, or record a span"},
		{"a disabled trigger", func() honeycomb.Definition {
			d := shop()
			d.Triggers[0].Disabled = true
			return d
		}(), alerttest.Incident{}.For(time.Hour, calm.Errors(1)), `trigger "Failures" is disabled and never runs: test it enabled`},
	}
	for _, tt := range tests {
		for _, assert := range []func(testing.TB, honeycomb.Definition, string, alerttest.Incident){alerttest.Fires, alerttest.Quiet, alerttest.Resolves} {
			got := judge(func(t testing.TB) { assert(t, tt.alert, "Failures", tt.incident) })
			if diff := cmp.Diff("alerttest: "+tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
	}
}

func TestWithoutAMatchingRow(t *testing.T) {
	d := alert(func(a *honeycomb.Trigger) {
		a.Query.Filters = []honeycomb.Filter{honeycomb.Where(attr.HTTPRoute, honeycomb.Equals, "/nowhere")}
	})
	in := alerttest.Incident{}.For(time.Minute, calm)
	tests := []struct {
		name   string
		assert func(testing.TB)
		want   string
	}{
		{"fires", func(t testing.TB) { alerttest.Fires(t, d, "Rows", in) }, `alerttest: Rows did not fire
    COUNT where http.route = "/nowhere" over 4m > 10, every 1m
    +0s       ok       0
    +1m0s     ok       0
    no row matches the filters of its query`},
		{"quiet", func(t testing.TB) { alerttest.Quiet(t, d, "Rows", in) }, "log: alerttest: Rows is quiet, because no row matches the filters of its query"},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, judge(tt.assert)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// An alert that is pending at the end of an incident fires after it.
func TestPendingAtTheEnd(t *testing.T) {
	d := alert(func(a *honeycomb.Trigger) { a.Query.Filters, a.Threshold.ExceededLimit = failures, 3 })
	before := alerttest.Incident{}.Before(10*time.Minute, calm)
	bad := before.For(time.Minute, calm.Errors(1))
	alerttest.Fires(t, d, "Rows", bad)
	alerttest.Quiet(t, d, "Rows", before.For(time.Minute, calm.Errors(0.1)))
	tests := []struct {
		name   string
		assert func(testing.TB)
		want   string
	}{
		{"not quiet", func(t testing.TB) { alerttest.Quiet(t, d, "Rows", bad) }, "fired"},
		{"not resolved", func(t testing.TB) { alerttest.Resolves(t, d, "Rows", bad) }, "did not resolve"},
	}
	for _, tt := range tests {
		want := "alerttest: Rows " + tt.want + `
    COUNT where error = true over 4m > 10, every 1m, 3 times in a row
    +0s       ok       0
    +1m0s     pending  60
    +2m0s     pending  60
    +3m0s     firing   60`
		if diff := cmp.Diff(want, judge(tt.assert)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	alerttest.Resolves(t, d, "Rows", bad.For(5*time.Minute, calm))
}

// What comes over the threshold only because an incident ends does not fire: the
// share of the failed in its last seconds is above that in all of it.
func TestTheEndIsNoPartOfTheIncident(t *testing.T) {
	alerttest.Quiet(t, shop(), "Failures", alerttest.Incident{}.For(7*time.Minute, calm).For(20*time.Second, calm.Errors(1)))
	few := alert(func(a *honeycomb.Trigger) {
		a.Threshold = honeycomb.Threshold{Op: honeycomb.Less, Value: 240, ExceededLimit: 2}
	})
	alerttest.Quiet(t, few, "Rows", alerttest.Incident{}.Before(10*time.Minute, calm).For(5*time.Minute, calm))
	alerttest.Fires(t, few, "Rows", alerttest.Incident{}.Before(10*time.Minute, calm).For(5*time.Minute, alerttest.Every(2*time.Second, request)))
}

// In a bubble time stands still, and its start is a multiple of every frequency.
func TestRecordedInAnInstant(t *testing.T) {
	d := alert(func(a *honeycomb.Trigger) { a.Query.Filters = failures })
	for _, took := range []time.Duration{0, time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			var spans []telemetrytest.Span
			for i := range 11 {
				start := time.Now()
				time.Sleep(took)
				spans = append(spans, telemetrytest.Span{Kind: trace.SpanKindServer, Start: start, End: time.Now(), TraceID: trace.TraceID{byte(i + 1)}, SpanID: trace.SpanID{1}, Status: codes.Error})
			}
			alerttest.Fires(t, d, "Rows", alerttest.Recorded(spans...))
			alerttest.Quiet(t, d, "Rows", alerttest.Recorded(spans[1:]...))
		})
	}
}

// The last span is over in the instant of a run, which looks at what was before it.
func TestRecordedAtTheLastInstant(t *testing.T) {
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	last := telemetrytest.Span{Start: start.Add(2 * time.Minute), End: start.Add(2 * time.Minute), Status: codes.Error}
	d := alert(func(a *honeycomb.Trigger) { a.Query.Filters, a.Threshold.Value = failures, 0 })
	alerttest.Fires(t, d, "Rows", alerttest.Recorded(telemetrytest.Span{Start: start, End: start}, last))
}

func TestResource(t *testing.T) {
	of := func(service string) honeycomb.Definition {
		return alert(func(a *honeycomb.Trigger) {
			a.Query.Filters = []honeycomb.Filter{honeycomb.Where(attr.ServiceName, honeycomb.Equals, service)}
		})
	}
	shop, version := attr.ServiceName.String("shop"), attribute.String("service.version", "v2")
	queue := alerttest.Measured(time.Second, "queue.length", 1)
	var recorded []telemetrytest.Span
	for range 11 {
		recorded = append(recorded, request)
	}
	tests := []struct {
		name, service string
		incident      alerttest.Incident
	}{
		{"a stream without one", "unknown_service", alerttest.Incident{}.For(time.Minute, calm)},
		{"a stream without a name", "unknown_service", alerttest.Incident{}.For(time.Minute, calm.Resource(version))},
		{"a stream", "shop", alerttest.Incident{}.For(time.Minute, calm.Resource(version, shop))},
		{"what happens instead", "shop", alerttest.Incident{}.For(time.Minute, calm.Errors(1).Resource(shop))},
		{"a metric", "shop", alerttest.Incident{}.For(time.Minute, queue.Resource(shop))},
		{"two services", "shop", alerttest.Incident{}.For(time.Minute, calm, calm.Resource(shop))},
		{"a recording without one", "unknown_service", alerttest.Recorded(recorded...)},
		{"a recording", "shop", alerttest.Recorded(recorded...).Resource(shop)},
		{"a recording with a stream after it", "shop", alerttest.Recorded(recorded...).Resource(shop).For(time.Minute, calm)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alerttest.Fires(t, of(tt.service), "Rows", tt.incident)
			alerttest.Quiet(t, of("another"), "Rows", tt.incident)
		})
	}
}

// Two streams of the same span are two traces at a time, and as many spans.
func TestStreamsHaveTracesOfTheirOwn(t *testing.T) {
	child := alerttest.Span("SELECT", trace.SpanKindClient, time.Millisecond)
	child.SpanID, child.Parent = trace.SpanID{2}, request.SpanID
	s := alerttest.Every(time.Second, request, child)
	in := alerttest.Incident{}.For(time.Minute, s, s)
	for column, want := range map[string]float64{attr.ColumnTraceTraceID: 120, attr.ColumnTraceSpanID: 240, attr.ColumnTraceParentID: 120} {
		d := alert(func(a *honeycomb.Trigger) {
			a.Query.Calculations = []honeycomb.Calculation{honeycomb.Calculate(honeycomb.CountDistinct, column)}
			a.Threshold = honeycomb.Threshold{Op: honeycomb.GreaterOrEqual, Value: want}
		})
		alerttest.Fires(t, d, "Rows", in)
		d.Triggers[0].Threshold.Value++
		alerttest.Quiet(t, d, "Rows", in)
	}
}
