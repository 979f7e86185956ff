package honeycomb

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// rateWindow is Honeycomb's, and the longest that an answer can make a client
	// wait for the next one: a wrong clock must not hold it for hours.
	rateWindow = 60 * time.Second
	maxPause   = 2 * rateWindow
	// retryPause is for a 429 that does not say when.
	retryPause = 10 * time.Second
)

// rateLimit remembers until when an answer forbids further requests. The zero
// value forbids nothing. It is safe for concurrent use.
type rateLimit struct {
	mu    sync.Mutex
	until time.Time
}

// wait returns how long the next request has to wait.
func (l *rateLimit) wait() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.until)
}

// observe reads an answer's headers: Ratelimit, as an IETF draft has it, and
// Retry-After, as RFC 9110 has it.
func (l *rateLimit) observe(response *http.Response) {
	now := time.Now()
	var pause time.Duration
	remaining, reset, ok := parseRateLimit(response.Header.Get("Ratelimit"))
	if ok && remaining == 0 {
		pause = reset
	}
	if response.StatusCode == http.StatusTooManyRequests {
		// A date is by the clock of who wrote it.
		theirs := now
		if at, err := http.ParseTime(response.Header.Get("Date")); err == nil {
			theirs = at
		}
		after, stated := parseRetryAfter(response.Header.Get("Retry-After"), theirs)
		switch {
		case stated:
			pause = max(pause, after)
		case pause == 0:
			pause = retryPause
		}
	}
	if pause <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	// An answer to an earlier request must not shorten what a later one said.
	if until := now.Add(min(pause, maxPause)); until.After(l.until) {
		l.until = until
	}
}

// parseRateLimit reads "limit=120, remaining=0, reset=42", in any order.
func parseRateLimit(header string) (remaining int, reset time.Duration, ok bool) {
	var has int
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > 1<<20 {
			continue
		}
		switch name {
		case "remaining":
			remaining = n
			has |= 1
		case "reset":
			reset = time.Duration(n) * time.Second
			has |= 2
		}
	}
	return remaining, reset, has == 3
}

// parseRetryAfter reads a date or a number of seconds. Some answers have the
// date as RFC 3339 has it. A date that is over says that clocks differ, and
// nothing else.
func parseRetryAfter(header string, now time.Time) (time.Duration, bool) {
	if n, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(max(n, 0), int(maxPause.Seconds()))) * time.Second, true
	}
	for _, layout := range []string{http.TimeFormat, time.RFC3339} {
		if at, err := time.Parse(layout, header); err == nil {
			return max(at.Sub(now), 0), !at.Before(now)
		}
	}
	return 0, false
}
