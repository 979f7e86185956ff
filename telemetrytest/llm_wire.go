package telemetrytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// A wire is the API of one provider. Implementations hold nothing but what the
// request's path says.
type wire interface {
	// framing returns how a stream is framed, or nil where the request wants the
	// answer in one piece.
	framing(q LLMRequest) *framing
	// whole returns the body of an answer in one piece.
	whole(c *call) object
	// stream sends an answer in pieces.
	stream(c *call, s *stream)
	// failure returns the body of an error whose status, type and message are
	// set if status is one that the API knows.
	failure(c *call, f Failure) object
	// interrupt sends an error in the middle of a stream.
	interrupt(c *call, s *stream, f Failure)
	// requestID names the header that carries the request's id, or is "".
	requestID() string
}

// object and array are JSON.
type (
	object map[string]any
	array  []any
)

// wireOf returns the API that a request speaks, or nil.
func wireOf(q LLMRequest) wire {
	if q.Method != http.MethodPost {
		return nil
	}
	path := "/" + strings.Trim(q.Path, "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	if _, method, ok := strings.Cut(last, ":"); ok {
		last = method
	}
	switch {
	case strings.HasSuffix(path, "/chat/completions"):
		return chat{}
	case strings.HasSuffix(path, "/responses"):
		return responses{}
	case strings.HasSuffix(path, "/embeddings"):
		return embeddings{}
	case strings.HasSuffix(path, "/messages"):
		return messages{}
	case last == "generateContent":
		return gemini{}
	case last == "streamGenerateContent":
		return gemini{streams: true}
	case last == "embedContent":
		return geminiEmbeddings{}
	case last == "batchEmbedContents":
		return geminiEmbeddings{batch: true}
	case strings.HasSuffix(path, "/api/chat"):
		return ollama{}
	case strings.HasSuffix(path, "/api/generate"):
		return ollama{generates: true}
	}
	return nil
}

// A call is one request with its answer.
type call struct {
	Answer
	request LLMRequest
	number  int   // from 1
	err     error // the answer does not fit the API
}

// created is when every answer was made: 2026-01-01, in Unix seconds and as
// text.
const (
	created     = 1767225600
	createdText = "2026-01-01T00:00:00Z"
)

// id returns an id that nobody else in the test has.
func (c *call) id(prefix string) string { return fmt.Sprintf("%sfake%d", prefix, c.number) }

// model returns the model that answers.
func (c *call) model() string {
	for _, m := range []string{c.Model, c.request.Model} {
		if m != "" {
			return m
		}
	}
	return "fake-model"
}

// finish returns why the model stopped: as scripted, or one of the API's words.
func (c *call) finish(end, tools string) string {
	switch {
	case c.FinishReason != "":
		return c.FinishReason
	case len(c.ToolCalls) > 0:
		return tools
	}
	return end
}

// speaks reports whether the answer has text: only tool calls need none.
func (c *call) speaks() bool { return c.Text != "" || len(c.ToolCalls) == 0 }

// content returns the text, or null where there is none.
func (c *call) content() any {
	if c.speaks() {
		return c.Text
	}
	return nil
}

// tools returns the tool calls with their defaults filled in. Ids begin with
// prefix.
func (c *call) tools(prefix string) []ToolCall {
	tools := slices.Clone(c.ToolCalls)
	for i := range tools {
		if tools[i].ID == "" {
			tools[i].ID = fmt.Sprintf("%s_%d", c.id(prefix), i)
		}
		if tools[i].Arguments == "" {
			tools[i].Arguments = "{}"
		}
	}
	return tools
}

// input returns the arguments of a tool call for an API that sends them as an
// object.
func (c *call) input(tool ToolCall) json.RawMessage {
	if err := json.Unmarshal([]byte(tool.Arguments), &map[string]any{}); err != nil {
		c.err = fmt.Errorf("arguments %q of tool call %q: want a JSON object: %w", tool.Arguments, tool.Name, err)
		return json.RawMessage("{}")
	}
	return json.RawMessage(tool.Arguments)
}

// cut cuts text into n pieces of the same length, or with 0 into words. Each
// word after the first begins with its space, as tokens do.
func cut(text string, n int) []string {
	var pieces []string
	add := func(piece string) {
		if piece != "" {
			pieces = append(pieces, piece)
		}
	}
	if n == 0 {
		for text != "" {
			end := strings.IndexByte(text[1:], ' ') + 1
			if end == 0 {
				end = len(text)
			}
			add(text[:end])
			text = text[end:]
		}
		return pieces
	}
	left := utf8.RuneCountInString(text)
	for n = min(n, left); n > 0; n-- {
		size := left / n
		left -= size
		end := 0
		for range size {
			_, width := utf8.DecodeRuneInString(text[end:])
			end += width
		}
		add(text[:end])
		text = text[end:]
	}
	return pieces
}

// positive sets o[key] to n, if that is positive.
func (o object) positive(key string, n int64) {
	if n > 0 {
		o[key] = n
	}
}
