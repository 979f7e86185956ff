package llmcall

import "github.com/lift-sys/telemetry/attr"

// GenAIProvider returns the name that OpenTelemetry's conventions have for a
// value of llm.provider.
func GenAIProvider(provider string) string {
	if provider == attr.ProviderGoogle {
		return attr.GenAIProviderGCPGenAI
	}
	return provider
}
