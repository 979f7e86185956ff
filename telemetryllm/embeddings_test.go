package telemetryllm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
	"github.com/lift-sys/telemetry/price"
)

func TestEmbeddingsMatch(t *testing.T) {
	const body = `{"model":"m","input":["a","b"]}`
	testMatch(t, embeddings{}, []openAIMatch{
		{name: "openai", path: "/v1/embeddings", body: body, want: true, reason: "the original; Mistral, Jina and Voyage have its path"},
		{name: "azure", path: "/openai/deployments/x/embeddings", body: `{"input":"a"}`, want: true, reason: "the model is in the path"},
		{name: "messages", path: "/v1/embeddings", body: `{"model":"m","messages":[]}`, want: true, reason: "vLLM, of pictures"},
		{name: "pictures", path: "/v1/multimodalembeddings", body: `{"model":"voyage-multimodal-3","inputs":[{}]}`, want: true, reason: "Voyage"},
		{name: "in context", path: "/v1/contextualizedembeddings", body: `{"model":"voyage-context-3","inputs":[["a"]]}`, want: true, reason: "Voyage"},
		{name: "nomic", path: "/v1/embedding/text", body: `{"model":"m","texts":["a"]}`, want: true, reason: "Nomic"},
		{name: "databricks", path: "/serving-endpoints/bge/invocations", body: `{"input":["a"]}`, want: true, reason: "an endpoint is a model"},
		{name: "watsonx", path: "/ml/v1/text/embeddings", body: `{"model_id":"m","inputs":["a"]}`, want: true, reason: "inputs"},
		{name: "not read ahead", path: "/v1/embeddings", want: true, reason: "bodies may be large"},

		{name: "get", method: "GET", path: "/v1/embeddings", reason: "asks for nothing"},
		{name: "own api", path: "/embeddings", body: `{"document":"d"}`, reason: "some app's"},
		{name: "databricks, no input", path: "/serving-endpoints/m/invocations", body: `{"dataframe_split":{}}`, reason: "any model"},
		{name: "databricks, not read ahead", path: "/serving-endpoints/m/invocations", reason: "nothing tells that it is one"},
		{name: "rerank", path: "/v1/rerank", body: `{"model":"m","query":"q","documents":[]}`, reason: "no vectors"},
		{name: "moderation", path: "/v1/moderations", body: body, reason: "has the same body"},
	})
}

func TestEmbeddingsRequest(t *testing.T) {
	testRequest(t, embeddings{}, []openAIRequest{
		{
			name: "openai", path: "/v1/embeddings", body: `{"input":"a","model":"text-embedding-3-small","dimensions":256}`,
			reason: "https://platform.openai.com/docs/api-reference/embeddings/create",
			want:   llmcall.Request{Operation: attr.OperationEmbeddings, Model: "text-embedding-3-small"},
		},
		{
			name: "watsonx", path: "/ml/v1/text/embeddings", body: `{"inputs":["a"],"model_id":"ibm/slate"}`, reason: "model_id",
			want: llmcall.Request{Operation: attr.OperationEmbeddings, Model: "ibm/slate"},
		},
		{
			name: "azure", path: "/openai/deployments/ada/embeddings", body: `{"input":"a"}`, reason: "the deployment is all that is known",
			want: llmcall.Request{Operation: attr.OperationEmbeddings, Model: "ada"},
		},
	})
}

func TestEmbeddingsAnswer(t *testing.T) {
	testAnswer(t, embeddings{}, []openAIAnswer{
		{
			name: "openai", reason: "https://platform.openai.com/docs/api-reference/embeddings: there is no output to count",
			body: `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-0.2]}],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}`,
			want: openAIFacts{Response: llmcall.Response{
				Model: "text-embedding-3-small", Known: llmcall.Input, Usage: price.Usage{InputTokens: 8},
			}},
		},
		{
			name: "mistral", reason: "https://docs.mistral.ai/api/endpoint/embeddings: it says that there is none",
			body: `{"id":"e","model":"mistral-embed","data":[],"usage":{"prompt_tokens":15,"total_tokens":15,"completion_tokens":0}}`,
			want: openAIFacts{Response: llmcall.Response{
				ID: "e", Model: "mistral-embed", Known: countsOfChat, Usage: price.Usage{InputTokens: 15},
			}},
		},
		{
			name: "voyage", reason: "https://docs.voyageai.com/reference/embeddings-api: the total is the input",
			body: `{"object":"list","data":[],"model":"voyage-3.5","usage":{"total_tokens":10}}`,
			want: openAIFacts{Response: llmcall.Response{Model: "voyage-3.5", Known: llmcall.Input, Usage: price.Usage{InputTokens: 10}}},
		},
		{
			name: "watsonx", reason: "https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings: input_token_count",
			body: `{"model_id":"ibm/slate","results":[{"embedding":[1]}],"input_token_count":11}`,
			want: openAIFacts{Response: llmcall.Response{Model: "ibm/slate", Known: llmcall.Input, Usage: price.Usage{InputTokens: 11}}},
		},
		{
			name: "error", status: 400, reason: "as everywhere else", body: `{"detail":"model is not supported"}`,
			want: openAIFacts{Kind: "400", Message: "model is not supported"},
		},
	})
}

// Vectors may be longer than anything that is kept.
func TestEmbeddingsLarge(t *testing.T) {
	vector := `{"embedding":[` + strings.Repeat("0.123456789,", 3071) + `0],"index":0}`
	body := `{"data":[` + strings.Repeat(vector+",", 99) + vector + `],"model":"m","usage":{"prompt_tokens":8,"total_tokens":8}}`
	x := &exchange{status: 200}
	var r pick.Reader
	r.Reset(pick.NewShape(embeddings{}.paths().answer...), pick.Limits{})
	for rest := []byte(body); len(rest) > 0; {
		n := min(1<<10, len(rest))
		r.Write(rest[:n])
		rest = rest[n:]
	}
	v, err := r.Value()
	if err != nil {
		t.Fatal(err)
	}
	embeddings{}.answer(x, v)
	want := openAIFacts{Response: llmcall.Response{Model: "m", Known: llmcall.Input, Usage: price.Usage{InputTokens: 8}}}
	if diff := cmp.Diff(want, openAIFactsOf(x)); diff != "" {
		t.Errorf("a body of %s: (-want +got)\n%s", fmt.Sprint(len(body)), diff)
	}
}

func FuzzEmbeddings(f *testing.F) {
	f.Add(200, "", []byte(`{"data":[{"embedding":[1]}],"model":"m","usage":{"total_tokens":10}}`))
	f.Add(401, "error", []byte(`{"error":{"message":"no key","code":"401"}}`))
	fuzzFormat(f, embeddings{})
}
