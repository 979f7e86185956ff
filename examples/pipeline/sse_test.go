package main

import (
	"bufio"
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadEvents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, stream string
		want         []string
		reason       string
	}{
		{"empty", "", nil, "an empty stream has no events"},
		{"two", "data: a\n\ndata: b\n\n", []string{"a", "b"}, "events in order"},
		{"names and comments", "event: ping\n: comment\nid: 7\ndata: a\n\n", []string{"a"}, "only data counts"},
		{"line ends", "data: a\r\n\r\ndata:b\r\n\r\n", []string{"a", "b"}, "CRLF, and no blank after the colon"},
		{"done", "data: a\n\ndata: [DONE]\n\n", []string{"a"}, "OpenAI's last event is no JSON"},
		{"cut off", "data: a\n\ndata: b", []string{"a", "b"}, "a last line without an end"},
		{"empty data", "data:\n\n" + "data: a\n\n", []string{"a"}, "some gateways keep connections alive that way"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			// A byte at a time, as a slow network may deliver.
			err := readEvents(iotest.OneByteReader(strings.NewReader(c.stream)), func(data []byte) error {
				got = append(got, string(data))
				return nil
			})
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("readEvents(%q) = %q, %v, want %q: %s", c.stream, got, err, c.want, c.reason)
			}
		})
	}
}

func TestReadEventsFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	accept := func([]byte) error { return nil }
	if err := readEvents(iotest.ErrReader(broken), accept); !errors.Is(err, broken) {
		t.Errorf("a broken stream: %v, want %v", err, broken)
	}
	if err := readEvents(strings.NewReader("data: a\n\n"), func([]byte) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("an event that is refused: %v, want %v", err, broken)
	}
	long := strings.NewReader("data: " + strings.Repeat("x", maxEvent))
	if err := readEvents(long, accept); !errors.Is(err, bufio.ErrTooLong) {
		t.Errorf("an event without end: %v, want %v", err, bufio.ErrTooLong)
	}
}

func FuzzReadEvents(f *testing.F) {
	f.Add([]byte("data: a\n\n"))
	f.Add([]byte("event: x\r\ndata:b\r\n\r\ndata: [DONE]"))
	f.Add([]byte(`data: {"type":"message_delta","delta":{"stop_reason":null}}`))
	f.Add([]byte(`data: {"choices":[],"usage":{"prompt_tokens":-1}}`))
	f.Fuzz(func(t *testing.T, stream []byte) {
		var anthropic, openAI reply
		err := readEvents(bytes.NewReader(stream), func(data []byte) error {
			if len(data) == 0 || bytes.ContainsAny(data, "\n") {
				t.Errorf("event %q is empty or more than a line", data)
			}
			return errors.Join(anthropic.applyAnthropic(data), openAI.applyOpenAI(data))
		})
		if err == nil && len(anthropic.text) > len(stream) {
			t.Errorf("%d bytes of text came out of %d", len(anthropic.text), len(stream))
		}
	})
}
