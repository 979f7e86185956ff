package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
)

// everything calls every method of every handle that ctx gives.
func everything(ctx context.Context) {
	kv := attribute.String("k", "v")
	err := error(coded{})
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s", UserID: "u"})
	session.Set(kv)
	session.SetResult(telemetry.SessionResult{Status: telemetry.SessionActive})
	_, ir := telemetry.StartIR(ctx, telemetry.IRRequest{})
	ir.SetResult(telemetry.IRResult{Version: new(1)})
	_, irv := telemetry.StartIRValidation(ctx, telemetry.IRValidationRequest{})
	irv.SetResult(telemetry.IRResult{})
	_, con := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{})
	con.SetResult(telemetry.IRResult{})
	_, code := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
	code.SetResult(telemetry.CodegenResult{Success: new(true)})
	_, cv := telemetry.StartCodeValidation(ctx, telemetry.CodeValidationRequest{})
	cv.SetResult(telemetry.CodegenResult{})
	_, rep := telemetry.StartRepair(ctx, telemetry.RepairRequest{})
	rep.SetResult(telemetry.CodegenResult{})
	_, opt := telemetry.StartOptimization(ctx, telemetry.OptimizationRequest{})
	opt.SetResult(telemetry.OptimizationResult{})
	_, rob := telemetry.StartRobustnessTest(ctx, telemetry.RobustnessTestRequest{})
	rob.SetResult(telemetry.RobustnessTestResult{})
	lctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	call.FirstToken()
	call.SetResponse(telemetry.LLMResponse{CostUSD: new(-1.0)})
	telemetry.RecordCost(lctx, 1)
	telemetry.Event(ctx, "user.signed_up", kv)
	_ = telemetry.Do(ctx, "do", func(context.Context) error { return err })
	telemetry.Inject(ctx, nil)
	telemetry.Inject(ctx, map[string]string{})
	_ = telemetry.Extract(ctx, nil)
	_ = telemetry.Detach(ctx)
	for _, s := range []interface {
		End(*error)
		Fail(error) error
		Recording() bool
	}{ir, irv, con, code, cv, rep, opt, rob, call, session} {
		_ = s.Recording()
		_ = s.Fail(err)
		_ = s.Fail(nil)
		s.End(&err)
		s.End(nil)
		_ = s.Fail(err)
	}
	session.Set(kv)
	session.SetResult(telemetry.SessionResult{ID: "late"})
	call.SetResponse(telemetry.LLMResponse{})
	call.FirstToken()
	telemetry.RecordCost(lctx, 1)
	ir.SetResult(telemetry.IRResult{Version: new(2)})
}

func TestInertContexts(t *testing.T) {
	t.Parallel()
	stopped := open(t, telemetry.WithSpanProcessor(nothing{}))
	if err := stopped.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	off := open(t, telemetry.WithSpanProcessor(nothing{}))
	off.SetEnabled(false)
	var nothingAtAll *telemetry.Telemetry
	for name, ctx := range map[string]context.Context{
		"without anything": t.Context(),
		"nil handle":       telemetry.NewContext(t.Context(), nothingAtAll),
		"zero handle":      telemetry.NewContext(t.Context(), new(telemetry.Telemetry)),
		"after shutdown":   telemetry.NewContext(t.Context(), stopped),
		"switched off":     telemetry.NewContext(t.Context(), off),
	} {
		t.Run(name, func(t *testing.T) {
			everything(ctx)
			if got, s := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s"}); got != ctx || s.Recording() {
				t.Error("a helper that is off returns its context and an inert handle")
			}
		})
	}
	diff(t, stopped.Stats().Started+off.Stats().Started, uint64(0), "nothing was recorded")
}

func TestZeroHandles(t *testing.T) {
	t.Parallel()
	var (
		tel *telemetry.Telemetry
		err = error(coded{})
	)
	for _, tel := range []*telemetry.Telemetry{tel, new(telemetry.Telemetry)} {
		if err := tel.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := tel.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		tel.SetEnabled(true)
		diff(t, tel.Stats(), telemetry.Stats{}, "nothing happened")
		diff(t, tel.Health(), telemetry.HealthDisabled, "nothing can happen")
		diff(t, tel.Config(), telemetry.Config{}, "nothing is configured")
		_, s := tel.TracerProvider().Tracer("x").Start(t.Context(), "x")
		s.End()
		if _, err := tel.MeterProvider().Meter("x").Int64Counter("x"); err != nil {
			t.Error(err)
		}
	}
	telemetry.Span{}.Set(attribute.String("k", "v"))
	telemetry.Session{}.SetResult(telemetry.SessionResult{})
	telemetry.IR{}.SetResult(telemetry.IRResult{})
	telemetry.IRValidation{}.SetResult(telemetry.IRResult{})
	telemetry.Constraint{}.SetResult(telemetry.IRResult{})
	telemetry.Codegen{}.SetResult(telemetry.CodegenResult{Success: new(true)})
	telemetry.CodeValidation{}.SetResult(telemetry.CodegenResult{})
	telemetry.Repair{}.SetResult(telemetry.CodegenResult{})
	telemetry.Optimization{}.SetResult(telemetry.OptimizationResult{})
	telemetry.RobustnessTest{}.SetResult(telemetry.RobustnessTestResult{})
	telemetry.LLMCall{}.SetResponse(telemetry.LLMResponse{CostUSD: new(1.0)})
	telemetry.LLMCall{}.FirstToken()
	telemetry.LLMCall{}.End(&err)
	if !errors.Is(telemetry.Span{}.Fail(err), err) {
		t.Error("Fail returns its argument")
	}
}

func TestCopiesShareTheirState(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	_, s := telemetry.Start(ctx, "work")
	other := s
	other.Set(attribute.Int("a", 1))
	done := make(chan struct{})
	go func() { defer close(done); other.End(nil) }()
	<-done
	s.Set(attribute.Int("b", 2))
	s.End(new(error(coded{})))
	if s.Recording() {
		t.Error("a copy's End is the span's end")
	}
	diff(t, r.spans(), []span{{Name: "work", Attrs: a{"a": int64(1)}}}, "one span, with what was set before its first End")
}

func TestSetReplaces(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	_, s := telemetry.Start(ctx, "work", attribute.Int("a", 1), attribute.Int("b", 1))
	s.Set(attribute.Int("a", 2))
	s.Set()
	s.End(nil)
	diff(t, r.spans(), []span{{Name: "work", Attrs: a{"a": int64(2), "b": int64(1)}}}, "the last value of a key counts")
}

func TestSwitchedMidSpan(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, s := telemetry.Start(ctx, "open")
	r.tel.SetEnabled(false)
	diff(t, r.tel.Health(), telemetry.HealthDisabled, "off")
	_, missed := telemetry.Start(ctx, "missed")
	missed.End(nil)
	_, foreign := r.tel.TracerProvider().Tracer("x").Start(ctx, "foreign")
	if foreign.IsRecording() {
		t.Error("the provider's other users are off too")
	}
	foreign.End()
	s.Set(attribute.Int("a", 1))
	s.End(nil)
	r.tel.SetEnabled(true)
	r.tel.SetEnabled(true)
	_, again := telemetry.Start(ctx, "again")
	again.End(nil)
	diff(t, r.spans(), []span{
		{Name: "open", Attrs: a{"a": int64(1)}}, {Name: "again", Parent: "open", Attrs: a{}},
	}, "open spans end as usual, new ones are missed while off")
}

func TestSwitchAfterShutdown(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	if err := r.tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.tel.SetEnabled(true)
	got, s := telemetry.Start(ctx, "late")
	if got != ctx || s.Recording() {
		t.Error("Shutdown is for good")
	}
	diff(t, r.tel.Health(), telemetry.HealthDisabled, "Shutdown is for good")
}

func TestTenThousandGoroutines(t *testing.T) {
	t.Parallel()
	const n = 10_000
	processor := &ended{}
	tel := open(t, telemetry.WithSpanProcessor(processor))
	ctx, root := telemetry.StartSession(telemetry.NewContext(t.Context(), tel), telemetry.SessionRequest{})
	shared, s := telemetry.StartIR(ctx, telemetry.IRRequest{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			cctx, call := telemetry.StartLLMCall(shared, telemetry.LLMRequest{Model: fmt.Sprint(i % 7)})
			call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 1}})
			telemetry.RecordCost(cctx, 1e-6)
			telemetry.Event(cctx, "hole.resolved")
			root.SetResult(telemetry.SessionResult{ID: "s", HolesCount: &i})
			s.Set(attribute.Int("i", i))
			call.End(nil)
			if i == n/2 {
				s.End(nil)
			}
		})
	}
	wg.Wait()
	root.End(nil)
	diff(t, processor.n.Load(), int64(n+2), "every span ended once")
	diff(t, processor.session.Load(), int64(n), "and the root has every call")
}
