package frameworks_test

import (
	"io"
	"log"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// quiet is a log for what is meant to go wrong.
var quiet = log.New(io.Discard, "", 0)

func serveMux() http.Handler {
	// doc:nethttp
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/sessions/{id}", func(w http.ResponseWriter, r *http.Request) {
		if err := refine(r.Context(), r.PathValue("id")); err != nil {
			http.Error(w, "cannot refine the session", http.StatusInternalServerError)
		}
	})
	handler := telemetryhttp.NewHandler(recoverer(telemetryhttp.Routes(mux)))
	// doc:end
	return handler
}

// doc:recoverer

// recoverer answers 500 where next panics.
func recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				panic(v) // how a handler hangs up
			default:
				http.Error(w, "internal error", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// doc:end

// Where the recovery stands decides who sees the panic.
func TestPanic(t *testing.T) {
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no such hole") })
	server := func(a attrs, events ...string) []span {
		a[attr.RequestID] = "r-1"
		return []span{{Name: "GET", Kind: "server", Status: "Error", Events: events, Attrs: a}}
	}
	for _, tt := range []struct {
		name, reason string
		handler      http.Handler
		status       int
		want         []span
	}{
		{
			"recovered outside", "the span has the panic and the client an answer, which comes after the span",
			recoverer(telemetryhttp.NewHandler(handler)), 500, server(attrs{attr.ErrorType: attr.ErrorPanic}, attr.EventException),
		},
		{
			"recovered inside", "the span has the answer alone",
			telemetryhttp.NewHandler(recoverer(handler)), 500, server(attrs{attr.ErrorType: "500", attr.HTTPResponseStatusCode: int64(500)}),
		},
		{
			"not recovered", "the server hangs up, as it does without telemetry",
			telemetryhttp.NewHandler(handler), 0, server(attrs{attr.ErrorType: attr.ErrorPanic}, attr.EventException),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := initialize(t)
			if got := get(t, tt.handler, "/"); got != tt.status {
				t.Errorf("status %d, want %d", got, tt.status)
			}
			if diff := cmp.Diff(tt.want, r.tree()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
