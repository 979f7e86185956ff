package core

import (
	"context"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
)

// identityKeys are the keys under which a carrier holds an identity.
var identityKeys = [3]string{string(attr.UserID), string(attr.RequestID), string(attr.SessionID)}

// IdentityAt returns whose work ctx is, as far as it is known by now. current
// is the OpenTelemetry span of ctx.
func IdentityAt(ctx context.Context, current trace.SpanContext) (user, request, session string) {
	_, span, scope := named(ctx)
	if span != nil {
		return span.Identity()
	}
	if current.IsValid() && scope.passing() {
		scope = ScopeAt(ctx, current)
	}
	if scope == nil {
		return "", "", ""
	}
	return scope.Values()
}

// InjectIdentity writes whose work ctx is into carrier.
func InjectIdentity(ctx context.Context, carrier map[string]string) {
	var values [3]string
	values[0], values[1], values[2] = IdentityAt(ctx, trace.SpanContextFromContext(ctx))
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
