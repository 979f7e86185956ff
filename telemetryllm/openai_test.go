package telemetryllm

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// openAIFormats are the formats of this family, in the order they are asked.
var openAIFormats = []format{responses{}, completions{}, embeddings{}, chat{}}

// openAIFacts is all that a format reads of an answer.
type openAIFacts struct {
	llmcall.Response
	Began, Done   bool
	Kind, Message string // of the error
}

func openAIFactsOf(x *exchange) openAIFacts {
	f := openAIFacts{
		Response: x.response, Began: x.began, Done: x.done, Kind: x.fault.kind, Message: x.fault.message,
	}
	f.FinishReasons = append(f.FinishReasons, x.finish...)
	for _, tool := range x.tools {
		f.ToolCalls = append(f.ToolCalls, tool.name)
	}
	return f
}

// openAIEvent is an event of a stream.
type openAIEvent struct{ name, data string }

// data returns the events of a stream that names none.
func data(documents ...string) []openAIEvent {
	events := make([]openAIEvent, 0, len(documents))
	for _, d := range documents {
		events = append(events, openAIEvent{data: d})
	}
	return events
}

func readJSON(tb testing.TB, s *pick.Shape, document string) pick.Value {
	tb.Helper()
	var r pick.Reader
	r.Reset(s, pick.Limits{})
	r.Write([]byte(document))
	v, err := r.Value()
	if err != nil {
		tb.Fatalf("%s: %v", document, err)
	}
	return v
}

func openAITarget(tb testing.TB, method, address, body string) *target {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	t := newTarget(&http.Request{Method: method, URL: u})
	if body == "" {
		return t
	}
	t.ahead = true
	var all []string
	for _, f := range openAIFormats {
		all = append(all, f.paths().request...)
	}
	t.body = readJSON(tb, pick.NewShape(all...), body)
	return t
}

// A openAIMatch is a request and whether it is a call.
type openAIMatch struct {
	name, reason string
	method, path string // POST where empty
	body         string // empty: not read ahead
	want         bool
}

func testMatch(t *testing.T, f format, cases []openAIMatch) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			method := c.method
			if method == "" {
				method = http.MethodPost
			}
			if got := f.match(openAITarget(t, method, "https://api.example.com"+c.path, c.body)); got != c.want {
				t.Errorf("match(%s %s %s) = %v, want %v: %s", method, c.path, c.body, got, c.want, c.reason)
			}
		})
	}
}

// openAIRequest is a request and what is to be read of it.
type openAIRequest struct {
	name, reason string
	path, body   string
	want         llmcall.Request
}

func testRequest(t *testing.T, f format, cases []openAIRequest) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got llmcall.Request
			f.request(openAITarget(t, http.MethodPost, "https://api.example.com"+c.path, c.body), &got)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", c.reason, diff)
			}
		})
	}
}

// openAIAnswer is an answer and what is to be read of it: a body, or else the
// events of a stream.
type openAIAnswer struct {
	name, reason string
	status       int // 200 where 0
	body         string
	events       []openAIEvent
	want         openAIFacts
}

func testAnswer(t *testing.T, f format, cases []openAIAnswer) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status := c.status
			if status == 0 {
				status = http.StatusOK
			}
			for _, times := range []int{1, 2} { // the second time must not change anything
				x := &exchange{status: status}
				answer, event := pick.NewShape(f.paths().answer...), pick.NewShape(f.paths().event...)
				if c.body != "" || c.events == nil {
					for range times {
						if c.body == "" {
							f.answer(x, pick.Value{})
							continue
						}
						f.answer(x, readJSON(t, answer, c.body))
					}
				}
				for _, e := range c.events {
					for range times {
						f.event(x, e.name, readJSON(t, event, e.data))
					}
				}
				if diff := cmp.Diff(c.want, openAIFactsOf(x)); diff != "" {
					t.Errorf("read %d times: %s: (-want +got)\n%s", times, c.reason, diff)
				}
			}
		})
	}
}

// fuzzFormat reads anything as an answer and as an event: it must not panic,
// must stay small, and must read the same thing twice.
func fuzzFormat(f *testing.F, wire format) {
	f.Helper()
	answer, event := pick.NewShape(wire.paths().answer...), pick.NewShape(wire.paths().event...)
	f.Fuzz(func(t *testing.T, status int, name string, body []byte) {
		for _, read := range []func(*exchange, pick.Value){
			func(x *exchange, v pick.Value) { wire.answer(x, v) },
			func(x *exchange, v pick.Value) { wire.event(x, name, v) },
		} {
			for _, shape := range []*pick.Shape{answer, event} {
				var r pick.Reader
				r.Reset(shape, pick.Limits{})
				r.Write(body)
				v, _ := r.Value()
				x := &exchange{status: status}
				read(x, v)
				once := openAIFactsOf(x)
				read(x, v)
				if diff := cmp.Diff(once, openAIFactsOf(x)); diff != "" {
					t.Errorf("read twice: (-once +twice)\n%s", diff)
				}
				if len(x.tools) > maxList || len(x.finish) > maxList {
					t.Errorf("%d tools and %d finish reasons are kept, at most %d may be", len(x.tools), len(x.finish), maxList)
				}
				if len(x.fault.kind) > 64 {
					t.Errorf("kind %q is too long for error.type", x.fault.kind)
				}
			}
		}
	})
}
