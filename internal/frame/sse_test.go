package frame_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/frame"
)

func TestSSE(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, tt := range []struct {
		name, reason, body string
		want               []document
	}{
		{"plain", "the common case", "data: {\"a\":1}\n\ndata: [DONE]\n\n", []document{{"", `{"a":1}`}, {"", "[DONE]"}}},
		{"named", "the name may come before or after", "event: a\ndata: 1\n\ndata: 2\nevent: b\n\n", []document{{"a", "1"}, {"b", "2"}}},
		{"renamed", "the last name counts", "event: a\nevent:b\nevent\ndata: 1\n\nevent:  c\ndata: 2\n\n", []document{{"", "1"}, {" c", "2"}}},
		{"crlf", "Gemini", "data: 1\r\n\r\ndata: 2\r\n\r\n", []document{{"", "1"}, {"", "2"}}},
		{"cr", "the standard", "data: 1\r\rdata: 2\r\r", []document{{"", "1"}, {"", "2"}}},
		{"mixed", "the standard", "data: 1\r\ndata: 2\n\r\ndata: 3\r\r\ndata: 4\n\rdata: 5", []document{{"", "1\n2"}, {"", "3"}, {"", "4"}, {"", "5"}}},
		{"mark", "the standard", "\ufeffdata: 1\n\n", []document{{"", "1"}}},
		{"two marks", "only one is dropped", "\ufeff\ufeffdata: 1\n\ndata: 2\n\n", []document{{"", "2"}}},
		{"half a mark", "is part of the name", "\xef\xbbdata: 1\ndata: 2\n\n", []document{{"", "2"}}},
		{"joined", "the standard", "data: a\ndata:\ndata:b\ndata\n\n", []document{{"", "a\n\nb\n"}}},
		{"space", "only one is dropped", "data:  a \n\ndata:\ta\n\n", []document{{"", " a "}, {"", "\ta"}}},
		{"comment", "OpenRouter", ": OPENROUTER PROCESSING\n\n:\n\ndata:1\n: \n\n", []document{{"", "1"}}},
		{"other fields", "names are compared as a whole", "dat: 1\ndatas: 2\nData: 3\n data: 4\ndata : 5\neventdata: 6\ndata: 7\n\n", []document{{"", "7"}}},
		{"colons", "the first one counts", "data::a:b\nevent:a:b\n\n", []document{{"a:b", ":a:b"}}},
		{"cut", "some servers leave out the last line", "data: 1\n\ndata: 2", []document{{"", "1"}, {"", "2"}}},
		{"cut name", "what came of a name counts", "data: 1\nevent: ab", []document{{"ab", "1"}}},
		{"cut field", "a field without colon has a value", "data: 1\ndata", []document{{"", "1\n"}}},
		{"no data", "the standard: no event", "event: a\n\nid: 1\nretry: 3\ndata\n\n", []document{{"", ""}}},
		{"long", "lines have no limit", "data: " + long + "\n\n", []document{{"", long}}},
		{"long name", "names have", "event: " + long + "\ndata: 1\n\n", []document{{long[:128], "1"}}},
		{"empty", "no event", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for size := range min(len(tt.body), 100) {
				if size++; size == 100 {
					size = len(tt.body)
				}
				if got := split(t, frame.NewSSE(), tt.body, size); !reflect.DeepEqual(tt.want, got) {
					t.Errorf("%s: pieces of %d, -want +got:\n%s", tt.reason, size, cmp.Diff(tt.want, got))
				}
			}
		})
	}
}

// TestSSEWhole: a document that is there in one piece comes in one.
func TestSSEWhole(t *testing.T) {
	s, c := frame.NewSSE(), &collector{t: t}
	body := "event: a\ndata: 1\n\ndata: 2\n\n"
	s.Write([]byte(body+body), c)
	if diff := cmp.Diff([]document{{"a", "1"}, {"", "2"}, {"a", "1"}, {"", "2"}}, c.docs); diff != "" || c.partial != nil {
		t.Errorf("pieces %q, -want +got:\n%s", c.partial, diff)
	}
}

// TestSSEAtOnce: nothing waits for what comes next.
func TestSSEAtOnce(t *testing.T) {
	s, c := frame.NewSSE(), &collector{t: t}
	s.Write([]byte("data: 12"), c)
	if string(c.partial) != "12" {
		t.Errorf("the beginning of a line is handed on: got %q", c.partial)
	}
	if s.Write([]byte("3\r\r"), c); len(c.docs) != 1 {
		t.Errorf("a CR ends a line, whether or not LF follows: got %q", c.docs)
	}
}

// reference reads a body as the HTML standard says, in its words: "Server-sent
// events", sections "Parsing an event stream" and "Interpreting an event
// stream". What the end of the body cuts off is dispatched, too.
func reference(body string) (events []document) {
	body = strings.TrimPrefix(body, "\ufeff")
	body = strings.ReplaceAll(body, "\r\n", "\n")
	body = strings.ReplaceAll(body, "\r", "\n")
	data, eventType := "", ""
	dispatch := func() {
		if data != "" {
			events = append(events, document{eventType[:min(len(eventType), 128)], strings.TrimSuffix(data, "\n")})
		}
		data, eventType = "", ""
	}
	for line := range strings.SplitSeq(body, "\n") {
		if line == "" {
			dispatch()
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			eventType = value
		case "data":
			data += value + "\n"
		}
	}
	dispatch()
	return events
}

func FuzzSSE(f *testing.F) {
	f.Add("event: a\ndata: 1\r\n\r\ndata\rdata:2\r\r: x\n\n", uint8(3))
	f.Add("\ufeffdata: a\n\nevent", uint8(1))
	f.Add("\xef\xbb\ndata:\n", uint8(2))
	f.Add("data: {}\n\ndata: [DONE]\n\n", uint8(200))
	f.Fuzz(func(t *testing.T, body string, size uint8) {
		if got, want := split(t, frame.NewSSE(), body, len(body)), reference(body); !reflect.DeepEqual(want, got) {
			t.Errorf("%q: want %q, got %q", body, want, got)
		}
		checkPieces(t, func() frame.Splitter { return frame.NewSSE() }, body, int(size))
	})
}
