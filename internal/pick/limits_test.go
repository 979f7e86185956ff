package pick_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/pick"
)

func TestLimits(t *testing.T) {
	text := func(s string, cut bool) mark {
		return mark{Kind: pick.String, Text: s, Truncated: cut, Inside: []mark(nil)}
	}
	array := func(cut bool, elements ...mark) mark {
		return mark{Kind: pick.Array, Truncated: cut, Inside: elements}
	}
	digits := mark{Kind: pick.Number, Text: "123", Truncated: true, Inside: []mark(nil)}
	yes := mark{Kind: pick.Bool, Yes: true, Inside: []mark(nil)}
	for _, tt := range []struct {
		name, reason string
		limits       pick.Limits
		doc          string
		want         mark
	}{
		{"fits", "nothing is marked", pick.Limits{String: 3}, `["abc","é1"]`, array(false, text("abc", false), text("é1", false))},
		{"cut", "between characters", pick.Limits{String: 4}, `["aéé","a\u00e9\u00e9","€€"]`, array(false, text("aé", true), text("aé", true), text("€", true))},
		{"escape", "whole", pick.Limits{String: 4}, `["a\ud83d\ude00","\ud83d\ude00"]`, array(false, text("a", true), text("😀", false))},
		{"replaced", "what stands for a wrong byte is a character", pick.Limits{String: 4}, "[\"\xff\xff\"]", array(false, text("�", true))},
		{"quotes", "the end is found behind what is cut", pick.Limits{String: 1}, `["ab\"\\","cd\\\"]"]`, array(false, text("a", true), text("c", true))},
		{"number", "a number that is cut is marked", pick.Limits{String: 3}, `[1234]`, array(false, digits)},
		{"literal", "true, false and null need no room", pick.Limits{String: 1, Total: 160}, `[true,null,true]`, array(false, yes, mark{Kind: pick.Null, Inside: []mark(nil)}, yes)},
		{"total", "what does not fit is dropped, and what lacks it marked", pick.Limits{Total: 120}, `["",[],"x"]`, array(true, text("", false), array(false))},
		{"rest", "a string takes what room there is", pick.Limits{Total: 82}, `["abc",""]`, array(true, text("ab", true))},
		{"nothing", "a document that does not fit is absent", pick.Limits{Total: 1}, `["abc"]`, mark{Inside: []mark(nil)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for size := range len(tt.doc) {
				got := read(t, pick.NewShape("**"), tt.limits, []byte(tt.doc), size+1)
				if diff := cmp.Diff(reading{Value: tt.want, Done: true}, got); diff != "" {
					t.Errorf("%s: pieces of %d, -want +got:\n%s", tt.reason, size+1, diff)
				}
			}
		})
	}
}

// TestMemory feeds what makes a reader without bounds grow.
func TestMemory(t *testing.T) {
	const many = 20_000
	for _, tt := range []struct{ name, doc string }{
		{"string", `{"a":"` + strings.Repeat("x", many) + `"}`},
		{"escapes", `{"a":"` + strings.Repeat(`\u00e9`, many) + `"}`},
		{"invalid", `{"a":"` + strings.Repeat("\xff", many) + `"}`},
		{"number", `{"a":` + strings.Repeat("1", many) + `}`},
		{"key", `{"` + strings.Repeat("x", many) + `":1}`},
		{"escaped key", `{"` + strings.Repeat(`\n`, many) + `":1}`},
		{"elements", `{"a":[` + strings.Repeat("0,", many) + `0]}`},
		{"strings", `{"a":[` + strings.Repeat(`"x",`, many) + `0]}`},
		{"members", `{` + strings.Repeat(`"a":[1],"b":1,"a":1,`, many) + `"c":1}`},
		{"depth", strings.Repeat(`{"a":[`, many)},
		{"space", strings.Repeat(" ", many)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, paths := range [][]string{{"**"}, {"a.**", "b"}, {"a[]", "c?"}, {"a"}} {
				read(t, pick.NewShape(paths...), pick.Limits{String: 1 << 10, Total: 4 << 10}, []byte(tt.doc), 1000)
			}
		})
	}
}

func TestNodeBytes(t *testing.T) {
	if pick.NodeBytes != pick.NodeSize {
		t.Errorf("a value counts for what it takes: %d bytes, not %d", pick.NodeSize, pick.NodeBytes)
	}
}

func TestManyMembers(t *testing.T) {
	var doc strings.Builder
	doc.WriteString(`{"a":{`)
	for i := range 1000 {
		doc.WriteString(`"` + strings.Repeat("x", i%700) + `":1,`)
	}
	doc.WriteString(`"":2},"` + strings.Repeat("y", 2000) + `":1}`)
	var r pick.Reader
	r.Reset(pick.NewShape("**"), pick.Limits{Total: 1 << 20})
	r.Write([]byte(doc.String()))
	v, err := r.Value()
	a := v.Get("a")
	if a.Len() != 512 || !a.Truncated() || a.Get("").String() != "2" || v.Len() != 1 || !v.Truncated() || err != nil {
		t.Errorf("512 members are kept, each once: got %d and %d, error %v", a.Len(), v.Len(), err)
	}
}

func TestDepth(t *testing.T) {
	var r pick.Reader
	r.Reset(pick.NewShape("a.**"), pick.Limits{})
	r.Write([]byte(`{"a":` + strings.Repeat("[", 70) + "1" + strings.Repeat("]", 70) + "}"))
	v, err := r.Value()
	if err != nil {
		t.Fatal(err)
	}
	v, n := v.Get("a"), 0
	for v.Kind() == pick.Array {
		if n++; v.Truncated() != (n == 64) {
			t.Errorf("only what lacks something is marked: level %d is %v", n, v.Truncated())
		}
		v = v.At(0)
	}
	if n != 64 {
		t.Errorf("64 levels are kept: got %d", n)
	}
}
