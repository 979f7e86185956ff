package telemetryllm

import (
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// embeddings is OpenAI's embeddings
// (https://platform.openai.com/docs/api-reference/embeddings, 2026-09) and
// those of Azure, Mistral, Jina, Voyage (https://docs.voyageai.com/reference),
// Nomic (https://docs.nomic.ai/reference/api), Databricks and watsonx.ai
// (https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings), which differ in
// little. The vectors are passed over.
type embeddings struct{}

func (embeddings) match(t *target) bool {
	switch {
	case !t.post():
		return false
	case t.ends("embeddings"):
		// vLLM and Cloudflare have spellings of their own.
		return t.fits("input") || t.fits("inputs") || t.fits("text") || t.fits("model", "messages")
	case t.ends("multimodalembeddings"), t.ends("contextualizedembeddings"):
		return t.fits("inputs")
	case t.ends("embedding/text"):
		return t.fits("texts")
	case databricks(t):
		return t.ahead && t.fits("input")
	}
	return false
}

func (embeddings) request(t *target, r *llmcall.Request) {
	r.Operation = attr.OperationEmbeddings
	text(&r.Model, either(t.body.Get("model"), t.body.Get("model_id")))
	if r.Model == "" {
		r.Model = modelInPath(t.path)
	}
}

func (embeddings) paths() paths { return embeddingsPaths }

var embeddingsPaths = paths{
	request: []string{"input?", "inputs?", "text?", "texts?", "messages", "model", "model_id"},
	answer:  append(append([]string{"id", "model", "model_id", "input_token_count"}, under("usage", openAIUsage)...), openAIErrors...),
	event:   openAIErrors,
}

func (embeddings) answer(x *exchange, v pick.Value) {
	text(&x.response.ID, v.Get("id"))
	text(&x.response.Model, either(v.Get("model"), v.Get("model_id")))
	u := v.Get("usage")
	x.readUsage(u)
	if !x.response.Known.Has(llmcall.Input) {
		// Voyage and watsonx count nothing else.
		x.count(&x.response.Usage.InputTokens, llmcall.Input, either(u.Get("total_tokens"), v.Get("input_token_count")))
	}
	x.readError(v, false)
}

func (embeddings) event(x *exchange, name string, v pick.Value) { x.readError(v, name == "error") }
