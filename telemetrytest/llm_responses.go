package telemetrytest

import "cmp"

// responses is OpenAI's Responses API, as its [reference] and that of its
// [events] have it (November 2026).
//
// [reference]: https://platform.openai.com/docs/api-reference/responses
// [events]: https://platform.openai.com/docs/api-reference/responses-streaming
type responses struct{ chat }

func (responses) framing(q LLMRequest) *framing {
	if q.asked("stream") {
		return namedSSE
	}
	return nil
}

func (w responses) whole(c *call) object {
	answer := w.envelope(c)
	output := array{}
	if c.speaks() {
		output = append(output, w.message(c, true))
	}
	for i, tool := range c.tools("call_") {
		output = append(output, w.tool(c, i, tool, true))
	}
	answer["output"] = output
	answer["status"] = "completed"
	if reason := c.FinishReason; reason != "" && reason != "completed" {
		answer["status"] = "incomplete"
		answer["incomplete_details"] = object{"reason": reason}
	}
	if !c.OmitUsage {
		answer["usage"] = w.usage(c)
	}
	return answer
}

func (w responses) stream(c *call, s *stream) {
	w.send(s, "response.created", object{"response": w.envelope(c)})
	w.send(s, "response.in_progress", object{"response": w.envelope(c)})
	place := 0
	if c.speaks() {
		w.text(c, s)
		place++
	}
	for i, tool := range c.tools("call_") {
		id := w.itemID(c, "fc_", i)
		w.send(s, "response.output_item.added", object{"output_index": place, "item": w.tool(c, i, tool, false)})
		for _, part := range cut(tool.Arguments, 2) {
			s.piece(w.event(s, "response.function_call_arguments.delta", object{"item_id": id, "output_index": place, "delta": part}))
		}
		w.send(s, "response.function_call_arguments.done", object{
			"item_id": id, "output_index": place, "name": tool.Name, "arguments": tool.Arguments,
		})
		w.send(s, "response.output_item.done", object{"output_index": place, "item": w.tool(c, i, tool, true)})
		place++
	}
	s.tail()
	answer := w.whole(c)
	w.send(s, "response."+answer["status"].(string), object{"response": answer}) //nolint:forcetypeassert // whole sets it
}

// text sends the item that is the text.
func (w responses) text(c *call, s *stream) {
	at := func(o object) object {
		o["item_id"], o["output_index"], o["content_index"] = w.itemID(c, "msg_", 0), 0, 0
		return o
	}
	w.send(s, "response.output_item.added", object{"output_index": 0, "item": w.message(c, false)})
	w.send(s, "response.content_part.added", at(object{"part": w.part("")}))
	for _, text := range cut(c.Text, c.Chunks) {
		s.piece(w.event(s, "response.output_text.delta", at(object{"delta": text, "logprobs": array{}})))
	}
	w.send(s, "response.output_text.done", at(object{"text": c.Text, "logprobs": array{}}))
	w.send(s, "response.content_part.done", at(object{"part": w.part(c.Text)}))
	w.send(s, "response.output_item.done", object{"output_index": 0, "item": w.message(c, true)})
}

// event completes an event with its type and number.
func (responses) event(s *stream, kind string, o object) (string, object) {
	o["type"], o["sequence_number"] = kind, len(s.events)
	return kind, o
}

func (w responses) send(s *stream, kind string, o object) { s.send(w.event(s, kind, o)) }

// envelope returns a response that has nothing yet.
func (responses) envelope(c *call) object {
	return object{
		"id": c.id("resp_"), "object": "response", "created_at": created, "model": c.model(), "status": "in_progress",
		"output": array{}, "usage": nil, "error": nil, "incomplete_details": nil,
		"background": false, "instructions": nil, "max_output_tokens": nil, "metadata": object{}, "parallel_tool_calls": true,
		"previous_response_id": nil, "reasoning": object{"effort": nil, "summary": nil}, "service_tier": "default",
		"store": true, "temperature": 1, "text": object{"format": object{"type": "text"}}, "tool_choice": "auto",
		"tools": array{}, "top_p": 1, "truncation": "disabled",
	}
}

// itemID returns the id of an item of the output.
func (responses) itemID(c *call, prefix string, i int) string {
	return c.id(prefix) + "_" + string(rune('a'+i%26))
}

func (w responses) message(c *call, done bool) object {
	item := object{"type": "message", "id": w.itemID(c, "msg_", 0), "status": "in_progress", "role": "assistant", "content": array{}}
	if done {
		item["status"], item["content"] = "completed", array{w.part(c.Text)}
	}
	return item
}

func (responses) part(text string) object {
	return object{"type": "output_text", "text": text, "annotations": array{}, "logprobs": array{}}
}

func (w responses) tool(c *call, i int, tool ToolCall, done bool) object {
	item := object{
		"type": "function_call", "id": w.itemID(c, "fc_", i), "status": "in_progress",
		"call_id": tool.ID, "name": tool.Name, "arguments": "",
	}
	if done {
		item["status"], item["arguments"] = "completed", tool.Arguments
	}
	return item
}

func (responses) usage(c *call) object {
	u := c.Usage
	return object{
		"input_tokens": u.InputTokens, "output_tokens": u.OutputTokens, "total_tokens": u.InputTokens + u.OutputTokens,
		"input_tokens_details":  object{"cached_tokens": u.CachedInputTokens, "cache_write_tokens": u.CacheWriteTokens},
		"output_tokens_details": object{"reasoning_tokens": u.ReasoningTokens},
	}
}

// interrupt sends the error, and then the response that has failed.
func (w responses) interrupt(c *call, s *stream, f Failure) {
	code := cmp.Or(f.Code, f.Type, openAIFailures[f.Status].code, "server_error")
	w.send(s, "error", object{"code": code, "message": f.Message, "param": nil})
	answer := w.envelope(c)
	answer["status"], answer["error"] = "failed", object{"code": code, "message": f.Message}
	w.send(s, "response.failed", object{"response": answer})
}
