package llm_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A replay is a server that answers every request with one exchange's answer,
// and keeps what it has been sent, byte for byte.
type replay struct {
	*httptest.Server
	mu  sync.Mutex
	got bytes.Buffer
}

// newReplay returns a server that lives as long as the test.
func newReplay(t testing.TB, a *answer) *replay {
	r := &replay{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		a.serve(w)
	}))
	r.Listener = &tappedListener{r.Listener, r}
	r.Start()
	t.Cleanup(r.Close)
	return r
}

// sent returns what has come in since the last call.
func (r *replay) sent() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.got.Reset()
	return r.got.String()
}

type tappedListener struct {
	net.Listener
	to *replay
}

// Accept implements net.Listener.
func (l *tappedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tappedConn{c, l.to}, nil
}

type tappedConn struct {
	net.Conn
	to *replay
}

// Read implements net.Conn.
func (c *tappedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.to.mu.Lock()
	defer c.to.mu.Unlock()
	c.to.got.Write(p[:max(n, 0)])
	return n, err
}

// transport returns a transport for which every host is the server, without
// TLS. Hosts and paths stay as they are.
func (r *replay) transport(t testing.TB) http.RoundTripper {
	base := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, r.Listener.Addr().String())
		},
	}
	t.Cleanup(base.CloseIdleConnections)
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		own := req.Clone(req.Context())
		own.URL.Scheme = "http"
		return base.RoundTrip(own)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// An answer is what a server sends.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// serve writes the answer in pieces, as a stream comes.
func (a *answer) serve(w http.ResponseWriter) {
	h := w.Header()
	maps.Copy(h, a.header)
	h["Date"] = nil // differs from one second to the next
	w.WriteHeader(a.status)
	rc := http.NewResponseController(w)
	for rest := a.body; len(rest) > 0; {
		n := min(len(rest), 1500)
		if i := bytes.Index(rest[:n], []byte("\n\n")); i > 0 {
			n = i + 2
		}
		_, _ = w.Write(rest[:n])
		_ = rc.Flush()
		rest = rest[n:]
	}
}

// response returns the answer as a transport hands it out, with a body that
// comes in pieces of the given sizes, again and again.
func (a *answer) response(r *http.Request, sizes ...int) *http.Response {
	res := &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header.Clone(), Trailer: http.Header{}, ContentLength: -1, Request: r,
	}
	res.Body = &pieces{rest: a.body, sizes: sizes, res: res}
	return res
}

// pieces is a body that comes in pieces.
type pieces struct {
	rest   []byte
	sizes  []int
	next   int
	res    *http.Response
	closed bool
}

// Read implements io.Reader.
func (p *pieces) Read(b []byte) (int, error) {
	if p.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	if len(p.rest) == 0 {
		p.res.Trailer.Set("X-Trailer", "set at the end")
		return 0, io.EOF
	}
	n := len(p.rest)
	if len(p.sizes) > 0 {
		n = min(n, p.sizes[p.next%len(p.sizes)])
		p.next++
	}
	n = copy(b, p.rest[:n])
	p.rest = p.rest[n:]
	return n, nil
}

// Close implements io.Closer.
func (p *pieces) Close() error {
	p.closed = true
	return nil
}

// withoutTrace removes the headers that the transport may add for near hosts.
func withoutTrace(sent string) string {
	var b strings.Builder
	for line := range strings.Lines(sent) {
		if !strings.HasPrefix(line, "Traceparent: ") && !strings.HasPrefix(line, "Tracestate: ") {
			b.WriteString(line)
		}
	}
	return b.String()
}
