package telemetrytest

import (
	"cmp"
	"net/http"
)

// gemini is Google's API of Gemini, as the references of its [methods] and its
// [errors] have it (November 2026). Vertex AI has the same messages.
//
// [methods]: https://ai.google.dev/api/generate-content
// [errors]: https://ai.google.dev/gemini-api/docs/troubleshooting
type gemini struct{ streams bool }

func (w gemini) framing(q LLMRequest) *framing {
	switch {
	case !w.streams:
		return nil
	case q.Query.Get("alt") == "sse":
		return crlfSSE
	}
	return newArray()
}

func (gemini) requestID() string { return "" }

func (w gemini) whole(c *call) object {
	parts := array{}
	if c.speaks() {
		parts = append(parts, object{"text": c.Text})
	}
	for _, tool := range c.tools("") {
		parts = append(parts, w.tool(c, tool))
	}
	answer := w.envelope(c, parts, c.finish("STOP", "STOP"))
	if !c.OmitUsage {
		answer["usageMetadata"] = w.usage(c)
	}
	return answer
}

func (w gemini) stream(c *call, s *stream) {
	piece := func(part object) {
		o := w.envelope(c, array{part}, "")
		if !c.OmitUsage {
			o["usageMetadata"] = object{"promptTokenCount": c.Usage.InputTokens, "totalTokenCount": c.Usage.InputTokens}
		}
		s.piece("", o)
	}
	for _, text := range cut(c.Text, c.Chunks) {
		piece(object{"text": text})
	}
	for _, tool := range c.tools("") {
		piece(w.tool(c, tool))
	}
	s.tail()
	last := w.envelope(c, array{object{"text": ""}}, c.finish("STOP", "STOP"))
	if !c.OmitUsage {
		last["usageMetadata"] = w.usage(c)
	}
	s.send("", last)
}

func (gemini) envelope(c *call, parts array, finish string) object {
	candidate := object{"content": object{"role": "model", "parts": parts}, "index": 0}
	if finish != "" {
		candidate["finishReason"] = finish
	}
	return object{"candidates": array{candidate}, "modelVersion": c.model(), "responseId": c.id("")}
}

func (gemini) tool(c *call, tool ToolCall) object {
	return object{"functionCall": object{"id": tool.ID, "name": tool.Name, "args": c.input(tool)}}
}

// usage counts output without thoughts.
func (gemini) usage(c *call) object {
	u := c.Usage
	usage := object{
		"promptTokenCount":     u.InputTokens,
		"candidatesTokenCount": max(u.OutputTokens-u.ReasoningTokens, 0),
		"totalTokenCount":      u.InputTokens + u.OutputTokens,
		"promptTokensDetails":  modalities(u.InputTokens, u.InputAudioTokens, u.InputImageTokens, u.InputVideoTokens),
	}
	usage.positive("thoughtsTokenCount", u.ReasoningTokens)
	if u.CachedInputTokens > 0 {
		usage["cachedContentTokenCount"] = u.CachedInputTokens
		usage["cacheTokensDetails"] = modalities(u.CachedInputTokens, u.CachedAudioTokens, u.CachedImageTokens, 0)
	}
	if u.OutputAudioTokens+u.OutputImageTokens+u.OutputVideoTokens > 0 {
		usage["candidatesTokensDetails"] = modalities(u.OutputTokens-u.ReasoningTokens,
			u.OutputAudioTokens, u.OutputImageTokens, u.OutputVideoTokens)
	}
	return usage
}

// modalities splits a count of tokens.
func modalities(all, audio, image, video int64) array {
	var split array
	for _, m := range []struct {
		name  string
		count int64
	}{{"TEXT", all - audio - image - video}, {"AUDIO", audio}, {"IMAGE", image}, {"VIDEO", video}} {
		if m.count > 0 {
			split = append(split, object{"modality": m.name, "tokenCount": m.count})
		}
	}
	return split
}

func (gemini) failure(_ *call, f Failure) object {
	kind := cmp.Or(f.Type, googleFailures[f.Status], "UNKNOWN")
	return object{"error": object{"code": f.Status, "message": f.Message, "status": kind}}
}

// googleFailures are the names of errors by HTTP status; see
// https://cloud.google.com/apis/design/errors.
var googleFailures = map[int]string{
	http.StatusBadRequest:          "INVALID_ARGUMENT",
	http.StatusUnauthorized:        "UNAUTHENTICATED",
	http.StatusForbidden:           "PERMISSION_DENIED",
	http.StatusNotFound:            "NOT_FOUND",
	http.StatusConflict:            "ABORTED",
	http.StatusTooManyRequests:     "RESOURCE_EXHAUSTED",
	http.StatusInternalServerError: "INTERNAL",
	http.StatusNotImplemented:      "UNIMPLEMENTED",
	http.StatusServiceUnavailable:  "UNAVAILABLE",
	http.StatusGatewayTimeout:      "DEADLINE_EXCEEDED",
}

func (w gemini) interrupt(c *call, s *stream, f Failure) { s.send("", w.failure(c, f)) }

// geminiEmbeddings is Gemini's API of [embeddings] (November 2026).
//
// [embeddings]: https://ai.google.dev/api/embeddings
type geminiEmbeddings struct {
	gemini

	batch bool
}

func (geminiEmbeddings) framing(LLMRequest) *framing { return nil }

func (w geminiEmbeddings) whole(c *call) object {
	one := object{"values": c.vector()}
	answer := object{"embedding": one}
	if w.batch {
		requests, _ := c.request.Body["requests"].([]any)
		all := array{}
		for range requests {
			all = append(all, one)
		}
		answer = object{"embeddings": all}
	}
	if !c.OmitUsage {
		answer["usageMetadata"] = object{"promptTokenCount": c.Usage.InputTokens}
	}
	return answer
}
