package main

import "github.com/lift-sys/telemetry/attr"

// Packages and features that will emit names which nothing emits yet. Once one
// of these names is emitted the test fails, so that the list only shrinks.
const (
	byLLM     = "package telemetryllm, which will read requests and answers"
	byContent = "package telemetryllm, where content capture is on"
	byPrices  = "the price table"
	byLog     = "option WithErrors of package telemetryslog; the errors of the pipeline reach their spans without the log"
	bySpool   = "the disk spool"
	byOthers  = "instrumentations of agents and tools; the registry has it for the boards"
)

// emittedElsewhere lists what the registry has and the pipeline does not emit,
// each with who does.
func emittedElsewhere() map[string]string {
	names := map[string]string{
		attr.SpanModalInference:                      "calls of provider modal; the local LLM is none",
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

		attr.EventLogError:                byLog,
		string(attr.LogMessage):           byLog,
		string(attr.LogOmitted):           byLog,
		string(attr.DBResponseStatusCode): "databases that know SQLSTATE; SQLite does not",
		string(attr.DBOperationBatchSize): "package telemetrypgx",

		string(attr.LLMPriceVersion):   byPrices,
		attr.MetricLLMCostUnknown:      byPrices,
		string(attr.TelemetryReplayed): bySpool,
	}
	for _, d := range attr.All() {
		switch d.Name {
		case string(attr.HostName), string(attr.ProcessRuntimeVersion):
			continue // known everywhere
		}
		if d.Group == "Platform" {
			names[d.Name] = "the platform that the service runs on; tests run on none"
		}
	}
	return names
}
