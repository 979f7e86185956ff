package telemetrytest

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/price"
)

// An Answer is what an [LLM] says to one call. The zero value is an empty text
// that used no tokens. What an API has no place for is left out.
type Answer struct {
	// Text is what the model says. With tool calls, it comes before them.
	Text string
	// Chunks is into how many pieces a stream cuts Text. Default: one for each
	// word.
	Chunks int
	// ToolCalls are the tools that the model wants to be called. A stream sends
	// each in pieces where the API does.
	ToolCalls []ToolCall
	// FinishReason is why the model stopped, in the provider's own word, such as
	// "length", "max_tokens" or "MAX_TOKENS". For the Responses API it is the
	// reason of an incomplete response. Default: the API's word for an end, or
	// for tool calls.
	FinishReason string
	// Model is the model that answers. Default: the one that was asked.
	Model string
	// Embedding is the vector of each input, from the APIs of embeddings.
	// Default: three numbers.
	Embedding []float64

	// Usage is what the call used. Each API gets it in its own counting:
	// Anthropic's input without what the cache read and wrote, Gemini's output
	// without thoughts. A stream of chat completions tells it only where
	// stream_options.include_usage asks for it. It is sent as it is, also where
	// it cannot be.
	Usage price.Usage
	// OmitUsage leaves the usage out, as some servers do.
	OmitUsage bool

	// Header is sent too; it goes before the header of the API.
	Header http.Header
	// Delay is the time before anything is sent, status and header included.
	Delay time.Duration
	// ChunkDelay is the time between two pieces of content of a stream.
	ChunkDelay time.Duration

	// Failure is sent instead of the answer; with BreakAfter, in the middle of a
	// stream.
	Failure *Failure
	// BreakAfter breaks a stream off after so many pieces of content, or all if
	// there are fewer: with the provider's error event where Failure is set, else
	// by closing the connection. An answer that is not a stream is cut in its
	// middle; Failure goes before that. Nil: the answer is whole.
	BreakAfter *int
	// Drop closes the connection instead of an answer.
	Drop bool
}

// A ToolCall is one call of a tool that a model wants.
type ToolCall struct {
	// ID is the call's id. Default: made from its place.
	ID string
	// Name is the tool's name. It must be set.
	Name string
	// Arguments are a JSON object. APIs that send them as text send whatever it
	// is, so that broken ones can be tested; for others, what is no object fails
	// the test. Default: {}.
	Arguments string
}

// A Failure is an error of the provider, in the shape of its API.
type Failure struct {
	// Status is the HTTP status, from 400 to 599. Default: 500. In the middle of
	// a stream only Gemini tells it.
	Status int
	// Type is the provider's name for the kind of error: type for OpenAI and
	// Anthropic, status for Gemini; Ollama has none. Default: what the provider
	// says for Status.
	Type string
	// Code is the code of OpenAI's errors. Default: what OpenAI says for Status
	// where Type is not set either, else null.
	Code string
	// Message is for people. Default: the text of Status.
	Message string
	// RetryAfter is sent as Retry-After, in seconds rounded up; if that changes
	// it, also as Retry-After-Ms, which the SDKs of OpenAI and Anthropic prefer.
	// Default: none.
	RetryAfter time.Duration
}

// check returns what of an answer cannot be sent.
func (a *Answer) check() error {
	switch {
	case a.Chunks < 0:
		return fmt.Errorf("chunks %q: want 0 or more", fmt.Sprint(a.Chunks))
	case a.Delay < 0 || a.ChunkDelay < 0:
		return fmt.Errorf("delay %q, chunk delay %q: want 0 or more", a.Delay, a.ChunkDelay)
	case a.BreakAfter != nil && *a.BreakAfter < 0:
		return fmt.Errorf("break after %q: want 0 or more, or nil", fmt.Sprint(*a.BreakAfter))
	}
	for _, tool := range a.ToolCalls {
		if tool.Name == "" {
			return errors.New("a tool call without a name: set it")
		}
	}
	if f := a.Failure; f != nil {
		if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
			return fmt.Errorf("status %q of the failure: want 400 to 599", fmt.Sprint(f.Status))
		}
		if f.RetryAfter < 0 {
			return fmt.Errorf("retry after %q: want 0 or more", f.RetryAfter)
		}
	}
	return nil
}
