package conformance_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-logr/logr/funcr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryotlp"
)

// setting returns one line of a resolved configuration.
func setting(c telemetry.Config, name string) string {
	for _, s := range c.Settings {
		if s.Name == name {
			return s.Value
		}
	}
	return ""
}

func TestTrapSchemelessEndpoint(t *testing.T) {
	t.Run("plain", func(t *testing.T) {
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "api.honeycomb.io:443")
		tp := plain(t, stockExporter(t))
		record(tp, "lost")
		if err := tp.ForceFlush(t.Context()); err == nil || !strings.Contains(err.Error(), `"https:///v1/traces"`) {
			gone(t, "a schemeless endpoint gave "+text(err))
		}
	})
	t.Run("ours", func(t *testing.T) {
		for _, tt := range []struct{ name, endpoint, want string }{
			{"as Honeycomb prints it", "api.honeycomb.io:443", "https://api.honeycomb.io:443/v1/traces"},
			{"this machine", "localhost:4318", "http://localhost:4318/v1/traces"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", tt.endpoint)
				if got := setting(start(t).Config(), "traces.endpoint"); got != tt.want {
					t.Errorf("endpoint %q, want %q", got, tt.want)
				}
			})
		}
		t.Run("delivers", func(t *testing.T) {
			b := newBackend(t, nil)
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", b.Listener.Addr().String())
			tel := start(t)
			record(tel.TracerProvider(), "kept")
			shutdown(t, tel)
			if got := b.span().GetName(); got != "kept" {
				t.Errorf("span %q", got)
			}
		})
		t.Run("refuses what it cannot mend", func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http:/collector:4318")
			_, err := telemetry.New(t.Context(), quiet)
			const want = `telemetry: OTEL_EXPORTER_OTLP_ENDPOINT "http:/collector:4318": want a URL such as https://collector.example.com:4318`
			if text(err) != want {
				t.Errorf("error %q, want %q", text(err), want)
			}
		})
	})
}

func TestTrapDoubledPath(t *testing.T) {
	t.Run("plain", func(t *testing.T) {
		b := newBackend(t, nil)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", b.URL+"/v1/traces")
		tp := plain(t, stockExporter(t))
		record(tp, "x")
		_ = tp.ForceFlush(t.Context())
		if got := b.first().path; got != "/v1/traces/v1/traces" {
			gone(t, "the path is "+got)
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, nil)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", b.URL+"/v1/traces")
		tel := start(t)
		record(tel.TracerProvider(), "x")
		shutdown(t, tel)
		if got := b.first().path; got != "/v1/traces" {
			t.Errorf("path %q", got)
		}
	})
}

func TestTrapProtocolIgnored(t *testing.T) {
	b := newBackend(t, nil)
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", b.URL)
	t.Run("plain", func(t *testing.T) {
		var log buffer
		listen(t, &log)
		tp := plain(t, stockExporter(t))
		record(tp, "x")
		if err := tp.ForceFlush(t.Context()); err != nil || log.String() != "" {
			gone(t, "grpc is answered by "+text(err)+log.String())
		}
		if got := b.first().header.Get("Content-Type"); got != "application/x-protobuf" {
			gone(t, "grpc was asked for and sent is "+got)
		}
	})
	t.Run("ours", func(t *testing.T) {
		tel, err := telemetry.New(t.Context(), quiet)
		const want = `telemetry: OTEL_EXPORTER_OTLP_PROTOCOL "grpc": want http/protobuf`
		if text(err) != want {
			t.Errorf("error %q, want %q", text(err), want)
		}
		record(tel.TracerProvider(), "the handle is inert, not nil")
		if tel.Config().Enabled {
			t.Error("enabled in spite of an error")
		}
	})
}

func TestTrapHeadersReplaced(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=env,x-both=env")
	program := map[string]string{"X-Both": "program"}
	sent := func(b *backend) [2]string {
		h := b.first().header
		return [2]string{h.Get("X-Tenant"), h.Get("X-Both")}
	}
	t.Run("plain", func(t *testing.T) {
		b := newBackend(t, nil)
		tp := plain(t, stockExporter(t, to(b), otlptracehttp.WithHeaders(program)))
		record(tp, "x")
		_ = tp.ForceFlush(t.Context())
		if got := sent(b); got != [2]string{"", "program"} {
			gone(t, "headers are merged: "+strings.Join(got[:], " "))
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL), telemetry.WithHeaders(program))
		record(tel.TracerProvider(), "x")
		shutdown(t, tel)
		if got, want := sent(b), [2]string{"env", "program"}; got != want {
			t.Errorf("headers %q, want %q", got, want)
		}
	})
}

func TestTrapSecretLogged(t *testing.T) {
	const secret = "s3cr3tIngestKeyOfThisTeam"
	// A colon instead of an equal sign, as in the HTTP header itself.
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-honeycomb-team:"+secret)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1")
	t.Run("plain", func(t *testing.T) {
		var log buffer
		listen(t, &log)
		plain(t, stockExporter(t))
		if !strings.Contains(log.String(), secret) {
			gone(t, "a malformed header variable is logged as "+log.String())
		}
	})
	t.Run("ours", func(t *testing.T) {
		var log, otelLog buffer
		listen(t, &otelLog)
		tel, err := telemetry.New(t.Context(), logTo(&log))
		if err == nil || !strings.Contains(err.Error(), "OTEL_EXPORTER_OTLP_HEADERS: entry 1: want name=value") {
			t.Errorf("error %q does not tell what is wrong", text(err))
		}
		for where, said := range map[string]string{
			"error": text(err), "log": log.String(), "otel log": otelLog.String(), "config": tel.Config().String(),
		} {
			if strings.Contains(said, secret) {
				t.Errorf("the %s holds the secret: %s", where, said)
			}
		}
	})
}

func TestTrapSecretLoggedThroughStockExporters(t *testing.T) {
	// They read this variable although those of both signals replace it.
	const secret = "s3cr3tIngestKeyOfThisTeam"
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-honeycomb-team:"+secret)
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-tenant=a")
	t.Setenv("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x-tenant=a")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1")
	var log buffer
	listen(t, &log)
	if _, err := telemetry.New(t.Context(), quiet, telemetryotlp.WithExporters()); err == nil {
		t.Error("no error")
	}
	if strings.Contains(log.String(), secret) {
		t.Errorf("the log holds the secret: %s", log.String())
	}
}

func TestTrapNoCompression(t *testing.T) {
	t.Run("plain", func(t *testing.T) {
		b := newBackend(t, nil)
		tp := plain(t, stockExporter(t, to(b)))
		record(tp, "x")
		_ = tp.ForceFlush(t.Context())
		if got := b.first().header.Get("Content-Encoding"); got != "" {
			gone(t, "sent with "+got)
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel.TracerProvider(), "x")
		shutdown(t, tel)
		if got := b.first().header.Get("Content-Encoding"); got != "gzip" {
			t.Errorf("Content-Encoding %q", got)
		}
	})
}

func TestTrapRedirectCarriesKey(t *testing.T) {
	const key = "hcaik_not_a_real_key"
	// Another name of the same machine, so that it is another host.
	hosts := func(t *testing.T) (elsewhere, redirecting *backend) {
		elsewhere = newBackend(t, nil)
		location := strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1) + "/v1/traces"
		redirecting = newBackend(t, always(reply{status: http.StatusTemporaryRedirect, header: map[string]string{"Location": location}}))
		return elsewhere, redirecting
	}
	t.Run("plain", func(t *testing.T) {
		elsewhere, b := hosts(t)
		tp := plain(t, stockExporter(t, to(b), otlptracehttp.WithHeaders(map[string]string{"x-honeycomb-team": key})))
		record(tp, "x")
		_ = tp.ForceFlush(t.Context())
		if all := elsewhere.all(); len(all) == 0 || all[0].header.Get("X-Honeycomb-Team") != key {
			gone(t, "a redirect does not carry the key along")
		}
	})
	t.Run("ours", func(t *testing.T) {
		elsewhere, b := hosts(t)
		tel := start(t, telemetry.WithHoneycomb(key), telemetry.WithHoneycombEndpoint(b.URL))
		record(tel.TracerProvider(), "x")
		if err := tel.Shutdown(t.Context()); err == nil || !strings.Contains(err.Error(), "307") {
			t.Errorf("Shutdown: %v, want it to tell of the redirect", err)
		}
		if b.first().header.Get("X-Honeycomb-Team") != key {
			t.Error("the key did not get where it should")
		}
		if n := len(elsewhere.all()); n != 0 {
			t.Errorf("%d requests followed the redirect", n)
		}
		s := tel.Stats()
		balanced(t, s)
		if s.Spans.Dropped.Shutdown != 1 {
			t.Errorf("books %+v, want one span that waited for its backend until Shutdown", s.Spans)
		}
	})
}

// listen makes OpenTelemetry log to w for the time of a test, at the level it
// has by default.
func listen(t *testing.T, w *buffer) {
	otel.SetLogger(funcr.New(func(prefix, args string) { _, _ = w.Write([]byte(prefix + args + "\n")) }, funcr.Options{}))
	t.Cleanup(func() { otel.SetLogger(funcr.New(func(string, string) {}, funcr.Options{})) })
}

// text is an error's text, or "".
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
