package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"testing"

	"github.com/lift-sys/telemetry"
)

// caught runs f and returns what it panicked with.
func caught(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

// broken is an error that cannot even say what it is.
type broken struct{}

func (*broken) Error() string { panic("broken") }
func (*broken) Unwrap() error { panic("broken") }

func TestPanic(t *testing.T) {
	plain, bad := errors.New("plain"), &broken{}
	var none any
	index := 3
	tests := []struct {
		name, reason string
		panics       func()
		same         any // what must come out, where it can be named
		typ, message string
	}{
		{"text", "most panics are text", func() { panic("text") }, "text", "string", "text"},
		{"error", "the very same error comes out", func() { panic(plain) }, plain, "*errors.errorString", "plain"},
		{"broken error", "an error whose methods panic too", func() { panic(bad) }, bad, "*telemetry_test.broken", "%!v(PANIC=Error method: broken)"},
		{"slice", "a value that cannot be compared", func() { panic([]int{1}) }, nil, "[]int", "[1]"},
		{
			"nil", "the runtime turns panic(nil) into an error", func() { panic(none) }, nil,
			"*runtime.PanicNilError", new(runtime.PanicNilError).Error(),
		},
		{
			"runtime", "a fault of the program", func() { _ = []int{}[index] }, nil,
			"runtime.boundsError", "runtime error: index out of range [3] with length 0",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t)
			v := caught(func() {
				_ = within(ctx, "root", func(ctx context.Context) error {
					return telemetry.Do(ctx, "middle", func(ctx context.Context) error {
						return within(ctx, "inner", func(context.Context) error { tt.panics(); return nil })
					})
				})
			})
			if v == nil {
				t.Fatal("the panic was swallowed")
			}
			if tt.same != nil && v != tt.same {
				t.Errorf("panicked with %v, want the original value", v)
			}
			if _, ok := v.(runtime.Error); !ok && tt.name == "runtime" {
				t.Errorf("panicked with %T, want a runtime.Error", v)
			}
			attrs := a{
				"error.type": "panic", "error.message": tt.message, "exception.type": tt.typ, "exception.message": tt.message,
			}
			var want []span
			for _, name := range []string{"inner", "middle", "root"} {
				want = append(want, span{Name: name, Status: "Error: " + tt.message, Attrs: attrs})
			}
			want[0].Parent, want[1].Parent = "middle", "root"
			want[0].Events = []event{{"exception", a{
				"exception.type": tt.typ, "exception.message": tt.message, "exception.stacktrace": "…",
			}}}
			diff(t, r.spans(), want, tt.reason)
		})
	}
}

func TestPanicOutranksFail(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	v := caught(func() {
		_, s := telemetry.Start(ctx, "work")
		defer s.End(nil)
		_ = s.Fail(errors.New("first"))
		panic("then")
	})
	if v != "then" {
		t.Errorf("panicked with %v", v)
	}
	got := r.one(t, "work")
	diff(t, got.pick("error.type", "error.message"), a{"error.type": "panic", "error.message": "then"}, "the panic is what ended the work")
	diff(t, len(got.Events), 1, "one event")
	diff(t, got.Events[0].Attrs["exception.type"], any("string"), "the event is the panic's")
}

func TestPanicAfterEnd(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	v := caught(func() {
		_, s := telemetry.Start(ctx, "work")
		defer s.End(nil)
		s.End(nil)
		panic("late")
	})
	diff(t, v, any("late"), "a span that has ended does not hold a panic back")
	diff(t, r.spans(), []span{{Name: "work", Attrs: a{}}}, "the first End counts")
}

// End in a closure does not see the panic: recover works only in the deferred
// function itself. The package documentation says so; the panic is still
// raised, and the span ended.
func TestPanicPastAClosure(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	v := caught(func() {
		_, s := telemetry.Start(ctx, "work")
		defer func() { s.End(nil) }()
		panic("unseen")
	})
	diff(t, v, any("unseen"), "the panic goes on")
	diff(t, r.spans(), []span{{Name: "work", Attrs: a{}}}, "the span has ended, without the panic")
}

func TestPanicThroughEachHandle(t *testing.T) {
	t.Parallel()
	enders := map[string]func(context.Context) interface{ End(*error) }{
		"session": func(ctx context.Context) interface{ End(*error) } {
			_, s := telemetry.StartSession(ctx, telemetry.SessionRequest{})
			return s
		},
		"llm": func(ctx context.Context) interface{ End(*error) } {
			_, s := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
			return s
		},
		"zero": func(context.Context) interface{ End(*error) } { return telemetry.LLMCall{} },
	}
	for name, start := range enders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t)
			v := caught(func() {
				s := start(ctx)
				defer s.End(nil) // through an interface: recover works here too
				panic("p")
			})
			diff(t, v, any("p"), "raised again")
			for _, s := range r.spans() {
				diff(t, s.Attrs["error.type"], any("panic"), "recorded")
			}
		})
	}
}

func TestPanicOfAHandlerThatHangsUp(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	v := caught(func() {
		_, s := telemetry.Start(ctx, "work")
		defer s.End(nil)
		panic(http.ErrAbortHandler)
	})
	diff(t, v == any(http.ErrAbortHandler), true, "net/http must see the very value")
	diff(t, r.spans(), []span{{Name: "work", Attrs: a{"error.type": "canceled"}}}, "how a handler hangs up is no failure")
}
