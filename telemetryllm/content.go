package telemetryllm

import (
	"slices"
	"sync"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
)

// Content says what is captured of what a model is told and answers. The zero
// value captures with the defaults.
type Content struct {
	// MaxBytes bounds each of the three attributes, in bytes of JSON. Default
	// 32 KiB, at most 64 KiB, which is what a column of Honeycomb's holds.
	// Where the limit of attribute values is lower
	// (OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT, 8 KiB by default), it counts.
	MaxBytes int
	// Mask returns what may be recorded of a text: a text part, reasoning,
	// the arguments of a tool's call, its result, an address or the name of a
	// file. It is called before anything is recorded, by several goroutines at
	// once, and while the caller waits. Of one that panics the text is replaced
	// by "[mask failed]". Nil records texts as they are.
	//
	// A text that was too long to be kept ends in front of its last word.
	Mask func(text string) string
}

// WithContent records what the model was told and what it answered:
// gen_ai.input.messages, gen_ai.output.messages and
// gen_ai.system_instructions, as JSON in the schema of OpenTelemetry's
// conventions
// (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/,
// gen-ai-input-messages.json and its siblings, v1.41). Nothing of that is
// recorded without this option: prompts and answers hold what people have
// typed. Spans that are not recorded cost nothing.
//
// After c.Mask, secrets that telemetry knows are redacted as in every other
// attribute. Pictures, sound and files are never recorded, nor long base64
// where a text is expected: their type and size in bytes are. What exceeds
// c.MaxBytes gives way so that the JSON stays whole: of the input the oldest
// messages first, of the output reasoning and then the ends of texts, which are
// marked "…[n bytes more]". Of embeddings only the input is recorded, where it
// is text.
func WithContent(c Content) Option {
	return func(cfg *config) { cfg.content = &c }
}

const (
	defaultContent = 32 << 10
	maxContent     = 64 << 10
)

// limit returns how long an attribute may be.
func (c *Content) limit(p *core.Pipeline) int {
	limit := c.MaxBytes
	if limit <= 0 {
		limit = defaultContent
	}
	if most := p.ValueBytes(); most > 0 {
		limit = min(limit, most)
	}
	return min(limit, maxContent)
}

// transcripts holds what was said on the wire for one attempt.
type transcripts struct {
	mu   sync.Mutex // guards asked: the request may still be sent while the answer ends
	ask  *prompt    // nil: it has been recorded
	said *heard
	t    transcript // of the answer
}

// listen begins to capture content, where that is wanted and seen by anyone.
// What was read ahead is recorded at once.
func (a *attempt) listen(out *outgoing) {
	if a.content == nil || !a.call.Recording() {
		return
	}
	limit := a.content.limit(a.p)
	c := &transcripts{ask: newPrompt(limit)}
	c.t.open(limit)
	c.said = newHeard(&c.t, &a.x, a.in.format)
	a.heard, a.in.heard = c, c.said
	// Of several requests of one call, the last one counts.
	a.call.Edit(func(kvs []attribute.KeyValue) []attribute.KeyValue { return slices.DeleteFunc(kvs, isContent) })
	if out.whole == nil {
		out.heard = c
		return
	}
	c.asked(out.whole)
	a.recordAsked()
}

// asked reads a piece of the request. It does nothing on a nil c.
func (c *transcripts) asked(p []byte) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ask != nil {
		c.ask.write(p)
	}
}

// recordAsked records what the model was told, once.
func (a *attempt) recordAsked() {
	c := a.heard
	if c == nil {
		return
	}
	c.mu.Lock()
	ask := c.ask
	c.ask = nil
	c.mu.Unlock()
	if ask == nil {
		return
	}
	defer func() { _ = recover() }() // a fault here costs attributes, not the call
	ask.close()
	e := encoder{mask: a.content.Mask, limit: ask.t.limit}
	system, input := e.parts(ask.t.system), e.messages(ask.t.input, ask.t.omitted)
	a.call.Edit(func(kvs []attribute.KeyValue) []attribute.KeyValue {
		kvs = setContent(kvs, attr.GenAISystemInstructions, system)
		return setContent(kvs, attr.GenAIInputMessages, input)
	})
}

// recordSaid records what the model answered.
func (a *attempt) recordSaid() {
	c := a.heard
	if c == nil {
		return
	}
	a.heard, a.in.heard = nil, nil // which an attempt that waits for another one need not hold
	defer func() { _ = recover() }()
	c.said.close()
	e := encoder{mask: a.content.Mask, limit: c.t.limit, output: true}
	for i := range c.t.output {
		if m := &c.t.output[i]; i < len(a.x.finish) {
			m.finish = a.x.finish[i]
		}
	}
	output := e.messages(c.t.said(), 0)
	a.call.Edit(func(kvs []attribute.KeyValue) []attribute.KeyValue {
		return setContent(kvs, attr.GenAIOutputMessages, output)
	})
}

func isContent(kv attribute.KeyValue) bool {
	switch kv.Key {
	case attr.GenAIInputMessages, attr.GenAIOutputMessages, attr.GenAISystemInstructions:
		return true
	}
	return false
}

// setContent replaces or adds an attribute. Empty is absent.
func setContent(kvs []attribute.KeyValue, key attribute.Key, json string) []attribute.KeyValue {
	if json == "" {
		return kvs
	}
	kvs = slices.DeleteFunc(kvs, func(kv attribute.KeyValue) bool { return kv.Key == key })
	return append(kvs, key.String(json))
}
