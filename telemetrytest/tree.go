package telemetrytest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Tree returns all traces as indented text, one line for each span: its name,
// "(not ended)" where it is still open, the status message where it failed,
// and those of the given attributes that it has, in the order given:
//
//	session.create session.status=active
//	  ir.generate
//	    llm.call error="overloaded" llm.provider=anthropic
//
// A span stands below its parent, and at the left margin where its parent is
// not recorded. Siblings stand in the order of their starts, which between
// spans that run at the same time may differ from run to run;
// [Recorder.AssertTree] does not mind.
func (r *Recorder) Tree(keys ...attribute.Key) string {
	return render(r.tree(keys))
}

// node is a line of a tree with what is below it.
type node struct {
	name     string // of the span; empty where only the line is known
	line     string
	children []*node
}

func (r *Recorder) tree(keys []attribute.Key) []*node {
	spans := r.snapshot()
	nodes := make(map[spanKey]*node, len(spans))
	for _, s := range spans {
		nodes[keyOf(s.current().SpanContext())] = newNode(s, keys)
	}
	var roots []*node
	for _, s := range spans {
		n := nodes[keyOf(s.current().SpanContext())]
		if parent, ok := nodes[keyOf(s.parent)]; ok {
			parent.children = append(parent.children, n)
		} else {
			roots = append(roots, n)
		}
	}
	return roots
}

// snapshot copies the list of spans, so that spans that are open are read, and
// their locks taken, without holding the recorder's.
func (r *Recorder) snapshot() []recorded {
	r.settle()
	r.mu.Lock()
	defer r.mu.Unlock()
	spans := make([]recorded, len(r.spans))
	for i, s := range r.spans {
		spans[i] = *s
	}
	return spans
}

// current returns the span in the state it is in.
func (s recorded) current() sdktrace.ReadOnlySpan {
	if s.live != nil {
		return s.live
	}
	return s.span
}

func newNode(s recorded, keys []attribute.Key) *node {
	span := s.current()
	var b strings.Builder
	name := formatName(span.Name())
	b.WriteString(name)
	if s.live != nil {
		b.WriteString(" (not ended)")
	}
	if st := span.Status(); st.Code == codes.Error {
		b.WriteString(" error=" + strconv.Quote(st.Description))
	}
	if len(keys) > 0 {
		values := make(map[attribute.Key]attribute.Value)
		for _, kv := range span.Attributes() {
			values[kv.Key] = kv.Value
		}
		for _, k := range keys {
			if v, ok := values[k]; ok {
				b.WriteString(" " + string(k) + "=" + format(v))
			}
		}
	}
	return &node{name: name, line: b.String()}
}

// formatName returns a span's name, quoted where it would not read back as it
// is.
func formatName(name string) string {
	if name == "" || name != strings.TrimSpace(name) || strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return strconv.Quote(name)
	}
	return name
}

// format returns v as text on one line, quoted where its end would be unclear.
func format(v attribute.Value) string {
	text := v.String()
	if text == "" && v.Type() != attribute.STRING {
		return "(empty)"
	}
	unclear := func(c rune) bool { return unicode.IsSpace(c) || c == '"' || c == '=' || !unicode.IsPrint(c) }
	if v.Type() == attribute.STRING && (text == "" || strings.ContainsFunc(text, unclear)) {
		return strconv.Quote(text)
	}
	return text
}

func render(nodes []*node) string {
	var b strings.Builder
	renderTo(&b, nodes, 0)
	return b.String()
}

func renderTo(b *strings.Builder, nodes []*node, depth int) {
	for _, n := range nodes {
		for range depth {
			b.WriteString("  ")
		}
		b.WriteString(n.line)
		b.WriteByte('\n')
		renderTo(b, n.children, depth+1)
	}
}

// canonical returns n as text in which siblings are sorted, so that nodes that
// differ in nothing but the order of siblings have the same.
func (n *node) canonical() string {
	texts := make([]string, len(n.children))
	for i, c := range n.children {
		texts[i] = "  " + strings.ReplaceAll(strings.TrimSuffix(c.canonical(), "\n"), "\n", "\n  ") + "\n"
	}
	slices.SortFunc(texts, cmp.Compare[string])
	return n.line + "\n" + strings.Join(texts, "")
}
