package delivery

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/internal/recent"
	"github.com/lift-sys/telemetry/internal/spool"
)

// Defaults of Config and Target.
const (
	DefaultMaxBytes     = 4 << 20          // all buffers of a pipeline together
	DefaultBlockBytes   = 64 << 10         // one buffer
	DefaultRequestBytes = 4_000_000        // one request before compression
	DefaultMaxAge       = time.Second      // the longest wait for company
	DefaultTimeout      = 10 * time.Second // one attempt, connecting included
	DefaultFlushTimeout = 5 * time.Second  // Flush and Shutdown without a deadline
)

// Target is where one signal goes. It is read by New and must not change
// afterwards.
type Target struct {
	// URL is the full address requests are posted to, such as
	// https://api.honeycomb.io/v1/traces. One that does not parse gets every
	// batch rejected; the reason stands in Stats.LastError.
	URL string
	// Headers are sent with every request. Their values never appear in an
	// error, a log record or Stats.
	Headers map[string]string
	// Gzip compresses requests at level 1.
	Gzip bool
	// Timeout bounds one attempt, connecting and reading the answer included.
	// Zero means DefaultTimeout.
	Timeout time.Duration
	// TLS configures https connections; nil means Go's defaults. Two targets
	// with the same TLS share their connections.
	TLS *tls.Config
}

// Retry paces attempts after a failure.
type Retry struct {
	// Initial is the wait after the first failure; it doubles with each
	// further one. Half of every wait is random. Zero means 500 ms.
	Initial time.Duration
	// Max bounds the wait between attempts. Zero means 5 s.
	Max time.Duration
	// MaxRetryAfter bounds how long a Retry-After answer is obeyed. Zero
	// means 60 s.
	MaxRetryAfter time.Duration
	// Probe is the wait after an answer of 401 or 403. Zero means 30 s.
	Probe time.Duration
}

// Config describes a Pipeline. The zero value is valid: both signals off.
type Config struct {
	// Traces and Metrics are the targets of the signals; nil turns one off.
	Traces, Metrics *Target
	// Resource is an encoded opentelemetry.proto.resource.v1.Resource
	// message, without tag and length. It heads every trace request.
	Resource []byte
	// Redact removes secrets from what is said of failures, besides those
	// that requests are sent with. It must be safe for concurrent use.
	// Default: none.
	Redact func(text string) string
	// MaxBytes bounds the memory of all buffers. Zero means DefaultMaxBytes.
	MaxBytes int
	// BlockBytes is the size of one buffer, at most an eighth of MaxBytes.
	// Zero means DefaultBlockBytes.
	BlockBytes int
	// RequestBytes bounds one request before compression. It is lowered to a
	// quarter of MaxBytes less one block where it is more, so that a request
	// of each signal in flight and their bodies fit into MaxBytes. Zero means
	// DefaultRequestBytes.
	RequestBytes int
	// MaxAge is how long a span waits for company. Zero means DefaultMaxAge.
	MaxAge time.Duration
	// Retry paces attempts after a failure.
	Retry Retry
	// Logger hears of losses and of refused credentials: at the first, then
	// at most once a minute, from a goroutine of its own. Nil means silence.
	Logger *slog.Logger
	// Spool keeps what cannot be delivered until it can be; nil means that
	// memory is all there is. The pipeline closes it.
	Spool *spool.Spool
	// Journal says to hold what waits in a file of the spool, mapped where
	// that is possible, so that it survives the end of the process at any
	// moment.
	Journal bool
	// Errors gets why attempts failed. Nil means nobody wants to know.
	Errors *recent.Errors
	// RoundTripper carries the requests; it must heed their contexts. Nil
	// means a transport of the pipeline's own: proxy from the environment,
	// HTTP/2 where offered, one idle connection per host.
	RoundTripper http.RoundTripper
}

// withDefaults returns c with every zero field set and the sizes made to fit
// one another.
func (c Config) withDefaults() Config {
	c.MaxBytes = positive(c.MaxBytes, DefaultMaxBytes)
	c.BlockBytes = min(positive(c.BlockBytes, DefaultBlockBytes), c.MaxBytes/8)
	c.RequestBytes = min(positive(c.RequestBytes, DefaultRequestBytes), c.MaxBytes/4-c.BlockBytes)
	c.MaxAge = positive(c.MaxAge, DefaultMaxAge)
	c.Retry.Initial = positive(c.Retry.Initial, 500*time.Millisecond)
	c.Retry.Max = positive(c.Retry.Max, 5*time.Second)
	c.Retry.MaxRetryAfter = positive(c.Retry.MaxRetryAfter, time.Minute)
	c.Retry.Probe = positive(c.Retry.Probe, 30*time.Second)
	return c
}

// positive returns v, or fallback when v is not positive.
func positive[T int | time.Duration](v, fallback T) T {
	if v > 0 {
		return v
	}
	return fallback
}
