package delivery_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// hang answers nothing until the request's context ends.
func hang(req *http.Request, _ *arrival) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

func TestFlushAndShutdownSayWhatIsMissing(t *testing.T) {
	tests := []struct {
		name, reason string
		script       func(*http.Request, *arrival) (*http.Response, error)
		shutdown     bool
		text         string
		most         time.Duration // how long it may take
		spans        delivery.Tally
	}{
		{"flush, working", "", always(200), false, "", 0, delivery.Tally{Appended: 2, Exported: 2}},
		{"shutdown, working", "", always(200), true, "", 0, delivery.Tally{Appended: 2, Exported: 2}},
		{"flush, failing once", "one retry fits", inTurn(503), false, "", 500 * time.Millisecond, delivery.Tally{Appended: 2, Exported: 2}},
		{"shutdown, failing once", "one retry fits", inTurn(503), true, "", 500 * time.Millisecond, delivery.Tally{Appended: 2, Exported: 2}},
		{
			"flush, unauthorized", "no attempt for 30 s, so no use to wait", always(401), false,
			"telemetry: 2 spans not delivered (queued): POST " + tracesURL + ": 401 Unauthorized",
			0,
			delivery.Tally{Appended: 2, Queued: 2},
		},
		{
			"shutdown, unauthorized", "the same", always(401), true,
			"telemetry: 2 spans not delivered (lost): POST " + tracesURL + ": 401 Unauthorized",
			0,
			delivery.Tally{Appended: 2, Dropped: delivery.Dropped{Shutdown: 2}},
		},
		{
			"flush, rejected", "lost at once", always(404), false,
			"telemetry: 2 spans not delivered (lost): POST " + tracesURL + ": 404 Not Found",
			0,
			delivery.Tally{Appended: 2, Rejected: 2},
		},
		{
			"flush, hanging", "bounded though the context is not", hang, false,
			"telemetry: 2 spans not delivered (queued): context deadline exceeded",
			5 * time.Second,
			delivery.Tally{Appended: 2, Queued: 2},
		},
		{
			"shutdown, hanging", "bounded though the context is not", hang, true,
			"telemetry: 2 spans not delivered (lost): context deadline exceeded",
			5 * time.Second,
			delivery.Tally{Appended: 2, Dropped: delivery.Dropped{Shutdown: 2}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := start(t, newBackend(tt.script))
				p.Append(0, span("a", 0), 1)
				p.Append(0, span("b", 0), 1)
				call := p.Flush
				if tt.shutdown {
					call = p.Shutdown
				}
				begin := time.Now()
				err := call(t.Context())
				if took := time.Since(begin); took > tt.most {
					t.Errorf("%s: took %v, want at most %v", tt.reason, took, tt.most)
				}
				var text string
				if err != nil {
					text = err.Error()
				}
				if text != tt.text {
					t.Errorf("%s: error %q, want %q", tt.reason, text, tt.text)
				}
				if got := balanced(t, p).Spans; got != tt.spans {
					t.Errorf("%s: spans %+v, want %+v", tt.reason, got, tt.spans)
				}
			})
		})
	}
}

func TestLossError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, newBackend(func(req *http.Request, a *arrival) (*http.Response, error) {
			if req.URL.String() == metricsURL {
				return answer(http.StatusNotFound), nil
			}
			return hang(req, a)
		}))
		p.Append(0, span("a", 0), 1)
		p.AppendMetrics(payload("m"), 7)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := p.Flush(ctx)
		loss, ok := errors.AsType[*delivery.LossError](err)
		if !ok {
			t.Fatalf("Flush: %v, want a *LossError", err)
		}
		if want := "telemetry: 1 span and 7 metric points not delivered (7 lost, 1 queued): POST " + metricsURL + ": 404 Not Found: context deadline exceeded"; err.Error() != want {
			t.Errorf("Error() = %q, want %q", err, want)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error("the error does not wrap the context's")
		}
		loss.Err = nil
		if diff := cmp.Diff(&delivery.LossError{QueuedSpans: 1, LostPoints: 7}, loss); diff != "" {
			t.Errorf("error (-want +got):\n%s", diff)
		}
	})
}

func TestShutdownWithACancelledContextStillFlushes(t *testing.T) {
	tests := []struct {
		name, reason string
		delay        time.Duration
		want         delivery.Tally
		took         time.Duration
	}{
		{"quick backend", "half a second is within the grace", 500 * time.Millisecond, delivery.Tally{Appended: 1, Exported: 1}, 500 * time.Millisecond},
		{"slow backend", "the grace is one second", time.Minute, delivery.Tally{Appended: 1, Dropped: delivery.Dropped{Shutdown: 1}}, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := start(t, newBackend(func(req *http.Request, _ *arrival) (*http.Response, error) {
					select {
					case <-time.After(tt.delay):
						return answer(http.StatusOK), nil
					case <-req.Context().Done():
						return nil, req.Context().Err()
					}
				}))
				p.Append(0, span("a", 0), 1)
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				begin := time.Now()
				err := p.Shutdown(ctx)
				if took := time.Since(begin); took != tt.took {
					t.Errorf("%s: took %v, want %v", tt.reason, took, tt.took)
				}
				if lost := tt.want.Dropped.Shutdown > 0; lost != (err != nil) {
					t.Errorf("%s: error %v", tt.reason, err)
				}
				if got := balanced(t, p).Spans; got != tt.want {
					t.Errorf("%s: spans %+v, want %+v", tt.reason, got, tt.want)
				}
			})
		})
	}
}

func TestShutdownTriesOnceMoreAgainstTheBackendsWish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := true
		b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
			if first {
				first = false
				return answer(http.StatusTooManyRequests, "Retry-After", "60"), nil
			}
			return answer(http.StatusOK), nil
		})
		p := start(t, b)
		p.Append(0, span("a", 0), 1)
		time.Sleep(2 * time.Second)
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestShutdownIsIdempotentAndFinal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, newBackend(hang))
		p.Append(0, span("a", 0), 1)
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { errs[i] = p.Shutdown(t.Context()) })
		}
		wg.Wait()
		for i, err := range errs {
			if err == nil || !errors.Is(err, errs[0]) {
				t.Errorf("call %d returned %v, another %v", i, err, errs[0])
			}
		}
		p.Append(0, span("b", 0), 3)
		p.AppendMetrics(payload("m"), 4)
		if err := p.Flush(t.Context()); err != nil {
			t.Errorf("Flush after Shutdown: %v", err)
		}
		s := balanced(t, p)
		if want := (delivery.Tally{Appended: 4, Dropped: delivery.Dropped{Shutdown: 4}}); s.Weight != want || s.Points != want {
			t.Errorf("weight %+v, points %+v, want both %+v", s.Weight, s.Points, want)
		}
		if s.Buffered != 0 {
			t.Errorf("%d bytes still held", s.Buffered)
		}
		if h := p.Health(); h != delivery.HealthDisabled {
			t.Errorf("health = %v, want disabled", h)
		}
	})
}

// A service may call Flush at the end of every request.
func TestFlushDoesNotDefeatTheBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(always(http.StatusServiceUnavailable))
		p := start(t, b)
		for range 100 {
			p.Append(0, span("a", 0), 1)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if err := p.Flush(ctx); err == nil {
				t.Error("Flush: no error from a backend that is down")
			}
			cancel()
			time.Sleep(100 * time.Millisecond)
		}
		requests := b.all(t)
		for i := range len(requests) - 1 {
			if wait := requests[i+1].at - requests[i].at; wait < 250*time.Millisecond {
				t.Errorf("request %d followed after %v", i+1, wait)
			}
		}
	})
}

func TestFlushWaitsForWhatWasAppendedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
			time.Sleep(time.Second)
			return answer(http.StatusOK), nil
		})
		p := start(t, b)
		p.Append(0, span("a", 0), 1)
		time.Sleep(1500 * time.Millisecond) // "a" is in flight
		p.Append(0, span("b", 0), 1)
		if err := p.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(map[string]int{"a": 1, "b": 1}, b.accepted(t)); diff != "" {
			t.Errorf("arrived (-want +got):\n%s", diff)
		}
	})
}
