package telemetryslog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/sanitize/secrettest"
)

// exported keeps what leaves the process.
type exported struct{ spans []span }

func (e *exported) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	e.spans = append(e.spans, views(spans)...)
	return nil
}

func (*exported) Shutdown(context.Context) error { return nil }

// A log may hold what a trace must not.
func TestSecrets(t *testing.T) {
	t.Parallel()
	// Put together here, so that no scanner takes them for real.
	key, jwt := "sk-ant-api03-"+strings.Repeat("Ab3", 20), "Bearer "+strings.Repeat("x9Q", 20)
	var out exported
	tel, err := telemetry.New(t.Context(), append(quiet[:2:2], telemetry.WithSpanExporter(&out))...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	marking().With("api_key", "hunter1").WithGroup("user").ErrorContext(ctx, "refused "+key,
		"err", errors.New("header "+jwt), "password", "hunter2", "header", jwt, "name", "kept")
	s.End(nil)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	diff(t, out.spans, []span{{
		Name: "work", Status: "Error: header Bearer [redacted]",
		Attrs: m{
			"error.type": boomType, "error.message": "header Bearer [redacted]",
			"exception.type": boomType, "exception.message": "header Bearer [redacted]",
		},
		Events: []event{{"log.error", m{
			"log.message": "refused [redacted]", "error.type": boomType,
			"exception.type": boomType, "exception.message": "header Bearer [redacted]",
			"log.attr.api_key": "[redacted]", "log.attr.user.password": "[redacted]",
			"log.attr.user.header": "Bearer [redacted]", "log.attr.user.name": "kept",
		}}},
	}}, "redaction covers what a log brings")
}

// The limit that WithErrors states: plain words are no secret by their form.
func TestSecretsInPlainWords(t *testing.T) {
	t.Parallel()
	var out exported
	tel, err := telemetry.New(t.Context(), append(quiet[:2:2], telemetry.WithSpanExporter(&out))...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	marking().ErrorContext(ctx, "user anna@example.com tried the word hunter2, then password=hunter3")
	s.End(nil)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	diff(t, out.spans[0].Status, "Error: user anna@example.com tried the word hunter2, then password=[redacted]", "what is told in WithErrors")
}

// No secret of a known form passes through a log either, wherever it stands.
func TestSecretsOfEveryForm(t *testing.T) {
	t.Parallel()
	for _, secret := range secrettest.All() {
		var out exported
		tel, err := telemetry.New(t.Context(), append(quiet[:2:2], telemetry.WithSpanExporter(&out))...)
		if err != nil {
			t.Fatal(err)
		}
		ctx, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
		marking().With("with", secret.Text).WithGroup("group").ErrorContext(ctx, "said "+secret.Text,
			"err", fmt.Errorf("outer: %w", errors.New(secret.Text)), "value", secret.Text, secret.Text, 1,
			"list", []string{secret.Text}, slog.Group("in", "deep", secret.Text))
		s.End(nil)
		if err := tel.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if got := fmt.Sprint(out.spans); strings.Contains(got, secret.Core) || len(out.spans[0].Events) != 1 {
			t.Errorf("%s: %s", secret.Name, got)
		}
		if n := tel.Stats().Sanitized.Redacted; n < 6 {
			t.Errorf("%s: %d redactions counted", secret.Name, n)
		}
	}
}

// A mask sees what a log brings, under the key that it has on the span.
func TestMask(t *testing.T) {
	t.Parallel()
	var out exported
	tel, err := telemetry.New(t.Context(), append(quiet[:2:2], telemetry.WithSpanExporter(&out),
		telemetry.WithMask(func(key attribute.Key, v string) string {
			if key == "log.attr.user.name" {
				return "somebody"
			}
			return v
		}))...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	marking().WithGroup("user").ErrorContext(ctx, "refused", "name", "anna")
	s.End(nil)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	diff(t, out.spans[0].Events[0].Attrs["log.attr.user.name"], any("somebody"), "the key is the attribute's")
}
