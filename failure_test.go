package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/lift-sys/telemetry"
)

func TestFailure(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name, reason string
		ctx          context.Context
		opts         []telemetry.Option
		err          error
		status       string
		want         a
	}{
		{
			"wrapped", "the type is that of the cause, the message the whole one", nil, nil,
			fmt.Errorf("outer: %w", fmt.Errorf("inner: %w", &custom{"x"})), "Error: outer: inner: x",
			a{
				"error.type": "*telemetry_test.custom", "exception.type": "*telemetry_test.custom",
				"error.message": "outer: inner: x", "exception.message": "outer: inner: x",
			},
		},
		{
			"canceled", "a client that hung up pages nobody", canceled, nil, fmt.Errorf("call: %w", context.Canceled), "",
			a{"error.type": "canceled"},
		},
		{
			"canceled without a cancelled context", "something else cancelled: that is a fault", nil, nil, context.Canceled,
			"Error: context canceled",
			a{
				"error.type": "canceled", "exception.type": "*errors.errorString",
				"error.message": "context canceled", "exception.message": "context canceled",
			},
		},
		{
			"deadline", "a deadline is a fault, cancelled context or not", canceled, nil, context.DeadlineExceeded,
			"Error: context deadline exceeded",
			a{
				"error.type": "timeout", "exception.type": "context.deadlineExceededError",
				"error.message": "context deadline exceeded", "exception.message": "context deadline exceeded",
			},
		},
		{
			"classified", "the caller's classifier goes first", nil,
			[]telemetry.Option{telemetry.WithErrorClassifier(func(err error) string { return "class:" + err.Error() })},
			&custom{"x"}, "Error: x",
			a{
				"error.type": "class:x", "exception.type": "*telemetry_test.custom", "error.message": "x", "exception.message": "x",
			},
		},
		{
			"panicking classifier", "a callback's panic never reaches the service", nil,
			[]telemetry.Option{telemetry.WithErrorClassifier(func(error) string { panic("no") })},
			&custom{"x"}, "Error: x",
			a{
				"error.type": "*telemetry_test.custom", "exception.type": "*telemetry_test.custom",
				"error.message": "x", "exception.message": "x",
			},
		},
		{
			"panicking error", "methods of an error may be broken", nil, nil, (*custom)(nil), "Error: *telemetry_test.custom",
			a{
				"error.type": "*telemetry_test.custom", "exception.type": "*telemetry_test.custom",
				"error.message": "*telemetry_test.custom", "exception.message": "*telemetry_test.custom",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t, tt.opts...)
			if tt.ctx != nil {
				ctx = telemetry.NewContext(tt.ctx, r.tel)
			}
			_, s := telemetry.Start(ctx, "work")
			s.End(&tt.err)
			got := r.one(t, "work")
			diff(t, got.Attrs, tt.want, tt.reason)
			if got.Status != tt.status {
				t.Errorf("status %q, want %q", got.Status, tt.status)
			}
			if tt.status == "" && len(got.Events) > 0 || tt.status != "" && len(got.Events) != 1 {
				t.Errorf("%d exception events with status %q", len(got.Events), tt.status)
			}
		})
	}
}

// custom is an error whose methods need its pointer.
type custom struct{ text string }

func (c *custom) Error() string { return c.text }

// uncomparable is an error that cannot be compared with ==.
type uncomparable []string

func (u uncomparable) Error() string { return strings.Join(u, ", ") }

// stacks returns, per exception event, the span it is on and the function
// where the stack begins.
func stacks(r *recorder) map[string]string {
	got := map[string]string{}
	for _, s := range r.Ended() {
		for _, e := range s.Events() {
			stack, _ := values(e.Attributes)["exception.stacktrace"].(string)
			function, _, _ := strings.Cut(stack, "\n")
			got[s.Name()] += function[strings.LastIndex(function, ".")+1:] + " "
		}
	}
	return got
}

// within runs f in a span and passes its error on.
func within(ctx context.Context, name string, f func(context.Context) error) (err error) {
	ctx, s := telemetry.Start(ctx, name)
	defer s.End(&err)
	return f(ctx)
}

func TestStackIsTakenOnce(t *testing.T) {
	sentinel := errors.New("sentinel")
	fails := func(err error) func(context.Context) error {
		return func(context.Context) error { return err }
	}
	tests := []struct {
		name, reason string
		run          func(ctx context.Context) error
		want         map[string]string
	}{
		{
			"passed up", "where it first appeared, whatever wraps it later",
			func(ctx context.Context) error {
				return within(ctx, "middle", func(ctx context.Context) error {
					return fmt.Errorf("middle: %w", within(ctx, "child", fails(sentinel)))
				})
			},
			map[string]string{"child": "within "},
		},
		{
			"through a span that does not fail", "a span in between that swallows it does not hide it",
			func(ctx context.Context) (err error) {
				_ = within(ctx, "middle", func(ctx context.Context) error {
					err = within(ctx, "child", fails(sentinel))
					return nil
				})
				return err
			},
			map[string]string{"child": "within "},
		},
		{
			"joined", "each of two failures has its own, their join none",
			func(ctx context.Context) error {
				one := within(ctx, "one", fails(errors.New("1")))
				two := within(ctx, "two", fails(errors.New("2")))
				return errors.Join(nil, one, two)
			},
			map[string]string{"one": "within ", "two": "within "},
		},
		{
			"the first of two", "a later failure does not make the first one new",
			func(ctx context.Context) error {
				one := within(ctx, "one", fails(errors.New("1")))
				_ = within(ctx, "two", fails(errors.New("2")))
				return one
			},
			map[string]string{"one": "within ", "two": "within "},
		},
		{
			"unrelated", "a new error gets a stack of its own, though the old one caused it",
			func(ctx context.Context) error {
				_ = within(ctx, "child", fails(sentinel))
				return errors.New("gave up")
			},
			map[string]string{"child": "within ", "root": "within "},
		},
		{
			"siblings", "the same value in siblings is one failure",
			func(ctx context.Context) error {
				_ = within(ctx, "one", fails(sentinel))
				return within(ctx, "two", fails(sentinel))
			},
			map[string]string{"one": "within "},
		},
		{
			"uncomparable", "type and message tell such errors apart",
			func(ctx context.Context) error {
				err := within(ctx, "one", fails(uncomparable{"a"}))
				_ = within(ctx, "two", fails(uncomparable{"b"}))
				return fmt.Errorf("wrapped: %w", err)
			},
			map[string]string{"one": "within ", "two": "within "},
		},
		{
			"many", "what a request remembers is bounded, and the latest stay known",
			func(ctx context.Context) (err error) {
				for name := range strings.SplitSeq("abcdefghijkl", "") {
					err = within(ctx, name, fails(errors.New(name)))
				}
				return err
			},
			map[string]string{
				"a": "within ", "b": "within ", "c": "within ", "d": "within ", "e": "within ", "f": "within ",
				"g": "within ", "h": "within ", "i": "within ", "j": "within ", "k": "within ", "l": "within ",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t)
			_ = within(ctx, "root", tt.run)
			diff(t, stacks(r), tt.want, tt.reason)
		})
	}
}

// Whoever ends first records the stack; whoever only kept one gives it up.
func TestStackOfAFailureKnownEarly(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, root := telemetry.Start(ctx, "root")
	_, child := telemetry.Start(ctx, "child")
	err := errors.New("x")
	_ = root.Fail(err)
	child.End(&err)
	root.End(&err)
	diff(t, stacks(r), map[string]string{"child": "TestStackOfAFailureKnownEarly "}, "one stack")
}

func TestStackIsTakenOnceAmongGoroutines(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, root := telemetry.Start(ctx, "root")
	err := errors.New("x")
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, s := telemetry.Start(ctx, "sibling")
			s.End(&err)
		})
	}
	wg.Wait()
	root.End(&err)
	n := 0
	for _, s := range r.spans() {
		n += len(s.Events)
	}
	diff(t, n, 1, "exception events of one error")
}

func TestStackIsShort(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	var deep func(n int) error
	deep = func(n int) error {
		if n > 0 {
			return deep(n - 1)
		}
		_, s := telemetry.Start(ctx, "work")
		defer s.End(nil)
		return s.Fail(errors.New("deep"))
	}
	_ = deep(100)
	stack, _ := values(r.Ended()[0].Events()[0].Attributes)["exception.stacktrace"].(string)
	if n := strings.Count(stack, "\n\t"); n != 32 {
		t.Errorf("%d frames, want 32", n)
	}
	if strings.Contains(stack, "lift-sys/telemetry.") || strings.Contains(stack, "internal/core.") {
		t.Errorf("the library's own frames are in the way:\n%s", stack)
	}
}

func TestFail(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	_, s := telemetry.Start(ctx, "work")
	first := &custom{"first"}
	if got := s.Fail(first); got != error(first) { //nolint:errorlint // the very same value
		t.Errorf("Fail returned %v, want its argument", got)
	}
	if got := s.Fail(nil); got != nil {
		t.Errorf("Fail(nil) returned %v", got)
	}
	_ = s.Fail(errors.New("second"))
	s.End(new(errors.New("third")))
	if got := s.Fail(errors.New("fourth")); got == nil {
		t.Error("Fail returns its argument after End too")
	}
	diff(t, r.spans(), []span{{
		Name: "work", Status: "Error: first",
		Attrs: a{
			"error.type": "*telemetry_test.custom", "error.message": "first",
			"exception.type": "*telemetry_test.custom", "exception.message": "first",
		},
		Events: []event{{"exception", a{
			"exception.type": "*telemetry_test.custom", "exception.message": "first", "exception.stacktrace": "…",
		}}},
	}}, "the first failure counts")
}
