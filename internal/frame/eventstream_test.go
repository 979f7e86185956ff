package frame_test

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/frame"
)

// header is a header of a message: its type, and its value with its length.
type header struct {
	name  string
	kind  byte
	value string
}

func stringHeader(name, value string) header {
	return header{name, 7, string(binary.BigEndian.AppendUint16(nil, uint16(len(value)))) + value}
}

// message encodes a message of an event stream.
func message(payload string, list ...header) string {
	var headers []byte
	for _, h := range list {
		headers = append(headers, byte(len(h.name)))
		headers = append(headers, h.name...)
		headers = append(headers, h.kind)
		headers = append(headers, h.value...)
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(headers)+len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(headers)))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	b = append(b, headers...)
	b = append(b, payload...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
}

// event encodes what Bedrock sends.
func event(name, payload string) string {
	return message(payload, stringHeader(":event-type", name), stringHeader(":content-type", "application/json"),
		stringHeader(":message-type", "event"))
}

func chunk(payload string) string {
	return event("chunk", `{"bytes":"`+base64.StdEncoding.EncodeToString([]byte(payload))+`","p":"abcdefgh"}`)
}

func TestEventStream(t *testing.T) {
	long := strings.Repeat(`{"text":"0123456789"}`, 300)
	every := message("x", header{"a", 0, ""}, header{"b", 1, ""}, header{"c", 2, "1"}, header{"d", 3, "12"}, header{"e", 4, "1234"},
		header{"f", 5, "12345678"}, header{"g", 6, "\x00\x02ab"}, stringHeader("", ""), header{"h", 8, "12345678"},
		header{"i", 9, "0123456789abcdef"}, stringHeader(strings.Repeat("n", 200), long), header{":event-type", 6, "\x00\x01x"},
		stringHeader(":event-type", "name"), stringHeader(":event-type-", "no"))
	for _, tt := range []struct {
		name, reason, body string
		want               []document
		broken             bool
	}{
		{
			"converse", "the payload is the document", event("messageStart", `{"role":"assistant"}`) + event("messageStop", `{}`),
			[]document{{"messageStart", `{"role":"assistant"}`}, {"messageStop", `{}`}},
			false,
		},
		{"invoke", "the payload is unwrapped", chunk(`{"a":1}`) + chunk("") + chunk(long), []document{{"chunk", `{"a":1}`}, {"chunk", ""}, {"chunk", long}}, false},
		{"exception", "the name says so", message(`{"message":"slow down"}`, stringHeader(":exception-type", "throttlingException"),
			stringHeader(":message-type", "exception")), []document{{"exception:throttlingException", `{"message":"slow down"}`}}, false},
		{
			"error", "an error has a code, and no payload", message("", stringHeader(":message-type", "error"), stringHeader(":error-code", "500")),
			[]document{{"exception:500", ""}},
			false,
		},
		{"headers", "of every type", every + message("y"), []document{{"name", "x"}, {"", "y"}}, false},
		{"long name", "is cut", event(long, "x"), []document{{long[:128], "x"}}, false},
		{
			"order", "members stand in any order", event("chunk", `{ "p" : "\"bytes\":{[" , "x":{"bytes":"QQ=="}, "bytes" : "QUJD" , "q":[{"bytes":"QQ=="}]}`),
			[]document{{"chunk", "ABC"}},
			false,
		},
		{"escapes", "base64 may be escaped", event("chunk", `{"\u0062ytes":"QQ==","by":"QQ==","bytess":"QQ==","bytes":"\/\/\u002bA\r\nQUI"}`), []document{{"chunk", "\xff\xff\x80AB"}}, false},
		{"no bytes", "nothing to unwrap", event("chunk", `{"p":"a"}`) + event("chunk", ""), []document{{"chunk", ""}, {"chunk", ""}}, false},
		{"not base64", "what comes before counts", event("chunk", `{"bytes":"QUJD!QUJD","x":1}`) + event("chunk", `{"bytes":"QUI=QUJD"}`), []document{{"chunk", "ABC"}, {"chunk", "AB"}}, false},
		{"prelude", "a wrong checksum stops it", event("a", "x") + flip(event("b", "y"), 9), []document{{"a", "x"}}, true},
		{"checksum", "a wrong checksum stops it", event("a", "x") + flip(event("b", ""), -1) + event("c", "z"), []document{{"a", "x"}}, true},
		{"unknown type", "where a value ends cannot be known", message("x", header{"a", 10, "1"}) + event("b", "y"), nil, true},
		{"headers' end", "inside of one", message("x", header{"a", 4, "1"}), nil, true},
		{"lengths", "that do not fit", prelude(15, 0) + "x", nil, true},
		{"negative payload", "that do not fit", prelude(20, 5) + "x", nil, true},
		{"absurd headers", "nobody sends", prelude(16+1<<18, 1<<18) + "x", nil, true},
		{"absurd payload", "nobody sends", prelude(16+1<<30, 0) + "x", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for size := range min(len(tt.body), 300) {
				if size++; size == 300 {
					size = len(tt.body)
				}
				s := frame.NewEventStream()
				got := split(t, s, tt.body, size)
				if !reflect.DeepEqual(tt.want, got) || (s.Broken() != nil) != tt.broken {
					t.Fatalf("%s: pieces of %d, broken %v, -want +got:\n%s", tt.reason, size, s.Broken(), cmp.Diff(tt.want, got))
				}
			}
		})
	}
}

// flip changes a byte, counted from the end if negative.
func flip(s string, at int) string {
	b := []byte(s)
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 1
	return string(b)
}

func prelude(total, headers uint32) string {
	b := binary.BigEndian.AppendUint32(nil, total)
	b = binary.BigEndian.AppendUint32(b, headers)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
}

func TestEventStreamCut(t *testing.T) {
	body := event("a", "x") + event("b", "yz")
	for cut, want := range map[int][]document{
		0:  {{"a", "x"}, {"b", "yz"}},
		4:  {{"a", "x"}, {"b", "yz"}},
		5:  {{"a", "x"}, {"b", "y"}},
		6:  {{"a", "x"}},
		50: {{"a", "x"}},
	} {
		if diff := cmp.Diff(want, split(t, frame.NewEventStream(), body[:len(body)-cut], len(body))); diff != "" {
			t.Errorf("without the last %d bytes, what has come of the payload counts: -want +got:\n%s", cut, diff)
		}
	}
}

// TestEventStreamWrongPieces: what came before the checksum cannot be taken
// back, but it never gets its end.
func TestEventStreamWrongPieces(t *testing.T) {
	body := flip(event("a", "0123456789"), -1)
	s, c := frame.NewEventStream(), &collector{t: t}
	s.Write([]byte(body[:len(body)-8]), c)
	s.Write([]byte(body[len(body)-8:]), c)
	s.Write([]byte(event("b", "x")), c)
	s.Close(c)
	if string(c.partial) != "0123456789" || c.docs != nil || s.Broken() == nil {
		t.Errorf("got %q and the documents %v, broken %v", c.partial, c.docs, s.Broken())
	}
}

func FuzzEventStream(f *testing.F) {
	f.Add([]byte(event("a", "x")+chunk(`{"a":1}`)), uint8(3))
	f.Add([]byte(message("x", stringHeader(":exception-type", "t"))), uint8(1))
	f.Add([]byte(event("chunk", `{"bytes":"QUJD\/\u002b!","p":"x"}`)), uint8(1))
	f.Add([]byte(flip(event("a", "x"), -1)), uint8(7))
	f.Fuzz(func(t *testing.T, body []byte, size uint8) {
		checkPieces(t, func() frame.Splitter { return frame.NewEventStream() }, string(body), int(size))
	})
}

// FuzzEventStreamMessage reads back what it encodes.
func FuzzEventStreamMessage(f *testing.F) {
	f.Add("name", `{"bytes":"QUJD"}`, "data", uint8(3))
	f.Add("chunk", `{"p":"x","bytes":"QUJD\/\u002b!"}`, "", uint8(1))
	f.Fuzz(func(t *testing.T, name, payload, data string, size uint8) {
		if len(name) > 1000 {
			return
		}
		body := event(name, payload) + chunk(data) + message(payload, stringHeader(":exception-type", name))
		got := split(t, frame.NewEventStream(), body, int(size)+1)
		checkPieces(t, func() frame.Splitter { return frame.NewEventStream() }, body, int(size))
		cut := name[:min(len(name), 128)]
		want := []document{{cut, payload}, {"chunk", data}, {("exception:" + cut)[:min(10+len(cut), 128)], payload}}
		if name == "chunk" {
			want[0].Data = got[0].Data // checkPieces has looked at it
		}
		if name == "" {
			want[2].Name = ""
		}
		if !reflect.DeepEqual(want, got) {
			t.Errorf("want %q, got %q", want, got)
		}
	})
}
