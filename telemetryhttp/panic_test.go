package telemetryhttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// crash serves one request and returns what the handler panicked with, and the
// stack as a recovering middleware outside sees it.
func (f *fixture) crash(ctx context.Context, t *testing.T, h http.HandlerFunc) (v any, stack string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /jobs/{id}", h)
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/jobs/1", http.NoBody)
	defer func() {
		v = recover()
		stack = string(debug.Stack())
	}()
	telemetryhttp.NewHandler(mux).ServeHTTP(httptest.NewRecorder(), r)
	return nil, ""
}

func blowUp(v any) { panic(v) }

func TestPanic(t *testing.T) {
	boom := errors.New("boom")
	failed := sdktrace.Status{Code: codes.Error, Description: "boom"}
	tests := []struct {
		name, reason string
		value        any
		before       func(http.ResponseWriter)
		status       sdktrace.Status
		code         any
		errorType    any
		goType       any
		events       []string
		series       string
	}{
		{
			"error", "a panic is a failure with a stack; the server will hang up, which is no status",
			boom, nil, failed, nil, "panic", "*errors.errorString",
			[]string{"exception"},
			"error.type=panic,http.route=/jobs/{id}",
		},
		{
			"value", "any value may be thrown",
			"boom", nil, failed, nil, "panic", "string",
			[]string{"exception"},
			"error.type=panic,http.route=/jobs/{id}",
		},
		{
			"after the header", "what was sent was sent",
			boom, func(w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) }, failed, int64(202), "panic", "*errors.errorString",
			[]string{"exception"},
			"error.type=panic,http.response.status_code=202,http.route=/jobs/{id}",
		},
		{
			"after the body", "a body sends a header first",
			boom, func(w http.ResponseWriter) { w.Write([]byte("x")) }, failed, int64(200), "panic", "*errors.errorString",
			[]string{"exception"},
			"error.type=panic,http.response.status_code=200,http.route=/jobs/{id}",
		},
		{
			"after a flush", "a flush sends the header",
			boom, func(w http.ResponseWriter) { w.(http.Flusher).Flush() }, failed, int64(200), "panic", "*errors.errorString",
			[]string{"exception"},
			"error.type=panic,http.response.status_code=200,http.route=/jobs/{id}",
		},
		{
			"abort", "net/http's way to cut a response short is no failure",
			http.ErrAbortHandler, nil,
			sdktrace.Status{},
			nil, nil, nil, nil,
			"http.route=/jobs/{id}",
		},
		{
			"wrapped abort", "net/http takes only the value itself for one",
			fmt.Errorf("boom: %w", http.ErrAbortHandler), nil,
			sdktrace.Status{Code: codes.Error, Description: "boom: net/http: abort Handler"},
			nil, "panic", "*fmt.wrapError",
			[]string{"exception"},
			"error.type=panic,http.route=/jobs/{id}",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			v, stack := f.crash(f.context(t), t, func(w http.ResponseWriter, _ *http.Request) {
				if tt.before != nil {
					tt.before(w)
				}
				blowUp(tt.value)
			})
			if v != tt.value {
				t.Errorf("panic value %v, want the handler's own %v", v, tt.value)
			}
			if !strings.Contains(stack, "telemetryhttp_test.blowUp") {
				t.Error("the stack that middleware outside sees has lost where the handler panicked")
			}
			root := f.ended(t)
			s := view(root)
			got := []any{s.Name, s.Status, s.Attrs["http.response.status_code"], s.Attrs["error.type"], s.Attrs["exception.type"], s.Events}
			diff(t, tt.reason, got, []any{"GET /jobs/{id}", tt.status, tt.code, tt.errorType, tt.goType, tt.events})
			diff(t, tt.reason, f.durations(t, serverDuration, "error.type", "http.response.status_code", "http.route"),
				map[string]uint64{tt.series: 1})
			for _, e := range root.Events() {
				trace, _ := values(e.Attributes)["exception.stacktrace"].(string)
				if first, _, _ := strings.Cut(trace, "\n"); !strings.HasSuffix(first, ".blowUp") {
					t.Errorf("the recorded stack starts at %q, want where the handler panicked", first)
				}
			}
		})
	}
}

// A typed span below records the stack; the root names the failure, but does
// not repeat it.
func TestPanicThroughTypedSpan(t *testing.T) {
	f := newFixture(t)
	f.crash(f.context(t), t, func(_ http.ResponseWriter, r *http.Request) {
		_, s := telemetry.Start(r.Context(), "work")
		defer s.End(nil)
		blowUp("boom")
	})
	for _, s := range f.spans.Ended() {
		v := view(s)
		want := map[string][]string{"work": {"exception"}, "GET /jobs/{id}": nil}[v.Name]
		diff(t, v.Name+": events", v.Events, want)
		if v.Status.Code != codes.Error || v.Attrs["error.type"] != "panic" {
			t.Errorf("%s: status %v, error.type %v", v.Name, v.Status, v.Attrs["error.type"])
		}
	}
}

func TestHangUp(t *testing.T) {
	const code = "http.response.status_code"
	tests := []struct {
		name, reason string
		serve        func(w http.ResponseWriter, hangUp func())
		status       codes.Code
		want         map[string]any
	}{
		{
			"before an answer", "a client that hung up pages nobody",
			func(_ http.ResponseWriter, hangUp func()) { hangUp() },
			codes.Unset,
			map[string]any{"error.type": "canceled"},
		},
		{
			"before an error", "the error follows from the hang-up, and nobody gets it",
			func(w http.ResponseWriter, hangUp func()) { hangUp(); w.WriteHeader(http.StatusInternalServerError) },
			codes.Unset,
			map[string]any{"error.type": "canceled", code: int64(500)},
		},
		{
			"during a stream", "a stream is left when it is not wanted any more",
			func(w http.ResponseWriter, hangUp func()) { w.WriteHeader(http.StatusOK); hangUp() },
			codes.Unset,
			map[string]any{"error.type": "canceled", code: int64(200)},
		},
		{
			"after an error", "the client left because of the error",
			func(w http.ResponseWriter, hangUp func()) { w.WriteHeader(http.StatusServiceUnavailable); hangUp() },
			codes.Error,
			map[string]any{"error.type": "503", code: int64(503)},
		},
		{
			"abort", "a reverse proxy aborts when its client is gone",
			func(_ http.ResponseWriter, hangUp func()) { hangUp(); panic(http.ErrAbortHandler) },
			codes.Unset,
			map[string]any{"error.type": "canceled"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			ctx, hangUp := context.WithCancel(f.context(t))
			defer hangUp()
			f.crash(ctx, t, func(w http.ResponseWriter, _ *http.Request) { tt.serve(w, hangUp) })
			s := view(f.ended(t))
			if s.Status.Code != tt.status {
				t.Errorf("%s: status %v, want %v", tt.reason, s.Status, tt.status)
			}
			got := make(map[string]any)
			for _, k := range []string{"error.type", code} {
				if v, ok := s.Attrs[k]; ok {
					got[k] = v
				}
			}
			diff(t, tt.reason, got, tt.want)
			if s.Name != "GET /jobs/{id}" || s.Attrs["request.id"] == nil {
				t.Errorf("span %q with %v: want name and request.id as ever", s.Name, s.Attrs)
			}
			for series, n := range f.durations(t, serverDuration, "http.route") {
				if series != "http.route=/jobs/{id}" || n != 1 {
					t.Errorf("metric %q × %d: want each request once", series, n)
				}
			}
		})
	}
}
