package telemetry_test

import (
	"context"
	"maps"
	"sync"
	"testing"

	"github.com/lift-sys/telemetry"
)

// spend makes an LLM call of 0.1 dollars, 10 input and 5 output tokens.
func spend(ctx context.Context) {
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	call.SetResponse(telemetry.LLMResponse{
		Usage: telemetry.Usage{InputTokens: 10, OutputTokens: 5}, CostUSD: new(0.1),
	})
	call.End(nil)
}

// sums are the roll-up attributes of n such calls.
func sums(prefix string, n int, usd float64) a {
	return a{
		prefix + ".llm_cost_usd": usd, prefix + ".llm_calls": int64(n),
		prefix + ".llm_input_tokens": int64(10 * n), prefix + ".llm_output_tokens": int64(5 * n),
	}
}

func rollups(r *recorder) map[string]a {
	var names []string
	for _, scope := range []string{"request", "session", "ir", "code"} {
		for k := range sums(scope, 0, 0) {
			names = append(names, k)
		}
	}
	got := map[string]a{}
	for _, s := range r.spans() {
		if s.Name == "llm.call" {
			continue
		}
		name := s.Name
		for got[name] != nil {
			name += "'" // the second of the name
		}
		got[name] = s.pick(names...)
	}
	return got
}

func TestRollups(t *testing.T) {
	tests := []struct {
		name, reason string
		run          func(ctx context.Context, r *recorder)
		want         map[string]a
		late         uint64
	}{
		{
			"no calls", "zero calls make no attributes",
			func(ctx context.Context, _ *recorder) {
				ctx, root := telemetry.Start(ctx, "root")
				_, ir := telemetry.StartIR(ctx, telemetry.IRRequest{})
				ir.End(nil)
				root.End(nil)
			},
			map[string]a{"root": {}, "ir.generate": {}},
			0,
		},
		{
			"reference", "session, IR, code and root each have the calls below them; three tenths are exactly 0.3",
			func(ctx context.Context, _ *recorder) {
				ctx, root := telemetry.Start(ctx, "root")
				sctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{})
				ictx, ir := telemetry.StartIR(sctx, telemetry.IRRequest{})
				spend(ictx)
				ir.End(nil)
				cctx, code := telemetry.StartCodegen(sctx, telemetry.CodegenRequest{})
				spend(cctx)
				spend(cctx)
				code.End(nil)
				session.End(nil)
				root.End(nil)
			},
			map[string]a{
				"root": sums("request", 3, 0.3), "session.create": sums("session", 3, 0.3),
				"ir.generate": sums("ir", 1, 0.1), "code.generate": sums("code", 2, 0.2),
			},
			0,
		},
		{
			"nested", "of nested IR spans the outermost has the sum, so that it stands once; IR under code counts for both",
			func(ctx context.Context, _ *recorder) {
				ctx, code := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
				ictx, ir := telemetry.StartIR(ctx, telemetry.IRRequest{})
				vctx, validation := telemetry.StartIRValidation(ictx, telemetry.IRValidationRequest{})
				nctx, nested := telemetry.Start(vctx, "nested")
				inner, innerIR := telemetry.StartIR(nctx, telemetry.IRRequest{})
				spend(inner)
				innerIR.End(nil)
				nested.End(nil)
				validation.End(nil)
				ir.End(nil)
				code.End(nil)
			},
			map[string]a{
				"code.generate": merge(sums("code", 1, 0.1), sums("request", 1, 0.1)),
				"ir.generate":   {}, // the inner one
				"ir.generate'":  sums("ir", 1, 0.1),
				"ir.validate":   {}, "nested": {},
			},
			0,
		},
		{
			"foreign root", "the root of another library gets request.*, summed over the typed spans below it",
			func(ctx context.Context, r *recorder) {
				tracer := r.tel.TracerProvider().Tracer("http")
				ctx, root := tracer.Start(ctx, "GET /")
				ictx, ir := telemetry.StartIR(ctx, telemetry.IRRequest{})
				spend(ictx)
				ir.End(nil)
				mctx, middle := tracer.Start(ctx, "middle")
				spend(mctx)
				middle.End()
				root.End()
			},
			map[string]a{"GET /": sums("request", 2, 0.2), "ir.generate": sums("ir", 1, 0.1), "middle": {}},
			0,
		},
		{
			"foreign root after Extract", "the ids of a carrier do not hide the root",
			func(ctx context.Context, r *recorder) {
				ctx = telemetry.Extract(ctx, map[string]string{
					"traceparent": "00-0102030405060708090a0b0c0d0e0f10-0102030405060708-03", "session.id": "s1",
				})
				ctx, root := r.tel.TracerProvider().Tracer("queue").Start(ctx, "receive")
				spend(ctx)
				root.End()
			},
			map[string]a{"receive": sums("request", 1, 0.1)},
			0,
		},
		{
			"late for its code", "what ends after its ancestor counts for the root, and as late",
			func(ctx context.Context, _ *recorder) {
				ctx, root := telemetry.Start(ctx, "root")
				sctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{})
				session.End(nil)
				spend(sctx)
				root.End(nil)
			},
			map[string]a{"root": sums("request", 1, 0.1), "session.create": {}},
			1,
		},
		{
			"late for its root", "nothing can be added to a span that has ended",
			func(ctx context.Context, _ *recorder) {
				ctx, root := telemetry.Start(ctx, "root")
				root.End(nil)
				spend(ctx)
			},
			map[string]a{"root": {}},
			1,
		},
		{
			"late for a foreign root", "the same holds for the root of another library",
			func(ctx context.Context, r *recorder) {
				ctx, root := r.tel.TracerProvider().Tracer("http").Start(ctx, "root")
				cctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
				_ = cctx
				root.End()
				call.End(nil)
			},
			map[string]a{"root": {}},
			1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t)
			tt.run(ctx, r)
			diff(t, rollups(r), tt.want, tt.reason)
			if got := r.tel.Stats().LateCosts; got != tt.late {
				t.Errorf("%d late, want %d", got, tt.late)
			}
		})
	}
}

// Half of the calls of 100 goroutines are rounded badly by floats: 1e-7 has no
// exact float, and a thousand of them added up would show it.
func TestConcurrentSumsAreExact(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, root := telemetry.Start(ctx, "root")
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			for range 10 {
				_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
				call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 10, OutputTokens: 5}, CostUSD: new(1e-7)})
				call.End(nil)
			}
		})
	}
	wg.Wait()
	root.End(nil)
	diff(t, rollups(r)["root"], sums("request", 1000, 1e-4), "integers add without rounding")
}

func merge(sets ...a) a {
	out := a{}
	for _, s := range sets {
		maps.Copy(out, s)
	}
	return out
}
