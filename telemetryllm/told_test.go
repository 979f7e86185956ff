package telemetryllm

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
	"github.com/lift-sys/telemetry/price"
)

// asked is a request as a table has it.
type asked struct {
	method string // "": POST
	url    string
	header http.Header
	body   string // "": could not be read ahead
}

// target returns what a format is asked about. The body is read the way it is
// for all formats.
func (a asked) target(t *testing.T) *target {
	t.Helper()
	if a.method == "" {
		a.method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(t.Context(), a.method, a.url, strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	if a.header != nil {
		r.Header = a.header
	}
	to := newTarget(r)
	if a.body != "" {
		var reader pick.Reader
		reader.Reset(compiled().request, pick.Limits{})
		reader.Write([]byte(a.body))
		if to.body, err = reader.Value(); err != nil {
			t.Fatalf("body %q: %v", a.body, err)
		}
		to.ahead = true
	}
	return to
}

// telling is all that a format makes of an answer.
type telling struct {
	Response llmcall.Response
	Finish   []string
	Tools    []string
	Kind     string // of the fault
	Message  string
	Began    bool
	Done     bool
}

func tellingOf(x *exchange) telling {
	w := telling{Response: x.response, Finish: x.finish, Kind: x.fault.kind, Message: x.fault.message, Began: x.began, Done: x.done}
	for _, t := range x.tools {
		w.Tools = append(w.Tools, t.name)
	}
	return w
}

// document is an event of a stream.
type document struct{ name, data string }

// events returns the events of a stream that names none.
func events(data ...string) []document {
	all := make([]document, len(data))
	for i, d := range data {
		all[i].data = d
	}
	return all
}

// replay reads a stream into x. Each event is read times times, which must
// change nothing.
func replay(x *exchange, f format, stream []document, times int) {
	var reader pick.Reader
	shape := pick.NewShape(f.paths().event...)
	for _, d := range stream {
		reader.Reset(shape, pick.Limits{})
		reader.Write([]byte(d.data))
		v, _ := reader.Value()
		for range times {
			f.event(x, d.name, v)
		}
	}
}

// answerCase is an answer that is one document.
type answerCase struct {
	name, reason string
	ask          llmcall.Request
	status       int // 0: 200
	header       http.Header
	body         string
	want         telling
}

func testAnswers(t *testing.T, f format, tests []answerCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := &exchange{request: tt.ask, status: tt.status, header: tt.header}
			if x.status == 0 {
				x.status = http.StatusOK
			}
			var reader pick.Reader
			reader.Reset(pick.NewShape(f.paths().answer...), pick.Limits{})
			reader.Write([]byte(tt.body))
			v, _ := reader.Value()
			f.answer(x, v)
			if d := cmp.Diff(tt.want, tellingOf(x)); d != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.reason, d)
			}
		})
	}
}

// streamCase is an answer that is a stream.
type streamCase struct {
	name, reason string
	ask          llmcall.Request
	stream       []document
	want         telling
}

func testStreams(t *testing.T, f format, tests []streamCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for times := 1; times <= 2; times++ {
				x := &exchange{request: tt.ask, status: http.StatusOK, streaming: true}
				replay(x, f, tt.stream, times)
				if d := cmp.Diff(tt.want, tellingOf(x)); d != "" {
					t.Errorf("%s\neach event read %d times (-want +got)\n%s", tt.reason, times, d)
				}
			}
		})
	}
}

// matchCase is a request, and whether a format takes it.
type matchCase struct {
	name, reason string
	asked
	want bool
}

func testMatches(t *testing.T, f format, tests []matchCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			to := tt.target(t)
			if got := f.match(to); got != tt.want {
				t.Errorf("match = %t, want %t: %s", got, tt.want, tt.reason)
			}
			if got := formatOf(to) == f; got != tt.want {
				t.Errorf("of all formats, this one is chosen: %t, want %t: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// requestCase is a request, and what a format reads of it.
type requestCase struct {
	name, reason string
	asked
	want llmcall.Request
}

func testRequests(t *testing.T, f format, tests []requestCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got llmcall.Request
			f.request(tt.target(t), &got)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.reason, d)
			}
		})
	}
}

// fuzzEvents reads any bytes as an answer, and twice as an event: it must not
// panic, and the second time must change nothing.
func fuzzEvents(f *testing.F, which format, names []string, seeds ...string) {
	for i, seed := range seeds {
		f.Add(names[i%len(names)], 200, []byte(seed))
		f.Add("", 500, []byte(seed))
	}
	answer, event := pick.NewShape(which.paths().answer...), pick.NewShape(which.paths().event...)
	f.Fuzz(func(t *testing.T, name string, status int, doc []byte) {
		var reader pick.Reader
		reader.Reset(answer, pick.Limits{})
		reader.Write(doc)
		v, _ := reader.Value()
		whole := &exchange{status: status}
		which.answer(whole, v)
		checkUsage(t, whole)

		reader.Reset(event, pick.Limits{})
		reader.Write(doc)
		v, _ = reader.Value()
		x := &exchange{status: status}
		which.event(x, name, v)
		once := tellingOf(x)
		once.Finish = append([]string(nil), once.Finish...)
		which.event(x, name, v)
		if d := cmp.Diff(once, tellingOf(x)); d != "" {
			t.Errorf("the same event again changes something (-once +twice)\n%s", d)
		}
		checkUsage(t, x)
	})
}

func checkUsage(t *testing.T, x *exchange) {
	t.Helper()
	if len(x.finish) > maxList || len(x.tools) > maxList {
		t.Errorf("%d reasons, %d tools; want at most %d", len(x.finish), len(x.tools), maxList)
	}
	if len(x.fault.kind) > 64 {
		t.Errorf("kind %q is too long for error.type", x.fault.kind)
	}
	if u := x.response.Usage; u.InputTokens < 0 && x.response.Known.Has(llmcall.CachedInput) {
		t.Errorf("input tokens are %d although they are a sum", u.InputTokens)
	}
}

func TestToldLimit(t *testing.T) {
	tests := []struct {
		name, reason, json string
		limit, choices     *int64
	}{
		{"some", "a plain number", `7`, new(int64(7)), new(int64(7))},
		{"one", "one choice is what everybody gets", `1`, new(int64(1)), nil},
		{"none", "Ollama means no limit", `-1`, nil, nil},
		{"zero", "no answer is not asked for", `0`, nil, nil},
		{"null", "SDKs send what nobody set", `null`, nil, nil},
		{"no number", "what the server refuses is not a fact", `"many"`, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var reader pick.Reader
			reader.Reset(pick.NewShape("n"), pick.Limits{})
			reader.Write([]byte(`{"n":` + tt.json + `}`))
			v, _ := reader.Value()
			got := [2]*int64{toldLimit(v.Get("n")), toldChoices(v.Get("n"))}
			if d := cmp.Diff([2]*int64{tt.limit, tt.choices}, got); d != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.reason, d)
			}
		})
	}
}

func TestSum(t *testing.T) {
	const most = 1<<63 - 1
	tests := []struct {
		name, reason string
		counts       []int64
		want         int64
		clamped      bool
	}{
		{"none", "nothing was told", nil, 0, false},
		{"some", "the usual case", []int64{1, 2, 3}, 6, false},
		{"below zero", "no count is", []int64{5, -3}, 5, true},
		{"too many", "it must not wrap around", []int64{most, 1}, most, true},
		{"just fits", "the bound itself is a count", []int64{most - 1, 1}, most, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var x exchange
			if got := x.sum(tt.counts...); got != tt.want || x.response.Clamped != tt.clamped {
				t.Errorf("sum = %d, clamped %t; want %d, %t: %s", got, x.response.Clamped, tt.want, tt.clamped, tt.reason)
			}
		})
	}
}

// tokens is the usual usage.
func tokens(input, output int64) price.Usage {
	return price.Usage{InputTokens: input, OutputTokens: output}
}
