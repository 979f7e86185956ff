package pick_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/pick"
)

func TestSame(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for _, tt := range []struct {
		name, reason string
		doc, other   string
		want         bool
	}{
		{"equal", "every document is the same as itself", `{"a":1}`, `{"a":1}`, true},
		{"text", "another text that is not kept", `{"a":1,"x":"y"}`, `{"a":1,"x":"why \"not\\"}`, true},
		{"shorter", "down to nothing", `{"a":1,"x":"y"}`, `{"a":1,"x":""}`, true},
		{"prefix", "one text begins with the other", `{"x":"ab","a":1}`, `{"x":"abc","a":1}`, true},
		{"number", "another number that is not kept", `{"a":1,"x":12,"z":[]}`, `{"a":1,"x":-1.5e3,"z":[]}`, true},
		{"longer", "one number begins with the other", `{"x":12,"a":1}`, `{"x":123,"a":1}`, true},
		{"nested", "other content that is not kept", `{"x":[1,{"y":"]"}],"a":1}`, `{"x":[],"a":1}`, true},
		{"several", "in several places", `{"x":[1],"y":1,"z":"a"}`, `{"x":[2],"y":2,"z":"b"}`, true},
		{"present", "another text that is there", `{"p":"hello"}`, `{"p":"you"}`, true},
		{"long", "the text may be longer than what is remembered", `{"x":""}`, `{"x":"` + long + long + `"}`, true},

		{"kept", "another value that is kept", `{"a":1}`, `{"a":2}`, false},
		{"empty", "a text that is not there", `{"p":"hello"}`, `{"p":""}`, false},
		{"filled", "a text that is there now", `{"p":""}`, `{"p":"hello"}`, false},
		{"emptied", "content that is not there", `{"p":[1]}`, `{"p":[ ]}`, false},
		{"kind", "another kind", `{"p":"1"}`, `{"p":1}`, false},
		{"null", "null is of another kind", `{"p":1}`, `{"p":null}`, false},
		{"brackets", "an object is no array", `{"x":[1]}`, `{"x":{1]}`, false},
		{"key", "another key", `{"x":"1"}`, `{"y":"1"}`, false},
		{"more", "another member", `{"x":"1"}`, `{"x":"1","a":1}`, false},
		{"escaped", "the text has no end", `{"x":"1"}`, `{"x":"1\"}`, false},
		{"cut off", "the document has no end", `{"x":"1"}`, `{"x":"1"`, false},
		{"trailing", "another document follows", `{"x":"1"}`, `{"x":"2"}1`, false},
		{"empty document", "nothing", `{"x":"1"}`, ``, false},
		{"unfinished", "the last document had no end", `{"x":"1"`, `{"x":"1"`, false},
		{"malformed", "the last document was none", `{"x":"1"}}`, `{"x":"1"}}`, false},
		{"too long", "the last document was too long", `{"x":"` + long + long + `"}`, `{"x":"` + long + long + `"}`, false},
		{"long kept", "whether what is cut off is equal does not matter, but it is compared", `{"a":"` + long + `"}`, `{"a":"` + long + `!"}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shape := pick.NewShape("a", "p?")
			if got := checkSame(t, shape, pick.Limits{}, []byte(tt.doc), []byte(tt.other)); got != tt.want {
				t.Errorf("%s: got %v, want %v", tt.reason, got, tt.want)
			}
		})
	}
}

func TestSameMany(t *testing.T) {
	// Beyond the sixteenth, values that are not kept are compared as well.
	doc := []byte(`{"x":[0` + strings.Repeat(`],"x":[0`, 19) + `]}`)
	other := []byte(strings.Replace(string(doc), "0", "1", 16))
	last := []byte(strings.ReplaceAll(string(doc), "0", "1"))
	shape := pick.NewShape("a")
	if !checkSame(t, shape, pick.Limits{}, doc, other) || checkSame(t, shape, pick.Limits{}, doc, last) {
		t.Error("sixteen values may differ")
	}
}

func TestSameAfterReset(t *testing.T) {
	var r pick.Reader
	r.Reset(chatShape, pick.Limits{})
	r.Write([]byte(chatChunk))
	r.Reset(chatShape, pick.Limits{})
	if r.Same([]byte(chatChunk)) || r.Same(nil) {
		t.Error("Reset forgets the last document")
	}
}

// TestSameEdits edits each byte of documents: whatever is taken for the same
// has to be it.
func TestSameEdits(t *testing.T) {
	limits := pick.Limits{}
	same := 0
	for _, paths := range fuzzPaths {
		shape := pick.NewShape(paths...)
		for _, seed := range seeds {
			var r pick.Reader
			r.Reset(shape, limits)
			r.Write([]byte(seed))
			first := state(&r)
			for i := range seed {
				for n := range 2 {
					for _, by := range []string{"", `"`, `\`, "0", "x", "{", "]", " ", `","`, "\\\""} {
						other := []byte(seed[:i] + by + seed[min(i+n, len(seed)):])
						if !r.Same(other) {
							continue
						}
						same++
						if again := read(t, shape, limits, other, len(other)); !reflect.DeepEqual(first, again) {
							t.Fatalf("%q is not the same as %q:\n%v\n%v", other, seed, first, again)
						}
					}
				}
			}
		}
	}
	if same < 3000 {
		t.Errorf("only %d edits were taken for the same", same)
	}
}
