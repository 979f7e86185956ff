package benchmarks_test

import (
	"context"
	"testing"

	"github.com/lift-sys/telemetry/benchmarks/naive"
	"github.com/lift-sys/telemetry/benchmarks/ours"
)

// subject is one side of a comparison.
type subject interface {
	Request(ctx context.Context) (reqCtx context.Context, end func())
	RootCall(ctx context.Context)
	ChildCall(ctx context.Context)
	Session(ctx context.Context)
	IR(ctx context.Context)
	Codegen(ctx context.Context)
	Step(ctx context.Context)
	Event(ctx context.Context)
	Cost(ctx context.Context)
	Empty(ctx context.Context)
	Metrics(ctx context.Context)
	Flush(ctx context.Context) error
	Shutdown(ctx context.Context) error
}

var (
	_ subject = (*naive.Telemetry)(nil)
	_ subject = (*ours.Telemetry)(nil)
)

func newNaive(t testing.TB, url string, ratio float64) subject {
	t.Helper()
	s, err := naive.New(t.Context(), naive.Config{URL: url, Ratio: ratio, Gzip: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newOurs(t testing.TB, url string, ratio float64) subject {
	t.Helper()
	s, err := ours.New(t.Context(), ours.Config{URL: url, Ratio: ratio, Gzip: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sides are run in this order, one directly after the other.
var sides = []struct {
	name  string
	start func(t testing.TB, url string, ratio float64) subject
}{{"naive", newNaive}, {"ours", newOurs}}

// piece is a piece of work that is compared.
type piece struct {
	name       string
	inRequest  bool // below a session
	run        func(s subject, ctx context.Context)
	attributes int // on the span; 0: not looked at
	recordings int // of metrics; 0: not looked at
}

var works = []piece{
	{name: "llm_root", run: subject.RootCall, attributes: 20, recordings: 4},
	{name: "llm_child", inRequest: true, run: subject.ChildCall, attributes: 20, recordings: 4},
	{name: "session", run: subject.Session, attributes: 6, recordings: 1},
	{name: "ir", inRequest: true, run: subject.IR, attributes: 10},
	{name: "codegen", inRequest: true, run: subject.Codegen, attributes: 9, recordings: 1},
	{name: "step", inRequest: true, run: subject.Step, attributes: 6},
	{name: "event", inRequest: true, run: subject.Event, recordings: 1},
	{name: "cost", inRequest: true, run: subject.Cost, recordings: 1},
}
