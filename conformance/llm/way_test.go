package llm_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/telemetryllm"
)

// A way is how an exchange goes over the wire, and how the caller sends and
// reads it.
type way struct {
	name, reason string
	real         bool  // over a connection; else in memory
	sizes        []int // of the pieces in which the body comes; none: all at once
	gzip         bool  // the answer is compressed, and the caller knows how to read it
	endless      bool  // the request's body has no known length, and cannot be read twice
	impatient    bool  // the caller closes the body as soon as it has all bytes, without the end
	length       int   // of the body that comes
}

var ways = []way{
	{name: "connection", reason: "as services do it", real: true},
	{name: "whole", reason: "the whole body is one read"},
	{name: "bytes", reason: "every boundary is one of a read", sizes: []int{1}},
	{name: "odd", reason: "pieces end within events", sizes: []int{1, 2, 3, 5, 7, 11, 13, 64, 333}},
	{name: "gzip", reason: "the transport below does not decompress what the caller asked for", sizes: []int{7, 300}, gzip: true},
	{name: "endless request", reason: "a body that is read while it is sent", real: true, endless: true},
	{name: "close without end", reason: "SDKs stop at the terminal event", sizes: []int{100}, impatient: true},
}

// A result is what the caller gets.
type result struct {
	Status, Proto    string
	Header, Trailer  http.Header
	TransferEncoding []string
	ContentLength    int64
	Uncompressed     bool
	Own              bool // the answer to a call names the caller's request
	Body             string
	Reads            []string // each read of the body
	Err              string
}

// answerOf returns what the server sends in a way.
func (c *cassette) answerOf(t testing.TB, w way) *answer {
	body, err := c.body()
	if err != nil {
		t.Fatal(err)
	}
	a := &answer{c.Response.Status, c.header(), body}
	if w.gzip && a.header.Get("Content-Encoding") == "" {
		a.header.Set("Content-Encoding", "gzip")
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		for event := range bytes.SplitAfterSeq(body, []byte("\n\n")) {
			_, _ = z.Write(event)
			_ = z.Flush() // as a server of a stream does
		}
		_ = z.Close()
		a.body = b.Bytes()
	}
	return a
}

// exchange sends the request through rt and reads the answer.
func (c *cassette) exchange(ctx context.Context, rt http.RoundTripper, w way) result {
	var body io.Reader
	if c.Request.Body != "" {
		body = strings.NewReader(c.Request.Body)
	}
	if w.endless && body != nil {
		body = struct{ io.Reader }{body}
	}
	req, err := http.NewRequestWithContext(ctx, c.Request.Method, c.url(), body)
	if err != nil {
		return result{Err: err.Error()}
	}
	for name, value := range c.Request.Headers {
		req.Header.Set(name, value)
	}
	if w.gzip {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	res, err := (&http.Client{Transport: rt}).Do(req)
	if err != nil {
		return result{Err: err.Error()}
	}
	defer func() { _ = res.Body.Close() }()
	r := result{
		Status: res.Status, Proto: res.Proto, Header: res.Header, TransferEncoding: res.TransferEncoding,
		ContentLength: res.ContentLength, Uncompressed: res.Uncompressed, Own: res.Request == req || !c.calls(),
	}
	var all bytes.Buffer
	p := make([]byte, 512)
	for {
		n, err := res.Body.Read(p)
		all.Write(p[:n])
		if !w.real { // a connection cuts as it likes
			r.Reads = append(r.Reads, fmt.Sprint(n, err))
		}
		if err != nil && !errors.Is(err, io.EOF) {
			r.Err = err.Error()
		}
		if err != nil || w.impatient && all.Len() >= w.length {
			break
		}
	}
	r.Body = all.String()
	if !w.impatient { // trailers come with the end
		r.Trailer = res.Trailer
	}
	return r
}

// replay sends the exchange without the transport and with it, and fails the
// test where caller or server see a difference.
func (c *cassette) replay(ctx context.Context, t *testing.T, w way) {
	t.Helper()
	a := c.answerOf(t, w)
	w.length = len(a.body)
	if !w.real {
		base := roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Body != nil {
				_, _ = io.Copy(io.Discard, r.Body)
				_ = r.Body.Close()
			}
			return a.response(r, w.sizes...), nil
		})
		bare := c.exchange(ctx, base, w)
		if d := cmp.Diff(bare, c.exchange(ctx, telemetryllm.NewTransport(base), w)); d != "" {
			t.Errorf("what the caller gets differs (- without the transport, + with it):\n%s", d)
		}
		return
	}
	server := newReplay(t, a)
	base := server.transport(t)
	bare := c.exchange(ctx, base, w)
	sent := server.sent()
	if d := cmp.Diff(bare, c.exchange(ctx, telemetryllm.NewTransport(base), w)); d != "" {
		t.Errorf("what the caller gets differs (- without the transport, + with it):\n%s", d)
	}
	if d := cmp.Diff(sent, withoutTrace(server.sent())); d != "" {
		t.Errorf("what the server gets differs (- without the transport, + with it):\n%s", d)
	}
}
