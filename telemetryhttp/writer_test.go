package telemetryhttp_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

// serve starts a real server; its end waits for what it serves.
func (f *fixture) serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(telemetryhttp.NewHandler(h, telemetryhttp.WithTelemetry(f.Telemetry)))
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

// A handler can do with its http.ResponseWriter what it can without us.
func TestResponseWriterKeepsFeatures(t *testing.T) {
	f := newFixture(t)
	features := func(w http.ResponseWriter) map[string]bool {
		m := make(map[string]bool)
		_, m["Flusher"] = w.(http.Flusher)
		_, m["Hijacker"] = w.(http.Hijacker)
		_, m["ReaderFrom"] = w.(io.ReaderFrom)
		_, m["StringWriter"] = w.(io.StringWriter)
		_, m["Pusher"] = w.(http.Pusher)
		rc := http.NewResponseController(w)
		m["SetReadDeadline"] = rc.SetReadDeadline(time.Time{}) == nil
		m["SetWriteDeadline"] = rc.SetWriteDeadline(time.Time{}) == nil
		m["EnableFullDuplex"] = rc.EnableFullDuplex() == nil
		m["Flush"] = rc.Flush() == nil
		return m
	}
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", h2), func(t *testing.T) {
			found := make(chan map[string]bool, 2)
			for _, ours := range []bool{true, false} {
				var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					found <- features(w)
				})
				if ours {
					h = telemetryhttp.NewHandler(h, telemetryhttp.WithTelemetry(f.Telemetry))
				}
				srv := httptest.NewUnstartedServer(h)
				srv.EnableHTTP2 = h2
				srv.StartTLS()
				res, err := srv.Client().Get(srv.URL)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				srv.Close()
			}
			with, without := <-found, <-found
			diff(t, "features", with, without)
			if !with["Flush"] || with["Hijacker"] == h2 {
				t.Errorf("features %v: the test looks at nothing", with)
			}
		})
	}
}

// Each event of a stream arrives while the handler still runs.
func TestStreaming(t *testing.T) {
	f := newFixture(t)
	next := make(chan bool)
	srv := f.serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		rc := http.NewResponseController(w)
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			if err := rc.Flush(); err != nil {
				t.Error(err)
			}
			<-next
		}
	})
	res, err := srv.Client().Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	for i := range 3 {
		line, err := lines.ReadString('\n')
		if err != nil || line != fmt.Sprintf("data: %d\n", i) {
			t.Fatalf("event %d: %q, %v", i, line, err)
		}
		if line, err := lines.ReadString('\n'); line != "\n" {
			t.Fatalf("after event %d: %q, %v", i, line, err)
		}
		next <- true
	}
	srv.Close()
	if got := view(f.ended(t)).Attrs["http.response.body.size"]; got != int64(27) {
		t.Errorf("http.response.body.size %v, want 27", got)
	}
}

func TestTrailersAndEarlyHints(t *testing.T) {
	f := newFixture(t)
	srv := f.serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</a.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Trailer", "Checksum")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, "body")
		w.Header().Set("Checksum", "c-1")
	})
	var hints []int
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, _ textproto.MIMEHeader) error { hints = append(hints, code); return nil },
	})
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL, http.NoBody)
	res, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(res.Body); string(body) != "body" {
		t.Errorf("body %q, %v", body, err)
	}
	res.Body.Close()
	srv.Close()
	diff(t, "early hints", hints, []int{http.StatusEarlyHints})
	if got := res.Trailer.Get("Checksum"); got != "c-1" {
		t.Errorf("trailer %q, want c-1", got)
	}
	if got := view(f.ended(t)).Attrs["http.response.status_code"]; got != int64(http.StatusCreated) {
		t.Errorf("status %v, want the final one", got)
	}
}

// io.Copy uses ReadFrom, which no Write announces.
func TestReadFrom(t *testing.T) {
	f := newFixture(t)
	h := func(w http.ResponseWriter, _ *http.Request) {
		if _, err := io.Copy(w, strings.NewReader("body")); err != nil {
			t.Error(err)
		}
		panic(http.ErrAbortHandler)
	}
	srv := f.serve(t, h)
	res, err := srv.Client().Get(srv.URL)
	if err == nil {
		res.Body.Close()
	}
	srv.Close()
	if got := view(f.ended(t)).Attrs["http.response.status_code"]; got != int64(200) {
		t.Errorf("status %v, want 200: a body was sent", got)
	}
}

func TestHijack(t *testing.T) {
	f := newFixture(t)
	ours := telemetryhttp.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
		line, _ := rw.ReadString('\n')
		rw.WriteString("echo " + line)
		if err := rw.Flush(); err != nil {
			t.Error(err)
		}
		panic("after all")
	}), telemetryhttp.WithTelemetry(f.Telemetry))
	done := make(chan bool)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		defer func() { _ = recover() }()
		ours.ServeHTTP(w, r)
	}))
	defer srv.Close()
	c, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhello\n")
	all, err := io.ReadAll(c)
	if err != nil || !strings.HasSuffix(string(all), "\r\n\r\necho hello\n") {
		t.Errorf("%q, %v", all, err)
	}
	<-done
	s := view(f.ended(t))
	if _, has := s.Attrs["http.response.status_code"]; has || s.Attrs["error.type"] != "panic" {
		t.Errorf("%v: want a panic, and no status that was never sent", s.Attrs)
	}
}
