package telemetryllm_test

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// gate is a body whose reads wait until it is opened, and fail then.
type gate struct {
	open    chan struct{}
	once    sync.Once
	onClose bool // closing opens it, as that of a connection does

	mu       sync.Mutex
	readers  int
	together bool // two reads at a time
}

func (g *gate) Read([]byte) (int, error) {
	g.mu.Lock()
	g.readers++
	g.together = g.together || g.readers > 1
	g.mu.Unlock()
	<-g.open
	g.mu.Lock()
	defer g.mu.Unlock()
	g.readers--
	return 0, errGate
}

func (g *gate) Close() error {
	if g.onClose {
		g.once.Do(func() { close(g.open) })
	}
	return errGate
}

var errGate = errors.New("gate")

func newGate(onClose bool) *gate { return &gate{open: make(chan struct{}), onClose: onClose} }

// through sends a request of which the answer has the body g.
func (g *gate) through(t *testing.T, status int) (*http.Response, *telemetrytest.Recorder) {
	ctx, rec := telemetrytest.Context(t)
	res, err := telemetryllm.NewTransport(replies(func(r *http.Request) (*http.Response, error) {
		res := answer(r, status, "application/json", "")
		res.Body = g
		return res, nil
	})).RoundTrip(numbered(ctx, t, chatRequest, "0"))
	if err != nil {
		t.Fatal(err)
	}
	return res, rec
}

// Close looks at what an error's answer says, but for a moment only.
func TestCloseWaits(t *testing.T) {
	tests := []struct {
		name, reason string
		status       int
		onClose      bool
		want         time.Duration
	}{
		{"an error", "what it says would be good to know", 500, false, 100 * time.Millisecond},
		{"an error of a connection", "the same", 500, true, 100 * time.Millisecond},
		{"a success", "who has had enough is not kept", 200, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGate(tt.onClose)
				res, rec := g.through(t, tt.status)
				began := time.Now()
				if err := res.Body.Close(); !errors.Is(err, errGate) {
					t.Errorf("Close returns %v", err)
				}
				if d := time.Since(began); d != tt.want {
					t.Errorf("Close takes %v, want %v: %s", d, tt.want, tt.reason)
				}
				if !tt.onClose {
					close(g.open)
				}
				synctest.Wait()
				_ = rec.Telemetry().Flush(t.Context())
				rec.Span(attr.SpanLLMCall)
			})
		})
	}
}

// Close does not read what another goroutine is reading.
func TestCloseWhileRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(true)
		res, rec := g.through(t, 500)
		var read error
		var wg sync.WaitGroup
		wg.Go(func() { _, read = io.ReadAll(res.Body) })
		synctest.Wait() // the reader is in
		began := time.Now()
		if err := res.Body.Close(); !errors.Is(err, errGate) {
			t.Errorf("Close returns %v", err)
		}
		if d := time.Since(began); d != 0 {
			t.Errorf("Close takes %v", d)
		}
		wg.Wait()
		if g.together {
			t.Error("the body below is read twice at a time")
		}
		if !errors.Is(read, errGate) {
			t.Errorf("the reader gets %v", read)
		}
		_ = rec.Telemetry().Flush(t.Context())
	})
}

// step is what one Read returns.
type step struct {
	Text string
	Err  error
}

// script is a body that returns its steps, one a Read.
type script struct {
	steps  []step
	closed int
}

func (s *script) Read(p []byte) (int, error) {
	if len(s.steps) == 0 {
		return 0, io.EOF
	}
	next := s.steps[0]
	s.steps = s.steps[1:]
	return copy(p, next.Text), next.Err
}

func (s *script) Close() error {
	s.closed++
	return nil
}

// A caller's Read is one Read below, with the same bytes and the same error at
// the same time, also after the end.
func TestReads(t *testing.T) {
	half := len(chatStream) / 2
	tests := []struct {
		name, reason string
		steps        []step
	}{
		{"pieces", "as they come", []step{{chatStream[:half], nil}, {chatStream[half:], nil}, {"", io.EOF}}},
		{"nothing for once", "a Read may return nothing", []step{{"", nil}, {chatStream, nil}, {"", nil}, {"", io.EOF}}},
		{"bytes with the end", "a Read may return both", []step{{chatStream[:half], nil}, {chatStream[half:], io.EOF}, {"", io.EOF}}},
		{"bytes with an error", "a Read may return both", []step{{chatStream[:half], io.ErrUnexpectedEOF}, {"", io.ErrUnexpectedEOF}}},
		{"more after the end", "what follows the last event", []step{{chatStream, nil}, {": bye\n\n", nil}, {"", io.EOF}}},
		{"more after an error", "whatever it is", []step{{"", errGate}, {chatStream, nil}, {"", io.EOF}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			below := &script{steps: tt.steps}
			res, err := post(ctx, t, replies(func(r *http.Request) (*http.Response, error) {
				res := answer(r, 200, "text/event-stream", "")
				res.Body = below
				return res, nil
			}), chatURL, chatRequest)
			if err != nil {
				t.Fatal(err)
			}
			var got []step
			for range tt.steps {
				p := make([]byte, len(chatStream))
				n, err := res.Body.Read(p)
				got = append(got, step{string(p[:n]), err})
			}
			if d := cmp.Diff(tt.steps, got, cmp.Comparer(errors.Is)); d != "" {
				t.Errorf("%s: -want +got:\n%s", tt.reason, d)
			}
			for range 2 {
				if err := res.Body.Close(); err != nil {
					t.Error(err)
				}
			}
			if below.closed != 2 {
				t.Errorf("closed %d times below, want 2", below.closed)
			}
			_ = rec.Telemetry().Flush(ctx)
			rec.Span(attr.SpanLLMCall)
		})
	}
}
