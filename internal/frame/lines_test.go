package frame_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/frame"
)

func TestLines(t *testing.T) {
	for _, tt := range []struct {
		name, reason, body string
		want               []document
	}{
		{"lines", "each is a document", "{\"a\":1}\n[2]\n", []document{{"", `{"a":1}`}, {"", "[2]"}}},
		{"crlf", "the CR belongs to the line's end", "1\r\n\r\n2\r\n", []document{{"", "1"}, {"", "2"}}},
		{"cr", "alone it is data", "1\r2\r\r\n\r3", []document{{"", "1\r2\r"}, {"", "3"}}},
		{"empty", "an empty line is no document", "\n \n\t\r\n 1 \n\n", []document{{"", "1 "}}},
		{"cut", "the last line may have no end", "1\n2", []document{{"", "1"}, {"", "2"}}},
		{"cut cr", "half a line end is none of the document", "1\n2\r", []document{{"", "1"}, {"", "2"}}},
		{"nothing", "no document", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for size := range len(tt.body) + 1 {
				if got := split(t, frame.NewLines(), tt.body, size); !reflect.DeepEqual(tt.want, got) {
					t.Errorf("%s: pieces of %d, -want +got:\n%s", tt.reason, size, cmp.Diff(tt.want, got))
				}
			}
		})
	}
}

func FuzzLines(f *testing.F) {
	f.Add("{\"a\":1}\r\n\n [2]\r\r\n3\r", uint8(1))
	f.Fuzz(func(t *testing.T, body string, size uint8) {
		var want []document
		for line := range strings.SplitSeq(body, "\n") {
			if line = strings.TrimSuffix(strings.TrimLeft(line, " \t\r"), "\r"); line != "" {
				want = append(want, document{"", line})
			}
		}
		if got := split(t, frame.NewLines(), body, len(body)); !reflect.DeepEqual(want, got) {
			t.Errorf("%q: want %q, got %q", body, want, got)
		}
		checkPieces(t, func() frame.Splitter { return frame.NewLines() }, body, int(size))
	})
}
