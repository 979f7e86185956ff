package telemetry_test

import (
	"bytes"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
)

func TestInitInstalls(t *testing.T) {
	r := &recorder{SpanRecorder: newSpanRecorder()}
	tel, err := telemetry.Init(t.Context(), telemetry.WithSpanProcessor(r.SpanRecorder))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := otel.GetTracerProvider().(*sdktrace.TracerProvider); !ok {
		t.Errorf("the global provider is a %T: frameworks replace all but the SDK's own", otel.GetTracerProvider())
	}
	if otel.GetTracerProvider() != tel.TracerProvider() {
		t.Error("the global provider is another one")
	}
	ctx, root := otel.Tracer("framework").Start(t.Context(), "GET /")
	ctx, s := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s1"})
	spend(ctx)
	_, query := otel.Tracer("driver").Start(ctx, "query")
	query.End()
	s.End(nil)
	root.End()
	carrier := map[string]string{}
	otel.GetTextMapPropagator().Inject(ctx, mapCarrier(carrier))
	if carrier["traceparent"] == "" {
		t.Error("the global propagator carries nothing")
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	diff(t, ids(t, r), map[string]a{
		"GET /": {"session.id": "s1"}, "session.create": {"session.id": "s1"}, "llm.call": {"session.id": "s1"}, "query": {"session.id": "s1"},
	}, "frameworks' spans join the request")
	diff(t, rollups(r)["GET /"], sums("request", 1, 0.1), "and carry its sums")
	if ctx, s := telemetry.Start(t.Context(), "late"); s.Recording() || ctx != t.Context() {
		t.Error("after Shutdown nothing is installed")
	}
	if _, ok := otel.GetTracerProvider().(*sdktrace.TracerProvider); ok {
		t.Error("the stopped provider is still global")
	}
}

func TestSecondInit(t *testing.T) {
	_, file, line, _ := runtime.Caller(0)
	first, err := telemetry.Init(t.Context(), telemetry.WithSpanProcessor(nothing{}))
	if err != nil {
		t.Fatal(err)
	}
	second, err := telemetry.Init(t.Context(), telemetry.WithSpanProcessor(nothing{}))
	if want := file + ":" + strconv.Itoa(line+1); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v does not name the first call at %s", err, want)
	}
	if second == nil || second.Config().Enabled {
		t.Error("the second handle must be inert")
	}
	if err := second.Shutdown(t.Context()); err != nil { // must not stop the first
		t.Error(err)
	}
	if _, s := telemetry.Start(t.Context(), "x"); !s.Recording() {
		t.Error("the first pipeline stopped")
	}
	for range 2 {
		if err := first.Shutdown(t.Context()); err != nil {
			t.Errorf("a further Shutdown does nothing, not %v", err)
		}
	}
	third, err := telemetry.Init(t.Context(), telemetry.WithSpanProcessor(nothing{}))
	if err != nil {
		t.Fatalf("after Shutdown Init is allowed again: %v", err)
	}
	if err := first.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if _, s := telemetry.Start(t.Context(), "x"); !s.Recording() {
		t.Error("a late Shutdown of the first stopped the third")
	}
	if _, err := telemetry.Init(t.Context()); err == nil {
		t.Error("a late Shutdown of the first made room for a fourth")
	}
	if err := third.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestInitAfterAFailedInit(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")
	tel, err := telemetry.Init(t.Context())
	if err == nil || !strings.Contains(err.Error(), `telemetry: OTEL_EXPORTER_OTLP_PROTOCOL "grpc"`) {
		t.Errorf("error %v, want one that quotes the value", err)
	}
	if tel == nil || tel.Config().Enabled {
		t.Fatal("the handle of a failed Init must be inert, not nil")
	}
	everything(t.Context())
	everything(telemetry.NewContext(t.Context(), tel))
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
	tel, err = telemetry.Init(t.Context(), telemetry.WithSpanProcessor(nothing{}), telemetry.WithEndpoint(newBackend(t).URL))
	if err != nil {
		t.Errorf("a failed Init must not count: %v", err)
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNewLeavesGlobalsAlone(t *testing.T) {
	before := otel.GetTracerProvider()
	ctx, r := record(t)
	if otel.GetTracerProvider() != before {
		t.Error("New changed the global provider")
	}
	if _, s := telemetry.Start(t.Context(), "x"); s.Recording() {
		t.Error("a context without a handle must not find one")
	}
	fctx, foreign := r.tel.TracerProvider().Tracer("x").Start(t.Context(), "foreign")
	_, s := telemetry.Start(fctx, "below")
	s.End(nil)
	foreign.End()
	diff(t, r.one(t, "below").Parent, "foreign", "the provider of the local parent names the pipeline")
	other, q := record(t)
	_, s = telemetry.Start(telemetry.NewContext(ctx, q.tel), "elsewhere")
	s.End(nil)
	_, s = telemetry.Start(other, "elsewhere")
	s.End(nil)
	diff(t, len(q.spans()), 2, "the handle in the context goes first")
}

func TestNoDestinationWarning(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, nil))
	if _, err := telemetry.New(t.Context(), telemetry.WithLogger(logger), nil); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "telemetry: no destination; set HONEYCOMB_API_KEY"); n != 1 {
		t.Errorf("%d warnings, want 1:\n%s", n, out.String())
	}
}

func TestBadOptions(t *testing.T) {
	for name, opt := range map[string]telemetry.Option{
		"ratio":     telemetry.WithSampleRatio(2),
		"endpoint":  telemetry.WithEndpoint("ftp://x"),
		"hosts":     telemetry.WithPropagateTo("http://bad host/"),
		"temporal":  telemetry.WithTemporality("sometimes"),
		"compress":  telemetry.WithCompression("zip"),
		"region":    telemetry.WithHoneycombRegion("mars"),
		"propagate": telemetry.WithPropagators("b3"),
	} {
		t.Run(name, func(t *testing.T) {
			tel, err := telemetry.New(t.Context(), telemetry.WithHoneycomb("abcdefghijklmnopqrstuv"), telemetry.WithLogger(quiet), opt)
			if err == nil || !strings.HasPrefix(err.Error(), "telemetry: ") {
				t.Fatalf("error %v, want one of ours", err)
			}
			if tel == nil || tel.Config().Enabled {
				t.Error("the handle must be inert, not nil")
			}
			everything(telemetry.NewContext(t.Context(), tel))
		})
	}
}
