package llm_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// mismatches says what of a span is not as the exchange tells, one line each.
func (c *cassette) mismatches(s telemetrytest.Span) []string {
	m := &mismatches{c: c, s: s}
	e := &c.Expected
	m.text("operation", e.Operation, attr.GenAIOperationName)
	m.text("request_model", e.RequestModel, attr.GenAIRequestModel, attr.LLMModel)
	m.text("response_model", e.ResponseModel, attr.GenAIResponseModel)
	m.text("response_id", e.ResponseID, attr.GenAIResponseID)
	m.tokens("input_tokens", e.InputTokens, attr.LLMInputTokens, attr.GenAIUsageInputTokens)
	m.tokens("output_tokens", e.OutputTokens, attr.LLMOutputTokens, attr.GenAIUsageOutputTokens)
	m.tokens("cached_input_tokens", e.CachedInputTokens, attr.LLMCachedInputTokens, attr.GenAIUsageCacheReadInputTokens)
	m.tokens("cache_write_tokens", e.CacheWriteTokens, attr.LLMCacheWriteTokens, attr.GenAIUsageCacheCreationInputTokens)
	m.tokens("reasoning_tokens", e.ReasoningTokens, attr.LLMReasoningTokens, attr.GenAIUsageReasoningOutputTokens)
	m.texts("finish_reasons", e.FinishReasons, attr.GenAIResponseFinishReasons)
	m.texts("tool_calls", e.ToolCalls, attr.LLMToolCalls)
	m.text("error_type", e.ErrorType, attr.ErrorType)
	if e.ErrorMessage != nil && strings.HasPrefix(c.Response.Body, "{") {
		m.message(*e.ErrorMessage)
	}
	if s.Attributes[attr.LLMStreaming] != true || c.Response.Status < 400 { // a refused stream was asked for all the same
		m.same("streaming", c.Streaming, s.Attributes[attr.LLMStreaming])
	}
	if c.Streaming && e.ContentChunks != nil && *e.ContentChunks > 0 {
		m.same("time to first token is told", true, s.Attributes[attr.LLMTimeToFirstTokenMS] != nil)
	}
	m.same("failed", e.ErrorType != nil, s.Status == codes.Error)
	m.same("provider is told", true, s.Attributes[attr.LLMProvider] != nil)
	m.cost()
	return m.list
}

type mismatches struct {
	c    *cassette
	s    telemetrytest.Span
	list []string
}

func (m *mismatches) add(field string, want, got any) {
	m.list = append(m.list, fmt.Sprintf("%s: want %v, got %v", field, show(want), show(got)))
}

func show(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

func (m *mismatches) same(what string, want, got any) {
	if want != got {
		m.add(what, want, got)
	}
}

// value compares attributes with a fact and what else is accepted for it.
func (m *mismatches) value(field string, want any, keys []attribute.Key) {
	accepted := append([]any{want}, m.c.Expected.Accept[field]...)
	for _, key := range keys {
		got := m.s.Attributes[key]
		if !slices.ContainsFunc(accepted, func(want any) bool { return show(want) == show(got) }) {
			m.add(field+" ("+string(key)+")", want, got)
		}
	}
}

func (m *mismatches) text(field string, want *string, keys ...attribute.Key) {
	m.value(field, want, keys)
}

// message compares the error's text, of which a long one may be cut.
func (m *mismatches) message(want string) {
	const enough = 200
	got, _ := m.s.Attributes[attr.ErrorMessage].(string)
	if head, cut := strings.CutSuffix(got, "…"); cut && len(head) >= enough && strings.HasPrefix(want, head) {
		return
	}
	m.same("error_message", want, got)
}

func (m *mismatches) texts(field string, want []string, key attribute.Key) {
	if len(want) == 0 {
		want = nil
	}
	m.value(field, want, []attribute.Key{key})
}

// tokens compares a count. One that cannot be true, because it is larger than
// what it is part of, is clamped, and the span says so.
func (m *mismatches) tokens(field string, want *int64, keys ...attribute.Key) {
	whole, ok := m.s.Attributes[wholeOf[keys[0]]].(int64)
	if ok && want != nil && *want > whole && m.s.Attributes[attr.LLMUsageClamped] == true {
		want = &whole
	}
	m.value(field, want, keys)
}

// wholeOf says what a count is part of.
var wholeOf = map[attribute.Key]attribute.Key{
	attr.LLMCachedInputTokens: attr.LLMInputTokens,
	attr.LLMCacheWriteTokens:  attr.LLMInputTokens,
	attr.LLMReasoningTokens:   attr.LLMOutputTokens,
}

// cost compares what the call cost: what the provider says goes before the
// table, and nobody's price is no cost. Where a reseller says 0 (xAI's models on
// Azure do), the table's price is right, too.
func (m *mismatches) cost() {
	got, priced := m.s.Attributes[attr.LLMCostUSD].(float64)
	source := m.s.Attributes[attr.LLMCostSource]
	e := &m.c.Expected
	switch ref := m.c.cost; {
	case e.ReportedCost != nil && (*e.ReportedCost > 0 || source != attr.CostSourceTable):
		m.dollars(*e.ReportedCost, got)
		m.same("llm.cost_source", attr.CostSourceProvider, source)
	case ref != nil && ref.USD != nil:
		if !m.otherwise(got) {
			m.dollars(*ref.USD, got)
		}
		m.same("llm.cost_source", attr.CostSourceTable, source)
	case ref != nil && ref.Undecided == "", e.InputTokens == nil && e.OutputTokens == nil:
		if priced || source != nil {
			m.add("llm.cost_usd", nil, m.s.Attributes[attr.LLMCostUSD])
		}
	}
	if priced && (math.IsNaN(got) || got < 0) {
		m.add("llm.cost_usd", "a cost", got)
	}
}

// otherwise reports whether a cost is the table's for counts that are right, but
// not those that the reference cost is for.
func (m *mismatches) otherwise(got float64) bool {
	input, _ := m.s.Attributes[attr.LLMInputTokens].(int64)
	output, _ := m.s.Attributes[attr.LLMOutputTokens].(int64)
	e := &m.c.Expected
	if e.Accept == nil || e.InputTokens == nil || e.OutputTokens == nil || input == *e.InputTokens && output == *e.OutputTokens {
		return false
	}
	provider, _ := m.s.Attributes[attr.LLMProvider].(string)
	model, _ := m.s.Attributes[attr.GenAIResponseModel].(string)
	want, ok := price.Cost(provider, model, price.Usage{InputTokens: input, OutputTokens: output}, pricedAt)
	return ok && math.Abs(want.USD-got) <= nanodollar
}

// nanodollar is how far costs may be apart.
const nanodollar = 1e-9

func (m *mismatches) dollars(want, got float64) {
	if _, ok := m.s.Attributes[attr.LLMCostUSD]; !ok || math.Abs(want-got) > nanodollar {
		m.add("llm.cost_usd", want, m.s.Attributes[attr.LLMCostUSD])
	}
}

// plainMismatches says what is wrong with the span of an exchange that is no
// call of a model.
func plainMismatches(s telemetrytest.Span) (list []string) {
	if s.Name == attr.SpanLLMCall {
		list = append(list, "a span "+attr.SpanLLMCall)
	}
	for key, value := range s.Attributes {
		if strings.HasPrefix(string(key), "llm.") || strings.HasPrefix(string(key), "gen_ai.") {
			list = append(list, fmt.Sprintf("%s: want none, got %s", key, show(value)))
		}
	}
	return list
}
