package main

import "github.com/lift-sys/telemetry/attr"

// Packages and features that will emit names which nothing emits yet. Once one
// of these names is emitted the test fails, so that the list only shrinks.
const (
	byContent = "package telemetryllm, where content capture is on"
	byLog     = "option WithErrors of package telemetryslog; the errors of the pipeline reach their spans without the log"
	bySpool   = "the disk spool"
	byLoss    = "the library itself, where a backend fails or a secret is found; see self_test.go of package telemetry"
	byWire    = "the library's own delivery; the test takes spans and metrics before it"
	byTail    = "the library's own delivery, where tail sampling or an event budget is on; see budget_test.go of package telemetry"
	byOthers  = "instrumentations of agents and tools; the registry has it for the boards"
)

// ofAnthropicSDK lists what the Anthropic SDK says on its spans beside the
// registry, in the form of [telemetrytest.AllowUnknown].
func ofAnthropicSDK() []string {
	return []string{"anthropic.*", "gen_ai.usage.cache_write.input_tokens", "http.request.resend_count"}
}

// emittedElsewhere lists what the registry has and the pipeline does not emit,
// each with who does.
func emittedElsewhere() map[string]string {
	names := map[string]string{
		string(attr.LLMUsageClamped):         "calls whose counts contradict each other; the local LLM counts right",
		string(attr.GenAIInputMessages):      byContent,
		string(attr.GenAIOutputMessages):     byContent,
		string(attr.GenAISystemInstructions): byContent,
		string(attr.GenAIAgentName):          byOthers,
		string(attr.GenAIToolName):           byOthers,

		attr.EventLogError:                byLog,
		string(attr.LogMessage):           byLog,
		string(attr.LogOmitted):           byLog,
		string(attr.DBResponseStatusCode): "databases that know SQLSTATE; SQLite does not",
		string(attr.DBOperationBatchSize): "package telemetrypgx",

		string(attr.TelemetryReplayed): bySpool,

		attr.MetricTelemetryBuffered:     byWire,
		attr.MetricTelemetryPoints:       byWire,
		attr.MetricTelemetryDropped:      byLoss,
		attr.MetricTelemetryRedacted:     byLoss,
		attr.MetricTelemetryRetries:      byLoss,
		string(attr.LiftTelemetrySignal): byLoss,
		string(attr.LiftTelemetryReason): byLoss,

		attr.MetricTelemetrySamplingTraces: byTail,
		attr.MetricTelemetrySamplingWeight: byTail,
		attr.MetricTelemetryBudgetUsed:     byTail,
		attr.MetricTelemetryBudgetLeft:     byTail,
		string(attr.LiftTelemetryStratum):  byTail,
		string(attr.LiftTelemetryDecision): byTail,
		string(attr.LiftTelemetryPeriod):   byTail,
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
