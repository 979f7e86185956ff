package core

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/failure"
)

// Identity holds who a piece of work belongs to. Each field keeps the first
// non-empty value it was given. The zero value is empty; all methods are safe
// for concurrent use.
type Identity struct {
	mu                     sync.Mutex
	user, request, session string
}

// Fill sets the fields that are still empty.
func (i *Identity) Fill(user, request, session string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.user == "" {
		i.user = user
	}
	if i.request == "" {
		i.request = request
	}
	if i.session == "" {
		i.session = session
	}
}

// Values returns the fields; an unknown one is empty.
func (i *Identity) Values() (user, request, session string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.user, i.request, i.session
}

// Scope is what the spans of one request share: who it is for, and what its
// LLM calls used. It lives from the local root's start to its end.
type Scope struct {
	context.Context      // set only where the scope is itself a node of a context
	carrier         bool // made for what a carrier said, not for a span

	Identity
	p     *Pipeline
	total totals
	loose atomic.Int64 // picos of total.other that no typed span carries
	ended atomic.Bool

	// root is the span that carries the totals where no typed span is the
	// local root; its owner, or else the outermost typed span, writes them.
	root  trace.Span
	owned bool

	// seen holds the failures whose stack some span has recorded, the latest
	// ones, in a ring. Guarded by Identity.mu.
	seen  [maxSeen]error
	nSeen int
}

// maxSeen bounds the failures that a request remembers.
const maxSeen = 8

// passing reports whether another scope may have to stand in for s: there is
// none, or it only carries the identity of an [ExtractIdentity].
func (s *Scope) passing() bool { return s == nil || s.carrier }

// Value makes a scope findable by [locate].
func (s *Scope) Value(key any) any {
	if key == (nodeKey{}) {
		return s
	}
	return s.Context.Value(key)
}

// ScopeAt returns the scope of the request that ctx belongs to, or nil.
// current is the OpenTelemetry span of ctx, which may be another library's.
func ScopeAt(ctx context.Context, current trace.SpanContext) *Scope {
	p, _, scope := locate(ctx)
	if p != nil && scope.passing() {
		scope = cmp.Or(p.anchors.get(current.SpanID()), scope)
	}
	return scope
}

// OpenScope gives the request that root serves a scope, and returns a context
// that carries it. The caller must end it with [Scope.Close] before it ends
// root. It returns nil where telemetry is off.
func OpenScope(ctx context.Context, root trace.Span) (context.Context, *Scope) {
	if live.Load() == 0 {
		return ctx, nil
	}
	p, _, _ := locate(ctx)
	if p == nil || !p.on.Load() {
		return ctx, nil
	}
	s := p.anchors.get(root.SpanContext().SpanID())
	if s == nil {
		s = &Scope{p: p, root: root}
	}
	s.Context, s.owned = ctx, true
	return s, s
}

// servedBy reports whether span is the root that carries the totals.
func (s *Scope) servedBy(span interface{ SpanContext() trace.SpanContext }) bool {
	return s.root != nil && s.root.SpanContext().SpanID() == span.SpanContext().SpanID()
}

// Close writes what is known of the request onto its root.
func (s *Scope) Close() {
	if s == nil {
		return
	}
	s.ended.Store(true)
	s.writeRoot()
}

// saw reports whether a span of this request has recorded the stack of err, or
// of what err wraps.
func (s *Scope) saw(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sawLocked(err)
}

// claim reports whether the caller is the first of this request to record err.
func (s *Scope) claim(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sawLocked(err) {
		return false
	}
	s.seen[s.nSeen%maxSeen] = err
	s.nSeen++
	return true
}

func (s *Scope) sawLocked(err error) bool {
	for _, e := range s.seen {
		if e != nil && failure.Same(err, e) {
			return true
		}
	}
	return false
}

func (s *Scope) writeRoot() {
	if s.root == nil || !s.root.IsRecording() {
		return
	}
	buf := getAttributes()
	a := s.appendIdentity((*buf)[:0], nil)
	a = s.appendTotals(a)
	if other := s.loose.Load(); other > 0 {
		a = append(a, attr.CostOtherUSD.Float64(USD(other)))
	}
	s.root.SetAttributes(a...)
	*buf = a
	putAttributes(buf)
}

// appendIdentity appends user.id, request.id and session.id as far as they
// are known; near, when given, goes before the scope's own.
func (s *Scope) appendIdentity(a []attribute.KeyValue, near *Identity) []attribute.KeyValue {
	user, request, session := s.Values()
	if near != nil && near != &s.Identity {
		u, r, id := near.Values()
		user, request, session = cmp.Or(u, user), cmp.Or(r, request), cmp.Or(id, session)
	}
	if user != "" {
		a = append(a, attr.UserID.String(user))
	}
	if request != "" {
		a = append(a, attr.RequestID.String(request))
	}
	if session != "" {
		a = append(a, attr.SessionID.String(session))
	}
	return a
}

// appendTotals appends what the whole request used: the request.* roll-ups.
func (s *Scope) appendTotals(a []attribute.KeyValue) []attribute.KeyValue {
	a = s.total.appendTo(a, requestRollup)
	var cost atomic.Int64
	addCapped(&cost, s.total.picos.Load())
	addCapped(&cost, s.total.other.Load())
	if cost := cost.Load(); cost > 0 {
		a = append(a, attr.RequestCostUSD.Float64(USD(cost)))
	}
	return a
}

// Retell returns err without what a span of the request around ctx has left
// out of it, such as the literals of a statement.
func Retell(ctx context.Context, err error) error {
	if s := ScopeAt(ctx, trace.SpanContextFromContext(ctx)); s != nil {
		return s.retell(err)
	}
	return err
}

// retell returns err without what a span of the request has left out of it,
// such as the literals of a statement.
func (s *Scope) retell(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.seen {
		if e != nil {
			err = failure.Retell(err, e)
		}
	}
	return err
}
