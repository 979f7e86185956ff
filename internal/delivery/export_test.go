package delivery

import (
	"io"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/internal/spool"
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
	HeaderBytes  = headerBytes
)

// Split exports split.
func Split(request []byte) (first, second []byte, n, total int) { return split(request) }

// Recovered exports recovered: the offsets of what it finds.
func Recovered(data []byte) (at []int) {
	_, refs := recovered(data)
	for _, f := range refs {
		at = append(at, int(f.off))
	}
	return at
}

// EncodeEntries is a block of a journal with the given messages.
func EncodeEntries(messages ...[]byte) []byte {
	b := &block{buf: make([]byte, 0, 1<<10), journal: &journal{file: new(spool.Journal)}}
	for _, m := range messages {
		b.add(entry{items: 1, weight: 1, message: m})
	}
	return b.buf
}

// Billed exports billed.
func Billed(span []byte) uint64 { return billed(span) }

// BilledRequest exports billedRequest.
func BilledRequest(r io.Reader) (uint64, error) { return billedRequest(r) }
