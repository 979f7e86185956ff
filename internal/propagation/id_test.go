package propagation_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/propagation"
)

func TestValidID(t *testing.T) {
	tests := []struct {
		name, reason, id string
		want             bool
	}{
		{"plain", "the common form", "r-1", true},
		{"uuid", "another one", "7b0e4b1e-6c55-4a1c-9e0a-0d6a1d1d8a11", true},
		{"base64", "and another", "aGVsbG8+/w==", true},
		{"mail", "user ids may be addresses", "a.b+c@example.com", true},
		{"subject", "OpenID providers name users so", "auth0|5f7c8ec7", true},
		{"longest", "128 bytes fit", strings.Repeat("a", 128), true},
		{"too long", "an id is no place for data", strings.Repeat("a", 129), false},
		{"huge", "least of all for much", strings.Repeat("a", 100_000), false},
		{"empty", "nothing is no id", "", false},
		{"space", "ids stand in logs and queries", "a b", false},
		{"quote", "ids stand in logs and queries", `a"b`, false},
		{"NUL", "ids stand in headers", "a\x00b", false},
		{"newline", "ids stand in headers", "a\r\nb", false},
		{"invalid UTF-8", "ids stand in JSON", "a\xff", false},
		{"not ASCII", "ids stand in headers", "ä", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := propagation.ValidID(tt.id); got != tt.want {
				t.Errorf("ValidID(%.20q) = %t, want %t: %s", tt.id, got, tt.want, tt.reason)
			}
		})
	}
}

func FuzzValidID(f *testing.F) {
	for _, s := range []string{"", "r-1", "a b", "\x00", "ä", "auth0|1", strings.Repeat("a", 129)} {
		f.Add(s)
	}
	safe := regexp.MustCompile(`^[A-Za-z0-9._~+/=:@|-]{1,128}$`)
	f.Fuzz(func(t *testing.T, id string) {
		if got := propagation.ValidID(id); got != safe.MatchString(id) {
			t.Errorf("ValidID(%q) = %t", id, got)
		}
	})
}
