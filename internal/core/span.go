package core

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/failure"
)

// Role says which roll-up attributes a span carries.
type Role uint8

// The roles. A span of any other kind of work has RoleNone.
const (
	RoleNone Role = iota
	RoleSession
	RoleIR
	RoleCode
)

// Family is what all spans of one kind share.
type Family struct {
	Name string
	Kind trace.SpanKind // zero: internal
	Role Role
}

// Extension is the part of a typed span that knows its own facts.
type Extension interface {
	// Finish is called once, when the span ends. It records metrics and
	// returns a with the last attributes appended. Where the span is not
	// recorded, what it appends is thrown away.
	Finish(o Outcome, a []attribute.KeyValue) []attribute.KeyValue
}

// Outcome is how a span's work ended.
type Outcome struct {
	Failed   bool
	Failure  failure.Identity // empty unless Failed
	Duration time.Duration
}

// Span is the state behind every typed handle. It is also a node of the
// context chain, so that a recorded span costs no extra allocation to be
// found from a context. A Span is never reused.
//
// A caller makes one with new, or embedded in a larger state; then Open, Edit
// and Begin in this order, from one goroutine. After Begin all methods are safe
// for concurrent use.
type Span struct {
	context.Context // the context the span was started in

	p      *Pipeline
	family *Family
	ext    Extension
	parent *Span     // the nearest typed ancestor in this process
	scope  *Scope    // of the request
	ids    *Identity // of the nearest session, else the scope's
	start  time.Time

	own       context.Context // with this span as the current one
	otel      trace.Span      // nil where nothing is recorded
	traceID   trace.TraceID   // of a new root, until the SDK asks for it
	localRoot bool
	starting  bool
	live      bool // otel is another's, who ends it
	recording atomic.Bool
	ended     atomic.Bool
	total     totals

	mu     sync.Mutex
	attrs  *[]attribute.KeyValue // pooled; nil until the first Edit
	failed error                 // the first failure
	stack  string                // where it was first seen
	seen   failure.Identity      // what was observed from outside; empty: nothing
	as     time.Time             // the moment the span ends as of, where nothing more happens; zero: open

	whole     whole         // where attributes go past the SDK
	unsampled unsampledSpan // of a root that is sampled out
	ownScope  Scope         // of a local root
	link      openLink
}

// Value finds the span itself, and passes everything else on.
func (s *Span) Value(key any) any {
	switch key {
	case nodeKey{}:
		return s
	case linkKey{}:
		return nil // this span has the links above it
	}
	if s.starting && otelKey != nil && key == otelKey {
		return randomRoot
	}
	return s.Context.Value(key)
}

// Open decides whether the span will be recorded. It returns false where
// telemetry is off; then s must be forgotten. ids, which may be nil, is the
// identity of a new session.
func (s *Span) Open(ctx context.Context, f *Family, ext Extension, ids *Identity) bool {
	if !s.open(ctx, f, ext, ids) {
		return false
	}
	s.recording.Store(s.sampled(trace.SpanContextFromContext(ctx)))
	return true
}

// OpenLive opens a span that takes over one which other instrumentation has
// started and will end. Its attributes and its name go there; it must not
// Begin. It returns false where telemetry is off.
func (s *Span) OpenLive(ctx context.Context, other trace.Span, f *Family, ext Extension) bool {
	if !s.open(ctx, f, ext, nil) {
		return false
	}
	s.live, s.otel = true, other
	s.own = trace.ContextWithSpan(ctx, other)
	s.recording.Store(other.IsRecording())
	return true
}

// In returns a context below ctx in which the span is the current one: its
// values and its end are those of ctx.
func (s *Span) In(ctx context.Context) context.Context {
	return trace.ContextWithSpan(&within{ctx, s}, trace.SpanFromContext(s.own))
}

// within puts a span into a context that it was not started in.
type within struct {
	context.Context
	s *Span
}

// Value finds the span.
func (w *within) Value(key any) any {
	switch key {
	case nodeKey{}:
		return w.s
	case linkKey{}:
		return nil
	}
	return w.Context.Value(key)
}

// Publish writes what is known so far to a live span, whose owner may end it
// before this span ends.
func (s *Span) Publish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.live || !s.recording.Load() || s.ended.Load() || s.attrs == nil {
		return
	}
	s.otel.SetName(s.family.Name)
	s.otel.SetAttributes(*s.attrs...)
}

func (s *Span) open(ctx context.Context, f *Family, ext Extension, ids *Identity) bool {
	if live.Load() == 0 {
		return false
	}
	p, parent, scope := locate(ctx)
	if p == nil || !p.on.Load() {
		return false
	}
	s.Context, s.p, s.family, s.ext, s.parent, s.scope = ctx, p, f, ext, parent, scope
	s.start = time.Now()
	sc := trace.SpanContextFromContext(ctx)
	s.localRoot = !sc.IsValid() || sc.IsRemote()
	if !s.localRoot && s.scope.passing() {
		s.scope = cmp.Or(p.anchors.get(sc.SpanID()), s.scope)
	}
	if s.scope == nil || s.localRoot {
		s.ownScope.p = p
		if s.scope != nil { // of a carrier, or of a trace that this one leaves
			s.ownScope.Fill(s.scope.Values())
		}
		s.scope = &s.ownScope
	}
	switch {
	case ids != nil:
		s.ids = ids
	case parent != nil:
		s.ids = parent.ids
	default:
		s.ids = &s.scope.Identity
	}
	return true
}

// sampled makes the head decision of pipelines that own their sampler, so
// that a span which is dropped never reaches the SDK. Any other pipeline
// learns the decision from the SDK.
func (s *Span) sampled(parent trace.SpanContext) bool {
	if s.p.head == nil || (parent.IsSampled() && !parent.IsRemote()) {
		return true
	}
	id := parent.TraceID()
	if !parent.IsValid() {
		id = newTraceID()
		s.traceID = id
	}
	if s.p.head.Records(id, parent) {
		return true // and the SDK, which asks again, books what was inherited
	}
	s.p.counters.sampledOut.Add(1)
	if !parent.IsValid() {
		s.unsampled.sc = trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: id, SpanID: newSpanID(), TraceFlags: trace.FlagsRandom,
			TraceState: s.p.head.Decide(id, parent).TraceState,
		})
		s.unsampled.p = s.p
	}
	return false
}

// Recording reports whether attributes set now will be seen by anyone.
func (s *Span) Recording() bool { return s.recording.Load() }

// Pipeline returns what the span reports to.
func (s *Span) Pipeline() *Pipeline { return s.p }

// Begin starts the span and returns the context to hand to the caller.
func (s *Span) Begin() context.Context {
	if !s.recording.Load() {
		s.own = s
		if s.unsampled.sc.IsValid() {
			s.own = trace.ContextWithSpan(s, &s.unsampled)
		}
		return s.own
	}
	opts, links := kindOptions[s.family.Kind], pendingLinks(s.Context)
	if s.p.startAttributes || len(links) > 0 {
		opts = append(make([]trace.SpanStartOption, 0, 3), opts...)
		opts = append(opts, trace.WithLinks(links...))
		if s.p.startAttributes && s.attrs != nil {
			opts = append(opts, trace.WithAttributes(*s.attrs...))
		}
	}
	s.starting = s.localRoot && s.traceID.IsValid()
	s.own, s.otel = s.p.tracer.Start(s, s.family.Name, opts...)
	s.starting = false
	if !s.otel.IsRecording() {
		s.recording.Store(false)
		s.release()
		return s.own
	}
	s.p.open.add(s)
	if s.p.stopped.Load() { // Stop may have missed it
		s.endUnfinished()
	}
	return s.own
}

// kindOptions holds start options made once, so that a start does not
// allocate them.
var kindOptions = map[trace.SpanKind][]trace.SpanStartOption{
	trace.SpanKindServer:   {trace.WithSpanKind(trace.SpanKindServer)},
	trace.SpanKindClient:   {trace.WithSpanKind(trace.SpanKindClient)},
	trace.SpanKindProducer: {trace.WithSpanKind(trace.SpanKindProducer)},
	trace.SpanKindConsumer: {trace.WithSpanKind(trace.SpanKindConsumer)},
}

// Edit lets f append attributes. It does nothing once the span has ended, or
// where it is not recorded.
func (s *Span) Edit(f func(a []attribute.KeyValue) []attribute.KeyValue) {
	if !s.recording.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended.Load() {
		return
	}
	if s.attrs == nil {
		s.attrs = getAttributes()
	}
	a, dropped := bound(f(*s.attrs), s.p.attributeLimit)
	*s.attrs = a
	if s.p.direct && !s.live {
		s.whole.dropped += dropped
	} else if dropped > 0 {
		s.p.counters.dropped.Add(uint64(dropped)) // the SDK cannot be told
	}
}

// Do runs f while no other Do and no end runs, and reports true, unless the
// span has ended. It serves extensions that keep facts of their own.
func (s *Span) Do(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended.Load() {
		return false
	}
	f()
	return true
}

// release gives back what an unrecorded span does not need.
func (s *Span) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.attrs != nil {
		putAttributes(s.attrs)
		s.attrs = nil
	}
}

// Own returns the context in which the span is the current one.
func (s *Span) Own() context.Context { return s.own }

// Otel returns the OpenTelemetry span, or nil where nothing is recorded.
func (s *Span) Otel() trace.Span { return s.otel }

// Started returns when the span was started.
func (s *Span) Started() time.Time { return s.start }

// Parent returns the nearest typed ancestor in this process, or nil.
func (s *Span) Parent() *Span { return s.parent }

// Extension returns the typed part of the span, or nil.
func (s *Span) Extension() Extension { return s.ext }

// Ended reports whether the span has ended.
func (s *Span) Ended() bool { return s.ended.Load() }

// Identity returns whose work this is, as far as it is known by now.
func (s *Span) Identity() (user, request, session string) {
	user, request, session = s.scope.Values()
	u, r, id := s.ids.Values()
	return cmp.Or(u, user), cmp.Or(r, request), cmp.Or(id, session)
}

// Identify fills what is still unknown about whose work this is, for this
// session and for the request.
func (s *Span) Identify(user, request, session string) {
	s.ids.Fill(user, request, session)
	s.scope.Fill(user, request, session)
}
