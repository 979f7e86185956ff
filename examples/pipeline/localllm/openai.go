package localllm

import "net/http"

type openAIRequest struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string  `json:"role"`
		Content content `json:"content"`
	} `json:"messages"`
}

// completions streams as
// https://platform.openai.com/docs/api-reference/chat-streaming says (read
// 2026-11): usage comes in a last chunk without choices.
func (s *server) completions(w http.ResponseWriter, r *http.Request) {
	var req openAIRequest
	if !decode(w, r, &req) {
		return
	}
	var p prompt
	for _, m := range req.Messages {
		switch m.Role {
		case "system", "developer":
			p.system += string(m.Content)
		case "user":
			p.user = append(p.user, string(m.Content))
		}
	}
	if len(p.user) == 0 {
		fail(w, http.StatusBadRequest, "invalid_request_error", "messages: at least one user message is required")
		return
	}
	if s.refuse(w, r, p) {
		return
	}
	reply := p.reply()
	u := reply.usage
	u.cached, u.reasoning = 1024, 192
	u.output += u.reasoning

	chunk := func(choices []any, usage any) object {
		return object{
			"id": "chatcmpl-C8ZQ1", "object": "chat.completion.chunk", "model": req.Model + "-2025-08-07",
			"service_tier": "default", "system_fingerprint": "fp_1f8d7a", "choices": choices, "usage": usage,
		}
	}
	choice := func(delta object, reason any) []any {
		return []any{object{"index": 0, "delta": delta, "finish_reason": reason}}
	}
	out := s.stream(w, r, p)
	if !out.wait(firstDelay) {
		return
	}
	out.send("", chunk(choice(object{"role": "assistant", "content": ""}, nil), nil))
	if !out.pieces(reply.text, func(piece string) {
		out.send("", chunk(choice(object{"content": piece}, nil), nil))
	}) {
		return
	}
	out.send("", chunk(choice(object{}, "stop"), nil))
	out.send("", chunk([]any{}, object{
		"prompt_tokens": u.input, "completion_tokens": u.output, "total_tokens": u.input + u.output,
		"prompt_tokens_details":     object{"cached_tokens": u.cached},
		"completion_tokens_details": object{"reasoning_tokens": u.reasoning},
	}))
	out.finish("data: [DONE]\n\n")
}
