package main

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// TestReword follows a call that says itself what it was.
func TestReword(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	got, err := b.llm.reword(b.ctx, "Add up the {orders}.", 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1. Add up the {orders}.", "2. Add up the everything."}, got); diff != "" {
		t.Errorf("variants (-want +got):\n%s", diff)
	}
	const (
		input, output = 5, 12 // of four bytes
		seconds       = 0.0425
	)
	attributes := b.rec.Span(attr.SpanModalInference).Attributes
	maps.DeleteFunc(attributes, func(k attribute.Key, _ any) bool {
		return k == attr.LLMLatencyMS || strings.HasPrefix(string(k), "request.") // sums, as of any root
	})
	if diff := cmp.Diff(telemetrytest.Attributes{
		attr.LLMProvider: attr.ProviderModal, attr.GenAIProviderName: attr.ProviderModal,
		attr.LLMProviderRoute: attr.RouteModalInference, attr.GenAIOperationName: attr.OperationTextCompletion,
		attr.LLMModel: rewordModel, attr.GenAIRequestModel: rewordModel, attr.LLMStreaming: false,
		attr.LLMInputTokens: int64(input), attr.GenAIUsageInputTokens: int64(input),
		attr.LLMOutputTokens: int64(output), attr.GenAIUsageOutputTokens: int64(output),
		attr.LLMCostUSD: seconds * usdPerGPUSecond, attr.LLMCostSource: attr.CostSourceTable, attr.LLMPriceVersion: "override",
	}, attributes, cmp.Comparer(near)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestRewordFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, answer string
		status       int
		want         string
		errorType    string
		blame        int
		reason       string
	}{
		{"status", "", 503, "call lift-reword-8b: status 503", "503", 502, "the status tells failures apart"},
		{"no JSON", "<html>", 200, "call lift-reword-8b: invalid character '<' looking for beginning of value", "*json.SyntaxError", 500, "another service answers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.answer))
			}))
			defer srv.Close()
			ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
			_, err := newLLM(srv.URL, srv.Client().Transport).reword(ctx, prompt, 1)
			if err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %q: %s", err, c.want, c.reason)
			}
			if got := statusOf(err); got != c.blame {
				t.Errorf("statusOf(%v) = %d, want %d: %s", err, got, c.blame, c.reason)
			}
			if got := rec.Span(attr.SpanModalInference).Attributes[attr.ErrorType]; got != c.errorType {
				t.Errorf("error.type %v, want %q: %s", got, c.errorType, c.reason)
			}
		})
	}
}
