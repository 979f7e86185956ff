// Package chaostest is an OTLP receiver for tests that fails on a real
// connection in every way a backend can, and accounts for what it took.
package chaostest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fault is a way to answer.
type Fault int

// The ways to answer.
const (
	OK             Fault = iota // 200
	Refused                     // nobody listens
	Unavailable                 // 503
	Hang                        // no answer until the next fault is set
	Reset                       // the connection is reset after the request
	RetrySeconds                // 429 with Retry-After: 1
	RetryDate                   // 429 with a Retry-After date a second away
	Redirect                    // 307 to another host
	Truncated                   // an answer shorter than it says
	Unauthorized                // 401
	TooLarge                    // 413
	PartialSuccess              // 200 that rejects one span of each request
	faults
)

var names = [faults]string{
	"ok", "refused", "unavailable", "hang", "reset", "retry seconds", "retry date", "redirect", "truncated",
	"unauthorized", "too large", "partial success",
}

// String returns the fault's name.
func (f Fault) String() string { return names[f] }

// Faults lists all faults, OK first.
func Faults() []Fault {
	all := make([]Fault, 0, faults)
	for f := range faults {
		all = append(all, f)
	}
	return all
}

// Backend is the receiver. Its methods are safe for concurrent use.
type Backend struct {
	address string

	mu       sync.Mutex
	fault    Fault
	changed  chan struct{} // closed by Set
	server   *http.Server  // nil while refused
	broken   error
	received map[string]int
	accepted uint64
	rejected uint64
}

// New starts a receiver on a free port of this machine.
func New() (*Backend, error) {
	b := &Backend{received: map[string]int{}, changed: make(chan struct{})}
	l, err := listen("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b.address = l.Addr().String()
	b.serve(l)
	return b, nil
}

// URL is where traces are posted to.
func (b *Backend) URL() string { return "http://" + b.address + "/v1/traces" }

// Set makes f the answer to what comes from now on, and ends what hangs.
func (b *Backend) Set(f Fault) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.changed)
	b.changed, b.fault = make(chan struct{}), f
	switch {
	case f == Refused && b.server != nil:
		err := b.server.Close()
		b.server = nil
		return err
	case f != Refused && b.server == nil:
		l, err := listen(b.address)
		if err != nil {
			return err
		}
		b.serve(l)
	}
	return nil
}

// Close ends the receiver.
func (b *Backend) Close() error { return b.Set(Refused) }

func listen(address string) (net.Listener, error) {
	return new(net.ListenConfig).Listen(context.Background(), "tcp", address)
}

func (b *Backend) serve(l net.Listener) {
	b.server = &http.Server{Handler: b, ReadHeaderTimeout: time.Minute}
	go func(s *http.Server) { _ = s.Serve(l) }(b.server)
}

// Received returns how often each span, by its name, was accepted.
func (b *Backend) Received() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.received)
}

// Counts returns how many spans were accepted and how many were rejected by a
// partial success. The error is the first request that was malformed.
func (b *Backend) Counts() (accepted, rejected uint64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.accepted, b.rejected, b.broken
}

// ServeHTTP implements http.Handler.
func (b *Backend) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the client is gone
	}
	b.mu.Lock()
	fault, changed := b.fault, b.changed
	b.mu.Unlock()
	switch fault {
	case Refused, Reset:
		reset(w)
	case Hang:
		select {
		case <-changed:
		case <-req.Context().Done():
		}
		reset(w)
	case Unavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
	case RetrySeconds:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case RetryDate:
		w.Header().Set("Retry-After", time.Now().Add(time.Second).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusTooManyRequests)
	case Redirect:
		w.Header().Set("Location", "http://elsewhere.invalid/v1/traces")
		w.WriteHeader(http.StatusTemporaryRedirect)
	case Truncated:
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("half")) // the server ends the connection
	case Unauthorized:
		w.WriteHeader(http.StatusUnauthorized)
	case TooLarge:
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	default:
		b.take(w, body, fault == PartialSuccess)
	}
}

// take accepts a request, all but its last span where partial.
func (b *Backend) take(w http.ResponseWriter, body []byte, partial bool) {
	spans, err := decode(body)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.broken = errors.Join(b.broken, err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var answer []byte // an ExportTraceServiceResponse
	if partial && len(spans) > 0 {
		spans = spans[:len(spans)-1]
		b.rejected++
		rejected := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 1)
		answer = protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), rejected)
	}
	for _, name := range spans {
		b.received[name]++
	}
	b.accepted += uint64(len(spans))
	_, _ = w.Write(answer)
}

// decode returns the names of the spans in a request, compressed or not.
func decode(body []byte) (spans []string, err error) {
	if strings.HasPrefix(string(body), "\x1f\x8b") {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("chaostest: %w", err)
		}
		if body, err = io.ReadAll(z); err != nil {
			return nil, fmt.Errorf("chaostest: %w", err)
		}
	}
	// ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans,
	// ScopeSpans.spans, Span.name.
	return fields(nil, body, 1, 2, 2, 5)
}

// fields appends what stands at path in message.
func fields(out []string, message []byte, path ...protowire.Number) ([]string, error) {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeField(message)
		if n < 0 {
			return nil, fmt.Errorf("chaostest: %w", protowire.ParseError(n))
		}
		field := message[:n]
		message = message[n:]
		if number != path[0] || kind != protowire.BytesType {
			continue
		}
		_, _, tag := protowire.ConsumeTag(field)
		value, _ := protowire.ConsumeBytes(field[tag:])
		if len(path) == 1 {
			out = append(out, string(value))
			continue
		}
		var err error
		if out, err = fields(out, value, path[1:]...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// reset ends the connection without an answer.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
