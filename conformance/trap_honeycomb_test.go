package conformance_test

import (
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry"
)

// columns makes of a span what Honeycomb stores: its own columns first, then
// the attributes over them (github.com/honeycombio/husky, otlp/traces.go at
// 00658f6, TranslateTraceRequest).
func columns(s *tracepb.Span) map[string]any {
	c := map[string]any{
		"name":           s.GetName(),
		"type":           s.GetKind().String(),
		"duration_ms":    s.GetEndTimeUnixNano() >= s.GetStartTimeUnixNano(),
		"trace.trace_id": hex.EncodeToString(s.GetTraceId()),
		"status_code":    int(s.GetStatus().GetCode()),
	}
	if s.GetStatus().GetCode() == tracepb.Status_STATUS_CODE_ERROR {
		c["error"] = true
	}
	for _, kv := range s.GetAttributes() {
		switch v := kv.GetValue().GetValue().(type) {
		case *commonpb.AnyValue_StringValue:
			c[kv.GetKey()] = v.StringValue
		case *commonpb.AnyValue_IntValue:
			c[kv.GetKey()] = v.IntValue
		case *commonpb.AnyValue_BoolValue:
			c[kv.GetKey()] = v.BoolValue
		}
	}
	return c
}

func TestTrapReservedNames(t *testing.T) {
	// What programs call their attributes without a second thought.
	attrs := []attribute.KeyValue{
		attribute.String("name", "Ada"),
		attribute.String("type", "premium"),
		attribute.String("error", "none"),
		attribute.Int("duration_ms", 7),
		attribute.String("trace.trace_id", "legacy-17"),
		attribute.Int("status_code", 404),
	}
	own := func(s *tracepb.Span) map[string]any {
		return map[string]any{
			"name": "work", "type": "SPAN_KIND_INTERNAL", "duration_ms": true,
			"trace.trace_id": hex.EncodeToString(s.GetTraceId()), "status_code": 0,
		}
	}
	t.Run("plain", func(t *testing.T) {
		b := newBackend(t, nil)
		tp := plain(t, stockExporter(t, to(b)))
		record(tp, "work", attrs...)
		_ = tp.ForceFlush(t.Context())
		c := columns(b.span())
		for k, v := range own(b.span()) {
			if c[k] == v {
				gone(t, "Honeycomb's column "+k+" survives")
			}
		}
		if c["error"] != "none" {
			gone(t, "no error column on a span without an error")
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel.TracerProvider(), "work", attrs...)
		shutdown(t, tel)
		want := own(b.span())
		maps.Copy(want, map[string]any{
			"app.name": "Ada", "app.type": "premium", "app.error": "none", "app.duration_ms": int64(7),
			"app.trace.trace_id": "legacy-17", "app.status_code": int64(404),
		})
		if diff := cmp.Diff(want, columns(b.span())); diff != "" {
			t.Errorf("columns (-want +got):\n%s", diff)
		}
		if n := tel.Stats().Sanitized.Renamed; n != uint64(len(attrs)) {
			t.Errorf("%d renamed in the books, want %d", n, len(attrs))
		}
	})
}

// likeHoneycomb refuses a classic key without a dataset, and notes where
// metrics end up (husky, otlp/common.go: RequestInfo.ValidateTracesHeaders;
// docs.honeycomb.io/send-data/metrics).
func likeHoneycomb(datasets map[string]string) func(int, *arrival) reply {
	return func(_ int, a *arrival) reply {
		dataset := a.header.Get("X-Honeycomb-Dataset")
		classic := len(a.header.Get("X-Honeycomb-Team")) == 32
		switch {
		case a.metrics != nil && dataset == "":
			dataset = "unknown_metrics"
		case a.traces != nil && classic && dataset == "":
			return reply{status: http.StatusBadRequest}
		case a.traces != nil && !classic:
			dataset = "" // the service's name, whatever the header says
			for _, kv := range a.traces.GetResourceSpans()[0].GetResource().GetAttributes() {
				if kv.GetKey() == "service.name" {
					dataset = kv.GetValue().GetStringValue()
				}
			}
		}
		datasets[a.path] = dataset
		return reply{}
	}
}

func TestTrapClassicKeyNeedsDataset(t *testing.T) {
	const (
		classic     = "0123456789abcdef0123456789abcdef"
		environment = "hcaik_01hx0000000000000000000000abcdefghijklmnopqrstuvwxyz012345"
	)
	t.Run("plain", func(t *testing.T) {
		datasets := map[string]string{}
		b := newBackend(t, likeHoneycomb(datasets))
		tp := plain(t, stockExporter(t, to(b), otlptracehttp.WithHeaders(map[string]string{"x-honeycomb-team": classic})))
		record(tp, "lost")
		_ = tp.ForceFlush(t.Context())
		if len(b.names()) > 0 {
			gone(t, "a dataset is named without being asked")
		}
	})
	for _, tt := range []struct {
		name, reason, key string
		env               map[string]string
		want              map[string]string
		warning           string
	}{
		{
			name: "ours classic", key: classic,
			reason:  "the service's name serves as dataset, and that is said",
			want:    map[string]string{"/v1/traces": "lift-api", "/v1/metrics": "lift-api_metrics"},
			warning: "a classic Honeycomb key needs a dataset",
		},
		{
			name: "ours classic with dataset", key: classic,
			reason: "what the environment names goes first",
			env:    map[string]string{"HONEYCOMB_DATASET": "spans", "HONEYCOMB_METRICS_DATASET": "numbers"},
			want:   map[string]string{"/v1/traces": "spans", "/v1/metrics": "numbers"},
		},
		{
			name: "ours environment key", key: environment,
			reason: "Honeycomb takes the service's name; metrics still need a dataset",
			want:   map[string]string{"/v1/traces": "lift-api", "/v1/metrics": "lift-api_metrics"},
		},
		{
			name: "ours mismatch", key: environment,
			reason:  "a dataset that has no effect is explained",
			env:     map[string]string{"HONEYCOMB_DATASET": "spans"},
			want:    map[string]string{"/v1/traces": "lift-api", "/v1/metrics": "lift-api_metrics"},
			warning: `HONEYCOMB_DATASET "spans" has no effect on spans`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			datasets := map[string]string{}
			b := newBackend(t, likeHoneycomb(datasets))
			t.Setenv("HONEYCOMB_API_KEY", tt.key)
			t.Setenv("HONEYCOMB_API_ENDPOINT", b.URL)
			for k, v := range tt.env {
				t.Setenv(k, v)
			}
			var log buffer
			tel := start(t, telemetry.WithService("lift-api", ""), logTo(&log))
			record(tel.TracerProvider(), "kept")
			count(t, tel)
			shutdown(t, tel)
			if diff := cmp.Diff(tt.want, datasets); diff != "" {
				t.Errorf("%s: datasets (-want +got):\n%s", tt.reason, diff)
			}
			said := strings.ReplaceAll(log.String(), `\"`, `"`)
			if (tt.warning == "") != (said == "") || !strings.Contains(said, tt.warning) {
				t.Errorf("%s: log %q, want %q", tt.reason, said, tt.warning)
			}
		})
	}
}

// count makes one metric point.
func count(t testing.TB, tel *telemetry.Telemetry) {
	t.Helper()
	c, err := tel.MeterProvider().Meter("test").Int64Counter("tests")
	if err != nil {
		t.Fatal(err)
	}
	c.Add(t.Context(), 1)
}

func TestTrapSchemaURLConflict(t *testing.T) {
	// A service's resource by one release of the conventions, the SDK's by
	// another: each upgrade of either makes this pair.
	service := attribute.String("service.name", "lift-api")
	t.Run("plain", func(t *testing.T) {
		res, err := resource.Merge(resource.Default(), resource.NewWithAttributes("https://opentelemetry.io/schemas/1.20.0", service))
		if !errors.Is(err, resource.ErrSchemaURLConflict) {
			gone(t, "merging gives "+res.String()+" and "+text(err))
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, nil)
		old := resource.NewWithAttributes("https://opentelemetry.io/schemas/1.20.0", service, attribute.String("team", "core"))
		tel := start(t, telemetry.WithEndpoint(b.URL), telemetry.WithResourceAttributes(old.Attributes()...))
		record(tel.TracerProvider(), "x")
		shutdown(t, tel)
		rs := b.first().traces.GetResourceSpans()[0]
		got := map[string]string{}
		for _, kv := range rs.GetResource().GetAttributes() {
			got[kv.GetKey()] = kv.GetValue().GetStringValue()
		}
		if rs.GetSchemaUrl() != "" || got["service.name"] != "lift-api" || got["team"] != "core" || got["telemetry.sdk.language"] != "go" {
			t.Errorf("schema %q, resource %v", rs.GetSchemaUrl(), got)
		}
	})
}

func TestTrapNoRandomFlag(t *testing.T) {
	// https://www.w3.org/TR/trace-context-2/#random-trace-id-flag
	const random = 0x02
	root := func(tp trace.TracerProvider) {
		ctx, root := tp.Tracer("test").Start(t.Context(), "root")
		_, child := tp.Tracer("test").Start(ctx, "child")
		child.End()
		root.End()
	}
	t.Run("plain", func(t *testing.T) {
		b := newBackend(t, nil)
		tp := plain(t, stockExporter(t, to(b)))
		root(tp)
		_ = tp.ForceFlush(t.Context())
		for _, s := range b.spans() {
			if s.GetFlags()&random != 0 {
				gone(t, "the random flag is set on "+s.GetName())
			}
		}
	})
	t.Run("plain, sampled by trace id", func(t *testing.T) {
		s := sdktrace.TraceIDRatioBased(0.5).ShouldSample(sdktrace.SamplingParameters{ParentContext: t.Context()})
		if s.Tracestate.Get("ot") != "" {
			gone(t, "the ratio sampler says its threshold")
		}
	})
	t.Run("ours, typed", func(t *testing.T) {
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		ctx, session := telemetry.StartSession(telemetry.NewContext(t.Context(), tel), telemetry.SessionRequest{})
		_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Model: "m"})
		call.End(nil)
		session.End(nil)
		shutdown(t, tel)
		flagged(t, b)
	})
	t.Run("ours, extracted", func(t *testing.T) {
		// A request without trace headers, as the HTTP handler sees it.
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		ctx := telemetry.Extract(telemetry.NewContext(t.Context(), tel), nil)
		_, span := tel.TracerProvider().Tracer("other instrumentation").Start(ctx, "root")
		span.End()
		shutdown(t, tel)
		flagged(t, b)
	})
	t.Run("ours, sampled", func(t *testing.T) {
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL), telemetry.WithSampleRatio(0.5))
		for range 64 {
			root(tel.TracerProvider())
		}
		shutdown(t, tel)
		if len(b.spans()) == 0 {
			t.Fatal("of 64 traces none was kept at a ratio of 0.5")
		}
		for _, s := range b.spans() {
			if !strings.Contains(s.GetTraceState(), "th:8") || columns(s)["SampleRate"] != int64(2) {
				t.Errorf("tracestate %q, columns %v", s.GetTraceState(), columns(s))
			}
		}
	})
}

// flagged checks that every span has the random flag.
func flagged(t *testing.T, b *backend) {
	t.Helper()
	if len(b.spans()) == 0 {
		t.Error("nothing arrived")
	}
	for _, s := range b.spans() {
		if s.GetFlags()&0x02 == 0 {
			t.Errorf("span %q has flags %#x", s.GetName(), s.GetFlags())
		}
	}
}
