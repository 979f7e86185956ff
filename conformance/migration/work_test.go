package migration_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// The service whose telemetry moves.

const model = "claude-sonnet-4-5"

type tree struct{}

func parse(_ context.Context, source string) (*tree, error) {
	if source == "(" {
		return nil, errors.New("a bracket is open")
	}
	return new(tree), nil
}

type completion struct {
	text                      string
	inputTokens, outputTokens int64
	dollars                   float64
}

func ask(context.Context, string) (completion, error) {
	return completion{"done", 12, 7, 0.25}, nil
}

type job struct{ headers map[string]string }

func run(context.Context, *job) error { return nil }

func runAll(context.Context, []*job) error { return nil }

// A batch is a trace of its own that links to those of its jobs.
func TestBatch(t *testing.T) {
	// jobs puts two into the queue, each from a trace of its own.
	jobs := func(ctx context.Context, enqueue func(context.Context, *job)) []*job {
		list := make([]*job, 2)
		for i := range list {
			list[i] = &job{headers: map[string]string{}}
			ctx, span := otel.Tracer("test").Start(ctx, "request")
			enqueue(ctx, list[i])
			span.End()
		}
		return list
	}
	before := plain(t, spans, func(ctx context.Context) { _ = runBatchTraced(ctx, jobs(ctx, enqueueTraced)) })
	after := ours(t, spans, func(ctx context.Context) { _ = runBatch(ctx, jobs(ctx, enqueue)) })
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	want := []string{"span request (internal)", "span request (internal)", "span batch.run (internal)", "  link", "  link"}
	if diff := cmp.Diff(want, before); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func refine(ctx context.Context) error { return ctx.Err() }

// What is detached goes on, in the trace of a request that is over.
func TestDetach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t, telemetrytest.AllowUnknown("session.refine"))
		ctx, stop := context.WithCancel(ctx)
		ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s-1"})
		session.End(nil)
		stop()
		refineLater(ctx)
		synctest.Wait()
		if got := rec.Span("session.refine"); got.Status != codes.Unset || got.Attributes[attr.ErrorType] != nil {
			t.Errorf("the detached work is cancelled too: %v", got)
		}
		rec.AssertTree(t, `
			session.create session.id=s-1
			  session.refine session.id=s-1
		`, attr.SessionID)
	})
}
