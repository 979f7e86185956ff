package core_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// What a span leaves out of a driver's message, the spans above do not tell
// either, however they wrap it.
func TestRetell(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, above := telemetry.Start(ctx, "above")
	_, query := telemetry.Start(ctx, "query")
	err := errors.New(`near "hunter2": syntax error`)
	query.End(new(failure.Redact(err, func(m string) string { return strings.ReplaceAll(m, "hunter2", "?") })))
	wrapped := fmt.Errorf("load: %w", err)
	if got := core.Retell(ctx, wrapped).Error(); strings.Contains(got, "hunter2") {
		t.Errorf("told again: %q", got)
	}
	above.End(&wrapped)
	span := rec.Span("above")
	for _, k := range []attribute.Key{attr.ErrorMessage, attr.ExceptionMessage} {
		if span.Attributes[k] != `load: near "?": syntax error` {
			t.Errorf("%s is %v", k, span.Attributes[k])
		}
	}
	if strings.Contains(span.Message, "hunter2") || strings.Contains(wrapped.Error(), "?") {
		t.Errorf("status %q, the caller's error %q", span.Message, wrapped)
	}
}
