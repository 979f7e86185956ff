package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
		failed          bool
		reason          string
	}{
		{"none", "", 200, 2, nil, nil, false, "the first attempt of each call works"},
		{"busy", "[busy]", 200, 2, int64(1), nil, false, "the second attempt of each call works"},
		{"down", "[down]", 502, 1, int64(maxRetries), "api_error", true, "every attempt fails, and the session ends there"},
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
				if s.Attributes[attr.LLMRetries] != c.retries || s.Attributes[attr.ErrorType] != c.errorType || (s.Status == codes.Error) != c.failed {
					t.Errorf("llm.call has retries %v, error %v, status %v, want %v, %v, failed %t: %s",
						s.Attributes[attr.LLMRetries], s.Attributes[attr.ErrorType], s.Status, c.retries, c.errorType, c.failed, c.reason)
				}
				events := int64(0)
				for _, e := range s.Events {
					if e.Name == attr.EventLLMRetry {
						events++
					}
				}
				if want, _ := c.retries.(int64); events != want {
					t.Errorf("llm.call has %d events %s, want %d: each retry is one", events, attr.EventLLMRetry, want)
				}
			}
			if calls != c.calls {
				t.Errorf("%d LLM calls, want %d: retries are no calls of their own", calls, c.calls)
			}
		})
	}
}

// TestSpanOfTheSDK expects that the span that the Anthropic SDK makes by itself
// is the only one of its call.
func TestSpanOfTheSDK(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.generateIR(b.ctx, prompt+" [busy]", 1, false); err != nil {
		t.Fatal(err)
	}
	if got := b.rec.Span(attr.SpanLLMCall).Scope; got != "com.anthropic.sdk.go" {
		t.Errorf("llm.call is of scope %q, want the SDK's own span", got)
	}
	b.rec.AssertTree(t, `
		ir.generate
		  llm.call
	`)
}

func TestCallFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		handler   http.HandlerFunc
		want      string // in the error of each model
		errorType any
		reason    string
	}{
		{
			"cut off", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				if strings.HasSuffix(r.URL.Path, "/messages") {
					fmt.Fprint(w, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n")
					return
				}
				fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n")
			},
			"the stream ended before the answer did", nil, "half an answer is none",
		},
		{
			"no error body", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
			"403", "403", "proxies answer in HTML; the status is known all the same",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(c.handler)
			defer srv.Close()
			ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
			l := newLLM(srv.URL, srv.Client().Transport)
			_, filled := l.fill(ctx, irTool, "", prompt)
			_, chatted := l.chat(ctx, "", prompt)
			for model, err := range map[string]error{irModel: filled, codeModel: chatted} {
				if err == nil || !strings.Contains(err.Error(), "call "+model+": ") || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want one that names %q and %q: %s", err, model, c.want, c.reason)
				}
			}
			spans := rec.Spans()
			if len(spans) != 2 {
				t.Errorf("%d spans, want one of each call:\n%s", len(spans), rec.Tree())
			}
			for _, s := range spans {
				if got := s.Attributes[attr.ErrorType]; s.Name != attr.SpanLLMCall || got != c.errorType {
					t.Errorf("%s has error.type %v, want %v: %s", s.Name, got, c.errorType, c.reason)
				}
			}
		})
	}
}

func TestReadyNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"data":[{"id":"another"}]}`)
	}))
	defer srv.Close()
	ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
	err := newLLM(srv.URL, srv.Client().Transport).ready(ctx)
	if err == nil || !strings.Contains(err.Error(), irModel) || !strings.Contains(err.Error(), "another") {
		t.Errorf("error %v, want one that names %q and what there is", err, irModel)
	}
	rec.AssertTree(t, "GET") // of no model
}
