package alerttest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/alerttest"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// fakeT stands for the *testing.T of a test that may fail. What it is not asked
// for panics.
type fakeT struct {
	testing.TB

	output []string
}

func (*fakeT) Helper()                  {}
func (*fakeT) Context() context.Context { return context.Background() }
func (t *fakeT) Errorf(format string, args ...any) {
	t.output = append(t.output, fmt.Sprintf(format, args...))
}

func (t *fakeT) Logf(format string, args ...any) { t.Errorf("log: "+format, args...) }

func (t *fakeT) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	runtime.Goexit()
}

// judge returns what an assertion reports.
func judge(assert func(testing.TB)) string {
	t := &fakeT{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		assert(t)
	}()
	<-done
	return strings.Join(t.output, "\n")
}

// shop has an alert on failed spans, one on another metric, and an SLO.
func shop() honeycomb.Definition {
	failed := honeycomb.CalculatedField{Alias: "failed_percent", Expression: "IF(EXISTS($duration_ms), IF(EQUALS($error, true), 100, 0))"}
	return honeycomb.Definition{
		Columns: []attr.Def{{Name: "queue.length", Type: attr.TypeFloat}, {Name: "shop", Type: attr.TypeString}},
		Fields: []honeycomb.CalculatedField{
			failed,
			{Alias: "sli", Expression: "IF(EXISTS($duration_ms), NOT(EQUALS($error, true)))"},
		},
		Recipients: []honeycomb.Recipient{{Name: "us", Type: honeycomb.Email, Target: "us@example.com"}},
		Triggers: []honeycomb.Trigger{
			{
				Name: "Failures", Frequency: 2 * time.Minute, Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 10},
				Query: honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Avg, failed.Alias)}, TimeRange: 4 * time.Minute},
			},
			{
				Name: "Long queue", Frequency: time.Minute, Threshold: honeycomb.Threshold{Op: honeycomb.GreaterOrEqual, Value: 50},
				Query: honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate[honeycomb.Column](honeycomb.Max, "queue.length")}, Breakdowns: honeycomb.Columns("shop"), TimeRange: time.Minute},
			},
		},
		SLOs: []honeycomb.SLO{{
			Name: "Spans succeed", SLI: "sli", TargetPerMillion: 900_000, Days: 7,
			BurnAlerts: []honeycomb.BurnAlert{
				{Type: honeycomb.BudgetRate, Window: time.Hour, ThresholdPerMillion: 50_000, Recipients: []string{"us"}},
				{Type: honeycomb.BudgetRate, Window: 24 * time.Hour, ThresholdPerMillion: 500_000, Recipients: []string{"us"}},
			},
		}},
	}
}

var request = alerttest.Span("GET /", trace.SpanKindServer, 50*time.Millisecond)

func TestAssertions(t *testing.T) {
	calm, bad := alerttest.Every(time.Second, request), alerttest.Every(time.Second, request).Errors(0.5)
	over := alerttest.Incident{}.For(4*time.Minute, calm).For(4*time.Minute, bad)
	back := over.For(6*time.Minute, calm)
	const runs = `
    AVG(failed_percent) over 4m > 10, every 2m
    +0s       ok       no value
    +2m0s     ok       0
    +4m0s     ok       0
    +6m0s     firing   25
    +8m0s     firing   50`
	tests := []struct {
		name   string
		assert func(testing.TB)
		want   string
	}{
		{"it fires", func(t testing.TB) { alerttest.Fires(t, shop(), "Failures", over) }, ""},
		{"it is not quiet", func(t testing.TB) { alerttest.Quiet(t, shop(), "Failures", over) }, "alerttest: Failures fired" + runs},
		{"it does not resolve", func(t testing.TB) { alerttest.Resolves(t, shop(), "Failures", over) }, "alerttest: Failures did not resolve" + runs},
		{"it resolves", func(t testing.TB) { alerttest.Resolves(t, shop(), "Failures", back) }, ""},
		{"what resolved was not quiet", func(t testing.TB) { alerttest.Quiet(t, shop(), "Failures", back) }, "alerttest: Failures fired" + runs + `
    +10m0s    firing   25
    +12m0s    ok       0
    +14m0s    ok       0`},
		{"it is quiet", func(t testing.TB) {
			alerttest.Quiet(t, shop(), "Failures", alerttest.Incident{}.For(2*time.Minute, calm))
		}, ""},
		{"it does not fire", func(t testing.TB) {
			alerttest.Fires(t, shop(), "Failures", alerttest.Incident{}.For(2*time.Minute, calm))
		}, `alerttest: Failures did not fire
    AVG(failed_percent) over 4m > 10, every 2m
    +0s       ok       no value
    +2m0s     ok       0`},
		{"what did not fire did not resolve", func(t testing.TB) {
			alerttest.Resolves(t, shop(), "Failures", alerttest.Incident{}.For(2*time.Minute, calm))
		}, `alerttest: Failures did not fire
    AVG(failed_percent) over 4m > 10, every 2m
    +0s       ok       no value
    +2m0s     ok       0`},
		{"groups", func(t testing.TB) {
			queue := alerttest.Measured(10*time.Second, "queue.length", 60, attribute.String("shop", "a"))
			alerttest.Quiet(t, shop(), "Long queue", alerttest.Incident{}.For(time.Minute, queue))
		}, `alerttest: Long queue fired
    MAX(queue.length) by shop over 1m >= 50, every 1m
    +0s       ok       no value
    +1m0s     firing   60; shop = a: 60`},
		{"an unknown alert", func(t testing.TB) { alerttest.Quiet(t, shop(), "Fallures", over) }, `alerttest: no alert "Fallures" with something to compare: the definition has
    Failures
    Long queue
    Spans succeed
    Spans succeed: 5 % of the budget used within 1h
    Spans succeed: 50 % of the budget used within 24h`},
		{"an invalid definition", func(t testing.TB) {
			d := shop()
			d.Triggers[0].Frequency = 0
			alerttest.Quiet(t, d, "Failures", over)
		}, "alerttest: the definition is not valid:\ntrigger \"Failures\": frequency 0s is not allowed: use whole minutes from 1 to 1440"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, judge(tt.assert)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLongReportsAreCut(t *testing.T) {
	queue := alerttest.Measured(5*time.Hour, "queue.length", 1)
	got := judge(func(t testing.TB) {
		alerttest.Fires(t, shop(), "Long queue", alerttest.Incident{}.For(2*time.Hour, queue))
	})
	if !strings.Contains(got, "+19m0s    ok       no value\n    … 81 runs\n    +1h41m0s  ok") || strings.Count(got, "\n") != 42 {
		t.Errorf("report is\n%s", got)
	}
}

func TestBurnAlerts(t *testing.T) {
	day := alerttest.Every(time.Hour, request).Weight(1000) // 168 000 in a week, of which 16 800 may be bad
	hour := func(bad float64) alerttest.Incident {
		return alerttest.Incident{}.Before(7*24*time.Hour, day).For(time.Hour, alerttest.Every(3600*time.Millisecond, request).Weight(1).Errors(bad))
	}
	const fast, slow, both = "Spans succeed: 5 % of the budget used within 1h", "Spans succeed: 50 % of the budget used within 24h", "Spans succeed"
	alerttest.Quiet(t, shop(), both, hour(0.83)) // 830 of 16 800
	alerttest.Fires(t, shop(), fast, hour(0.85)) // 850 of 16 800
	alerttest.Fires(t, shop(), both, hour(0.85))
	alerttest.Quiet(t, shop(), slow, hour(0.85))
	alerttest.Resolves(t, shop(), fast, hour(0.85).For(time.Hour))
}

func TestStreams(t *testing.T) {
	count := func(filters ...honeycomb.Filter) honeycomb.Definition {
		d := honeycomb.Definition{Triggers: []honeycomb.Trigger{{
			Name: "Rows", Frequency: 10 * time.Minute, Threshold: honeycomb.Threshold{Op: honeycomb.GreaterOrEqual},
			Query: honeycomb.Query{Filters: filters, TimeRange: 10 * time.Minute},
		}}}
		return d
	}
	slow := alerttest.Span("GET /", trace.SpanKindServer, time.Minute, attr.HTTPRoute.String("/"), attr.LLMInputTokens.Int(5), attribute.StringSlice("x", []string{"a"}))
	failed := slow
	failed.Status = codes.Error
	failed.Events = []telemetrytest.Event{{Name: "exception", Time: failed.End, Attributes: telemetrytest.Attributes{"exception.type": "E"}}}
	parts := alerttest.Every(time.Minute, request)
	tests := []struct {
		name, reason string
		streams      []alerttest.Stream
		filter       honeycomb.Filter
		want         float64
	}{
		{"once a minute", "the end of a phase is no part of it", []alerttest.Stream{parts}, honeycomb.Where(attr.ColumnName, honeycomb.Exists), 10},
		{"two streams", "they flow at once", []alerttest.Stream{parts, parts}, honeycomb.Where(attr.ColumnName, honeycomb.Exists), 20},
		{"a weight", "it stands for more", []alerttest.Stream{parts.Weight(7)}, honeycomb.Where(attr.ColumnName, honeycomb.Exists), 70},
		{"a third", "never more than the share", []alerttest.Stream{parts.Errors(1.0 / 3)}, honeycomb.Where(attr.ColumnError, honeycomb.Equals, true), 3},
		{"a tenth", "0.1 is no float", []alerttest.Stream{parts.Errors(0.1)}, honeycomb.Where(attr.ColumnError, honeycomb.Equals, true), 1},
		{"all", "", []alerttest.Stream{parts.Errors(1)}, honeycomb.Where(attr.ColumnError, honeycomb.Equals, true), 10},
		{"none", "", []alerttest.Stream{parts.Errors(0)}, honeycomb.Where(attr.ColumnError, honeycomb.Equals, true), 0},
		{"instead", "the others are not there", []alerttest.Stream{parts.Instead(0.2, slow)}, honeycomb.Where(attr.ColumnDurationMS, honeycomb.Less, 60_000), 8},
		{"attributes", "they become columns", []alerttest.Stream{parts.Instead(0.2, slow)}, honeycomb.Where(attr.LLMInputTokens, honeycomb.Equals, 5), 2},
		{"an exception", "it is a row, and lends its type to its span", []alerttest.Stream{alerttest.Every(time.Minute, failed)}, honeycomb.Where(attr.ExceptionType, honeycomb.Equals, "E"), 19}, // the last one's row comes a minute later
		{"the zero value", "nothing flows", []alerttest.Stream{{}, parts}, honeycomb.Where(attr.ColumnName, honeycomb.Exists), 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := alerttest.Incident{}.For(10*time.Minute, tt.streams...)
			d := count(tt.filter)
			d.Triggers[0].Threshold.Value = tt.want
			alerttest.Fires(t, d, "Rows", in)
			d.Triggers[0].Threshold.Value = tt.want + 0.5
			alerttest.Quiet(t, d, "Rows", in)
		})
	}
}

func TestEveryTimeIsATraceOfItsOwn(t *testing.T) {
	d := honeycomb.Definition{Triggers: []honeycomb.Trigger{{
		Name: "Traces", Frequency: 10 * time.Minute, Threshold: honeycomb.Threshold{Op: honeycomb.GreaterOrEqual, Value: 10},
		Query: honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.CountDistinct, attr.ColumnTraceTraceID)}, TimeRange: 10 * time.Minute},
	}}}
	in := alerttest.Incident{}.For(10*time.Minute, alerttest.Every(time.Minute, request, request))
	alerttest.Fires(t, d, "Traces", in)
	d.Triggers[0].Threshold.Value = 11
	alerttest.Quiet(t, d, "Traces", in)
}

// What a service under test reports is an incident, at the times it was reported.
func TestRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		for i := range 20 {
			_, span := telemetry.Start(ctx, "work")
			time.Sleep(15 * time.Second)
			var err error
			if i >= 10 {
				err = fmt.Errorf("attempt %d failed", i)
			}
			span.End(&err)
		}
		in := alerttest.Recorded(rec.Spans()...)
		alerttest.Fires(t, shop(), "Failures", in)
		alerttest.Resolves(t, shop(), "Failures", in.For(10*time.Minute))
		alerttest.Quiet(t, shop(), "Failures", alerttest.Recorded(rec.Spans()[:10]...))
	})
}

// Incidents share their first phases without seeing each other's last.
func TestIncidentsAreValues(t *testing.T) {
	calm := alerttest.Incident{}.For(4*time.Minute, alerttest.Every(time.Second, request))
	bad := calm.For(4*time.Minute, alerttest.Every(time.Second, request).Errors(1))
	good := calm.For(4*time.Minute, alerttest.Every(time.Second, request))
	alerttest.Fires(t, shop(), "Failures", bad)
	alerttest.Quiet(t, shop(), "Failures", good)
}
