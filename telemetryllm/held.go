package telemetryllm

import (
	"context"
	"hash/maphash"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/llmcall"
)

// How long a call whose attempt has failed waits for the next attempt: as long
// as the server asks for and a second, within reason.
const (
	holdTime    = 10 * time.Second
	holdExtra   = time.Second
	maxHoldTime = 2 * time.Minute
	maxHeld     = 1024
)

// retryCountHeader is how the SDKs made by Stainless, among them those of
// OpenAI and Anthropic, tell an attempt's number, from 0.
const retryCountHeader = "X-Stainless-Retry-Count"

// A heldKey tells calls apart. Attempts with one key belong to one call,
// unless they run side by side. The zero value belongs to none.
type heldKey struct {
	trace  trace.TraceID
	parent trace.SpanID
	method string
	url    uint64
	length int64
	body   uint64 // 0: not known
	live   bool   // the parent is the call's own span
}

// exact reports whether requests with the key are the same.
func (k heldKey) exact() bool { return k.live || k.body != 0 }

// keyOf returns the key of a request. Where the span is another
// instrumentation's, it is that of the call. Without a parent, and without the
// SDK's word for it, two requests that look alike are two.
func keyOf(ctx context.Context, r *http.Request, out *outgoing, foreign bool) heldKey {
	sc := trace.SpanContextFromContext(ctx)
	k := heldKey{trace: sc.TraceID(), parent: sc.SpanID(), method: r.Method, live: foreign}
	if foreign {
		return k
	}
	k.url, k.body, k.length = hashURL(r.URL), out.hash(), r.ContentLength
	if attemptNumber(r.Header) < 0 && (k.body == 0 || !sc.IsValid()) {
		return heldKey{}
	}
	return k
}

func hashURL(u *url.URL) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, part := range [...]string{u.Scheme, u.Host, u.Path, u.RawQuery} {
		_, _ = h.WriteString(part)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// attemptNumber returns how many attempts came before, or -1 where the request
// does not tell.
func attemptNumber(h http.Header) int {
	if v := h.Get(retryCountHeader); v != "" {
		if n, err := strconv.Atoi(v); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

// held keeps the calls of one pipeline whose last attempt has failed, until
// another attempt comes or none does. It is safe for concurrent use.
type held struct {
	mu    sync.Mutex
	calls map[heldKey]*family
	n     int                            // calls that wait
	last  map[trace.SpanID]*llmcall.Call // under live spans of others
}

// A family is what is known of the calls with one key.
type family struct {
	running int
	waiting []*waiting
}

type waiting struct {
	call   *llmcall.Call
	timer  *time.Timer
	number int // of the attempt that failed, as the SDK counts; -1: it does not tell
	gone   bool
}

type attachKey struct{}

func heldOf(p *core.Pipeline) *held {
	h, _ := p.Attach(attachKey{}, func(*core.Pipeline) any { return &held{calls: map[heldKey]*family{}} }).(*held)
	return h
}

// take returns the call that a new attempt belongs to, or nil where it is the
// first of its own. number is the attempt's, or -1. Calls that run side by side
// are never taken for attempts of one, unless the SDK counts.
func (h *held) take(k heldKey, number int) *llmcall.Call {
	if k == (heldKey{}) {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.calls[k]
	if f == nil {
		f = h.add(k)
	}
	i := -1
	if number > 0 && k.exact() {
		i = slices.IndexFunc(f.waiting, func(w *waiting) bool { return w.number == number-1 })
	}
	if i < 0 && number != 0 && f.running == 0 && len(f.waiting) == 1 {
		i = 0
	}
	f.running++
	if i < 0 {
		return nil
	}
	w := f.waiting[i]
	f.waiting = slices.Delete(f.waiting, i, i+1)
	h.n--
	w.gone = true
	w.timer.Stop()
	return w.call
}

// adopt returns the call of a live span. What ended calls of the same span used
// counts there too.
func (h *held) adopt(ctx context.Context, live trace.Span, r *llmcall.Request) *llmcall.Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := live.SpanContext().SpanID()
	before := h.last[id]
	if before != nil && !before.Ended() {
		before = nil
	}
	c := llmcall.Adopt(ctx, live, r, before)
	if h.last == nil || len(h.last) >= maxHeld {
		h.last = map[trace.SpanID]*llmcall.Call{}
	}
	if c != nil {
		h.last[id] = c
	}
	return c
}

// add makes a family. Of too many, one goes whose attempts nobody has ended.
func (h *held) add(k heldKey) *family {
	if len(h.calls) >= maxHeld {
		for old, f := range h.calls {
			if len(f.waiting) == 0 {
				delete(h.calls, old)
				break
			}
		}
	}
	f := &family{}
	h.calls[k] = f
	return f
}

// leave says that an attempt has ended for good.
func (h *held) leave(k heldKey) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.calls[k]; f != nil {
		f.running--
		h.drop(k, f)
	}
}

func (h *held) drop(k heldKey, f *family) {
	if f.running <= 0 && len(f.waiting) == 0 {
		delete(h.calls, k)
	}
}

// hold lets the call of a wait for another attempt. It returns nil where it
// must not.
func (h *held) hold(a *attempt) *waiting {
	if a.key == (heldKey{}) || !a.p.Enabled() {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n >= maxHeld {
		return nil
	}
	k, f := a.key, h.calls[a.key]
	if f == nil {
		f = h.add(k)
	} else {
		f.running--
	}
	a.call.Hold()
	w := &waiting{call: a.call, number: a.number}
	f.waiting = append(f.waiting, w)
	h.n++
	w.timer = time.AfterFunc(a.patience(), func() { h.expire(k, w) })
	return w
}

// refresh notes that the attempt of a call that waits has ended only now.
func (h *held) refresh(w *waiting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !w.gone {
		w.call.Hold()
	}
}

// expire ends a call that no attempt followed.
func (h *held) expire(k heldKey, w *waiting) {
	h.mu.Lock()
	f := h.calls[k]
	i := -1
	if f != nil {
		i = slices.Index(f.waiting, w)
	}
	if i >= 0 {
		f.waiting = slices.Delete(f.waiting, i, i+1)
		h.n--
		w.gone = true
		h.drop(k, f)
	}
	h.mu.Unlock()
	if i >= 0 {
		w.call.End(nil)
	}
}

// EndHeld ends all calls that wait; see [core.Pipeline.EndHeld].
func (h *held) EndHeld() {
	h.mu.Lock()
	var all []*waiting
	for k, f := range h.calls {
		for _, w := range f.waiting {
			w.gone = true
		}
		all = append(all, f.waiting...)
		f.waiting = nil
		h.drop(k, f)
	}
	h.n = 0
	h.mu.Unlock()
	for _, w := range all {
		w.timer.Stop()
		w.call.End(nil)
	}
}

// patience is how long the call waits for the attempt after this one.
func (a *attempt) patience() time.Duration {
	if a.wait < 0 {
		return holdTime
	}
	return min(a.wait+holdExtra, maxHoldTime)
}

// retryable reports whether SDKs repeat a request that was answered so.
func retryable(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// retryAfter returns how long the server asks to wait, or -1 where it does
// not say.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms >= 0 {
		return time.Duration(min(ms, float64(maxHoldTime.Milliseconds()))) * time.Millisecond
	}
	v := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(v, 64); err == nil && s >= 0 {
		return time.Duration(min(s, maxHoldTime.Seconds()) * float64(time.Second))
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(at.Sub(now), 0)
	}
	return -1
}
