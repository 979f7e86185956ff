package telemetrytest

import (
	"cmp"
	"net/http"
)

// chat is OpenAI's API of chat completions, as its [reference] has it
// (November 2026).
//
// [reference]: https://platform.openai.com/docs/api-reference/chat
type chat struct{}

func (chat) framing(q LLMRequest) *framing {
	if q.asked("stream") {
		return dataSSE
	}
	return nil
}

func (chat) requestID() string { return "X-Request-Id" }

func (w chat) whole(c *call) object {
	message := object{"role": "assistant", "content": c.content(), "refusal": nil, "annotations": array{}}
	if tools := c.tools("call_"); len(tools) > 0 {
		calls := array{}
		for _, tool := range tools {
			calls = append(calls, w.tool(tool, tool.Arguments))
		}
		message["tool_calls"] = calls
	}
	answer := w.envelope(c, "chat.completion", array{object{
		"index": 0, "message": message, "logprobs": nil, "finish_reason": c.finish("stop", "tool_calls"),
	}})
	if !c.OmitUsage {
		answer["usage"] = w.usage(c)
	}
	return answer
}

func (w chat) stream(c *call, s *stream) {
	counted := c.request.includesUsage() && !c.OmitUsage
	chunk := func(choices ...any) object {
		o := w.envelope(c, "chat.completion.chunk", append(array{}, choices...))
		if counted {
			o["usage"] = nil
		}
		return o
	}
	delta := func(delta object, finish any) object {
		return chunk(object{"index": 0, "delta": delta, "logprobs": nil, "finish_reason": finish})
	}
	first := object{"role": "assistant", "content": nil, "refusal": nil}
	if c.speaks() {
		first["content"] = ""
	}
	s.send("", delta(first, nil))
	for _, text := range cut(c.Text, c.Chunks) {
		s.piece("", delta(object{"content": text}, nil))
	}
	for i, tool := range c.tools("call_") {
		begin := w.tool(tool, "")
		begin["index"] = i
		s.piece("", delta(object{"tool_calls": array{begin}}, nil))
		for _, part := range cut(tool.Arguments, 2) {
			more := object{"index": i, "function": object{"arguments": part}}
			s.piece("", delta(object{"tool_calls": array{more}}, nil))
		}
	}
	s.tail()
	s.send("", delta(object{}, c.finish("stop", "tool_calls")))
	if counted {
		last := chunk()
		last["usage"] = w.usage(c)
		s.send("", last)
	}
	s.raw("data: [DONE]\n\n")
}

func (chat) envelope(c *call, kind string, choices array) object {
	return object{
		"id": c.id("chatcmpl-"), "object": kind, "created": created, "model": c.model(),
		"service_tier": "default", "system_fingerprint": "fp_fake", "choices": choices,
	}
}

func (chat) tool(tool ToolCall, arguments string) object {
	return object{"id": tool.ID, "type": "function", "function": object{"name": tool.Name, "arguments": arguments}}
}

func (chat) usage(c *call) object {
	u := c.Usage
	input := object{"cached_tokens": u.CachedInputTokens, "audio_tokens": u.InputAudioTokens}
	input.positive("cache_write_tokens", u.CacheWriteTokens)
	input.positive("image_tokens", u.InputImageTokens)
	return object{
		"prompt_tokens": u.InputTokens, "completion_tokens": u.OutputTokens, "total_tokens": u.InputTokens + u.OutputTokens,
		"prompt_tokens_details": input,
		"completion_tokens_details": object{
			"reasoning_tokens": u.ReasoningTokens, "audio_tokens": u.OutputAudioTokens,
			"accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
		},
	}
}

func (chat) failure(_ *call, f Failure) object {
	var code any
	if f.Code != "" {
		code = f.Code
	}
	if f.Type == "" {
		known := openAIFailures[f.Status]
		if code == nil && known.code != "" {
			code = known.code
		}
		f.Type = cmp.Or(known.kind, "invalid_request_error")
		if f.Status >= http.StatusInternalServerError {
			f.Type = "server_error"
		}
	}
	return object{"error": object{"message": f.Message, "type": f.Type, "param": nil, "code": code}}
}

// openAIFailures are type and code of errors that have names of their own; see
// https://platform.openai.com/docs/guides/error-codes.
var openAIFailures = map[int]struct{ kind, code string }{
	http.StatusUnauthorized:    {"invalid_request_error", "invalid_api_key"},
	http.StatusNotFound:        {"invalid_request_error", "model_not_found"},
	http.StatusTooManyRequests: {"requests", "rate_limit_exceeded"},
}

func (w chat) interrupt(c *call, s *stream, f Failure) { s.send("", w.failure(c, f)) }
