package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// printer is an exporter that prints, of each span, its name, its status and
// the attributes of the given names.
type printer struct {
	mu   sync.Mutex
	keys []string
}

func (p *printer) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range spans {
		line := s.Name()
		if d := s.Status().Description; d != "" {
			line += " failed: " + d
		}
		attrs := values(s.Attributes())
		for _, k := range p.keys {
			if v, ok := attrs[k]; ok {
				line += fmt.Sprintf(" %s=%v", k, v)
			}
		}
		for _, e := range s.Events() {
			line += " event " + e.Name
		}
		fmt.Println(line)
	}
	return nil
}

func (*printer) Shutdown(context.Context) error { return nil }

// printed returns a context whose spans are printed, and a function that waits
// until they are.
func printed(keys ...string) (ctx context.Context, done func()) {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanExporter(&printer{keys: keys}))
	if err != nil {
		log.Print(err)
	}
	ctx = telemetry.NewContext(context.Background(), tel)
	return ctx, func() {
		if err := tel.Shutdown(context.WithoutCancel(ctx)); err != nil {
			log.Print(err)
		}
	}
}

// In a service, the destination comes from the environment; here it is an
// exporter that prints.
func ExampleInit() {
	ctx := context.Background()
	tel, err := telemetry.Init(ctx,
		telemetry.WithService("lift-api", "1.4.0"),
		telemetry.WithSpanExporter(&printer{keys: []string{"user.id"}}))
	if err != nil {
		log.Print(err) // bad configuration only; tel is never nil, and then does nothing
	}
	defer func() {
		if err := tel.Shutdown(context.WithoutCancel(ctx)); err != nil {
			log.Print(err)
		}
	}()

	_, session := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u-42"})
	session.End(nil)
	// Output:
	// session.create user.id=u-42
}

// Traces as trees; OTEL_TRACES_EXPORTER=console prints them without a change of
// code.
func ExampleInit_console() {
	_ = os.Setenv("NO_COLOR", "1")
	defer func() { _ = os.Unsetenv("NO_COLOR") }()
	var tree strings.Builder
	tel, err := telemetry.Init(context.Background(), telemetry.WithConsole(&tree))
	if err != nil {
		log.Print(err)
	}
	ctx, session := telemetry.StartSession(context.Background(), telemetry.SessionRequest{ID: "s-1"})
	_, ir := telemetry.StartIR(ctx, telemetry.IRRequest{})
	ir.End(nil)
	session.End(nil)
	if err := tel.Shutdown(context.Background()); err != nil {
		log.Print(err)
	}
	for line := range strings.Lines(tree.String()) {
		if name, _, ok := strings.Cut(line, "  "); ok && !strings.HasPrefix(line, "●") {
			fmt.Println(name)
		}
	}
	// Output:
	// session.create
	// └─ ir.generate
}

// A session learns its id while the work runs; every span of the request
// carries it, those that are still open included.
func ExampleStartSession() {
	ctx, done := printed("session.id", "user.id", "session.status", "session.holes_count")
	defer done()

	create := func(ctx context.Context) (id string, err error) {
		ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{
			UserID: "u-42", Source: attr.SourcePrompt, PromptLength: new(56),
		})
		defer session.End(&err) // status, error.type, stack; records and re-raises panics

		session.SetResult(telemetry.SessionResult{ID: "s-1", Status: telemetry.SessionActive, HolesCount: new(3)})
		_ = telemetry.Do(ctx, "store", func(context.Context) error { return nil })
		return "s-1", nil
	}
	_, _ = create(ctx)
	// Output:
	// store session.id=s-1 user.id=u-42
	// session.create session.id=s-1 user.id=u-42 session.status=active session.holes_count=3
}

func ExampleStartIR() {
	ctx, done := printed("ir.provider", "ir.holes_count", "ir.confidence", "ir.validation_status")
	defer done()

	_, ir := telemetry.StartIR(ctx, telemetry.IRRequest{Provider: attr.ProviderAnthropic})
	ir.SetResult(telemetry.IRResult{
		HolesCount: new(2), Confidence: new(0.9), ValidationStatus: telemetry.Incomplete,
	})
	ir.End(nil)
	// Output:
	// ir.generate ir.provider=anthropic ir.holes_count=2 ir.confidence=0.9 ir.validation_status=incomplete
}

func ExampleStartCodegen() {
	ctx, done := printed("code.language", "code.success", "code.lines", "error.type")
	defer done()

	generate := func(ctx context.Context) (err error) {
		ctx, code := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Language: attr.LanguageRust, Generator: "RustGenerator"})
		defer code.End(&err)

		code.SetResult(telemetry.CodegenResult{Lines: new(40)})
		_, check := telemetry.StartCodeValidation(ctx, telemetry.CodeValidationRequest{Language: attr.LanguageRust})
		defer check.End(&err)
		return errors.New("mismatched types")
	}
	_ = generate(ctx)
	// Output:
	// code.validate failed: mismatched types code.language=rust error.type=*errors.errorString event exception
	// code.generate failed: mismatched types code.language=rust code.success=false code.lines=40 error.type=*errors.errorString
}

func ExampleStartLLMCall() {
	ctx, done := printed("llm.model", "llm.input_tokens", "gen_ai.usage.input_tokens", "llm.cost_usd", "llm.cost_source", "request.llm_cost_usd")
	defer done()

	ctx, root := telemetry.Start(ctx, "request")
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{
		Provider: attr.ProviderAnthropic, Model: "claude-sonnet-4-5", Streaming: true,
	})
	call.FirstToken()
	call.SetResponse(telemetry.LLMResponse{
		Usage:   telemetry.Usage{InputTokens: 1200, OutputTokens: 300, CachedInputTokens: 1000},
		CostUSD: new(0.25), // where the provider reports one
	})
	call.End(nil)
	root.End(nil)
	// Output:
	// llm.call llm.model=claude-sonnet-4-5 llm.input_tokens=1200 gen_ai.usage.input_tokens=1200 llm.cost_usd=0.25 llm.cost_source=provider
	// request request.llm_cost_usd=0.25
}

func ExampleRecordCost() {
	ctx, done := printed("llm.cost_usd", "llm.cost_source", "cost.other_usd", "request.cost_usd")
	defer done()

	ctx, root := telemetry.Start(ctx, "request")
	inside, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderModal})
	telemetry.RecordCost(inside, 0.5) // inside an LLM call it is the call's cost
	call.End(nil)
	telemetry.RecordCost(ctx, 0.25) // elsewhere, what no token explains
	root.End(nil)
	// Output:
	// modal.inference llm.cost_usd=0.5 llm.cost_source=caller
	// request cost.other_usd=0.25 request.cost_usd=0.75
}

func ExampleStart() {
	ctx, done := printed("app.template", "app.cached")
	defer done()

	_, span := telemetry.Start(ctx, "template.render", attribute.String("app.template", "ir.tmpl"))
	span.Set(attribute.Bool("app.cached", true))
	span.End(nil)
	// Output:
	// template.render app.template=ir.tmpl app.cached=true
}

func ExampleDo() {
	ctx, done := printed("error.type")
	defer done()

	err := telemetry.Do(ctx, "cache.warm", func(context.Context) error {
		return fmt.Errorf("warm: %w", context.DeadlineExceeded)
	})
	fmt.Println(err)
	done()
	// Output:
	// warm: context deadline exceeded
	// cache.warm failed: warm: context deadline exceeded error.type=timeout event exception
}

func ExampleEvent() {
	ctx, done := printed()
	defer done()

	ctx, span := telemetry.Start(ctx, "signup")
	telemetry.Event(ctx, attr.EventUserSignedUp, attr.UserID.String("u-42"))
	span.End(nil)
	// Output:
	// signup event user.signed_up
}

// A pipeline that is not the one Init installed, such as that of a parallel
// test.
func ExampleNewContext() {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanExporter(&printer{}))
	if err != nil {
		log.Print(err)
	}
	ctx := telemetry.NewContext(context.Background(), tel)
	_, span := telemetry.Start(ctx, "work")
	span.End(nil)
	_ = tel.Shutdown(ctx)
	// Output:
	// work
}

// A service that has an OpenTelemetry pipeline already keeps it, and gets the
// helpers.
func ExampleWithTracerProvider() {
	spans := tracetest.NewSpanRecorder()
	existing := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))

	tel, err := telemetry.New(context.Background(), telemetry.WithTracerProvider(existing))
	if err != nil {
		log.Print(err)
	}
	_, ir := telemetry.StartIR(telemetry.NewContext(context.Background(), tel), telemetry.IRRequest{Model: "m"})
	ir.End(nil)
	fmt.Println(spans.Ended()[0].Name(), values(spans.Ended()[0].Attributes())["ir.model"])
	// Output:
	// ir.generate m
}
