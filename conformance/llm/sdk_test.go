package llm_test

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// An sdkCase is one call of an SDK that a fixture answers.
type sdkCase struct {
	name     string
	fixture  string
	provider string // llm.provider
	call     func(context.Context, *http.Client) (any, error)
	scope    string // of the SDK's own span; empty: it makes none
}

// runSDK makes each call without the transport and with it, over a connection:
// what the SDK returns is the same, and there is one call, which says what the
// fixture does. It does so once more within a call of the caller's.
func runSDK(t *testing.T, cases []sdkCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			c := fixture(t, tt.fixture)
			server := newReplay(t, c.answerOf(t, way{}))
			base := server.transport(t)
			bare := outcomeOf(t, tt.call, t.Context(), base)
			if (bare.err != nil) != (c.Expected.ErrorType != nil) {
				t.Fatalf("the SDK does not understand the fixture: %v", bare.err)
			}

			ctx, rec := recordSDK(t)
			bare.compare(t, outcomeOf(t, tt.call, ctx, telemetryllm.NewTransport(base)))
			tt.judge(t, c, rec)
			if span := oneCall(t, rec); tt.scope != "" && span.Scope != tt.scope {
				t.Errorf("the span is of %q, want the SDK's own, of %q", span.Scope, tt.scope)
			}

			ctx, rec = recordSDK(t)
			ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
			around := outcomeOf(t, tt.call, ctx, telemetryllm.NewTransport(base))
			call.End(&around.err)
			bare.compare(t, around)
			c.Expected.ErrorMessage = nil // it is the SDK's, as the caller hands it to End
			tt.judge(t, c, rec)
		})
	}
}

// judge compares the one call with the fixture.
func (tt *sdkCase) judge(t *testing.T, c *cassette, rec *telemetrytest.Recorder) {
	t.Helper()
	if e := &c.Expected; e.ErrorType == nil && e.InputTokens != nil && e.OutputTokens != nil {
		if got := rec.Counter(attr.MetricLLMCost); math.Abs(got-*c.cost.USD) > nanodollar {
			t.Errorf("the metric of costs: want %v, got %v", *c.cost.USD, got)
		}
		for direction, want := range map[string]int64{attr.TokenInput: *e.InputTokens, attr.TokenOutput: *e.OutputTokens} {
			if h := rec.Histogram(attr.MetricGenAIClientTokenUsage, attr.GenAITokenType.String(direction)); h.Count != 1 || h.Sum != float64(want) {
				t.Errorf("the metric of %s tokens: want %d in one call, got %v in %d", direction, want, h.Sum, h.Count)
			}
		}
	}
	settle(t, rec)
	span := priced(t, rec)
	for _, line := range c.mismatches(span) {
		t.Error(line)
	}
	if got := span.Attributes[attr.LLMProvider]; got != tt.provider {
		t.Errorf("llm.provider: want %q, got %v", tt.provider, got)
	}
}

// recordSDK returns a context whose telemetry is recorded, priced as fixtures
// are. SDKs may name attributes as they like.
func recordSDK(t testing.TB) (context.Context, *telemetrytest.Recorder) {
	t.Helper()
	ctx, rec := record(t, telemetrytest.With(at(simplePrices(t), pricedAt)), telemetrytest.AllowUnknown("gen_ai.*", "anthropic.*"))
	return context.WithValue(ctx, providerKey{}, rec.Telemetry().TracerProvider()), rec
}

type providerKey struct{}

// providerOf returns where an SDK's own spans go that is called with ctx.
func providerOf(ctx context.Context) trace.TracerProvider {
	if tp, ok := ctx.Value(providerKey{}).(trace.TracerProvider); ok {
		return tp
	}
	return noop.NewTracerProvider()
}

// priced returns the one span that boards take for a call of a model.
func priced(t testing.TB, rec *telemetrytest.Recorder) telemetrytest.Span {
	t.Helper()
	var found []telemetrytest.Span
	for _, s := range rec.Spans() {
		if s.Attributes[attr.LLMProvider] != nil || s.Name == attr.SpanLLMCall {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d calls, want one:\n%s", len(found), rec.Tree(attr.LLMProvider))
	}
	return found[0]
}

// An outcome is what a call of an SDK returns.
type outcome struct {
	value any
	err   error
}

func outcomeOf(t *testing.T, call func(context.Context, *http.Client) (any, error), ctx context.Context, rt http.RoundTripper) outcome { //nolint:revive // the context is an argument of the call
	t.Helper()
	value, err := call(ctx, &http.Client{Transport: rt})
	return outcome{value, err}
}

// compare fails the test where an outcome differs from o, fields that are not
// exported included.
func (o outcome) compare(t *testing.T, traced outcome) {
	t.Helper()
	if d := cmp.Diff(textOf(o.err), textOf(traced.err)); d != "" {
		t.Errorf("the SDK's error differs (- without the transport, + with it):\n%s", d)
	}
	if !reflect.DeepEqual(o.value, traced.value) {
		without, _ := json.MarshalIndent(o.value, "", " ")
		with, _ := json.MarshalIndent(traced.value, "", " ")
		t.Errorf("the SDK's result differs (- without the transport, + with it):\n%s", cmp.Diff(string(without), string(with)))
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// fixture returns one of the project's own exchanges.
func fixture(t testing.TB, id string) *cassette {
	t.Helper()
	for _, c := range fixtures(t) {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no fixture %q", id)
	return nil
}
