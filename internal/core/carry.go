package core

import (
	"cmp"
	"context"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	ours "github.com/lift-sys/telemetry/internal/propagation"
)

// By default traces pass as the W3C has them, without baggage, and to hosts
// that are near.
var (
	defaultPropagator propagation.TextMapPropagator = ours.New(ours.Config{})
	defaultHosts, _                                 = ours.NewHosts() // of no pattern, none can be malformed
)

// NewRelay returns a pipeline that never records, and lets the traces of others
// pass as its arguments say.
func NewRelay(propagator propagation.TextMapPropagator, hosts *ours.Hosts) *Pipeline {
	p := &Pipeline{propagator: propagator, hosts: hosts}
	p.stopped.Store(true)
	return p
}

// Passage returns what carries traces through ctx, whether anything is recorded
// there or not, and which hosts may see them.
func Passage(ctx context.Context) (propagation.TextMapPropagator, *ours.Hosts) {
	if p, _, _ := locate(ctx); p != nil && p.propagator != nil {
		return p.propagator, p.hosts
	}
	return defaultPropagator, defaultHosts
}

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
		scope = cmp.Or(ScopeAt(ctx, current), scope)
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
// known, as far as it is valid.
func ExtractIdentity(ctx context.Context, carrier map[string]string) context.Context {
	var values [3]string
	for i, key := range identityKeys {
		if v := carrier[key]; ours.ValidID(v) {
			values[i] = v
		}
	}
	return WithIdentity(ctx, values[0], values[1], values[2])
}

// WithIdentity returns a context in whose scope it is known whose work this is,
// also where telemetry is off. What is empty is not known.
func WithIdentity(ctx context.Context, user, request, session string) context.Context {
	if user == "" && request == "" && session == "" {
		return ctx
	}
	p, _, _ := locate(ctx)
	current := trace.SpanContextFromContext(ctx)
	if s := ScopeAt(ctx, current); s != nil && current.IsValid() && !current.IsRemote() {
		s.Fill(user, request, session) // what came had no trace, so ctx stays in its own
		return ctx
	}
	s := &Scope{Context: ctx, carrier: true, p: p}
	s.Fill(user, request, session)
	return s
}
