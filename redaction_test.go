package telemetry_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/sanitize/secrettest"
)

// What a user's pattern finds leaves nowhere, like what the library knows.
func TestWithRedaction(t *testing.T) {
	t.Parallel()
	secret := secrettest.Secret{Text: "customer C-4711 Ltd", Core: "C-4711"}
	var (
		b    = newBackend(t)
		log  = new(logged)
		into bytes.Buffer
	)
	tel := open(t, telemetry.WithEndpoint(b.URL), telemetry.WithConsole(&into), telemetry.WithLogger(slog.New(log)),
		telemetry.WithService("lift "+secret.Text, secret.Text), telemetry.WithEnvironment(secret.Text),
		telemetry.WithRedaction(regexp.MustCompile(`none`)), telemetry.WithRedaction(nil, regexp.MustCompile(`C-\d+`)))
	leak(telemetry.NewContext(t.Context(), tel), t, tel, secret)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for place, text := range map[string]string{
		"on the wire": string(b.raw(t)), "on the console": into.String(), "in the log": log.String(),
		"in Stats": fmt.Sprintf("%+v", tel.Stats()), "in Config": tel.Config().String(),
	} {
		if strings.Contains(text, secret.Core) {
			t.Errorf("%s: %s", place, text)
		}
	}
	if !strings.Contains(string(b.raw(t)), "customer [redacted] Ltd") {
		t.Error("what stands around a match is gone")
	}
}

// A mask sees what leaves, with its key, before anything else looks at it.
func TestWithMask(t *testing.T) {
	t.Parallel()
	b, log := newBackend(t), new(logged)
	tel := open(t, telemetry.WithEndpoint(b.URL), telemetry.WithLogger(slog.New(log)), telemetry.WithSpanExporter(refuser{"anna@example.com"}),
		telemetry.WithMask(func(key attribute.Key, v string) string {
			if key == "user.id" {
				panic(v)
			}
			if key == "plain" {
				return "Bearer " + strings.Repeat("aB3dE6", 4)
			}
			return strings.ReplaceAll(v, "anna@example.com", "a person")
		}))
	ctx := telemetry.NewContext(t.Context(), tel)
	ctx, s := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "anna@example.com"})
	s.Set(attribute.String("plain", "x"), attribute.StringSlice("to", []string{"anna@example.com"}))
	telemetry.Event(ctx, "mail", attribute.String("to", "anna@example.com"))
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: "p", Model: "anna@example.com"})
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 1}})
	call.End(nil)
	_ = s.Fail(errors.New("no mailbox anna@example.com"))
	s.End(nil)
	if err := tel.Flush(t.Context()); err == nil {
		t.Error("Flush must say what the exporter refused")
	}
	wire := string(b.raw(t))
	for _, place := range []struct{ name, text string }{
		{"wire", wire}, {"log", log.String()}, {"statistics", tel.Stats().LastError},
	} {
		if strings.Contains(place.text, "anna@") || strings.Contains(place.text, "aB3dE6") {
			t.Errorf("%s: %q", place.name, place.text)
		}
	}
	for _, want := range []string{"no mailbox a person", "[mask failed]", "Bearer [redacted]"} {
		if !strings.Contains(wire, want) {
			t.Errorf("%q has not arrived", want)
		}
	}
	if want := "refused: a person"; tel.Stats().LastError != want {
		t.Errorf("last error %q, want %q", tel.Stats().LastError, want)
	}
	if n := tel.Stats().Sanitized.MaskFailed; n == 0 {
		t.Error("a panic of the mask was not counted")
	}
}
