package delivery

import (
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of opentelemetry/proto/collector/trace/v1/trace_service.proto
// and opentelemetry/proto/trace/v1/trace.proto, OTLP 1.11.
const (
	fieldResourceSpans = 1 // ExportTraceServiceRequest.resource_spans
	fieldResource      = 1 // ResourceSpans.resource
	fieldScopeSpans    = 2 // ResourceSpans.scope_spans
	fieldScope         = 1 // ScopeSpans.scope
	fieldSchemaURL     = 3 // ScopeSpans.schema_url
)

// request is one message about to be written: some entries of a batch. Its
// memory is reused; it belongs to one lane's goroutine.
type request struct {
	resource []byte
	framed   bool // spans, to be framed; otherwise whole messages to be joined

	blocks []*block
	refs   []ref
	scopes []scope
	groups []group
	place  []uint32 // scope number to its index in groups, plus 1
	order  []ref    // refs by scope, otherwise in their order
	head   []byte
	bytes  int // of the whole message
	spans  int // of ResourceSpans, without tag and length
	items  uint64
	weight uint64
}

// group is the spans of one scope.
type group struct {
	scope uint16
	n     int // entries
	bytes int // of the framed spans
	at    int // of its next entry in order
}

// set makes the request stand for refs and computes its size.
func (r *request) set(blocks []*block, refs []ref, scopes []scope) {
	r.blocks, r.refs, r.scopes = blocks, refs, scopes
	r.items, r.weight, r.bytes = 0, 0, 0
	r.groups = r.groups[:0]
	if len(r.place) < len(scopes) {
		r.place = make([]uint32, len(scopes))
	}
	for _, f := range refs {
		e, _, _ := blocks[f.block].at(int(f.off))
		r.items += e.items
		r.weight += e.weight
		r.bytes += len(e.message)
		if !r.framed {
			continue
		}
		if r.place[e.scope] == 0 {
			r.groups = append(r.groups, group{scope: e.scope})
			r.place[e.scope] = uint32(len(r.groups))
		}
		g := &r.groups[r.place[e.scope]-1]
		g.n++
		g.bytes += len(e.message)
	}
	if !r.framed {
		return
	}
	r.sort()
	r.spans = sizeBytes(fieldResource, len(r.resource))
	for _, g := range r.groups {
		r.spans += sizeBytes(fieldScopeSpans, r.size(g))
		r.place[g.scope] = 0
	}
	r.bytes = sizeBytes(fieldResourceSpans, r.spans)
}

// sort fills order. A span keeps its place among those of its scope.
func (r *request) sort() {
	at := 0
	for i := range r.groups {
		r.groups[i].at = at
		at += r.groups[i].n
	}
	if cap(r.order) < len(r.refs) {
		r.order = make([]ref, len(r.refs))
	}
	r.order = r.order[:len(r.refs)]
	for _, f := range r.refs {
		e, _, _ := r.blocks[f.block].at(int(f.off))
		g := &r.groups[r.place[e.scope]-1]
		r.order[g.at] = f
		g.at++
	}
}

// size is the length of g's ScopeSpans message.
func (r *request) size(g group) int {
	s := r.scopes[g.scope]
	n := sizeBytes(fieldScope, len(s.message)) + g.bytes
	if s.schemaURL != "" {
		n += sizeBytes(fieldSchemaURL, len(s.schemaURL))
	}
	return n
}

// writeTo writes the message: for spans an ExportTraceServiceRequest; for
// metrics the entries one after the other, which protobuf defines as their
// merge (https://protobuf.dev/programming-guides/encoding/#last-one-wins).
func (r *request) writeTo(w io.Writer) error {
	if !r.framed {
		return r.writeEntries(w, r.refs)
	}
	h := appendTag(r.head[:0], fieldResourceSpans, r.spans)
	h = appendTag(h, fieldResource, len(r.resource))
	h = append(h, r.resource...)
	rest := r.order
	for _, g := range r.groups {
		s := r.scopes[g.scope]
		h = appendTag(h, fieldScopeSpans, r.size(g))
		h = appendTag(h, fieldScope, len(s.message))
		h = append(h, s.message...)
		if s.schemaURL != "" {
			h = appendTag(h, fieldSchemaURL, len(s.schemaURL))
			h = append(h, s.schemaURL...)
		}
		if _, err := w.Write(h); err != nil {
			return err
		}
		h = h[:0]
		if err := r.writeEntries(w, rest[:g.n]); err != nil {
			return err
		}
		rest = rest[g.n:]
	}
	r.head = h
	return nil
}

func (r *request) writeEntries(w io.Writer, refs []ref) error {
	for _, f := range refs {
		e, _, _ := r.blocks[f.block].at(int(f.off))
		if _, err := w.Write(e.message); err != nil {
			return err
		}
	}
	return nil
}

// appendTag appends the tag and length of a message of n bytes.
func appendTag(b []byte, field protowire.Number, n int) []byte {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	return protowire.AppendVarint(b, uint64(n))
}

// sizeBytes is the size of a message of n bytes with tag and length.
func sizeBytes(field protowire.Number, n int) int {
	return protowire.SizeTag(field) + protowire.SizeBytes(n)
}
