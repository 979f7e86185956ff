package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// pipeline turns prompts into verified code. Its methods are safe for
// concurrent use.
type pipeline struct {
	log    *slog.Logger
	store  *store
	worker *worker
	llm    *llm
}

// createRequest is what a person wants.
type createRequest struct {
	Prompt   string            `json:"prompt"`
	Language string            `json:"language"`
	Strict   bool              `json:"strict"`   // check the IR and its constraints one by one
	Metadata map[string]string `json:"metadata"` // kept by nobody so far
}

// created is what came of it.
type created struct {
	ID    string   `json:"id"`
	Holes []string `json:"holes"`
	Code  string   `json:"code"`
}

// create makes a session, its IR and its code.
func (p *pipeline) create(ctx context.Context, user string, req createRequest) (created, error) {
	s, err := p.openSession(ctx, user, req)
	if err != nil {
		return created{}, err
	}
	d, err := p.generateIR(ctx, req.Prompt, s.irVersion+1, req.Strict)
	if err != nil {
		return created{}, err
	}
	g, err := p.generateCode(ctx, req.Language, d)
	if err != nil {
		return created{}, err
	}
	return created{ID: s.id, Holes: d.Holes, Code: g.Code}, nil
}

// openSession stores a session with a first draft of its IR.
func (p *pipeline) openSession(ctx context.Context, user string, req createRequest) (s session, err error) {
	d := draft(req.Prompt)
	s = session{
		id: "s_" + strings.ToLower(rand.Text()[:12]), user: user, prompt: req.Prompt,
		status: telemetry.SessionActive, holes: len(d.Holes), irVersion: d.Version,
	}
	ctx, span := telemetry.StartSession(ctx, telemetry.SessionRequest{
		ID: s.id, UserID: user, Source: attr.SourcePrompt,
		PromptLength: new(utf8.RuneCountInString(req.Prompt)), HasMetadata: new(len(req.Metadata) > 0),
	})
	defer span.End(&err)

	if err := p.store.addSession(ctx, s); err != nil {
		return session{}, err
	}
	p.log.InfoContext(ctx, "session created", "holes", s.holes)
	span.SetResult(sessionResult(s, d.status(req.Prompt)))
	return s, nil
}

func sessionResult(s session, verdict telemetry.ValidationStatus) telemetry.SessionResult {
	return telemetry.SessionResult{
		ID: s.id, Status: s.status, HolesCount: &s.holes, HolesResolved: &s.resolved,
		IRVersion: &s.irVersion, ValidationStatus: verdict,
	}
}

// resolve fills a hole of a session's prompt and renews its IR.
func (p *pipeline) resolve(ctx context.Context, user, id, hole, value string) (err error) {
	ctx, span := telemetry.StartSession(ctx, telemetry.SessionRequest{
		Operation: telemetry.SessionUpdate, ID: id, UserID: user,
	})
	defer span.End(&err)

	s, err := p.store.session(ctx, id)
	if err != nil {
		return err
	}
	name := "{" + hole + "}"
	if !strings.Contains(s.prompt, name) {
		return fmt.Errorf("hole %q: %w", hole, errNotFound)
	}
	prompt := strings.ReplaceAll(s.prompt, name, value)
	d, err := p.generateIR(ctx, prompt, s.irVersion+1, false)
	if err != nil {
		return err
	}
	s.prompt, s.irVersion, s.resolved = prompt, d.Version, s.resolved+1
	if err := p.store.updateSession(ctx, s); err != nil {
		return err
	}
	telemetry.Event(ctx, attr.EventHoleResolved)
	span.SetResult(sessionResult(s, d.status(prompt)))
	return nil
}

// finalize ends a session whose code was accepted, and has it indexed. Nobody
// waits for that.
func (p *pipeline) finalize(ctx context.Context, user, id string) (err error) {
	ctx, span := telemetry.StartSession(ctx, telemetry.SessionRequest{
		Operation: telemetry.SessionFinalize, ID: id, UserID: user,
	})
	defer span.End(&err)

	s, err := p.store.session(ctx, id)
	if err != nil {
		return err
	}
	s.status = telemetry.SessionFinalized
	if err := p.store.updateSession(ctx, s); err != nil {
		return err
	}
	p.worker.add(ctx, "index", func(ctx context.Context) error { return p.index(ctx, id) })
	telemetry.Event(ctx, attr.EventSessionCompleted)
	span.SetResult(sessionResult(s, ""))
	return nil
}

// index makes a session known by the words of its prompt.
func (p *pipeline) index(ctx context.Context, id string) (err error) {
	ctx, span := telemetry.StartSession(ctx, telemetry.SessionRequest{Operation: telemetry.SessionUpdate, ID: id})
	defer span.End(&err)

	if err := p.store.indexSession(ctx, id); err != nil {
		return err
	}
	p.log.InfoContext(ctx, "session indexed")
	return nil
}

// abandon ends a session that nobody wants any more.
func (p *pipeline) abandon(ctx context.Context, user, id string) (err error) {
	ctx, span := telemetry.StartSession(ctx, telemetry.SessionRequest{
		Operation: telemetry.SessionFinalize, ID: id, UserID: user,
	})
	defer span.End(&err)

	if err := p.store.deleteSession(ctx, id); err != nil {
		return err
	}
	telemetry.Event(ctx, attr.EventSessionAbandoned)
	span.SetResult(telemetry.SessionResult{Status: telemetry.SessionAbandoned})
	return nil
}

// signUp makes a user known.
func (p *pipeline) signUp(ctx context.Context, user string) error {
	isNew, err := p.store.addUser(ctx, user)
	if err != nil {
		return err
	}
	if isNew {
		telemetry.Event(ctx, attr.EventUserSignedUp)
	}
	return nil
}
