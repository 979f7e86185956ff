package telemetrytest_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

var update = flag.Bool("update", false, "write the golden files")

// apis are requests to every API, by the names of golden files.
var apis = []struct{ name, url, body string }{
	{"chat", "https://api.openai.com/v1/chat/completions", `{"model":"m-1","messages":[]}`},
	{"chat_stream", "https://api.openai.com/v1/chat/completions", `{"model":"m-1","messages":[],"stream":true,"stream_options":{"include_usage":true}}`},
	{"responses", "https://api.openai.com/v1/responses", `{"model":"m-1","input":"hi"}`},
	{"responses_stream", "https://api.openai.com/v1/responses", `{"model":"m-1","input":"hi","stream":true}`},
	{"embeddings", "https://api.openai.com/v1/embeddings", `{"model":"m-1","input":["a","b"]}`},
	{"messages", "https://api.anthropic.com/v1/messages", `{"model":"m-1","max_tokens":9,"messages":[]}`},
	{"messages_stream", "https://api.anthropic.com/v1/messages", `{"model":"m-1","max_tokens":9,"messages":[],"stream":true}`},
	{"gemini", "https://generativelanguage.googleapis.com/v1beta/models/m-1:generateContent", `{"contents":[]}`},
	{"gemini_stream", "https://generativelanguage.googleapis.com/v1beta/models/m-1:streamGenerateContent?alt=sse", `{"contents":[]}`},
	{"gemini_array", "https://generativelanguage.googleapis.com/v1beta/models/m-1:streamGenerateContent", `{"contents":[]}`},
	{"gemini_embedding", "https://generativelanguage.googleapis.com/v1beta/models/m-1:embedContent", `{"content":{}}`},
	{"gemini_embeddings", "https://generativelanguage.googleapis.com/v1beta/models/m-1:batchEmbedContents", `{"requests":[{},{}]}`},
	{"ollama", "http://localhost:11434/api/chat", `{"model":"m-1","messages":[],"stream":false}`},
	{"ollama_stream", "http://localhost:11434/api/chat", `{"model":"m-1","messages":[]}`},
	{"ollama_generate", "http://localhost:11434/api/generate", `{"model":"m-1","prompt":"hi","stream":false}`},
	{"ollama_generate_stream", "http://localhost:11434/api/generate", `{"model":"m-1","prompt":"hi"}`},
}

// api returns a request to an API.
func api(name string) (url, body string) {
	for _, a := range apis {
		if a.name == name {
			return a.url, a.body
		}
	}
	return "", ""
}

// usage has something of all that an API may tell.
var usage = price.Usage{
	InputTokens: 1000, CachedInputTokens: 600, CacheWriteTokens: 100, CacheWrite1hTokens: 40,
	InputAudioTokens: 50, CachedAudioTokens: 20, InputImageTokens: 30,
	OutputTokens: 200, ReasoningTokens: 120, OutputAudioTokens: 10, WebSearches: 2,
}

// scripts are the answers of the golden files.
var scripts = []struct {
	name   string
	answer telemetrytest.Answer
}{
	{"text", telemetrytest.Answer{Text: "Grüße from a “fake”", Usage: usage}},
	{"tools", telemetrytest.Answer{
		Text: "One moment", Chunks: 1, Model: "m-1-2026", Usage: usage, FinishReason: "other",
		ToolCalls: []telemetrytest.ToolCall{{Name: "search", Arguments: `{"q":"é"}`}, {ID: "mine", Name: "stop"}},
	}},
	{"only tools", telemetrytest.Answer{OmitUsage: true, ToolCalls: []telemetrytest.ToolCall{{Name: "search", Arguments: `{"q":1}`}}}},
	{"interrupted", telemetrytest.Answer{
		Text: "one two three", BreakAfter: new(2),
		Failure: &telemetrytest.Failure{Status: http.StatusServiceUnavailable, Message: "too many of you"},
	}},
	{"failure", telemetrytest.Answer{Failure: &telemetrytest.Failure{Status: http.StatusTooManyRequests, RetryAfter: 2 * time.Second}}},
}

// TestLLMGolden shows every byte of every API; a change is to be compared with
// the provider's documentation.
func TestLLMGolden(t *testing.T) {
	for _, api := range apis {
		t.Run(api.name, func(t *testing.T) {
			var got bytes.Buffer
			for _, script := range scripts {
				fmt.Fprintf(&got, "=== %s\n", script.name)
				llm := telemetrytest.NewLLM(t, script.answer)
				dump(t, &got, post(t, llm.Transport(), api.url, api.body))
			}
			path := filepath.Join("testdata", "llm", api.name+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("- golden, + sent (go test -update writes it):\n%s", diff)
			}
		})
	}
}

// post sends a request, without a deadline.
func post(t *testing.T, rt http.RoundTripper, url, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := rt.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// dump writes all of a response, and closes it. Carriage returns are made
// visible.
func dump(t *testing.T, w io.Writer, res *http.Response) {
	t.Helper()
	defer res.Body.Close()
	fmt.Fprintln(w, res.Status)
	for _, key := range slices.Sorted(maps.Keys(res.Header)) {
		fmt.Fprintf(w, "%s: %s\n", key, strings.Join(res.Header[key], ", "))
	}
	body, err := io.ReadAll(res.Body)
	fmt.Fprintf(w, "\n%s\n", strings.ReplaceAll(string(body), "\r", "\\r"))
	if err != nil {
		t.Error(err)
	}
}
