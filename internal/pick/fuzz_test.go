package pick_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/pick"
)

// fuzzPaths are the shapes that documents are read with.
var fuzzPaths = [][]string{
	chatPaths,
	{"**"},
	{""},
	{"?"},
	{"a", "b?", "c.d", "c.e[].f", "g.**", "h[]", "i[]?", "[].a", "[][].b?", "j.k?", "j"},
}

var seeds = []string{
	chatChunk,
	chatUsage,
	`{"a":1,"a":"x","b":"","b":"y","c":{"d":null,"e":[{"f":[1]},2,"x",{}]},"g":{"x":[1,{"y":"\u00e9\ud83d\ude00\ud800"}]},"h":[1,"a",null,{}]}`,
	"\ufeff [ {\"a\":1e3}, [{\"b\":[]}], -0.5, true ] ",
	`{"c":1,"c":{"d":"\\\"\/\b\f\n\r\t"},"c":"z","i":["",1,[],[0],{},{"a":0}],"j":{"k":{}}}`,
	`{"\u0061":"\xff\xe2\x82","g":{"\u00e9":1,"é":2,"":{}},"b":"` + "\xff\xe2\x82" + `"}`,
	"\"\xc3\x28\xed\xa0\x80 \\ud83d\\u0041\"",
	`12`, `-`, `nul`, `{"a":01}`, `{"a" 1}`, `[1,]`, `{,}`, `"`, `{"a":"\q"}`, ``, `{}{}`, `[}`, `{"a":{]}`,
	`{"i":[1.5,true,false,"","\"",[ ],{ }],"a":"ééééééééé€€€€"}`,
	strings.Repeat("[", 200) + strings.Repeat("]", 200),
	`{"g":` + strings.Repeat(`{"g":[`, 40) + strings.Repeat("]}", 40) + "}",
}

func FuzzReader(f *testing.F) {
	for _, seed := range seeds {
		for i := range fuzzPaths {
			f.Add([]byte(seed), uint8(i), uint8(1))
		}
	}
	limits := pick.Limits{String: 1 << 20, Total: 1 << 20}
	f.Fuzz(func(t *testing.T, doc []byte, choice, size uint8) {
		paths := fuzzPaths[int(choice)%len(fuzzPaths)]
		shape := pick.NewShape(paths...)
		whole := read(t, shape, limits, doc, len(doc))
		if pieces := read(t, shape, limits, doc, int(size)%16+1); !reflect.DeepEqual(whole, pieces) {
			t.Fatalf("%q: whole:\n%v\npieces:\n%v", doc, whole, pieces)
		}
		full, valid := decode(doc)
		if !valid || depth(full) > 60 {
			return
		}
		kept, ok := newWish(paths...).prune(full)
		if !ok {
			kept = absent{}
		}
		var r pick.Reader
		r.Reset(shape, limits)
		r.Write(doc)
		if v, err := r.Value(); !reflect.DeepEqual(kept, plain(v)) || err != nil {
			t.Fatalf("%q of %q: error %v, want:\n%v\ngot:\n%v", paths, doc, err, kept, plain(v))
		}
	})
}

func FuzzLimits(f *testing.F) {
	for _, seed := range seeds {
		for i := range fuzzPaths {
			f.Add([]byte(seed), uint8(i), uint8(1), uint8(3), uint16(200))
		}
	}
	f.Fuzz(func(t *testing.T, doc []byte, choice, size, text uint8, total uint16) {
		shape := pick.NewShape(fuzzPaths[int(choice)%len(fuzzPaths)]...)
		limits := pick.Limits{String: int(text), Total: int(total)}
		whole := read(t, shape, limits, doc, len(doc))
		if pieces := read(t, shape, limits, doc, int(size)%16+1); !reflect.DeepEqual(whole, pieces) {
			t.Fatalf("%q: whole:\n%v\npieces:\n%v", doc, whole, pieces)
		}
	})
}

// FuzzSame edits a document in two places.
func FuzzSame(f *testing.F) {
	for _, seed := range seeds {
		for i := range fuzzPaths {
			f.Add([]byte(seed), uint8(i), uint16(10), uint8(2), []byte("x"), uint16(40), uint8(1), []byte(`"`))
			f.Add([]byte(seed), uint8(i), uint16(20), uint8(0), []byte("7"), uint16(60), uint8(3), []byte(``))
		}
	}
	f.Fuzz(func(t *testing.T, doc []byte, choice uint8, at uint16, n uint8, by []byte, at2 uint16, n2 uint8, by2 []byte) {
		shape := pick.NewShape(fuzzPaths[int(choice)%len(fuzzPaths)]...)
		limits := pick.Limits{String: 20, Total: 1000}
		other := edit(edit(doc, int(at), int(n), by), int(at2), int(n2), by2)
		checkSame(t, shape, limits, doc, other)
	})
}

// checkSame fails if the reader takes the documents for the same where they
// are not, or where they are equal does not.
func checkSame(t *testing.T, s *pick.Shape, l pick.Limits, doc, other []byte) (same bool) {
	t.Helper()
	var r pick.Reader
	r.Reset(s, l)
	r.Write(doc)
	first := state(&r)
	if done := first.Done && first.Err == "" && len(doc) <= 4<<10; r.Same(doc) != done {
		t.Fatalf("%q is not the same as itself", doc)
	}
	if !r.Same(other) {
		return false
	}
	if again := read(t, s, l, other, len(other)); !reflect.DeepEqual(first, again) {
		t.Fatalf("%q is not the same as %q:\n%v\n%v", other, doc, first, again)
	}
	return true
}

func edit(doc []byte, at, n int, by []byte) []byte {
	at = min(at, len(doc))
	return slices.Concat(doc[:at], by, doc[min(at+n, len(doc)):])
}

// reading is all that a reader says.
type reading struct {
	Value any
	Err   string
	Done  bool
}

// read reads a document in pieces of that size, each of which is overwritten
// after it was handed over.
func read(t *testing.T, s *pick.Shape, l pick.Limits, doc []byte, size int) reading {
	t.Helper()
	var r pick.Reader
	r.Reset(s, l)
	for piece := range slices.Chunk(doc, max(size, 1)) {
		piece = slices.Clone(piece)
		r.Write(piece)
		for i := range piece {
			piece[i] = '!'
		}
	}
	result := state(&r)
	// Slices double when they grow.
	if bound := 2*(l.Total+l.String) + 16<<10; r.Memory() > bound {
		t.Errorf("%d bytes of memory, at most %d are wanted", r.Memory(), bound)
	}
	return result
}

func state(r *pick.Reader) reading {
	v, err := r.Value()
	said := ""
	if err != nil {
		said = err.Error()
	}
	return reading{marked(v), said, r.Done()}
}

// mark is a value with all that is said of it.
type mark struct {
	Kind      pick.Kind
	Text      string
	Yes       bool
	Truncated bool
	Inside    any
}

func marked(v pick.Value) mark {
	m := mark{Kind: v.Kind(), Text: v.String(), Truncated: v.Truncated()}
	m.Yes, _ = v.Bool()
	var elements []mark
	for _, e := range v.Elements() {
		elements = append(elements, marked(e))
	}
	members := map[string]mark{}
	for key, member := range v.Members() {
		members[key] = marked(member)
	}
	if m.Inside = elements; m.Kind == pick.Object {
		m.Inside = members
	}
	if len(elements)+len(members) != v.Len() {
		m.Inside = "wrong length"
	}
	return m
}

// decode returns what encoding/json makes of a document.
func decode(doc []byte) (any, bool) {
	doc = bytes.TrimPrefix(doc, []byte("\ufeff"))
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if !json.Valid(doc) || d.Decode(&v) != nil {
		return nil, false
	}
	return v, true
}

func depth(v any) int {
	n := 0
	switch v := v.(type) {
	case map[string]any:
		for _, m := range v {
			n = max(n, 1+depth(m))
		}
	case []any:
		for _, m := range v {
			n = max(n, 1+depth(m))
		}
	}
	return n
}
