package llmcall

import (
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/failure"
)

// lost is an attempt that failed, until the next one begins.
type lost struct {
	at     time.Time
	status int // 0: no answer came
	kind   string
}

// Attempt begins an attempt and returns its number, from 1. One that follows a
// failed one is a retry: the failure becomes an event, and is the call's no
// longer.
func (c *Call) Attempt() (seq int) {
	var (
		l     lost
		n     int
		delay time.Duration
	)
	c.Do(func() {
		c.attempts++
		seq = c.attempts
		if l = c.lost; !l.at.IsZero() {
			c.lost = lost{}
			c.retries++
			n, delay = c.retries, time.Since(l.at)
			c.idle += delay
		}
	})
	if n == 0 {
		return seq
	}
	c.Observe(failure.Identity{})
	c.Settle(time.Time{})
	kv := make([]attribute.KeyValue, 0, 3)
	if l.status > 0 {
		kv = append(kv, attr.HTTPResponseStatusCode.Int(l.status))
	}
	kv = append(kv, attr.ErrorType.String(l.kind), attr.LLMRetryDelayMS.Float64(milliseconds(delay)))
	c.AddEvent(attr.EventLLMRetry, kv...)
	c.Edit(func(a []attribute.KeyValue) []attribute.KeyValue { return append(a, attr.LLMRetries.Int(n)) })
	return seq
}

// Lost notes that the attempt of number seq failed, with the HTTP status or 0,
// and reports true, unless another one has begun since. The call has failed
// with it, unless another attempt follows.
func (c *Call) Lost(seq int, id failure.Identity, status int) bool {
	last := false
	c.Do(func() {
		if last = seq == c.attempts; last {
			c.lost = lost{at: time.Now(), status: status, kind: id.Type}
		}
	})
	if last {
		c.Observe(id)
	}
	return last
}

// Hold counts the call on the spans above, which may end before it does, and
// ends it as of now unless another attempt follows.
func (c *Call) Hold() {
	counted := true
	c.Do(func() { counted, c.counted = c.counted, true })
	if !counted {
		c.Charge(core.Charge{Calls: 1})
	}
	c.Settle(time.Now())
	c.Publish()
}
