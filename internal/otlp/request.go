package otlp

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// Fields of Resource, InstrumentationScope, ResourceSpans and ScopeSpans;
// ResourceMetrics and ScopeMetrics number theirs the same way.
const (
	resourceAttrs        protowire.Number = 1
	resourceDroppedAttrs protowire.Number = 2

	scopeName         protowire.Number = 1
	scopeVersion      protowire.Number = 2
	scopeAttrs        protowire.Number = 3
	scopeDroppedAttrs protowire.Number = 4

	requestResources protowire.Number = 1

	resourceSpansResource  protowire.Number = 1
	resourceSpansScopes    protowire.Number = 2
	resourceSpansSchemaURL protowire.Number = 3

	scopeSpansScope     protowire.Number = 1
	scopeSpansSpans     protowire.Number = 2
	scopeSpansSchemaURL protowire.Number = 3
)

// AppendResource appends the body of a Resource message, without tag and
// length. A nil r appends nothing.
func AppendResource(b []byte, r *resource.Resource, san *sanitize.Sanitizer) []byte {
	if r == nil {
		return b
	}
	b, dropped := appendSet(b, resourceAttrs, r.Iter(), san)
	return appendCount(b, resourceDroppedAttrs, dropped)
}

// AppendScope appends the body of an InstrumentationScope message, without tag
// and length. The scope's schema URL is a field of ScopeSpans instead.
func AppendScope(b []byte, sc instrumentation.Scope, san *sanitize.Sanitizer) []byte {
	b = appendString(b, scopeName, san.String(sc.Name))
	b = appendString(b, scopeVersion, san.String(sc.Version))
	b, dropped := appendSet(b, scopeAttrs, sc.Attributes.Iter(), san)
	return appendCount(b, scopeDroppedAttrs, dropped)
}

// appendSet appends the attributes of a resource or a scope as fields num, and
// returns and counts how many were left out.
func appendSet(b []byte, num protowire.Number, it attribute.Iterator, san *sanitize.Sanitizer) (out []byte, dropped int) {
	limit := san.Limits().Attributes
	for it.Next() {
		i, kv := it.IndexedAttribute()
		ok := false
		if i-dropped < limit {
			b, ok = appendAttr(b, num, &kv, san)
		}
		if !ok {
			dropped++
		}
	}
	san.Dropped(dropped, 0, 0)
	return b, dropped
}
