package conformance_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
)

// request is what a service does for one of its users.
func request(ctx context.Context) {
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u-42"})
	defer session.End(nil)
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: "anthropic", Model: "claude-sonnet-4-5"})
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 10, OutputTokens: 20}})
	call.End(nil)
}

func TestServiceDoesNotNotice(t *testing.T) {
	status := func(code int) func(int, *arrival) reply { return always(reply{status: code}) }
	for _, tt := range []struct {
		name   string
		answer func(int, *arrival) reply // nil: nobody listens
		health telemetry.Health          // after the first failure
		cause  string                    // in Shutdown's error
		lost   func(telemetry.Tally) uint64
	}{
		{name: "down", health: telemetry.HealthDegraded, cause: "refused"},
		{name: "never answers", answer: always(reply{hang: true}), health: telemetry.HealthOK, cause: "deadline exceeded"},
		{name: "401", answer: status(401), health: telemetry.HealthUnauthorized, cause: "401"},
		{name: "429", answer: status(429), health: telemetry.HealthDegraded, cause: "429"},
		{name: "500", answer: status(500), health: telemetry.HealthDegraded, cause: "500"},
		{name: "resets", answer: always(reply{reset: true}), health: telemetry.HealthDegraded, cause: "reset"},
		{
			name:   "redirects",
			answer: always(reply{status: 302, header: map[string]string{"Location": "http://localhost:1/"}}),
			health: telemetry.HealthDegraded, cause: "302",
		},
		{
			name: "404", answer: status(404), health: telemetry.HealthDegraded, cause: "404",
			lost: func(t telemetry.Tally) uint64 { return t.Rejected },
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var endpoint string
			if tt.answer == nil {
				endpoint = "http://" + refusing(t)
			} else {
				endpoint = newBackend(t, tt.answer).URL
			}
			// The servers stay until the test is over.
			before := goleak.IgnoreCurrent()
			records := make(chan slog.Record, 100)
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
			tel := start(t, telemetry.WithLogger(slog.New(recordsTo(records))))
			ctx := telemetry.NewContext(t.Context(), tel)

			const workers, each = 4, 50
			work := func() {
				var wg sync.WaitGroup
				for range workers {
					wg.Go(func() {
						for range each {
							request(ctx)
						}
					})
				}
				wg.Wait()
			}
			within(t, work)
			_ = tel.Flush(brief(t))
			if h := tel.Health(); h != tt.health {
				t.Errorf("health %v, want %v", h, tt.health)
			}
			balanced(t, tel.Stats())
			within(t, work)

			var err error
			within(t, func() { err = tel.Shutdown(brief(t)) })
			s := tel.Stats()
			balanced(t, s)
			lost := func(t telemetry.Tally) uint64 { return t.Dropped.Shutdown }
			if tt.lost != nil {
				lost = tt.lost
			}
			if want := uint64(2 * workers * each * 2); s.Spans.Ended != want || lost(s.Spans) != want || s.Spans.Queued != 0 {
				t.Errorf("books %+v, want all of %d spans lost", s.Spans, want)
			}
			// What was rejected before Shutdown was told of by Flush.
			told := fmt.Sprintf("%d spans and ", 4*workers*each)
			if tt.lost != nil {
				told = fmt.Sprintf("%d spans and ", 2*workers*each)
			}
			if text := text(err); !strings.Contains(text, told) || !strings.Contains(text, "metric points not delivered (lost)") || !strings.Contains(text, tt.cause) {
				t.Errorf("Shutdown: %q, want it to tell of %q and %q", text, told, tt.cause)
			}
			if n := len(records); n < 1 || n > 2 {
				t.Errorf("%d log records, want one, and one at Shutdown for what was lost since", n)
			}
			for len(records) > 0 {
				if r := <-records; r.Level < slog.LevelWarn {
					t.Errorf("log record %v %q", r.Level, r.Message)
				}
			}
			goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("net/http.(*conn).serve"))
		})
	}
}

// brief returns a context that gives delivery time for an attempt or two.
func brief(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 450*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

func TestRecoveryLosesNothing(t *testing.T) {
	failures := []reply{{reset: true}, {status: http.StatusInternalServerError}}
	var mu sync.Mutex
	tries := map[string]int{}
	b := newBackend(t, func(_ int, a *arrival) reply {
		mu.Lock()
		defer mu.Unlock()
		n := tries[a.path]
		tries[a.path]++
		if n < len(failures) {
			return failures[n]
		}
		return reply{}
	})
	tel := start(t, telemetry.WithEndpoint(b.URL))
	var want []string
	for i := range 500 {
		want = append(want, fmt.Sprintf("%03d", i))
		record(tel.TracerProvider(), want[i])
	}
	count(t, tel)
	shutdown(t, tel)
	if got := b.names(); !slices.Equal(got, want) {
		t.Errorf("%d spans arrived, want each of %d once", len(got), len(want))
	}
	s := tel.Stats()
	balanced(t, s)
	if s.Spans.Exported != 500 || s.Points.Exported != 1 || s.Retries == 0 {
		t.Errorf("spans %+v, points %+v, %d retries", s.Spans, s.Points, s.Retries)
	}
}

func TestInitServesTheProcess(t *testing.T) {
	b := newBackend(t, nil)
	t.Setenv("HONEYCOMB_API_KEY", "hcaik_01hx0000000000000000000000abcdefghijklmnopqrstuvwxyz012345")
	t.Setenv("HONEYCOMB_API_ENDPOINT", b.URL)
	tel, err := telemetry.Init(t.Context(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	request(t.Context())
	record(otel.GetTracerProvider(), "other instrumentation")
	shutdown(t, tel)
	request(t.Context()) // goes nowhere, and hurts nobody
	if got, want := b.names(), []string{"llm.call", "other instrumentation", "session.create"}; !slices.Equal(got, want) {
		t.Errorf("arrived %q, want %q", got, want)
	}
	for _, a := range b.all() {
		for _, rm := range a.metrics.GetResourceMetrics() {
			for _, sm := range rm.GetScopeMetrics() {
				for _, m := range sm.GetMetrics() {
					if h := m.GetHistogram(); h != nil && h.GetAggregationTemporality().String() != "AGGREGATION_TEMPORALITY_DELTA" {
						t.Errorf("metric %q has %v, want delta for Honeycomb", m.GetName(), h.GetAggregationTemporality())
					}
				}
			}
		}
	}
}
