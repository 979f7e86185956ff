package localllm

import "net/http"

type anthropicRequest struct {
	Model    string  `json:"model"`
	System   content `json:"system"`
	Messages []struct {
		Role    string  `json:"role"`
		Content content `json:"content"`
	} `json:"messages"`
	ToolChoice struct {
		Name string `json:"name"`
	} `json:"tool_choice"`
}

// messages streams as
// https://docs.claude.com/en/docs/build-with-claude/streaming says (read
// 2026-11). Input counts there leave cached tokens out.
func (s *server) messages(w http.ResponseWriter, r *http.Request) {
	var req anthropicRequest
	if !decode(w, r, &req) {
		return
	}
	p := prompt{system: string(req.System), tool: req.ToolChoice.Name}
	for _, m := range req.Messages {
		if m.Role == "user" {
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
	u.cached, u.cacheWritten = 1024, 256 // a system prompt seen before, tools that were not

	out := s.stream(w, r, p)
	if !out.wait(firstDelay) {
		return
	}
	out.send("message_start", object{"type": "message_start", "message": object{
		"id": "msg_01JQ7ZJ5", "type": "message", "role": "assistant", "model": req.Model + "-20250929",
		"content": []any{}, "stop_reason": nil,
		"usage": object{
			"input_tokens": u.input - u.cached - u.cacheWritten, "cache_read_input_tokens": u.cached,
			"cache_creation_input_tokens": u.cacheWritten, "output_tokens": 1,
		},
	}})
	block, delta, field, reason := object{"type": "text", "text": ""}, "text_delta", "text", "end_turn"
	if p.tool != "" {
		block = object{"type": "tool_use", "id": "toolu_01T1", "name": p.tool, "input": object{}}
		delta, field, reason = "input_json_delta", "partial_json", "tool_use"
	}
	out.send("content_block_start", object{"type": "content_block_start", "index": 0, "content_block": block})
	out.send("ping", object{"type": "ping"})
	if !out.pieces(reply.text, func(piece string) {
		out.send("content_block_delta", object{
			"type": "content_block_delta", "index": 0, "delta": object{"type": delta, field: piece},
		})
	}) {
		return
	}
	out.send("content_block_stop", object{"type": "content_block_stop", "index": 0})
	out.send("message_delta", object{
		"type": "message_delta", "delta": object{"stop_reason": reason, "stop_sequence": nil},
		"usage": object{"output_tokens": u.output},
	})
	out.send("message_stop", object{"type": "message_stop"})
}
