package telemetryllm_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// The telemetry of the option gets the call, also below a call of another one.
func TestWithTelemetry(t *testing.T) {
	ctx, one := telemetrytest.Context(t)
	_, two := telemetrytest.Context(t)
	ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	res, err := post(ctx, t, replies(ok), chatURL, chatRequest, telemetryllm.WithTelemetry(two.Telemetry()))
	readAll(t, res, err)
	call.End(nil)
	got := []any{one.Span(attr.SpanLLMCall).Attributes[attr.LLMInputTokens], two.Span(attr.SpanLLMCall).Attributes[attr.LLMInputTokens]}
	if d := cmp.Diff([]any{nil, int64(1000)}, got); d != "" {
		t.Errorf("input tokens: -want +got:\n%s", d)
	}
}

// Telemetry that is off still keeps the trace headers of SDKs from third
// parties.
func TestOffHeaders(t *testing.T) {
	off := map[string]string{"OTEL_SDK_DISABLED": "true"}
	tel, err := telemetry.New(t.Context(), telemetry.WithGetenv(func(k string) string { return off[k] }))
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(telemetry.NewContext(t.Context(), tel), http.MethodPost, chatURL, strings.NewReader(chatRequest))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	r.Header.Set("Baggage", "user.id=u-1")
	r.Header.Set("Authorization", "Bearer x")
	var sent http.Header
	res, err := telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
		sent = r.Header
		return ok(r)
	})).RoundTrip(r)
	if got := readAll(t, res, err); got != chatAnswer {
		t.Errorf("the caller reads %q", got)
	}
	if d := cmp.Diff(http.Header{"Authorization": {"Bearer x"}}, sent); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
