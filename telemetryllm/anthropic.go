package telemetryllm

import (
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// anthropic is the Messages API of Anthropic, also on Vertex AI, and its
// legacy Text Completions:
// https://docs.claude.com/en/api/messages,
// https://docs.claude.com/en/docs/build-with-claude/streaming and
// https://docs.claude.com/en/api/claude-on-vertex-ai.
type anthropic struct{}

func (anthropic) match(t *target) bool {
	if !t.post() {
		return false
	}
	if model, _, ok := vertexAnthropic(t); ok {
		return model != "count-tokens" && t.fits("messages")
	}
	switch {
	case t.ends("v1/messages"):
		return t.fits("model", "messages")
	case t.ends("messages"):
		// Many have such a path: threads of assistants, chats, MCP servers.
		return t.header.Get("Anthropic-Version") != "" && t.fits("model", "messages")
	case t.ends("v1/complete"):
		return t.fits("model", "prompt", "max_tokens_to_sample")
	}
	return false
}

// vertexAnthropic returns the model and the method that a path of Vertex AI
// ends with, such as publishers/anthropic/models/claude-opus-4-1:rawPredict.
func vertexAnthropic(t *target) (model, method string, ok bool) {
	rest, method, ok := cutLast(t.path, ":")
	if !ok || method != "rawPredict" && method != "streamRawPredict" {
		return "", "", false
	}
	if _, model, ok = cutLast(rest, "publishers/anthropic/models/"); ok {
		return model, method, true
	}
	// A gateway may name the model otherwise; then the body tells the vendor.
	_, model, ok = cutLast(rest, "/models/")
	return model, method, ok && strings.HasPrefix(t.body.Get("anthropic_version").String(), "vertex-")
}

// cutLast is strings.Cut around the last sep.
func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func (anthropic) request(t *target, r *llmcall.Request) {
	r.Operation = attr.OperationChat
	if t.ends("v1/complete") {
		r.Operation = attr.OperationTextCompletion
	}
	b := t.body
	text(&r.Model, b.Get("model"))
	if model, method, ok := vertexAnthropic(t); ok {
		r.Model = model
		r.Streaming = method == "streamRawPredict"
	}
	if stream, ok := b.Get("stream").Bool(); ok {
		r.Streaming = r.Streaming || stream
	}
	askAnthropic(b, r)
}

// askAnthropic reads the parameters that Anthropic's models have everywhere.
func askAnthropic(b pick.Value, r *llmcall.Request) {
	r.Temperature = floatOf(b.Get("temperature"))
	r.TopP = floatOf(b.Get("top_p"))
	r.MaxTokens = toldLimit(toldFirst(b, "max_tokens", "max_tokens_to_sample"))
	r.StopSequences = textsOf(b.Get("stop_sequences"))
	for _, format := range [...]pick.Value{b.Get("output_config", "format"), b.Get("output_format")} {
		if string(format.Get("type").Bytes()) == "json_schema" {
			r.OutputType = attr.OutputJSON
		}
	}
}

func (anthropic) paths() paths {
	return paths{
		request: []string{
			"model", "messages?", "prompt?", "anthropic_version", "stream", "temperature", "top_p",
			"max_tokens", "max_tokens_to_sample", "stop_sequences", "stop_sequences[]",
			"output_config.format.type", "output_format.type",
		},
		answer: anthropicAnswer,
		event:  anthropicEvent,
	}
}

var (
	anthropicMessage = []string{
		"type", "id", "model", "stop_reason", "usage.input_tokens", "usage.output_tokens",
		"usage.cache_read_input_tokens", "usage.cache_creation_input_tokens",
		"usage.cache_creation.ephemeral_5m_input_tokens", "usage.cache_creation.ephemeral_1h_input_tokens",
		"usage.output_tokens_details.thinking_tokens", "usage.server_tool_use.web_search_requests", "usage.cost",
	}
	anthropicAnswer = join(anthropicMessage, openAIErrors, []string{
		"content[].type", "content[].name", "completion?",
	})
	anthropicEvent = join(anthropicMessage, under("message", anthropicMessage), openAIErrors, []string{
		"index", "content_block.type", "content_block.name", "delta.stop_reason", "completion?",
	})
)

// join returns all of lists in one.
func join(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func (anthropic) answer(x *exchange, v pick.Value) {
	if x.status >= 400 || string(v.Get("type").Bytes()) == "error" || v.Get("error").Exists() {
		x.readError(v, true)
		return
	}
	readAnthropicMessage(x, v)
	for i, block := range v.Get("content").Elements() {
		if string(block.Get("type").Bytes()) == "tool_use" {
			x.called(0, i, block.Get("name").String())
		}
	}
}

func (anthropic) event(x *exchange, name string, v pick.Value) {
	kind := v.Get("type").Bytes()
	if len(kind) == 0 {
		kind = []byte(name)
	}
	switch string(kind) {
	case "message_start":
		readAnthropicMessage(x, v.Get("message"))
	case "content_block_start":
		if block := v.Get("content_block"); string(block.Get("type").Bytes()) == "tool_use" {
			i, _ := v.Get("index").Int()
			x.called(0, int(i), block.Get("name").String())
		}
	case "content_block_delta":
		x.began = true
	case "message_delta":
		readAnthropicUsage(x, v.Get("usage"))
		x.finished(0, v.Get("delta", "stop_reason").String())
	case "message_stop":
		x.done = true
	case "completion":
		x.began = x.began || v.Get("completion").Exists()
		readAnthropicMessage(x, v)
		x.done = len(x.finish) > 0
	default:
		if string(kind) == "error" || v.Get("error").Exists() {
			x.readError(v, true)
		}
	}
}

// readAnthropicMessage reads a message, as far as it is there.
func readAnthropicMessage(x *exchange, m pick.Value) {
	text(&x.response.ID, m.Get("id"))
	text(&x.response.Model, m.Get("model"))
	x.finished(0, m.Get("stop_reason").String())
	readAnthropicUsage(x, m.Get("usage"))
}

// readAnthropicUsage takes the latest value of each field. Input tokens are
// told without the cached ones, and how long those written to the cache live
// is told only at the start.
func readAnthropicUsage(x *exchange, u pick.Value) {
	n := &x.response.Usage
	fresh := n.InputTokens - n.CachedInputTokens - n.CacheWriteTokens
	x.told(&fresh, llmcall.Input, u.Get("input_tokens"))
	x.told(&n.CachedInputTokens, llmcall.CachedInput, u.Get("cache_read_input_tokens"))
	lives := u.Get("cache_creation")
	short, _ := lives.Get("ephemeral_5m_input_tokens").Int()
	if long, ok := lives.Get("ephemeral_1h_input_tokens").Int(); ok {
		n.CacheWrite1hTokens = long
	}
	if !x.told(&n.CacheWriteTokens, llmcall.CacheWrite, u.Get("cache_creation_input_tokens")) && lives.Len() > 0 {
		n.CacheWriteTokens = x.sum(short, n.CacheWrite1hTokens)
		x.response.Known |= llmcall.CacheWrite
	}
	if x.response.Known.Has(llmcall.Input) {
		n.InputTokens = x.sum(fresh, n.CachedInputTokens, n.CacheWriteTokens)
	}
	x.told(&n.OutputTokens, llmcall.Output, u.Get("output_tokens"))
	x.told(&n.ReasoningTokens, llmcall.Reasoning, u.Get("output_tokens_details", "thinking_tokens"))
	if searches, ok := u.Get("server_tool_use", "web_search_requests").Int(); ok {
		n.WebSearches = searches
	}
	if cost := floatOf(u.Get("cost")); cost != nil { // gateways
		x.response.CostUSD = cost
	}
}
