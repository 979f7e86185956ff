package pick_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/pick"
)

var (
	chatPaths = []string{
		"id", "model", "system_fingerprint", "error.**", "usage.**", "choices[].index",
		"choices[].finish_reason", "choices[].delta.role", "choices[].delta.content?",
		"choices[].delta.tool_calls[].index", "choices[].delta.tool_calls[].id",
		"choices[].delta.tool_calls[].function.name",
	}
	chatShape = pick.NewShape(chatPaths...)
)

const (
	chatChunk = `{"id":"chatcmpl-9x","object":"chat.completion.chunk","created":1719000000,"model":"gpt-4o-2024-08-06",` +
		`"service_tier":"default","system_fingerprint":"fp_44","choices":[{"index":0,"delta":{"content":" hello"},` +
		`"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"s0K2kQ"}`
	chatUsage = `{"id":"chatcmpl-9x","object":"chat.completion.chunk","created":1719000000,"model":"gpt-4o-2024-08-06",` +
		`"service_tier":"default","system_fingerprint":"fp_44","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,` +
		`"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":` +
		`{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"obfuscation":""}`
)

func TestReader(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		paths        []string
		doc          string
		want         string // what is kept, as JSON; absent: "-"
		err          error
	}{
		{
			"chunk", "what is wanted comes out, nothing else", chatPaths, chatChunk,
			`{"id":"chatcmpl-9x","model":"gpt-4o-2024-08-06","system_fingerprint":"fp_44","usage":null,` +
				`"choices":[{"index":0,"finish_reason":null,"delta":{"content":true}}]}`, nil,
		},
		{"all", "** keeps everything", []string{"**"}, `{"a":[1,{"b":null}],"c":"x"}`, `{"a":[1,{"b":null}],"c":"x"}`, nil},
		{"subtree", "** keeps everything below", []string{"a.**"}, `{"a":[1,{"b":null}],"c":"x"}`, `{"a":[1,{"b":null}]}`, nil},
		{"nothing", "a shape without paths wants nothing", nil, `{"a":1}`, `{}`, nil},
		{"scalar", "the empty path is the document", []string{""}, ` "x" `, `"x"`, nil},
		{"number", "a number ends with the document", []string{""}, `12`, `12`, nil},
		{"array", "a document may be an array", []string{"[].a"}, `[{"a":1},{"b":2},3,null]`, `[{"a":1},{},"-",null]`, nil},
		{"matrix", "arrays in arrays", []string{"a[][]"}, `{"a":[[1,[2]],[],"x"]}`, `{"a":[[1,[]],[],"-"]}`, nil},
		{"leaf", "where a path ends, an object has no content", []string{"a", "b"}, `{"a":{"x":1},"b":[1]}`, `{"a":{},"b":[]}`, nil},
		{"both", "an error is a string or an object", []string{"error", "error.code"}, `{"error":"x"}`, `{"error":"x"}`, nil},
		{"way", "on the way to a value, scalars but null are not kept", []string{"a.b", "c.b"}, `{"a":"x","c":null}`, `{"c":null}`, nil},
		{
			"present", "there and not empty",
			[]string{"[].a?"},
			`[{"a":1},{"a":"x"},{"a":[0]},{"a":{"b":0}},{"a":false},{"a":null},{"a":""},{"a":[ ]},{"a":{ }},{}]`,
			`[{"a":true},{"a":true},{"a":true},{"a":true},{"a":true},{},{},{},{},{}]`, nil,
		},
		{
			"duplicate", "the last one counts",
			[]string{"a", "b.**", "c.d"},
			`{"a":1,"b":{"x":1,"x":2},"c":{"d":1},"a":[],"b":"z","c":5}`,
			`{"a":[],"b":"z"}`, nil,
		},
		{"escaped key", "a key is what it stands for", []string{"ab"}, `{"\u0061\u0062":1}`, `{"ab":1}`, nil},
		{"escapes", "text is unescaped", []string{""}, `"\"\\\/\b\f\n\r\té\ud83d\ude00"`, `"\"\\/\b\f\n\r\té😀"`, nil},
		{"surrogates", "halves are replaced", []string{""}, `"\ud83d|\ude00|\ud83d\ud83d\ude00|\ud83d"`, `"�|�|�😀|�"`, nil},
		{"invalid UTF-8", "each wrong byte is replaced", []string{""}, "\"a\xff\xfeb\xe2\x82\"", `"a��b��"`, nil},
		{"mark", "a byte order mark and white space come before", []string{"a"}, "\ufeff\r\n {\"a\":1}\n", `{"a":1}`, nil},
		{"unfinished", "what was read is kept", []string{"a", "b", "c"}, `{"a":1,"b":"x","c":"y`, `{"a":1,"b":"x"}`, pick.ErrUnfinished},
		{"empty", "no document", []string{"a"}, ` `, `"-"`, pick.ErrUnfinished},
		{"malformed", "what was read is kept", []string{"a", "b"}, `{"a":1,"b":tru}`, `{"a":1}`, pick.ErrMalformed},
		{"almost", "what only begins like a literal is none", []string{"a"}, `{"a":falsely}`, `{}`, pick.ErrMalformed},
		{"html", "not JSON at all", []string{"a"}, `<html>`, `"-"`, pick.ErrMalformed},
		{"trailing", "a document is one value", []string{"a"}, `{"a":1} x`, `{"a":1}`, pick.ErrMalformed},
		{"bracket", "brackets pair where one looks", []string{"a[]"}, `{"a":[1}`, `{"a":[1]}`, pick.ErrMalformed},
		{"half a mark", "not JSON", []string{"a"}, "\xef\xbb{}", `"-"`, pick.ErrMalformed},
		{
			"skipped deep", "depth is only counted",
			[]string{"b"},
			`{"a":` + strings.Repeat(`[{"a":`, 10_000) + `0` + strings.Repeat(`}]`, 10_000) + `,"b":1}`, `{"b":1}`, nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shape := pick.NewShape(tt.paths...)
			want, valid := decode([]byte(tt.want))
			if tt.want != "-" && !valid {
				t.Fatalf("%q is not JSON", tt.want)
			}
			var r pick.Reader
			for _, size := range []int{len(tt.doc), 1, 2, 3, 5, 7, 11} {
				r.Reset(shape, pick.Limits{})
				for rest := []byte(tt.doc); len(rest) > 0; {
					n := min(size, len(rest))
					r.Write(rest[:n])
					rest = rest[n:]
				}
				v, err := r.Value()
				if diff := cmp.Diff(want, dashed(plain(v))); diff != "" || !errors.Is(err, tt.err) {
					t.Errorf("%s: pieces of %d: error %v, -want +got:\n%s", tt.reason, size, err, diff)
				}
			}
		})
	}
}

// dashed replaces what is absent.
func dashed(v any) any {
	switch v := v.(type) {
	case absent:
		return "-"
	case []any:
		for i := range v {
			v[i] = dashed(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = dashed(v[key])
		}
	}
	return v
}

func TestReaderZero(t *testing.T) {
	var r pick.Reader
	r.Write([]byte(`{"a":[1,{}]}`))
	if v, err := r.Value(); !r.Done() || err != nil || v.Exists() {
		t.Errorf("a reader without a shape passes over a document: got %v, error %v", plain(v), err)
	}
}

func TestReaderAllocations(t *testing.T) {
	doc := []byte(chatUsage)
	type facts struct {
		input   int64
		total   float64
		choices int
		model   []byte
		same    bool
	}
	var r pick.Reader
	var got facts
	allocs := testing.AllocsPerRun(100, func() {
		r.Reset(chatShape, pick.Limits{})
		r.Write(doc[:100])
		r.Write(doc[100:])
		v, _ := r.Value()
		got = facts{model: v.Get("model").Bytes(), same: r.Same(doc)}
		got.input, _ = v.Get("usage", "prompt_tokens").Int()
		got.total, _ = v.Get("usage", "total_tokens").Float()
		for range v.Get("choices").Elements() {
			got.choices++
		}
	})
	want := facts{input: 19, total: 29, model: []byte("gpt-4o-2024-08-06"), same: true}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(facts{})); diff != "" || allocs != 0 {
		t.Errorf("a reader that is used again allocates nothing: got %v allocations, -want +got:\n%s", allocs, diff)
	}
}
