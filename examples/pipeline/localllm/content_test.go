package localllm_test

import (
	"net/http"
	"testing"
)

func TestContent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, content string
		text          string // what the content is the same as; empty: it is refused
		reason        string
	}{
		{"blocks", `[{"type":"text","text":"x [bro"},{"type":"text","text":"ken]"}]`, `"x [broken]"`, "what SDKs send; the text is one"},
		{"no blocks", `[]`, `""`, "a message without a text is one"},
		{"number", `7`, "", "neither API takes it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/v1/messages", "/v1/chat/completions"} {
				say := func(content string) (int, string) {
					w := ask(t, path, `{"system":"You write go.","messages":[{"role":"user","content":`+content+`}]}`)
					return w.Code, w.Body.String()
				}
				code, body := say(c.content)
				if c.text == "" {
					if code != http.StatusBadRequest {
						t.Errorf("%s: status %d, want %d: %s", path, code, http.StatusBadRequest, c.reason)
					}
					continue
				}
				if wantCode, want := say(c.text); wantCode != http.StatusOK || code != wantCode || body != want {
					t.Errorf("%s: status %d and another answer than to %s: %s\n%s", path, code, c.text, c.reason, body)
				}
			}
		})
	}
}
