package main

import "encoding/json"

// anthropic is the request in the form of Anthropic's Messages API.
func (c completion) anthropic() any {
	type object = map[string]any
	messages := make([]object, len(c.messages))
	for i, m := range c.messages {
		messages[i] = object{"role": role(i), "content": m}
	}
	body := object{
		"model": c.model, "system": c.system, "messages": messages, "stream": true,
		"temperature": c.temperature, "max_tokens": c.maxTokens,
	}
	if c.tool != "" {
		body["tools"] = []object{{"name": c.tool, "input_schema": object{"type": "object"}}}
		body["tool_choice"] = object{"type": "tool", "name": c.tool}
	}
	return body
}

// role returns who said the i-th message.
func role(i int) string {
	if i%2 == 1 {
		return "assistant"
	}
	return "user"
}

// applyAnthropic takes in one event of the stream.
func (r *reply) applyAnthropic(data []byte) error {
	var e struct {
		Type    string `json:"type"`
		Message struct {
			ID    string `json:"id"`
			Model string `json:"model"`
			Usage struct {
				Input       int64 `json:"input_tokens"`
				CacheRead   int64 `json:"cache_read_input_tokens"`
				CacheWrites int64 `json:"cache_creation_input_tokens"`
			} `json:"usage"`
		} `json:"message"`
		ContentBlock struct {
			Type string `json:"type"`
			Name string `json:"name"`
		} `json:"content_block"`
		Delta struct {
			Text        string `json:"text"`
			PartialJSON string `json:"partial_json"`
			StopReason  string `json:"stop_reason"`
		} `json:"delta"`
		Usage struct {
			Output int64    `json:"output_tokens"`
			Cost   *float64 `json:"cost"`
		} `json:"usage"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	answer := &r.response
	switch e.Type {
	case "message_start":
		answer.ID, answer.Model = e.Message.ID, e.Message.Model
		u := e.Message.Usage
		// Anthropic counts cached tokens apart; Usage wants the total.
		answer.Usage.InputTokens = u.Input + u.CacheRead + u.CacheWrites
		answer.Usage.CachedInputTokens, answer.Usage.CacheWriteTokens = u.CacheRead, u.CacheWrites
	case "content_block_start":
		if e.ContentBlock.Type == "tool_use" {
			answer.ToolCalls = append(answer.ToolCalls, e.ContentBlock.Name)
		}
	case "content_block_delta":
		r.text = append(r.text, e.Delta.Text+e.Delta.PartialJSON...)
	case "message_delta":
		answer.FinishReasons = []string{e.Delta.StopReason}
		answer.Usage.OutputTokens = e.Usage.Output
		// The endpoint is a gateway that reports what a call cost. Without
		// one, a price table has to know.
		answer.CostUSD = e.Usage.Cost
	}
	return nil
}
