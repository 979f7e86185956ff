package otlp

import (
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
	dropped := 0
	limit := san.Limits().Attributes
	for it := r.Iter(); it.Next(); {
		i, kv := it.IndexedAttribute()
		ok := false
		if i-dropped < limit {
			b, ok = appendAttr(b, resourceAttrs, &kv, san)
		}
		if !ok {
			dropped++
		}
	}
	san.Dropped(dropped, 0, 0)
	return appendCount(b, resourceDroppedAttrs, dropped)
}

// AppendScope appends the body of an InstrumentationScope message, without tag
// and length. The scope's schema URL is a field of ScopeSpans instead.
func AppendScope(b []byte, sc instrumentation.Scope, san *sanitize.Sanitizer) []byte {
	b = appendString(b, scopeName, san.String(sc.Name))
	b = appendString(b, scopeVersion, san.String(sc.Version))
	dropped := 0
	limit := san.Limits().Attributes
	for it := sc.Attributes.Iter(); it.Next(); {
		i, kv := it.IndexedAttribute()
		ok := false
		if i-dropped < limit {
			b, ok = appendAttr(b, scopeAttrs, &kv, san)
		}
		if !ok {
			dropped++
		}
	}
	san.Dropped(dropped, 0, 0)
	return appendCount(b, scopeDroppedAttrs, dropped)
}
