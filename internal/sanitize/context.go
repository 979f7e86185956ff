package sanitize

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/trace"
)

// resourcePair remembers what became of a resource: a process has one, and the
// stock exporters group spans by it.
type resourcePair struct{ in, out *resource.Resource }

// Resource returns r with clean attributes: r itself if they are clean already.
// A nil r stays nil.
func (s *Sanitizer) Resource(r *resource.Resource) *resource.Resource {
	if r == nil {
		return nil
	}
	s = s.or()
	if p := s.resource.Load(); p != nil && p.in == r {
		return p.out
	}
	p := &resourcePair{in: r, out: r}
	kvs, dropped, changed := s.attrs(r.Attributes(), nil)
	s.Dropped(dropped, 0, 0)
	if url := s.String(r.SchemaURL()); changed || url != r.SchemaURL() {
		p.out = resource.NewWithAttributes(url, kvs...)
	}
	s.resource.Store(p)
	return p.out
}

// Scope returns sc with a clean name, version, schema URL and attributes.
func (s *Sanitizer) Scope(sc instrumentation.Scope) instrumentation.Scope {
	s = s.or()
	sc.Name, sc.Version, sc.SchemaURL = s.String(sc.Name), s.String(sc.Version), s.String(sc.SchemaURL)
	if sc.Attributes.Len() == 0 {
		return sc
	}
	if kvs, dropped, changed := s.attrs(sc.Attributes.ToSlice(), nil); changed {
		s.Dropped(dropped, 0, 0)
		sc.Attributes = attribute.NewSet(kvs...)
	}
	return sc
}

// TraceState returns ts without the members that hold a secret. It does not
// allocate unless there are any.
func (s *Sanitizer) TraceState(ts trace.TraceState) trace.TraceState {
	if ts.Len() == 0 {
		return ts
	}
	s = s.or()
	out := ts
	ts.Walk(func(key, value string) bool {
		if s.String(key) != key || s.String(value) != value {
			out = out.Delete(key)
		}
		return true
	})
	return out
}
