package telemetryllm

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// responses is OpenAI's Responses
// (https://platform.openai.com/docs/api-reference/responses and
// …/responses-streaming, 2026-09). Only what makes a response is a call: one
// that is read again, as those are that run in the background, repeats its
// usage each time.
type responses struct{}

func (responses) match(t *target) bool {
	if !t.post() || !t.ends("responses") {
		return false
	}
	return t.fits("input") || t.fits("model") || t.fits("prompt") || t.fits("previous_response_id")
}

func (responses) request(t *target, r *llmcall.Request) {
	b := t.body
	r.Operation, r.APIType = attr.OperationChat, attr.OpenAIResponses
	text(&r.Model, b.Get("model"))
	r.Streaming, _ = b.Get("stream").Bool()
	r.Temperature = floatOf(b.Get("temperature"))
	r.TopP = floatOf(b.Get("top_p"))
	r.MaxTokens = intOf(b.Get("max_output_tokens"))
	text(&r.ServiceTier, b.Get("service_tier"))
	text(&r.Conversation, either(b.Get("conversation", "id"), b.Get("conversation")))
	r.OutputType = outputType(b.Get("text", "format", "type"))
}

func (responses) paths() paths { return responsesPaths }

var responsesPaths = func() paths {
	answer := []string{
		"id", "model", "status", "service_tier", "incomplete_details.reason",
		"output[].type", "output[].name", "error.type", "error.code", "error.message",
	}
	answer = append(answer, under("usage", openAIUsage)...)
	event := append([]string{
		"type", "delta?", "output_index", "item.type", "item.name", "item.call_id",
	}, under("response", answer)...)
	return paths{
		request: []string{
			"model", "stream", "temperature", "top_p", "max_output_tokens", "service_tier", "text.format.type",
			"conversation", "conversation.id", "input?", "prompt?", "previous_response_id?",
		},
		answer: append(answer, openAIErrors...),
		event:  append(event, openAIErrors...),
	}
}()

func (responses) answer(x *exchange, v pick.Value) {
	x.readResponse(v)
	if x.status < http.StatusBadRequest { // else it is what HTTP says, if anything
		x.ended(v, v.Get("status").String())
	}
	x.readError(v, false)
}

func (responses) event(x *exchange, name string, v pick.Value) {
	kind := v.Get("type").Bytes()
	if len(kind) == 0 {
		kind = []byte(name)
	}
	x.readResponse(v.Get("response"))
	switch string(kind) {
	case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
		status := v.Get("response", "status").String()
		if status == "" {
			status = strings.TrimPrefix(string(kind), "response.")
		}
		x.ended(v.Get("response"), status)
		x.done = true
	case "response.output_item.added":
		x.readItem(v)
	case "response.output_item.done":
		x.readItem(v)
		x.began = x.began || written(v.Get("item")) // some servers send no pieces
	default:
		x.began = x.began || bytes.HasSuffix(kind, []byte(".delta")) && v.Get("delta").Exists()
	}
	x.readError(v, string(kind) == "error")
}

// readResponse reads a response, finished or not.
func (x *exchange) readResponse(v pick.Value) {
	latest(&x.response.ID, v.Get("id"))
	latest(&x.response.Model, v.Get("model"))
	latest(&x.response.ServiceTier, v.Get("service_tier"))
	x.readUsage(v.Get("usage"))
}

// readItem reads an item of the output as it begins or ends.
func (x *exchange) readItem(v pick.Value) {
	item := v.Get("item")
	if !clientTool(item) {
		return
	}
	if i, ok := v.Get("output_index").Int(); ok {
		x.called(0, int(min(max(i, 0), 1<<30)), item.Get("name").String())
		return
	}
	x.piece(0, 0, item.Get("call_id"), item.Get("name").String())
}

// ended reads what a response was in the end. Its output is the whole of it,
// except that some servers leave it empty in a stream.
func (x *exchange) ended(v pick.Value, status string) {
	if reason := v.Get("incomplete_details", "reason").String(); reason != "" {
		x.finished(0, reason)
	} else {
		x.finished(0, status)
	}
	fresh := true
	for i, item := range v.Get("output").Elements() {
		if !clientTool(item) {
			continue
		}
		if fresh {
			x.tools, fresh = x.tools[:0], false
		}
		x.called(0, i, item.Get("name").String())
	}
	if !x.readErrorObject(v.Get("error")) && status == "failed" {
		x.failed("", status, "")
	}
}

// written reports whether an item is what the model itself wrote.
func written(item pick.Value) bool {
	return clientTool(item) || string(item.Get("type").Bytes()) == "message"
}

// clientTool reports whether an item of the output is the call of a tool that
// the client has; other calls are the provider's own.
func clientTool(item pick.Value) bool {
	switch string(item.Get("type").Bytes()) {
	case "function_call", "custom_tool_call":
		return true
	}
	return false
}
