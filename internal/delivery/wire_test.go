package delivery_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// The tests of this file go over real connections. Their waits are short, but
// none of them passes or fails by the clock.

// fast makes attempts follow one another quickly.
func fast(url string) delivery.Config {
	return delivery.Config{
		Traces: &delivery.Target{URL: url, Gzip: true, Headers: map[string]string{"x-honeycomb-team": "hcaik_secret"}},
		Retry:  delivery.Retry{Initial: time.Millisecond, Max: time.Millisecond},
	}
}

// deliver sends one span with c and returns the books after Shutdown.
func deliver(t *testing.T, c delivery.Config) (delivery.Stats, error) {
	t.Helper()
	p := delivery.New(c)
	p.Append(0, span("a", 100), 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := p.Flush(ctx)
	_ = p.Shutdown(ctx)
	return balanced(t, p), err
}

// accept is an http.Handler that fails a request which does not decode.
func accept(t *testing.T, seen *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, err := decode(r)
		if err != nil || len(a.names) != 1 || a.names[0] != "a" {
			t.Errorf("request %+v, %v; want the span a", a, err)
		}
		seen.Add(1)
		w.WriteHeader(http.StatusOK)
	}
}

func TestBrokenConnections(t *testing.T) {
	tests := []struct {
		name, reason string
		breakIt      func(t *testing.T, w http.ResponseWriter, r *http.Request)
		wantFirst    bool // whether the first answer counts as success
	}{
		{"reset", "RST instead of an answer", func(t *testing.T, w http.ResponseWriter, r *http.Request) {
			conn, _ := hijack(t, w)
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}, false},
		{"closed", "FIN instead of an answer", func(t *testing.T, w http.ResponseWriter, r *http.Request) {
			conn, _ := hijack(t, w)
			_ = conn.Close()
		}, false},
		{"garbage", "not HTTP", func(t *testing.T, w http.ResponseWriter, r *http.Request) {
			conn, buf := hijack(t, w)
			_, _ = buf.WriteString("SSH-2.0-OpenSSH_9.6\r\n\r\n")
			_ = buf.Flush()
			_ = conn.Close()
		}, false},
		{"header cut short", "no status that counts", func(t *testing.T, w http.ResponseWriter, r *http.Request) {
			conn, buf := hijack(t, w)
			_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Le")
			_ = buf.Flush()
			_ = conn.Close()
		}, false},
		{"body cut short", "the status says that it arrived", func(t *testing.T, w http.ResponseWriter, r *http.Request) {
			conn, buf := hijack(t, w)
			_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
			_ = buf.Flush()
			_ = conn.Close()
		}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var seen, requests atomic.Int64
			h := accept(t, &seen)
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if requests.Add(1) == 1 {
					_, _ = io.Copy(io.Discard, r.Body)
					tt.breakIt(t, w, r)
					return
				}
				h(w, r)
			}))
			defer srv.Close()
			s, err := deliver(t, fast(srv.URL))
			if err != nil {
				t.Errorf("%s: %v", tt.reason, err)
			}
			if want := (delivery.Tally{Appended: 1, Exported: 1}); s.Spans != want {
				t.Errorf("%s: spans %+v, want %+v", tt.reason, s.Spans, want)
			}
			if again := seen.Load() > 0; again == tt.wantFirst {
				t.Errorf("%s: sent again: %v", tt.reason, again)
			}
		})
	}
}

func hijack(t *testing.T, w http.ResponseWriter) (net.Conn, *bufio.ReadWriter) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
	}
	return conn, buf
}

func TestRefusedConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	p := delivery.New(fast("http://me:pw@" + addr + "/v1/traces?key=hidden"))
	p.Append(0, span("a", 0), 1)
	for p.Stats().Requests == 0 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		err := p.Flush(ctx)
		cancel()
		if err == nil || !strings.Contains(err.Error(), "1 span not delivered (queued)") {
			t.Errorf("Flush: %v", err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Shutdown(ctx); err == nil {
		t.Error("Shutdown: no error")
	}
	s := balanced(t, p)
	if want := (delivery.Tally{Appended: 1, Dropped: delivery.Dropped{Shutdown: 1}}); s.Spans != want {
		t.Errorf("spans %+v, want %+v", s.Spans, want)
	}
	if !strings.HasPrefix(s.LastError, "POST http://"+addr+"/v1/traces: ") || strings.Contains(s.LastError, "pw") || strings.Contains(s.LastError, "hidden") {
		t.Errorf("LastError = %q, want the address without secrets", s.LastError)
	}
}

func TestHangingBackend(t *testing.T) {
	var seen, requests atomic.Int64
	h := accept(t, &seen)
	end := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == 1 {
			<-end
			return
		}
		h(w, r)
	}))
	defer srv.Close()
	defer close(end)
	c := fast(srv.URL)
	c.Traces.Timeout = 50 * time.Millisecond
	s, err := deliver(t, c)
	if err != nil {
		t.Error(err)
	}
	if want := "POST " + srv.URL + ": no answer within 50ms"; s.LastError != want {
		t.Errorf("LastError = %q, want %q", s.LastError, want)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		t.Run(http.StatusText(code), func(t *testing.T) {
			var reached atomic.Int64
			other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
			defer other.Close()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, other.URL+"/x?token=hidden", code)
			}))
			defer srv.Close()
			p := delivery.New(fast(srv.URL + "/v1/traces"))
			p.Append(0, span("a", 0), 1)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := p.Flush(ctx); err == nil {
				t.Error("Flush: no error")
			}
			s := p.Stats()
			cancel() // for Shutdown not to wait
			_ = p.Shutdown(ctx)
			if reached.Load() != 0 {
				t.Error("the redirect was followed, and the key with it")
			}
			if want := (delivery.Tally{Appended: 1, Queued: 1}); s.Spans != want {
				t.Errorf("spans %+v, want %+v", s.Spans, want)
			}
			if want := "redirect to " + other.URL + "/x not followed; set the URL to the final address"; !strings.HasSuffix(s.LastError, want) {
				t.Errorf("LastError = %q, want it to end with %q", s.LastError, want)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		var seen atomic.Int64
		srv := httptest.NewUnstartedServer(accept(t, &seen))
		srv.EnableHTTP2 = h2
		srv.StartTLS()
		t.Cleanup(srv.Close)
		roots := x509.NewCertPool()
		roots.AddCert(srv.Certificate())
		c := fast(srv.URL)
		c.Traces.TLS = &tls.Config{RootCAs: roots}
		c.Metrics = &delivery.Target{URL: srv.URL + "/v1/metrics", TLS: c.Traces.TLS}
		if _, err := deliver(t, c); err != nil {
			t.Errorf("HTTP/2 %v: %v", h2, err)
		}
		if seen.Load() != 1 {
			t.Errorf("HTTP/2 %v: %d requests, want 1", h2, seen.Load())
		}
	}
}

func TestOneConnectionIsKept(t *testing.T) {
	var seen, opened atomic.Int64
	srv := httptest.NewUnstartedServer(accept(t, &seen))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	p := delivery.New(fast(srv.URL))
	for range 20 {
		p.Append(0, span("a", 0), 1)
		if err := p.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if seen.Load() != 20 || opened.Load() != 1 {
		t.Errorf("%d requests over %d connections, want 20 over 1", seen.Load(), opened.Load())
	}
}

func TestMalformedURL(t *testing.T) {
	s, err := deliver(t, fast("https://me:pw@host:port/v1/traces"))
	if err == nil {
		t.Error("Flush: no error")
	}
	if want := (delivery.Tally{Appended: 1, Rejected: 1}); s.Spans != want {
		t.Errorf("spans %+v, want %+v", s.Spans, want)
	}
	if strings.Contains(s.LastError, "pw") || !strings.Contains(s.LastError, "malformed URL") {
		t.Errorf("LastError = %q", s.LastError)
	}
}

// A server may answer 413 before it has read the request, and close.
func TestEarlyRefusal(t *testing.T) {
	var seen atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 50_000)
		a, err := decode(r)
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		seen.Add(int64(len(a.names)))
	}))
	defer srv.Close()
	c := fast(srv.URL)
	c.Traces.Gzip = false
	p := delivery.New(c)
	for range 300 {
		p.Append(0, span("a", 1000), 1)
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	want := delivery.Tally{Appended: 300, Exported: 300}
	if s := balanced(t, p); s.Spans != want || seen.Load() != 300 {
		t.Errorf("spans %+v, %d arrived; want %+v", s.Spans, seen.Load(), want)
	}
}
