package telemetryllm

import (
	"slices"
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// gemini is generateContent and embedContent of Google's AI Studio and Vertex
// AI, and Vertex AI's predict as far as it embeds text:
// https://ai.google.dev/api/generate-content,
// https://ai.google.dev/api/embeddings and
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api.
//
// Proto3 leaves out what is 0, and enums may be numbers.
type gemini struct{}

func (gemini) match(t *target) bool {
	if !t.post() {
		return false
	}
	model, method := geminiPath(t)
	switch method {
	case "generateContent", "streamGenerateContent", "embedContent", "batchEmbedContents":
		return model != ""
	case "predict": // runs models of every kind
		return strings.Contains(model, "embedding") && t.fits("instances")
	}
	return false
}

// geminiPath returns the model and the method that a path ends with, such as
// models/gemini-2.5-flash:generateContent.
func geminiPath(t *target) (model, method string) {
	_, last, _ := cutLast(t.path, "/")
	model, method, _ = cutLast(last, ":")
	return model, method
}

func (gemini) request(t *target, r *llmcall.Request) {
	model, method := geminiPath(t)
	r.Model = model
	switch method {
	case "generateContent", "streamGenerateContent":
		r.Operation = attr.OperationGenerateContent
		r.Streaming = method == "streamGenerateContent"
	default:
		r.Operation = attr.OperationEmbeddings
		return
	}
	c := toldFirst(t.body, "generationConfig", "generation_config")
	r.Temperature = floatOf(c.Get("temperature"))
	r.TopP = floatOf(toldFirst(c, "topP", "top_p"))
	r.MaxTokens = toldLimit(toldFirst(c, "maxOutputTokens", "max_output_tokens"))
	r.Seed = intOf(c.Get("seed"))
	r.ChoiceCount = toldChoices(toldFirst(c, "candidateCount", "candidate_count"))
	r.StopSequences = textsOf(toldFirst(c, "stopSequences", "stop_sequences"))
	r.OutputType = geminiOutput(c)
}

func geminiOutput(c pick.Value) string {
	var output string
	for _, m := range toldFirst(c, "responseModalities", "response_modalities").Elements() {
		switch strings.ToUpper(m.String()) {
		case "TEXT", "1":
			if output == "" {
				output = attr.OutputText
			}
		case "IMAGE", "2":
			output = attr.OutputImage
		case "AUDIO", "3":
			output = attr.OutputSpeech
		}
	}
	switch toldFirst(c, "responseMimeType", "response_mime_type").String() {
	case "application/json":
		return attr.OutputJSON
	case "text/plain":
		return attr.OutputText
	}
	return output
}

var (
	geminiRequest = []string{
		"temperature", "topP", "top_p", "maxOutputTokens", "max_output_tokens", "seed",
		"candidateCount", "candidate_count", "stopSequences[]", "stop_sequences[]",
		"responseModalities[]", "response_modalities[]", "responseMimeType", "response_mime_type",
	}
	geminiAnswer = join(openAIErrors, []string{
		"candidates[].index", "candidates[].finishReason", "candidates[].content.parts[].functionCall.id",
		"candidates[].content.parts[].functionCall.name", "candidates[].content.parts[].functionCall.args.**",
		"promptFeedback.blockReason", "modelVersion", "responseId",
		"usageMetadata.promptTokenCount", "usageMetadata.toolUsePromptTokenCount", "usageMetadata.candidatesTokenCount",
		"usageMetadata.thoughtsTokenCount", "usageMetadata.cachedContentTokenCount",
		"usageMetadata.promptTokensDetails[].modality", "usageMetadata.promptTokensDetails[].tokenCount",
		"usageMetadata.toolUsePromptTokensDetails[].modality", "usageMetadata.toolUsePromptTokensDetails[].tokenCount",
		"usageMetadata.cacheTokensDetails[].modality", "usageMetadata.cacheTokensDetails[].tokenCount",
		"usageMetadata.candidatesTokensDetails[].modality", "usageMetadata.candidatesTokensDetails[].tokenCount",
		"predictions[].embeddings.statistics.token_count",
	})
)

func (gemini) paths() paths {
	return paths{
		request: join([]string{"instances?"}, under("generationConfig", geminiRequest), under("generation_config", geminiRequest)),
		answer:  geminiAnswer,
		event:   geminiAnswer,
	}
}

func (gemini) answer(x *exchange, v pick.Value) {
	if x.status >= 400 || v.Get("error").Exists() {
		x.readError(v, true)
		return
	}
	text(&x.response.Model, v.Get("modelVersion"))
	text(&x.response.ID, v.Get("responseId"))
	readGeminiUsage(x, v.Get("usageMetadata"))
	for i, candidate := range v.Get("candidates").Elements() {
		readGeminiCandidate(x, i, candidate, v.Get("usageMetadata", "candidatesTokenCount"))
	}
	if predictions := v.Get("predictions"); predictions.Len() > 0 {
		var all int64
		for _, p := range predictions.Elements() {
			n := p.Get("embeddings", "statistics", "token_count")
			if i, ok := n.Int(); ok {
				all = x.sum(all, i)
				x.response.Known |= llmcall.Input
			} else if f, ok := n.Float(); ok { // multilingual models
				all = x.sum(all, int64(f))
				x.response.Known |= llmcall.Input
			}
		}
		x.response.Usage.InputTokens = all
	}
}

func (gemini) event(x *exchange, _ string, v pick.Value) {
	gemini{}.answer(x, v)
	// Usage may still come after a reason to finish.
	counted := v.Get("usageMetadata", "promptTokenCount").Exists()
	if v.Get("promptFeedback", "blockReason").Exists() || counted && geminiFinished(x) {
		x.done = true
	}
}

// geminiFinished reports whether all candidates that were asked for have
// finished.
func geminiFinished(x *exchange) bool {
	want := 1
	if n := x.request.ChoiceCount; n != nil {
		want = int(min(*n, maxList))
	}
	return len(x.finish) >= want && !slices.Contains(x.finish, "")
}

// geminiReasons are the numbers that AI Studio and Vertex AI agree on.
var geminiReasons = map[string]string{"1": "STOP", "2": "MAX_TOKENS", "3": "SAFETY", "4": "RECITATION", "5": "OTHER"}

func readGeminiCandidate(x *exchange, i int, c, tokens pick.Value) {
	if index, ok := c.Get("index").Int(); ok {
		i = int(min(max(index, -1), maxList))
	}
	reason := c.Get("finishReason").String()
	if name, ok := geminiReasons[reason]; ok {
		reason = name
	}
	if reason != "0" {
		x.finished(i, reason)
	}
	parts := c.Get("content", "parts")
	if parts.Len() > 0 {
		x.began = true
	}
	for part, p := range parts.Elements() {
		// Calls are not numbered, and two of them may be told alike but for the
		// tokens that they took.
		call := p.Get("functionCall")
		if name := call.Get("name"); name.Exists() {
			x.called(i, digest(part, call, tokens), name.String())
		}
	}
}

// readGeminiUsage takes the latest value of each field. Input tokens are told
// without the results of Google's own tools, output tokens without thoughts.
func readGeminiUsage(x *exchange, u pick.Value) {
	n := &x.response.Usage
	if prompt, ok := u.Get("promptTokenCount").Int(); ok {
		tools, _ := u.Get("toolUsePromptTokenCount").Int()
		n.InputTokens = x.sum(prompt, tools)
		x.response.Known |= llmcall.Input
		m := geminiModalities(x, u.Get("promptTokensDetails"), u.Get("toolUsePromptTokensDetails"))
		n.InputImageTokens, n.InputVideoTokens, n.InputAudioTokens = m.image, m.video, m.audio
	}
	if x.told(&n.CachedInputTokens, llmcall.CachedInput, u.Get("cachedContentTokenCount")) {
		m := geminiModalities(x, u.Get("cacheTokensDetails"))
		n.CachedImageTokens, n.CachedAudioTokens = m.image, m.audio
	}
	visible := n.OutputTokens - n.ReasoningTokens
	told := x.told(&visible, llmcall.Output, u.Get("candidatesTokenCount"))
	if told {
		m := geminiModalities(x, u.Get("candidatesTokensDetails"))
		n.OutputImageTokens, n.OutputVideoTokens, n.OutputAudioTokens = m.image, m.video, m.audio
	}
	if x.told(&n.ReasoningTokens, llmcall.Reasoning, u.Get("thoughtsTokenCount")) || told {
		n.OutputTokens = x.sum(visible, n.ReasoningTokens)
		x.response.Known |= llmcall.Output
	}
}

// modalities are the tokens that are not text.
type modalities struct{ image, video, audio int64 }

// geminiModalities adds up lists of counts by modality. The Interactions API
// has its own spelling.
func geminiModalities(x *exchange, lists ...pick.Value) (m modalities) {
	for _, list := range lists {
		for _, d := range list.Elements() {
			n, _ := either(d.Get("tokenCount"), d.Get("tokens")).Int()
			switch string(d.Get("modality").Bytes()) {
			case "IMAGE", "image", "2":
				m.image = x.sum(m.image, n)
			case "VIDEO", "video", "3":
				m.video = x.sum(m.video, n)
			case "AUDIO", "audio", "4":
				m.audio = x.sum(m.audio, n)
			}
		}
	}
	return m
}
