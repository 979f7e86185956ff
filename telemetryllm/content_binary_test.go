package telemetryllm

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
)

func stripped(s string, at int) string {
	var (
		strip = stripper{limit: 4 << 10}
		out   bytes.Buffer
	)
	for _, p := range pieces(s, at) {
		strip.write(p, func(b []byte) { out.Write(b) })
		clear(p)
	}
	return out.String()
}

func TestStripper(t *testing.T) {
	long := func(n int) string { return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xab}, n)) }
	tests := []struct{ name, reason, document, want string }{
		{"a text too long", "its end is counted, escapes as what they stand for", `["` + strings.Repeat("word ", 819) + `\u4e2d, \n\"\u4e2d and x\\"]`, `["` + strings.Repeat("word ", 819) + `\u4e2d\u0000+14\u0000"]`},
		{"a text as long as may be", "stays", `["` + strings.Repeat("word ", 819) + `x"]`, `["` + strings.Repeat("word ", 819) + `x"]`},
		{"nothing", "texts stay", `{"a":"b \" c","d":["e\\"]}`, `{"a":"b \" c","d":["e\\"]}`},
		{"data URL", "its type stays, and its size", `{"u":"data:image/png;base64,` + long(3000) + `","t":"x"}`, `{"u":"data:image/png;base64,\u00003000\u0000","t":"x"}`},
		{"short data URL", "short ones, too", `["data:image/png;base64,AAA="]`, `["data:image/png;base64,\u00002\u0000"]`},
		{"padding", "is no byte", `["data:;base64,AA=="]`, `["data:;base64,\u00001\u0000"]`},
		{"data URL in plain", "counts as it is", `["data:image/svg+xml,<svg a=\"b\"/>"]`, `["data:image/svg+xml,\u000012\u0000"]`},
		{"base64", "where it is long", `["` + long(900) + `"]`, `["\u0000900\u0000"]`},
		{"escaped slashes", "as some write them", `["` + strings.ReplaceAll(strings.Repeat("//", 300), "/", `\/`) + `"]`, `["\u0000450\u0000"]`},
		{"short base64", "may be a word", `["` + long(30) + `"]`, `["` + long(30) + `"]`},
		{"a long text", "has blanks", `["` + strings.Repeat("word ", 500) + `"]`, `["` + strings.Repeat("word ", 500) + `"]`},
		{"a text about data", "is no URL", `["data: a, b", "data:x", "data:a b,c", "data:,"]`, `["data: a, b", "data:x", "data:a b,c", "data:,"]`},
		{"a text that begins like a URL", "is read to its end", `["data:a\"b, c", "data:\\"]`, `["data:a\"b, c", "data:\\"]`},
		{"unfinished", "nothing of it stays", `{"u":"data:image/png;base64,AAAA`, `{"u":"data:image/png;base64,`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for at := -1; at <= min(len(tt.document), 700); at++ {
				if got := stripped(tt.document, at); got != tt.want {
					t.Fatalf("%s; cut at %d: got %q", tt.reason, at, got)
				}
			}
		})
	}
}

func TestBinaryIsNowhere(t *testing.T) {
	picture := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1, 2, 3}, 100_000))
	size := strconv.Itoa(300_000)
	tests := []struct{ name, reason, request, want string }{
		{
			"picture", "its type and size", `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,` + picture + `"}},{"type":"text","text":"What is it?"}]}]}`,
			`[{"role":"user","parts":[{"type":"blob","mime_type":"image/png","modality":"image","content":"","size":` + size + `},{"type":"text","content":"What is it?"}]}]`,
		},
		{
			"sound", "its type and size", `{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"format":"mp3","data":"` + picture + `"}}]}]}`,
			`[{"role":"user","parts":[{"type":"blob","mime_type":"audio/mp3","modality":"audio","content":"","size":` + size + `}]}]`,
		},
		{
			"in a text", "a tool may return it", `{"messages":[{"role":"tool","tool_call_id":"c","content":"` + picture + `"}]}`,
			`[{"role":"tool","parts":[{"type":"tool_call_response","id":"c","response":"[` + size + ` bytes]"}]}]`,
		},
		{
			"in arguments", "deep inside", `{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{"a":["` + picture + `",1]}}]}]}`,
			`[{"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f","arguments":{"a":["[` + size + ` bytes]",1]}}]}]`,
		},
		{
			"in a result", "beside a text", `{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"` + picture + `"}},{"type":"text","text":"here"}]}]}]}`,
			`[{"role":"user","parts":[{"type":"tool_call_response","id":"c","response":"[image/png ` + size + ` bytes]\nhere"}]}]`,
		},
		{
			"in JSON in a text", "as OpenAI writes arguments", `{"messages":[{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{\"a\":\"` + picture[:4000] + `\"}"}}]}]}`,
			`[{"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f","arguments":{"a":"[3000 bytes]"}}]}]`,
		},
		{
			"in Markdown", "inside of a text", `{"prompt":"![a](data:image/png;base64,AAAA) and ![b](data:image/png;base64,` + picture[:4000] + `)"}`,
			`[{"role":"user","parts":[{"type":"text","content":"![a](data:image/png;base64,[3 bytes]) and ![b](data:image/png;base64,[3000 bytes])"}]}]`,
		},
		{
			"of an unknown type", "is named", `{"messages":[{"role":"user","content":[{"type":"hologram","data":"` + picture + `"}]}]}`,
			`[{"role":"user","parts":[{"type":"hologram"}]}]`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, at := range []int{0, 1000, 4096} {
				q := promptOf(tt.request, defaultContent, at)
				if got := (encoder{limit: defaultContent}).messages(q.input, q.omitted); got != tt.want {
					t.Errorf("%s:\ngot  %.300s\nwant %s", tt.reason, got, tt.want)
				}
			}
		})
	}
}

func TestWithoutBinary(t *testing.T) {
	for in, want := range map[string]string{
		"a": "a", "\x0012\x00": "[12 bytes]", "a\x001\x00b\x002\x00": "a[1 bytes]b[2 bytes]",
		"\x00": "\x00", "\x00x\x003\x00": "\x00x[3 bytes]", "\x00-1\x00": "\x00-1\x00",
		"\x0099999999999999999999999\x00": "\x0099999999999999999999999\x00",
	} {
		if got := withoutBinary(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
