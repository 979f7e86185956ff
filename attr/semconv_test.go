package attr_test

import (
	"testing"

	"go.opentelemetry.io/otel/attribute"
	semconv126 "go.opentelemetry.io/otel/semconv/v1.26.0"
	semconv141 "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/semconv/v1.41.0/genaiconv"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"

	"github.com/lift-sys/telemetry/attr"
)

// TestNamesAreOpenTelemetrys holds every attribute whose source is not lift-sys
// against OpenTelemetry's own Go constants: a slip in one of ours would be a
// name that no other tool knows.
func TestNamesAreOpenTelemetrys(t *testing.T) {
	theirs := map[attribute.Key]attribute.Key{
		attr.UserID:                             semconv.UserIDKey,
		attr.SessionID:                          semconv.SessionIDKey,
		attr.ServiceName:                        semconv.ServiceNameKey,
		attr.ServiceVersion:                     semconv.ServiceVersionKey,
		attr.ServiceInstanceID:                  semconv.ServiceInstanceIDKey,
		attr.ServiceNamespace:                   semconv.ServiceNamespaceKey,
		attr.DeploymentEnvironmentName:          semconv.DeploymentEnvironmentNameKey,
		attr.DeploymentEnvironment:              semconv126.DeploymentEnvironmentKey,
		attr.TelemetrySDKName:                   semconv.TelemetrySDKNameKey,
		attr.TelemetrySDKLanguage:               semconv.TelemetrySDKLanguageKey,
		attr.TelemetrySDKVersion:                semconv.TelemetrySDKVersionKey,
		attr.CloudProvider:                      semconv.CloudProviderKey,
		attr.CloudPlatform:                      semconv.CloudPlatformKey,
		attr.CloudRegion:                        semconv.CloudRegionKey,
		attr.CloudAccountID:                     semconv.CloudAccountIDKey,
		attr.AWSECSLaunchtype:                   semconv.AWSECSLaunchtypeKey,
		attr.GCPCloudRunJobExecution:            semconv.GCPCloudRunJobExecutionKey,
		attr.GCPCloudRunJobTaskIndex:            semconv.GCPCloudRunJobTaskIndexKey,
		attr.FaaSName:                           semconv.FaaSNameKey,
		attr.FaaSVersion:                        semconv.FaaSVersionKey,
		attr.FaaSInstance:                       semconv.FaaSInstanceKey,
		attr.ContainerImageID:                   semconv.ContainerImageIDKey,
		attr.K8SClusterName:                     semconv.K8SClusterNameKey,
		attr.K8SNamespaceName:                   semconv.K8SNamespaceNameKey,
		attr.K8SDeploymentName:                  semconv.K8SDeploymentNameKey,
		attr.K8SPodName:                         semconv.K8SPodNameKey,
		attr.K8SPodUID:                          semconv.K8SPodUIDKey,
		attr.K8SNodeName:                        semconv.K8SNodeNameKey,
		attr.HostName:                           semconv.HostNameKey,
		attr.ProcessRuntimeVersion:              semconv.ProcessRuntimeVersionKey,
		attr.DBOperationName:                    semconv.DBOperationNameKey,
		attr.DBCollectionName:                   semconv.DBCollectionNameKey,
		attr.DBQueryText:                        semconv.DBQueryTextKey,
		attr.DBSystemName:                       semconv.DBSystemNameKey,
		attr.DBNamespace:                        semconv.DBNamespaceKey,
		attr.DBResponseStatusCode:               semconv.DBResponseStatusCodeKey,
		attr.DBClientConnectionPoolName:         semconv.DBClientConnectionPoolNameKey,
		attr.DBClientConnectionState:            semconv.DBClientConnectionStateKey,
		attr.DBOperationBatchSize:               semconv.DBOperationBatchSizeKey,
		attr.HTTPRoute:                          semconv.HTTPRouteKey,
		attr.HTTPRequestMethod:                  semconv.HTTPRequestMethodKey,
		attr.HTTPRequestMethodOriginal:          semconv.HTTPRequestMethodOriginalKey,
		attr.HTTPRequestBodySize:                semconv.HTTPRequestBodySizeKey,
		attr.HTTPResponseBodySize:               semconv.HTTPResponseBodySizeKey,
		attr.HTTPResponseStatusCode:             semconv.HTTPResponseStatusCodeKey,
		attr.URLFull:                            semconv.URLFullKey,
		attr.URLPath:                            semconv.URLPathKey,
		attr.URLScheme:                          semconv.URLSchemeKey,
		attr.ServerAddress:                      semconv.ServerAddressKey,
		attr.ServerPort:                         semconv.ServerPortKey,
		attr.ClientAddress:                      semconv.ClientAddressKey,
		attr.NetworkPeerAddress:                 semconv.NetworkPeerAddressKey,
		attr.NetworkPeerPort:                    semconv.NetworkPeerPortKey,
		attr.NetworkProtocolName:                semconv.NetworkProtocolNameKey,
		attr.NetworkProtocolVersion:             semconv.NetworkProtocolVersionKey,
		attr.UserAgentOriginal:                  semconv.UserAgentOriginalKey,
		attr.ErrorType:                          semconv.ErrorTypeKey,
		attr.ExceptionType:                      semconv.ExceptionTypeKey,
		attr.ExceptionMessage:                   semconv.ExceptionMessageKey,
		attr.ExceptionStacktrace:                semconv.ExceptionStacktraceKey,
		attr.GenAIOperationName:                 semconv141.GenAIOperationNameKey,
		attr.GenAIProviderName:                  semconv141.GenAIProviderNameKey,
		attr.GenAIConversationID:                semconv141.GenAIConversationIDKey,
		attr.GenAIAgentName:                     semconv141.GenAIAgentNameKey,
		attr.GenAIRequestModel:                  semconv141.GenAIRequestModelKey,
		attr.GenAIRequestMaxTokens:              semconv141.GenAIRequestMaxTokensKey,
		attr.GenAIRequestTemperature:            semconv141.GenAIRequestTemperatureKey,
		attr.GenAIRequestTopP:                   semconv141.GenAIRequestTopPKey,
		attr.GenAIRequestStopSequences:          semconv141.GenAIRequestStopSequencesKey,
		attr.GenAIRequestSeed:                   semconv141.GenAIRequestSeedKey,
		attr.GenAIRequestChoiceCount:            semconv141.GenAIRequestChoiceCountKey,
		attr.GenAIRequestStream:                 semconv141.GenAIRequestStreamKey,
		attr.GenAIOutputType:                    semconv141.GenAIOutputTypeKey,
		attr.GenAIResponseID:                    semconv141.GenAIResponseIDKey,
		attr.GenAIResponseModel:                 semconv141.GenAIResponseModelKey,
		attr.GenAIResponseFinishReasons:         semconv141.GenAIResponseFinishReasonsKey,
		attr.GenAIResponseTimeToFirstChunk:      semconv141.GenAIResponseTimeToFirstChunkKey,
		attr.GenAIUsageInputTokens:              semconv141.GenAIUsageInputTokensKey,
		attr.GenAIUsageOutputTokens:             semconv141.GenAIUsageOutputTokensKey,
		attr.GenAIUsageCacheReadInputTokens:     semconv141.GenAIUsageCacheReadInputTokensKey,
		attr.GenAIUsageCacheCreationInputTokens: semconv141.GenAIUsageCacheCreationInputTokensKey,
		attr.GenAIUsageReasoningOutputTokens:    semconv141.GenAIUsageReasoningOutputTokensKey,
		attr.GenAITokenType:                     semconv141.GenAITokenTypeKey,
		attr.GenAIToolName:                      semconv141.GenAIToolNameKey,
		attr.GenAIInputMessages:                 semconv141.GenAIInputMessagesKey,
		attr.GenAIOutputMessages:                semconv141.GenAIOutputMessagesKey,
		attr.GenAISystemInstructions:            semconv141.GenAISystemInstructionsKey,
		attr.OpenAIAPIType:                      semconv141.OpenAIAPITypeKey,
		attr.OpenAIRequestServiceTier:           semconv141.OpenAIRequestServiceTierKey,
		attr.OpenAIResponseServiceTier:          semconv141.OpenAIResponseServiceTierKey,
		attr.OpenAIResponseSystemFingerprint:    semconv141.OpenAIResponseSystemFingerprintKey,
	}
	for _, d := range attr.All() {
		key := attribute.Key(d.Name)
		// Honeycomb's weight is the one foreign attribute without a constant.
		if d.Kind != attr.KindAttribute || d.Source == attr.SourceLift || key == attr.SampleRate {
			continue
		}
		if got, ok := theirs[key]; !ok || got != key {
			t.Errorf("%q: OpenTelemetry has %q, %v", key, got, ok)
		}
	}
}

func TestValuesAreOpenTelemetrys(t *testing.T) {
	theirs := []struct {
		ours string
		kv   attribute.KeyValue
	}{
		{attr.OperationChat, semconv141.GenAIOperationNameChat},
		{attr.OperationGenerateContent, semconv141.GenAIOperationNameGenerateContent},
		{attr.OperationTextCompletion, semconv141.GenAIOperationNameTextCompletion},
		{attr.OperationEmbeddings, semconv141.GenAIOperationNameEmbeddings},
		{attr.ProviderAnthropic, semconv141.GenAIProviderNameAnthropic},
		{attr.ProviderOpenAI, semconv141.GenAIProviderNameOpenAI},
		{attr.ProviderCohere, semconv141.GenAIProviderNameCohere},
		{attr.ProviderDeepSeek, semconv141.GenAIProviderNameDeepseek},
		{attr.ProviderGroq, semconv141.GenAIProviderNameGroq},
		{attr.ProviderPerplexity, semconv141.GenAIProviderNamePerplexity},
		{attr.GenAIProviderGCPGemini, semconv141.GenAIProviderNameGCPGemini},
		{attr.GenAIProviderGCPVertexAI, semconv141.GenAIProviderNameGCPVertexAI},
		{attr.GenAIProviderGCPGenAI, semconv141.GenAIProviderNameGCPGenAI},
		{attr.GenAIProviderAWSBedrock, semconv141.GenAIProviderNameAWSBedrock},
		{attr.GenAIProviderAzureAIOpenAI, semconv141.GenAIProviderNameAzureAIOpenAI},
		{attr.GenAIProviderAzureAIInference, semconv141.GenAIProviderNameAzureAIInference},
		{attr.GenAIProviderIBMWatsonxAI, semconv141.GenAIProviderNameIBMWatsonxAI},
		{attr.GenAIProviderMistralAI, semconv141.GenAIProviderNameMistralAI},
		{attr.GenAIProviderXAI, semconv141.GenAIProviderNameXAI},
		{attr.TokenInput, semconv141.GenAITokenTypeInput},
		{attr.TokenOutput, semconv141.GenAITokenTypeOutput},
		{attr.OutputText, semconv141.GenAIOutputTypeText},
		{attr.OutputJSON, semconv141.GenAIOutputTypeJSON},
		{attr.OutputImage, semconv141.GenAIOutputTypeImage},
		{attr.OutputSpeech, semconv141.GenAIOutputTypeSpeech},
		{attr.OpenAIChatCompletions, semconv141.OpenAIAPITypeChatCompletions},
		{attr.OpenAIResponses, semconv141.OpenAIAPITypeResponses},
		{attr.ErrorOther, semconv.ErrorTypeOther},
	}
	for _, tt := range theirs {
		if tt.ours != tt.kv.Value.AsString() {
			t.Errorf("%s has %q, ours is %q", tt.kv.Key, tt.kv.Value.AsString(), tt.ours)
		}
	}
}

func TestMetricsAreOpenTelemetrys(t *testing.T) {
	type instrument interface {
		Name() string
		Unit() string
	}
	theirs := map[string]instrument{
		attr.MetricGenAIClientTokenUsage:                  genaiconv.ClientTokenUsage{},
		attr.MetricGenAIClientOperationDuration:           genaiconv.ClientOperationDuration{},
		attr.MetricGenAIClientOperationTimeToFirstChunk:   genaiconv.ClientOperationTimeToFirstChunk{},
		attr.MetricGenAIClientOperationTimePerOutputChunk: genaiconv.ClientOperationTimePerOutputChunk{},
		attr.MetricHTTPServerRequestDuration:              httpconv.ServerRequestDuration{},
		attr.MetricHTTPServerRequestBodySize:              httpconv.ServerRequestBodySize{},
		attr.MetricHTTPServerResponseBodySize:             httpconv.ServerResponseBodySize{},
		attr.MetricHTTPClientRequestDuration:              httpconv.ClientRequestDuration{},
		attr.MetricHTTPClientRequestBodySize:              httpconv.ClientRequestBodySize{},
		attr.MetricDBClientOperationDuration:              dbconv.ClientOperationDuration{},
		attr.MetricDBClientConnectionCount:                dbconv.ClientConnectionCount{},
		attr.MetricDBClientConnectionMax:                  dbconv.ClientConnectionMax{},
	}
	for _, d := range attr.All() {
		if d.Kind != attr.KindMetric || d.Source == attr.SourceLift {
			continue
		}
		i, ok := theirs[d.Name]
		if !ok || i.Name() != d.Name || i.Unit() != d.Unit {
			t.Errorf("metric %q in %q: OpenTelemetry has %v, %v", d.Name, d.Unit, i, ok)
		}
	}
}
