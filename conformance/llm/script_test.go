package llm_test

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A script is a transport without a network that answers as it is told. It
// works in a bubble, where time costs nothing.
type script struct {
	// next says what becomes of the n-th request, from 0.
	next func(n int, r *http.Request) step

	mu   sync.Mutex
	sent []http.Header
}

// A step is what becomes of a request.
type step struct {
	err    error // instead of an answer
	answer *answer
	wait   time.Duration // before the answer
	pace   time.Duration // before each piece of the body
	size   int           // of the pieces; 0: all at once
}

// steps returns a script of steps in order, of which the last one repeats.
func steps(all ...step) *script {
	return &script{next: func(n int, _ *http.Request) step { return all[min(n, len(all)-1)] }}
}

// headers returns those of the requests so far.
func (s *script) headers() []http.Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// RoundTrip implements http.RoundTripper.
func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	s.mu.Lock()
	n := len(s.sent)
	s.sent = append(s.sent, r.Header.Clone())
	s.mu.Unlock()
	next := s.next(n, r)
	if err := pause(r.Context(), next.wait); err != nil {
		return nil, err
	}
	if next.err != nil {
		return nil, next.err
	}
	var sizes []int
	if next.size > 0 {
		sizes = []int{next.size}
	}
	res := next.answer.response(r, sizes...)
	res.Body = &paced{res.Body, r.Context(), next.pace}
	return res, nil
}

// pause waits, unless ctx is done before.
func pause(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// paced is a body that takes its time, and fails as that of net/http does when
// its request is cancelled.
type paced struct {
	io.ReadCloser
	ctx  context.Context //nolint:containedctx // that of the request
	pace time.Duration
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (int, error) {
	if err := pause(p.ctx, p.pace); err != nil {
		return 0, err
	}
	return p.ReadCloser.Read(b)
}

// expire lets calls end that wait for another attempt. It is for bubbles.
func expire() {
	time.Sleep(5 * time.Minute)
	synctest.Wait()
}

// good returns the answer of a fixture.
func good(t testing.TB, id string) step {
	t.Helper()
	return step{answer: fixture(t, id).answerOf(t, way{}), wait: 300 * time.Millisecond}
}

// failing returns an answer of an error, worded as both OpenAI and Anthropic
// word it.
func failing(status int, kind string, header ...string) step {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	body := `{"type":"error","error":{"type":` + strconv.Quote(kind) + `,"message":"not now"}}`
	return step{answer: &answer{status, h, []byte(body)}, wait: 100 * time.Millisecond}
}
