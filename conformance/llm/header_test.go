package llm_test

import (
	"context"
	"net/http"
	"testing"

	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	openaioption "github.com/openai/openai-go/v3/option"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
)

// Trace headers reach near hosts only, baggage none, though the Anthropic SDK
// injects both through the global propagator.
func TestTraceHeaders(t *testing.T) {
	before := otel.GetTextMapPropagator()
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	t.Cleanup(func() { otel.SetTextMapPropagator(before) })

	for _, tt := range []struct {
		name, reason string
		near         bool
		fixture      string
		call         func(context.Context, *http.Client) error
	}{{
		name: "openai", reason: "another company's host", fixture: "chat-answer",
		call: func(ctx context.Context, c *http.Client) error {
			client := newOpenAI(c)
			_, err := client.Chat.Completions.New(ctx, chatParams)
			return err
		},
	}, {
		name: "anthropic", reason: "the SDK has injected headers", fixture: "anthropic-answer",
		call: func(ctx context.Context, c *http.Client) error {
			client := newAnthropic(c, providerOf(ctx))
			_, err := client.Messages.New(ctx, messageParams)
			return err
		},
	}, {
		name: "own server", reason: "a private name", fixture: "chat-answer", near: true,
		call: func(ctx context.Context, c *http.Client) error {
			client := newOpenAI(c, openaioption.WithBaseURL("http://vllm.internal:8000/v1/"))
			_, err := client.Chat.Completions.New(ctx, chatParams)
			return err
		},
	}, {
		name: "own gateway to anthropic", reason: "the headers are of the call's span", fixture: "anthropic-answer", near: true,
		call: func(ctx context.Context, c *http.Client) error {
			client := newAnthropic(c, providerOf(ctx), anthropicoption.WithBaseURL("http://gateway:8080/"))
			_, err := client.Messages.New(ctx, messageParams)
			return err
		},
	}} {
		for _, enclosed := range []bool{false, true} {
			name := tt.name
			if enclosed {
				name += " enclosed"
			}
			t.Run(name, func(t *testing.T) {
				s := steps(step{answer: good(t, tt.fixture).answer})
				ctx, rec := recordSDK(t)
				member, err := baggage.NewMember("user", "u-42")
				if err != nil {
					t.Fatal(err)
				}
				bag, err := baggage.New(member)
				if err != nil {
					t.Fatal(err)
				}
				ctx = baggage.ContextWithBaggage(ctx, bag)
				if enclosed {
					var call telemetry.LLMCall
					ctx, call = telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
					defer call.End(nil)
				}
				ctx, work := telemetry.Start(ctx, "work")
				if err := tt.call(ctx, &http.Client{Transport: telemetryllm.NewTransport(s)}); err != nil {
					t.Fatal(err)
				}
				work.End(nil)
				h := s.headers()[0]
				for _, name := range []string{"Baggage", "B3", "X-B3-Traceid", "Tracestate"} {
					if got := h.Get(name); got != "" && (name != "Tracestate" || !tt.near) {
						t.Errorf("%s: header %s: %s", tt.reason, name, got)
					}
				}
				got := h.Get("Traceparent")
				if (got != "") != tt.near {
					t.Fatalf("%s: header Traceparent: %q", tt.reason, got)
				}
				if !tt.near || enclosed {
					return
				}
				span := rec.Span(attr.SpanLLMCall)
				if want := "00-" + span.TraceID.String() + "-" + span.SpanID.String() + "-01"; got != want && got != want[:len(want)-2]+"03" {
					t.Errorf("%s: header Traceparent: want %s, got %s", tt.reason, want, got)
				}
			})
		}
	}
}
