package delivery_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/internal/delivery"
)

func TestAnswerText(t *testing.T) {
	const secret = "hcaik_01hq5example"
	tests := []struct {
		name, reason, kind, body, want string
	}{
		{"empty", "", "", "", ""},
		{"plain", "", "text/plain", "unknown API key", "unknown API key"},
		{"JSON", "shown as it is", "application/json", `{"error":"no dataset"}`, `{"error":"no dataset"}`},
		{"status message", "OTLP errors are google.rpc.Status", "application/x-protobuf", string(status(3, "bad span")), "bad span"},
		{"broken status message", "must not be shown raw", "application/x-protobuf", "\x12\xff\xff", ""},
		{"page", "says nothing", "text/html; charset=utf-8", "<html>nginx</html>", ""},
		{"lines", "logs are lines", "text/plain", "one\r\n\ttwo\x00three", "one two three"},
		{"echoed key", "never a secret value", "text/plain", "key " + secret + " is unknown", "key [redacted] is unknown"},
		{"key across the cut", "half a secret is one too", "text/plain", strings.Repeat("x", delivery.MaxTextBytes-12) + secret, strings.Repeat("x", delivery.MaxTextBytes-12) + "[redacted]"},
		{"proxy", "a URL's user part is a secret", "text/plain", `proxy "http://me:pw@proxy:80/" and //u@x`, `proxy "http://[redacted]@proxy:80/" and //[redacted]@x`},
		{"mail address", "no user part without a URL", "text/plain", "http://x/a me@x.org", "http://x/a me@x.org"},
		{"long", "bounded, cut between runes", "text/plain", strings.Repeat("é", delivery.MaxTextBytes), strings.Repeat("é", delivery.MaxTextBytes/2) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{"Content-Type": {tt.kind}}
			if got := delivery.Clean("Bearer "+secret, h, []byte(tt.body)); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.reason, got, tt.want)
			}
		})
	}
}

// status encodes a google.rpc.Status.
func status(code uint64, message string) []byte {
	b := protowire.AppendTag(nil, 1, protowire.VarintType)
	b = protowire.AppendVarint(b, code)
	b = protowire.AppendTag(b, 2, protowire.BytesType)
	return protowire.AppendString(b, message)
}

func TestShowURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://me:pw@host:4318/v1/traces?key=secret#x": "https://host:4318/v1/traces",
		"/v1/traces?key=secret":                          "/v1/traces",
		"https://host:port/\x7f":                         "malformed URL",
	} {
		if got := delivery.ShowURL(raw); got != want {
			t.Errorf("ShowURL(%q) = %q, want %q", raw, got, want)
		}
	}
}

func FuzzAnswerText(f *testing.F) {
	f.Add("text/plain", []byte("unknown key secret-value //a@b"))
	f.Add("application/x-protobuf", status(3, "x"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		got := delivery.Clean("secret-value", http.Header{"Content-Type": {kind}}, body)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\x00") || len(got) > delivery.MaxTextBytes+len("…") {
			t.Errorf("unfit text %q", got)
		}
		if strings.Contains(got, "secret-value") {
			t.Errorf("text %q holds the secret", got)
		}
	})
}
