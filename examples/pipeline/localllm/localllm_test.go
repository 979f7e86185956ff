package localllm_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/examples/pipeline/localllm"
)

// ask sends a request and returns the answer.
func ask(t *testing.T, path, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	localllm.New(0).ServeHTTP(w, r)
	return w
}

// events decodes the data of a stream.
func events(t *testing.T, stream string) []map[string]any {
	t.Helper()
	var list []map[string]any
	for line := range strings.Lines(stream) {
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok || strings.TrimSpace(data) == "[DONE]" {
			continue
		}
		var e map[string]any
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			t.Fatalf("event %q: %v", line, err)
		}
		list = append(list, e)
	}
	return list
}

// at walks down a decoded value.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

func TestAnthropic(t *testing.T) {
	t.Parallel()
	w := ask(t, "/v1/messages", `{"model":"claude-sonnet-4-5","stream":true,"tool_choice":{"type":"tool","name":"emit_ir"},
		"messages":[{"role":"user","content":"Söße {a} in {b}. It must be sweet."}]}`)
	if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("status %d, content type %q", w.Code, got)
	}
	var types []string
	var tool strings.Builder
	list := events(t, w.Body.String())
	for _, e := range list {
		kind, _ := e["type"].(string)
		if len(types) == 0 || types[len(types)-1] != kind {
			types = append(types, kind)
		}
		piece, _ := at(e, "delta", "partial_json").(string)
		tool.WriteString(piece)
	}
	if got, want := strings.Join(types, " "),
		"message_start content_block_start ping content_block_delta content_block_stop message_delta message_stop"; got != want {
		t.Errorf("events %s, want %s", got, want)
	}
	var ir struct {
		Summary            string
		Holes, Constraints []string
	}
	if err := json.Unmarshal([]byte(tool.String()), &ir); err != nil {
		t.Fatalf("the tool's input %q: %v", tool.String(), err)
	}
	if strings.Join(ir.Holes, " ") != "a b" || len(ir.Constraints) != 1 || !strings.HasPrefix(ir.Summary, "Söße") {
		t.Errorf("IR %+v, want two holes, a constraint and the whole text", ir)
	}
	if got, ok := at(list[len(list)-2], "usage", "output_tokens").(float64); !ok || got <= 0 {
		t.Errorf("%v output tokens are told, want some", got)
	}
}

func TestOpenAI(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, system, messages, want string
		reason                       string
	}{
		{"go", "You write go.", `{"role":"user","content":"x"}`, "return totals", "the language of the system's message"},
		{"rust", "You write rust.", `{"role":"user","content":"x"}`, "pub fn", "another language"},
		{"flawed", "You write go.", `{"role":"user","content":"x [flawed]"}`, "return total\n", "the first code is wrong"},
		{
			"repaired", "You write go.",
			`{"role":"user","content":"x [flawed]"},{"role":"assistant","content":"y"},{"role":"user","content":"z"}`,
			"return totals", "the second code is right",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := ask(t, "/v1/chat/completions", `{"model":"gpt-5-mini","messages":[{"role":"system","content":"`+c.system+`"},`+c.messages+`]}`)
			var content strings.Builder
			list := events(t, w.Body.String())
			for _, e := range list {
				piece, _ := at(e, "choices", 0, "delta", "content").(string)
				content.WriteString(piece)
			}
			var answer struct{ Code string }
			if err := json.Unmarshal([]byte(content.String()), &answer); err != nil {
				t.Fatalf("content %q: %v", content.String(), err)
			}
			if !strings.Contains(answer.Code, c.want) {
				t.Errorf("code lacks %q: %s\n%s", c.want, c.reason, answer.Code)
			}
			last := list[len(list)-1]
			if choices, _ := last["choices"].([]any); len(choices) != 0 || at(last, "usage", "prompt_tokens") == nil {
				t.Errorf("last chunk %v, want usage and no choices", last)
			}
			if !strings.HasSuffix(w.Body.String(), "data: [DONE]\n\n") {
				t.Error("the stream does not end with [DONE]")
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	user := func(content string) string { return `{"messages":[{"role":"user","content":"` + content + `"}]}` }
	for _, c := range []struct {
		name, body string
		header     []string
		status     int
		kind       string
		reason     string
	}{
		{"down", user("[down]"), nil, 500, "api_error", "asked for"},
		{"busy", user("[busy]"), nil, 429, "rate_limit_error", "the first attempt"},
		{"busy no more", user("[busy]"), []string{"X-Stainless-Retry-Count", "1"}, 200, "", "the second attempt"},
		{"nothing said", `{}`, nil, 400, "invalid_request_error", "a model answers somebody"},
		{"no JSON", `{`, nil, 400, "invalid_request_error", "nobody understands it"},
		{"too long", user(strings.Repeat("x", 1<<20)), nil, 413, "invalid_request_error", "memory is bounded"},
	} {
		for _, path := range []string{"/v1/messages", "/v1/chat/completions"} {
			t.Run(c.name+path, func(t *testing.T) {
				t.Parallel()
				w := ask(t, path, c.body, c.header...)
				var answer map[string]any
				if c.kind != "" {
					if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
						t.Fatal(err)
					}
				}
				kind, _ := at(answer, "error", "type").(string)
				if w.Code != c.status || kind != c.kind {
					t.Errorf("%d %q, want %d %q: %s", w.Code, kind, c.status, c.kind, c.reason)
				}
			})
		}
	}
}

func TestExpensiveUsesMore(t *testing.T) {
	t.Parallel()
	used := func(content string) float64 {
		list := events(t, ask(t, "/v1/chat/completions", `{"messages":[{"role":"user","content":"`+content+`"}]}`).Body.String())
		n, _ := at(list[len(list)-1], "usage", "total_tokens").(float64)
		return n
	}
	if usual, expensive := used("x"), used("x [expensive]"); usual <= 0 || expensive < 50*usual {
		t.Errorf("%v tokens usually and %v when expensive, want 50 times as many at least", usual, expensive)
	}
}

func TestReword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		want       []string
		reason     string
	}{
		{"holes", `{"prompt":"{a} and {b}","count":3}`, []string{"1. {a} and {b}", "2. {a} and everything", "3. {a} and {b}"}, "every second one forgets a hole"},
		{"no hole", `{"prompt":"a","count":2}`, []string{"1. a", "2. a"}, "there is none to forget"},
		{"none", `{"prompt":"a"}`, nil, "nothing is asked for"},
		{"too many", `{"prompt":"a","count":17}`, nil, "memory is bounded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := ask(t, "/reword", c.body)
			var answer struct {
				Variants   []string
				GPUSeconds float64 `json:"gpu_seconds"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(answer.Variants, c.want) || (w.Code == http.StatusOK) != (c.want != nil) || (answer.GPUSeconds > 0) != (c.want != nil) {
				t.Errorf("status %d, %q in %v s, want %q: %s", w.Code, answer.Variants, answer.GPUSeconds, c.want, c.reason)
			}
		})
	}
}

func TestDelays(t *testing.T) {
	t.Parallel()
	took := func(delay float64, content string) (d time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/chat/completions",
				strings.NewReader(`{"messages":[{"role":"user","content":"`+content+`"}]}`))
			localllm.New(delay).ServeHTTP(httptest.NewRecorder(), r)
			d = time.Since(start)
		})
		return d
	}
	if got := took(0, "x"); got != 0 {
		t.Errorf("no delay takes %v", got)
	}
	// Each wait is half to one and a half times as long as usual.
	if got := took(1, "x"); got < 200*time.Millisecond || got > time.Second {
		t.Errorf("a usual answer takes %v, want 0.2 s to 1 s", got)
	}
	if got := took(1, "x [slow]"); got < 2*time.Second || got > 10*time.Second {
		t.Errorf("a slow answer takes %v, want 2 s to 10 s", got)
	}
}
