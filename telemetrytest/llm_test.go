package telemetrytest_test

import (
	"bytes"
	stdcmp "cmp"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lift-sys/telemetry/telemetrytest"
)

const (
	chatURL    = "https://api.openai.com/v1/chat/completions"
	chatBody   = `{"model":"m-1","messages":[]}`
	chatStream = `{"model":"m-1","messages":[],"stream":true}`
)

// said returns the text of an answer of the API of chat completions.
func said(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	var body struct {
		Choices []struct{ Message struct{ Content string } }
		Error   struct{ Message string }
	}
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if len(body.Choices) == 0 {
		return body.Error.Message
	}
	return body.Choices[0].Message.Content
}

// Answers come in order, the last one again and again. What is no call of a
// model takes none.
func TestLLMOrder(t *testing.T) {
	llm := telemetrytest.NewLLM(t,
		telemetrytest.Answer{Text: "first"},
		telemetrytest.Answer{Failure: &telemetrytest.Failure{Message: "second"}},
		telemetrytest.Answer{Text: "third"})
	var got []string
	for _, call := range []struct{ url, body string }{
		{"https://api.openai.com/v1/moderations", chatBody},
		{chatURL, chatBody},
		{chatURL, `[]`},
		{chatURL, `{`},
		{chatURL, chatBody},
		{chatURL, chatBody},
		{chatURL, chatBody},
	} {
		got = append(got, said(t, post(t, llm.Transport(), call.url, call.body)))
	}
	want := []string{
		`telemetrytest: no API at POST "/v1/moderations"; the documentation of LLM lists the paths`,
		"first",
		"telemetrytest: the request's body is no JSON object",
		"telemetrytest: the request's body is no JSON object",
		"second", "third", "third",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

func TestLLMDefault(t *testing.T) {
	llm := telemetrytest.NewLLM(t)
	if got, want := said(t, post(t, llm.Transport(), chatURL, chatBody)), telemetrytest.DefaultAnswer().Text; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}

func TestLLMFunc(t *testing.T) {
	llm := telemetrytest.NewLLMFunc(t, func(r telemetrytest.LLMRequest) telemetrytest.Answer {
		return telemetrytest.Answer{Text: "you are " + r.Header.Get("X-User") + ", and want " + r.Model}
	})
	var callers sync.WaitGroup
	for _, user := range []string{"a", "b", "c", "d"} {
		callers.Go(func() {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, chatURL, strings.NewReader(chatBody))
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("X-User", user)
			res, err := llm.Transport().RoundTrip(req)
			if err != nil {
				t.Error(err)
				return
			}
			body, err := io.ReadAll(res.Body)
			if want := "you are " + user + ", and want m-1"; err != nil || !bytes.Contains(body, []byte(want)) {
				t.Errorf("%s, %v: want %q", body, err, want)
			}
		})
	}
	callers.Wait()
	if got := len(llm.Requests()); got != 4 {
		t.Errorf("%d requests, want 4", got)
	}
}

func TestLLMRequests(t *testing.T) {
	llm := telemetrytest.NewLLM(t)
	for _, r := range []struct{ url, body string }{
		{chatURL, chatStream},
		{"https://x/v1beta/models/gemini-x:streamGenerateContent?alt=sse", `{}`},
		{"https://x/openai/deployments/my%20own/chat/completions?api-version=1", `{"n":2}`},
		{"https://x/v1/models", `nonsense`},
	} {
		post(t, llm.Transport(), r.url, r.body)
	}
	want := []telemetrytest.LLMRequest{
		{
			Path: "/v1/chat/completions", Query: url.Values{}, Model: "m-1", Stream: true,
			Body: map[string]any{"model": "m-1", "messages": []any{}, "stream": true},
		},
		{
			Path: "/v1beta/models/gemini-x:streamGenerateContent", Query: url.Values{"alt": {"sse"}},
			Model: "gemini-x", Stream: true, Body: map[string]any{},
		},
		{
			Path: "/openai/deployments/my own/chat/completions", Query: url.Values{"api-version": {"1"}},
			Model: "my own", Body: map[string]any{"n": 2.0},
		},
		{Path: "/v1/models", Query: url.Values{}},
	}
	for i := range want {
		want[i].Method, want[i].Header = http.MethodPost, http.Header{}
	}
	if diff := cmp.Diff(want, llm.Requests()); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

// What an answer does not say right fails the test, and says how to say it.
func TestLLMWrongAnswer(t *testing.T) {
	url, body := api("gemini")
	for _, tt := range []struct {
		name, reason string
		answer       telemetrytest.Answer
		want         string
	}{
		{"right", "the zero value is one", telemetrytest.Answer{}, ""},
		{"chunks", "there is no text in less than none", telemetrytest.Answer{Chunks: -1}, `telemetrytest: answer 1: chunks "-1": want 0 or more`},
		{"delay", "time does not go back", telemetrytest.Answer{Delay: -time.Second}, `telemetrytest: answer 1: delay "-1s", chunk delay "0s": want 0 or more`},
		{"break", "nil is never", telemetrytest.Answer{BreakAfter: new(-1)}, `telemetrytest: answer 1: break after "-1": want 0 or more, or nil`},
		{"tool", "no API has calls of nothing", telemetrytest.Answer{ToolCalls: make([]telemetrytest.ToolCall, 1)}, `telemetrytest: answer 1: a tool call without a name: set it`},
		{"status", "200 is no failure", telemetrytest.Answer{Failure: &telemetrytest.Failure{Status: 200}}, `telemetrytest: answer 1: status "200" of the failure: want 400 to 599`},
		{"retry", "time does not go back", telemetrytest.Answer{Failure: &telemetrytest.Failure{RetryAfter: -1}}, `telemetrytest: answer 1: retry after "-1ns": want 0 or more`},
		{
			"arguments", "Gemini sends them as an object",
			telemetrytest.Answer{ToolCalls: []telemetrytest.ToolCall{{Name: "f", Arguments: "{,"}}},
			`telemetrytest: answer to call 1, /v1beta/models/m-1:generateContent: arguments "{," of tool call "f": want a JSON object: invalid character ',' looking for beginning of object key string`,
		},
		{
			"list of arguments", "it is JSON, but no object",
			telemetrytest.Answer{Text: "x", ToolCalls: []telemetrytest.ToolCall{{Name: "f", Arguments: `[]`}}},
			`telemetrytest: answer to call 1, /v1beta/models/m-1:generateContent: arguments "[]" of tool call "f": want a JSON object: json: cannot unmarshal array into Go value of type map[string]interface {}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := judge(t, func(f *fakeT) {
				res := post(t, telemetrytest.NewLLM(f, tt.answer).Transport(), url, body)
				if wrong := tt.want != ""; wrong != (res.StatusCode == http.StatusInternalServerError) {
					t.Errorf("status %d", res.StatusCode)
				}
			})
			if f.text() != tt.want {
				t.Errorf("want %q, because %s; got %q", tt.want, tt.reason, f.text())
			}
		})
	}
}

// Without include_usage, a stream of chat completions does not tell its usage.
func TestLLMStreamWithoutUsage(t *testing.T) {
	llm := telemetrytest.NewLLM(t)
	body, err := io.ReadAll(post(t, llm.Transport(), chatURL, chatStream).Body)
	if err != nil || bytes.Contains(body, []byte("usage")) || !bytes.HasSuffix(body, []byte("data: [DONE]\n\n")) {
		t.Errorf("got %s, %v", body, err)
	}
}

func TestLLMEmbeddings(t *testing.T) {
	llm := telemetrytest.NewLLM(t, telemetrytest.Answer{Embedding: []float64{1, -2}})
	for _, tt := range []struct {
		name, reason, body string
		want               []any
	}{
		{"text", "a text is one input", `{"input":"a"}`, []any{[]any{1.0, -2.0}}},
		{"tokens", "a text's tokens are one input", `{"input":[1,2,3]}`, []any{[]any{1.0, -2.0}}},
		{"texts", "each is one", `{"input":["a","b"]}`, []any{[]any{1.0, -2.0}, []any{1.0, -2.0}}},
		{"lists of tokens", "each is one", `{"input":[[1,2],[3]]}`, []any{[]any{1.0, -2.0}, []any{1.0, -2.0}}},
		{"base64", "little-endian 32-bit floats: 3f800000 c0000000", `{"input":"a","encoding_format":"base64"}`, []any{"AACAPwAAAMA="}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var body struct{ Data []struct{ Embedding any } }
			if err := json.NewDecoder(post(t, llm.Transport(), "https://x/v1/embeddings", tt.body).Body).Decode(&body); err != nil {
				t.Fatal(err)
			}
			var got []any
			for _, d := range body.Data {
				got = append(got, d.Embedding)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("want because %s; - want, + got:\n%s", tt.reason, diff)
			}
		})
	}
}

// A number that JSON does not have fails the test.
func TestLLMEmbeddingNotFinite(t *testing.T) {
	f := judge(t, func(f *fakeT) {
		url, body := api("embeddings")
		post(t, telemetrytest.NewLLM(f, telemetrytest.Answer{Embedding: []float64{math.NaN()}}).Transport(), url, body)
	})
	if got, want := f.text(), "telemetrytest: answer to call 1, /v1/embeddings: json: unsupported value: NaN"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLLMFailure(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		api          string
		failure      telemetrytest.Failure
		header, want string
	}{
		{"OpenAI 500", "the default", "chat", telemetrytest.Failure{}, "", `{"error":{"code":null,"message":"Internal Server Error","param":null,"type":"server_error"}}`},
		{"OpenAI 400", "most mistakes have this type", "chat", telemetrytest.Failure{Status: 400, Message: "no"}, "", `{"error":{"code":null,"message":"no","param":null,"type":"invalid_request_error"}}`},
		{"OpenAI 401", "a code of its own", "chat", telemetrytest.Failure{Status: 401, Message: "no"}, "", `{"error":{"code":"invalid_api_key","message":"no","param":null,"type":"invalid_request_error"}}`},
		{"OpenAI as told", "the test knows better", "chat", telemetrytest.Failure{Status: 429, Type: "insufficient_quota", Code: "insufficient_quota", Message: "no"}, "", `{"error":{"code":"insufficient_quota","message":"no","param":null,"type":"insufficient_quota"}}`},
		{"OpenAI type only", "no code is made up beside a type", "chat", telemetrytest.Failure{Status: 429, Type: "tokens", Message: "no"}, "", `{"error":{"code":null,"message":"no","param":null,"type":"tokens"}}`},
		{"OpenAI code only", "the type is the status's", "chat", telemetrytest.Failure{Status: 429, Code: "slow_down", Message: "no"}, "", `{"error":{"code":"slow_down","message":"no","param":null,"type":"requests"}}`},
		{"Anthropic 400", "as documented", "messages", telemetrytest.Failure{Status: 400, Message: "no"}, "", `{"error":{"message":"no","type":"invalid_request_error"},"request_id":"req_fake1","type":"error"}`},
		{"Anthropic 529", "a status without a text", "messages", telemetrytest.Failure{Status: 529}, "", `{"error":{"message":"status 529","type":"overloaded_error"},"request_id":"req_fake1","type":"error"}`},
		{"Anthropic 500", "as documented", "messages", telemetrytest.Failure{}, "", `{"error":{"message":"Internal Server Error","type":"api_error"},"request_id":"req_fake1","type":"error"}`},
		{"Anthropic as told", "the test knows better", "messages", telemetrytest.Failure{Type: "x"}, "", `{"error":{"message":"Internal Server Error","type":"x"},"request_id":"req_fake1","type":"error"}`},
		{"Gemini 503", "as documented", "gemini", telemetrytest.Failure{Status: 503, Message: "no"}, "", `{"error":{"code":503,"message":"no","status":"UNAVAILABLE"}}`},
		{"Gemini 418", "a status that has no name", "gemini", telemetrytest.Failure{Status: 418, Message: "no"}, "", `{"error":{"code":418,"message":"no","status":"UNKNOWN"}}`},
		{"Ollama", "it has only a message", "ollama", telemetrytest.Failure{Status: 404, Type: "x", Message: "no"}, "", `{"error":"no"}`},
		{"whole seconds", "Retry-After says it all", "ollama", telemetrytest.Failure{RetryAfter: 3 * time.Second, Message: "no"}, "3 ", `{"error":"no"}`},
		{"milliseconds", "Retry-After cannot say it", "ollama", telemetrytest.Failure{RetryAfter: 1500 * time.Microsecond, Message: "no"}, "1 1.5", `{"error":"no"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			llm := telemetrytest.NewLLM(t, telemetrytest.Answer{Failure: &tt.failure})
			url, request := api(tt.api)
			res := post(t, llm.Transport(), url, request)
			body, err := io.ReadAll(res.Body)
			if err != nil || string(body) != tt.want {
				t.Errorf("body %s, %v; want %s, because %s", body, err, tt.want, tt.reason)
			}
			if want := stdcmp.Or(tt.failure.Status, 500); res.StatusCode != want {
				t.Errorf("status %d, want %d", res.StatusCode, want)
			}
			retry := strings.TrimLeft(res.Header.Get("Retry-After")+" "+res.Header.Get("Retry-After-Ms"), " ")
			if retry != tt.header {
				t.Errorf("Retry-After, Retry-After-Ms %q; want %q, because %s", retry, tt.header, tt.reason)
			}
		})
	}
}

// The script's header goes before the API's.
func TestLLMHeader(t *testing.T) {
	llm := telemetrytest.NewLLM(t, telemetrytest.Answer{Header: http.Header{"x-request-id": {"mine"}, "Content-Type": {"text/html"}}})
	got := post(t, llm.Transport(), chatURL, chatBody).Header
	want := http.Header{"X-Request-Id": {"mine"}, "Content-Type": {"text/html"}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreMapEntries(func(k string, _ []string) bool { return k == "Content-Length" })); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

// Whatever is asked, the answer is one that net/http can send, and the test
// does not fail.
func FuzzLLMRequest(f *testing.F) {
	for _, api := range apis {
		u, err := url.Parse(api.url)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(http.MethodPost, u.Path, u.RawQuery, api.body)
	}
	f.Add(http.MethodGet, "/v1/models", "", "")
	f.Add(http.MethodPost, ":", "%", `{"model":7,"stream":"yes","stream_options":[],"input":[{}]}`)
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		llm := telemetrytest.NewLLM(t, telemetrytest.Answer{Text: "a b", ToolCalls: []telemetrytest.ToolCall{{Name: "f"}}})
		req := (&http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Body: io.NopCloser(strings.NewReader(body)),
		}).WithContext(t.Context())
		res, err := llm.Transport().RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		if err != nil || len(got) == 0 || res.ContentLength >= 0 && res.ContentLength != int64(len(got)) {
			t.Errorf("%d bytes of %d, %v", len(got), res.ContentLength, err)
		}
	})
}

// A request whose body cannot be read is none.
func TestLLMBrokenRequest(t *testing.T) {
	errBroken := errors.New("broken")
	llm := telemetrytest.NewLLM(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, chatURL, io.MultiReader(strings.NewReader("{"), iotest.ErrReader(errBroken)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := llm.Transport().RoundTrip(req); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want %v", err, errBroken)
	}
	if got := llm.Requests(); len(got) != 0 {
		t.Errorf("requests %v, want none", got)
	}
}
