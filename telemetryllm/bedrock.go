package telemetryllm

import (
	"strconv"
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// bedrock is the runtime of Amazon Bedrock, Converse and InvokeModel, whole
// and as an event stream:
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
// and API_runtime_InvokeModel.html. What InvokeModel takes and gives is up to
// the model's vendor; see invoked.
type bedrock struct{}

func (bedrock) match(t *target) bool {
	if !t.post() {
		return false
	}
	model, method := bedrockPath(t)
	if model == "" {
		return false
	}
	switch method {
	case "converse", "converse-stream":
		return true
	case "invoke", "invoke-with-response-stream":
		return bedrockText(model, t)
	}
	return false
}

// bedrockPath returns the model, which may be an ARN with slashes, and the
// method of a path such as /model/us.amazon.nova-lite-v1:0/converse.
func bedrockPath(t *target) (model, method string) {
	before, method, _ := cutLast(t.path, "/")
	_, model, _ = cutLast(before, "/model/")
	return model, method
}

// bedrockText reports whether a model that is invoked makes text or
// embeddings. Others make pictures and videos, or rank.
func bedrockText(model string, t *target) bool {
	for _, other := range [...]string{"rerank", "stability.", "image-generator", "nova-canvas", "nova-reel", "luma."} {
		if strings.Contains(model, other) {
			return false
		}
	}
	b := t.body
	task := b.Get("taskType").String() // an ARN does not tell
	return !b.Get("text_prompts").Exists() && !(b.Get("query").Exists() && b.Get("documents").Exists()) &&
		(task == "" || strings.HasSuffix(task, "_EMBEDDING"))
}

// bedrockEmbeds reports whether a call of InvokeModel embeds.
func bedrockEmbeds(model string, b pick.Value) bool {
	if strings.Contains(model, "embed") || strings.HasSuffix(b.Get("taskType").String(), "_EMBEDDING") {
		return true
	}
	for _, key := range [...]string{"texts", "inputImage", "embeddingTypes", "embeddingConfig", "dimensions"} {
		if b.Get(key).Exists() {
			return true
		}
	}
	return false
}

func (bedrock) request(t *target, r *llmcall.Request) {
	model, method := bedrockPath(t)
	r.Model = model
	r.Operation = attr.OperationChat
	r.Streaming = strings.HasSuffix(method, "stream")
	if strings.HasPrefix(method, "invoke") {
		if bedrockEmbeds(model, t.body) {
			r.Operation = attr.OperationEmbeddings
			return
		}
		askInvoked(t.body, r)
		return
	}
	c := t.body.Get("inferenceConfig")
	r.Temperature = floatOf(c.Get("temperature"))
	r.TopP = floatOf(c.Get("topP"))
	r.MaxTokens = toldLimit(c.Get("maxTokens"))
	r.StopSequences = textsOf(c.Get("stopSequences"))
	if t.body.Get("outputConfig", "textFormat", "type").String() == "json_schema" {
		r.OutputType = attr.OutputJSON
	}
}

var (
	converseUsage = []string{
		"usage.inputTokens", "usage.outputTokens", "usage.cacheReadInputTokens", "usage.cacheWriteInputTokens",
		"usage.cacheReadInputTokenCount", "usage.cacheWriteInputTokenCount",
		"usage.cacheDetails[].ttl", "usage.cacheDetails[].inputTokens",
	}
	converseStart = []string{"contentBlockIndex", "start.toolUse.name", "start.toolUse.type"}
	converseError = join(openAIErrors, []string{"Message", "__type"})
	// What Nova streams when it is invoked is Converse's events, each wrapped
	// in its name.
	bedrockAnswer = join(converseUsage, converseError, invokedAnswer, []string{
		"stopReason", "output.message.content[].toolUse.name", "output.message.content[].toolUse.type",
	})
	bedrockEvent = join(converseUsage, converseStart, converseError, invokedEvent, []string{
		"stopReason", "contentBlockDelta?", "messageStop.stopReason",
	}, under("contentBlockStart", converseStart), under("metadata", converseUsage))
)

func (bedrock) paths() paths {
	return paths{
		request: join(invokedRequest, []string{
			"inferenceConfig.temperature", "inferenceConfig.topP", "inferenceConfig.maxTokens",
			"inferenceConfig.stopSequences[]", "outputConfig.textFormat.type",
			"taskType", "text_prompts?", "query?", "documents?", "texts?", "inputImage?", "embeddingTypes?",
			"embeddingConfig?", "dimensions",
		}),
		answer: bedrockAnswer,
		event:  bedrockEvent,
	}
}

func (bedrock) answer(x *exchange, v pick.Value) {
	if x.status >= 400 {
		bedrockRefused(x, v)
		return
	}
	x.finished(0, v.Get("stopReason").String())
	for i, block := range v.Get("output", "message", "content").Elements() {
		x.converseTool(i, block.Get("toolUse"))
	}
	readConverseUsage(x, v.Get("usage"))
	readInvoked(x, v)
	readBedrockHeader(x)
}

// bedrockRefused notes an error. The header has its name, such as
// ThrottlingException, and maybe more after a colon.
func bedrockRefused(x *exchange, v pick.Value) {
	kind, _, _ := strings.Cut(x.header.Get("X-Amzn-Errortype"), ":")
	if kind == "" {
		_, kind, _ = cutLast("#"+v.Get("__type").String(), "#")
	}
	if message := toldFirst(v, "message", "Message").String(); kind != "" || message != "" {
		x.failed(exception(kind), "", message)
		return
	}
	x.readError(v, true)
}

// exception returns the name of an exception, "" where it is none: it becomes
// error.type, of which there must be few.
func exception(name string) string {
	const longest = 64
	if len(name) > longest {
		return ""
	}
	return name
}

func (bedrock) event(x *exchange, name string, v pick.Value) {
	if kind, ok := strings.CutPrefix(name, "exception:"); ok {
		x.failed(exception(kind), "", toldFirst(v, "message", "Message").String())
		return
	}
	switch name {
	case "messageStart", "contentBlockStop":
	case "contentBlockStart":
		x.converseStart(v)
	case "contentBlockDelta":
		x.began = true
	case "messageStop":
		x.finished(0, v.Get("stopReason").String())
	case "metadata":
		readConverseUsage(x, v.Get("usage"))
		x.done = x.done || v.Get("usage", "inputTokens").Exists()
	default:
		invokedChunk(x, v)
	}
}

func (x *exchange) converseStart(v pick.Value) {
	i, _ := v.Get("contentBlockIndex").Int()
	x.converseTool(int(i), v.Get("start", "toolUse"))
}

// converseTool notes the call of a client's tool; Bedrock runs others itself.
func (x *exchange) converseTool(i int, use pick.Value) {
	if string(use.Get("type").Bytes()) != "server_tool_use" {
		x.called(0, i, use.Get("name").String())
	}
}

// readConverseUsage reads usage whose input tokens leave out the cached ones.
func readConverseUsage(x *exchange, u pick.Value) {
	n := &x.response.Usage
	fresh, ok := u.Get("inputTokens").Int()
	if !ok {
		return // not Converse's
	}
	x.told(&n.CachedInputTokens, llmcall.CachedInput, toldFirst(u, "cacheReadInputTokens", "cacheReadInputTokenCount"))
	x.told(&n.CacheWriteTokens, llmcall.CacheWrite, toldFirst(u, "cacheWriteInputTokens", "cacheWriteInputTokenCount"))
	n.InputTokens = x.sum(fresh, n.CachedInputTokens, n.CacheWriteTokens)
	x.response.Known |= llmcall.Input
	x.told(&n.OutputTokens, llmcall.Output, u.Get("outputTokens"))
	var long int64
	for _, d := range u.Get("cacheDetails").Elements() {
		if string(d.Get("ttl").Bytes()) == "1h" {
			i, _ := d.Get("inputTokens").Int()
			long = x.sum(long, i)
		}
	}
	n.CacheWrite1hTokens = long
}

// readBedrockHeader takes from the header what the body does not tell.
func readBedrockHeader(x *exchange) {
	n := &x.response.Usage
	told := x.response.Known
	take := func(n *int64, c llmcall.Counts, name string) {
		i, err := strconv.ParseInt(x.header.Get("X-Amzn-Bedrock-"+name+"-Token-Count"), 10, 64)
		if err == nil && !told.Has(c) {
			*n = i
			x.response.Known |= c
		}
	}
	take(&n.OutputTokens, llmcall.Output, "Output")
	if told.Has(llmcall.Input) {
		return
	}
	take(&n.InputTokens, llmcall.Input, "Input")
	if x.response.Known.Has(llmcall.Input) {
		take(&n.CachedInputTokens, llmcall.CachedInput, "Cache-Read-Input")
		take(&n.CacheWriteTokens, llmcall.CacheWrite, "Cache-Write-Input")
		n.InputTokens = x.sum(n.InputTokens, n.CachedInputTokens, n.CacheWriteTokens)
	}
}
