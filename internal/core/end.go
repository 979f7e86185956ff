package core

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/failure"
)

// Fail remembers err as the reason why the work failed; the first one counts.
// A nil err does nothing.
func (s *Span) Fail(err error) {
	if err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended.Load() || s.failed != nil {
		return
	}
	s.fail(err)
}

// fail keeps err, and the stack where it is new to the trace. The caller holds
// s.mu.
func (s *Span) fail(err error) {
	s.failed, s.stack = err, ""
	if s.recording.Load() && !s.scope.saw(err) {
		s.stack = failure.Stack(ownFrames...)
	}
}

// ownFrames are left out of recorded stacks.
var ownFrames = []string{
	"github.com/lift-sys/telemetry.", "github.com/lift-sys/telemetry/internal/core.",
	"github.com/lift-sys/telemetry/telemetryhttp.", "github.com/lift-sys/telemetry/telemetrypgx.", "github.com/lift-sys/telemetry/telemetrysql.",
	"runtime.gopanic", "runtime.panicmem", "runtime.sigpanic",
}

// End ends the span. err, when not nil, is why the work failed. Only the first
// of several ends counts.
func (s *Span) End(err error) {
	s.Fail(err)
	s.finish(nil)
}

// Observe sets what an observer of the work has seen go wrong: a later call
// replaces it, and the empty identity clears it. It names a failure that the
// caller tells too, and is one where the caller tells none.
func (s *Span) Observe(id failure.Identity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = id
}

// Settle says that the work came to an end at t, unless more is heard of it: a
// span that is then left open ends as of t. The zero time takes that back.
func (s *Span) Settle(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.as = t
}

// AddEvent adds an event, unless the span has ended.
func (s *Span) AddEvent(name string, kv ...attribute.KeyValue) {
	if s.recording.Load() && !s.ended.Load() {
		s.otel.AddEvent(name, trace.WithAttributes(kv...))
	}
}

// EndPanic ends the span of work that panicked with v. It must be called from
// the deferred function that recovered v, while the stack is still there.
func (s *Span) EndPanic(v any) {
	if v == http.ErrAbortHandler { //nolint:errorlint // how a handler hangs up, compared as net/http does; no failure
		s.finish(&failure.Identity{Type: attr.ErrorCanceled, Benign: true})
		return
	}
	id := describePanic(v)
	s.mu.Lock()
	if !s.ended.Load() { // a panic outranks an earlier failure
		s.fail(panicAsError(v))
	}
	s.mu.Unlock()
	s.finish(&id)
}

// endUnfinished ends a span that its owner left open.
func (s *Span) endUnfinished() {
	id := failure.Identity{Message: "the process stopped before the work ended"}
	s.mu.Lock()
	failed, settled := s.failed, !s.as.IsZero()
	s.mu.Unlock()
	if settled {
		s.finish(nil)
		return
	}
	if failed != nil {
		id = failure.Describe(s.Context, s.scope.retell(failed), s.p.classify)
		id.Benign = false
	}
	id.Type = attr.ErrorUnfinished
	s.finish(&id)
}

// crowded is how many attributes a span has by default. Where a caller sets
// so many that some must go, the library's own, which come first then, stay.
const crowded = 128

func (s *Span) finish(forced *failure.Identity) {
	s.mu.Lock()
	if s.ended.Load() {
		s.mu.Unlock()
		return
	}
	s.ended.Store(true)
	buf, failed, stack, seen, at := s.attrs, s.failed, s.stack, s.seen, s.as
	s.attrs = nil
	s.mu.Unlock()

	o := Outcome{Duration: time.Since(s.start)}
	if !at.IsZero() {
		o.Duration = max(at.Sub(s.start), 0)
	}
	switch {
	case forced != nil:
		o.Failed, o.Failure = true, *forced
	case failed != nil:
		o.Failed, o.Failure = true, failure.Describe(s.Context, s.scope.retell(failed), s.p.classify)
		if seen.Type != "" && !o.Failure.Benign {
			o.Failure.Type = seen.Type
		}
	case seen.Type != "":
		o.Failed, o.Failure = true, seen
	}

	if buf == nil {
		buf = getAttributes()
	}
	a := *buf
	callers := len(a)
	if s.ext != nil {
		a = s.ext.Finish(o, a)
	}
	if s.localRoot {
		// Before the totals are read: what comes later must count as late.
		s.scope.ended.Store(true)
	}
	if s.recording.Load() {
		if o.Failed {
			a = appendFailure(a, o.Failure)
			if failed != nil && !o.Failure.Benign && !s.scope.claim(failed) {
				stack = ""
			}
			recordFailure(s.otel, o.Failure, stack)
		}
		a = s.appendContext(a)
		if len(a) > crowded {
			a = slices.Concat(a[callers:], a[:callers])
		}
		switch {
		case s.live:
			s.otel.SetName(s.family.Name)
			s.otel.SetAttributes(a...)
		case s.p.direct:
			s.whole.attrs = a
		default:
			s.otel.SetAttributes(a...)
		}
	}
	*buf = a
	s.endOtel(at)
	putAttributes(buf)
}

// endOtel ends the OpenTelemetry span, if there is one.
func (s *Span) endOtel(at time.Time) {
	if s.otel == nil {
		return
	}
	if s.parent == nil && !s.scope.owned {
		s.scope.writeRoot()
	}
	if s.live {
		return
	}
	s.p.open.remove(s)
	var opts []trace.SpanEndOption
	if !at.IsZero() {
		opts = []trace.SpanEndOption{trace.WithTimestamp(at)}
	}
	if s.whole.attrs == nil {
		s.otel.End(opts...)
		return
	}
	id := s.otel.SpanContext().SpanID()
	s.p.ending.put(id, &s.whole)
	s.otel.End(opts...)
	s.p.ending.take(id) // still there where other code had ended the span
	s.whole = whole{}
}

// appendContext appends what the span knows from its surroundings.
func (s *Span) appendContext(a []attribute.KeyValue) []attribute.KeyValue {
	a = s.scope.appendIdentity(a, s.ids)
	switch s.family.Role {
	case RoleSession:
		a = s.total.appendTo(a, sessionRollup)
	case RoleIR:
		a = s.total.appendTo(a, irRollup)
	case RoleCode:
		a = s.total.appendTo(a, codeRollup)
	case RoleNone:
	}
	if other := s.total.other.Load(); other > 0 {
		a = append(a, attr.CostOtherUSD.Float64(USD(other)))
	}
	if s.localRoot {
		a = s.scope.appendTotals(a)
	}
	return a
}

// appendFailure appends what boards group failures by.
func appendFailure(a []attribute.KeyValue, id failure.Identity) []attribute.KeyValue {
	a = append(a, attr.ErrorType.String(id.Type))
	if id.Benign {
		return a
	}
	a = append(a, attr.ErrorMessage.String(id.Message))
	if id.GoType != "" {
		a = append(a, attr.ExceptionType.String(id.GoType), attr.ExceptionMessage.String(id.Message))
	}
	return a
}

// recordFailure sets the status and, where the failure is new to this trace,
// adds the exception event with its stack.
func recordFailure(span trace.Span, id failure.Identity, stack string) {
	if id.Benign {
		return
	}
	span.SetStatus(codes.Error, id.Message)
	if stack == "" {
		return
	}
	span.AddEvent(attr.EventException, trace.WithAttributes(
		attr.ExceptionType.String(id.GoType),
		attr.ExceptionMessage.String(id.Message),
		attr.ExceptionStacktrace.String(stack),
	))
}

// Panic records on the request's root that the work panicked with v. It must
// be called from the deferred function that recovered v. The stack is left
// out where a typed span of the request has it already.
func (s *Scope) Panic(v any) {
	if s == nil || s.root == nil || !s.root.IsRecording() {
		return
	}
	var stack string
	if s.claim(panicAsError(v)) {
		stack = failure.Stack(ownFrames...)
	}
	id := describePanic(v)
	s.root.SetAttributes(appendFailure(nil, id)...)
	recordFailure(s.root, id, stack)
}

// panicError carries a panic value that is no error.
type panicError struct{ value any }

func (e panicError) Error() string { return fmt.Sprint(e.value) }

func panicAsError(v any) error {
	if err, ok := v.(error); ok {
		return err
	}
	return panicError{v}
}

// describePanic names a panic. The methods of v may panic too.
func describePanic(v any) (id failure.Identity) {
	id = failure.Identity{Type: attr.ErrorPanic, GoType: fmt.Sprintf("%T", v)}
	defer func() {
		if recover() != nil {
			id.Message = id.GoType
		}
	}()
	id.Message = fmt.Sprint(v)
	return id
}
