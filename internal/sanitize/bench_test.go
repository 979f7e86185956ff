package sanitize_test

import (
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// BenchmarkString cleans strings as spans carry them; only the last holds a
// secret.
func BenchmarkString(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"name", "POST /api/sessions"},
		{"id", "0199b3f2-7c1e-7d2a-9a54-6f1b2c3d4e5f"},
		{"url", "https://api.anthropic.com/v1/messages?beta=true&limit=20"},
		{"sql", "SELECT id, name FROM sessions WHERE user_id = $1 AND primary_key = $2 ORDER BY created_at DESC LIMIT 10"},
		{"json", `{"model":"claude-sonnet-4-5","max_tokens":4096,"messages":[{"role":"user","content":"list the tasks"}]}`},
		{"stack", strings.Repeat("main.(*server).handle(0xc000123456, {0x7f8a, 0x3})\n\t/app/internal/server/global.go:12 +0x1d\n", 8)},
		{"prose", strings.Repeat("The quick brown fox asks for a global update of the DATA path. ", 128)},
		{"secret", "failed: sk-" + "aB3dE6gH9jK2mN5pQ8sT1vW4 was refused, password=hunter22"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := sanitize.New(sanitize.Limits{})
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.text)))
			for b.Loop() {
				s.String(bb.text)
			}
		})
	}
}
