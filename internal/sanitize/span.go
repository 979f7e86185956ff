package sanitize

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// view is a span as it may leave the process: the original with what had to
// change laid over it.
type view struct {
	sdktrace.ReadOnlySpan
	context  trace.SpanContext
	name     string
	status   sdktrace.Status
	attrs    []attribute.KeyValue
	events   []sdktrace.Event
	links    []sdktrace.Link
	resource *resource.Resource
	scope    instrumentation.Scope

	droppedAttrs, droppedEvents, droppedLinks int

	size int // no less than it takes when encoded
}

func (v *view) SpanContext() trace.SpanContext                  { return v.context }
func (v *view) Name() string                                    { return v.name }
func (v *view) Status() sdktrace.Status                         { return v.status }
func (v *view) Attributes() []attribute.KeyValue                { return v.attrs }
func (v *view) Events() []sdktrace.Event                        { return v.events }
func (v *view) Links() []sdktrace.Link                          { return v.links }
func (v *view) Resource() *resource.Resource                    { return v.resource }
func (v *view) InstrumentationScope() instrumentation.Scope     { return v.scope }
func (v *view) InstrumentationLibrary() instrumentation.Library { return v.scope } //nolint:staticcheck // the interface has it
func (v *view) DroppedAttributes() int                          { return v.droppedAttrs }
func (v *view) DroppedEvents() int                              { return v.droppedEvents }
func (v *view) DroppedLinks() int                               { return v.droppedLinks }

// drops is what a view left out, and what its span had lost before.
type drops struct{ attrs, events, links int }

// Span returns a view of ro for exporters and recorders that encode spans
// themselves: with the same repairs as in the direct encoder, and with extra
// appended to its attributes. Extra attributes are the library's own, such as
// SampleRate, and are neither renamed nor counted against the limit. With
// nothing to change and no extra attributes it returns ro.
func (s *Sanitizer) Span(ro sdktrace.ReadOnlySpan, extra ...attribute.KeyValue) sdktrace.ReadOnlySpan {
	if ro == nil {
		return nil
	}
	s = s.or()
	t := s
	v, out, changed := t.view(ro)
	for v.size > s.limits.SpanBytes && t.tighter != nil {
		t = t.tighter
		v, out, changed = t.view(ro)
	}
	if t != s {
		s.Shrunk()
	}
	s.Dropped(out.attrs, out.events, out.links)

	v.resource = s.Resource(ro.Resource())
	v.scope = s.Scope(ro.InstrumentationScope())
	if len(extra) > 0 {
		v.attrs = append(slices.Clip(v.attrs), extra...)
		changed = true
	}
	if !changed && v.resource == ro.Resource() && v.scope == ro.InstrumentationScope() {
		return ro
	}
	return v
}

// view returns a view of ro without resource and scope, what it left out, and
// whether it differs from ro.
func (s *Sanitizer) view(ro sdktrace.ReadOnlySpan) (v *view, out drops, changed bool) {
	status := ro.Status()
	v = &view{
		ReadOnlySpan: ro,
		context:      ro.SpanContext(),
		name:         s.Text(NameKey, ro.Name()),
		status:       sdktrace.Status{Code: status.Code, Description: s.Text(StatusMessageKey, status.Description)},
	}
	ts := v.context.TraceState()
	if clean := s.TraceState(ts); clean.Len() < ts.Len() {
		v.context, changed = v.context.WithTraceState(clean), true
	}
	v.size = spanOverhead + len(v.name) + len(v.status.Description) + len(ts.String())
	changed = changed || v.name != ro.Name() || v.status != status

	kvs, dropped, attrsChanged := s.attrs(ro.Attributes(), &v.size)
	v.attrs, v.droppedAttrs = kvs, ro.DroppedAttributes()+dropped
	out.attrs = v.droppedAttrs
	eventsChanged := v.setEvents(s, ro, &out)
	linksChanged := v.setLinks(s, ro, &out)
	return v, out, changed || attrsChanged || eventsChanged || linksChanged
}

func (v *view) setEvents(s *Sanitizer, ro sdktrace.ReadOnlySpan, out *drops) (changed bool) {
	events := ro.Events()
	// The newest stay, as in the SDK: an exception is the last event.
	over := max(0, len(events)-s.limits.Events)
	events = events[over:]
	v.events, v.droppedEvents = events, ro.DroppedEvents()+over
	out.events = v.droppedEvents

	child, cloned := s.Children(), false
	for i, e := range events {
		name := child.Text(NameKey, e.Name)
		kvs, dropped, attrsChanged := child.attrs(e.Attributes, &v.size)
		v.size += spanOverhead + len(name)
		out.attrs += dropped + e.DroppedAttributeCount
		if name == e.Name && !attrsChanged {
			continue
		}
		if !cloned {
			v.events, cloned = slices.Clone(events), true
		}
		v.events[i].Name, v.events[i].Attributes = name, kvs
		v.events[i].DroppedAttributeCount += dropped
	}
	return cloned || over > 0
}

func (v *view) setLinks(s *Sanitizer, ro sdktrace.ReadOnlySpan, out *drops) (changed bool) {
	links := ro.Links()
	over := max(0, len(links)-s.limits.Links)
	links = links[over:]
	v.links, v.droppedLinks = links, ro.DroppedLinks()+over
	out.links = v.droppedLinks

	child, cloned := s.Children(), false
	for i, l := range links {
		ts := l.SpanContext.TraceState()
		clean := child.TraceState(ts)
		kvs, dropped, attrsChanged := child.attrs(l.Attributes, &v.size)
		v.size += spanOverhead
		out.attrs += dropped + l.DroppedAttributeCount
		if clean.Len() == ts.Len() && !attrsChanged {
			continue
		}
		if !cloned {
			v.links, cloned = slices.Clone(links), true
		}
		v.links[i].SpanContext = l.SpanContext.WithTraceState(clean)
		v.links[i].Attributes = kvs
		v.links[i].DroppedAttributeCount += dropped
	}
	return cloned || over > 0
}

// attrs returns kvs cleaned, how many had to go, and whether anything changed;
// if not, it returns kvs itself. It adds what they take to size, and where there
// is no tighter Sanitizer left it lets go of what does not fit.
func (s *Sanitizer) attrs(kvs []attribute.KeyValue, size *int) (out []attribute.KeyValue, dropped int, changed bool) {
	for i, kv := range kvs {
		c, keep := s.Attr(kv)
		if keep && i-dropped >= s.limits.Attributes {
			keep = false
		}
		if keep && size != nil {
			n := attrBytes(c)
			if s.tighter == nil && *size+n > s.limits.SpanBytes {
				keep = false
			} else {
				*size += n
			}
		}
		if !changed && (!keep || c != kv) {
			out, changed = append(make([]attribute.KeyValue, 0, len(kvs)), kvs[:i]...), true
		}
		switch {
		case !keep:
			dropped++
		case changed:
			out = append(out, c)
		}
	}
	if !changed {
		return kvs, 0, false
	}
	return out, dropped, true
}

const spanOverhead = 96 // ids, times and tags

// attrBytes returns about how many bytes kv takes when encoded, never less.
func attrBytes(kv attribute.KeyValue) int { return len(kv.Key) + 16 + valueBytes(kv.Value) }

func valueBytes(v attribute.Value) int {
	n := 10
	switch v.Type() {
	case attribute.STRING, attribute.BYTESLICE:
		n += len(v.AsString())
	case attribute.STRINGSLICE:
		for _, s := range v.AsStringSlice() {
			n += 10 + len(s)
		}
	case attribute.INT64SLICE:
		n += 16 * len(v.AsInt64Slice())
	case attribute.FLOAT64SLICE:
		n += 16 * len(v.AsFloat64Slice())
	case attribute.BOOLSLICE:
		n += 16 * len(v.AsBoolSlice())
	case attribute.SLICE:
		for _, e := range v.AsSlice() {
			n += 10 + valueBytes(e)
		}
	case attribute.MAP:
		for _, kv := range v.AsMap() {
			n += attrBytes(kv)
		}
	}
	return n
}
