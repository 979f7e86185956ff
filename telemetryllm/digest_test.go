package telemetryllm

import (
	"testing"

	"github.com/lift-sys/telemetry/internal/pick"
)

func TestDigest(t *testing.T) {
	tests := []struct {
		name, reason string
		a, b         string
		same         bool
	}{
		{"equal", "a call that comes again is the same call", `{"v":{"a":[1,true,null,"x"]}}`, `{"v": {"a": [1, true, null, "x"]}}`, true},
		{"argument", "another argument is another call", `{"v":{"a":1}}`, `{"v":{"a":2}}`, false},
		{"name", "another member is another argument", `{"v":{"a":1}}`, `{"v":{"b":1}}`, false},
		{"kind", "a number is not a string", `{"v":1}`, `{"v":"1"}`, false},
		{"bool", "true is not false", `{"v":true}`, `{"v":false}`, false},
		{"borders", "where a string ends matters", `{"v":["ab","c"]}`, `{"v":["a","bc"]}`, false},
		{"nesting", "what is inside of what matters", `{"v":[[1],2]}`, `{"v":[[1,2]]}`, false},
		{"absent", "nothing is not null", `{}`, `{"v":null}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			shape := pick.NewShape("v.**")
			var a, b pick.Reader
			a.Reset(shape, pick.Limits{})
			a.Write([]byte(tt.a))
			b.Reset(shape, pick.Limits{})
			b.Write([]byte(tt.b))
			va, _ := a.Value()
			vb, _ := b.Value()
			if got := digest(0, va.Get("v")) == digest(0, vb.Get("v")); got != tt.same {
				t.Errorf("digest(%s) == digest(%s) is %t, want %t: %s", tt.a, tt.b, got, tt.same, tt.reason)
			}
			if digest(0, va.Get("v")) == digest(1, va.Get("v")) {
				t.Errorf("digest(%s) does not depend on the position", tt.a)
			}
		})
	}
}
