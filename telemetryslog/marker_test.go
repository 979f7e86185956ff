package telemetryslog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

var errBoom = errors.New("boom")

const boomType = "*errors.errorString"

// failing is what errBoom makes of a span.
func failing(more m) m {
	all := m{"error.type": boomType, "error.message": "boom", "exception.type": boomType, "exception.message": "boom"}
	maps.Copy(all, more)
	return all
}

// logged is the event of a record with errBoom.
func logged(message string, more m) event {
	all := m{"log.message": message, "error.type": boomType, "exception.type": boomType, "exception.message": "boom"}
	maps.Copy(all, more)
	return event{"log.error", all}
}

func TestWithErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, reason string
		log          func(ctx context.Context, l *slog.Logger)
		want         span
	}{{
		name: "error", reason: "status, attributes and event",
		log:  func(ctx context.Context, l *slog.Logger) { l.ErrorContext(ctx, "no luck", "err", errBoom) },
		want: span{Status: "Error: boom", Attrs: failing(nil), Events: []event{logged("no luck", nil)}},
	}, {
		name: "below error", reason: "a warning is no failure",
		log:  func(ctx context.Context, l *slog.Logger) { l.WarnContext(ctx, "no luck", "err", errBoom) },
		want: span{Attrs: m{}},
	}, {
		name: "above error", reason: "a service may have levels of its own",
		log:  func(ctx context.Context, l *slog.Logger) { l.Log(ctx, slog.LevelError+4, "no luck", "error", errBoom) },
		want: span{Status: "Error: boom", Attrs: failing(nil), Events: []event{logged("no luck", nil)}},
	}, {
		name: "text", reason: "an error may have become a text",
		log: func(ctx context.Context, l *slog.Logger) { l.ErrorContext(ctx, "no luck", "error", "bang") },
		want: span{
			Status: "Error: bang", Attrs: m{"error.type": "_OTHER", "error.message": "bang"},
			Events: []event{{"log.error", m{"log.message": "no luck", "error.type": "_OTHER", "exception.message": "bang"}}},
		},
	}, {
		name: "message only", reason: "the message is what there is",
		log: func(ctx context.Context, l *slog.Logger) { l.ErrorContext(ctx, "no luck", "err", nil, "error", "") },
		want: span{
			Status: "Error: no luck", Attrs: m{"error.type": "_OTHER", "error.message": "no luck"},
			Events: []event{{"log.error", m{"log.message": "no luck", "error.type": "_OTHER", "log.attr.error": ""}}},
		},
	}, {
		name: "of the logger", reason: "With says it for all records",
		log: func(ctx context.Context, l *slog.Logger) {
			l.With("err", errors.New("other")).WithGroup("g").With("a", 1, "err", errBoom).WithGroup("h").ErrorContext(ctx, "no luck", "b", 2)
		},
		want: span{Status: "Error: boom", Attrs: failing(nil), Events: []event{
			logged("no luck", m{"log.attr.g.a": int64(1), "log.attr.g.h.b": int64(2)}),
		}},
	}, {
		name: "several", reason: "the first one marks, each has an event",
		log: func(ctx context.Context, l *slog.Logger) {
			l.ErrorContext(ctx, "one", "err", errBoom)
			l.ErrorContext(ctx, "two", "err", fmt.Errorf("later: %w", errBoom))
		},
		want: span{Status: "Error: boom", Attrs: failing(nil), Events: []event{
			logged("one", nil), logged("two", m{"exception.message": "later: boom"}),
		}},
	}, {
		name: "cancelled", reason: "a client that hung up pages nobody",
		log: func(ctx context.Context, l *slog.Logger) {
			l.ErrorContext(over{ctx}, "no luck", "err", context.Canceled)
		},
		want: span{Attrs: m{"error.type": "canceled"}, Events: []event{{"log.error", m{
			"log.message": "no luck", "error.type": "canceled", "exception.type": boomType, "exception.message": "context canceled",
		}}}},
	}, {
		name: "values", reason: "what is simple goes along, what is not stays out",
		log: func(ctx context.Context, l *slog.Logger) {
			l.ErrorContext(ctx, "no luck", "err", errBoom,
				"int", 1, "uint", uint64(math.MaxUint64), "small", uint64(2), "float", 0.5, "bool", true,
				"duration", 1500*time.Millisecond, "time", time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
				slog.Group("g", "a", "b", slog.Group("", "inline", 1)), "cause", errBoom, "lazy", lazy{}, "", "no name",
				"struct", struct{ Password string }{"hunter2"}, "bytes", []byte("x"), "nil", nil, "bad", panics{})
		},
		want: span{Status: "Error: boom", Attrs: failing(nil), Events: []event{logged("no luck", m{
			"log.attr.int": int64(1), "log.attr.uint": "18446744073709551615", "log.attr.small": int64(2), "log.attr.float": 0.5,
			"log.attr.bool": true, "log.attr.duration": "1.5s", "log.attr.time": "2026-01-02T03:04:05.000000006Z",
			"log.attr.g.a": "b", "log.attr.g.inline": int64(1), "log.attr.cause": "boom", "log.attr.lazy": "later", "log.attr.bad": "telemetryslog_test.panics",
		})}},
	}, {
		name: "bounded", reason: "16 attributes, however they nest",
		log: func(ctx context.Context, l *slog.Logger) {
			var many []any
			for i := range 20 {
				many = append(many, slog.Int(fmt.Sprint(i), i))
			}
			l.With(many...).ErrorContext(ctx, "no luck", slog.Any("err", errBoom), slog.Any("deep", endless{}))
		},
		want: span{Status: "Error: boom", Attrs: failing(nil), Events: []event{logged("no luck", func() m {
			all := m{}
			for i := range 16 {
				all[fmt.Sprintf("log.attr.%d", i)] = int64(i)
			}
			return all
		}())}},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t)
			ctx, s := telemetry.Start(ctx, "work")
			tt.log(ctx, marking())
			diff(t, views(r.Ended()), []span(nil), "logging does not end a span")
			if got := trace.SpanFromContext(ctx); !got.IsRecording() {
				t.Error("the span must go on")
			}
			s.End(nil)
			tt.want.Name = "work"
			diff(t, views(r.Ended()), []span{tt.want}, tt.reason)
		})
	}
}

// over is a context that was cancelled.
type over struct{ context.Context }

func (over) Err() error { return context.Canceled }

// lazy is a value that is made when it is needed.
type lazy struct{}

func (lazy) LogValue() slog.Value { return slog.StringValue("later") }

// endless is a group in a group in a group.
type endless struct{}

func (endless) LogValue() slog.Value { return slog.GroupValue(slog.Any("x", endless{})) }

// panics is an error that is broken.
type panics struct{}

func (panics) Error() string { panic("bug") }

// A failure at the end goes before what was logged meanwhile.
func TestEndGoesBeforeErrors(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	log := marking()

	in, code := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
	log.ErrorContext(in, "first try", "err", errBoom)
	code.End(nil)
	in, s := telemetry.Start(ctx, "work")
	log.ErrorContext(in, "no luck", "err", errBoom)
	err := fmt.Errorf("work: %w", context.DeadlineExceeded)
	s.End(&err)
	log.ErrorContext(in, "too late", "err", errBoom)

	got := views(r.Ended())
	got[1].Events = got[1].Events[:1] // and the exception
	diff(t, got, []span{
		{
			Name: "code.generate", Status: "Error: boom",
			Attrs: failing(m{"code.success": true}), Events: []event{logged("first try", nil)},
		},
		{Name: "work", Status: "Error: work: context deadline exceeded", Attrs: m{
			"error.type": "timeout", "error.message": "work: context deadline exceeded",
			"exception.type": "context.deadlineExceededError", "exception.message": "work: context deadline exceeded",
		}, Events: []event{logged("no luck", nil)}},
	}, "End with a failure has the last word")
}

// An error that was logged stays where the work then ends without one, said or
// not: nothing tells the two apart. Metrics follow the end.
func TestEndWithoutErrorKeepsErrors(t *testing.T) {
	t.Parallel()
	var none error
	for _, tt := range []struct {
		name   string
		err    *error
		status string
		series m
	}{
		{"silence", nil, "Error: boom", m{"code.success": true}},
		{"success", &none, "Error: boom", m{"code.success": true}},
		{"another failure", new(context.DeadlineExceeded), "Error: context deadline exceeded", m{"code.success": false}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reader := sdkmetric.NewManualReader()
			ctx, r := record(t, telemetry.WithMetricReader(reader))
			in, code := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
			marking().ErrorContext(in, "first try", "err", errBoom)
			code.End(tt.err)
			diff(t, views(r.Ended())[0].Status, tt.status, "the span")

			var rm metricdata.ResourceMetrics
			if err := reader.Collect(t.Context(), &rm); err != nil {
				t.Fatal(err)
			}
			var got []m
			for _, scope := range rm.ScopeMetrics {
				for _, metric := range scope.Metrics {
					if metric.Name == attr.MetricCodeGenerations {
						got = append(got, values(metric.Data.(metricdata.Sum[int64]).DataPoints[0].Attributes.ToSlice()))
					}
				}
			}
			diff(t, got, []m{tt.series}, "the metric")
		})
	}
}

func TestErrorsOnAForeignSpan(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	log := marking()
	ctx, s := telemetry.Start(ctx, "work")
	foreign, f := trace.SpanFromContext(ctx).TracerProvider().Tracer("x").Start(ctx, "foreign")
	log.ErrorContext(foreign, "no luck", "err", errBoom)
	f.End()
	s.End(nil)
	diff(t, views(r.Ended()), []span{
		{Name: "foreign", Status: "Error: boom", Attrs: failing(nil), Events: []event{logged("no luck", nil)}},
		{Name: "work", Attrs: m{}},
	}, "the current span is marked, and it alone")
}

// A span of another provider in a context without telemetry: nothing would
// redact what is logged.
func TestErrorsWhileOff(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	other := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	log := marking()
	ctx, s := other.Tracer("x").Start(telemetry.NewContext(t.Context(), nil), "work")
	log.ErrorContext(ctx, "no luck", "err", errBoom)
	s.End()
	diff(t, views(spans.Ended()), []span{{Name: "work", Attrs: m{}}}, "the span stays as it is")
}
