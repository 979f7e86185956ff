package llm_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/ollama/ollama/api"
)

func newOllama(c *http.Client) *api.Client {
	return api.NewClient(&url.URL{Scheme: "https", Host: "ollama.example.com"}, c)
}

// ollamaCases are calls of the SDK.
func ollamaCases() []sdkCase {
	chat := func(stream *bool) func(context.Context, *http.Client) (any, error) {
		return func(ctx context.Context, c *http.Client) (any, error) {
			var all []api.ChatResponse
			err := newOllama(c).Chat(ctx, &api.ChatRequest{
				Model: "qwen3:8b", Messages: []api.Message{{Role: "user", Content: "hi"}}, Stream: stream,
			}, func(r api.ChatResponse) error {
				all = append(all, r)
				return nil
			})
			return all, err
		}
	}
	return []sdkCase{
		{name: "chat", fixture: "ollama-answer", provider: "example", call: chat(new(false))},
		{name: "chat stream with tools", fixture: "ollama-stream-tools", provider: "example", call: chat(nil)},
		{
			name: "generate stream", fixture: "ollama-generate-stream", provider: "example",
			call: func(ctx context.Context, c *http.Client) (any, error) {
				var all []api.GenerateResponse
				err := newOllama(c).Generate(ctx, &api.GenerateRequest{Model: "qwen3:8b", Prompt: "hi"}, func(r api.GenerateResponse) error {
					all = append(all, r)
					return nil
				})
				return all, err
			},
		},
	}
}

func TestOllama(t *testing.T) { runSDK(t, ollamaCases()) }
