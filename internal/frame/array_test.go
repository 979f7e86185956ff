package frame_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/frame"
)

func TestArray(t *testing.T) {
	for _, tt := range []struct {
		name, reason, body string
		want               []document
	}{
		{"elements", "Gemini", "[{\"a\":1}\r\n,\r\n{\"b\":[2]}\r\n]\r\n", []document{{"", `{"a":1}`}, {"", `{"b":[2]}`}}},
		{
			"scalars", "elements of any kind", `[1,"a,]\"\\",true,null,[],-1.5e3]`,
			[]document{{"", "1"}, {"", `"a,]\"\\"`}, {"", "true"}, {"", "null"}, {"", "[]"}, {"", "-1.5e3"}},
		},
		{"object", "an error is one object", ` {"error":{"code":429,"message":"[slow] {down"}}`, []document{{"", `{"error":{"code":429,"message":"[slow] {down"}}`}}},
		{"objects", "one after the other", "{\"a\":1}\n{\"a\":2}", []document{{"", `{"a":1}`}, {"", `{"a":2}`}}},
		{"mark", "a byte order mark comes before", "\ufeff[1]", []document{{"", "1"}}},
		{"nested", "only the outermost array is cut", `[[1,[2]],[3]]`, []document{{"", "[1,[2]]"}, {"", "[3]"}}},
		{"empty", "no element", " [ ] ", nil},
		{"nothing", "no document", "", nil},
		{"cut", "what came of an element counts", `[{"a":1},{"b":"x`, []document{{"", `{"a":1}`}, {"", `{"b":"x`}}},
		{"cut number", "what came of an element counts", `[1,23`, []document{{"", `1`}, {"", `23`}}},
		{"after", "nothing follows an array", `[1]{"a":1}`, []document{{"", `1`}}},
		{"stray", "brackets that close nothing", `}}1]2`, []document{{"", `1`}, {"", `2`}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for size := range len(tt.body) + 1 {
				if got := split(t, frame.NewArray(), tt.body, size); !reflect.DeepEqual(tt.want, got) {
					t.Errorf("%s: pieces of %d, -want +got:\n%s", tt.reason, size, cmp.Diff(tt.want, got))
				}
			}
		})
	}
}

// TestArrayAtOnce: an element does not wait for what comes next.
func TestArrayAtOnce(t *testing.T) {
	s, c := frame.NewArray(), &collector{t: t}
	s.Write([]byte(`[{"a":1},{"b"`), c)
	if s.Write([]byte(`:2}`), c); !reflect.DeepEqual(c.docs, []document{{"", `{"a":1}`}, {"", `{"b":2}`}}) {
		t.Errorf("an element is handed on when its last byte is there: got %q", c.docs)
	}
}

func FuzzArray(f *testing.F) {
	f.Add("\ufeff[{\"a\":\"\\\\\\\"]\"},\r\n1, \"x\" ]", uint8(1))
	f.Add(`{"a":1}{"b":[1]} 3 "x`, uint8(2))
	f.Fuzz(func(t *testing.T, body string, size uint8) {
		checkPieces(t, func() frame.Splitter { return frame.NewArray() }, body, int(size))
		var elements []json.RawMessage
		if json.Unmarshal([]byte(body), &elements) != nil || elements == nil {
			return
		}
		var want []document
		for _, e := range elements {
			want = append(want, document{"", string(e)})
		}
		if got := split(t, frame.NewArray(), body, len(body)); !reflect.DeepEqual(want, got) {
			t.Errorf("%q: want %q, got %q", body, want, got)
		}
	})
}
