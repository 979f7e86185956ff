package llm_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/genai"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// sdks are calls of one question by the SDKs that retry.
var sdks = []struct {
	name, fixture string
	counts        bool // the SDK sends the attempt's number
	call          func(context.Context, *http.Client) error
}{{
	name: "openai", fixture: "chat-answer", counts: true,
	call: func(ctx context.Context, c *http.Client) error {
		client := newOpenAI(c)
		_, err := client.Chat.Completions.New(ctx, chatParams)
		return err
	},
}, {
	name: "openai stream", fixture: "chat-stream-tools", counts: true,
	call: func(ctx context.Context, c *http.Client) error {
		client := newOpenAI(c)
		_, err := drain(client.Chat.Completions.NewStreaming(ctx, streamParams))
		return err
	},
}, {
	name: "anthropic", fixture: "anthropic-answer", counts: true,
	call: func(ctx context.Context, c *http.Client) error {
		client := newAnthropic(c, noop.NewTracerProvider())
		_, err := client.Messages.New(ctx, messageParams)
		return err
	},
}, {
	name: "anthropic with a span of its own", fixture: "anthropic-answer", counts: true,
	call: func(ctx context.Context, c *http.Client) error {
		client := newAnthropic(c, providerOf(ctx))
		_, err := client.Messages.New(ctx, messageParams)
		return err
	},
}, {
	name: "anthropic stream with a span of its own", fixture: "anthropic-stream-tools", counts: true,
	call: func(ctx context.Context, c *http.Client) error {
		client := newAnthropic(c, providerOf(ctx))
		_, err := drain(client.Messages.NewStreaming(ctx, messageParams))
		return err
	},
}, {
	name: "genai", fixture: "gemini-answer",
	call: func(ctx context.Context, c *http.Client) error {
		client, err := genai.NewClient(ctx, &genai.ClientConfig{
			APIKey: "none", Backend: genai.BackendGeminiAPI, HTTPClient: c,
			HTTPOptions: genai.HTTPOptions{RetryOptions: &genai.HTTPRetryOptions{Attempts: new(int32(3))}},
		})
		if err != nil {
			return err
		}
		_, err = client.Models.GenerateContent(ctx, "gemini-2.5-flash", genai.Text("weather?"), nil)
		return err
	},
}}

// What an SDK repeats is one call, whatever becomes of it.
func TestRetry(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		steps        []step                     // before the good one
		dead         bool                       // there is no good one
		events       []telemetrytest.Attributes // but for the delay
		errorType    string
	}{{
		name: "limited once", reason: "the final outcome decides",
		steps:  []step{failing(http.StatusTooManyRequests, "rate_limit_error", "Retry-After", "2")},
		events: []telemetrytest.Attributes{{attr.HTTPResponseStatusCode: int64(429), attr.ErrorType: "rate_limit_error"}},
	}, {
		name: "lost once", reason: "no answer came, so there is no status",
		steps:  []step{{err: io.ErrUnexpectedEOF}},
		events: []telemetrytest.Attributes{{attr.ErrorType: "unexpected_eof"}},
	}, {
		name: "twice", reason: "each attempt but the last is an event",
		steps: []step{failing(http.StatusServiceUnavailable, "overloaded_error"), failing(http.StatusInternalServerError, "api_error")},
		events: []telemetrytest.Attributes{
			{attr.HTTPResponseStatusCode: int64(503), attr.ErrorType: "overloaded_error"},
			{attr.HTTPResponseStatusCode: int64(500), attr.ErrorType: "api_error"},
		},
	}, {
		name: "always", reason: "the last attempt's error is the call's", dead: true,
		steps: []step{failing(http.StatusServiceUnavailable, "overloaded_error"), failing(http.StatusServiceUnavailable, "overloaded_error"), failing(http.StatusInternalServerError, "api_error")},
		events: []telemetrytest.Attributes{
			{attr.HTTPResponseStatusCode: int64(503), attr.ErrorType: "overloaded_error"},
			{attr.HTTPResponseStatusCode: int64(503), attr.ErrorType: "overloaded_error"},
		},
		errorType: "api_error",
	}, {
		name: "refused", reason: "what is wrong stays wrong, so nobody repeats it", dead: true,
		steps: []step{failing(http.StatusBadRequest, "invalid_request_error")}, errorType: "invalid_request_error",
	}} {
		for _, sdk := range sdks {
			for _, enclosed := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/enclosed=%t", tt.name, sdk.name, enclosed), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						list := tt.steps
						if !tt.dead {
							list = append(slices.Clip(list), good(t, sdk.fixture))
						}
						s := steps(list...)
						ctx, rec := recordSDK(t)
						if !sdk.counts { // without a parent, requests that look alike are two calls
							var work telemetry.Span
							ctx, work = telemetry.Start(ctx, "work")
							defer work.End(nil)
						}
						var err error
						func() {
							ctx := ctx
							if enclosed {
								var call telemetry.LLMCall
								ctx, call = telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
								defer call.End(&err)
							}
							err = sdk.call(ctx, &http.Client{Transport: telemetryllm.NewTransport(s)})
						}()
						expire()
						if (err != nil) != tt.dead {
							t.Fatalf("the SDK returns %v", err)
						}
						span := priced(t, rec)
						got, delays := retriesOf(span)
						if d := cmp.Diff(tt.events, got); d != "" {
							t.Errorf("%s: events (-want +got):\n%s", tt.reason, d)
						}
						for _, delay := range delays {
							if delay < 0 || delay > 30_000 {
								t.Errorf("a delay of %v ms", delay)
							}
						}
						if n, _ := span.Attributes[attr.LLMRetries].(int64); n != int64(len(tt.events)) {
							t.Errorf("llm.retries: want %d, got %d", len(tt.events), n)
						}
						if tt.dead {
							if span.Status != codes.Error || span.Attributes[attr.ErrorType] != tt.errorType {
								t.Errorf("%s: want status Error and %q, got %v and %v", tt.reason, tt.errorType, span.Status, span.Attributes[attr.ErrorType])
							}
						} else {
							for _, line := range fixture(t, sdk.fixture).mismatches(span) {
								t.Error(line)
							}
						}
						if len(s.headers()) != len(list) {
							t.Errorf("the server got %d requests, want %d", len(s.headers()), len(list))
						}
						for i, h := range s.headers() {
							if n := h.Get("X-Stainless-Retry-Count"); sdk.counts && n != fmt.Sprint(i) {
								t.Errorf("attempt %d says it is number %q", i, n)
							}
						}
					})
				})
			}
		}
	}
}

// A delay is as long as the server asked for.
func TestRetryDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := steps(failing(http.StatusTooManyRequests, "rate_limit_error", "Retry-After", "7"), good(t, "chat-answer"))
		ctx, rec := recordSDK(t)
		client := newOpenAI(&http.Client{Transport: telemetryllm.NewTransport(s)})
		if _, err := client.Chat.Completions.New(ctx, chatParams); err != nil {
			t.Fatal(err)
		}
		span := oneCall(t, rec)
		_, delays := retriesOf(span)
		if d := cmp.Diff([]float64{7000}, delays); d != "" {
			t.Errorf("delays in ms (-want +got):\n%s", d)
		}
		if got, want := span.Duration(), 7*time.Second+400*time.Millisecond; got != want {
			t.Errorf("the span takes %v, want %v: all attempts and what is between them", got, want)
		}
	})
}

// Calls that run side by side are never taken for attempts of one, however much
// they are alike.
func TestRetrySideBySide(t *testing.T) {
	const n = 8
	for _, sdk := range sdks {
		t.Run(sdk.name, func(t *testing.T) {
			if !sdk.counts {
				t.Skip("attempts of calls that are alike and run side by side cannot be told apart")
			}
			synctest.Test(t, func(t *testing.T) {
				ok := good(t, sdk.fixture)
				s := &script{next: func(_ int, r *http.Request) step {
					if r.Header.Get("X-Stainless-Retry-Count") == "0" {
						return failing(http.StatusServiceUnavailable, "overloaded_error")
					}
					return ok
				}}
				ctx, rec := recordSDK(t)
				client := &http.Client{Transport: telemetryllm.NewTransport(s)}
				var calls sync.WaitGroup
				for range n {
					calls.Go(func() {
						if err := sdk.call(ctx, client); err != nil {
							t.Error(err)
						}
					})
				}
				calls.Wait()
				expire()
				spans := rec.Spans()
				if len(spans) != n {
					t.Fatalf("%d spans, want %d:\n%s", len(spans), n, rec.Tree())
				}
				for _, span := range spans {
					if events, _ := retriesOf(span); span.Attributes[attr.LLMRetries] != int64(1) || len(events) != 1 {
						t.Errorf("llm.retries: want 1, got %v with %d events", span.Attributes[attr.LLMRetries], len(events))
					}
					for _, line := range fixture(t, sdk.fixture).mismatches(span) {
						t.Error(line)
					}
				}
			})
		})
	}
}

// Calls without retries in the SDK, which the caller repeats.
func TestRetryByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := steps(failing(http.StatusTooManyRequests, "rate_limit_error", "Retry-After", "3"), good(t, "chat-answer"))
		ctx, rec := recordSDK(t)
		ctx, root := telemetry.Start(ctx, "work")
		client := newGoOpenAI(&http.Client{Transport: telemetryllm.NewTransport(s)})
		for i := range 2 {
			_, err := client.CreateChatCompletion(ctx, goOpenAIChat)
			if (err != nil) != (i == 0) {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
		}
		root.End(nil)
		expire()
		span := rec.Span(attr.SpanLLMCall)
		if span.Attributes[attr.LLMRetries] != int64(1) || span.Status != codes.Unset {
			t.Errorf("want one retry and status Unset, got %v and %v", span.Attributes[attr.LLMRetries], span.Status)
		}
	})
}

// retriesOf returns the events about failed attempts, without their delays, and
// the delays.
func retriesOf(s telemetrytest.Span) (events []telemetrytest.Attributes, delays []float64) {
	for _, e := range s.Events {
		if e.Name != attr.EventLLMRetry {
			continue
		}
		delay, ok := e.Attributes[attr.LLMRetryDelayMS].(float64)
		if !ok {
			delay = -1
		}
		delays = append(delays, delay)
		delete(e.Attributes, attr.LLMRetryDelayMS)
		events = append(events, e.Attributes)
	}
	return events, delays
}
