package telemetryhttp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// roundTripper stands for a network.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer is a network where everyone answers with status.
func answer(status int) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Proto: "HTTP/1.1", Header: http.Header{},
			Body: io.NopCloser(strings.NewReader("body")), Request: r,
		}, nil
	}
}

// send sends a GET and reads the answer.
func send(ctx context.Context, t testing.TB, rt http.RoundTripper, url string, h http.Header) error {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if h != nil {
		r.Header = h
	}
	res, err := rt.RoundTrip(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

func TestTransportSpan(t *testing.T) {
	f := newFixture(t)
	rt := telemetryhttp.NewTransport(answer(200))
	if err := send(f.context(t), t, rt, "http://user:secret@localhost:9/a/7?q=1", nil); err != nil {
		t.Fatal(err)
	}
	diff(t, "span", view(f.ended(t)), span{
		Name: "GET", Kind: "client",
		Attrs: map[string]any{
			"http.request.method":       "GET",
			"http.response.status_code": int64(200),
			"network.protocol.version":  "1.1",
			"server.address":            "localhost",
			"server.port":               int64(9),
			"url.full":                  "http://localhost:9/a/7?q=1",
		},
	})
	diff(t, "metric", f.durations(t, clientDuration, "http.response.status_code"),
		map[string]uint64{"http.response.status_code=200": 1})
}

// A reverse proxy sends what it serves, pattern included.
func TestTransportName(t *testing.T) {
	tests := []struct{ name, method, want string }{
		{"known", "POST", "POST"},
		{"lower case", "post", "POST"},
		{"unknown", "BREW", "HTTP"},
		{"empty", "", "GET"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			r := httptest.NewRequestWithContext(f.context(t), http.MethodGet, "http://localhost/", http.NoBody)
			r.Method, r.Pattern = tt.method, "GET /served/{id}"
			res, err := telemetryhttp.NewTransport(answer(200)).RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if got := f.ended(t).Name(); got != tt.want {
				t.Errorf("span %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTransportErrors(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	tests := []struct {
		name, reason string
		err          error
		body         bool // whether the error comes while the body is read
		cancel       bool
		status       sdktrace.Status
		errorType    string
		goType       any
	}{
		{
			"refused", "a dial that fails is named by its type, and is no database's",
			dial, false, false,
			sdktrace.Status{Code: codes.Error, Description: dial.Error()},
			"*net.OpError", "*net.OpError",
		},
		{
			"timeout", "all kinds of timeouts are one type",
			&net.DNSError{Err: "slow", IsTimeout: true}, false, false,
			sdktrace.Status{Code: codes.Error, Description: "lookup : slow"},
			"timeout", "*net.DNSError",
		},
		{
			"deadline", "all kinds of timeouts are one type",
			context.DeadlineExceeded, false, false,
			sdktrace.Status{Code: codes.Error, Description: context.DeadlineExceeded.Error()},
			"timeout", "context.deadlineExceededError",
		},
		{"canceled", "the caller no longer wants it", context.Canceled, false, true, sdktrace.Status{}, "canceled", nil},
		{"canceled stream", "streams are left early every day", context.Canceled, true, true, sdktrace.Status{}, "canceled", nil},
		{
			"reset stream", "half an answer is a failure",
			syscall.ECONNRESET, true, false,
			sdktrace.Status{Code: codes.Error, Description: syscall.ECONNRESET.Error()},
			"syscall.Errno", "syscall.Errno",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			ctx, cancel := context.WithCancel(f.context(t))
			defer cancel()
			rt := telemetryhttp.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
				if tt.cancel {
					cancel()
				}
				if tt.body {
					res, err := answer(200)(r)
					res.Body = io.NopCloser(io.MultiReader(strings.NewReader("da"), failing{tt.err}))
					return res, err
				}
				return nil, tt.err
			}))
			if err := send(ctx, t, rt, "http://localhost/", nil); !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			s := view(f.ended(t))
			diff(t, tt.reason, []any{s.Status, s.Attrs["error.type"], s.Attrs["exception.type"]},
				[]any{tt.status, tt.errorType, tt.goType})
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestTransportClassifier(t *testing.T) {
	f := newFixture(t, telemetry.WithErrorClassifier(func(error) string { return "quota" }))
	rt := telemetryhttp.NewTransport(roundTripper(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }))
	if err := send(f.context(t), t, rt, "http://localhost/", nil); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want that of the transport below", err)
	}
	if got := view(f.ended(t)).Attrs["error.type"]; got != "quota" {
		t.Errorf("error.type %v, want the classifier's", got)
	}
}

func TestTransportEndsWithBody(t *testing.T) {
	tests := []struct {
		name, reason string
		use          func(io.ReadCloser)
	}{
		{"end", "all was read", func(b io.ReadCloser) { _, _ = io.Copy(io.Discard, b) }},
		{"close", "the rest is not wanted", func(b io.ReadCloser) { b.Close() }},
		{"both", "it ends once", func(b io.ReadCloser) { _, _ = io.Copy(io.Discard, b); b.Close(); b.Close() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			r := httptest.NewRequestWithContext(f.context(t), http.MethodGet, "http://localhost/", http.NoBody)
			res, err := telemetryhttp.NewTransport(answer(200)).RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(f.spans.Ended()); n != 0 {
				t.Errorf("%d spans ended before the body was used", n)
			}
			tt.use(res.Body)
			f.ended(t)
		})
	}
}

// conn is the body of an answer that switched protocols.
type conn struct{ io.ReadWriteCloser }

func TestTransportUpgrade(t *testing.T) {
	tests := []struct {
		name string
		body io.ReadCloser
		want bool
	}{
		{"upgraded", conn{}, true},
		{"ordinary", http.NoBody, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			rt := telemetryhttp.NewTransport(roundTripper(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusSwitchingProtocols, Body: tt.body}, nil
			}))
			res, err := rt.RoundTrip(httptest.NewRequestWithContext(f.context(t), http.MethodGet, "http://localhost/", http.NoBody))
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := res.Body.(io.Writer); ok != tt.want {
				t.Errorf("the body can be written to: %t, want %t", ok, tt.want)
			}
		})
	}
}

type idleCloser struct {
	roundTripper
	closed bool
}

func (c *idleCloser) CloseIdleConnections() { c.closed = true }

func TestTransportCloseIdleConnections(t *testing.T) {
	base := &idleCloser{roundTripper: answer(200)}
	(&http.Client{Transport: telemetryhttp.NewTransport(base)}).CloseIdleConnections()
	if !base.closed {
		t.Error("the transport below keeps its connections")
	}
	(&http.Client{Transport: telemetryhttp.NewTransport(answer(200))}).CloseIdleConnections()
}

func TestTransportBadRequest(t *testing.T) {
	f := newFixture(t)
	rt := telemetryhttp.NewTransport(nil)
	for _, r := range []*http.Request{
		(&http.Request{Header: http.Header{}}).WithContext(f.context(t)),
		(&http.Request{URL: httptest.NewRequest(http.MethodGet, "http://localhost/", http.NoBody).URL}).WithContext(f.context(t)),
	} {
		if res, err := rt.RoundTrip(r); err == nil {
			res.Body.Close()
			t.Error("want the error of the transport below")
		}
	}
}
