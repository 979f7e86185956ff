package honeycomb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

func (c *Client) get(ctx context.Context, path string, out any) error {
	return c.repeat(ctx, http.MethodGet, path, nil, out)
}

// put and remove can be repeated: the second has no effect.
func (c *Client) put(ctx context.Context, path string, body any) error {
	return c.repeat(ctx, http.MethodPut, path, body, nil)
}

func (c *Client) remove(ctx context.Context, path string) error {
	err := c.repeat(ctx, http.MethodDelete, path, nil, nil)
	if status(err) == http.StatusNotFound {
		return nil
	}
	return err
}

// post is not repeated where it may have taken effect; see [uncertain].
func (c *Client) post(ctx context.Context, path string, body, out any) error {
	return c.repeat(ctx, http.MethodPost, path, body, out)
}

// repeat sends a request until it succeeds, fails for good, or has failed
// attempts times.
func (c *Client) repeat(ctx context.Context, method, path string, body, out any) error {
	var data []byte
	if body != nil {
		var err error
		if data, err = marshal(body); err != nil {
			return fmt.Errorf("honeycomb: %s %s: %w", method, path, err)
		}
	}
	for attempt := 1; ; attempt++ {
		err := c.once(ctx, method, path, data, out)
		if err == nil {
			return nil
		}
		e, ok := errors.AsType[*APIError](err)
		if !ok || !e.passing || attempt == attempts || ctx.Err() != nil ||
			method == http.MethodPost && e.uncertain {
			return err
		}
		// After a 429 the rate limit holds the next request back for longer, if
		// the answer said so.
		if err := c.pause(ctx, backoff(attempt), e.Reason()); err != nil {
			return e
		}
	}
}

// backoff doubles from half a second, and varies so that clients that failed
// together do not come back together.
func backoff(attempt int) time.Duration {
	d := 500 * time.Millisecond << (attempt - 1)
	return d + rand.N(d/2) //nolint:gosec // no secret depends on it
}

// pause waits, and tells who wants to know why.
func (c *Client) pause(ctx context.Context, d time.Duration, why string) error {
	if d <= 0 {
		return ctx.Err()
	}
	c.wait(d, why)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// once sends a request. All its errors are an *APIError, except for those of a
// ctx that was done beforehand.
func (c *Client) once(ctx context.Context, method, path string, data []byte, out any) error {
	// Another goroutine's answer may have said more in the meantime.
	for d := c.limit.wait(); ; d = c.limit.wait() {
		if err := c.pause(ctx, d, "rate limit"); err != nil {
			return fmt.Errorf("honeycomb: %s %s: %w", method, path, err)
		}
		if d <= 0 {
			break
		}
	}
	attempt, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(attempt, method, c.endpoint+path, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("honeycomb: %s %s: %w", method, path, err)
	}
	request.Header.Set("X-Honeycomb-Team", c.key.given())
	request.Header.Set("User-Agent", "lift-sys-telemetry")
	request.Header.Set("Accept", "application/json")
	if data != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	e := &APIError{Method: method, Path: path, endpoint: c.endpoint}
	response, err := c.http.Do(request)
	if err != nil {
		return c.unanswered(ctx, e, err)
	}
	defer func() { _ = response.Body.Close() }()
	c.limit.observe(response)
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return c.unanswered(ctx, e, err)
	}
	e.Status = response.StatusCode
	e.RequestID = response.Header.Get("Request-Id")
	if len(answer) > maxAnswer {
		e.err = fmt.Errorf("the answer is longer than %d MB", maxAnswer>>20)
		return e
	}
	return c.judge(e, response, answer, out)
}

// unanswered is about a request without an answer.
func (c *Client) unanswered(ctx context.Context, e *APIError, err error) error {
	// The error repeats the address, which the sentence has already.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	e.err = errors.New(c.redact(err.Error()))
	if errors.Is(err, context.DeadlineExceeded) {
		e.err = fmt.Errorf("nothing within %s", attemptTimeout)
	}
	if ctx.Err() != nil {
		e.err, e.stopped = ctx.Err(), true
	}
	op, dialled := errors.AsType[*net.OpError](err)
	e.uncertain = !dialled || op.Op != "dial"
	e.passing = !permanent(err)
	return e
}

// permanent reports whether repeating cannot help: the other side is not whom we
// want to talk to.
func permanent(err error) bool {
	s := err.Error()
	return strings.Contains(s, "x509: ") || strings.Contains(s, "tls: ") || strings.Contains(s, "no such host")
}

// judge reads an answer.
func (c *Client) judge(e *APIError, response *http.Response, answer []byte, out any) error {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	// An empty answer has no type worth looking at.
	page := len(answer) > 0 && !strings.HasSuffix(kind, "json")
	switch {
	case e.Status >= 300 && e.Status < 400:
		e.err = fmt.Errorf("redirected to %q, which is not followed because it would carry the key along", response.Header.Get("Location"))
	case e.Status == http.StatusTooManyRequests:
		e.passing = true
	case e.Status >= 500:
		e.passing, e.uncertain = true, true
	case e.Status >= 400:
	case page:
		e.html, e.uncertain = true, true
		return e
	case out == nil || len(answer) == 0:
		return nil
	default:
		err := json.Unmarshal(answer, out)
		if err == nil {
			return nil
		}
		e.uncertain = true
		e.err = fmt.Errorf("the answer is not the JSON that was expected: %w", err)
		return e
	}
	switch {
	case e.err != nil:
	case page:
		e.html = true
	default:
		e.Message = c.redact(message(answer))
	}
	return e
}

// message returns what Honeycomb says went wrong. Old parts of the API have
// "error" alone, newer ones a list of details.
func message(answer []byte) string {
	var p struct {
		Error   string `json:"error"`
		Title   string `json:"title"`
		Details []struct {
			Field       string `json:"field"`
			Description string `json:"description"`
		} `json:"type_detail"`
	}
	if json.Unmarshal(answer, &p) != nil {
		return ""
	}
	var parts []string
	for _, d := range p.Details {
		if d.Field != "" {
			parts = append(parts, d.Field+": "+d.Description)
		} else {
			parts = append(parts, d.Description)
		}
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, "; ")
	case p.Error != "":
		return p.Error
	}
	return p.Title
}
