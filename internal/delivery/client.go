package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxAnswerBytes bounds how much of an answer is kept; what is beyond is read
// and thrown away up to as much again, so that the connection can be reused.
const maxAnswerBytes = 64 << 10

// client posts the requests of one signal.
type client struct {
	http    *http.Client
	url     string
	shown   string // the url as errors show it: scheme, host and path
	header  http.Header
	timeout time.Duration
	secrets []string
	redact  func(string) string // may be nil
	after   time.Duration       // the longest Retry-After obeyed
}

// newClient returns the client of t over rt.
func newClient(t *Target, rt http.RoundTripper, after time.Duration) *client {
	c := &client{
		http: &http.Client{
			Transport: rt,
			// A redirect could carry the headers, and with them the key, to
			// another host.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		url:     t.URL,
		shown:   showURL(t.URL),
		header:  http.Header{"User-Agent": {"lift-sys-telemetry"}},
		timeout: positive(t.Timeout, DefaultTimeout),
		after:   after,
	}
	for k, v := range t.Headers {
		c.header.Set(k, v)
		c.secrets = append(c.secrets, secretsOf(v)...)
	}
	c.header.Set("Content-Type", "application/x-protobuf")
	if t.Gzip {
		c.header.Set("Content-Encoding", "gzip")
	}
	return c
}

// newTransport returns a transport for t alone or for every target with the
// same TLS configuration.
func newTransport(t *Target) *http.Transport {
	tr := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2, // one for each signal
		IdleConnTimeout:        90 * time.Second,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxAnswerBytes,
	}
	if t.TLS != nil {
		tr.TLSClientConfig = t.TLS.Clone()
	}
	return tr
}

// post sends d once and judges the answer.
func (c *client) post(ctx context.Context, d *body) answer {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, d.reader())
	if err != nil {
		return answer{verdict: rejected, text: c.shown + ": " + c.clean(reason(err))}
	}
	req.ContentLength = int64(d.size)
	req.GetBody = func() (io.ReadCloser, error) { return d.reader(), nil }
	req.Header = c.header.Clone()

	resp, err := c.http.Do(req)
	if err != nil {
		// The connection may be dead without knowing it, and net/http goes on
		// dialling, with no bound on a TLS handshake, for whoever comes next:
		// without this each attempt of an outage could leave one behind.
		c.http.CloseIdleConnections()
		text := reason(err)
		if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			text = fmt.Sprintf("no answer within %v", c.timeout)
		}
		return answer{verdict: retry, text: "POST " + c.shown + ": " + c.clean(text)}
	}
	defer resp.Body.Close()
	// An answer cut short still has the status that counts.
	data, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes))
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswerBytes)

	a := judge(resp, data, time.Now(), c.after)
	a.sent = uint64(d.size)
	if a.verdict != accepted || a.rejected > 0 {
		a.text = c.describe(resp, a.text)
	}
	return a
}

// describe is what an error says of an answer that refuses something.
func (c *client) describe(resp *http.Response, detail string) string {
	text := fmt.Sprintf("POST %s: %d %s", c.shown, resp.StatusCode, http.StatusText(resp.StatusCode))
	if location := resp.Header.Get("Location"); location != "" && resp.StatusCode/100 == 3 {
		detail = "redirect to " + showURL(location) + " not followed; set the URL to the final address"
	}
	if detail = c.clean(detail); detail != "" {
		text += ": " + detail
	}
	return text
}

// reason is err's text without the address that net/http puts before it, which
// may hold credentials.
func reason(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return err.Error()
}

// showURL is what of raw may be shown: no user, password, query or fragment.
func showURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "malformed URL"
	}
	return strings.TrimPrefix((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String(), "//")
}
