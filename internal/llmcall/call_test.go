package llmcall_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// The caller's word outranks what is read of a request, and a later request
// an earlier one: the one that was answered counts.
func TestAsk(t *testing.T) {
	wire := llmcall.Request{
		Operation: attr.OperationEmbeddings, Provider: "google", GenAIProvider: "gcp.vertex_ai", Route: "eu", Model: "wire",
		Temperature: new(0.5),
	}
	tests := []struct {
		name, reason string
		said         llmcall.Request
		asked        []llmcall.Request
		want         map[attribute.Key]any
	}{
		{
			name: "nothing said", reason: "all is read",
			asked: []llmcall.Request{wire},
			want: map[attribute.Key]any{
				attr.GenAIOperationName: attr.OperationEmbeddings, attr.LLMProvider: "google", attr.GenAIProviderName: "gcp.vertex_ai",
				attr.LLMProviderRoute: "eu", attr.LLMModel: "wire", attr.GenAIRequestModel: "wire", attr.LLMTemperature: 0.5,
			},
		},
		{
			name: "all said", reason: "only what nobody said is read",
			said:  llmcall.Request{Operation: attr.OperationTextCompletion, Provider: "mine", Route: "best", Model: "alias"},
			asked: []llmcall.Request{wire},
			want: map[attribute.Key]any{
				attr.GenAIOperationName: attr.OperationTextCompletion, attr.LLMProvider: "mine", attr.GenAIProviderName: "mine",
				attr.LLMProviderRoute: "best", attr.LLMModel: "alias", attr.GenAIRequestModel: "alias", attr.LLMTemperature: 0.5,
			},
		},
		{
			name: "model said", reason: "each fact for itself",
			said:  llmcall.Request{Model: "alias"},
			asked: []llmcall.Request{wire},
			want: map[attribute.Key]any{
				attr.GenAIOperationName: attr.OperationEmbeddings, attr.LLMProvider: "google", attr.GenAIProviderName: "gcp.vertex_ai",
				attr.LLMProviderRoute: "eu", attr.LLMModel: "alias", attr.GenAIRequestModel: "alias", attr.LLMTemperature: 0.5,
			},
		},
		{
			name: "another provider", reason: "a fallback replaces what was read of the first request",
			asked: []llmcall.Request{
				{Operation: attr.OperationChat, Provider: "openai", GenAIProvider: "openai", Model: "first", Temperature: new(1.0)},
				wire,
			},
			want: map[attribute.Key]any{
				attr.GenAIOperationName: attr.OperationEmbeddings, attr.LLMProvider: "google", attr.GenAIProviderName: "gcp.vertex_ai",
				attr.LLMProviderRoute: "eu", attr.LLMModel: "wire", attr.GenAIRequestModel: "wire", attr.LLMTemperature: 0.5,
			},
		},
		{
			name: "a request that tells less", reason: "what was read stays until something else is",
			asked: []llmcall.Request{wire, {Model: "second"}},
			want: map[attribute.Key]any{
				attr.GenAIOperationName: attr.OperationEmbeddings, attr.LLMProvider: "google", attr.GenAIProviderName: "gcp.vertex_ai",
				attr.LLMProviderRoute: "eu", attr.LLMModel: "second", attr.GenAIRequestModel: "second", attr.LLMTemperature: 0.5,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			_, call := llmcall.Start(ctx, &tt.said)
			for _, r := range tt.asked {
				call.Ask(&r)
			}
			call.End(nil)
			got := attributes(rec.Span(attr.SpanLLMCall), attr.GenAIOperationName, attr.LLMProvider, attr.GenAIProviderName,
				attr.LLMProviderRoute, attr.LLMModel, attr.GenAIRequestModel, attr.LLMTemperature)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s: -want +got:\n%s", tt.reason, d)
			}
			// The metrics and the price know the call under the same names.
			operation, _ := tt.want[attr.GenAIOperationName].(string)
			provider, _ := tt.want[attr.GenAIProviderName].(string)
			model, _ := tt.want[attr.GenAIRequestModel].(string)
			if n := rec.Histogram(attr.MetricGenAIClientOperationDuration, attr.GenAIOperationName.String(operation),
				attr.GenAIProviderName.String(provider), attr.GenAIRequestModel.String(model)).Count; n != 1 {
				t.Errorf("%d calls in the metrics under these names", n)
			}
		})
	}
}

func TestEnclosing(t *testing.T) {
	ctx, _ := telemetrytest.Context(t)
	if c := llmcall.Enclosing(ctx); c != nil {
		t.Errorf("a call around nothing: %v", c)
	}
	outer, first := llmcall.Start(ctx, request())
	inner, second := llmcall.Start(outer, request())
	if c := llmcall.Enclosing(inner); c != second {
		t.Error("not the nearest call")
	}
	second.End(nil)
	if c := llmcall.Enclosing(inner); c != first {
		t.Error("a call that has ended encloses nothing any more")
	}
	first.End(nil)
	if c := llmcall.Enclosing(inner); c != nil {
		t.Error("both calls have ended")
	}
}

// What the requests of one call used is added up; what the caller says
// replaces it.
func TestRead(t *testing.T) {
	full := func(in, out int64) *llmcall.Response {
		r := response(in)
		r.Known |= llmcall.Output | llmcall.CachedInput
		r.Usage.OutputTokens, r.Usage.CachedInputTokens = out, in/2
		return r
	}
	tests := []struct {
		name, reason string
		do           func(c *llmcall.Call)
		want         map[attribute.Key]any
	}{
		{
			name: "one", reason: "as it is", do: func(c *llmcall.Call) { c.Read(full(10, 1)) },
			want: map[attribute.Key]any{attr.LLMInputTokens: int64(10), attr.LLMOutputTokens: int64(1), attr.LLMCachedInputTokens: int64(5)},
		},
		{
			name: "two", reason: "all counts add up", do: func(c *llmcall.Call) { c.Read(full(10, 1)); c.Read(full(20, 2)) },
			want: map[attribute.Key]any{attr.LLMInputTokens: int64(30), attr.LLMOutputTokens: int64(3), attr.LLMCachedInputTokens: int64(15)},
		},
		{
			name: "one tells less", reason: "what one told stays known", do: func(c *llmcall.Call) { c.Read(full(10, 1)); c.Read(response(20)) },
			want: map[attribute.Key]any{attr.LLMInputTokens: int64(30), attr.LLMOutputTokens: int64(1), attr.LLMCachedInputTokens: int64(5)},
		},
		{
			name: "one tells nothing", reason: "an answer that broke off has no tokens to add",
			do:   func(c *llmcall.Call) { c.Read(&llmcall.Response{Model: "m", ID: "cut"}); c.Read(full(10, 1)) },
			want: map[attribute.Key]any{attr.LLMInputTokens: int64(10), attr.LLMOutputTokens: int64(1), attr.LLMCachedInputTokens: int64(5)},
		},
		{
			name: "the caller's word", reason: "replaces all that was read", do: func(c *llmcall.Call) { c.Read(full(10, 1)); c.Answer(response(7)) },
			want: map[attribute.Key]any{attr.LLMInputTokens: int64(7)},
		},
		{
			name: "impossible", reason: "a part is not more than the whole, and zero is told",
			do: func(c *llmcall.Call) {
				r := full(10, 0)
				r.Usage.CachedInputTokens = 11
				c.Read(r)
			},
			want: map[attribute.Key]any{
				attr.LLMInputTokens: int64(10), attr.LLMOutputTokens: int64(0), attr.LLMCachedInputTokens: int64(10), attr.LLMUsageClamped: true,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			_, call := llmcall.Start(ctx, request())
			tt.do(call)
			call.End(nil)
			got := attributes(rec.Span(attr.SpanLLMCall), attr.LLMInputTokens, attr.LLMOutputTokens, attr.LLMCachedInputTokens, attr.LLMUsageClamped)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s: -want +got:\n%s", tt.reason, d)
			}
		})
	}
}

// A caller that tells an answer has one, whatever was seen to fail.
func TestAnswerAfterFailure(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	_, call := llmcall.Start(ctx, request())
	call.Lost(call.Attempt(), failure.Identity{Type: "503"}, 503)
	call.Answer(response(1))
	call.End(nil)
	if s := rec.Span(attr.SpanLLMCall); s.Status != codes.Unset || s.Attributes[attr.ErrorType] != nil {
		t.Errorf("status %v, error.type %v", s.Status, s.Attributes[attr.ErrorType])
	}
}

// What comes after the end changes nothing, and is counted.
func TestAnswerLate(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	_, call := llmcall.Start(ctx, request())
	call.Read(response(10))
	call.End(nil)
	before := rec.Telemetry().Stats()
	call.Read(response(10))
	if n := rec.Telemetry().Stats().LateCosts - before.LateCosts; n != 1 {
		t.Errorf("%d facts counted as late", n)
	}
	if n := rec.Span(attr.SpanLLMCall).Attributes[attr.LLMInputTokens]; n != int64(10) {
		t.Errorf("%v tokens", n)
	}
}
