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
