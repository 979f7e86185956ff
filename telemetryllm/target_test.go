package telemetryllm_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// A body that could not be read ahead is believed where the path or the host
// leaves little doubt.
func TestUnreadRequest(t *testing.T) {
	tests := []struct {
		name, reason, url string
		header            string // Anthropic-Version
		call              bool
	}{
		{"chat", "only models have the path", "https://llm.example.com/v1/chat/completions", "", true},
		{"completions", "only models have the path", "https://llm.example.com/v1/completions", "", true},
		{"embeddings", "only models have the path", "https://llm.example.com/v1/embeddings", "", true},
		{"responses", "only models have the path", "https://llm.example.com/v1/responses", "", true},
		{"messages of Anthropic", "the host is known", "https://api.anthropic.com/v1/messages", "", true},
		{"messages behind a gateway", "the header is Anthropic's", "https://llm.example.com/v1/messages", "2023-06-01", true},
		{"Ollama", "the port is known", "http://gpu:11434/api/chat", "", true},

		{"a survey", "anyone has such a path", "https://forms.example.com/surveys/1/responses", "", false},
		{"vectors", "anyone has such a path", "https://forms.example.com/api/embeddings", "", false},
		{"messages of a chat", "anyone has such a path", "https://forms.example.com/v1/messages", "", false},
		{"generate", "anyone has such a path", "https://forms.example.com/api/generate", "", false},
		{"a bot", "anyone has such a path", "https://forms.example.com/bot/completion", "", false},
		{"a chat", "anyone has such a path", "https://forms.example.com/api/chat", "", false},
		{"another API of Anthropic", "no model runs", "https://api.anthropic.com/v1/files", "2023-06-01", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, tt.url, io.MultiReader(strings.NewReader(chatRequest)))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			if tt.header != "" {
				r.Header.Set("Anthropic-Version", tt.header)
			}
			res, err := telemetryllm.NewTransport(replies(ok)).RoundTrip(r)
			readAll(t, res, err)
			spans := rec.Spans()
			if len(spans) != 1 || (spans[0].Name == attr.SpanLLMCall) != tt.call {
				t.Errorf("%s; recorded:\n%s", tt.reason, rec.Tree())
			}
		})
	}
}
