package telemetrytest

import (
	"cmp"
	"net/http"
)

// messages is Anthropic's Messages API, as its [reference], that of its
// [stream] and that of its [errors] have it (November 2026).
//
// [reference]: https://platform.claude.com/docs/en/api/messages
// [stream]: https://platform.claude.com/docs/en/build-with-claude/streaming
// [errors]: https://platform.claude.com/docs/en/api/errors
type messages struct{}

func (messages) framing(q LLMRequest) *framing {
	if q.asked("stream") {
		return namedSSE
	}
	return nil
}

func (messages) requestID() string { return "Request-Id" }

func (w messages) whole(c *call) object {
	content := array{}
	if c.speaks() {
		content = append(content, w.text(c.Text))
	}
	for _, tool := range c.tools("toolu_") {
		content = append(content, w.tool(tool, c.input(tool)))
	}
	answer := w.envelope(c, content, c.finish("end_turn", "tool_use"))
	if !c.OmitUsage {
		answer["usage"] = w.usage(c, c.Usage.OutputTokens)
	}
	return answer
}

func (w messages) stream(c *call, s *stream) {
	begin := w.envelope(c, array{}, nil)
	if !c.OmitUsage {
		usage := w.usage(c, min(c.Usage.OutputTokens, 1)) // not known yet
		delete(usage, "output_tokens_details")
		begin["usage"] = usage
	}
	w.send(s, "message_start", object{"message": begin})
	place := 0
	block := func(empty object, kind, key string, pieces []string) {
		w.send(s, "content_block_start", object{"index": place, "content_block": empty})
		if place == 0 {
			w.send(s, "ping", object{})
		}
		for _, piece := range pieces {
			s.piece("content_block_delta", object{
				"type": "content_block_delta", "index": place, "delta": object{"type": kind, key: piece},
			})
		}
		w.send(s, "content_block_stop", object{"index": place})
		place++
	}
	if c.speaks() {
		block(w.text(""), "text_delta", "text", cut(c.Text, c.Chunks))
	}
	for _, tool := range c.tools("toolu_") {
		block(w.tool(tool, object{}), "input_json_delta", "partial_json", cut(tool.Arguments, 2))
	}
	s.tail()
	end := object{"delta": object{"stop_reason": c.finish("end_turn", "tool_use"), "stop_sequence": nil}}
	if !c.OmitUsage {
		usage := w.usage(c, c.Usage.OutputTokens)
		for _, only := range []string{"cache_creation", "service_tier"} { // stand in message_start alone
			delete(usage, only)
		}
		end["usage"] = usage
	}
	w.send(s, "message_delta", end)
	w.send(s, "message_stop", object{})
}

func (messages) send(s *stream, kind string, o object) {
	o["type"] = kind
	s.send(kind, o)
}

func (messages) envelope(c *call, content array, stop any) object {
	return object{
		"id": c.id("msg_"), "type": "message", "role": "assistant", "model": c.model(),
		"content": content, "stop_reason": stop, "stop_sequence": nil,
	}
}

func (messages) text(text string) object { return object{"type": "text", "text": text} }

func (messages) tool(tool ToolCall, input any) object {
	return object{"type": "tool_use", "id": tool.ID, "name": tool.Name, "input": input}
}

// usage counts input without what the cache read and wrote.
func (messages) usage(c *call, output int64) object {
	u := c.Usage
	usage := object{
		"input_tokens":                max(u.InputTokens-u.CachedInputTokens-u.CacheWriteTokens, 0),
		"cache_read_input_tokens":     u.CachedInputTokens,
		"cache_creation_input_tokens": u.CacheWriteTokens,
		"cache_creation": object{
			"ephemeral_5m_input_tokens": max(u.CacheWriteTokens-u.CacheWrite1hTokens, 0),
			"ephemeral_1h_input_tokens": u.CacheWrite1hTokens,
		},
		"output_tokens": output,
		"service_tier":  "standard",
	}
	if u.ReasoningTokens > 0 {
		usage["output_tokens_details"] = object{"thinking_tokens": u.ReasoningTokens}
	}
	if u.WebSearches > 0 {
		usage["server_tool_use"] = object{"web_search_requests": u.WebSearches}
	}
	return usage
}

func (messages) failure(c *call, f Failure) object {
	kind := cmp.Or(f.Type, anthropicFailures[f.Status], "invalid_request_error")
	if f.Type == "" && f.Status >= http.StatusInternalServerError {
		kind = cmp.Or(anthropicFailures[f.Status], "api_error")
	}
	return object{"type": "error", "error": object{"type": kind, "message": f.Message}, "request_id": c.id("req_")}
}

// anthropicFailures are the types of errors by status.
var anthropicFailures = map[int]string{
	http.StatusUnauthorized:          "authentication_error",
	http.StatusForbidden:             "permission_error",
	http.StatusNotFound:              "not_found_error",
	http.StatusRequestEntityTooLarge: "request_too_large",
	http.StatusTooManyRequests:       "rate_limit_error",
	http.StatusGatewayTimeout:        "timeout_error",
	529:                              "overloaded_error",
}

func (w messages) interrupt(c *call, s *stream, f Failure) { s.send("error", w.failure(c, f)) }
