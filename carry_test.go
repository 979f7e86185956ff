package telemetry_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
)

func TestInjectExtract(t *testing.T) {
	t.Parallel()
	sender, _ := record(t)
	receiver, r := record(t)

	ctx, s := telemetry.StartSession(sender, telemetry.SessionRequest{ID: "s1", UserID: "u1", RequestID: "r1"})
	member, err := baggage.NewMember("secret", "x")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	carrier := map[string]string{}
	telemetry.Inject(baggage.ContextWithBaggage(ctx, bag), carrier)
	s.End(nil)
	parent := carrier["traceparent"]
	if !strings.HasSuffix(parent, "-03") {
		t.Errorf("traceparent %q: want sampled and random", parent)
	}
	delete(carrier, "traceparent")
	diff(t, carrier, map[string]string{"user.id": "u1", "request.id": "r1", "session.id": "s1"}, "the ids, and no baggage")
	carrier["traceparent"] = parent

	ctx = telemetry.Extract(receiver, carrier)
	ctx, job := telemetry.Start(ctx, "job")
	spend(ctx)
	job.End(nil)
	all := a{"user.id": "u1", "request.id": "r1", "session.id": "s1"}
	diff(t, ids(t, r), map[string]a{"job": all, "llm.call": all}, "the ids arrive")
	diff(t, rollups(r)["job"], sums("request", 1, 0.1), "what a process begins for another is its local root")
	got := r.Ended()[1]
	if p := got.Parent(); !strings.Contains(parent, p.SpanID().String()) || !p.IsRemote() {
		t.Error("the trace does not continue")
	}
}

func TestInjectUnderAForeignSpan(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, root := r.tel.TracerProvider().Tracer("x").Start(ctx, "root")
	_, s := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s1"})
	s.End(nil)
	carrier := map[string]string{}
	telemetry.Inject(ctx, carrier)
	root.End()
	diff(t, carrier["session.id"], "s1", "the request of a foreign root has its ids")
}

func TestExtractWithoutATrace(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, root := telemetry.Start(ctx, "root")
	for _, carrier := range []map[string]string{nil, {}, {"traceparent": "rubbish"}, {"traceparent": "00-0-0-0", "session.id": "s1"}} {
		inner := telemetry.Extract(ctx, carrier)
		spend(inner)
	}
	root.End(nil)
	diff(t, rollups(r)["root"], sums("request", 4, 0.4), "what is not valid is ignored: the trace of ctx goes on")
	diff(t, ids(t, r)["root"], a{"session.id": "s1"}, "the ids still hold")
}

// A trace that others record passes through a process that records nothing.
func TestCarryWhileOff(t *testing.T) {
	t.Parallel()
	disabled, err := telemetry.New(t.Context(), telemetry.WithGetenv(func(name string) string {
		return map[string]string{"OTEL_SDK_DISABLED": "true"}[name]
	}))
	if err != nil {
		t.Fatal(err)
	}
	switched, r := record(t)
	r.tel.SetEnabled(false)
	stopped, r := record(t)
	if err := r.tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	full := map[string]string{
		"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate": "ot=th:8",
		"user.id": "u-1", "request.id": "r-1", "session.id": "s-1",
	}
	tests := []struct {
		name, reason string
		in, want     map[string]string
	}{
		{"all", "the next service sees what this one got", full, full},
		{"ids", "a carrier may have no trace", map[string]string{"session.id": "s-1"}, map[string]string{"session.id": "s-1"}},
		{"not valid", "it is ignored, as ever", map[string]string{"traceparent": "x", "user.id": "a b"}, map[string]string{}},
		{"nothing", "there is nothing to pass", map[string]string{}, map[string]string{}},
		{"nil", "a job may have no headers", nil, map[string]string{}},
	}
	for name, ctx := range map[string]context.Context{
		"no telemetry": telemetry.NewContext(t.Context(), nil), "disabled": telemetry.NewContext(t.Context(), disabled),
		"switched off": switched, "stopped": stopped,
	} {
		for _, tt := range tests {
			in, s := telemetry.Start(telemetry.Extract(ctx, tt.in), "job")
			got := map[string]string{}
			telemetry.Inject(in, got)
			telemetry.Inject(in, nil)
			s.End(nil)
			diff(t, got, tt.want, name+", "+tt.name+": "+tt.reason)
		}
		if telemetry.Extract(ctx, nil) != ctx {
			t.Errorf("%s: no headers must cost nothing", name)
		}
	}
}

// Whoever can write to a queue must not be able to fill spans and logs.
func TestExtractValidatesIDs(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a", 128)
	for _, tt := range []struct {
		name, reason, id string
		valid            bool
	}{
		{"longest", "128 bytes fit", longest, true},
		{"subject", "as an OpenID provider names users", "auth0|5f7c", true},
		{"too long", "an id is no place for data", longest + "a", false},
		{"huge", "least of all for much", strings.Repeat("a", 100_000), false},
		{"NUL", "ids stand in logs", "a\x00b", false},
		{"invalid UTF-8", "ids stand in JSON", "a\xff", false},
		{"newline", "ids stand in headers", "a\nb", false},
	} {
		ctx, r := record(t)
		_, s := telemetry.Start(telemetry.Extract(ctx, map[string]string{
			"user.id": tt.id, "request.id": tt.id, "session.id": tt.id,
		}), "job")
		s.End(nil)
		want := a{}
		if tt.valid {
			want = a{"user.id": tt.id, "request.id": tt.id, "session.id": tt.id}
		}
		diff(t, ids(t, r)["job"], want, tt.name+": "+tt.reason)
	}
}

// A job that is a trace of its own, links to the request, and has its ids.
func TestLinkWithIDs(t *testing.T) {
	t.Parallel()
	worker, r := record(t)
	request, s := telemetry.StartSession(worker, telemetry.SessionRequest{ID: "s1", RequestID: "r1"})
	headers := map[string]string{}
	telemetry.Inject(request, headers)
	delete(headers, "traceparent")
	_, job := telemetry.Start(telemetry.WithLink(telemetry.Extract(worker, headers), request), "job")
	job.End(nil)
	s.End(nil)
	got := r.Ended()[0]
	if got.Parent().IsValid() || len(got.Links()) != 1 || got.Links()[0].SpanContext.SpanID() != trace.SpanContextFromContext(request).SpanID() {
		t.Errorf("parent %v, links %v: want a root with a link to the request", got.Parent(), got.Links())
	}
	diff(t, ids(t, r)["job"], a{"session.id": "s1", "request.id": "r1"}, "the ids of the request")
}

func TestDetach(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	sctx, s := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s1"})
	detached := telemetry.Detach(sctx)
	cancel()
	if detached.Err() != nil {
		t.Error("the work must outlive its request")
	}
	if _, ok := detached.Deadline(); ok {
		t.Error("and its deadline")
	}
	_, late := telemetry.Start(detached, "late")
	late.End(nil)
	s.End(nil)
	diff(t, ids(t, r)["late"], a{"session.id": "s1"}, "the ids stay")
	diff(t, r.one(t, "late").Parent, "session.create", "and the trace")
}

// Someone else's processor sees the context of a new root.
type curious struct{ nothing }

func (curious) OnStart(ctx context.Context, _ readWriteSpan) {
	s := trace.SpanFromContext(ctx)
	s.TracerProvider().Tracer("x")
	s.SetAttributes()
	s.End()
}

func TestProcessorsMayLookAtAParent(t *testing.T) {
	t.Parallel()
	ctx, r := record(t, telemetry.WithSpanProcessor(curious{}))
	_, s := telemetry.Start(ctx, "root")
	s.End(nil)
	diff(t, r.spans(), []span{{Name: "root", Attrs: a{}}}, "a root has no parent, and looking at it is harmless")
}
