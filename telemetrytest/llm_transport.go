package telemetrytest

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// Transport returns a transport whose network is the provider: each request
// gets its answer, whatever the host. It has no goroutines and no connections,
// so that nothing is left over where a body is not closed; what a body sends
// comes at its time, as if read from a socket with an endless buffer. A context
// that is done ends RoundTrip and Read with its cause.
//
// It works in a testing/synctest bubble; the contexts of requests must then be
// from the bubble, such as [testing.T.Context] of its test.
func (l *LLM) Transport() http.RoundTripper { return transport{l} }

type transport struct{ llm *LLM }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	request, err := readRequest(r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	answer := t.llm.reply(request)
	due := time.Now().Add(answer.delay)
	if err := sleep(ctx, due, nil); err != nil {
		return nil, err
	}
	if answer.drop {
		return nil, io.EOF // what net/http says
	}
	res := &http.Response{
		Status: statusLine(answer.status), StatusCode: answer.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: answer.header.Clone(), ContentLength: int64(answer.length), Request: r,
		Body: &body{ctx: ctx, due: due, events: answer.events, cut: answer.cut, closed: make(chan struct{})},
	}
	if answer.length < 0 {
		res.TransferEncoding = []string{"chunked"}
	}
	return res, nil
}

// body delivers events at their times.
type body struct {
	ctx    context.Context
	due    time.Time // when the event before was sent
	rest   []byte    // of that event
	events []event   // that follow
	cut    bool
	close  sync.Once
	closed chan struct{}
}

// Read implements io.Reader. It returns at most one event.
func (b *body) Read(p []byte) (int, error) {
	if err := sleep(b.ctx, time.Time{}, b.closed); err != nil {
		return 0, err
	}
	if len(p) == 0 {
		return 0, nil
	}
	for len(b.rest) == 0 {
		if len(b.events) == 0 {
			if b.cut {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, io.EOF
		}
		due := b.due.Add(b.events[0].wait)
		if err := sleep(b.ctx, due, b.closed); err != nil {
			return 0, err
		}
		b.due, b.rest, b.events = due, b.events[0].data, b.events[1:]
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// Close implements io.Closer. A Read that waits returns.
func (b *body) Close() error {
	b.close.Do(func() { close(b.closed) })
	return nil
}

// sleep waits until due. It returns an error where ctx or closed end that, also
// where due is past.
func sleep(ctx context.Context, due time.Time, closed <-chan struct{}) error {
	select {
	case <-closed:
		return http.ErrBodyReadAfterClose
	case <-ctx.Done():
		return context.Cause(ctx)
	default:
	}
	left := time.Until(due)
	if left <= 0 {
		return nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-closed:
		return http.ErrBodyReadAfterClose
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
