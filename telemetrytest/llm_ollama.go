package telemetrytest

import "cmp"

// ollama is the API of Ollama, as its [documentation] has it (November 2026):
// of chats or, with generates, of single prompts, which have no tool calls.
//
// [documentation]: https://github.com/ollama/ollama/blob/main/docs/api.md
type ollama struct{ generates bool }

func (ollama) framing(q LLMRequest) *framing {
	if streams, told := q.Body["stream"].(bool); told && !streams {
		return nil
	}
	return lines
}

func (ollama) requestID() string { return "" }

func (w ollama) whole(c *call) object {
	var tools array
	for _, tool := range c.tools("call_") {
		tools = append(tools, w.tool(c, tool))
	}
	return w.end(c, w.document(c, c.Text, tools))
}

func (w ollama) stream(c *call, s *stream) {
	for _, text := range cut(c.Text, c.Chunks) {
		s.piece("", w.document(c, text, nil))
	}
	if !w.generates {
		for _, tool := range c.tools("call_") {
			s.piece("", w.document(c, "", array{w.tool(c, tool)}))
		}
	}
	s.tail()
	s.send("", w.end(c, w.document(c, "", nil)))
}

func (w ollama) document(c *call, text string, tools array) object {
	o := object{"model": c.model(), "created_at": createdText, "done": false}
	if w.generates {
		o["response"] = text
		return o
	}
	message := object{"role": "assistant", "content": text}
	if len(tools) > 0 {
		message["tool_calls"] = tools
	}
	o["message"] = message
	return o
}

// end makes o the last document. Durations are in nanoseconds.
func (ollama) end(c *call, o object) object {
	o["done"], o["done_reason"] = true, c.finish("stop", "stop")
	o["total_duration"], o["load_duration"] = 40_000_000, 10_000_000
	if !c.OmitUsage {
		o["prompt_eval_count"], o["prompt_eval_duration"] = c.Usage.InputTokens, 10_000_000
		o["eval_count"], o["eval_duration"] = c.Usage.OutputTokens, 20_000_000
	}
	return o
}

func (ollama) tool(c *call, tool ToolCall) object {
	return object{"id": tool.ID, "function": object{"name": tool.Name, "arguments": c.input(tool)}}
}

func (ollama) failure(_ *call, f Failure) object { return object{"error": cmp.Or(f.Message, "failed")} }

func (w ollama) interrupt(c *call, s *stream, f Failure) { s.send("", w.failure(c, f)) }
