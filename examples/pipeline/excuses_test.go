package main

import "github.com/lift-sys/telemetry/attr"

// Packages and features that will emit names which nothing emits yet. Once one
// of these names is emitted the test fails, so that the list only shrinks.
const (
	bySQL     = "package telemetrysql, which will make the database's spans and metrics"
	byLLM     = "package telemetryllm, which will read requests and answers"
	byContent = "package telemetryllm, where content capture is on"
	byPrices  = "the price table"
	bySpool   = "the disk spool"
	byOthers  = "instrumentations of agents and tools; the registry has it for the boards"
)

// emittedElsewhere lists what the registry has and the pipeline does not emit,
// each with who does.
func emittedElsewhere() map[string]string {
	return map[string]string{
		attr.SpanDBConnect:                   bySQL,
		attr.SpanDBBegin:                     bySQL,
		attr.SpanDBCommit:                    bySQL,
		attr.SpanDBRollback:                  bySQL,
		attr.SpanDBQuery:                     bySQL,
		attr.MetricDBClientOperationDuration: bySQL,
		string(attr.DBNamespace):             bySQL,
		string(attr.DBResponseStatusCode):    bySQL,

		attr.SpanModalInference:                      "services on Modal; the helper names every call " + attr.SpanLLMCall,
		attr.EventLLMRetry:                           byLLM,
		string(attr.LLMRetryDelayMS):                 byLLM,
		string(attr.LLMUsageClamped):                 "calls whose counts contradict each other; the local LLM counts right",
		string(attr.GenAIOutputType):                 byLLM,
		string(attr.GenAIRequestChoiceCount):         byLLM,
		string(attr.GenAIRequestSeed):                byLLM,
		string(attr.GenAIRequestStopSequences):       byLLM,
		string(attr.GenAIRequestTopP):                byLLM,
		string(attr.OpenAIAPIType):                   byLLM,
		string(attr.OpenAIRequestServiceTier):        byLLM,
		string(attr.OpenAIResponseServiceTier):       byLLM,
		string(attr.OpenAIResponseSystemFingerprint): byLLM,
		string(attr.GenAIInputMessages):              byContent,
		string(attr.GenAIOutputMessages):             byContent,
		string(attr.GenAISystemInstructions):         byContent,
		string(attr.GenAIAgentName):                  byOthers,
		string(attr.GenAIToolName):                   byOthers,

		string(attr.LLMPriceVersion):   byPrices,
		attr.MetricLLMCostUnknown:      byPrices,
		string(attr.TelemetryReplayed): bySpool,
	}
}
