package main

import "encoding/json"

// openAI is the request in the form of OpenAI's Chat Completions API. It asks
// for JSON.
func (c completion) openAI() any {
	type object = map[string]any
	messages := []object{{"role": "system", "content": c.system}}
	for i, m := range c.messages {
		messages = append(messages, object{"role": role(i), "content": m})
	}
	return object{
		"model": c.model, "messages": messages, "temperature": c.temperature,
		"max_completion_tokens": c.maxTokens, "response_format": object{"type": "json_object"},
		// Without include_usage a stream tells nothing of its tokens.
		"stream": true, "stream_options": object{"include_usage": true},
	}
}

// applyOpenAI takes in one chunk of the stream.
func (r *reply) applyOpenAI(data []byte) error {
	var chunk struct {
		ID      string `json:"id"`
		Model   string `json:"model"`
		Choices []struct {
			Delta struct {
				Content string `json:"content"`
			} `json:"delta"`
			FinishReason string `json:"finish_reason"`
		} `json:"choices"`
		Usage *struct {
			Prompt        int64 `json:"prompt_tokens"`
			Completion    int64 `json:"completion_tokens"`
			PromptDetails struct {
				Cached int64 `json:"cached_tokens"`
			} `json:"prompt_tokens_details"`
			CompletionDetails struct {
				Reasoning int64 `json:"reasoning_tokens"`
			} `json:"completion_tokens_details"`
			Cost *float64 `json:"cost"` // as OpenRouter and other gateways report it
		} `json:"usage"`
	}
	if err := json.Unmarshal(data, &chunk); err != nil {
		return err
	}
	answer := &r.response
	answer.ID, answer.Model = chunk.ID, chunk.Model
	for _, choice := range chunk.Choices {
		r.text = append(r.text, choice.Delta.Content...)
		if choice.FinishReason != "" {
			answer.FinishReasons = []string{choice.FinishReason}
		}
	}
	if u := chunk.Usage; u != nil {
		answer.Usage.InputTokens, answer.Usage.OutputTokens = u.Prompt, u.Completion
		answer.Usage.CachedInputTokens = u.PromptDetails.Cached
		answer.Usage.ReasoningTokens = u.CompletionDetails.Reasoning
		answer.CostUSD = u.Cost
	}
	return nil
}
