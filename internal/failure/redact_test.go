package failure_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/failure"
)

func hide(m string) string { return strings.ReplaceAll(m, "hunter2", "?") }

// Another message changes nothing else of an error.
func TestRedact(t *testing.T) {
	inner := &pointerError{"near hunter2"}
	err := fmt.Errorf("receive: %w", inner)
	for name, redacted := range map[string]error{"redacted": failure.Redact(err, hide), "lost too": failure.Lost(failure.Redact(err, hide))} {
		got := failure.Describe(t.Context(), redacted, nil)
		want := failure.Identity{Type: "*" + pkg + "pointerError", GoType: "*" + pkg + "pointerError", Message: "receive: near ?"}
		if name == "lost too" {
			want.Type = "db_connection"
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if !errors.Is(redacted, inner) || !failure.Same(err, redacted) || !failure.Same(fmt.Errorf("a: %w", err), redacted) || failure.Same(io.EOF, redacted) {
			t.Errorf("%s: %v is not what it was", name, redacted)
		}
	}
	if got := failure.Redact(io.EOF, hide); got != io.EOF { //nolint:errorlint // the very same
		t.Errorf("%#v, want the error itself", got)
	}
	if got := failure.Redact(postgres{code: "23505"}, func(string) string { return "x" }); failure.Code(got) != "23505" {
		t.Errorf("code %q", failure.Code(got))
	}
	if got := failure.Redact(brokenError{}, hide); got != (brokenError{}) { //nolint:errorlint // the very same
		t.Errorf("%#v", got)
	}
}

// Whoever wraps an error tells no more than those who saw it first.
func TestRetell(t *testing.T) {
	driver := errors.New("near hunter2")
	redacted := failure.Redact(driver, hide)
	tests := []struct {
		name, reason string
		err, seen    error
		want         string
	}{
		{"wrapped", "the words of the inner error are replaced", fmt.Errorf("save: %w", driver), redacted, "save: near ?"},
		{"itself", "the same", driver, redacted, "near ?"},
		{"lost", "marks lie on top", driver, failure.Lost(redacted), "near ?"},
		{"joined", "one of several", errors.Join(io.EOF, driver), redacted, "EOF\nnear ?"},
		{"other words", "a caller's own are its own", fmt.Errorf("save hunter2: %w", driver), redacted, "save hunter2: near ?"},
		{"another", "not what was seen", errors.New("near hunter2"), redacted, "near hunter2"},
		{"not redacted", "nothing to hide", driver, driver, "near hunter2"},
		{"only lost", "nothing to hide", driver, failure.Lost(driver), "near hunter2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := failure.Retell(tt.err, tt.seen)
			if got.Error() != tt.want || !failure.Same(got, tt.seen) && failure.Same(tt.err, tt.seen) {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}
