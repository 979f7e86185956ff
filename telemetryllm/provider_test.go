package telemetryllm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// requestFor is a request that fits the end of a URL's path.
func requestFor(url string) string {
	switch {
	case strings.HasSuffix(url, "/v1/messages"):
		return `{"model":"claude-sonnet-4-5","max_tokens":10,"messages":[]}`
	case strings.HasSuffix(url, "/converse"):
		return `{"messages":[{"role":"user","content":[{"text":"hi"}]}]}`
	case strings.HasSuffix(url, ":generateContent"):
		return `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}`
	}
	return chatRequest
}

// The host, and where one host serves several, the path, tells the provider.
func TestProvider(t *testing.T) {
	const (
		chat     = "/v1/chat/completions"
		messages = "/v1/messages"
		converse = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"
		gemini   = "/models/gemini-2.5-flash:generateContent"
		vertex   = "/v1/projects/p/locations/us-central1/publishers/google" + gemini
	)
	tests := []struct {
		name, reason string
		url          string
		llm, genAI   string
	}{
		{"OpenAI", "the host is in the price table", "https://api.openai.com" + chat, "openai", "openai"},
		{"OpenAI, a region", "where data stays in Europe", "https://eu.api.openai.com" + chat, "openai", "openai"},
		{"capitals", "hosts have no case", "https://API.OpenAI.com" + chat, "openai", "openai"},
		{"port", "the same host", "https://api.openai.com:443" + chat, "openai", "openai"},
		{"rooted", "the same host", "https://api.openai.com." + chat, "openai", "openai"},
		{"Anthropic", "in the table", "https://api.anthropic.com" + messages, "anthropic", "anthropic"},
		{"Azure", "OpenAI's models", "https://r.openai.azure.com/openai/deployments/d/chat/completions", "azure", "azure.ai.openai"},
		{"Azure, older", "the same service", "https://r.cognitiveservices.azure.com/openai/deployments/d/chat/completions", "azure", "azure.ai.openai"},
		{"Azure Foundry", "OpenAI's models", "https://r.services.ai.azure.com/openai/v1/chat/completions", "azure", "azure.ai.openai"},
		{"Azure Foundry, others", "the inference API", "https://r.services.ai.azure.com/models/chat/completions", "azure", "azure.ai.inference"},
		{"Azure, serverless", "the inference API", "https://r.eastus.models.ai.azure.com" + chat, "azure", "azure.ai.inference"},
		{"Bedrock", "in any region", "https://bedrock-runtime.eu-west-1.amazonaws.com" + converse, "aws", "aws.bedrock"},
		{"Bedrock, FIPS", "another host of the same service", "https://bedrock-runtime-fips.us-east-1.amazonaws.com" + converse, "aws", "aws.bedrock"},
		{"Bedrock, private", "an endpoint in a VPC", "https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com" + converse, "aws", "aws.bedrock"},
		{"Bedrock, China", "another suffix", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn" + converse, "aws", "aws.bedrock"},
		{"Bedrock, Mantle", "speaks as OpenAI does", "https://bedrock-mantle.us-east-1.api.aws" + chat, "aws", "aws.bedrock"},
		{"AWS, an app", "what somebody runs there is not Bedrock", "https://x.execute-api.us-east-1.amazonaws.com" + chat, "other", "other"},
		{"Vertex", "Google has two services", "https://us-central1-aiplatform.googleapis.com" + vertex, "google", "gcp.vertex_ai"},
		{"Vertex, global", "Google has two services", "https://aiplatform.googleapis.com" + vertex, "google", "gcp.vertex_ai"},
		{"AI Studio", "Google has two services", "https://generativelanguage.googleapis.com/v1beta" + gemini, "google", "gcp.gemini"},
		{"AI Studio, as OpenAI", "Google has two services", "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions", "google", "gcp.gemini"},
		{"xAI", "OpenTelemetry spells it otherwise", "https://api.x.ai" + chat, "x-ai", "x_ai"},
		{"xAI, a region", "the same provider", "https://eu-west-1.api.x.ai" + chat, "x-ai", "x_ai"},
		{"Mistral", "OpenTelemetry spells it otherwise", "https://api.mistral.ai" + chat, "mistral", "mistral_ai"},
		{"Mistral, Codestral", "the same provider", "https://codestral.mistral.ai" + chat, "mistral", "mistral_ai"},
		{"watsonx", "OpenTelemetry spells it otherwise", "https://us-south.ml.cloud.ibm.com/ml/gateway" + chat, "watsonx", "ibm.watsonx.ai"},
		{"Together", "in the table", "https://api.together.xyz" + chat, "together", "together"},
		{"Together, newer", "has the prices of the other host", "https://api.together.ai" + chat, "together", "together"},
		{"OpenRouter", "in the table", "https://openrouter.ai/api" + chat, "openrouter", "openrouter"},
		{"Hugging Face", "a router that chooses", "https://router.huggingface.co" + chat, "huggingface", "huggingface"},
		{"Hugging Face, chosen", "the path tells whose prices", "https://router.huggingface.co/groq/openai/v1/chat/completions", "huggingface_groq", "huggingface_groq"},
		{"Modal", "self-hosted, on somebody's GPU", "https://me--app.modal.run" + chat, "modal", "modal"},
		{"not in the table", "named after its domain", "https://api.inference.crusoecloud.com" + chat, "crusoecloud", "crusoecloud"},
		{"a short name", "two short labels are no public suffix", "https://api.abc.ai" + chat, "abc", "abc"},
		{"United Kingdom", "a public suffix of two labels", "https://llm.example.co.uk" + chat, "example", "example"},
		{"China", "a public suffix of two labels", "https://llm.example.com.cn" + chat, "example", "example"},

		{"Ollama", "known by its port", "http://localhost:11434" + chat, "ollama", "ollama"},
		{"Ollama, elsewhere", "known by its port", "http://gpu-1.example.com:11434" + chat, "ollama", "ollama"},
		{"this machine", "whatever it runs", "http://localhost:8000" + chat, "local", "local"},
		{"an address", "has no name", "http://10.0.0.7" + chat, "local", "local"},
		{"an address of IPv6", "has no name", "http://[::1]:8000" + chat, "local", "local"},
		{"an address with a zone", "has no name", "http://[fe80::1%25eth0]:8000" + chat, "local", "local"},
		{"a service", "a name in a network of containers", "http://vllm:8000" + chat, "vllm", "vllm"},
		{"a service of Kubernetes", "the first label is the service", "http://vllm.ml.svc.cluster.local" + chat, "vllm", "vllm"},
		{"a service of Kubernetes, short", "the first label is the service", "http://vllm.ml.svc" + chat, "vllm", "vllm"},
		{"internal", "the first label is the service", "http://gateway.internal" + chat, "gateway", "gateway"},

		{"OpenAI in front", "it must not have OpenAI's prices", "https://api.openai.com.evil.com" + chat, "evil", "evil"},
		{"OpenAI at the end", "it must not have OpenAI's prices", "https://evil-openai.com" + chat, "other", "other"},
		{"OpenAI as a label", "it must not have OpenAI's prices", "https://openai.evil.com" + chat, "evil", "evil"},
		{"OpenAI elsewhere", "it must not have OpenAI's prices", "https://api.openai.co.uk" + chat, "other", "other"},
		{"OpenAI as a service", "whoever it is", "http://openai:8000" + chat, "other", "other"},
		{"OpenAI as the user", "in front of @ is no host", "https://api.openai.com@evil.io" + chat, "evil", "evil"},
		{"OpenAI in the path", "anyone has any path", "https://evil.com/https://api.openai.com" + chat, "evil", "evil"},
		{"Google in the path", "anyone has any path", "https://evil.com/x.googleapis.com/v1beta" + gemini, "evil", "evil"},
		{"Google in front", "it must not have Google's prices", "https://generativelanguage.googleapis.com.evil.com/v1beta" + gemini, "evil", "evil"},
		{"Anthropic in front", "it must not have Anthropic's prices", "https://api.anthropic.com.evil.io" + messages, "evil", "evil"},
		{"Azure in front", "it must not have Azure's prices", "https://r.openai.azure.com.evil.com" + chat, "evil", "evil"},
		{"Bedrock in front", "it must not have Bedrock's prices", "https://bedrock-runtime.us-east-1.amazonaws.com.evil.com" + converse, "evil", "evil"},
		{"Groq with a letter more", "it must not have Groq's prices", "https://xapi.groq.com" + chat, "other", "other"},
		{"Ollama at the end", "another domain", "https://notollama.com" + chat, "notollama", "notollama"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			tr := replies(ok)
			for range 2 { // the second time it is remembered
				res, err := post(ctx, t, tr, tt.url, requestFor(tt.url))
				readAll(t, res, err)
			}
			for _, s := range rec.Spans() {
				got := pick(s, attr.LLMProvider, attr.GenAIProviderName)
				want := map[attribute.Key]any{attr.LLMProvider: tt.llm, attr.GenAIProviderName: tt.genAI}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("%s: -want +got:\n%s", tt.reason, d)
				}
			}
			if n := len(rec.Spans()); n != 2 {
				t.Errorf("%d spans of 2 calls", n)
			}
		})
	}
}

// A look-alike costs nothing that anybody knows; WithProvider gives a gateway
// the prices of whom it stands for.
func TestProviderPrice(t *testing.T) {
	tests := []struct {
		name, reason, url string
		opts              []telemetryllm.Option
		want              map[attribute.Key]any
	}{
		{
			name: "newer host", reason: "the prices of its provider", url: "https://eu.api.openai.com/v1/chat/completions",
			want: map[attribute.Key]any{attr.LLMCostUSD: 0.00018, attr.ServerAddress: "eu.api.openai.com"},
		},
		{
			name: "look-alike", reason: "no price is known", url: "https://api.openai.com.evil.com:8443/v1/chat/completions",
			want: map[attribute.Key]any{attr.ServerAddress: "api.openai.com.evil.com", attr.ServerPort: int64(8443)},
		},
		{
			name: "gateway", reason: "the option outranks the host", url: "http://gateway.internal/v1/chat/completions",
			opts: []telemetryllm.Option{telemetryllm.WithProvider("openai")},
			want: map[attribute.Key]any{attr.LLMCostUSD: 0.00018, attr.ServerAddress: "gateway.internal"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			res, err := post(ctx, t, replies(ok), tt.url, chatRequest, tt.opts...)
			readAll(t, res, err)
			if d := cmp.Diff(tt.want, pick(rec.Span(attr.SpanLLMCall), attr.LLMCostUSD, attr.ServerAddress, attr.ServerPort)); d != "" {
				t.Errorf("%s: -want +got:\n%s", tt.reason, d)
			}
		})
	}
}
