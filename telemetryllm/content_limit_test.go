package telemetryllm

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMask(t *testing.T) {
	upper := strings.ToUpper
	tests := []struct {
		name, reason  string
		mask          func(string) string
		system, input string
	}{
		{
			"all texts", "but no names and types", upper, `[{"type":"text","content":"BE KIND."}]`,
			`[{"role":"user","parts":[{"type":"text","content":"HI"},{"type":"uri","modality":"image","uri":"HTTPS://A/B"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f","arguments":{"A":"B"}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"c","response":"DONE"}]}]`,
		},
		{
			"panics", "the text is gone, and it is said", func(string) string { panic("no") }, `[{"type":"text","content":"[mask failed]"}]`,
			`[{"role":"user","parts":[{"type":"text","content":"[mask failed]"},{"type":"uri","modality":"image","uri":"[mask failed]"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f","arguments":"[mask failed]"}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"c","response":"[mask failed]"}]}]`,
		},
		{
			"returns what is no UTF-8", "the JSON stays whole", func(string) string { return "a\xff\"" }, `[{"type":"text","content":"a�\""}]`,
			`[{"role":"user","parts":[{"type":"text","content":"a�\""},{"type":"uri","modality":"image","uri":"a�\""}]},{"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f","arguments":"a�\""}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"c","response":"a�\""}]}]`,
		},
	}
	const request = `{"system":"Be kind.","messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"https://a/b"}}]},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{\"a\":\"b\"}"}}]},{"role":"tool","tool_call_id":"c","content":"done"}]}`
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := utterance{format: chat{}, request: request}
			want := captured{tt.system, tt.input, ""}
			if d := cmp.Diff(want, u.capture(defaultContent, 0, tt.mask)); d != "" {
				t.Errorf("%s, -want +got:\n%s", tt.reason, d)
			}
		})
	}
}

func TestMaskSeesNoHalfWord(t *testing.T) {
	const limit = 1 << 10
	words := strings.Repeat("word ", limit/5-2) + "jane@example.com is here"
	u := utterance{
		format: chat{}, request: `{"prompt":"` + words + `"}`, media: sse,
		answer: `data: {"choices":[{"delta":{"content":"` + words[:limit/2] + `"}}]}` + "\n\n" + `data: {"choices":[{"delta":{"content":"` + words[limit/2:] + `"}}]}` + "\n\n",
	}
	seen := 0
	u.capture(limit, 0, func(s string) string {
		seen++
		if strings.Contains(s, "jane") && !strings.Contains(s, "jane@example.com") {
			t.Errorf("half an address: %q", s[len(s)-20:])
		}
		return s
	})
	if seen != 2 {
		t.Errorf("%d texts", seen)
	}
}

// What redaction would break stays JSON, and holds no secret.
func TestRedaction(t *testing.T) {
	const secret = "hunter2hunter2"
	for _, text := range []string{
		`password: ` + secret, `password = '` + secret, "token: `" + secret + " \n more", `{"password":"` + secret + `","a":1}`,
		`{"password":12345678,"token":{"a":"b"}}`, "password:\n\"" + secret + "\"", "Password:\n\t'" + secret,
		"-----BEGIN RSA PRIVATE KEY-----\nMIIE" + secret, `https://u:` + secret + `@example.com/`, `"api_key": null` + "\n\"x\"",
		`Authorization: Basic ` + secret + secret, `{"a":"{\"password\":\"` + secret + `\"}"}`, `password=\"` + secret,
	} {
		for _, shape := range []string{
			`{"system":%[1]s,"messages":[{"role":"user","content":%[1]s},{"role":"user","content":"next ' and \u0060 and -----END RSA PRIVATE KEY-----"}]}`,
			`{"messages":[{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":%[1]s}}]},{"role":"tool","content":%[1]s},{"role":"user","content":"next '"}]}`,
			`{"messages":[{"role":"user","content":[{"type":"tool_use","name":"f","input":{"password":%[1]s,"token":5,"secret":{"a":[1]}}}]},{"role":"user","content":"next '"}]}`,
		} {
			quoted, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			u := utterance{format: chat{}, request: fmt.Sprintf(shape, quoted)}
			c := u.capture(defaultContent, 0, nil)
			for _, got := range []string{c.System, c.Input} {
				if strings.Contains(got, secret) && !strings.Contains(text, ":\n") {
					t.Errorf("%q: %s", text, got)
				}
				if got != "" && !json.Valid([]byte(got)) {
					t.Errorf("%q: no JSON: %s", text, got)
				}
				if again := redact().String(got); again != got {
					t.Errorf("%q: the exporter changes %s\nto %s", text, got, again)
				}
			}
			if c.Input == "" {
				t.Errorf("%q: nothing is recorded", text)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	long := strings.Repeat("word ", 400) // 2000 bytes
	tests := []struct {
		name, reason, request, answer, input, output string
	}{
		{
			"the newest stays", "the oldest texts give way first",
			`{"messages":[{"role":"system","content":"` + long + `"},{"role":"user","content":"` + long[:300] + `"},{"role":"user","content":"` + long[:400] + `"}]}`, "",
			`[{"role":"omitted","parts":[{"type":"omitted","messages":1}]},{"role":"user","parts":[{"type":"text","content":"` + long[:300] + `"}]},{"role":"user","parts":[{"type":"text","content":"` + long[:400] + `"}]}]`, "",
		},
		{
			"many messages", "what is left out is counted",
			`{"messages":[` + strings.Repeat(`{"role":"user","content":"`+long[:200]+`"},`, 1000) + `{"role":"user","content":"` + long[:870] + `"}]}`, "",
			`[{"role":"omitted","parts":[{"type":"omitted","messages":1000}]},{"role":"user","parts":[{"type":"text","content":"` + long[:870] + `"}]}]`, "",
		},
		{
			"a long answer", "its end is cut", `{}`, `{"choices":[{"message":{"content":"` + long + `"}}]}`, "",
			`[{"role":"assistant","parts":[{"type":"text","content":"` + long[:853] + `…[1147 bytes more]"}],"finish_reason":""}]`,
		},
		{
			"long reasoning", "gives way to the answer", `{}`, `{"choices":[{"message":{"reasoning":"` + long + `","content":"` + long[:500] + `"}}]}`, "",
			`[{"role":"assistant","parts":[{"type":"reasoning","content":"` + long[:319] + `…[1681 bytes more]"},{"type":"text","content":"` + long[:500] + `"}],"finish_reason":""}]`,
		},
		{
			"without blanks", "a cut is between characters", `{"prompt":"` + strings.Repeat("語", 500) + `"}`, "",
			`[{"role":"user","parts":[{"type":"text","content":"` + strings.Repeat("語", 256) + `…[732 bytes more]"}]}]`, "",
		},
		{
			"many parts", "are bounded", `{}`, `{"choices":[` + strings.TrimSuffix(strings.Repeat(`{"message":{"content":"a"}},`, 200), ",") + `]}`, "", "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const limit = 1 << 10
			u := utterance{format: chat{}, request: tt.request, answer: tt.answer}
			for _, at := range []int{0, 100, 1500} {
				got := u.capture(limit, at, nil)
				if tt.input != "" || tt.output != "" {
					if d := cmp.Diff(captured{"", tt.input, tt.output}, got); d != "" {
						t.Fatalf("%s, -want +got:\n%s", tt.reason, d)
					}
				}
				for _, text := range []string{got.Input, got.Output} {
					if len(text) > limit || text != "" && !json.Valid([]byte(text)) {
						t.Errorf("%d bytes: %s", len(text), text)
					}
				}
			}
		})
	}
}

// However long an exchange is, what is kept of it is bounded.
func TestContentMemory(t *testing.T) {
	const limit = 4 << 10
	word := strings.Repeat("word ", 200)
	q := newPrompt(limit)
	q.write([]byte(`{"messages":[`))
	for range 2000 {
		q.write([]byte(`{"role":"user","content":[{"type":"text","text":"` + word + `"},{"type":"tool_use","input":{"a":["` + word + `"]}}]},`))
	}
	if held := heldBytes(q.t.input); held > limit+8<<10 || q.t.omitted+len(q.t.input) != 2000 {
		t.Errorf("%d bytes, %d messages", held, q.t.omitted+len(q.t.input))
	}
	q.close()
	var tr transcript
	x := exchange{status: http.StatusOK}
	tr.open(limit)
	h := newHeard(&tr, &x, chat{})
	for i := range 5000 {
		h.data(fmt.Appendf(nil, `{"choices":[{"index":%d,"delta":{"content":"%s","reasoning":"%s","tool_calls":[{"index":%d,"id":"c%d","function":{"name":"f","arguments":"%s"}}]}}]}`, i%300, word, word, i, i, word), true)
		h.end("", true)
	}
	if held := heldBytes(tr.output); held > limit+2*maxList*partBytes {
		t.Errorf("%d bytes of output", held)
	}
	h.close()
}

func heldBytes(all []message) int {
	n := 0
	for i := range all {
		n += partBytes
		for _, p := range all[i].parts {
			n += cap(p.text) + len(p.id) + len(p.name)
		}
	}
	return n
}

// Nothing that a server or a caller may write takes more than attributes.
func TestHostileContent(t *testing.T) {
	deep := strings.Repeat(`{"content":[`, 3000)
	for _, document := range []string{
		"", "{", "}", "[", `"`, "null", "[[[[", `{"messages"`, `{"messages":`, `{"messages":[`, `{"messages":[{"role":1,"content":{"a":[]}}]}`,
		`{"messages":{"role":"user","content":"x"}}`, `{"messages":"x"}`, `}}}{"messages":[]}`, `{"messages":[],"messages":[]}`,
		`{"messages":` + deep, `{"choices":` + deep, `{"choices":[{"index":-5,"delta":{"tool_calls":[{"index":-9}]}}]}`, `{"choices":[null,1,"x"]}`,
		`{"output":[` + strings.Repeat(`{"type":"x_call"},`, 3000), `{"type":"content_block_delta","index":99999999999,"delta":{"type":"text_delta","text":"x"}}`,
		`{"` + strings.Repeat("k", 5000) + `":1,"\u0022":2,"prompt":"x"}`,
	} {
		for _, f := range formats {
			for _, at := range []int{-1, 0, 5} {
				u := utterance{format: f, request: document, answer: document, media: "application/json"}
				whole := u.capture(2<<10, at, nil)
				u.media, u.answer = sse, "data: "+document+"\n\n"
				streamed := u.capture(2<<10, at, nil)
				for _, text := range []string{whole.Input, whole.Output, whole.System, streamed.Output} {
					if text != "" && !json.Valid([]byte(text)) {
						t.Fatalf("%T, %.80s: %s", f, document, text)
					}
				}
			}
		}
	}
}
