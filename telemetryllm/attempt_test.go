package telemetryllm_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

type testKey struct{}

// Each attempt is sent in its own context, though its span may be that of an
// attempt whose context is done.
func TestAttemptContext(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, work := telemetry.Start(ctx, "work")
	type seen struct {
		Value  any
		Before error // before the caller cancels
		After  error
	}
	var got []seen
	for i := range 2 {
		own, cancel := context.WithCancel(context.WithValue(ctx, testKey{}, i))
		attempt(own, t, telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			s := seen{Value: r.Context().Value(testKey{}), Before: r.Context().Err()}
			cancel()
			<-r.Context().Done()
			s.After = r.Context().Err()
			got = append(got, s)
			return nil, io.ErrUnexpectedEOF
		})), "")
	}
	if d := cmp.Diff([]seen{{0, nil, context.Canceled}, {1, nil, context.Canceled}}, got, cmp.Comparer(errors.Is)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	work.End(nil)
	_ = rec.Telemetry().Flush(t.Context())
}

// One transport above another makes one span, with everything once.
func TestTwice(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	res, err := post(ctx, t, telemetryllm.NewTransport(replies(ok)), chatURL, chatRequest)
	readAll(t, res, err)
	want := map[attribute.Key]any{attr.LLMInputTokens: int64(1000), attr.LLMCostUSD: 0.00018}
	if d := cmp.Diff(want, pick(rec.Span(attr.SpanLLMCall), attr.LLMInputTokens, attr.LLMCostUSD)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// Whatever the transport below does, the caller sees the same, and the span
// ends.
func TestBaseFails(t *testing.T) {
	const secret = "AIzaSECRET"
	tests := []struct {
		name, reason string
		base         roundTripper
		panics       any
		err          bool
	}{
		{
			name: "panics", reason: "as doubles of tests do",
			base: func(*http.Request) (*http.Response, error) { panic("base") }, panics: "base",
		},
		{
			name: "nothing", reason: "neither an answer nor an error: net/http says what is wrong",
			base: func(*http.Request) (*http.Response, error) { return nil, nil },
		},
		{
			name: "an error with the URL", reason: "the URL has the key of the API",
			base: func(r *http.Request) (*http.Response, error) {
				return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: errors.New("giving up")}
			},
			err: true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			var (
				res *http.Response
				err error
			)
			func() {
				defer func() {
					if v := recover(); v != tt.panics {
						t.Errorf("panics with %v, want %v", v, tt.panics)
					}
				}()
				res, err = post(ctx, t, tt.base, "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent?key="+secret, `{"contents":[]}`)
			}()
			if res != nil || (err != nil) != tt.err {
				t.Errorf("the caller gets %v, %v: %s", res, err, tt.reason)
			}
			span := rec.Span(attr.SpanLLMCall)
			if span.Status != codes.Error || span.Attributes[attr.ErrorType] == nil {
				t.Errorf("status %v, error.type %v: %s", span.Status, span.Attributes[attr.ErrorType], tt.reason)
			}
			if all := fmt.Sprint(span.Attributes, span.Message, span.Events); strings.Contains(all, secret) {
				t.Errorf("a secret is recorded: %s", all)
			}
		})
	}
}

// The header of an answer is the caller's, who may change it.
func TestHeaderIsTheCallers(t *testing.T) {
	const name = "X-Amzn-Bedrock-Input-Token-Count"
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		ctx, cancel := context.WithCancel(ctx)
		res, err := post(ctx, t, replies(func(r *http.Request) (*http.Response, error) {
			res := answer(r, 200, "application/json", `{"output":{"message":{"role":"assistant","content":[{"text":"x"}]}},"stopReason":"end_turn"}`)
			res.Header.Set(name, "3")
			return res, nil
		}), "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1:0/invoke",
			`{"messages":[{"role":"user","content":"hi"}],"max_tokens":3,"anthropic_version":"bedrock-2023-05-31"}`)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := res.Body.Read(make([]byte, 20)); err != nil {
			t.Fatal(err)
		}
		cancel() // ends the call in another goroutine, at the same time as:
		res.Header.Set(name, "999")
		synctest.Wait()
		if n := rec.Span(attr.SpanLLMCall).Attributes[attr.LLMInputTokens]; n == int64(999) {
			t.Errorf("%v tokens", n)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Once all of an answer has been read, its context may end.
func TestCancelAfterAll(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, cancel := context.WithCancel(ctx)
	res, err := post(ctx, t, replies(ok), chatURL, chatRequest)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(res.Body, make([]byte, len(chatAnswer))); err != nil { // not to EOF
		t.Fatal(err)
	}
	cancel()
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	want := map[attribute.Key]any{attr.LLMInputTokens: int64(1000)}
	if d := cmp.Diff(want, pick(rec.Span(attr.SpanLLMCall), attr.ErrorType, attr.LLMInputTokens)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// What was asked is not in an error unless somebody wants it.
func TestErrorMessage(t *testing.T) {
	tests := []struct{ name, reason, body, want string }{
		{"short", "as the provider says", `{"error":{"type":"t","message":"slow down"}}`, "slow down"},
		{"of vLLM", "FastAPI repeats the input", `{"object":"error","message":"[{'type': 'missing', 'input': {'content': 'my diagnosis'}}]","type":"t"}`, "[{'type': 'missing', "},
		{"of FastAPI", "it repeats the input", `{"error":{"type":"t","message":"{\"type\":\"missing\",\"input\":\"my diagnosis\"}"}}`, `{"type":"missing",`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			res, err := post(ctx, t, replies(func(r *http.Request) (*http.Response, error) {
				return answer(r, 400, "application/json", tt.body), nil
			}), "http://vllm.internal/v1/chat/completions", chatRequest)
			readAll(t, res, err)
			got, _ := rec.Span(attr.SpanLLMCall).Attributes[attr.ErrorMessage].(string)
			if got != tt.want {
				t.Errorf("error.message %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// An error that repeats a whole request is cut, between two characters.
func TestErrorMessageLong(t *testing.T) {
	for _, first := range []string{"", "x"} {
		message := first + strings.Repeat("ü", 5000)
		ctx, rec := telemetrytest.Context(t)
		res, err := post(ctx, t, replies(func(r *http.Request) (*http.Response, error) {
			return answer(r, 400, "application/json", `{"error":{"type":"t","message":"`+message+`"}}`), nil
		}), chatURL, chatRequest)
		readAll(t, res, err)
		got, _ := rec.Span(attr.SpanLLMCall).Attributes[attr.ErrorMessage].(string)
		got = strings.TrimSuffix(got, "…")
		if len(got) < 200 || len(got) > 1<<10 || !strings.HasPrefix(message, got) || !utf8.ValidString(got) {
			t.Errorf("error.message of %d bytes %q", len(got), got)
		}
	}
}

// That a stream told no tokens is said once, with what to do, where that would
// help.
func TestUsageNotice(t *testing.T) {
	silent, _, _ := strings.Cut(chatStream, `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o-mini-2024-07-18","choices":[],`)
	silent += "data: [DONE]\n\n"
	const asks = `{"model":"gpt-4o-mini","messages":[],"stream":true,"stream_options":{"include_usage":true}}`
	const forgets = `{"model":"gpt-4o-mini","messages":[],"stream":true}`
	tests := []struct {
		name, reason    string
		request, stream string
		read            int64
		want            int
	}{
		{"forgotten", "the fix is an option away", forgets, silent, 1 << 20, 1},
		{"asked", "a server that does not know the field is not to be told of it", asks, silent, 1 << 20, 0},
		{"told", "there is nothing to say", forgets, chatStream, 1 << 20, 0},
		{"given up", "who closes early would not have read them", forgets, silent, 300, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			ctx, _ := telemetrytest.Context(t, telemetrytest.With(telemetry.WithLogger(slog.New(slog.NewTextHandler(&log, nil)))))
			tr := replies(func(r *http.Request) (*http.Response, error) {
				return answer(r, 200, "text/event-stream", tt.stream), nil
			})
			for range 3 {
				res, err := post(ctx, t, tr, chatURL, tt.request)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, tt.read)); err != nil {
					t.Fatal(err)
				}
				if err := res.Body.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if n := strings.Count(log.String(), "include_usage"); n != tt.want {
				t.Errorf("said %d times, want %d: %s\n%s", n, tt.want, tt.reason, log.String())
			}
		})
	}
}

// Under the caller's own call, which may turn to another provider, the request
// that was answered is told.
func TestFallback(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	tr := replies(refused, func(r *http.Request) (*http.Response, error) {
		return answer(r, 200, "application/json", `{"id":"m","type":"message","model":"claude-sonnet-4-5-20250929","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1000,"output_tokens":100}}`), nil
	})
	if _, err := post(ctx, t, tr, chatURL, chatRequest); err == nil {
		t.Error("the first request is refused")
	}
	res, err := post(ctx, t, tr, "https://api.anthropic.com/v1/messages", `{"model":"claude-sonnet-4-5","max_tokens":10,"messages":[]}`)
	readAll(t, res, err)
	call.End(nil)
	want := map[attribute.Key]any{
		attr.LLMProvider: "anthropic", attr.LLMModel: "claude-sonnet-4-5", attr.ServerAddress: "api.anthropic.com",
		attr.LLMCostUSD: 0.0045, attr.LLMRetries: int64(1),
	}
	got := pick(rec.Span(attr.SpanLLMCall), attr.LLMProvider, attr.LLMModel, attr.ServerAddress, attr.LLMCostUSD, attr.LLMRetries, attr.ErrorType)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// An attempt that broke off does not take the price of the one that worked.
func TestCutThenWhole(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	tr := replies(func(r *http.Request) (*http.Response, error) {
		res := answer(r, 200, "text/event-stream", "")
		res.Body = io.NopCloser(io.MultiReader(strings.NewReader(chatStream[:400]), iotest.ErrReader(io.ErrUnexpectedEOF)))
		return res, nil
	}, streamed)
	for i, want := range []error{io.ErrUnexpectedEOF, nil} {
		res, err := post(ctx, t, tr, chatURL, chatRequest)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(res.Body); !errors.Is(err, want) {
			t.Errorf("attempt %d: %v, want %v", i, err, want)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	call.End(nil)
	want := map[attribute.Key]any{attr.LLMCostUSD: 0.00021, attr.LLMInputTokens: int64(1000), attr.LLMRetries: int64(1)}
	if d := cmp.Diff(want, pick(rec.Span(attr.SpanLLMCall), attr.LLMCostUSD, attr.LLMInputTokens, attr.LLMRetries, attr.ErrorType)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
