package pick_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/pick"
)

func value(t testing.TB, doc string) pick.Value {
	t.Helper()
	var r pick.Reader
	r.Reset(pick.NewShape("**"), pick.Limits{})
	r.Write([]byte(doc))
	v, err := r.Value()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestValueAbsent(t *testing.T) {
	v := value(t, `{"a":{"b":[1,"x"]},"n":null}`)
	for name, got := range map[string]pick.Value{
		"zero":           {},
		"no member":      v.Get("b"),
		"below":          v.Get("b", "c", "d"),
		"of an array":    v.Get("a", "b", "c"),
		"of a number":    v.Get("a", "b").At(0).Get("c"),
		"no element":     v.Get("a", "b").At(2),
		"negative":       v.Get("a", "b").At(-1),
		"of an object":   v.At(0),
		"beneath absent": pick.Value{}.Get("a").At(0).Get("b"),
	} {
		if diff := cmp.Diff(mark{Inside: []mark(nil)}, marked(got)); diff != "" || got.Exists() || got.Bytes() != nil {
			t.Errorf("%s: what is absent says so: -want +got:\n%s", name, diff)
		}
		_, isInt := got.Int()
		_, isFloat := got.Float()
		if _, isBool := got.Bool(); isInt || isFloat || isBool {
			t.Errorf("%s: what is absent is neither a number nor a bool", name)
		}
	}
	if n := v.Get("n"); n.Kind() != pick.Null || n.Exists() {
		t.Errorf("null is there, but does not exist: got kind %v", n.Kind())
	}
}

func TestValueIterators(t *testing.T) {
	v := value(t, `{"a":[10,20,30],"b":true,"c":{}}`)
	var got []any
	for key, member := range v.Members() {
		if key == "c" {
			break
		}
		got = append(got, key, member.Kind())
	}
	for i, element := range v.Get("a").Elements() {
		if i == 2 {
			break
		}
		got = append(got, i, element.String())
	}
	want := []any{"a", pick.Array, "b", pick.Bool, 0, "10", 1, "20"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("in order, until the caller stops: -want +got:\n%s", diff)
	}
}

func TestValueNumbers(t *testing.T) {
	type numbers struct {
		Int   int64
		IsInt bool
		Float float64
		Is    bool
	}
	both := func(n int64) numbers { return numbers{n, true, float64(n), true} }
	for _, tt := range []struct {
		doc  string
		want numbers
	}{
		{`0`, both(0)},
		{`-0`, numbers{0, true, math.Copysign(0, -1), true}},
		{`1`, both(1)},
		{`1.0`, both(1)},
		{`1e3`, both(1000)},
		{`1.5E+1`, both(15)},
		{`1500e-2`, both(15)},
		{`-12`, both(-12)},
		{`1.5`, numbers{Float: 1.5, Is: true}},
		{`15e-1`, numbers{Float: 1.5, Is: true}},
		{`5e-1`, numbers{Float: 0.5, Is: true}},
		{`0e999999999999`, both(0)},
		{`0.0e-999999999999`, both(0)},
		{`9223372036854775807`, both(math.MaxInt64)},
		{`-9223372036854775808`, both(math.MinInt64)},
		{`-9.223372036854775808e18`, both(math.MinInt64)},
		{`9223372036854775808`, numbers{Float: 1 << 63, Is: true}},
		{`-9223372036854775809`, numbers{Float: -1 << 63, Is: true}},
		{`1e19`, numbers{Float: 1e19, Is: true}},
		{`18446744073709551616`, numbers{Float: 1 << 64, Is: true}},
		{`1e400`, numbers{}},
		{`1e-400`, numbers{Is: true}},
		{`"12"`, both(12)},
		{`"-12"`, both(-12)},
		{`"1.5"`, numbers{Float: 1.5, Is: true}},
		{`"1e3"`, numbers{Float: 1000, Is: true}},
		{`"007"`, numbers{Int: 7, IsInt: true}},
		{`""`, numbers{}},
		{`"-"`, numbers{}},
		{`" 1"`, numbers{}},
		{`"1x"`, numbers{}},
		{`"NaN"`, numbers{}},
		{`true`, numbers{}},
		{`[1]`, numbers{}},
		{strings.Repeat("1", 2000), numbers{}},
		{`"` + strings.Repeat("0", 2000) + `"`, numbers{}},
	} {
		t.Run(tt.doc[:min(len(tt.doc), 24)], func(t *testing.T) {
			v := value(t, tt.doc)
			var got numbers
			got.Int, got.IsInt = v.Int()
			got.Float, got.Is = v.Float()
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
