package delivery

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/internal/otlp"
)

// verdict is what an answer means for the batch that it answers.
type verdict uint8

const (
	accepted     verdict = iota // delivered, all but answer.rejected items
	retry                       // to be sent again after a wait
	unauthorized                // held until the credentials work
	poison                      // at least one item is malformed
	oversize                    // too large for the backend
	rejected                    // no repetition would help
)

// answer is the judged outcome of one attempt.
type answer struct {
	verdict  verdict
	rejected uint64        // items refused by a partial success
	after    time.Duration // the wait the backend asks for; 0 means none
	sent     uint64        // bytes of the request's body
	text     string        // why, or what a partial success says
}

// judge classifies an answer by its status, after
// https://opentelemetry.io/docs/specs/otlp/#otlphttp-response (2026-01), with
// 408, 500 and other 5xx retried too: they cost a batch one more try, and not
// retrying them costs the batch. So with redirects, which are not followed, and
// with pages: a proxy that shows one of maintenance or of login is gone again
// later.
func judge(resp *http.Response, data []byte, now time.Time, longest time.Duration) answer {
	switch code := resp.StatusCode; {
	case code/100 == 2 && len(data) > 0 && strings.Contains(resp.Header.Get("Content-Type"), "html"):
		return answer{verdict: retry, text: "a page of HTML: this is no OTLP receiver; check the endpoint"}
	case code/100 == 2:
		// What is no such message refuses nothing: the status says delivered.
		n, text, _ := otlp.ParseResponse(data)
		return answer{verdict: accepted, rejected: uint64(n), text: text}
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return answer{verdict: unauthorized, text: message(resp.Header, data)}
	case code == http.StatusBadRequest:
		return answer{verdict: poison, text: message(resp.Header, data)}
	case code == http.StatusRequestEntityTooLarge:
		return answer{verdict: oversize, text: message(resp.Header, data)}
	case code/100 == 3, code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code >= 500:
		return answer{verdict: retry, text: message(resp.Header, data), after: min(retryAfter(resp.Header, now), longest)}
	default:
		return answer{verdict: rejected, text: message(resp.Header, data)}
	}
}

// retryAfter reads a Retry-After header in either form of RFC 9110, section
// 10.2.3. A date counts from the answer's own Date where it has one, so that
// clocks that disagree do no harm. Zero means none, malformed, or past.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseUint(v, 10, 64); err == nil {
		return time.Duration(min(s, 1<<31)) * time.Second
	} else if numError(err) {
		return 1 << 31 * time.Second
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}

// numError reports whether err says that a number was too large.
func numError(err error) bool {
	return errors.Is(err, strconv.ErrRange)
}
