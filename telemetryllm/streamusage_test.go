package telemetryllm_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// A request that says anything of stream_options, nothing included, is the
// caller's to decide, and what is no chat is left alone.
func TestStreamUsageLeaves(t *testing.T) {
	tests := []struct{ name, reason, url, body string }{
		{"null", "the field is there", chatURL, `{"model":"m","messages":[],"stream":true,"stream_options":null}`},
		{"empty", "the field is there", chatURL, `{"model":"m","messages":[],"stream":true,"stream_options":{}}`},
		{"empty body", "no field can follow another", chatURL, `{}`},
		{"responses", "they tell usage unasked", "https://api.openai.com/v1/responses", `{"model":"m","input":"x","stream":true}`},
		{"messages", "they tell usage unasked", "https://api.anthropic.com/v1/messages", `{"model":"m","max_tokens":1,"messages":[],"stream":true}`},
		{"another API", "no call of a model", "https://api.example.com/v1/other", `{"stream":true}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, _ := telemetrytest.Context(t)
			var sent string
			res, err := post(ctx, t, roundTripper(func(r *http.Request) (*http.Response, error) {
				b, err := io.ReadAll(r.Body)
				sent = string(b)
				return answer(r, 200, "text/event-stream", chatStream), err
			}), tt.url, tt.body, telemetryllm.WithStreamUsage())
			readAll(t, res, err)
			if sent != tt.body {
				t.Errorf("sent %s: %s", sent, tt.reason)
			}
		})
	}
}

// A request that grew is sent again as it was sent, and one above the bound
// does not grow.
func TestStreamUsageAgain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		bytes int
		grows bool
	}{{"small", 10, true}, {"beyond what is read ahead otherwise", 1 << 20, true}, {"above the bound", 4 << 20, false}} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, _ := telemetrytest.Context(t)
			body := `{"model":"m","messages":[{"role":"user","content":"` + strings.Repeat("x", tt.bytes) + `"}],"stream":true}`
			res, err := post(ctx, t, roundTripper(func(r *http.Request) (*http.Response, error) {
				first, err := io.ReadAll(r.Body)
				if err != nil {
					return nil, err
				}
				again, err := r.GetBody()
				if err != nil {
					return nil, err
				}
				second, err := io.ReadAll(again)
				if string(first) != string(second) || int64(len(first)) != r.ContentLength {
					t.Errorf("%d bytes, then %d, of %d", len(first), len(second), r.ContentLength)
				}
				if grown := len(first) > len(body); grown != tt.grows {
					t.Errorf("%d bytes became %d", len(body), len(first))
				}
				return answer(r, 200, "text/event-stream", chatStream), err
			}), chatURL, body, telemetryllm.WithStreamUsage())
			readAll(t, res, err)
		})
	}
}
