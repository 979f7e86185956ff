package core_test

import (
	"testing"

	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/internal/core"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(tp trace.TracerProvider) *core.Pipeline {
	p := core.NewPipeline()
	p.Start(core.Config{TracerProvider: tp, MeterProvider: metricnoop.NewMeterProvider()})
	return p
}

// odd is a provider that cannot be the key of a map.
type odd struct {
	trace.TracerProvider
	_ []int
}

// holder is comparable by its type alone.
type holder struct{ trace.TracerProvider }

// oddSpan says that such a provider made it.
type oddSpan struct {
	trace.Span
	p trace.TracerProvider
}

func (s oddSpan) TracerProvider() trace.TracerProvider { return s.p }

func TestProviders(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	sdk := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	tests := []struct {
		name, reason string
		tp           trace.TracerProvider
		found        bool // by a span of the provider
	}{
		{"sdk", "a span's provider names the pipeline", sdk, true},
		{"no key", "a provider by value, which cannot be looked up, must not panic", odd{TracerProvider: sdk}, false},
		{"no key inside", "nor one whose type could be a key, but not what it holds", holder{odd{TracerProvider: sdk}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			one := start(tt.tp)
			_, s := tt.tp.Tracer("x").Start(t.Context(), "foreign")
			ctx := trace.ContextWithSpan(t.Context(), oddSpan{s, tt.tp})
			if found := core.From(ctx) == one; found != tt.found {
				t.Errorf("found %t, want %t: %s", found, tt.found, tt.reason)
			}
			s.End()
			one.Stop()
			one.Stop()
			if core.From(ctx) != nil || core.Live() {
				t.Error("a stopped pipeline is still found")
			}
		})
	}
}

// Two handles may share a provider of the caller: the stop of one must not
// hide the other, and Live must come back to false.
func TestSharedProvider(t *testing.T) {
	sdk := sdktrace.NewTracerProvider()
	one, two := start(sdk), start(sdk)
	_, s := sdk.Tracer("x").Start(t.Context(), "foreign")
	ctx := trace.ContextWithSpan(t.Context(), s)
	if core.From(ctx) != two {
		t.Error("the later of two pipelines owns the provider")
	}
	one.Stop()
	if core.From(ctx) != two {
		t.Error("the stop of one hid the other")
	}
	two.Stop()
	if core.From(ctx) != nil || core.Live() {
		t.Error("a stopped pipeline is still found")
	}
}

// A context made while its pipeline was installed must not change hands when
// another one is.
func TestContextKeepsItsPipeline(t *testing.T) {
	sdk := sdktrace.NewTracerProvider()
	one, two := start(sdk), start(sdktrace.NewTracerProvider())
	defer two.Stop()
	one.Install()
	ctx := core.NewContext(t.Context(), one)
	one.Stop()
	two.Install()
	if p := core.From(ctx); p != nil {
		t.Error("the context of a stopped pipeline reports to another one")
	}
}

func TestStopIsForGood(t *testing.T) {
	p := start(sdktrace.NewTracerProvider())
	p.Install()
	if core.From(t.Context()) != p {
		t.Error("an installed pipeline serves every context")
	}
	p.SetEnabled(false)
	if core.From(t.Context()) != nil || p.Enabled() {
		t.Error("off")
	}
	p.SetEnabled(true)
	p.Stop()
	p.SetEnabled(true)
	if core.From(t.Context()) != nil || p.Enabled() || core.Live() {
		t.Error("stopped, and on again")
	}
}

func TestStopEndsWhatWasOpenedWhileItRan(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	sdk := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	p := start(sdk)
	ctx := core.NewContext(t.Context(), p)
	s := new(core.Span)
	if !s.Open(ctx, &core.Family{Name: "late"}, nil, nil) {
		t.Fatal("the pipeline is on")
	}
	p.Stop()
	s.Begin()
	if n := len(recorder.Ended()); n != 1 || !s.Ended() {
		t.Errorf("%d spans ended: a span that slipped past Stop must not stay open", n)
	}
}

// A service that forgets to end its spans must not keep them all for ever.
func TestOpenSpansAreBounded(t *testing.T) {
	p := start(sdktrace.NewTracerProvider())
	defer p.Stop()
	ctx := core.NewContext(t.Context(), p)
	const most, many = 4096, 10_000
	open := func() {
		for range many {
			s := new(core.Span)
			s.Open(ctx, &core.Family{Name: "forgotten"}, nil, nil)
			s.Begin()
		}
	}
	for range 2 { // what has ended makes room
		open()
		if n := p.EndOpen(); n > most || n < most/2 {
			t.Errorf("%d of %d open spans are known, want no more than %d", n, many, most)
		}
	}
}

func TestEndOpen(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	p := start(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder)))
	defer p.Stop()
	ctx := core.NewContext(t.Context(), p)
	for range 100 {
		s := new(core.Span)
		s.Open(ctx, &core.Family{Name: "x"}, nil, nil)
		s.Begin()
	}
	if n := p.EndOpen(); n != 100 || len(recorder.Ended()) != 100 {
		t.Errorf("%d ended as unfinished, %d seen; want 100", n, len(recorder.Ended()))
	}
	if n := p.EndOpen(); n != 0 {
		t.Errorf("%d ended twice", n)
	}
}
