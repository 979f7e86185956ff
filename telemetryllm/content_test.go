package telemetryllm

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/pick"
)

// captured is what is recorded of an exchange.
type captured struct{ System, Input, Output string }

// An utterance is an exchange and what is captured of it.
type utterance struct {
	name, reason  string
	format        format
	request       string
	media         string // of the answer; empty: JSON
	answer        string
	status        int
	system, input string
	output        string
}

const (
	sse    = "text/event-stream"
	ndjson = "application/x-ndjson"
)

// pieces returns s in two pieces, or in bytes where at is negative.
func pieces(s string, at int) [][]byte {
	if at < 0 {
		list := make([][]byte, 0, len(s))
		for i := range len(s) {
			list = append(list, []byte{s[i]})
		}
		return list
	}
	at = min(at, len(s))
	return [][]byte{[]byte(s[:at]), []byte(s[at:])}
}

// promptOf reads a request's body as the transport does.
func promptOf(body string, limit, at int) *transcript {
	q := newPrompt(limit)
	for _, p := range pieces(body, at) {
		q.write(p)
		clear(p) // nobody may keep it
	}
	q.close()
	return &q.t
}

// heardOf reads an answer as the transport does.
func heardOf(f format, media, body string, status, limit, at int) *transcript {
	var (
		t transcript
		x = exchange{status: status}
	)
	t.open(limit)
	h := newHeard(&t, &x, f)
	in := input{x: &x, format: f, shapes: compiled().of[f], heard: h}
	res := &http.Response{Header: http.Header{"Content-Type": {media}}, StatusCode: status}
	in.open(res)
	for _, p := range pieces(body, at) {
		in.write(p)
		clear(p)
	}
	in.close()
	h.close()
	for i := range t.output {
		if i < len(x.finish) {
			t.output[i].finish = x.finish[i]
		}
	}
	return &t
}

func (u *utterance) capture(limit, at int, mask func(string) string) captured {
	media := u.media
	if media == "" {
		media = "application/json"
	}
	status := u.status
	if status == 0 {
		status = http.StatusOK
	}
	in := promptOf(u.request, limit, at)
	out := heardOf(u.format, media, u.answer, status, limit, at)
	e := encoder{mask: mask, limit: limit}
	c := captured{System: e.parts(in.system), Input: e.messages(in.input, in.omitted)}
	e.output = true
	c.Output = e.messages(out.said(), 0)
	return c
}

// testUtterances captures exchanges, whole and cut at every byte.
func testUtterances(t *testing.T, cases []utterance) {
	t.Helper()
	for _, u := range cases {
		t.Run(u.name, func(t *testing.T) {
			want := captured{u.system, u.input, u.output}
			for at := -1; at <= max(len(u.request), len(u.answer)); at++ {
				got := u.capture(defaultContent, at, nil)
				if d := cmp.Diff(want, got); d != "" {
					t.Fatalf("%s; cut at %d, -want +got:\n%s", u.reason, at, d)
				}
			}
			for _, text := range []string{want.System, want.Input, want.Output} {
				if text != "" && !json.Valid([]byte(text)) {
					t.Errorf("no JSON: %s", text)
				}
			}
		})
	}
}

// Every format that makes text can be listened to.
func TestListeners(t *testing.T) {
	for _, f := range formats {
		if _, ok := f.(listener); !ok && f != format(embeddings{}) {
			t.Errorf("%T is no listener", f)
		}
	}
}

func FuzzContent(f *testing.F) {
	for _, u := range utterances() {
		f.Add(u.request, u.answer, 7)
	}
	f.Add(`{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}`, `[{"choices":[{"index":127,"delta":{"content":"x"}}]}]`, -1)
	f.Fuzz(func(t *testing.T, request, answer string, at int) {
		if len(request)+len(answer) > 1<<14 {
			return
		}
		for _, limit := range []int{1 << 10, 8 << 10} {
			for _, format := range formats {
				for _, media := range []string{"application/json", sse} {
					u := utterance{format: format, request: request, answer: answer, media: media}
					c := u.capture(limit, at, nil)
					for _, text := range []string{c.System, c.Input, c.Output} {
						if text != "" && !json.Valid([]byte(text)) || len(text) > limit {
							t.Fatalf("%T: %d bytes: %s", format, len(text), text)
						}
					}
				}
			}
		}
	})
}

// The parts of a message are read the same, whatever JSON is around them.
func FuzzParts(f *testing.F) {
	f.Add(`{"type":"text","text":"a"}`)
	f.Add(`{"image":{"format":"png","source":{"bytes":"AAAA"}}}`)
	f.Add(`[{"toolResult":{"content":[{"json":{"a":[1,null]}}]}}]`)
	f.Fuzz(func(t *testing.T, document string) {
		var r pick.Reader
		r.Reset(wholeShape(), kept(1<<10))
		r.Write([]byte(document))
		v, _ := r.Value()
		m := messageOf(v)
		text := encoder{limit: 4 << 10}.messages([]message{m}, 0)
		if text != "" && !json.Valid([]byte(text)) {
			t.Fatal(text)
		}
	})
}
