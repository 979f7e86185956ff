package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"
)

// chat returns what the model answers: JSON. Messages are of the user and the
// model in turn.
func (l *llm) chat(ctx context.Context, system string, messages ...string) (_ []byte, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("call %s: %w", codeModel, err)
		}
	}()
	turns := []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(system)}
	for i, m := range messages {
		if i%2 == 0 {
			turns = append(turns, openai.UserMessage(m))
		} else {
			turns = append(turns, openai.AssistantMessage(m))
		}
	}
	stream := l.openai.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model: codeModel, Messages: turns, Temperature: openai.Float(0.1), MaxCompletionTokens: openai.Int(8192),
		Seed: openai.Int(1), ServiceTier: openai.ChatCompletionNewParamsServiceTierDefault,
		ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONObject: &shared.ResponseFormatJSONObjectParam{}},
	})
	defer func() { err = errors.Join(err, stream.Close()) }()

	var answer openai.ChatCompletionAccumulator
	for stream.Next() {
		if !answer.AddChunk(stream.Current()) {
			return nil, errors.New("the stream holds more than one answer")
		}
	}
	if err := stream.Err(); err != nil {
		return nil, err
	}
	if len(answer.Choices) == 0 || answer.Choices[0].FinishReason == "" {
		return nil, errCutOff
	}
	return []byte(answer.Choices[0].Message.Content), nil
}
