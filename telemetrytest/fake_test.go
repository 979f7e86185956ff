package telemetrytest_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// fakeT stands for the *testing.T of a test that may fail. What it is not
// asked for panics.
type fakeT struct {
	testing.TB

	ctx      context.Context
	cleanups []func()
	output   []string // of Errorf and Fatalf
	fatal    bool
}

// newFakeT is for examples; tests use judge.
func newFakeT() *fakeT { return &fakeT{ctx: context.Background()} }

func (t *fakeT) Helper()                  {}
func (t *fakeT) Context() context.Context { return t.ctx }
func (t *fakeT) Cleanup(f func())         { t.cleanups = append(t.cleanups, f) }

func (t *fakeT) Errorf(format string, args ...any) {
	t.output = append(t.output, fmt.Sprintf(format, args...))
}

func (t *fakeT) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	t.fatal = true
	runtime.Goexit()
}

// end does what the testing package does after a test.
func (t *fakeT) end() {
	for _, f := range slices.Backward(t.cleanups) {
		f()
	}
	t.cleanups = nil
}

// judge runs a test to its end, and returns what it failed with.
func judge(t *testing.T, test func(t *fakeT)) *fakeT {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	f := &fakeT{ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	cancel() // as the testing package does before cleanups
	f.end()
	return f
}

func (t *fakeT) text() string { return strings.Join(t.output, "\n") }
