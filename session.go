package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/optional"
)

// SessionOperation is what happens to a session.
type SessionOperation uint8

// The operations on a session. The zero value is SessionCreate.
const (
	SessionCreate   SessionOperation = iota // span session.create
	SessionUpdate                           // span session.update
	SessionFinalize                         // span session.finalize
)

// SessionStatus is the state of a session, a value of session.status.
type SessionStatus string

// The states of a session.
const (
	SessionActive    SessionStatus = attr.SessionActive
	SessionFinalized SessionStatus = attr.SessionFinalized
	SessionAbandoned SessionStatus = attr.SessionAbandoned
)

// ValidationStatus is the verdict on an IR, a value of ir.validation_status
// and session.validation_status.
type ValidationStatus string

// The verdicts on an IR.
const (
	Valid         ValidationStatus = attr.IRValid
	Incomplete    ValidationStatus = attr.IRIncomplete
	Contradictory ValidationStatus = attr.IRContradictory
)

// SessionRequest is what is known when work on a session starts. All fields
// are optional: an empty string and a nil pointer are absent.
type SessionRequest struct {
	Operation    SessionOperation
	ID           string // session.id; a new session learns it in its result
	UserID       string // user.id
	RequestID    string // request.id, where the HTTP middleware has not set it
	Source       string // session.source: "prompt" or another origin
	PromptLength *int   // session.prompt_length, in characters
	HasMetadata  *bool  // session.has_metadata
}

// SessionResult is what is known when the work is done. All fields are
// optional.
type SessionResult struct {
	ID               string           // session.id
	Status           SessionStatus    // session.status
	HolesCount       *int             // session.holes_count
	HolesResolved    *int             // session.holes_resolved
	IRVersion        *int             // session.ir_version
	ValidationStatus ValidationStatus // session.validation_status
}

// A Session is a session.create, session.update or session.finalize span. The
// zero value is inert; copies share their state; all methods are safe for
// concurrent use.
type Session struct{ handle }

type sessionState struct {
	core.Span
	ids            core.Identity
	operation      SessionOperation
	status, source string // guarded by Span.Do
}

var sessionFamilies = [...]core.Family{
	SessionCreate:   {Name: attr.SpanSessionCreate, Role: core.RoleSession},
	SessionUpdate:   {Name: attr.SpanSessionUpdate, Role: core.RoleSession},
	SessionFinalize: {Name: attr.SpanSessionFinalize, Role: core.RoleSession},
}

// StartSession starts work on a session. The user, request and session ids go
// onto every span started under the returned context, and, the first session
// of a request winning, onto the other spans of the request, its root
// included. A span that ends before the id is known goes without it, so name
// the session in the request where you can.
//
// Work that succeeds counts in the metric lift.sessions by the status in its
// result. Without one a create counts as active; an update or a finalize does
// not count, so set the status of a finalize.
func StartSession(ctx context.Context, req SessionRequest) (context.Context, Session) {
	if !core.Live() {
		return ctx, Session{}
	}
	return startSession(ctx, &req)
}

func startSession(ctx context.Context, req *SessionRequest) (context.Context, Session) {
	if int(req.Operation) >= len(sessionFamilies) {
		req.Operation = SessionCreate
	}
	s := &sessionState{operation: req.Operation, source: req.Source}
	if !s.Open(ctx, &sessionFamilies[req.Operation], s, &s.ids) {
		return ctx, Session{}
	}
	s.Identify(req.UserID, req.RequestID, req.ID)
	s.Edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.SessionSource, req.Source)
		a = optional.Int(a, attr.SessionPromptLength, req.PromptLength)
		return optional.Bool(a, attr.SessionHasMetadata, req.HasMetadata)
	})
	return s.Begin(), Session{handle{&s.Span}}
}

// SetResult records what the work came to. Called again, a later value
// replaces an earlier one; the session id keeps its first. After End it does
// nothing.
func (s Session) SetResult(r SessionResult) {
	if s.s != nil {
		s.setResult(&r)
	}
}

func (s Session) setResult(r *SessionResult) {
	s.s.Identify("", "", r.ID)
	if r.Status != "" {
		if state, ok := s.s.Extension().(*sessionState); ok {
			s.s.Do(func() { state.status = string(r.Status) })
		}
	}
	s.s.Edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.SessionStatus, r.Status)
		a = optional.Int(a, attr.SessionHolesCount, r.HolesCount)
		a = optional.Int(a, attr.SessionHolesResolved, r.HolesResolved)
		a = optional.Int(a, attr.SessionIRVersion, r.IRVersion)
		return optional.String(a, attr.SessionValidationStatus, r.ValidationStatus)
	})
}

// Finish counts the session.
func (s *sessionState) Finish(o core.Outcome, a []attribute.KeyValue) []attribute.KeyValue {
	status := s.status
	if status == "" && s.operation == SessionCreate {
		status = attr.SessionActive
	}
	if status != "" && !o.Failed {
		s.Pipeline().Metrics().CountSession(s.Own(), core.SessionKey{Status: status, Source: s.source})
	}
	return a
}
