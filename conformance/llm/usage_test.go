package llm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// WithStreamUsage asks for tokens that the caller has not asked for, and changes
// nothing else.
func TestStreamUsage(t *testing.T) {
	for _, tt := range []struct {
		name string
		call func(context.Context, *http.Client) error
	}{{
		name: "openai",
		call: func(ctx context.Context, c *http.Client) error {
			client := newOpenAI(c)
			_, err := drain(client.Chat.Completions.NewStreaming(ctx, chatParams))
			return err
		},
	}, {
		name: "go-openai",
		call: func(ctx context.Context, c *http.Client) error {
			request := goOpenAIChat
			request.Stream = true
			s, err := newGoOpenAI(c).CreateChatCompletionStream(ctx, request)
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			for err == nil {
				_, err = s.Recv()
			}
			if err == io.EOF { //nolint:errorlint // as go-openai documents it
				return nil
			}
			return err
		},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			said := telemetrytest.Answer{Text: "Hello there.", Usage: price.Usage{InputTokens: 12, OutputTokens: 3}}
			sent := func(opts ...telemetryllm.Option) (body map[string]any, span telemetrytest.Span) {
				ctx, rec := recordSDK(t)
				fake := telemetrytest.NewLLM(t, said).Transport()
				base := roundTripper(func(r *http.Request) (*http.Response, error) {
					data, err := io.ReadAll(r.Body)
					if err != nil {
						return nil, err
					}
					if n := int64(len(data)); r.ContentLength != n {
						t.Errorf("Content-Length %d of a body of %d bytes", r.ContentLength, n)
					}
					if err := json.Unmarshal(data, &body); err != nil {
						t.Errorf("body %q: %v", data, err)
					}
					r.Body = io.NopCloser(bytes.NewReader(data))
					return fake.RoundTrip(r)
				})
				if err := tt.call(ctx, &http.Client{Transport: telemetryllm.NewTransport(base, opts...)}); err != nil {
					t.Fatal(err)
				}
				return body, priced(t, rec)
			}
			without, bare := sent()
			with, asked := sent(telemetryllm.WithStreamUsage())
			if got := bare.Attributes[attr.LLMInputTokens]; got != nil {
				t.Errorf("tokens that nobody asked for: %v", got)
			}
			if got := asked.Attributes[attr.LLMInputTokens]; got != int64(12) {
				t.Errorf("llm.input_tokens: want 12, got %v", got)
			}
			without["stream_options"] = map[string]any{"include_usage": true}
			if d := cmp.Diff(without, with); d != "" {
				t.Errorf("the request (-want +got):\n%s", d)
			}
		})
	}
}
