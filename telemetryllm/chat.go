package telemetryllm

import (
	"hash/fnv"
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// chat is OpenAI's chat completions
// (https://platform.openai.com/docs/api-reference/chat, 2026-09) and the many
// that imitate them.
type chat struct{}

// match takes any path whose body has messages and what only a model needs to
// know: gateways and self-hosted models have paths of their own.
func (chat) match(t *target) bool {
	if !t.post() {
		return false
	}
	if t.ends("chat/completions") {
		return true
	}
	if t.ends("agents/completions") || t.ends("text/chat") || t.ends("text/chat_stream") {
		return t.fits("messages")
	}
	if t.body.Get("messages").Kind() != pick.Array || t.body.Get("jsonrpc").Exists() || noChat(t.path) {
		return false
	}
	if t.ends("invocations") || strings.Contains(t.path, "/ai/run/") {
		return true
	}
	for _, key := range [...]string{
		"model", "model_id", "stream", "temperature", "top_p", "max_tokens", "max_completion_tokens", "max_new_tokens",
	} {
		if t.body.Get(key).Exists() {
			return true
		}
	}
	return false
}

// noChat reports whether a path is one of those that take a chat and do not
// answer it: they count its tokens, judge it or turn it into a vector.
func noChat(path string) bool {
	last := strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
	for _, word := range [...]string{"token", "template", "moderation", "classif", "rerank", "pooling", "embed", "batch"} {
		if strings.Contains(last, word) {
			return true
		}
	}
	return false
}

func (chat) request(t *target, r *llmcall.Request) {
	r.Operation, r.APIType = attr.OperationChat, attr.OpenAIChatCompletions
	askOpenAI(t, r)
	if t.ends("text/chat_stream") {
		r.Streaming = true
	}
}

func (chat) paths() paths { return chatPaths }

var chatPaths = func() paths {
	answer := []string{
		"id", "model", "model_id", "system_fingerprint", "service_tier",
		"choices[].index", "choices[].finish_reason", "choices[].error.code", "choices[].error.message",
	}
	event := []string{"choices[].text?", "response?", "x_groq.error"}
	for _, at := range [...]string{"choices[].message", "choices[].delta"} {
		answer = append(answer, at+".function_call.name", at+".tool_calls[].index", at+".tool_calls[].id",
			at+".tool_calls[].function.name", at+".tool_calls[].custom.name")
		for _, name := range content {
			event = append(event, at+"."+name+"?")
		}
	}
	answer = append(answer, under("usage", openAIUsage)...)
	answer = append(answer, under("choices[].usage", openAIUsage)...)
	answer = append(answer, openAIErrors...)
	event = append(event, answer...)
	return paths{
		request: append([]string{"messages", "jsonrpc?"}, openAIAsk...),
		answer:  append(answer, under("result.usage", openAIUsage)...), // Workers AI wraps its answers
		event:   append(event, under("x_groq.usage", openAIUsage)...),
	}
}()

// content is where a message, or a piece of one, has what the model wrote,
// calls of tools aside.
var content = [...]string{"content", "reasoning_content", "reasoning", "reasoning_details", "refusal", "audio", "images"}

func (chat) answer(x *exchange, v pick.Value) {
	x.readIdentity(v)
	for i, c := range v.Get("choices").Elements() {
		x.readChoice(c, i)
		for j, call := range c.Get("message", "tool_calls").Elements() {
			x.piece(choiceOf(c, i), j, call.Get("id"), toolOf(call))
		}
	}
	x.readUsage(v.Get("usage"))
	x.readUsage(v.Get("result", "usage"))
	x.readError(v, false)
}

func (chat) event(x *exchange, name string, v pick.Value) {
	x.readIdentity(v)
	for i, c := range v.Get("choices").Elements() {
		d := c.Get("delta")
		if !d.Exists() {
			d = c.Get("message")
		}
		x.began = x.began || hasContent(d) || c.Get("text").Exists()
		x.readChoice(c, i)
		for j, call := range d.Get("tool_calls").Elements() {
			x.began = true
			if k, ok := call.Get("index").Int(); ok {
				j = int(min(max(k, 0), maxList))
			}
			x.piece(choiceOf(c, i), j, call.Get("id"), toolOf(call))
		}
		x.readUsage(c.Get("usage"))
	}
	x.began = x.began || v.Get("response").Exists()
	x.readUsage(v.Get("x_groq", "usage"))
	x.readUsage(v.Get("usage"))
	if e := v.Get("x_groq", "error").String(); e != "" {
		x.failed("", "", e)
	}
	x.readError(v, name == "error")
}

// readIdentity reads who answered. The first chunk of Azure has neither id nor
// model, and gateways that fall back to another server may change the id on the
// way: the first one is the one to ask support about.
func (x *exchange) readIdentity(v pick.Value) {
	if x.response.ID == "" {
		text(&x.response.ID, v.Get("id"))
	}
	if x.response.Model == "" {
		text(&x.response.Model, either(v.Get("model"), v.Get("model_id")))
	}
	latest(&x.response.Fingerprint, v.Get("system_fingerprint"))
	latest(&x.response.ServiceTier, v.Get("service_tier"))
}

// readChoice reads why a choice ended, whether it failed, and the name of the
// function that was called before there were tools.
func (x *exchange) readChoice(c pick.Value, position int) {
	n := choiceOf(c, position)
	x.finished(n, c.Get("finish_reason").String())
	if e := c.Get("error"); e.Get("message").Exists() {
		x.failed("", kindOf(e.Get("code")), e.Get("message").String())
	}
	d := either(c.Get("delta"), c.Get("message"))
	if name := d.Get("function_call", "name").String(); name != "" {
		x.called(n, -1, name)
	}
}

// choiceOf returns the number of a choice, else its position.
func choiceOf(c pick.Value, position int) int {
	if n, ok := c.Get("index").Int(); ok && n >= 0 && n < maxList {
		return int(n)
	}
	return position
}

// hasContent reports whether a message, or a piece of one, has any.
func hasContent(d pick.Value) bool {
	for _, name := range content {
		if d.Get(name).Exists() {
			return true
		}
	}
	return d.Get("function_call").Exists()
}

// toolOf returns the name in the call of a tool, "" where there is none.
func toolOf(call pick.Value) string {
	return either(call.Get("function", "name"), call.Get("custom", "name")).String()
}

// piece notes a piece of the call of a client's tool. Pieces belong together
// by their index; but some servers give every call the same, and then the ids
// differ, or the names where there are no ids.
func (x *exchange) piece(choice, index int, id pick.Value, name string) {
	if name == "" {
		return
	}
	const byID = 1
	mark := hash(name) &^ byID
	if b := id.Bytes(); len(b) > 0 {
		mark = hash(string(b)) | byID
	}
	index &= 0xff
	for i := range x.tools {
		t := &x.tools[i]
		if t.key.choice != choice || t.key.index&0xff != index {
			continue
		}
		known := t.key.index >> 8
		if known == mark || known&mark&byID == 0 && t.name == name {
			t.name = name
			return
		}
	}
	x.called(choice, index|mark<<8, name)
}

// hash returns 22 bits of a hash, so that a tool's key has room for them on
// every platform.
func hash(s string) int {
	h := fnv.New32a()
	h.Write([]byte(s))
	return int(h.Sum32() >> 10)
}
