package telemetrytest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// Recorders of parallel tests do not see each other.
func TestParallel(t *testing.T) {
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			ctx, rec := telemetrytest.Context(t)
			for range 10 {
				ctx, s := telemetry.Start(ctx, fmt.Sprint("work ", i))
				_, c := telemetry.Start(ctx, "child")
				c.End(nil)
				s.End(nil)
			}
			want := strings.Repeat(fmt.Sprintf("work %d\n  child\n", i), 10)
			if got := rec.Tree(); got != want {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

// All of a recorder may be read while others write.
func TestConcurrent(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, root := telemetry.Start(ctx, "root")
	var writers sync.WaitGroup
	for range 20 {
		writers.Go(func() {
			for range 20 {
				_, s := telemetry.Start(ctx, "work", attribute.Int("i", 1))
				telemetry.Event(ctx, attr.EventHoleResolved)
				s.Set(attribute.Int("i", 2))
				s.End(nil)
			}
		})
	}
	for range 20 {
		rec.Tree("i")
		rec.Spans()
		rec.Metrics()
		rec.Errors()
	}
	writers.Wait()
	root.End(nil)
	if got := len(rec.Spans()); got != 401 {
		t.Errorf("%d spans, want 401", got)
	}
	if got := rec.Counter(attr.MetricHolesResolved); got != 400 {
		t.Errorf("%s is %v, want 400", attr.MetricHolesResolved, got)
	}
}

// The developer's own settings neither send a test's telemetry anywhere nor
// change what is recorded.
func TestEnvironment(t *testing.T) {
	t.Setenv("HONEYCOMB_API_KEY", "0123456789abcdefghijkl")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_TRACES_SAMPLER", "always_off")
	t.Setenv("OTEL_SDK_DISABLED", "true")
	t.Setenv("HONEYCOMB_ENABLED", "perhaps")
	f := judge(t, func(t *fakeT) {
		ctx, rec := telemetrytest.Context(t)
		_, s := telemetry.Start(ctx, "work")
		s.End(nil)
		rec.Span("work")
		if stats := rec.Telemetry().Stats(); stats.Spans.Ended != 0 {
			t.Errorf("%d spans were handed to delivery", stats.Spans.Ended)
		}
	})
	if f.text() != "" {
		t.Error(f.text())
	}
}

func TestContextFatal(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		opts         []telemetrytest.Option
		want         string
	}{
		{"wrong configuration", "its error is shown", []telemetrytest.Option{telemetrytest.With(telemetry.WithSampleRatio(2))}, `telemetrytest: telemetry: WithSampleRatio "2": want a number from 0 to 1`},
		{"right", "nothing is wrong", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := judge(t, func(t *fakeT) { telemetrytest.Context(t, tt.opts...) })
			if f.fatal != (tt.want != "") || f.text() != tt.want {
				t.Errorf("want %q, because %s; got %q", tt.want, tt.reason, f.text())
			}
		})
	}
}

// With passes options on, after the recorder's own.
func TestWith(t *testing.T) {
	ctx, rec := telemetrytest.Context(t, telemetrytest.With(telemetry.WithSampleRatio(0)))
	_, s := telemetry.Start(ctx, "work")
	s.End(nil)
	if got := rec.Tree(); got != "" {
		t.Errorf("recorded at ratio 0:\n%s", got)
	}
	if got := rec.Telemetry().Stats().SampledOut; got != 1 {
		t.Errorf("%d spans sampled out, want 1", got)
	}
}

// Recorder.Context leads into the recorder from wherever the context comes,
// and keeps its trace.
func TestRecorderContext(t *testing.T) {
	_, rec := telemetrytest.Context(t)
	outer := trace.ContextWithSpanContext(t.Context(), remoteParent())
	_, s := telemetry.Start(rec.Context(outer), "work")
	s.End(nil)
	if got, want := rec.Span("work").TraceID, (trace.TraceID{1}); got != want {
		t.Errorf("trace %v, want %v", got, want)
	}
}

func BenchmarkSpan(b *testing.B) {
	ctx, rec := telemetrytest.Context(b)
	for b.Loop() {
		_, s := telemetry.Start(ctx, "work")
		s.End(nil)
		rec.Reset()
	}
}
