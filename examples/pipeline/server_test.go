package main

import (
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry/attr"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct {
		name, method, path string
		body               any
		want               int
		reason             string
	}{
		{"no prompt", "POST", "/api/sessions", createRequest{Language: "go"}, 400, "there is nothing to do"},
		{"no language", "POST", "/api/sessions", createRequest{Prompt: "x"}, 400, "nobody knows what to write"},
		{"another language", "POST", "/api/sessions", createRequest{Prompt: "x", Language: "cobol"}, 400, "no generator writes it"},
		{"no object", "POST", "/api/sessions", "x", 400, "the body is JSON of another kind"},
		{"too long", "POST", "/api/sessions", createRequest{Prompt: strings.Repeat("x", maxBody), Language: "go"}, 400, "memory is bounded"},
		{"unknown session", "POST", "/api/sessions/x/finalize", nil, 404, "there is none"},
		{"unknown hole", "POST", "/api/sessions/x/holes/y", map[string]string{}, 404, "there is none"},
		{"hole without a value", "POST", "/api/sessions/x/holes/y", "x", 400, "the body is JSON of another kind"},
		{"method", "PUT", "/api/sessions", nil, 405, "the mux knows the path only"},
		{"path", "GET", "/", nil, 404, "the mux does not know it"},
		{"health", "GET", "/healthz", nil, 200, "it serves"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := *b
			b.t = t
			b.send(c.method, c.path, c.want, c.body, nil)
		})
	}
	b.stop()
	for _, s := range b.rec.Spans() {
		if strings.Contains(s.Name, "healthz") {
			t.Errorf("span %q: health checks make no traces", s.Name)
		}
		if s.Name == attr.SpanDBSelect && s.Status != codes.Unset {
			t.Errorf("%s has status %v: that nothing was found is no failure of the database", s.Name, s.Status)
		}
	}
}

func TestSignUpHappensOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for range 3 {
		b.send(http.MethodPost, "/api/users", 200, nil, nil)
	}
	b.stop()
	if got := b.rec.Counter(attr.MetricEvents, attr.LiftEventName.String(attr.EventUserSignedUp)); got != 1 {
		t.Errorf("%v sign-ups are counted, want 1: the others are known already", got)
	}
	b.rec.AssertTree(t, `
		POST /api/users
		  db.insert db.rows_affected=1
		POST /api/users
		  db.insert db.rows_affected=0
		POST /api/users
		  db.insert db.rows_affected=0
	`, attr.DBRowsAffected)
}

func TestSessionsLife(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var s created
	b.send(http.MethodPost, "/api/sessions", 200, createRequest{
		Prompt: prompt + " Sums must stay in cents. [flawed]", Language: languageSQL, Strict: true,
	}, &s)
	b.send(http.MethodPost, "/api/sessions/"+s.ID+"/holes/currency", 200, map[string]string{"value": "euros"}, nil)
	b.send(http.MethodPost, "/api/sessions/"+s.ID+"/finalize", 200, nil, nil)
	b.stop()

	b.rec.AssertTree(t, `
		POST /api/sessions request.llm_calls=3
		  session.create session.status=active session.holes_count=3 session.holes_resolved=0 session.ir_version=1
		    db.insert db.rows_affected=1
		  ir.generate ir.constraints_count=1 ir.validation_status=valid
		    llm.call
		    constraint.detect ir.constraints_count=1
		    ir.validate ir.validation_status=valid
		    constraint.validate ir.constraints_count=1
		  code.generate code.retries=1 code.retry_reason=syntax_error code.execution_success=true
		    llm.call
		    code.validate error="sql: SQL logic error: near \"BY\": syntax error (1)"
		    ast.repair code.retry_reason=syntax_error
		      llm.call
		    code.validate code.execution_success=true
		POST /api/sessions/{id}/holes/{hole} request.llm_calls=1
		  session.update session.status=active session.holes_count=3 session.holes_resolved=1 session.ir_version=2 session.llm_calls=1
		    db.select
		    ir.generate ir.constraints_count=1 ir.validation_status=valid
		      llm.call
		    db.update db.rows_affected=1
		POST /api/sessions/{id}/finalize
		  session.finalize session.status=finalized session.holes_count=3 session.holes_resolved=1 session.ir_version=2
		    db.select
		    db.update db.rows_affected=1
		    session.update
		      db.begin
		      db.select
		      db.insert db.rows_affected=14
		      db.commit
	`, attr.RequestLLMCalls, attr.SessionStatus, attr.SessionHolesCount, attr.SessionHolesResolved, attr.SessionIRVersion,
		attr.SessionLLMCalls, attr.IRConstraintsCount, attr.IRValidationStatus, attr.CodeRetries, attr.CodeRetryReason,
		attr.CodeExecutionSuccess, attr.DBRowsAffected)
	b.wantEvents(attr.EventHoleResolved, attr.EventSessionCompleted)
}

func TestSessionIsAbandoned(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if err := b.store.addSession(b.ctx, session{id: "s"}); err != nil {
		t.Fatal(err)
	}
	b.rec.Reset()
	b.send(http.MethodDelete, "/api/sessions/s", 200, nil, nil)
	b.stop()
	b.rec.AssertTree(t, `
		DELETE /api/sessions/{id}
		  session.finalize session.status=abandoned
		    db.delete db.rows_affected=1
	`, attr.SessionStatus, attr.DBRowsAffected)
	b.wantEvents(attr.EventSessionAbandoned)
}

// wantEvents expects that each of these business events happened once.
func (b *bench) wantEvents(names ...string) {
	b.t.Helper()
	for _, e := range names {
		if got := b.rec.Counter(attr.MetricEvents, attr.LiftEventName.String(e)); got != 1 {
			b.t.Errorf("event %s is counted %v times, want once", e, got)
		}
	}
}

func TestDatabaseFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.store.db.ExecContext(b.ctx, "DROP TABLE sessions"); err != nil {
		t.Fatal(err)
	}
	b.rec.Reset()
	b.send(http.MethodPost, "/api/sessions", 500, createRequest{Prompt: prompt, Language: attr.LanguageGo}, nil)
	b.send(http.MethodPost, "/api/sessions/x/finalize", 500, nil, nil)
	if err := b.index(b.ctx, "x"); err == nil {
		t.Error("a session was indexed without a database")
	}
	b.stop()
	b.rec.AssertTree(t, `
		POST /api/sessions error=""
		  session.create error="add session: SQL logic error: no such table: sessions (1)"
		    db.insert error="SQL logic error: no such table: sessions (1)"
		POST /api/sessions/{id}/finalize error=""
		  session.finalize error="read session \"x\": SQL logic error: no such table: sessions (1)"
		    db.select error="SQL logic error: no such table: sessions (1)"
		session.update error="read session \"x\": SQL logic error: no such table: sessions (1)"
		  db.begin
		  db.select error="SQL logic error: no such table: sessions (1)"
		  db.rollback
	`)
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if err := b.evaluate(b.ctx); err != nil {
		t.Fatal(err)
	}
	optimize, robustness := b.rec.Span(attr.SpanDSPyOptimize), b.rec.Span(attr.SpanRobustnessTest)
	// One constraint takes the local LLM's quality from 0.7 to 0.85.
	if got, ok := optimize.Attributes[attr.DSPyImprovement].(float64); !ok || !near(got, 0.15/0.7) {
		t.Errorf("improvement %v, want %v", got, 0.15/0.7)
	}
	// One of two variants lost a hole.
	if got := robustness.Attributes[attr.RobustnessSensitivity]; got != 0.5 {
		t.Errorf("sensitivity %v, want 0.5", got)
	}
}

func TestEvaluateFailsWithItsModel(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if err := b.optimize(b.ctx, nil, []string{"[down]"}); statusOf(err) != http.StatusBadGateway {
		t.Errorf("optimize: %v, want the provider's error", err)
	}
	if err := b.paraphrase(b.ctx, attr.LanguageGo, "[down]", 1); statusOf(err) != http.StatusBadGateway {
		t.Errorf("paraphrase: %v, want the provider's error", err)
	}
	for _, name := range []string{attr.SpanDSPyOptimize, attr.SpanRobustnessTest} {
		if s := b.rec.Span(name); s.Status != codes.Error {
			t.Errorf("%s has status %v, want Error", name, s.Status)
		}
	}
}
