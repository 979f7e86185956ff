package telemetry_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
)

func TestDestinations(t *testing.T) {
	llmMetrics := []string{"gen_ai.client.operation.duration", "gen_ai.client.token.usage", "lift.llm.cost.unknown"}
	both := []string{"/v1/metrics", "/v1/traces"}
	tests := []struct {
		name, reason string
		env          map[string]string // {} stands for the backend's URL
		opts         func(url string) []telemetry.Option
		want         seen
		enabled      bool
		key          string // x-honeycomb-team that every request must carry
	}{
		{
			name: "nothing", reason: "no destination: off, and the service runs on",
		},
		{
			name: "collector", reason: "one variable for both signals", enabled: true,
			env:  map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "{}", "OTEL_SERVICE_NAME": "from-env"},
			want: seen{Paths: both, Spans: []string{"llm.call"}, Metrics: llmMetrics, Service: "from-env"},
		},
		{
			name: "honeycomb", reason: "the key goes to the endpoint that is named as Honeycomb's", enabled: true, key: "abcdefghijklmnopqrstuv",
			env:  map[string]string{"HONEYCOMB_API_KEY": "abcdefghijklmnopqrstuv", "HONEYCOMB_API_ENDPOINT": "{}"},
			want: seen{Paths: both, Spans: []string{"llm.call"}, Metrics: llmMetrics, Service: "lift-sys"},
		},
		{
			name: "collector before honeycomb", reason: "precedence, and the key stays here", enabled: true,
			env: map[string]string{
				"HONEYCOMB_API_KEY": "abcdefghijklmnopqrstuv", "OTEL_EXPORTER_OTLP_ENDPOINT": "{}",
			},
			want: seen{Paths: both, Spans: []string{"llm.call"}, Metrics: llmMetrics, Service: "lift-sys"},
		},
		{
			name: "option before environment", reason: "explicit options go first", enabled: true,
			env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
			opts: func(url string) []telemetry.Option {
				return []telemetry.Option{telemetry.WithEndpoint(url), telemetry.WithService("coded", "1")}
			},
			want: seen{Paths: both, Spans: []string{"llm.call"}, Metrics: llmMetrics, Service: "coded"},
		},
		{
			name: "traces alone", reason: "each signal can be turned off", enabled: true,
			env:  map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "{}", "OTEL_METRICS_EXPORTER": "none"},
			want: seen{Paths: []string{"/v1/traces"}, Spans: []string{"llm.call"}, Service: "lift-sys"},
		},
		{
			name: "metrics alone", reason: "each signal can be turned off", enabled: true,
			env:  map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "{}", "OTEL_TRACES_EXPORTER": "none"},
			want: seen{Paths: []string{"/v1/metrics"}, Metrics: llmMetrics},
		},
		{
			name: "sampled out", reason: "metrics do not depend on sampling", enabled: true,
			env:  map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "{}", "OTEL_TRACES_SAMPLER": "always_off"},
			want: seen{Paths: []string{"/v1/metrics"}, Metrics: llmMetrics},
		},
		{
			name: "HONEYCOMB_ENABLED=false", reason: "the switch is above every destination",
			env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "{}", "HONEYCOMB_ENABLED": "false"},
		},
		{
			name: "OTEL_SDK_DISABLED=true", reason: "so is OpenTelemetry's, over options too",
			env:  map[string]string{"OTEL_SDK_DISABLED": "true"},
			opts: func(url string) []telemetry.Option { return []telemetry.Option{telemetry.WithEndpoint(url)} },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend(t)
			for k, v := range tt.env {
				t.Setenv(k, strings.ReplaceAll(v, "{}", b.URL))
			}
			opts := []telemetry.Option{telemetry.WithLogger(quiet), telemetry.WithoutSelfMetrics()}
			if tt.opts != nil {
				opts = append(opts, tt.opts(b.URL)...)
			}
			tel, err := telemetry.Init(t.Context(), opts...)
			if err != nil {
				t.Fatal(err)
			}
			if got := b.seen(); got.Paths != nil {
				t.Errorf("Init made requests: %v", got.Paths)
			}
			diff(t, tel.Config().Enabled, tt.enabled, "whether anything is recorded")
			_, call := telemetry.StartLLMCall(t.Context(), telemetry.LLMRequest{Provider: "p"})
			call.SetResponse(telemetry.LLMResponse{})
			call.End(nil)
			if err := tel.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			if err := tel.Shutdown(t.Context()); err != nil {
				t.Errorf("a further Shutdown does nothing, not %v", err)
			}
			diff(t, b.seen(), tt.want, tt.reason)
			for i, h := range b.headers {
				if got := h.Get("X-Honeycomb-Team"); got != tt.key {
					t.Errorf("%s: key %q, want %q", b.paths[i], got, tt.key)
				}
			}
			conserved(t, tel.Stats())
		})
	}
}

func TestConsoleDestination(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	var out bytes.Buffer
	tel := open(t, telemetry.WithConsole(&out))
	ctx := telemetry.NewContext(t.Context(), tel)
	ctx, s := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s1"})
	spend(ctx)
	s.End(nil)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"session.create", "└─ llm.call", "$0.1000"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tree lacks %q:\n%s", want, out.String())
		}
	}
}

// conserved checks the books.
func conserved(t *testing.T, s telemetry.Stats) {
	t.Helper()
	for name, tally := range map[string]telemetry.Tally{"spans": s.Spans, "weight": s.Weight, "points": s.Points} {
		if sum := tally.Exported + tally.Rejected + tally.Queued + tally.Spooled + tally.Dropped.Total(); sum != tally.Ended+tally.Recovered {
			t.Errorf("%s: %d ended, %d recovered, but %d accounted for: %+v", name, tally.Ended, tally.Recovered, sum, tally)
		}
	}
}

func BenchmarkInit(b *testing.B) {
	b.Setenv("HONEYCOMB_API_KEY", "abcdefghijklmnopqrstuv")
	b.ReportAllocs()
	for b.Loop() {
		tel, err := telemetry.Init(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		_ = tel.Shutdown(b.Context())
		b.StartTimer()
	}
}
