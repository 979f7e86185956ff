package delivery

import (
	"net/http"
	"time"
)

// RetryAfter exports retryAfter.
func RetryAfter(h http.Header, now time.Time) time.Duration { return retryAfter(h, now) }

// Clean exports client.clean for a client whose only header has the value
// secret, after message has made the text of an answer.
func Clean(secret string, h http.Header, data []byte) string {
	c := newClient(&Target{Headers: map[string]string{"x-key": secret}}, nil, 0)
	return c.clean(message(h, data))
}

// ShowURL exports showURL.
func ShowURL(raw string) string { return showURL(raw) }

// Bounds that tests compare with.
const (
	MaxTextBytes = maxTextBytes
	MaxScopes    = maxScopes
	MaxBarren    = maxBarren
	FlushBlocks  = flushBlocks
)

// Split exports split.
func Split(request []byte) (first, second []byte, n, total int) { return split(request) }
