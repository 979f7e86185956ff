package telemetry_test

import (
	"context"
	"testing"

	"github.com/lift-sys/telemetry"
)

func TestSession(t *testing.T) {
	tests := []struct {
		name, reason string
		req          telemetry.SessionRequest
		results      []telemetry.SessionResult
		want         span
	}{
		{
			name: "empty", reason: "absent facts make no attributes",
			want: span{Name: "session.create", Attrs: a{}},
		},
		{
			name: "all", reason: "every field has its attribute",
			req: telemetry.SessionRequest{
				ID: "s1", UserID: "u1", RequestID: "r1", Source: "prompt", PromptLength: new(12), HasMetadata: new(true),
			},
			results: []telemetry.SessionResult{{
				ID: "s1", Status: telemetry.SessionActive, HolesCount: new(3), HolesResolved: new(1),
				IRVersion: new(2), ValidationStatus: telemetry.Incomplete,
			}},
			want: span{Name: "session.create", Attrs: a{
				"user.id": "u1", "request.id": "r1", "session.id": "s1", "session.source": "prompt",
				"session.prompt_length": int64(12), "session.has_metadata": true, "session.status": "active",
				"session.holes_count": int64(3), "session.holes_resolved": int64(1), "session.ir_version": int64(2),
				"session.validation_status": "incomplete",
			}},
		},
		{
			name: "zero", reason: "a known zero is not absent",
			req: telemetry.SessionRequest{
				Operation: telemetry.SessionUpdate, PromptLength: new(0), HasMetadata: new(false),
			},
			results: []telemetry.SessionResult{{HolesCount: new(0), HolesResolved: new(0), IRVersion: new(0)}},
			want: span{Name: "session.update", Attrs: a{
				"session.prompt_length": int64(0), "session.has_metadata": false, "session.holes_count": int64(0),
				"session.holes_resolved": int64(0), "session.ir_version": int64(0),
			}},
		},
		{
			name: "replaced", reason: "a later result counts, but the id keeps its first",
			req: telemetry.SessionRequest{Operation: telemetry.SessionFinalize},
			results: []telemetry.SessionResult{
				{ID: "s1", Status: telemetry.SessionActive, HolesCount: new(3)},
				{ID: "s2", Status: telemetry.SessionFinalized},
			},
			want: span{Name: "session.finalize", Attrs: a{
				"session.id": "s1", "session.status": "finalized", "session.holes_count": int64(3),
			}},
		},
		{
			name: "unknown operation", reason: "a number that is no operation must not panic",
			req:  telemetry.SessionRequest{Operation: 200},
			want: span{Name: "session.create", Attrs: a{}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t)
			_, s := telemetry.StartSession(ctx, tt.req)
			for _, result := range tt.results {
				s.SetResult(result)
			}
			s.End(nil)
			diff(t, r.spans(), []span{tt.want}, tt.reason)
		})
	}
}

// ids are the attributes that every span of a request carries.
func ids(t *testing.T, r *recorder) map[string]a {
	t.Helper()
	got := map[string]a{}
	for _, s := range r.spans() {
		got[s.Name] = s.pick("user.id", "request.id", "session.id")
	}
	return got
}

func TestIdentityReachesTheWholeRequest(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	tracer := r.tel.TracerProvider().Tracer("foreign")

	ctx, root := telemetry.Start(ctx, "root")
	_, early := tracer.Start(ctx, "foreign before the session")
	early.End()
	sctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u1", RequestID: "r1"})
	session.SetResult(telemetry.SessionResult{ID: "s1"})
	fctx, foreign := tracer.Start(sctx, "foreign below")
	_, below := telemetry.StartIR(fctx, telemetry.IRRequest{})
	below.End(nil)
	foreign.End()
	session.End(nil)
	_, after := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
	after.End(nil)
	_, late := tracer.Start(ctx, "foreign after the session")
	late.End()
	root.End(nil)

	all := a{"user.id": "u1", "request.id": "r1", "session.id": "s1"}
	diff(t, ids(t, r), map[string]a{
		"root": all, "session.create": all, "foreign below": all, "ir.generate": all, "code.generate": all,
		"foreign after the session":  all,
		"foreign before the session": {}, // what ended before anyone knew
	}, "the first session identifies the request, its root included")
}

func TestIdentityUnderAForeignRoot(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	tracer := r.tel.TracerProvider().Tracer("foreign")
	ctx, root := tracer.Start(ctx, "root")
	sctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s1", UserID: "u1"})
	_ = sctx
	session.End(nil)
	cctx, child := tracer.Start(ctx, "sibling")
	_, grandchild := telemetry.Start(cctx, "below the sibling")
	grandchild.End(nil)
	child.End()
	root.End()
	all := a{"user.id": "u1", "session.id": "s1"}
	diff(t, ids(t, r), map[string]a{
		"root": all, "session.create": all, "sibling": all, "below the sibling": all,
	}, "siblings under one foreign root share its scope")
}

func TestFirstSessionWins(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, root := telemetry.Start(ctx, "root")
	for i, id := range []string{"s1", "s2"} {
		op := []telemetry.SessionOperation{telemetry.SessionCreate, telemetry.SessionUpdate}[i]
		sctx, s := telemetry.StartSession(ctx, telemetry.SessionRequest{Operation: op, ID: id, UserID: "u" + id})
		_, inner := telemetry.Start(sctx, "in "+id)
		inner.End(nil)
		_, foreign := r.tel.TracerProvider().Tracer("x").Start(sctx, "foreign in "+id)
		foreign.End()
		s.End(nil)
	}
	root.End(nil)
	first, second := a{"user.id": "us1", "session.id": "s1"}, a{"user.id": "us2", "session.id": "s2"}
	diff(t, ids(t, r), map[string]a{
		"root": first, "session.create": first, "in s1": first, "session.update": second, "in s2": second,
		"foreign in s1": first, "foreign in s2": second,
	}, "the root keeps the first session, spans under a session have theirs")
}

func TestRequestsShareNothing(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	for _, id := range []string{"s1", "s2"} {
		_, s := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: id})
		s.End(nil)
	}
	var got []any
	for _, s := range r.spans() {
		got = append(got, s.Attrs["session.id"])
	}
	diff(t, got, []any{"s1", "s2"}, "a context without a span is not a request")
}

func TestStartAttributes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, reason string
		opts         []telemetry.Option
		want         a
	}{
		{"default", "attributes go on at End, in one call", nil, a{}},
		{
			"at start", "samplers and processors that look at spans need them at Start",
			[]telemetry.Option{telemetry.WithStartAttributes()},
			a{"code.language": "go", "code.generator": "G"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			seen := &starts{}
			ctx, r := record(t, append(tt.opts, telemetry.WithSpanProcessor(seen))...)
			_, c := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Language: "go", Generator: "G"})
			diff(t, seen.attrs, tt.want, tt.reason)
			c.End(nil)
			diff(t, r.spans(), []span{{
				Name: "code.generate", Attrs: a{"code.language": "go", "code.generator": "G", "code.success": true},
			}}, "at the end both are the same")
		})
	}
}

// starts keeps the attributes of the last span that started.
type starts struct {
	nothing
	attrs a
}

func (s *starts) OnStart(_ context.Context, span readWriteSpan) { s.attrs = values(span.Attributes()) }
