package llm_test

import (
	"context"
	"net/http"
	"testing"

	"google.golang.org/genai"
)

func newGenAI(ctx context.Context, c *http.Client) (*genai.Client, error) {
	return genai.NewClient(ctx, &genai.ClientConfig{APIKey: "none", Backend: genai.BackendGeminiAPI, HTTPClient: c})
}

// genAICases are calls of the SDK.
func genAICases() []sdkCase {
	const model = "gemini-2.5-flash"
	return []sdkCase{{
		name: "generate with tools", fixture: "gemini-answer", provider: "google",
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client, err := newGenAI(ctx, c)
			if err != nil {
				return nil, err
			}
			return client.Models.GenerateContent(ctx, model, genai.Text("weather?"), nil)
		},
	}, {
		name: "stream", fixture: "gemini-stream", provider: "google",
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client, err := newGenAI(ctx, c)
			if err != nil {
				return nil, err
			}
			var all []*genai.GenerateContentResponse
			for part, err := range client.Models.GenerateContentStream(ctx, model, genai.Text("hi"), nil) {
				if err != nil {
					return all, err
				}
				all = append(all, part)
			}
			return all, nil
		},
	}, {
		name: "refused", fixture: "gemini-refused", provider: "google",
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client, err := newGenAI(ctx, c)
			if err != nil {
				return nil, err
			}
			return client.Models.GenerateContent(ctx, model, genai.Text("hi"), nil)
		},
	}, {
		name: "embed", fixture: "gemini-embed", provider: "google",
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client, err := newGenAI(ctx, c)
			if err != nil {
				return nil, err
			}
			return client.Models.EmbedContent(ctx, "gemini-embedding-001", genai.Text("hi"), nil)
		},
	}}
}

func TestGenAI(t *testing.T) { runSDK(t, genAICases()) }
