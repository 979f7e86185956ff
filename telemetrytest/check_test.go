package telemetrytest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// TestJudgement has, for each reason to fail a test, a test that fails and one
// next to it that does not.
func TestJudgement(t *testing.T) {
	span := func(name string, kv ...attribute.KeyValue) func(context.Context, *telemetrytest.Recorder) {
		return func(ctx context.Context, _ *telemetrytest.Recorder) {
			_, s := telemetry.Start(ctx, name, kv...)
			s.End(nil)
		}
	}
	event := func(name string, kv ...attribute.KeyValue) func(context.Context, *telemetrytest.Recorder) {
		return func(ctx context.Context, _ *telemetrytest.Recorder) {
			ctx, s := telemetry.Start(ctx, "work")
			telemetry.Event(ctx, name, kv...)
			s.End(nil)
		}
	}
	count := func(name string, kv ...attribute.KeyValue) func(context.Context, *telemetrytest.Recorder) {
		return func(ctx context.Context, rec *telemetrytest.Recorder) {
			c, err := rec.Telemetry().MeterProvider().Meter("x").Int64Counter(name)
			if err != nil {
				t.Error(err)
			}
			c.Add(ctx, 1, metric.WithAttributes(kv...))
		}
	}
	linked := func(kv ...attribute.KeyValue) func(context.Context, *telemetrytest.Recorder) {
		return func(ctx context.Context, rec *telemetrytest.Recorder) {
			_, s := rec.Telemetry().TracerProvider().Tracer("x").Start(ctx, "work",
				trace.WithLinks(trace.Link{SpanContext: remoteParent(), Attributes: kv}))
			s.End()
		}
	}
	type options = []telemetrytest.Option
	for _, tt := range []struct {
		name, reason string
		opts         options
		test         func(context.Context, *telemetrytest.Recorder)
		want         string // in the failure; empty: none
	}{{
		name: "all is well", reason: "spans, metrics and events as the helpers make them are right",
		opts: options{telemetrytest.Strict()},
		test: func(ctx context.Context, _ *telemetrytest.Recorder) {
			ctx, s := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u", PromptLength: new(3)})
			_, c := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderAnthropic, Model: "m", Temperature: new(0.5)})
			c.SetResponse(telemetry.LLMResponse{FinishReasons: []string{"stop"}, CostUSD: new(0.5)})
			c.End(nil)
			telemetry.Event(ctx, attr.EventUserSignedUp)
			err := errors.New("boom")
			s.End(&err)
		},
	}, {
		name: "unended", reason: "a forgotten End loses the span in production",
		test: func(ctx context.Context, _ *telemetrytest.Recorder) {
			telemetry.StartSession(ctx, telemetry.SessionRequest{})
		},
		want: "spans that were not ended (defer End, or use AllowUnended):\n    session.create, started at check_test.go:",
	}, {
		name: "unended span of another library", reason: "its place of start is the caller's too",
		test: func(ctx context.Context, rec *telemetrytest.Recorder) {
			rec.Telemetry().TracerProvider().Tracer("x").Start(ctx, "work")
		},
		want: "work, started at check_test.go:",
	}, {
		name: "unended, allowed", reason: "AllowUnended permits it",
		opts: options{telemetrytest.AllowUnended()},
		test: func(ctx context.Context, _ *telemetrytest.Recorder) {
			telemetry.StartSession(ctx, telemetry.SessionRequest{})
		},
	}, {
		name: "unknown span", reason: "no board will find it",
		test: span("session.creat"), want: `span "session.creat": did you mean "session.create"?`,
	}, {
		name: "unknown span, near an attribute", reason: "only names of the same kind are offered",
		test: span("llm.modle"), want: "span \"llm.modle\"\n",
	}, {
		name: "unknown span of others", reason: "only our own prefixes are guarded",
		test: span("render page"),
	}, {
		name: "unknown span of others, strict", reason: "Strict guards all",
		opts: options{telemetrytest.Strict()},
		test: span("render page"), want: "span \"render page\"\n",
	}, {
		name: "span of a route", reason: "it follows a registered pattern",
		opts: options{telemetrytest.Strict()}, test: span("POST /api/sessions"),
	}, {
		name: "unknown span, allowed", reason: "by its name",
		opts: options{telemetrytest.Strict(), telemetrytest.AllowUnknown("other", "render page")}, test: span("render page"),
	}, {
		name: "unknown span, allowed by prefix", reason: "a trailing star",
		opts: options{telemetrytest.Strict(), telemetrytest.AllowUnknown("render *")}, test: span("render page"),
	}, {
		name: "unknown span, another allowed", reason: "without a star the whole name counts",
		opts: options{telemetrytest.Strict(), telemetrytest.AllowUnknown("render")},
		test: span("render page"), want: `span "render page"`,
	}, {
		name: "unknown attribute", reason: "a typing error is not found by queries",
		test: span("work", attribute.String("llm.modle", "m")),
		want: `attribute "llm.modle" on span "work": did you mean "llm.model"?`,
	}, {
		name: "unknown attribute of others", reason: "other libraries have names of their own",
		test: span("work", attribute.String("thread.id", "m")),
	}, {
		name: "unknown attribute, strict", reason: "Strict guards all",
		opts: options{telemetrytest.Strict(), telemetrytest.AllowUnknown("work")},
		test: span("work", attribute.String("thread.id", "m")), want: "attribute \"thread.id\" on span \"work\"\n",
	}, {
		name: "name of another kind", reason: "an event's name is no attribute",
		test: span("work", attribute.Bool(attr.EventSessionCompleted, true)),
		want: `attribute "session.completed" on span "work": registered as event, not as attribute`,
	}, {
		name: "column", reason: "it would overwrite Honeycomb's own",
		test: span("work", attribute.Bool(attr.ColumnError, true)),
		want: `attribute "error" on span "work": Honeycomb makes this column itself`,
	}, {
		name: "column, allowed", reason: "by its name",
		opts: options{telemetrytest.AllowUnknown(attr.ColumnError)},
		test: span("work", attribute.Bool(attr.ColumnError, true)),
	}, {
		name: "wrong type", reason: "a column of Honeycomb has one type",
		test: span("work", attribute.String(string(attr.LLMInputTokens), "12")),
		want: `attribute "llm.input_tokens" on span "work" is 12 of type string, want int`,
	}, {
		name: "type without a name", reason: "the registry has no lists of numbers",
		test: span("work", attribute.Int64Slice(string(attr.LLMInputTokens), []int64{12})),
		want: `is [12] of type int64slice, want int`,
	}, {
		name: "right type", reason: "int is what the registry says",
		test: span("work", attr.LLMInputTokens.Int(12)),
	}, {
		name: "wrong type, allowed", reason: "by its name",
		opts: options{telemetrytest.AllowInvalid(attr.LLMInputTokens)},
		test: span("work", attribute.String(string(attr.LLMInputTokens), "12")),
	}, {
		name: "outside of a closed list", reason: "boards group by these values",
		test: span("work", attr.SessionStatus.String("done")),
		want: `attribute "session.status" on span "work" is "done", want one of active, finalized, abandoned`,
	}, {
		name: "inside of a closed list", reason: "finalized is registered",
		test: span("work", attr.SessionStatus.String(attr.SessionFinalized)),
	}, {
		name: "outside of an open list", reason: "other languages are welcome",
		test: span("work", attr.CodeLanguage.String("cobol")),
	}, {
		name: "not a number", reason: "it cannot be summed",
		test: span("work", attr.LLMCostUSD.Float64(math.NaN())),
		want: `attribute "llm.cost_usd" on span "work" is NaN, want a finite number`,
	}, {
		name: "infinite", reason: "one such value spoils every sum",
		test: span("work", attr.LLMCostUSD.Float64(math.Inf(-1))),
		want: `attribute "llm.cost_usd" on span "work" is -Inf, want a finite number`,
	}, {
		name: "unknown event", reason: "events have registered names too",
		test: event("session.complete"), want: `event "session.complete" on span "work": did you mean "session.completed"?`,
	}, {
		name: "known event", reason: "the registry has it", test: event(attr.EventSessionCompleted),
	}, {
		name: "attribute of an event", reason: "they are columns like a span's",
		test: event("other", attribute.Int("hole.kind", 1)), want: `attribute "hole.kind" on event "other" of span "work"`,
	}, {
		name: "attribute of a link", reason: "they are columns like a span's",
		test: linked(attribute.Int("llm.why", 1)), want: `attribute "llm.why" on a link of span "work"`,
	}, {
		name: "link", reason: "other attributes are right", test: linked(attribute.Int("why", 1)),
	}, {
		name: "unknown metric", reason: "no board will find it",
		test: count("lift.session"), want: `metric "lift.session": did you mean "lift.sessions"?`,
	}, {
		name: "metric by the name of an attribute", reason: "an attribute is no metric",
		test: count(string(attr.LLMRetries)), want: `metric "llm.retries": registered as attribute, not as metric`,
	}, {
		name: "known metric", reason: "the registry has it", test: count(attr.MetricSessions, attr.SessionStatus.String(attr.SessionActive)),
	}, {
		name: "type of a metric", reason: "the registry says float",
		test: count(attr.MetricCost), want: `metric "lift.cost" records int, want float`,
	}, {
		name: "attribute of a metric", reason: "they are columns too",
		test: count("other", attribute.Int("llm.why", 1)), want: `attribute "llm.why" on metric "other"`,
	}, {
		name: "metric of others", reason: "only our own prefixes are guarded", test: count("jobs", attribute.Int("why", 1)),
	}, {
		name: "problem before Reset", reason: "Reset forgets data, not mistakes",
		test: func(ctx context.Context, rec *telemetrytest.Recorder) {
			span("session.creat")(ctx, rec)
			count("lift.session")(ctx, rec)
			rec.Reset()
		},
		want: `metric "lift.session"`,
	}, {
		name: "span ended by Shutdown", reason: "what is set on an open span is judged too",
		opts: options{telemetrytest.AllowUnended()},
		test: func(ctx context.Context, _ *telemetrytest.Recorder) {
			telemetry.Start(ctx, "work", attribute.Int("llm.why", 1))
		},
		want: `attribute "llm.why" on span "work"`,
	}, {
		name: "failed callback of a metric", reason: "collecting reports it",
		test: func(_ context.Context, rec *telemetrytest.Recorder) {
			_, err := rec.Telemetry().MeterProvider().Meter("x").Int64ObservableGauge("jobs",
				metric.WithInt64Callback(func(context.Context, metric.Int64Observer) error { return errors.New("no jobs") }))
			if err != nil {
				t.Error(err)
			}
		},
		want: "errors that OpenTelemetry reported (remove their cause, or use AllowErrors):\n    no jobs",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			f := judge(t, func(t *fakeT) {
				ctx, rec := telemetrytest.Context(t, tt.opts...)
				tt.test(ctx, rec)
			})
			switch {
			case tt.want == "" && len(f.output) > 0:
				t.Errorf("failed, but should not, because %s:\n%s", tt.reason, f.text())
			case tt.want != "" && (len(f.output) != 1 || !strings.Contains(f.output[0], tt.want)):
				t.Errorf("want a failure with %q, because %s; got:\n%s", tt.want, tt.reason, f.text())
			}
		})
	}
}

// The whole text of a failure, as a person gets it.
func TestFailureText(t *testing.T) {
	f := judge(t, func(t *fakeT) {
		ctx, _ := telemetrytest.Context(t)
		ctx, s := telemetry.StartSession(ctx, telemetry.SessionRequest{})
		_, ir := telemetry.StartIR(ctx, telemetry.IRRequest{})
		err := errors.New("boom")
		ir.Set(attribute.Int("ir.versoin", 1))
		ir.End(&err)
		_ = s
	})
	lines := strings.Split(f.text(), "\n")
	for i, line := range lines {
		if before, _, found := strings.Cut(line, "check_test.go:"); found {
			lines[i] = before + "(place)"
		}
	}
	want := `telemetrytest: spans that were not ended (defer End, or use AllowUnended):
    session.create, started at (place)
names that are not in the registry (correct them, or use AllowUnknown):
    attribute "ir.versoin" on span "ir.generate": did you mean "ir.version"?
recorded:
    session.create (not ended)
      ir.generate error="boom"`
	if d := cmp.Diff(want, strings.Join(lines, "\n")); d != "" {
		t.Error(d)
	}
}

func TestManyProblems(t *testing.T) {
	f := judge(t, func(t *fakeT) {
		ctx, _ := telemetrytest.Context(t)
		for i := range 30 {
			for range 2 { // said once
				_, s := telemetry.Start(ctx, fmt.Sprintf("hole.number %d", i))
				s.End(nil)
			}
		}
	})
	if !strings.Contains(f.text(), "    and 10 more\n") {
		t.Errorf("want 20 of 30 problems listed, got:\n%s", f.text())
	}
}
