package telemetrytest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/telemetrytest"
)

// documents takes a body apart, whatever its framing.
func documents(t *testing.T, contentType string, body []byte) []any {
	t.Helper()
	var docs []any
	decode := func(text []byte) {
		var doc any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		docs = append(docs, doc)
	}
	kind, _, _ := strings.Cut(contentType, ";")
	switch kind {
	case "text/event-stream":
		for line := range bytes.Lines(body) {
			data, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data: "))
			if ok && string(data) != "[DONE]" {
				decode(data)
			}
		}
	case "application/x-ndjson":
		for line := range bytes.Lines(body) {
			decode(line)
		}
	default:
		decode(body)
	}
	return docs
}

// find returns what is at a path like "choices.*.text" in a document, in order.
// A star stands for every element.
func find(doc any, path string) []any {
	if path == "" {
		return []any{doc}
	}
	key, rest, _ := strings.Cut(path, ".")
	var found []any
	switch doc := doc.(type) {
	case map[string]any:
		if v, ok := doc[key]; ok {
			found = find(v, rest)
		}
	case []any:
		for _, v := range doc {
			if key == "*" {
				found = append(found, find(v, rest)...)
			}
		}
	}
	return found
}

// joined returns the texts at a path in all documents, in one. Values that are
// no text are JSON.
func joined(t *testing.T, docs []any, path string) string {
	t.Helper()
	var b strings.Builder
	for _, doc := range docs {
		for _, v := range find(doc, path) {
			if text, ok := v.(string); ok {
				b.WriteString(text)
				continue
			}
			j, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(j)
		}
	}
	return b.String()
}

// The pieces of a stream are the whole text, and the whole arguments.
func TestLLMText(t *testing.T) {
	const text, arguments = "Ein Gruß  \n an “alle”", `{"ключ":"değer"}`
	for name, at := range map[string]struct{ text, arguments string }{
		"chat":                   {"choices.*.message.content", "choices.*.message.tool_calls.*.function.arguments"},
		"chat_stream":            {"choices.*.delta.content", "choices.*.delta.tool_calls.*.function.arguments"},
		"responses":              {"output.*.content.*.text", "output.*.arguments"},
		"responses_stream":       {"response.output.*.content.*.text", "response.output.*.arguments"},
		"messages":               {"content.*.text", "content.*.input"},
		"messages_stream":        {"delta.text", "delta.partial_json"},
		"gemini":                 {"candidates.*.content.parts.*.text", "candidates.*.content.parts.*.functionCall.args"},
		"gemini_stream":          {"candidates.*.content.parts.*.text", "candidates.*.content.parts.*.functionCall.args"},
		"gemini_array":           {"*.candidates.*.content.parts.*.text", "*.candidates.*.content.parts.*.functionCall.args"},
		"ollama":                 {"message.content", "message.tool_calls.*.function.arguments"},
		"ollama_stream":          {"message.content", "message.tool_calls.*.function.arguments"},
		"ollama_generate":        {"response", ""},
		"ollama_generate_stream": {"response", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for chunks := range 5 {
				llm := telemetrytest.NewLLM(t, telemetrytest.Answer{
					Text: text, Chunks: chunks, ToolCalls: []telemetrytest.ToolCall{{Name: "f", Arguments: arguments}},
				})
				url, request := api(name)
				res := post(t, llm.Transport(), url, request)
				body, err := io.ReadAll(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				docs := documents(t, res.Header.Get("Content-Type"), body)
				got := [2]string{joined(t, docs, at.text), ""}
				want := [2]string{text, ""}
				if at.arguments != "" {
					got[1], want[1] = joined(t, docs, at.arguments), arguments
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%d chunks: - want, + got:\n%s", chunks, diff)
				}
			}
		})
	}
}
