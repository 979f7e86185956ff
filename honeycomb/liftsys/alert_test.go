package liftsys_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb/alerttest"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/telemetrytest"
)

const month = 30 * 24 * time.Hour

// crowd are a hundred requests in five minutes.
const crowd = 3 * time.Second

func request(took time.Duration, attributes ...attribute.KeyValue) telemetrytest.Span {
	return alerttest.Span("POST /api/sessions", trace.SpanKindServer, took, attributes...)
}

func failed(s telemetrytest.Span) telemetrytest.Span {
	s.Status = codes.Error
	s.Events = []telemetrytest.Event{{Name: "exception", Time: s.End, Attributes: telemetrytest.Attributes{attr.ExceptionType: "E"}}}
	return s
}

func call(provider string, attributes ...attribute.KeyValue) telemetrytest.Span {
	return alerttest.Span(attr.SpanLLMCall, trace.SpanKindClient, time.Second, append(attributes, attr.LLMProvider.String(provider))...)
}

func generation(language string, success bool) telemetrytest.Span {
	return alerttest.Span(attr.SpanCodeGenerate, trace.SpanKindInternal, time.Second, attr.CodeLanguage.String(language), attr.CodeSuccess.Bool(success))
}

// borders are what just fires an alert, and what just does not.
type borders struct{ beyond, short alerttest.Incident }

func during(d time.Duration, streams ...alerttest.Stream) alerttest.Incident {
	return alerttest.Incident{}.For(d, streams...)
}

func alertBorders() map[string]borders {
	quick, slow := request(time.Second), request(10*time.Second+time.Millisecond)
	refused := failed(alerttest.Span(attr.SpanDBSelect, trace.SpanKindClient, time.Millisecond, attr.ErrorType.String(attr.ErrorDBConnection)))
	// What goes on besides, and is none of the alert's business.
	others := []alerttest.Stream{
		alerttest.Every(time.Second, call(attr.ProviderOpenAI)),
		alerttest.Every(time.Second, failed(alerttest.Span("work", trace.SpanKindInternal, time.Minute))),
	}
	besides := func(s ...alerttest.Stream) []alerttest.Stream { return slices.Concat(others, s) }
	crowd := alerttest.Every(crowd, quick)
	calls := alerttest.Every(3*time.Second, call(attr.ProviderAnthropic))
	cost := func(usd float64) alerttest.Stream {
		return alerttest.Every(36*time.Second, call(attr.ProviderAnthropic, attr.LLMCostUSD.Float64(usd))) // 100 an hour
	}
	code := func(share float64) []alerttest.Stream {
		return []alerttest.Stream{
			alerttest.Every(time.Second, generation(attr.LanguagePython, true)),
			alerttest.Every(18*time.Second, generation(attr.LanguageGo, true)).Instead(share, generation(attr.LanguageGo, false)), // 100 in half an hour
		}
	}
	average := func(usd float64) alerttest.Stream { // every other request is free
		return alerttest.Every(36*time.Second, quick).Instead(0.5, request(time.Second, attr.RequestCostUSD.Float64(2*usd)))
	}
	return map[string]borders{
		liftsys.HighErrorRate: {
			beyond: during(10*time.Minute, besides(crowd.Instead(0.11, failed(quick)))...),
			short:  during(10*time.Minute, besides(crowd.Instead(0.10, failed(quick)))...),
		},
		liftsys.SlowRequests: {
			beyond: during(10*time.Minute, besides(crowd.Instead(0.06, slow))...),
			short:  during(10*time.Minute, besides(crowd.Instead(0.5, request(10*time.Second)).Instead(0.05, slow))...),
		},
		liftsys.DatabaseConnectionErrors: {
			beyond: during(10*time.Minute, besides(alerttest.Every(27*time.Second, refused))...),
			short:  during(10*time.Minute, besides(alerttest.Every(30*time.Second, refused))...),
		},
		liftsys.LLMProviderFailure: {
			beyond: during(10*time.Minute, besides(calls.Errors(0.51))...),
			short:  during(10*time.Minute, besides(calls.Errors(0.50))...),
		},
		liftsys.LLMCostSpike:          {beyond: during(90*time.Minute, cost(0.0501)), short: during(90*time.Minute, cost(0.0499))},
		liftsys.CodeGenerationFailing: {beyond: during(time.Hour, code(0.51)...), short: during(time.Hour, code(0.50)...)},
		liftsys.AverageCostPerRequest: {beyond: during(90*time.Minute, average(0.101)), short: during(90*time.Minute, average(0.099))},
		// A 31st of 20 million is 448.03 a minute.
		liftsys.EventBudget: {
			beyond: during(30*time.Hour, alerttest.Measured(time.Minute, attr.MetricTelemetryExported, 448.4)),
			short:  during(30*time.Hour, alerttest.Measured(time.Minute, attr.MetricTelemetryExported, 447.6)),
		},

		// A month at 3600 requests an hour has a budget of 129 600. 2 % of it are 72 % of an hour.
		liftsys.RequestsSucceed + ": 2 % of the budget used within 1h": {
			beyond: anHour(quick, failed(quick), 0.73), short: anHour(quick, failed(quick), 0.71),
		},
		liftsys.RequestsAreFast + ": 2 % of the budget used within 1h": {
			beyond: anHour(request(10*time.Second), slow, 0.73), short: anHour(request(10*time.Second), slow, 0.71),
		},
		// 10 % of it are 5 % of three days.
		liftsys.RequestsSucceed + ": 10 % of the budget used within 3d": {
			beyond: threeDays(quick, failed(quick), 0.051), short: threeDays(quick, failed(quick), 0.049),
		},
		liftsys.RequestsAreFast + ": 10 % of the budget used within 3d": {
			beyond: threeDays(quick, slow, 0.051), short: threeDays(quick, slow, 0.049),
		},
	}
}

// anHour is bad at the end of a good month.
func anHour(good, bad telemetrytest.Span, share float64) alerttest.Incident {
	return during(time.Hour, alerttest.Every(36*time.Second, good).Weight(36).Instead(share, bad)).
		Before(month, alerttest.Every(time.Hour, good).Weight(3600))
}

// threeDays are bad at the end of a good month. Alerts run in the last hour of
// them.
func threeDays(good, bad telemetrytest.Span, share float64) alerttest.Incident {
	days := alerttest.Every(216*time.Second, good).Weight(216).Instead(share, bad)
	return during(time.Hour, days).Before(71*time.Hour, days).Before(month, alerttest.Every(time.Hour, good).Weight(3600))
}

func TestEveryAlertFiresAndResolvesAtItsBorder(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	back := make(map[string]time.Duration) // how far the alert looks
	for _, a := range d.Triggers {
		back[a.Name] = a.Query.TimeRange
	}
	for _, s := range d.SLOs {
		for _, b := range s.BurnAlerts {
			back[s.Name+": "+b.String()] = b.Window
		}
	}
	for name, b := range alertBorders() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alerttest.Fires(t, d, name, b.beyond)
			alerttest.Quiet(t, d, name, b.short)
			alerttest.Resolves(t, d, name, b.beyond.For(back[name]+time.Minute))
		})
	}
}

func TestEveryAlertHasABorder(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	var want []string
	for _, a := range d.Triggers {
		want = append(want, a.Name)
	}
	for _, s := range d.SLOs {
		for _, b := range s.BurnAlerts {
			want = append(want, s.Name+": "+b.String())
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(alertBorders()))); diff != "" {
		t.Errorf("add what fires the alert and what just does not (-alerts +tests):\n%s", diff)
	}
}

// A short outage of a young service, and a long one of an old: what the SLO sees
// depends on the month.
func TestAnSLOAsAWhole(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	good, bad := request(time.Second), failed(request(time.Second))
	for _, name := range []string{liftsys.RequestsSucceed, liftsys.RequestsAreFast} {
		alerttest.Quiet(t, d, name, anHour(good, good, 0))
	}
	alerttest.Fires(t, d, liftsys.RequestsSucceed, anHour(good, bad, 0.73))
	alerttest.Quiet(t, d, liftsys.RequestsAreFast, anHour(good, bad, 0.73))
	alerttest.Fires(t, d, liftsys.RequestsSucceed, during(time.Hour, alerttest.Every(36*time.Second, good).Errors(0.01)))
}
