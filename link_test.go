package telemetry_test

import (
	"context"
	"fmt"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
)

// linked returns, for each ended span, the names of the spans it links to.
func linked(r *recorder) map[string][]string {
	names := map[trace.SpanID]string{}
	for _, s := range r.Ended() {
		names[s.SpanContext().SpanID()] = s.Name()
	}
	got := map[string][]string{}
	for _, s := range r.Ended() {
		for _, l := range s.Links() {
			got[s.Name()] = append(got[s.Name()], names[l.SpanContext.SpanID()])
		}
	}
	return got
}

func TestWithLink(t *testing.T) {
	t.Parallel()
	do := func(ctx context.Context, names ...string) {
		for _, name := range names {
			_, s := telemetry.Start(ctx, name)
			s.End(nil)
		}
	}
	type links = map[string][]string
	for _, tt := range []struct {
		name, reason string
		// work has a context without a trace, and those of two requests.
		work func(t *testing.T, r *recorder, worker, a, b context.Context)
		want links
	}{{
		name: "fan-in", reason: "one job of its own for two requests",
		work: func(_ *testing.T, _ *recorder, worker, a, b context.Context) {
			do(telemetry.WithLink(worker, a, b), "job")
		},
		want: links{"job": {"a", "b"}},
	}, {
		name: "in a loop", reason: "calls add up, and the same span counts once",
		work: func(_ *testing.T, _ *recorder, worker, a, b context.Context) {
			for _, from := range []context.Context{a, b, a, a} {
				worker = telemetry.WithLink(worker, from) //nolint:fatcontext // what is tested: the context gets no deeper
			}
			do(worker, "job")
		},
		want: links{"job": {"a", "b"}},
	}, {
		name: "branches", reason: "a context is never changed",
		work: func(_ *testing.T, _ *recorder, worker, a, b context.Context) {
			first := telemetry.WithLink(worker, a)
			x, y := telemetry.WithLink(first, b), telemetry.WithLink(first, a)
			do(x, "x")
			do(y, "y")
			do(first, "first")
			do(worker, "worker")
		},
		want: links{"x": {"a", "b"}, "y": {"a"}, "first": {"a"}},
	}, {
		name: "values between", reason: "other values of the context do not hide links",
		work: func(_ *testing.T, _ *recorder, worker, a, b context.Context) {
			type key struct{}
			worker = context.WithValue(telemetry.WithLink(worker, a), key{}, 1)
			worker = telemetry.Extract(worker, map[string]string{"session.id": "s"})
			worker = telemetry.Detach(telemetry.WithLink(worker, b))
			do(worker, "job")
		},
		want: links{"job": {"a", "b"}},
	}, {
		name: "each child", reason: "all that is started directly in the context, and nothing below",
		work: func(_ *testing.T, _ *recorder, worker, a, _ context.Context) {
			worker = telemetry.WithLink(worker, a)
			do(worker, "one")
			ctx, s := telemetry.StartSession(worker, telemetry.SessionRequest{})
			do(ctx, "below")
			s.End(nil)
		},
		want: links{"one": {"a"}, "session.create": {"a"}},
	}, {
		name: "below a span", reason: "a part of a trace may link too",
		work: func(_ *testing.T, _ *recorder, _, a, b context.Context) { do(telemetry.WithLink(a, b), "part") },
		want: links{"part": {"b"}},
	}, {
		name: "below a foreign span", reason: "that one was started directly in the context",
		work: func(_ *testing.T, r *recorder, worker, a, _ context.Context) {
			ctx, s := r.tel.TracerProvider().Tracer("x").Start(telemetry.WithLink(worker, a), "foreign")
			do(ctx, "below")
			do(telemetry.WithLink(ctx, a), "linked")
			s.End()
		},
		want: links{"linked": {"a"}},
	}, {
		name: "extracted later", reason: "a remote parent is no span in between",
		work: func(_ *testing.T, _ *recorder, worker, a, b context.Context) {
			carrier := map[string]string{}
			telemetry.Inject(b, carrier)
			do(telemetry.Extract(telemetry.WithLink(worker, a), carrier), "job")
		},
		want: links{"job": {"a"}},
	}, {
		name: "from a carrier", reason: "what came out of a queue",
		work: func(_ *testing.T, _ *recorder, worker, a, _ context.Context) {
			carrier := map[string]string{}
			telemetry.Inject(a, carrier)
			do(telemetry.WithLink(worker, telemetry.Extract(worker, carrier)), "job")
		},
		want: links{"job": {"a"}},
	}, {
		name: "nothing to link to", reason: "a context without a span",
		work: func(t *testing.T, _ *recorder, worker, _, _ context.Context) {
			if telemetry.WithLink(worker) != worker || telemetry.WithLink(worker, worker, t.Context()) != worker {
				t.Error("want the same context")
			}
			do(telemetry.WithLink(worker, worker), "job")
		},
		want: links{},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			worker, r := record(t)
			a, sa := telemetry.Start(worker, "a")
			b, sb := telemetry.Start(worker, "b")
			tt.work(t, r, worker, a, b)
			sa.End(nil)
			sb.End(nil)
			diff(t, linked(r), tt.want, tt.reason)
		})
	}
}

func TestWithLinkStartsATrace(t *testing.T) {
	t.Parallel()
	worker, r := record(t)
	request, s := telemetry.StartSession(worker, telemetry.SessionRequest{ID: "s1"})
	_, job := telemetry.Start(telemetry.WithLink(worker, request), "job")
	job.End(nil)
	s.End(nil)
	ended := r.Ended()
	if ended[0].SpanContext().TraceID() == ended[1].SpanContext().TraceID() || ended[0].Parent().IsValid() {
		t.Error("the job must be a trace of its own")
	}
	diff(t, ids(t, r)["job"], a{}, "a link carries no ids")
}

func TestWithLinkLeavesOutWhatIsNotSampled(t *testing.T) {
	t.Parallel()
	worker, r := record(t)
	dropping, _ := record(t, telemetry.WithSampleRatio(0))
	dropped, s := telemetry.Start(dropping, "dropped")
	if !trace.SpanContextFromContext(dropped).IsValid() {
		t.Error("want a span that is sampled out")
	}
	_, job := telemetry.Start(telemetry.WithLink(worker, dropped), "job")
	job.End(nil)
	s.End(nil)
	diff(t, linked(r), map[string][]string{}, "the link would lead nowhere")
}

func TestWithLinkIsBounded(t *testing.T) {
	t.Parallel()
	worker, r := record(t)
	ctx := worker
	for i := range 1100 {
		from, s := telemetry.Start(worker, fmt.Sprint(i))
		s.End(nil)
		ctx = telemetry.WithLink(ctx, from) //nolint:fatcontext // what is tested: the context gets no deeper
	}
	_, job := telemetry.Start(ctx, "job")
	job.End(nil)
	got := r.Ended()[1100]
	diff(t, map[string]int{"links": len(got.Links()), "dropped": got.DroppedLinks()},
		map[string]int{"links": 128, "dropped": 1024 - 128}, "the limit of OTEL_SPAN_LINK_COUNT_LIMIT, and ours")
}

// Not parallel: nothing may be on.
func TestWithLinkBeforeInit(t *testing.T) {
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled,
	}))
	if n := testing.AllocsPerRun(100, func() { _ = telemetry.WithLink(ctx, ctx) }); n != 0 {
		t.Errorf("%v allocations, want 0: no span will come", n)
	}
}
