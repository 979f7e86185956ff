package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/anthropics/anthropic-sdk-go"
)

// fill has the model call a tool and returns what it called it with: JSON.
func (l *llm) fill(ctx context.Context, tool, system, prompt string) (_ []byte, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("call %s: %w", irModel, err)
		}
	}()
	stream := l.anthropic.Messages.NewStreaming(ctx, anthropic.MessageNewParams{
		Model: irModel, MaxTokens: 4096, Temperature: anthropic.Float(0.2),
		System:     []anthropic.TextBlockParam{{Text: system, CacheControl: anthropic.NewCacheControlEphemeralParam()}},
		Messages:   []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(prompt))},
		Tools:      []anthropic.ToolUnionParam{anthropic.ToolUnionParamOfTool(anthropic.ToolInputSchemaParam{}, tool)},
		ToolChoice: anthropic.ToolChoiceParamOfTool(tool),
	})
	defer func() { err = errors.Join(err, stream.Close()) }()

	var answer anthropic.Message
	for stream.Next() {
		if err := answer.Accumulate(stream.Current()); err != nil {
			return nil, err
		}
	}
	if err := stream.Err(); err != nil {
		return nil, err
	}
	if answer.StopReason == "" {
		return nil, errCutOff
	}
	for _, block := range answer.Content {
		if block.Type == "tool_use" {
			return block.Input, nil
		}
	}
	return nil, fmt.Errorf("the model did not call %q", tool)
}
