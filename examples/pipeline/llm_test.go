package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestRetries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, directive string
		status          int
		calls           int
		retries         any
		errorType       any
		code            codes.Code
		reason          string
	}{
		{"none", "", 200, 2, nil, nil, codes.Unset, "the first attempt of each call works"},
		{"busy", "[busy]", 200, 2, int64(1), nil, codes.Unset, "the second attempt of each call works"},
		{"down", "[down]", 502, 1, int64(maxRetries), "api_error", codes.Error, "every attempt fails, and the session ends there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.send(http.MethodPost, "/api/sessions", c.status, createRequest{
				Prompt: prompt + c.directive, Language: attr.LanguageGo,
			}, nil)
			b.stop()
			calls := 0
			for _, s := range b.rec.Spans() {
				if s.Name != attr.SpanLLMCall {
					continue
				}
				calls++
				if s.Attributes[attr.LLMRetries] != c.retries || s.Attributes[attr.ErrorType] != c.errorType || s.Status != c.code {
					t.Errorf("llm.call has retries %v, error %v, status %v, want %v, %v, %v: %s",
						s.Attributes[attr.LLMRetries], s.Attributes[attr.ErrorType], s.Status, c.retries, c.errorType, c.code, c.reason)
				}
			}
			if calls != c.calls {
				t.Errorf("%d LLM calls, want %d: retries are no calls of their own", calls, c.calls)
			}
		})
	}
}

func TestCompleteFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		handler   http.HandlerFunc
		want      string
		errorType string
		reason    string
	}{
		{
			"cut off", func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n")
			},
			"call m: the stream ended before the answer did", "*errors.errorString",
			"half an answer is none",
		},
		{
			"no JSON", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "data: {\n\n") },
			"call m: decode an event: unexpected end of JSON input", "*json.SyntaxError",
			"the stream is not what it should be",
		},
		{
			"no error body", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
			"call m: status 403: Forbidden", "403", "proxies answer in HTML; the status is known all the same",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
			srv := httptest.NewServer(c.handler)
			defer srv.Close()
			l := &llm{client: srv.Client(), url: srv.URL}
			_, err := l.complete(ctx, completion{provider: attr.ProviderOpenAI, model: "m"})
			if err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %q: %s", err, c.want, c.reason)
			}
			if got := rec.Span(attr.SpanLLMCall).Attributes[attr.ErrorType]; got != c.errorType {
				t.Errorf("error.type %v, want %q", got, c.errorType)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	l := &llm{backoff: time.Second}
	for _, c := range []struct {
		name        string
		err         error
		retries     int
		atLeast, at time.Duration
		ok          bool
		reason      string
	}{
		{"first", &providerError{status: 429}, 0, time.Second / 2, 3 * time.Second / 2, true, "half to one and a half times the backoff"},
		{"second", fmt.Errorf("x: %w", &providerError{status: 503}), 1, time.Second, 3 * time.Second, true, "twice as long"},
		{"said", &providerError{status: 429, retryAfter: time.Minute}, 0, time.Minute, time.Minute, true, "the provider knows best"},
		{"last", &providerError{status: 429}, maxRetries, 0, 0, false, "enough"},
		{"ours", &providerError{status: 400}, 0, 0, 0, false, "the same request would fail again"},
		{"other", errors.New("x"), 0, 0, 0, false, "it may have been carried out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok := l.retryAfter(c.err, c.retries)
			if got < c.atLeast || got > c.at || ok != c.ok {
				t.Errorf("retryAfter = %v, %t, want %v to %v, %t: %s", got, ok, c.atLeast, c.at, c.ok, c.reason)
			}
		})
	}
}

func TestReadyNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"data":[{"id":"another"}]}`)
	}))
	defer srv.Close()
	ctx, _ := telemetrytest.Context(t, telemetrytest.Strict())
	err := (&llm{client: srv.Client(), url: srv.URL}).ready(ctx)
	if err == nil || !strings.Contains(err.Error(), irModel) || !strings.Contains(err.Error(), "another") {
		t.Errorf("error %v, want one that names %q and what there is", err, irModel)
	}
}
