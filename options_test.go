package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/env"
)

func TestResource(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, reason string
		env          string
		opts         []telemetry.Option
		want         a
	}{
		{"default", "a service has a name in any case", "", nil, a{"service.name": "lift-sys", "host.name": host}},
		{
			"options", "what the program knows", "",
			[]telemetry.Option{
				telemetry.WithService("lift-api", "1.4.0"), telemetry.WithEnvironment("staging"),
				telemetry.WithResourceAttributes(attribute.String("host.name", "h"), attribute.Int("shard", 3)),
			},
			a{
				"service.name": "lift-api", "service.version": "1.4.0", "deployment.environment.name": "staging",
				"deployment.environment": "staging", "host.name": "h", "shard": int64(3),
			},
		},
		{
			"environment first", "operators can relabel, key by key", "service.name=relabelled,host.name=e",
			[]telemetry.Option{telemetry.WithService("lift-api", "1.4.0"), telemetry.WithResourceAttributes(attribute.String("host.name", "h"))},
			a{"service.name": "relabelled", "service.version": "1.4.0", "host.name": "e"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("OTEL_RESOURCE_ATTRIBUTES", tt.env)
			ctx, r := record(t, tt.opts...)
			_, s := telemetry.Start(ctx, "work")
			s.End(nil)
			got := values(r.Ended()[0].Resource().Attributes())
			for _, k := range []string{"telemetry.sdk.name", "telemetry.sdk.language", "telemetry.sdk.version", "service.instance.id", "process.runtime.version"} {
				if got[k] == nil {
					t.Errorf("%s is missing", k)
				}
				delete(got, k)
			}
			diff(t, got, tt.want, tt.reason)
			if url := r.Ended()[0].Resource().SchemaURL(); url != "" {
				t.Errorf("schema URL %q: resources with different ones cannot be merged", url)
			}
		})
	}
}

func TestHeadersMergeByKey(t *testing.T) {
	b := newBackend(t)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-one=env,x-two=env")
	tel := open(t, telemetry.WithEndpoint(b.URL), telemetry.WithHeaders(map[string]string{"X-Two": "option"}), telemetry.WithTimeout(time.Minute))
	_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	s.End(nil)
	if err := tel.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	diff(t, []string{b.headers[0].Get("X-One"), b.headers[0].Get("X-Two")}, []string{"env", "option"}, "options go before the environment, key by key")
}

func TestBaggage(t *testing.T) {
	t.Parallel()
	bag, err := baggage.Parse("allowed=1,secret=2")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, reason string
		opts         []telemetry.Option
		want         string // what leaves
		read         int    // members that can be read
	}{
		{"default", "incoming baggage can be read, none leaves", nil, "", 2},
		{"keys", "what was named leaves", []telemetry.Option{telemetry.WithBaggageKeys("allowed")}, "allowed=1", 2},
		{"trace context alone", "no baggage at all", []telemetry.Option{telemetry.WithPropagators("tracecontext")}, "", 0},
		{"trace context alone, keys", "nor what was named", []telemetry.Option{telemetry.WithPropagators("tracecontext"), telemetry.WithBaggageKeys("allowed")}, "", 0},
		{"baggage alone", "it needs no trace", []telemetry.Option{telemetry.WithPropagators("baggage"), telemetry.WithBaggageKeys("allowed")}, "allowed=1", 2},
		{"none", "nothing at all", []telemetry.Option{telemetry.WithPropagators("none"), telemetry.WithBaggageKeys("allowed")}, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, _ := record(t, tt.opts...)
			carrier := map[string]string{}
			telemetry.Inject(baggage.ContextWithBaggage(ctx, bag), carrier)
			diff(t, carrier["baggage"], tt.want, tt.reason)
			in := telemetry.Extract(ctx, map[string]string{"baggage": "a=1,b=2"})
			diff(t, baggage.FromContext(in).Len(), tt.read, tt.reason)
		})
	}
}

func TestProvidersOfTheCaller(t *testing.T) {
	t.Parallel()
	spans, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	tel := open(t, telemetry.WithTracerProvider(tp), telemetry.WithMeterProvider(mp))
	if tel.TracerProvider() != tp || tel.MeterProvider() != mp {
		t.Error("the handle must name the caller's providers")
	}
	ctx, session := telemetry.StartSession(telemetry.NewContext(t.Context(), tel), telemetry.SessionRequest{ID: "s1"})
	spend(ctx)
	session.End(nil)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := views(spans.Ended())
	diff(t, len(got), 2, "both spans are the caller's")
	diff(t, got[1].pick("session.id", "session.llm_calls", "request.llm_calls"),
		a{"session.id": "s1", "session.llm_calls": int64(1), "request.llm_calls": int64(1)}, "with ids and sums")
	if len(collect(t, reader)) == 0 {
		t.Error("and the metrics")
	}
	_, s := tp.Tracer("x").Start(t.Context(), "the owner shuts it down")
	if !s.IsRecording() {
		t.Error("Shutdown stopped a provider that it does not own")
	}
	s.End()
}

// stock is a pair of exporters of the SDK.
type stock struct {
	*tracetest.InMemoryExporter
	metrics chan *metricdata.ResourceMetrics
}

func (s stock) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	s.metrics <- rm
	return nil
}
func (stock) ForceFlush(context.Context) error { return nil }
func (stock) Shutdown(context.Context) error   { return nil }
func (stock) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return sdkmetric.DeltaTemporalitySelector(k)
}

func (stock) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

func TestExporters(t *testing.T) {
	t.Parallel()
	e := stock{tracetest.NewInMemoryExporter(), make(chan *metricdata.ResourceMetrics, 8)}
	var asked string
	tel := open(t, telemetry.WithEndpoint("http://127.0.0.1:1"), telemetry.WithMetricInterval(time.Hour),
		telemetry.WithExporters(func(_ context.Context, c env.Config) (sdktrace.SpanExporter, sdkmetric.Exporter, error) {
			asked = c.Traces.URL
			return e, e, nil
		}))
	diff(t, asked, "http://127.0.0.1:1/v1/traces", "the factory learns the destination")
	ctx := telemetry.NewContext(t.Context(), tel)
	spend(ctx)
	telemetry.Event(ctx, "bad \xff")
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	diff(t, len(e.GetSpans()), 1, "spans go to the exporter")
	diff(t, len(e.metrics), 1, "metrics too")
	s := tel.Stats()
	conserved(t, s)
	if s.Spans.Exported != 1 || s.Points.Exported == 0 || s.Sanitized.Repaired == 0 {
		t.Errorf("the books of foreign exporters: %+v", s)
	}
	_, err := telemetry.New(t.Context(), telemetry.WithEndpoint("http://127.0.0.1:1"),
		telemetry.WithExporters(func(context.Context, env.Config) (sdktrace.SpanExporter, sdkmetric.Exporter, error) {
			return nil, nil, errRefused
		}))
	if !errors.Is(err, errRefused) {
		t.Errorf("error %v, want that of the factory", err)
	}
}

var errRefused = errors.New("refused")

func TestOpenTelemetryErrorsAreLoggedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		tel, err := telemetry.Init(t.Context(), telemetry.WithSpanProcessor(nothing{}),
			telemetry.WithLogger(slog.New(slog.NewTextHandler(&out, nil))))
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			otel.Handle(errors.New("no"))
		}
		otel.Handle(nil)
		time.Sleep(time.Minute)
		otel.Handle(errors.New("still no"))
		if err := tel.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if n := strings.Count(out.String(), "\n"); n != 2 || !strings.Contains(out.String(), "not_logged=4") {
			t.Errorf("want two records, the second of which counts four:\n%s", out.String())
		}
	})
}
