package main

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

const prompt = "Add up the {orders} of each {customer} in {currency}."

// TestAcceptanceEndToEndTrace is acceptance test 1: session → IR → code → LLM
// gives the reference tree with all its attributes, cost included.
func TestAcceptanceEndToEndTrace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var got created
	b.send(http.MethodPost, "/api/sessions", 200, createRequest{
		Prompt: prompt, Language: attr.LanguageGo, Metadata: map[string]string{"client": "test"},
	}, &got)
	b.stop()

	b.rec.AssertTree(t, `
		POST /api/sessions http.response.status_code=201
		  session.create session.status=active
		    db.insert db.table=sessions
		  ir.generate ir.validation_status=valid
		    llm.call http.response.status_code=200 llm.provider=anthropic
		  code.generate code.language=go
		    llm.call http.response.status_code=200 llm.provider=openai
		    code.validate code.language=go
	`, attr.HTTPResponseStatusCode, attr.SessionStatus, attr.DBTable, attr.IRValidationStatus,
		attr.LLMProvider, attr.CodeLanguage)

	spans := bySpan(b.rec.Spans())
	requestID, _ := spans["POST /api/sessions"].Attributes[attr.RequestID].(string)
	if requestID == "" {
		t.Error("the root has no request.id")
	}
	for name, want := range reference() {
		// Who the span belongs to is known on every one of them.
		want[attr.UserID], want[attr.RequestID], want[attr.SessionID] = "u-42", requestID, got.ID
		attributes := settle(t, name, spans[name].Attributes)
		maps.DeleteFunc(attributes, func(k attribute.Key, _ any) bool { return foreign(k) })
		if diff := cmp.Diff(want, attributes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if _, ok := want[attr.GenAIConversationID]; ok && spans[name].Attributes[attr.GenAIConversationID] != got.ID {
			t.Errorf("%s: gen_ai.conversation.id is not the session", name)
		}
	}
	for name, want := range map[string]trace.SpanKind{
		"POST /api/sessions": trace.SpanKindServer, attr.SpanSessionCreate: trace.SpanKindInternal,
		attr.SpanDBInsert: trace.SpanKindClient, "ir.generate/llm.call": trace.SpanKindClient, "code.generate/llm.call": trace.SpanKindClient,
	} {
		if got := spans[name].Kind; got != want {
			t.Errorf("%s is of kind %s, want %s", name, got, want)
		}
	}
	if got, want := b.rec.Counter(attr.MetricLLMCost), irUSD+codeUSD; !near(got, want) {
		t.Errorf("%s = %v, want %v: what the spans say", attr.MetricLLMCost, got, want)
	}
}

// What the two calls of the reference trace cost by the price table.
const (
	irUSD   = 0.0024072
	codeUSD = 0.00070285
)

// reference are the attributes of the reference trace by span; the two LLM
// calls go by the name of their parent too. A value of type string "≥ 0" or
// "set" stands for what differs from run to run.
func reference() map[string]telemetrytest.Attributes {
	insert := "INSERT INTO sessions (id, user_id, prompt, status, holes, resolved, ir_version) VALUES (?, ?, ?, ?, ?, ?, ?)"
	return map[string]telemetrytest.Attributes{
		"POST /api/sessions": {
			attr.HTTPRoute: "/api/sessions", attr.HTTPRequestMethod: "POST", attr.HTTPResponseStatusCode: int64(201),
			attr.RequestLLMCostUSD: irUSD + codeUSD, attr.RequestLLMCalls: int64(2),
			attr.RequestLLMInputTokens: int64(2864), attr.RequestLLMOutputTokens: int64(333),
			attr.RequestCostUSD: "> 0",
		},
		attr.SpanSessionCreate: {
			attr.SessionStatus: attr.SessionActive, attr.SessionSource: attr.SourcePrompt, attr.SessionHasMetadata: true,
			attr.SessionPromptLength: int64(len(prompt)), attr.SessionHolesCount: int64(3), attr.SessionHolesResolved: int64(0),
			attr.SessionIRVersion: int64(1), attr.SessionValidationStatus: attr.IRValid,
		},
		attr.SpanDBInsert: {
			attr.DBSystemName: "sqlite", attr.DBNamespace: "lift", attr.DBOperation: attr.DBInsert, attr.DBOperationName: "INSERT",
			attr.DBTable: "sessions", attr.DBCollectionName: "sessions",
			attr.DBStatement: insert, attr.DBQueryText: insert, attr.DBRowsAffected: int64(1),
		},
		attr.SpanIRGenerate: {
			attr.IRProvider: attr.ProviderAnthropic, attr.IRProviderRoute: attr.RouteBestAvailable, attr.IRModel: irModel,
			attr.IRVersion: int64(2), attr.IRHolesCount: int64(3), attr.IRConstraintsCount: int64(0),
			attr.IRCompleteness: 0.571, attr.IRQualityScore: 0.7, attr.IRConfidence: 0.84, attr.IRValidationStatus: attr.IRValid,
			attr.IRLLMCostUSD: irUSD, attr.IRLLMCalls: int64(1),
			attr.IRLLMInputTokens: int64(1435), attr.IRLLMOutputTokens: int64(45),
		},
		"ir.generate/llm.call": {
			attr.LLMProvider: attr.ProviderAnthropic, attr.GenAIProviderName: attr.ProviderAnthropic,
			attr.LLMProviderRoute: attr.RouteBestAvailable, attr.GenAIOperationName: attr.OperationChat,
			attr.LLMModel: irModel, attr.GenAIRequestModel: irModel, attr.GenAIResponseModel: irModel + "-20250929",
			attr.LLMTemperature: 0.2, attr.GenAIRequestTemperature: 0.2,
			attr.LLMMaxTokens: int64(4096), attr.GenAIRequestMaxTokens: int64(4096),
			attr.LLMStreaming: true, attr.GenAIRequestStream: true,
			attr.LLMInputTokens: int64(1435), attr.GenAIUsageInputTokens: int64(1435),
			attr.LLMOutputTokens: int64(45), attr.GenAIUsageOutputTokens: int64(45),
			attr.LLMCachedInputTokens: int64(1024), attr.GenAIUsageCacheReadInputTokens: int64(1024),
			attr.LLMCacheWriteTokens: int64(256), attr.GenAIUsageCacheCreationInputTokens: int64(256),
			attr.LLMCostUSD: irUSD, attr.LLMCostSource: attr.CostSourceTable, attr.LLMPriceVersion: price.Version(),
			attr.LLMLatencyMS: "> 0", attr.LLMTimeToFirstTokenMS: "> 0", attr.GenAIResponseTimeToFirstChunk: "> 0",
			attr.LLMFinishReason: "tool_use", attr.GenAIResponseFinishReasons: []string{"tool_use"},
			attr.LLMToolCalls: []string{irTool}, attr.GenAIResponseID: "msg_01JQ7ZJ5", attr.GenAIConversationID: "set",
			// The span is the SDK's, which says these too.
			attr.HTTPRequestMethod: "POST", attr.HTTPRoute: "/v1/messages", attr.HTTPResponseStatusCode: int64(200),
			"gen_ai.usage.cache_write.input_tokens": int64(256),
		},
		attr.SpanCodeGenerate: {
			attr.CodeLanguage: attr.LanguageGo, attr.CodeGenerator: "GoGenerator",
			attr.CodeSuccess: true, attr.CodeCompilationSuccess: true,
			attr.CodeLines: int64(16), attr.CodeRetries: int64(0),
			attr.CodeQualityScore: 0.92, attr.CodeRobustnessScore: 0.85,
			attr.CodeLLMCostUSD: codeUSD, attr.CodeLLMCalls: int64(1),
			attr.CodeLLMInputTokens: int64(1429), attr.CodeLLMOutputTokens: int64(288),
		},
		"code.generate/llm.call": {
			attr.LLMProvider: attr.ProviderOpenAI, attr.GenAIProviderName: attr.ProviderOpenAI,
			attr.LLMProviderRoute: attr.RouteBestAvailable, attr.GenAIOperationName: attr.OperationChat,
			attr.LLMModel: codeModel, attr.GenAIRequestModel: codeModel, attr.GenAIResponseModel: codeModel + "-2025-08-07",
			attr.LLMTemperature: 0.1, attr.GenAIRequestTemperature: 0.1,
			attr.LLMMaxTokens: int64(8192), attr.GenAIRequestMaxTokens: int64(8192),
			attr.LLMStreaming: true, attr.GenAIRequestStream: true,
			attr.LLMInputTokens: int64(1429), attr.GenAIUsageInputTokens: int64(1429),
			attr.LLMOutputTokens: int64(288), attr.GenAIUsageOutputTokens: int64(288),
			attr.LLMCachedInputTokens: int64(1024), attr.GenAIUsageCacheReadInputTokens: int64(1024),
			attr.LLMReasoningTokens: int64(192), attr.GenAIUsageReasoningOutputTokens: int64(192),
			attr.LLMCostUSD: codeUSD, attr.LLMCostSource: attr.CostSourceTable, attr.LLMPriceVersion: price.Version(),
			attr.LLMLatencyMS: "> 0", attr.LLMTimeToFirstTokenMS: "> 0", attr.GenAIResponseTimeToFirstChunk: "> 0",
			attr.LLMFinishReason: "stop", attr.GenAIResponseFinishReasons: []string{"stop"},
			attr.GenAIResponseID: "chatcmpl-C8ZQ1", attr.GenAIConversationID: "set",
			attr.GenAIRequestSeed: int64(1), attr.GenAIOutputType: attr.OutputJSON,
			attr.OpenAIAPIType: attr.OpenAIChatCompletions, attr.OpenAIRequestServiceTier: "default",
			attr.OpenAIResponseServiceTier: "default", attr.OpenAIResponseSystemFingerprint: "fp_1f8d7a",
			attr.HTTPResponseStatusCode: int64(200),
		},
		attr.SpanCodeValidate: {
			attr.CodeLanguage: attr.LanguageGo, attr.CodeGenerator: "GoGenerator",
			attr.CodeCompilationSuccess: true, attr.CostOtherUSD: "> 0",
		},
	}
}

// TestAcceptanceErrorTracking is acceptance test 2: a validation error in code
// generation marks code.validate as failed with message, type and stack.
func TestAcceptanceErrorTracking(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.send(http.MethodPost, "/api/sessions", 500, createRequest{
		Prompt: prompt + " [broken]", Language: attr.LanguageGo,
	}, nil)
	b.stop()

	b.rec.AssertTree(t, `
		POST /api/sessions error="" error.type=500
		  session.create
		    db.insert
		  ir.generate
		    llm.call
		  code.generate error="go, line 15: undefined: total" error.type=type_error code.retries=2
		    llm.call
		    code.validate error="go, line 15: undefined: total" error.type=type_error
		    ast.repair
		      llm.call
		    code.validate error="go, line 15: undefined: total" error.type=type_error
		    ast.repair
		      llm.call
		    code.validate error="go, line 15: undefined: total" error.type=type_error
	`, attr.ErrorType, attr.CodeRetries)

	const message = "go, line 15: undefined: total"
	for _, s := range b.rec.Spans() {
		if s.Name != attr.SpanCodeValidate {
			continue
		}
		want := telemetrytest.Attributes{
			attr.ErrorType: "type_error", attr.ErrorMessage: message,
			attr.ExceptionType: "*main.codeError", attr.ExceptionMessage: message,
			attr.CodeCompilationSuccess: false,
		}
		got := maps.Clone(s.Attributes)
		maps.DeleteFunc(got, func(k attribute.Key, _ any) bool { _, ok := want[k]; return !ok })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("attributes (-want +got):\n%s", diff)
		}
		if s.Status != codes.Error {
			t.Errorf("status %v, want Error", s.Status)
		}
		exception, ok := s.Event(attr.EventException)
		if !ok {
			t.Fatal("no exception event")
		}
		stack, _ := exception.Attributes[attr.ExceptionStacktrace].(string)
		if !strings.Contains(stack, ".(*pipeline).validate") || !strings.Contains(stack, "validate.go:") {
			t.Errorf("the stack does not lead to the validation:\n%s", stack)
		}
	}
	if got := b.rec.Counter(attr.MetricCodeGenerations, attr.CodeLanguage.String("go"), attr.CodeSuccess.Bool(false)); got != 1 {
		t.Errorf("%s of failures = %v, want 1", attr.MetricCodeGenerations, got)
	}
}

// bySpan indexes spans by name, LLM calls by their parent's name too.
func bySpan(spans []telemetrytest.Span) map[string]telemetrytest.Span {
	index := make(map[string]telemetrytest.Span)
	for _, s := range spans {
		name := s.Name
		if i := slices.IndexFunc(spans, func(p telemetrytest.Span) bool { return p.SpanID == s.Parent }); name == attr.SpanLLMCall && i >= 0 {
			name = spans[i].Name + "/" + name
		}
		index[name] = s
	}
	return index
}

// settle checks the values that differ from run to run and replaces them.
func settle(t *testing.T, span string, a telemetrytest.Attributes) telemetrytest.Attributes {
	t.Helper()
	a = maps.Clone(a)
	for k, v := range a {
		switch k {
		case attr.LLMLatencyMS, attr.LLMTimeToFirstTokenMS, attr.GenAIResponseTimeToFirstChunk, attr.RequestCostUSD, attr.CostOtherUSD:
			if f, ok := v.(float64); ok && f > 0 {
				a[k] = "> 0"
			}
		case attr.GenAIConversationID:
			a[k] = "set"
		}
	}
	return a
}

// foreign reports whether a key is of otelhttp or the Anthropic SDK, or says
// which port the local LLM has, and no business of this test.
func foreign(k attribute.Key) bool {
	return regexp.MustCompile(`^(anthropic|network|client|server|url|user_agent)\.|body\.size$`).MatchString(string(k))
}

func near(a, b float64) bool { return a-b < 1e-12 && b-a < 1e-12 }
