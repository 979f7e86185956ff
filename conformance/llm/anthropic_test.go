package llm_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry/attr"
)

// newAnthropic returns a client whose own spans go to tp.
func newAnthropic(c *http.Client, tp trace.TracerProvider, opts ...option.RequestOption) anthropic.Client {
	return anthropic.NewClient(append([]option.RequestOption{
		option.WithAPIKey("none"), option.WithHTTPClient(c), option.WithTracerProvider(tp),
	}, opts...)...)
}

var messageParams = anthropic.MessageNewParams{
	Model: "claude-sonnet-4-5", MaxTokens: 64,
	Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("hi"))},
}

// anthropicCases are calls of a client whose spans go to the provider that tp
// returns.
func anthropicCases(tp func(context.Context) trace.TracerProvider) []sdkCase {
	return []sdkCase{{
		name: "messages", fixture: "anthropic-answer", provider: attr.ProviderAnthropic,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newAnthropic(c, tp(ctx))
			return client.Messages.New(ctx, messageParams)
		},
	}, {
		name: "stream with tools", fixture: "anthropic-stream-tools", provider: attr.ProviderAnthropic,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newAnthropic(c, tp(ctx))
			return drain(client.Messages.NewStreaming(ctx, messageParams))
		},
	}, {
		name: "accumulated", fixture: "anthropic-stream-tools", provider: attr.ProviderAnthropic,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newAnthropic(c, tp(ctx))
			s := client.Messages.NewStreaming(ctx, messageParams)
			var all anthropic.Message
			for s.Next() {
				if err := all.Accumulate(s.Current()); err != nil {
					return all, err
				}
			}
			return all, errors.Join(s.Err(), s.Close())
		},
	}, {
		name: "fails in the middle", fixture: "anthropic-stream-overloaded", provider: attr.ProviderAnthropic,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newAnthropic(c, tp(ctx))
			return drain(client.Messages.NewStreaming(ctx, messageParams))
		},
	}}
}

// Without spans of the SDK.
func TestAnthropic(t *testing.T) {
	runSDK(t, anthropicCases(func(context.Context) trace.TracerProvider { return noop.NewTracerProvider() }))
}

// The SDK's own span is the call's.
func TestAnthropicSpan(t *testing.T) {
	cases := anthropicCases(providerOf)
	for i := range cases {
		cases[i].scope = "com.anthropic.sdk.go"
	}
	runSDK(t, cases)
}

// The SDK finds the provider that the service has installed, without an option.
func TestAnthropicInstalled(t *testing.T) {
	before := otel.GetTracerProvider()
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	cases := anthropicCases(func(ctx context.Context) trace.TracerProvider {
		otel.SetTracerProvider(providerOf(ctx))
		return nil
	})
	for i := range cases {
		cases[i].scope = "com.anthropic.sdk.go"
	}
	runSDK(t, cases)
}
