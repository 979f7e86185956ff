package price_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
)

func TestFind(t *testing.T) {
	const sonnet = "claude-sonnet-4-5"
	const bedrock = "anthropic.claude-sonnet-4-5-20250929-v1:0"
	tests := []struct {
		name, reason    string
		provider, model string
		want            string // provider, entry and, where it differs, list
	}{
		{"id", "the table's own", "anthropic", sonnet, "anthropic claude-sonnet-4-5"},
		{"name that contains the id", "as the table says", "my-anthropic-proxy", sonnet, "anthropic claude-sonnet-4-5"},
		{"gcp.gemini", "a value of gen_ai.provider.name", attr.GenAIProviderGCPGemini, "gemini-2.5-pro", "google gemini-2.5-pro"},
		{"gcp.vertex_ai", "a value of gen_ai.provider.name", attr.GenAIProviderGCPVertexAI, "gemini-2.5-pro", "google gemini-2.5-pro"},
		{"gcp.gen_ai", "the table's rules do not know it", attr.GenAIProviderGCPGenAI, "gemini-2.5-pro", "google gemini-2.5-pro"},
		{"aws.bedrock", "a value of gen_ai.provider.name", attr.GenAIProviderAWSBedrock, "amazon.nova-pro-v1:0", "aws amazon.nova-pro-v1:0"},
		{"azure.ai.openai", "the table's rules take it for openai", attr.GenAIProviderAzureAIOpenAI, "phi-4", "azure phi-4"},
		{"azure.ai.inference", "a value of gen_ai.provider.name", attr.GenAIProviderAzureAIInference, "phi-4", "azure phi-4"},
		{"mistral_ai", "a value of gen_ai.provider.name", attr.GenAIProviderMistralAI, "mistral-embed", "mistral mistral-embed"},
		{"x_ai", "a value of gen_ai.provider.name", attr.GenAIProviderXAI, "grok-4", "x-ai grok-4-0709"},
		{"google", "a value of llm.provider", attr.ProviderGoogle, "gemini-2.5-pro", "google gemini-2.5-pro"},
		{"modal", "a value of llm.provider", attr.ProviderModal, "moonshotai/Kimi-K3", "modal moonshotai/Kimi-K3"},
		{"cohere", "a value of llm.provider", attr.ProviderCohere, "command-a-03-2025", "cohere command-a"},
		{"groq", "a value of llm.provider", attr.ProviderGroq, "llama-3.3-70b-versatile", "groq llama-3.3-70b-versatile"},
		{"ibm.watsonx.ai", "the table has no such provider", attr.GenAIProviderIBMWatsonxAI, "llama-3.3-70b", ""},
		{"together_ai", "an alias of the table's", "together_ai", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "together meta-llama/Llama-3.3-70B-Instruct-Turbo"},

		{"URL", "by its host", "https://api.openai.com/v1", "gpt-4o", "openai gpt-4o"},
		{"URL in capitals", "hosts have no case", "HTTPS://API.OpenAI.com/v1", "gpt-4o", "openai gpt-4o"},
		{"URL of a gateway", "its own prices", "https://openrouter.ai/api/v1", "openai/gpt-4o", "openrouter openai/gpt-4o"},
		{"URL on Azure", "by any resource's host", "https://acme.openai.azure.com/openai/deployments/x", "gpt-4o", "azure gpt-4o openai"},
		{"URL of Hugging Face", "by its path", "https://router.huggingface.co/groq/openai/v1", "openai/gpt-oss-120b", "huggingface_groq openai/gpt-oss-120b"},
		{"URL on Bedrock", "by any region's host", "https://bedrock-runtime.eu-west-1.amazonaws.com", "eu." + bedrock, "aws regional." + bedrock},
		{"unknown URL", "a name within it says nothing", "https://openai.example.com/v1", "gpt-4o", ""},
		{"local URL", "own machines cost something else", "http://localhost:8000/v1", "gpt-4o", ""},
		{"URL with a query that lies", "the beginning counts", "https://example.com/?u=https://api.openai.com", "gpt-4o", ""},

		{"Azure resells OpenAI", "the maker's price, by the model that answered", "azure", "gpt-4o-mini-2024-07-18", "azure gpt-4o-mini openai"},
		{"Azure resells Anthropic", "the second to fall back to", "azure", "claude-sonnet-4-5", "azure claude-sonnet-4-5 anthropic"},
		{"Azure's own list", "goes before the maker's", "azure", "o3-mini", "azure o3-mini"},
		{"Azure, name of a deployment", "says nothing", "azure", "team-blue-chat", ""},
		{"Vertex resells Anthropic", "Google's own list has it", "gcp.vertex_ai", "claude-sonnet-4-5@20250929", "google claude-sonnet-4-5"},
		{"Vertex, by Anthropic's list", "Google's has no Claude 2", "gcp.vertex_ai", "claude-2.1", "google claude-2 anthropic"},
		{"fallback goes one level", "openai does not fall back", "openai", "claude-sonnet-4-5", ""},

		{"Bedrock", "in the region", "aws", bedrock, "aws regional." + bedrock},
		{"Bedrock, US profile", "the region's price", "aws", "us." + bedrock, "aws regional." + bedrock},
		{"Bedrock, global profile", "a price of its own", "aws", "global." + bedrock, "aws global." + bedrock},
		{"Bedrock, escaped", "as in the path of a request", "aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1%3A0", "aws regional." + bedrock},
		{"Bedrock, ARN of a model", "the id is its end", "aws", "arn:aws:bedrock:us-east-1::foundation-model/" + bedrock, "aws regional." + bedrock},
		{"Bedrock, ARN of a profile", "the id is its end", "aws", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global." + bedrock, "aws global." + bedrock},
		{"Bedrock, ARN escaped", "slashes too", "aws", "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fglobal." + bedrock, "aws global." + bedrock},
		{"Bedrock, application profile", "names no model", "aws", "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3", ""},
		{"Bedrock, broken escape", "is taken as it is", "aws", "us." + bedrock + "%zz", "aws regional." + bedrock},

		{"Google resource", "the name is its end", "google", "models/gemini-2.5-flash", "google gemini-2.5-flash"},
		{"Vertex resource", "the name is its end", "gcp.vertex_ai", "projects/p/locations/l/publishers/google/models/gemini-2.5-flash", "google gemini-2.5-flash"},
		{"resource elsewhere", "only Google has them", "openai", "models/gpt-4o", ""},

		{"no provider, Claude", "the maker is meant", "", "claude-sonnet-4-5-20250929", "anthropic claude-sonnet-4-5"},
		{"no provider, Gemini", "the maker is meant", "", "gemini-2.5-flash", "google gemini-2.5-flash"},
		{"no provider, GPT", "the maker is meant", "", "gpt-4o", "openai gpt-4o"},
		{"no provider, Mistral", "the maker is meant", "", "codestral-latest", "mistral codestral"},
		{"no provider, path", "which no Mistral model has", "", "acme/codestral-latest", ""},
		{"no provider, open model", "many sell it", "", "llama-3.3-70b", ""},
		{"proxy that names the provider", "as LiteLLM does", "litellm", "anthropic/claude-sonnet-4-5", "anthropic claude-sonnet-4-5"},
		{"proxy that names none", "the model alone", "litellm", "gpt-4o", "openai gpt-4o"},
		{"proxy that names an unknown", "the model alone, and it is nobody's", "litellm", "acme/x", ""},

		{"a speech model is not its namesake", "an expression that RE2 lacks, rewritten", "google", "gemini-2.5-pro-preview-tts", "google gemini-2.5-pro-tts"},
		{"preview", "the same expression lets it pass", "google", "gemini-2.5-pro-preview-05-06", "google gemini-2.5-pro"},
		{"a date that is none", "13 is no month", "anthropic", "claude-opus-5-5-20261301x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, ok := price.Lookup(tt.provider, tt.model, time.Time{})
			got := strings.TrimSpace(p.Provider + " " + p.Model)
			if p.List != p.Provider {
				got += " " + p.List
			}
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("%q, %t; want %q: %s", got, ok, tt.want, tt.reason)
			}
		})
	}
}

// TestHostileNames proves that names which are none cost no time and no panic.
func TestHostileNames(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	tests := []struct{ name, text string }{
		{"1 MB", long},
		{"1 MB that begins well", "gpt-4o" + long},
		{"just over", strings.Repeat("-20250929", 200)},
		{"many dates", strings.Repeat("-20250929", 100)},
		{"NUL", "gpt-4o\x00"},
		{"no UTF-8", "gpt-4o\xff\xfe"},
		{"tab and line break", "gpt-4o\tx\nM\tgpt-4o"},
		{"expression", "^(a+)+$"},
		{"many slashes", strings.Repeat("/", 1000)},
		{"escapes", strings.Repeat("%25", 300)},
		{"stars", strings.Repeat("*", 1000)},
		{"scheme only", "://"},
	}
	table, err := price.Default().With(price.Override{Model: strings.Repeat("*a", 500) + "b", Rates: price.Rates{price.Input: {USD: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, provider := range []string{"openai", "aws", "google", "mistral", "litellm", "", tt.text} {
				if got, ok := table.Price(provider, tt.text, tokens(1, 1), time.Time{}); ok {
					t.Errorf("provider %.20q: %+v, want none", provider, got)
				}
			}
			if got, ok := table.Price(tt.text, "gpt-4o", tokens(1, 1), time.Time{}); ok {
				t.Errorf("as provider: %+v, want none", got)
			}
		})
	}
}
