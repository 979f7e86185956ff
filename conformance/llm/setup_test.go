package llm_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// What the environment says about recordings; the rest of it is not under test.
var (
	cassettesDir     = os.Getenv("LIFT_CASSETTES")
	priceCasesDir    = os.Getenv("LIFT_PRICE_CASES")
	requireCassettes = os.Getenv("LIFT_REQUIRE_CASSETTES") == "1"
)

func TestMain(m *testing.M) {
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		for _, prefix := range []string{"OTEL_", "HONEYCOMB_", "LIFT_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "OLLAMA_", "HTTP_PROXY", "HTTPS_PROXY"} {
			if strings.HasPrefix(strings.ToUpper(name), prefix) {
				_ = os.Unsetenv(name)
			}
		}
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	goleak.VerifyTestMain(m)
}

// pricedAt is when calls are priced: prices of the table change with time.
var pricedAt = time.Date(2026, time.September, 23, 12, 0, 0, 0, time.UTC)

// at prices all calls as of one time.
func at(p price.Pricer, t time.Time) telemetry.Option {
	return telemetry.WithPricer(price.PricerFunc(func(provider, model string, u price.Usage, _ time.Time) (price.Amount, bool) {
		return p.Price(provider, model, u, t)
	}))
}

// record returns a context whose telemetry is recorded, priced by the embedded
// table as of pricedAt. What other instrumentations say beside the registry is
// theirs.
func record(t testing.TB, opts ...telemetrytest.Option) (context.Context, *telemetrytest.Recorder) {
	t.Helper()
	return telemetrytest.Context(t, append([]telemetrytest.Option{
		telemetrytest.With(at(price.Default(), pricedAt)),
	}, opts...)...)
}

// settle ends the calls that wait for another attempt, as the end of a process
// does.
func settle(t testing.TB, rec *telemetrytest.Recorder) {
	t.Helper()
	if err := rec.Telemetry().Shutdown(context.WithoutCancel(t.Context())); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

// oneCall returns the only span, which is to be a call of a model.
func oneCall(t testing.TB, rec *telemetrytest.Recorder) telemetrytest.Span {
	t.Helper()
	spans := rec.Spans()
	if len(spans) != 1 || spans[0].Name != attr.SpanLLMCall {
		t.Fatalf("got %d spans, want one %s:\n%s", len(spans), attr.SpanLLMCall, rec.Tree())
	}
	return spans[0]
}
