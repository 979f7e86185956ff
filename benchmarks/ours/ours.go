// Package ours is the same service with this library's helpers.
package ours

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/benchmarks/work"
	"github.com/lift-sys/telemetry/internal/core"
)

// Config says where telemetry goes and how much of it.
type Config struct {
	URL   string // of an OTLP/HTTP receiver, without a path
	Ratio float64
	Gzip  bool
}

// Telemetry is what a service sets up once. All methods are safe for
// concurrent use.
type Telemetry struct{ *telemetry.Telemetry }

// New sets telemetry up for the process.
func New(ctx context.Context, c Config) (*Telemetry, error) {
	compression := "none"
	if c.Gzip {
		compression = "gzip"
	}
	tel, err := telemetry.Init(ctx,
		telemetry.WithService("lift-api", "1.4.0"), telemetry.WithEndpoint(c.URL),
		telemetry.WithCompression(compression), telemetry.WithSampleRatio(c.Ratio),
		telemetry.WithoutSelfMetrics()) // the other side has none
	if err != nil {
		return nil, fmt.Errorf("init: %w", err)
	}
	return &Telemetry{tel}, nil
}

// Request starts the session that calls are made for.
func (t *Telemetry) Request(ctx context.Context) (reqCtx context.Context, end func()) {
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{
		UserID: work.UserID, RequestID: work.RequestID, ID: work.SessionID,
	})
	return ctx, func() { session.End(nil) }
}

// RootCall is an LLM call outside any request: the root of its trace.
func (t *Telemetry) RootCall(ctx context.Context) {
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: work.Provider, Model: work.Model})
	defer call.End(nil)
	call.SetResponse(telemetry.LLMResponse{
		FinishReasons: []string{work.Finish},
		Usage:         telemetry.Usage{InputTokens: work.InputTokens, OutputTokens: work.OutputTokens},
		CostUSD:       new(work.CostUSD),
	})
}

// ChildCall is an LLM call in the request that ctx belongs to.
func (t *Telemetry) ChildCall(ctx context.Context) {
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{
		Provider: work.Provider, ProviderRoute: work.Route, Model: work.Model,
	})
	defer call.End(nil)
	call.SetResponse(telemetry.LLMResponse{
		FinishReasons: []string{work.Finish},
		Usage:         telemetry.Usage{InputTokens: work.InputTokens, OutputTokens: work.OutputTokens},
		CostUSD:       new(work.CostUSD),
	})
}

// BareCall is an LLM call without optional facts, which cost the caller an
// allocation each.
func (t *Telemetry) BareCall(ctx context.Context) {
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: work.Provider, Model: work.Model})
	call.SetResponse(telemetry.LLMResponse{
		Usage: telemetry.Usage{InputTokens: work.InputTokens, OutputTokens: work.OutputTokens},
	})
	call.End(nil)
}

// Metrics makes the four recordings of one call.
func (t *Telemetry) Metrics(ctx context.Context) {
	core.From(ctx).Metrics().RecordLLM(ctx,
		core.LLMKey{Operation: attr.OperationChat, Provider: work.Provider, GenAIProvider: work.Provider, RequestModel: work.Model},
		core.LLMCall{
			InputTokens: work.InputTokens, OutputTokens: work.OutputTokens, InputKnown: true, OutputKnown: true,
			Duration: work.Latency, CostUSD: work.CostUSD, Priced: true,
		})
}

// Session creates a session.
func (t *Telemetry) Session(ctx context.Context) {
	_, session := telemetry.StartSession(ctx, telemetry.SessionRequest{
		UserID: work.UserID, Source: work.Source, PromptLength: new(work.PromptLength),
	})
	defer session.End(nil)
	session.SetResult(telemetry.SessionResult{
		ID: work.SessionID, Status: telemetry.SessionActive, HolesCount: new(work.HolesCount),
	})
}

// IR translates a prompt.
func (t *Telemetry) IR(ctx context.Context) {
	_, ir := telemetry.StartIR(ctx, telemetry.IRRequest{Provider: work.Provider, Model: work.Model})
	defer ir.End(nil)
	ir.SetResult(telemetry.IRResult{
		Version: new(work.IRVersion), HolesCount: new(work.HolesCount), ConstraintsCount: new(work.Constraints),
		Completeness: new(work.Completeness), ValidationStatus: telemetry.Valid,
	})
}

// Codegen generates code.
func (t *Telemetry) Codegen(ctx context.Context) {
	_, gen := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Language: work.Language, Generator: work.Generator})
	defer gen.End(nil)
	gen.SetResult(telemetry.CodegenResult{
		Success: new(true), CompilationSuccess: new(true), Lines: new(work.Lines), Retries: new(work.Retries),
	})
}

// Step is work without a helper of its own.
func (t *Telemetry) Step(ctx context.Context) {
	_, span := telemetry.Start(ctx, work.StepName,
		attribute.String("app.template", "session"),
		attribute.Int("app.bytes", 512),
		attribute.Bool("app.cached", true))
	span.End(nil)
}

// Event records a business event in a step.
func (t *Telemetry) Event(ctx context.Context) {
	ctx, span := telemetry.Start(ctx, work.StepName)
	defer span.End(nil)
	telemetry.Event(ctx, work.EventName, attribute.String("app.plan", "free"), attribute.Bool("app.invited", true))
}

// Cost books a cost that no token explains in a step.
func (t *Telemetry) Cost(ctx context.Context) {
	ctx, span := telemetry.Start(ctx, work.StepName)
	defer span.End(nil)
	telemetry.RecordCost(ctx, work.OtherUSD)
}

// Empty is a step that says nothing.
func (t *Telemetry) Empty(ctx context.Context) {
	_, span := telemetry.Start(ctx, work.StepName)
	span.End(nil)
}

// Flush sends what has ended, and the metrics collected so far. Its own bound
// would end a wait that a benchmark wants.
func (t *Telemetry) Flush(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return t.Telemetry.Flush(ctx)
}
