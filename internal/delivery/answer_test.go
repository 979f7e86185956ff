package delivery_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// TestAnswers gives the first request of two spans an answer and every later
// one 200, and looks at the books right after and a minute later.
func TestAnswers(t *testing.T) {
	held := delivery.Tally{Appended: 2, Queued: 2}
	arrived := delivery.Tally{Appended: 2, Exported: 2}
	refused := delivery.Tally{Appended: 2, Rejected: 2}
	tests := []struct {
		name   string
		code   int
		reason string
		first  delivery.Tally  // right after the first answer
		health delivery.Health // then
		last   delivery.Tally  // a minute later
		after  [2]time.Duration
	}{
		{"accepted", 200, "the OTLP success status", arrived, delivery.HealthOK, arrived, [2]time.Duration{}},
		{"also accepted", 202, "proxies answer for their backend", arrived, delivery.HealthOK, arrived, [2]time.Duration{}},
		{"refused connection", 0, "the backend restarts", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"request timeout", 408, "a slow network", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"too many requests", 429, "a limit that passes", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"internal error", 500, "a crash behind the front end", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"bad gateway", 502, "a deploy", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"unavailable", 503, "a deploy", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"gateway timeout", 504, "a deploy", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"not in the registry", 599, "any 5xx may pass", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"bad key", 401, "a key is being replaced", held, delivery.HealthUnauthorized, arrived, [2]time.Duration{30 * time.Second, 30 * time.Second}},
		{"forbidden", 403, "a key lacks a permission", held, delivery.HealthUnauthorized, arrived, [2]time.Duration{30 * time.Second, 30 * time.Second}},
		{"moved", 301, "a page of login or maintenance, not followed", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"temporary redirect", 307, "would carry the key along", held, delivery.HealthDegraded, arrived, [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}},
		{"not found", 404, "a wrong path stays wrong", refused, delivery.HealthDegraded, refused, [2]time.Duration{}},
		{"wrong media type", 415, "so does a wrong encoding", refused, delivery.HealthDegraded, refused, [2]time.Duration{}},
		// Both halves are then accepted: nothing is lost to a fickle backend.
		{"malformed", 400, "halved", arrived, delivery.HealthOK, arrived, [2]time.Duration{}},
		{"too large", 413, "halved", arrived, delivery.HealthOK, arrived, [2]time.Duration{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(inTurn(tt.code))
				p := start(t, b)
				p.Append(0, span("a", 0), 1)
				p.Append(0, span("b", 0), 1)
				time.Sleep(time.Second)
				synctest.Wait()
				if got := balanced(t, p).Spans; got != tt.first {
					t.Errorf("%s: right after: %+v, want %+v", tt.reason, got, tt.first)
				}
				if got := p.Health(); got != tt.health {
					t.Errorf("%s: health %v, want %v", tt.reason, got, tt.health)
				}
				time.Sleep(time.Minute)
				s := balanced(t, p)
				if s.Spans != tt.last {
					t.Errorf("%s: at last: %+v, want %+v", tt.reason, s.Spans, tt.last)
				}
				requests := b.all(t)
				if tt.after == [2]time.Duration{} {
					return
				}
				if len(requests) != 2 || s.Retries != 1 {
					t.Fatalf("%s: %d requests and %d retries, want 2 and 1", tt.reason, len(requests), s.Retries)
				}
				if wait := requests[1].at - requests[0].at; wait < tt.after[0] || wait > tt.after[1] {
					t.Errorf("%s: tried again after %v, want %v to %v", tt.reason, wait, tt.after[0], tt.after[1])
				}
				if !strings.HasPrefix(s.LastError, "POST "+tracesURL+": ") {
					t.Errorf("LastError = %q", s.LastError)
				}
			})
		})
	}
}

func TestWaitsDoubleUpToTheirBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(always(http.StatusServiceUnavailable))
		p := start(t, b)
		p.Append(0, span("a", 0), 1)
		time.Sleep(40 * time.Second)
		if h := p.Health(); h != delivery.HealthStalled {
			t.Errorf("health after 39 s of failures = %v, want stalled", h)
		}
		bound := 500 * time.Millisecond
		requests := b.all(t)
		if len(requests) < 8 {
			t.Fatalf("%d requests in 39 s", len(requests))
		}
		for i := range len(requests) - 1 {
			if wait := requests[i+1].at - requests[i].at; wait < bound/2 || wait > bound {
				t.Errorf("wait %d is %v, want %v to %v", i, wait, bound/2, bound)
			}
			bound = min(2*bound, 5*time.Second)
		}
	})
}

func TestRetryAfterIsObeyed(t *testing.T) {
	tests := []struct{ name, header, date, reason string }{
		{"seconds", "20", "", "the plain form"},
		{"date", "Sat, 01 Jan 2000 00:00:21 GMT", "", "the bubble's clock says 00:00:01"},
		{"date by the backend's clock", "Tue, 02 Jan 2024 10:00:20 GMT", "Tue, 02 Jan 2024 10:00:00 GMT", "clocks may disagree"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first := true
				b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
					if first {
						first = false
						return answer(http.StatusTooManyRequests, "Retry-After", tt.header, "Date", tt.date), nil
					}
					return answer(http.StatusOK), nil
				})
				p := start(t, b)
				p.Append(0, span("a", 0), 1)
				time.Sleep(2 * time.Second)
				if err := p.Flush(t.Context()); err == nil {
					t.Error("Flush: no error although the backend wants a longer wait than Flush may take")
				}
				time.Sleep(30 * time.Second)
				got := b.all(t)
				if len(got) != 2 {
					t.Fatalf("%s: %d requests, want 2", tt.reason, len(got))
				}
				if wait := got[1].at - got[0].at; wait != 20*time.Second {
					t.Errorf("%s: waited %v, want 20s", tt.reason, wait)
				}
			})
		})
	}
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name, value, reason string
		want                time.Duration
	}{
		{"absent", "", "nothing asked", 0},
		{"seconds", "7", "", 7 * time.Second},
		{"padded", " 7 ", "", 7 * time.Second},
		{"zero", "0", "no wait asked", 0},
		{"negative", "-7", "malformed", 0},
		{"fraction", "1.5", "malformed", 0},
		{"huge", "99999999999999999999", "must not overflow", 1 << 31 * time.Second},
		{"large", "9223372036", "must not overflow", 1 << 31 * time.Second},
		{"date", "Fri, 02 Jan 2026 03:04:15 GMT", "", 10 * time.Second},
		{"RFC 850 date", "Friday, 02-Jan-26 03:04:15 GMT", "obsolete but allowed", 10 * time.Second},
		{"past", "Fri, 02 Jan 2026 03:04:00 GMT", "at once", 0},
		{"word", "soon", "malformed", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := delivery.RetryAfter(http.Header{"Retry-After": {tt.value}}, now); got != tt.want {
				t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
			}
		})
	}
}

func TestPartialSuccessIsCountedAndNotRepeated(t *testing.T) {
	tests := []struct {
		name, reason string
		rejected     int64
		spans        delivery.Tally
		weight       delivery.Tally
	}{
		{"some", "their weight is the average", 1, delivery.Tally{Appended: 4, Exported: 3, Rejected: 1}, delivery.Tally{Appended: 40, Exported: 30, Rejected: 10}},
		{"none", "a warning only", 0, delivery.Tally{Appended: 4, Exported: 4}, delivery.Tally{Appended: 40, Exported: 40}},
		{"more than were sent", "the books must hold", 99, delivery.Tally{Appended: 4, Rejected: 4}, delivery.Tally{Appended: 40, Rejected: 40}},
		{"negative", "nonsense", -1, delivery.Tally{Appended: 4, Exported: 4}, delivery.Tally{Appended: 40, Exported: 40}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
					return answerBody(http.StatusOK, marshal(&coltracepb.ExportTraceServiceResponse{
						PartialSuccess: &coltracepb.ExportTracePartialSuccess{RejectedSpans: tt.rejected, ErrorMessage: "why"},
					}), "Content-Type", "application/x-protobuf"), nil
				})
				p := start(t, b)
				for i := range 4 {
					p.Append(0, span(fmt.Sprint(i), 0), 7+2*i)
				}
				time.Sleep(time.Minute)
				s := balanced(t, p)
				if s.Spans != tt.spans || s.Weight != tt.weight {
					t.Errorf("%s: spans %+v, want %+v; weight %+v, want %+v", tt.reason, s.Spans, tt.spans, s.Weight, tt.weight)
				}
				if n := len(b.all(t)); n != 1 {
					t.Errorf("%d requests, want 1", n)
				}
				if told := strings.Contains(s.LastError, "why"); told != (tt.rejected > 0) {
					t.Errorf("LastError %q: want the reason where something was refused", s.LastError)
				}
			})
		})
	}
}

func TestBadSpanIsFoundAmongAThousand(t *testing.T) {
	for _, tt := range []struct {
		code int
		want delivery.Dropped
	}{
		{http.StatusBadRequest, delivery.Dropped{Poison: 1}},
		{http.StatusRequestEntityTooLarge, delivery.Dropped{Oversize: 1}},
	} {
		t.Run(http.StatusText(tt.code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(func(_ *http.Request, a *arrival) (*http.Response, error) {
					if slices.Contains(a.names, "613") {
						return answer(tt.code), nil
					}
					return answer(http.StatusOK), nil
				})
				p := start(t, b)
				for i := range 1000 {
					p.Append(register(p, fmt.Sprint(i%3), ""), span(fmt.Sprint(i), 0), 1)
				}
				if err := p.Flush(t.Context()); err == nil {
					t.Error("Flush: no error although a span was lost")
				}
				want := delivery.Tally{Appended: 1000, Exported: 999, Dropped: tt.want}
				if got := balanced(t, p).Spans; got != want {
					t.Errorf("spans = %+v, want %+v", got, want)
				}
				if n := len(b.accepted(t)); n != 999 {
					t.Errorf("%d spans arrived, want 999", n)
				}
				if n := len(b.all(t)); n > 21 {
					t.Errorf("%d requests to find one span of 1000, want at most 2*log2(1000)+1", n)
				}
			})
		})
	}
}

func TestBackendThatRefusesEverythingIsNotFlooded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		healed := false
		b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
			if healed {
				return answer(http.StatusOK), nil
			}
			return answer(http.StatusBadRequest), nil
		})
		p := start(t, b)
		batch := func() int {
			before := len(b.all(t))
			for i := range 500 {
				p.Append(0, span(fmt.Sprint(i), 0), 1)
			}
			_ = p.Flush(t.Context())
			return len(b.all(t)) - before
		}
		if n := batch(); n > delivery.MaxBarren+10 {
			t.Errorf("first batch took %d requests, want at most %d and a few", n, delivery.MaxBarren)
		}
		if n := batch(); n != 1 {
			t.Errorf("second batch took %d requests, want 1", n)
		}
		if h := p.Health(); h != delivery.HealthDegraded {
			t.Errorf("health = %v, want degraded", h)
		}
		healed = true
		if n := batch(); n != 1 {
			t.Errorf("a healed backend got %d requests, want 1", n)
		}
		want := delivery.Tally{Appended: 1500, Exported: 500, Dropped: delivery.Dropped{Poison: 1000}}
		if got := balanced(t, p).Spans; got != want {
			t.Errorf("spans = %+v, want %+v", got, want)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "1", "-1", "99999999999999999999", "Fri, 02 Jan 2026 03:04:15 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "soon"} {
		f.Add(s, "")
		f.Add(s, "Fri, 31 Dec 9999 23:59:59 GMT")
	}
	f.Fuzz(func(t *testing.T, value, date string) {
		h := http.Header{"Retry-After": {value}, "Date": {date}}
		if d := delivery.RetryAfter(h, time.Unix(0, 0)); d < 0 {
			t.Errorf("Retry-After %q, Date %q: negative wait %v", value, date, d)
		}
	})
}
