package llm_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
	goopenai "github.com/sashabaranov/go-openai"

	"github.com/lift-sys/telemetry/attr"
)

func newOpenAI(c *http.Client, opts ...option.RequestOption) openai.Client {
	return openai.NewClient(append([]option.RequestOption{option.WithAPIKey("none"), option.WithHTTPClient(c)}, opts...)...)
}

var chatParams = openai.ChatCompletionNewParams{
	Model:    "gpt-5.4",
	Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("hi")},
}

// streamParams ask for the tokens, too.
var streamParams = openai.ChatCompletionNewParams{
	Model: chatParams.Model, Messages: chatParams.Messages,
	StreamOptions: openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)},
}

// drain reads a stream of an SDK to its end.
func drain[T any](s interface {
	Next() bool
	Current() T
	Err() error
	Close() error
},
) (any, error) {
	var all []T
	for s.Next() {
		all = append(all, s.Current())
	}
	return all, errors.Join(s.Err(), s.Close())
}

// openAICases are calls of the SDK.
func openAICases() []sdkCase {
	return []sdkCase{{
		name: "chat", fixture: "chat-answer", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newOpenAI(c)
			return client.Chat.Completions.New(ctx, chatParams)
		},
	}, {
		name: "chat stream with tools", fixture: "chat-stream-tools", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newOpenAI(c)
			return drain(client.Chat.Completions.NewStreaming(ctx, streamParams))
		},
	}, {
		name: "accumulated", fixture: "chat-stream-tools", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newOpenAI(c)
			s := client.Chat.Completions.NewStreaming(ctx, streamParams)
			var all openai.ChatCompletionAccumulator
			for s.Next() {
				all.AddChunk(s.Current())
			}
			return all.ChatCompletion, errors.Join(s.Err(), s.Close())
		},
	}, {
		name: "refused", fixture: "chat-refused", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newOpenAI(c)
			params := chatParams
			params.Model = "gpt-9"
			return client.Chat.Completions.New(ctx, params)
		},
	}, {
		name: "completions", fixture: "completions-answer", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newOpenAI(c)
			return client.Completions.New(ctx, openai.CompletionNewParams{
				Model: "gpt-3.5-turbo-instruct", N: openai.Int(2),
				Prompt: openai.CompletionNewParamsPromptUnion{OfString: openai.String("Say hi")},
			})
		},
	}, {
		name: "responses", fixture: "responses-answer", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newOpenAI(c)
			return client.Responses.New(ctx, responseParams)
		},
	}, {
		name: "responses stream", fixture: "responses-stream", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newOpenAI(c)
			return drain(client.Responses.NewStreaming(ctx, responseParams))
		},
	}, {
		name: "embeddings", fixture: "embeddings-answer", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			client := newOpenAI(c)
			return client.Embeddings.New(ctx, openai.EmbeddingNewParams{
				Model: openai.EmbeddingModelTextEmbedding3Small,
				Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", "b"}},
			})
		},
	}}
}

func TestOpenAI(t *testing.T) { runSDK(t, openAICases()) }

var responseParams = responses.ResponseNewParams{
	Model: "gpt-5.4", Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("weather?")},
}

func newGoOpenAI(c *http.Client) *goopenai.Client {
	config := goopenai.DefaultConfig("none")
	config.HTTPClient = c
	return goopenai.NewClientWithConfig(config)
}

var goOpenAIChat = goopenai.ChatCompletionRequest{
	Model: "gpt-5.4", Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: "hi"}},
}

// goOpenAICases are calls of the SDK.
func goOpenAICases() []sdkCase {
	messages := goOpenAIChat.Messages
	return []sdkCase{{
		name: "chat", fixture: "chat-answer", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			return newGoOpenAI(c).CreateChatCompletion(ctx, goOpenAIChat)
		},
	}, {
		name: "chat stream with tools", fixture: "chat-stream-tools", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			s, err := newGoOpenAI(c).CreateChatCompletionStream(ctx, goopenai.ChatCompletionRequest{
				Model: "gpt-5.4", Messages: messages, StreamOptions: &goopenai.StreamOptions{IncludeUsage: true},
			})
			if err != nil {
				return nil, err
			}
			defer func() { _ = s.Close() }()
			var all []goopenai.ChatCompletionStreamResponse
			for {
				chunk, err := s.Recv()
				if errors.Is(err, io.EOF) {
					return all, nil
				}
				if err != nil {
					return all, err
				}
				all = append(all, chunk)
			}
		},
	}, {
		name: "refused", fixture: "chat-refused", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			return newGoOpenAI(c).CreateChatCompletion(ctx, goopenai.ChatCompletionRequest{Model: "gpt-9", Messages: messages})
		},
	}, {
		name: "embeddings", fixture: "embeddings-answer", provider: attr.ProviderOpenAI,
		call: func(ctx context.Context, c *http.Client) (any, error) {
			return newGoOpenAI(c).CreateEmbeddings(ctx, goopenai.EmbeddingRequestStrings{Model: goopenai.SmallEmbedding3, Input: []string{"a", "b"}})
		},
	}}
}

func TestGoOpenAI(t *testing.T) { runSDK(t, goOpenAICases()) }
