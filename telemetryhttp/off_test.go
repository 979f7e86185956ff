package telemetryhttp_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// inert is a response that costs nothing.
type inert struct{ header http.Header }

func (w *inert) Header() http.Header       { return w.header }
func (*inert) Write(b []byte) (int, error) { return len(b), nil }
func (*inert) WriteHeader(int)             {}

// Off, or skipped, a request that brings nothing passes through as it is, for
// free.
func TestOff(t *testing.T) {
	on := newFixture(t)
	switched := newFixture(t)
	switched.SetEnabled(false)
	stopped := newFixture(t)
	stopped.Shutdown(t.Context())

	skip := func(*http.Request) bool { return true }
	tests := []struct {
		name, reason string
		ctx          context.Context
		opts         []telemetryhttp.Option
		transport    []telemetryhttp.TransportOption
	}{
		{"before Init", "a library may be instrumented, and its program not", t.Context(), nil, nil},
		{"switched off", "the switch", switched.context(t), nil, nil},
		{"stopped", "after Shutdown", stopped.context(t), nil, nil},
		{
			"nil handle", "asked to be off", on.context(t),
			[]telemetryhttp.Option{telemetryhttp.WithTelemetry(nil)},
			[]telemetryhttp.TransportOption{telemetryhttp.WithTelemetry(nil)},
		},
		{
			"zero handle", "what a failed Init returns", on.context(t),
			[]telemetryhttp.Option{telemetryhttp.WithTelemetry(new(telemetry.Telemetry))},
			[]telemetryhttp.TransportOption{telemetryhttp.WithTelemetry(new(telemetry.Telemetry))},
		},
		{
			"switched handle", "the switch", on.context(t),
			[]telemetryhttp.Option{telemetryhttp.WithTelemetry(switched.Telemetry)},
			[]telemetryhttp.TransportOption{telemetryhttp.WithTelemetry(switched.Telemetry)},
		},
		{"skipped", "asked for", on.context(t), []telemetryhttp.Option{telemetryhttp.WithSkip(skip)}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var (
				w    http.ResponseWriter = &inert{make(http.Header)}
				r                        = httptest.NewRequestWithContext(tt.ctx, http.MethodGet, "http://localhost/", http.NoBody)
				same                     = true
			)
			h := telemetryhttp.NewHandler(http.HandlerFunc(func(gotW http.ResponseWriter, gotR *http.Request) {
				same = same && gotW == w && gotR == r
			}), tt.opts...)
			if n := testing.AllocsPerRun(100, func() { h.ServeHTTP(w, r) }); n != 0 {
				t.Errorf("handler: %v allocations, want 0: %s", n, tt.reason)
			}
			if !same || len(w.Header()) != 0 {
				t.Errorf("handler: request or response was touched: %s", tt.reason)
			}
			if tt.name == "skipped" {
				return
			}
			res := new(http.Response)
			rt := telemetryhttp.NewTransport(roundTripper(func(got *http.Request) (*http.Response, error) {
				same = same && got == r
				return res, nil
			}), tt.transport...)
			if n := testing.AllocsPerRun(100, func() { _, _ = rt.RoundTrip(r) }); n != 0 {
				t.Errorf("transport: %v allocations, want 0: %s", n, tt.reason)
			}
			if !same {
				t.Errorf("transport: the request was touched: %s", tt.reason)
			}
		})
	}
	if n := len(on.spans.Ended()) + len(switched.spans.Ended()) + len(stopped.spans.Ended()); n != 0 {
		t.Errorf("%d spans, want none", n)
	}
}

func TestSkip(t *testing.T) {
	health := telemetryhttp.WithSkip(func(r *http.Request) bool { return r.URL.Path == "/healthz" })
	crash := telemetryhttp.WithSkip(func(*http.Request) bool { panic("bug") })
	tests := []struct {
		name, reason, target string
		opts                 []telemetryhttp.Option
		want                 int
	}{
		{"matches", "health checks are noise", "/healthz", []telemetryhttp.Option{health}, 0},
		{"other", "only what matches is left out", "/a", []telemetryhttp.Option{health}, 1},
		{"one of two", "one suffices", "/healthz", []telemetryhttp.Option{telemetryhttp.WithSkip(nil), nil, crash, health}, 0},
		{"panics", "a broken predicate breaks no request", "/a", []telemetryhttp.Option{crash}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			res := f.do(t, telemetryhttp.NewHandler(status(204), tt.opts...), http.MethodGet, tt.target)
			if got := len(f.spans.Ended()); got != tt.want || res.StatusCode != http.StatusNoContent {
				t.Errorf("%s: %d spans, want %d; status %d", tt.reason, got, tt.want, res.StatusCode)
			}
		})
	}
}

// One handler serves several telemetries, each its own requests.
func TestPipelinePerRequest(t *testing.T) {
	a, b, c := newFixture(t), newFixture(t), newFixture(t)
	h := telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, s := telemetry.Start(r.Context(), "work")
		s.End(nil)
	}))
	explicit := telemetryhttp.NewHandler(h, telemetryhttp.WithTelemetry(c.Telemetry))
	for range 2 {
		a.do(t, h, http.MethodGet, "/")
		b.do(t, h, http.MethodPost, "/")
		a.do(t, explicit, http.MethodPut, "/")
	}
	diff(t, "a", names(a.spans.Ended()), []string{"work", "GET", "work", "GET"})
	diff(t, "b", names(b.spans.Ended()), []string{"work", "POST", "work", "POST"})
	diff(t, "c", names(c.spans.Ended()), []string{"work", "PUT", "work", "PUT"})
}

// A handler may be made before Init, and outlive Shutdown.
func TestInitLater(t *testing.T) {
	h := telemetryhttp.NewHandler(status(204))
	get := func() { h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody)) }
	get()
	f := newFixture(t)
	for i := range 2 {
		tel, err := telemetry.Init(t.Context(), telemetry.WithSpanProcessor(f.spans), telemetry.WithLogger(slog.New(slog.DiscardHandler)))
		if err != nil {
			t.Fatal(err)
		}
		get()
		tel.Shutdown(t.Context())
		get()
		if got := len(f.spans.Ended()); got != i+1 {
			t.Errorf("%d spans after %d requests under Init", got, i+1)
		}
	}
}
