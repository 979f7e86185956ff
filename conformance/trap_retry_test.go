package conformance_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
)

// A backend that fails once. What the stock exporter takes for final is lost.
var oneFailure = []struct {
	name string
	rep  reply
}{
	{"reset", reply{reset: true}},
	{"408", reply{status: http.StatusRequestTimeout}},
	{"500", reply{status: http.StatusInternalServerError}},
}

func TestTrapNoSecondTry(t *testing.T) {
	for _, tt := range oneFailure {
		t.Run(tt.name, func(t *testing.T) {
			t.Run("plain", func(t *testing.T) {
				b := newBackend(t, once(tt.rep))
				tp := plain(t, stockExporter(t, to(b)))
				record(tp, "lost")
				_ = tp.ForceFlush(t.Context())
				_ = tp.Shutdown(t.Context())
				if got := b.names(); len(got) > 0 {
					gone(t, "a span outlives a failure of the kind "+tt.name)
				}
			})
			t.Run("ours", func(t *testing.T) {
				b := newBackend(t, once(tt.rep))
				tel := start(t, telemetry.WithEndpoint(b.URL))
				record(tel.TracerProvider(), "kept")
				shutdown(t, tel)
				if got, want := b.names(), []string{"kept"}; !slices.Equal(got, want) {
					t.Errorf("arrived %q, want %q", got, want)
				}
				balanced(t, tel.Stats())
			})
		})
	}
	t.Run("refused", func(t *testing.T) {
		t.Run("plain", func(t *testing.T) {
			addr := refusing(t)
			tp := plain(t, stockExporter(t, otlptracehttp.WithEndpointURL("http://"+addr+"/v1/traces")))
			record(tp, "lost")
			if err := tp.ForceFlush(t.Context()); err == nil {
				t.Fatalf("%s accepts connections", addr)
			}
			b := restartAt(t, addr)
			_ = tp.Shutdown(t.Context())
			if len(b.names()) > 0 {
				gone(t, "a span outlives a refused connection")
			}
		})
		t.Run("ours", func(t *testing.T) {
			addr := refusing(t)
			tel := start(t, telemetry.WithEndpoint("http://"+addr))
			record(tel.TracerProvider(), "kept")
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			if err := tel.Flush(ctx); err == nil {
				t.Fatalf("%s accepts connections", addr)
			}
			b := restartAt(t, addr)
			shutdown(t, tel)
			if got, want := b.names(), []string{"kept"}; !slices.Equal(got, want) {
				t.Errorf("arrived %q, want %q", got, want)
			}
		})
	})
}

// A transport answers inside a synctest bubble, where no network is.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: h, Body: http.NoBody}
}

// exportThrough hands a span to the stock exporter itself: the SDK's batch processor
// holds a mutex while it waits, for which synctest's clock does not move on.
func exportThrough(t *testing.T, rt transport) error {
	e := stockExporter(t, otlptracehttp.WithHTTPClient(&http.Client{Transport: rt}))
	return e.ExportSpans(t.Context(), tracetest.SpanStubs{{Name: "x"}}.Snapshots())
}

func TestTrapSlowFirstRetry(t *testing.T) {
	t.Run("plain", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var at []time.Time
			_ = exportThrough(t, func(*http.Request) (*http.Response, error) {
				at = append(at, time.Now())
				if len(at) > 1 {
					return answer(http.StatusOK), nil
				}
				return answer(http.StatusServiceUnavailable), nil
			})
			if len(at) != 2 || at[1].Sub(at[0]) < 2500*time.Millisecond {
				gone(t, "the first retry comes after "+at[len(at)-1].Sub(at[0]).String())
			}
		})
	})
	t.Run("ours", func(t *testing.T) {
		// That the wait is at most half a second internal/delivery shows, on a
		// false clock. Here is shown that Flush waits for the second try.
		b := newBackend(t, once(reply{status: http.StatusServiceUnavailable}))
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel.TracerProvider(), "x")
		if err := tel.Flush(t.Context()); err != nil {
			t.Errorf("Flush: %v", err)
		}
		if n := len(b.all()); n != 2 || len(b.names()) != 1 {
			t.Errorf("%d requests brought %q", n, b.names())
		}
		if s := tel.Stats(); s.Retries != 1 {
			t.Errorf("%d retries in the books", s.Retries)
		}
	})
}

func TestTrapLongRetryAfterDrops(t *testing.T) {
	t.Run("plain", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			tries := 0
			began := time.Now()
			err := exportThrough(t, func(*http.Request) (*http.Response, error) {
				tries++
				return answer(http.StatusTooManyRequests, "Retry-After", "120"), nil
			})
			if err == nil || tries != 1 || time.Since(began) > 0 {
				gone(t, "a long Retry-After is waited for: "+time.Since(began).String())
			}
		})
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, always(reply{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": "30"}}))
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel.TracerProvider(), "held")
		within(t, func() {
			// The next try lies beyond the deadline: Flush need not wait for it.
			if err := tel.Flush(t.Context()); err == nil || !strings.Contains(err.Error(), "1 span not delivered (queued)") {
				t.Errorf("Flush: %v", err)
			}
		})
		s := tel.Stats()
		balanced(t, s)
		if s.Spans.Queued != 1 || s.Spans.Dropped.Total()+s.Spans.Rejected != 0 {
			t.Errorf("books %+v, want the span held", s.Spans)
		}
	})
}

func TestTrapShutdownHidesLoss(t *testing.T) {
	down := always(reply{status: http.StatusInternalServerError})
	t.Run("plain", func(t *testing.T) {
		b := newBackend(t, down)
		tp := plain(t, stockExporter(t, to(b)))
		record(tp, "lost")
		if err := tp.Shutdown(t.Context()); err != nil {
			gone(t, "Shutdown tells "+err.Error())
		}
		if len(b.all()) == 0 || len(b.names()) > 0 {
			t.Error("the backend did not refuse the span: this shows nothing")
		}
	})
	t.Run("plain ForceFlush", func(t *testing.T) {
		b := newBackend(t, down)
		tp := plain(t, stockExporter(t, to(b)), sdktrace.WithMaxExportBatchSize(1))
		record(tp, "lost")
		if err := tp.ForceFlush(t.Context()); err != nil {
			gone(t, "ForceFlush tells "+err.Error())
		}
		if len(b.all()) == 0 || len(b.names()) > 0 {
			t.Error("the backend did not refuse the span: this shows nothing")
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, down)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel.TracerProvider(), "a")
		record(tel.TracerProvider(), "b")
		short := func(f func(context.Context) error) error {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			return f(ctx)
		}
		if err := short(tel.Flush); err == nil || !strings.Contains(err.Error(), "2 spans not delivered (queued)") || !strings.Contains(err.Error(), "500") {
			t.Errorf("Flush: %v", err)
		}
		if err := short(tel.Shutdown); err == nil || !strings.Contains(err.Error(), "2 spans not delivered (lost)") || !strings.Contains(err.Error(), "500") {
			t.Errorf("Shutdown: %v", err)
		}
		s := tel.Stats()
		balanced(t, s)
		if s.Spans.Dropped.Shutdown != 2 {
			t.Errorf("books %+v", s.Spans)
		}
	})
}

func TestTrapShutdownTakesItsTime(t *testing.T) {
	// The exporter heeds its context; the processor does not hand it the one
	// of Shutdown.
	hanging := exporter(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	t.Run("plain", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			tp := plain(t, hanging)
			for range 1500 { // three batches
				record(tp, "x")
			}
			began := time.Now()
			_ = tp.Shutdown(t.Context())
			if took := time.Since(began); took < 85*time.Second {
				gone(t, "Shutdown took "+took.String())
			}
		})
	})
	t.Run("plain goes on after its deadline", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ended := make(chan time.Time, 1) // of the export
			tp := plain(t, exporter(func(ctx context.Context) error {
				<-ctx.Done()
				ended <- time.Now()
				return ctx.Err()
			}))
			record(tp, "x")
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err := tp.Shutdown(ctx)
			returned := time.Now()
			time.Sleep(time.Minute)
			if !errors.Is(err, context.DeadlineExceeded) || !(<-ended).After(returned) {
				gone(t, "the export ends with Shutdown's context")
			}
		})
	})
	t.Run("plain gives up on a cancelled context", func(t *testing.T) {
		b := newBackend(t, nil)
		bsp := sdktrace.NewBatchSpanProcessor(stockExporter(t, to(b)))
		// The provider gives up before it has told the processor, whose
		// goroutine would stay.
		defer func() { _ = bsp.Shutdown(t.Context()) }()
		tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(bsp))
		record(tp, "lost")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := tp.Shutdown(ctx); err == nil || len(b.names()) > 0 {
			gone(t, "a cancelled context still flushes")
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, always(reply{hang: true}))
		tel := start(t, telemetry.WithEndpoint(b.URL))
		for range 1500 {
			record(tel.TracerProvider(), "x")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		within(t, func() {
			if err := tel.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "1500 spans not delivered (lost)") {
				t.Errorf("Shutdown: %v", err)
			}
		})
		balanced(t, tel.Stats())
	})
	t.Run("ours on a cancelled context", func(t *testing.T) {
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel.TracerProvider(), "kept")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := tel.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if got, want := b.names(), []string{"kept"}; !slices.Equal(got, want) {
			t.Errorf("arrived %q, want %q", got, want)
		}
	})
}
