package benchmarks_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"go.opentelemetry.io/otel"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/benchmarks/naive"
	"github.com/lift-sys/telemetry/benchmarks/ours"
	"github.com/lift-sys/telemetry/benchmarks/sink"
	"github.com/lift-sys/telemetry/benchmarks/work"
)

// BenchmarkRecorded is all that a recorded span costs: the helper, and behind
// it encoding, compressing and sending. Both sides drain after each chunk, so
// that neither drops spans to win time.
func BenchmarkRecorded(b *testing.B) { recorded(b, 1024, true) }

// BenchmarkCaller is the part of it that the caller waits for: draining is off
// the clock. The stock batch processor encodes there, this library before End
// returns.
func BenchmarkCaller(b *testing.B) { recorded(b, 256, false) }

func recorded(b *testing.B, chunk int, all bool) {
	for _, w := range works {
		b.Run(w.name, func(b *testing.B) {
			for _, side := range sides {
				b.Run(side.name, func(b *testing.B) {
					s := side.start(b, sink.Start(b, sink.Discard), 1)
					drive(b, s, w, chunk, all)
					stop(b, s)
				})
			}
		})
	}
}

// drive does w b.N times, on as many goroutines as there are processors. It
// counts its own steps because it drains after each chunk, on the clock or
// off it.
func drive(b *testing.B, s subject, w piece, chunk int, all bool) {
	ctx := b.Context()
	if w.inRequest {
		request, end := s.Request(ctx)
		defer end()
		ctx = request
	}
	procs := runtime.GOMAXPROCS(0)
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; {
		n := min(chunk, b.N-done)
		done += n
		if procs == 1 {
			repeat(ctx, s, w, n)
		} else {
			var wg sync.WaitGroup
			for i := range procs {
				wg.Go(func() { repeat(ctx, s, w, (n+i)/procs) })
			}
			wg.Wait()
		}
		if !all {
			b.StopTimer()
		}
		if err := s.Flush(ctx); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func repeat(ctx context.Context, s subject, w piece, n int) {
	for range n {
		w.run(s, ctx)
	}
}

// stop ends the benchmark before the pipeline, which must not have dropped
// anything.
func stop(b *testing.B, s subject) {
	b.StopTimer()
	if err := s.Shutdown(context.WithoutCancel(b.Context())); err != nil {
		b.Fatal(err)
	}
	if o, ok := s.(*ours.Telemetry); ok && o.Stats().Spans.Dropped.Total() > 0 {
		b.Fatalf("dropped spans: %+v", o.Stats().Spans.Dropped)
	}
}

// BenchmarkUnrecorded is what a caller waits for where nothing is recorded,
// from all processors at once.
func BenchmarkUnrecorded(b *testing.B) {
	inTrace := func(s subject, ctx context.Context) context.Context {
		ctx, end := s.Request(ctx)
		end()
		return ctx
	}
	alone := func(_ subject, ctx context.Context) context.Context { return ctx }
	for _, w := range []struct {
		name  string
		where func(s subject, ctx context.Context) context.Context
		run   func(s subject, ctx context.Context)
	}{
		{"llm_sampled_out_root", alone, subject.RootCall},
		{"llm_in_sampled_out_trace", inTrace, subject.ChildCall},
		{"start_in_sampled_out_trace", inTrace, subject.Empty},
	} {
		b.Run(w.name, func(b *testing.B) {
			for _, side := range sides {
				b.Run(side.name, func(b *testing.B) {
					s := side.start(b, sink.Start(b, sink.Discard), 0)
					ctx := w.where(s, b.Context())
					parallel(b, func() { w.run(s, ctx) })
					stop(b, s)
				})
			}
		})
	}
}

// BenchmarkMetrics makes the four recordings of an LLM call. In a sampled
// trace both sides keep exemplars as well.
func BenchmarkMetrics(b *testing.B) {
	for _, w := range []struct {
		name   string
		traced bool
	}{{"alone", false}, {"in_sampled_trace", true}} {
		b.Run(w.name, func(b *testing.B) {
			for _, side := range sides {
				b.Run(side.name, func(b *testing.B) {
					s := side.start(b, sink.Start(b, sink.Discard), 1)
					ctx := b.Context()
					if w.traced {
						request, end := s.Request(ctx)
						defer end()
						ctx = request
					}
					parallel(b, func() { s.Metrics(ctx) })
					stop(b, s)
				})
			}
		})
	}
}

// BenchmarkOff compares the switch with what OpenTelemetry has instead: the
// no-op providers.
func BenchmarkOff(b *testing.B) {
	b.Run("start/naive", func(b *testing.B) {
		s := off(b)
		parallel(b, func() { s.Empty(b.Context()) })
	})
	b.Run("start/ours", func(b *testing.B) {
		ctx := switchedOff(b)
		b.ReportAllocs()
		for b.Loop() {
			_, span := telemetry.Start(ctx, work.StepName)
			span.End(nil)
		}
	})
	b.Run("llm/naive", func(b *testing.B) {
		s := off(b)
		parallel(b, func() { s.RootCall(b.Context()) })
	})
	b.Run("llm/ours", func(b *testing.B) {
		ctx := switchedOff(b)
		b.ReportAllocs()
		for b.Loop() {
			_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: work.Provider, Model: work.Model})
			call.SetResponse(telemetry.LLMResponse{
				Usage: telemetry.Usage{InputTokens: work.InputTokens, OutputTokens: work.OutputTokens},
			})
			call.End(nil)
		}
	})
}

func off(b *testing.B) *naive.Telemetry {
	b.Helper()
	s, err := naive.NewOff()
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func switchedOff(b *testing.B) context.Context {
	b.Helper()
	s := newOurs(b, sink.Start(b, sink.Discard), 1).(*ours.Telemetry)
	b.Cleanup(func() { _ = s.Shutdown(context.WithoutCancel(b.Context())) })
	s.SetEnabled(false)
	return b.Context()
}

// BenchmarkBeforeInit is a call in a process that has set nothing up.
func BenchmarkBeforeInit(b *testing.B) {
	b.Run("llm/naive", func(b *testing.B) {
		otel.SetTracerProvider(tracenoop.NewTracerProvider())
		otel.SetMeterProvider(metricnoop.NewMeterProvider())
		s, err := naive.NewFrom(otel.GetTracerProvider(), otel.GetMeterProvider())
		if err != nil {
			b.Fatal(err)
		}
		parallel(b, func() { s.RootCall(b.Context()) })
	})
	b.Run("llm/ours", func(b *testing.B) {
		var s ours.Telemetry
		parallel(b, func() { s.RootCall(b.Context()) })
	})
}

// BenchmarkInit sets everything up; taking it down is off the clock.
func BenchmarkInit(b *testing.B) {
	for _, side := range sides {
		b.Run("init/"+side.name, func(b *testing.B) {
			url := sink.Start(b, sink.Discard)
			b.ReportAllocs()
			for range b.N {
				s := side.start(b, url, 1)
				stop(b, s)
				b.StartTimer()
			}
		})
	}
}

func parallel(b *testing.B, f func()) {
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			f()
		}
	})
}
