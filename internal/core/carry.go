package core

import (
	"context"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
)

// identityKeys are the keys under which a carrier holds an identity.
var identityKeys = [3]string{string(attr.UserID), string(attr.RequestID), string(attr.SessionID)}

// InjectIdentity writes whose work ctx is into carrier.
func InjectIdentity(ctx context.Context, carrier map[string]string) {
	var values [3]string
	if span := Current(ctx); span != nil {
		values[0], values[1], values[2] = span.Identity()
	} else if scope := ScopeAt(ctx, trace.SpanContextFromContext(ctx)); scope != nil {
		values[0], values[1], values[2] = scope.Values()
	}
	for i, v := range values {
		if v != "" {
			carrier[identityKeys[i]] = v
		}
	}
}

// ExtractIdentity returns a context in whose scope the identity of carrier is
// known.
func ExtractIdentity(ctx context.Context, carrier map[string]string) context.Context {
	user, request, session := carrier[identityKeys[0]], carrier[identityKeys[1]], carrier[identityKeys[2]]
	p, _, _ := locate(ctx)
	if p == nil || user == "" && request == "" && session == "" {
		return ctx
	}
	current := trace.SpanContextFromContext(ctx)
	if s := ScopeAt(ctx, current); s != nil && current.IsValid() && !current.IsRemote() {
		s.Fill(user, request, session) // the carrier had no trace, so ctx stays in its own
		return ctx
	}
	s := &Scope{Context: ctx, carrier: true, p: p}
	s.Fill(user, request, session)
	return s
}
