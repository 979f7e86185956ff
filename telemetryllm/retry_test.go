package telemetryllm_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// busy is the answer of a provider that is overloaded.
func busy(header ...string) func(r *http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		res := answer(r, http.StatusTooManyRequests, "application/json", `{"error":{"type":"tokens","code":"rate_limit_exceeded","message":"slow down"}}`)
		for i := 0; i+1 < len(header); i += 2 {
			res.Header.Set(header[i], header[i+1])
		}
		return res, nil
	}
}

func refused(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }

// attempt sends one attempt as SDKs do, that close what they will repeat
// without reading it.
func attempt(ctx context.Context, t *testing.T, tr http.RoundTripper, number string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(chatRequest))
	if err != nil {
		t.Error(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if number != "" {
		r.Header.Set("X-Stainless-Retry-Count", number)
	}
	res, err := tr.RoundTrip(r)
	if err != nil {
		return
	}
	if res.StatusCode < 400 {
		_, _ = io.Copy(io.Discard, res.Body)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestRetries(t *testing.T) {
	tests := []struct {
		name, reason string
		answers      []func(*http.Request) (*http.Response, error)
		numbers      []string
		pause        time.Duration
		spans        int
		retries      int64
		failed       string
		duration     time.Duration // of the last span
	}{
		{
			name: "told by the SDK", reason: "an attempt after a failed one is an event of the same call",
			answers: []func(*http.Request) (*http.Response, error){busy(), ok}, numbers: []string{"0", "1"},
			pause: time.Second, spans: 1, retries: 1, duration: time.Second,
		},
		{
			name: "not told", reason: "the same parent, method, URL and body are the same call",
			answers: []func(*http.Request) (*http.Response, error){busy(), refused, ok}, numbers: []string{"", "", ""},
			pause: 2 * time.Second, spans: 1, retries: 2, duration: 4 * time.Second,
		},
		{
			name: "another call", reason: "an SDK that counts from 0 begins another call",
			answers: []func(*http.Request) (*http.Response, error){busy(), ok}, numbers: []string{"0", "0"},
			pause: time.Second, spans: 2,
		},
		{
			name: "too late", reason: "after ten seconds nobody is waited for",
			answers: []func(*http.Request) (*http.Response, error){busy(), ok}, numbers: []string{"0", "1"},
			pause: 11 * time.Second, spans: 2,
		},
		{
			name: "as late as the server asks", reason: "Retry-After and a second",
			answers: []func(*http.Request) (*http.Response, error){busy("Retry-After", "30"), ok}, numbers: []string{"0", "1"},
			pause: 30500 * time.Millisecond, spans: 1, retries: 1, duration: 30500 * time.Millisecond,
		},
		{
			name: "later than the server asks", reason: "the span ends as of the failure",
			answers: []func(*http.Request) (*http.Response, error){busy("Retry-After", "1"), ok}, numbers: []string{"0", "1"},
			pause: 2500 * time.Millisecond, spans: 2,
		},
		{
			name: "given up", reason: "the last outcome decides",
			answers: []func(*http.Request) (*http.Response, error){busy()}, numbers: []string{"0", "1", "2"},
			pause: time.Second, spans: 1, retries: 2, failed: "tokens", duration: 2 * time.Second,
		},
		{
			name: "no answer at all", reason: "a connection that fails is an attempt too",
			answers: []func(*http.Request) (*http.Response, error){refused, ok}, numbers: []string{"", ""},
			pause: time.Second, spans: 1, retries: 1, duration: time.Second,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, rec := telemetrytest.Context(t)
				tr := telemetryllm.NewTransport(replies(tt.answers...))
				ctx, work := telemetry.Start(ctx, "work")
				for i, n := range tt.numbers {
					if i > 0 {
						time.Sleep(tt.pause)
					}
					attempt(ctx, t, tr, n)
				}
				time.Sleep(time.Minute)
				spans := rec.Spans()
				work.End(nil)
				if len(spans) != tt.spans {
					t.Fatalf("%d spans, want %d: %s\n%s", len(spans), tt.spans, tt.reason, rec.Tree())
				}
				last := spans[len(spans)-1]
				if tt.spans > 1 {
					return
				}
				var got int64
				for _, e := range last.Events {
					if e.Name == attr.EventLLMRetry {
						got++
					}
				}
				if n, _ := last.Attributes[attr.LLMRetries].(int64); got != tt.retries || n != tt.retries {
					t.Errorf("%d retry events and llm.retries=%d, want %d: %s", got, n, tt.retries, tt.reason)
				}
				if kind, _ := last.Attributes[attr.ErrorType].(string); kind != tt.failed || (last.Status == codes.Error) != (tt.failed != "") {
					t.Errorf("error.type %q, status %v, want %q: %s", kind, last.Status, tt.failed, tt.reason)
				}
				if last.Duration() != tt.duration {
					t.Errorf("the span lasts %v, want %v: %s", last.Duration(), tt.duration, tt.reason)
				}
			})
		})
	}
}

// Calls that run side by side and fail are not attempts of one call.
func TestLookAlikes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		tr := telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return busy()(r)
		}))
		for range 3 {
			go attempt(ctx, t, tr, "")
		}
		time.Sleep(time.Minute)
		if n := len(rec.Spans()); n != 3 {
			t.Errorf("%d spans of 3 calls:\n%s", n, rec.Tree())
		}
	})
}

// Under the caller's own call, attempts are events of its span, and what the
// provider says names the failure.
func TestEnclosingRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		tr := telemetryllm.NewTransport(replies(busy(), busy("Retry-After", "1"), ok))
		ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderOpenAI, Model: "gpt-4o-mini"})
		for range 3 {
			attempt(ctx, t, tr, "")
			time.Sleep(time.Second)
		}
		call.End(nil)
		span := rec.Span(attr.SpanLLMCall)
		if n := span.Attributes[attr.LLMRetries]; n != int64(2) || span.Status == codes.Error || span.Attributes[attr.LLMInputTokens] != int64(1000) {
			t.Errorf("llm.retries %v, status %v, %v tokens", n, span.Status, span.Attributes[attr.LLMInputTokens])
		}
		if span.Duration() != 3*time.Second {
			t.Errorf("the caller's span lasts %v, want as long as the caller says", span.Duration())
		}
	})
}
