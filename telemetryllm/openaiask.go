package telemetryllm

import (
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// openAIAsk is what a request for chat or text completion may say, in the
// spellings of OpenAI, Mistral (random_seed), watsonx (model_id), llama.cpp
// (n_predict) and Text Generation Inference (parameters).
var openAIAsk = []string{
	"model", "model_id", "stream", "temperature", "top_p", "n", "seed", "random_seed",
	"max_tokens", "max_completion_tokens", "max_new_tokens", "n_predict", "stop", "stop[]", "service_tier",
	"response_format.type", "modalities[]",
	"parameters.temperature", "parameters.top_p", "parameters.max_new_tokens", "parameters.max_tokens",
	"parameters.seed", "parameters.random_seed", "parameters.stop[]", "parameters.stop_sequences[]",
}

// askOpenAI reads what openAIAsk names.
func askOpenAI(t *target, r *llmcall.Request) {
	b := t.body
	p := b.Get("parameters")
	text(&r.Model, either(b.Get("model"), b.Get("model_id")))
	if r.Model == "" {
		r.Model = modelInPath(t.path)
	}
	r.Streaming, _ = b.Get("stream").Bool()
	r.Temperature = floatOf(either(b.Get("temperature"), p.Get("temperature")))
	r.TopP = floatOf(either(b.Get("top_p"), p.Get("top_p")))
	r.ChoiceCount = intOf(b.Get("n"))
	r.Seed = intOf(either(b.Get("seed"), b.Get("random_seed"), p.Get("seed"), p.Get("random_seed")))
	// The newer name goes first: where both are told, the older one is there
	// for servers that do not know it.
	r.MaxTokens = intOf(either(
		b.Get("max_completion_tokens"), b.Get("max_tokens"), b.Get("max_new_tokens"), b.Get("n_predict"),
		p.Get("max_new_tokens"), p.Get("max_tokens"),
	))
	r.StopSequences = textsOf(either(b.Get("stop"), p.Get("stop"), p.Get("stop_sequences")))
	text(&r.ServiceTier, b.Get("service_tier"))
	r.OutputType = outputType(b.Get("response_format", "type"))
	for _, m := range b.Get("modalities").Elements() {
		switch {
		case string(m.Bytes()) == "audio":
			r.OutputType = attr.OutputSpeech
		case string(m.Bytes()) == "image":
			r.OutputType = attr.OutputImage
		case string(m.Bytes()) == "text" && r.OutputType == "":
			r.OutputType = attr.OutputText
		}
	}
}

// outputType returns what a response format stands for, "" where it was not
// told or is not known.
func outputType(v pick.Value) string {
	switch string(v.Bytes()) {
	case "text":
		return attr.OutputText
	case "json", "json_object", "json_schema":
		return attr.OutputJSON
	}
	return ""
}

// modelInPath returns the model that a path names: a deployment of Azure or
// watsonx, an endpoint of Databricks or SageMaker, a model of Workers AI; else
// "".
func modelInPath(path string) string {
	if _, model, ok := strings.Cut(path, "/ai/run/"); ok {
		return model
	}
	for _, before := range [...]string{"/deployments/", "/serving-endpoints/", "/endpoints/"} {
		if _, rest, ok := strings.Cut(path, before); ok {
			model, _, _ := strings.Cut(rest, "/")
			return model
		}
	}
	return ""
}

// either returns the first value that is there and not null.
func either(values ...pick.Value) pick.Value {
	for _, v := range values {
		if v.Exists() {
			return v
		}
	}
	return pick.Value{}
}

// floatOf returns a number, nil where v is none.
func floatOf(v pick.Value) *float64 {
	if f, ok := v.Float(); ok {
		return &f
	}
	return nil
}

// intOf returns a count, nil where v is none.
func intOf(v pick.Value) *int64 {
	if i, ok := v.Int(); ok {
		return &i
	}
	return nil
}

// textsOf returns the strings of a list, or a list of the one string that v is.
func textsOf(v pick.Value) []string {
	if v.Kind() == pick.String {
		return []string{v.String()}
	}
	var list []string
	for i, e := range v.Elements() {
		if i == maxList {
			break
		}
		if e.Kind() == pick.String {
			list = append(list, e.String())
		}
	}
	return list
}

// latest sets *s to the text of v, unless v has none. It costs nothing where
// the two are the same, as they are in nearly every chunk of a stream.
func latest(s *string, v pick.Value) {
	if b := v.Bytes(); len(b) > 0 && string(b) != *s {
		*s = string(b)
	}
}
