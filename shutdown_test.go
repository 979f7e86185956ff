package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
)

func TestShutdownEndsOpenSpans(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s1"})
	cctx, code := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Language: "go"})
	spend(cctx)
	_ = code.Fail(coded{})
	if err := r.tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	code.End(nil)
	session.SetResult(telemetry.SessionResult{Status: telemetry.SessionActive})
	session.End(nil)
	const message = "the process stopped before the work ended"
	all := r.spans()
	diff(t, all[1:], []span{
		{
			Name: "code.generate", Parent: "session.create", Status: "Error: no",
			Attrs: merge(sums("code", 1, 0.1), a{
				"session.id": "s1", "code.language": "go", "code.success": false, "error.type": "unfinished",
				"error.message": "no", "exception.type": "telemetry_test.coded", "exception.message": "no",
			}),
			Events: []event{codedEvent},
		},
		{
			Name: "session.create", Status: "Error: " + message,
			Attrs: merge(sums("session", 1, 0.1), sums("request", 1, 0.1), a{
				"session.id": "s1", "error.type": "unfinished", "error.message": message, "request.cost_usd": 0.1,
			}),
		},
	}, "children first, with what is known; later ends do nothing")
}

func TestShutdownWithACancelledContext(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	tel := open(t, telemetry.WithEndpoint(b.URL))
	_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	s.End(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tel.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	diff(t, b.seen().Spans, []string{"work"}, "a context that is over still gets a short flush")
}

func TestFlush(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	tel := open(t, telemetry.WithEndpoint(b.URL))
	ctx := telemetry.NewContext(t.Context(), tel)
	for _, name := range []string{"one", "two"} {
		_, s := telemetry.Start(ctx, name)
		s.End(nil)
		if err := tel.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	diff(t, b.seen().Spans, []string{"one", "two"}, "Flush returns when everything has arrived")
	diff(t, tel.Health(), telemetry.HealthOK, "the last export worked")
	for name, stop := range map[string]func(context.Context) error{"shutdown": tel.Shutdown, "flush": tel.Flush} {
		if err := stop(t.Context()); err != nil {
			t.Errorf("%s: %v, but nothing was lost, whichever comes first", name, err)
		}
	}
}

// A backend that never answers must not hold the process, and must be
// accounted for. Real time, but no assertion on its length beyond the test's
// own deadline: the bound is that of the context.
func TestShutdownAgainstAHangingBackend(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		select {
		case <-release:
		case <-req.Context().Done():
		}
	}))
	defer server.Close()
	defer close(release)
	tel := open(t, telemetry.WithEndpoint(server.URL), telemetry.WithInsecure())
	ctx := telemetry.NewContext(t.Context(), tel)
	for range 3 {
		_, s := telemetry.Start(ctx, "work")
		s.End(nil)
	}
	bound, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := tel.Shutdown(bound)
	if err == nil || !strings.Contains(err.Error(), "3 spans") {
		t.Errorf("error %v does not say that 3 spans were lost", err)
	}
	s := tel.Stats()
	conserved(t, s)
	diff(t, []uint64{s.Spans.Ended, s.Spans.Dropped.Shutdown, s.Spans.Queued}, []uint64{3, 3, 0}, "all were dropped at the stop")
}

// hanging is an exporter that does not heed its context, neither in an export
// nor in its shutdown.
type hanging struct{ release chan struct{} }

func (h hanging) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { <-h.release; return nil }

func (h hanging) Shutdown(context.Context) error { <-h.release; return nil }

func TestShutdownAgainstAHangingExporter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hanging{make(chan struct{})}
		good := tracetest.NewInMemoryExporter()
		kept := keeping{good}
		tel := open(t, telemetry.WithSpanExporter(h), telemetry.WithSpanExporter(kept))
		_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
		s.End(nil)
		start := time.Now()
		err := tel.Shutdown(t.Context())
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("took %v, want 5 s and a little", took)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want one that says what hangs", err)
		}
		diff(t, len(good.GetSpans()), 1, "the other exporter is not held up")
		conserved(t, tel.Stats())
		close(h.release)
		synctest.Wait()
		got := tel.Stats()
		conserved(t, got)
		diff(t, got.Spans.Queued, uint64(0), "what was in flight arrived after all")
	})
}

// keeping is an in-memory exporter that keeps its spans at Shutdown.
type keeping struct{ *tracetest.InMemoryExporter }

func (keeping) Shutdown(context.Context) error { return nil }

// leaking is a processor that ignores contexts.
type leaking struct {
	nothing
	release chan struct{}
}

func (l leaking) Shutdown(context.Context) error   { <-l.release; return nil }
func (l leaking) ForceFlush(context.Context) error { <-l.release; return nil }

func TestShutdownAgainstAHangingProcessor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := leaking{release: make(chan struct{})}
		tel := open(t, telemetry.WithSpanProcessor(l))
		for name, stop := range map[string]func(context.Context) error{"flush": tel.Flush, "shutdown": tel.Shutdown} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: error %v, want one that says what hangs", name, err)
			}
			cancel()
		}
		close(l.release)
	})
}

// What comes last, delivery, must get its turn within the bound: a process
// that is killed at the bound would lose it.
func TestShutdownLeavesTimeForDelivery(t *testing.T) {
	t.Parallel()
	l := leaking{release: make(chan struct{})}
	defer close(l.release)
	b := newBackend(t)
	tel := open(t, telemetry.WithSpanProcessor(l), telemetry.WithEndpoint(b.URL))
	_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	s.End(nil)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := tel.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want one that says what hangs", err)
	}
	if ctx.Err() != nil {
		t.Error("Shutdown took longer than its context allows")
	}
	diff(t, b.seen().Spans, []string{"work"}, "what was buffered arrived")
}

type panicking struct{ nothing }

func (panicking) Shutdown(context.Context) error   { panic("stop") }
func (panicking) ForceFlush(context.Context) error { panic("flush") }

func TestShutdownOfAProcessorThatPanics(t *testing.T) {
	tel := open(t, telemetry.WithSpanProcessor(panicking{}))
	if err := tel.Flush(t.Context()); err == nil || !strings.Contains(err.Error(), "flush") {
		t.Errorf("error %v, want one that says what panicked", err)
	}
	if err := tel.Shutdown(t.Context()); err == nil || !strings.Contains(err.Error(), "stop") {
		t.Errorf("error %v, want one that says what panicked", err)
	}
}
