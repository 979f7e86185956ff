package llmcall_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// A failure is the call's until another attempt begins; then it is an event
// with what failed and how long the next attempt took to come.
func TestAttempt(t *testing.T) {
	busy := failure.Identity{Type: "overloaded", Message: "slow down"}
	gone := failure.Identity{Type: "dial", Message: "refused"}
	retry := func(kind string, status int64, delay float64) telemetrytest.Attributes {
		kv := telemetrytest.Attributes{attr.ErrorType: kind, attr.LLMRetryDelayMS: delay}
		if status > 0 {
			kv[attr.HTTPResponseStatusCode] = status
		}
		return kv
	}
	tests := []struct {
		name, reason string
		do           func(t *testing.T, c *llmcall.Call)
		events       []telemetrytest.Attributes
		want         map[attribute.Key]any
	}{
		{
			name: "one that works", reason: "nothing to tell",
			do:   func(_ *testing.T, c *llmcall.Call) { c.Attempt() },
			want: map[attribute.Key]any{},
		},
		{
			name: "one that fails", reason: "its failure is the call's",
			do:   func(_ *testing.T, c *llmcall.Call) { c.Lost(c.Attempt(), busy, 529) },
			want: map[attribute.Key]any{attr.ErrorType: "overloaded", attr.ErrorMessage: "slow down"},
		},
		{
			name: "the third works", reason: "failures before it are events",
			do: func(_ *testing.T, c *llmcall.Call) {
				c.Lost(c.Attempt(), busy, 529)
				time.Sleep(time.Second)
				c.Lost(c.Attempt(), gone, 0)
				time.Sleep(2 * time.Second)
				c.Attempt()
			},
			events: []telemetrytest.Attributes{retry("overloaded", 529, 1000), retry("dial", 0, 2000)},
			want:   map[attribute.Key]any{attr.LLMRetries: int64(2)},
		},
		{
			name: "an old attempt", reason: "what it says after the next one has begun is not the call's",
			do: func(t *testing.T, c *llmcall.Call) {
				first := c.Attempt()
				if !c.Lost(first, busy, 529) {
					t.Error("the only attempt is the last one")
				}
				c.Attempt()
				if c.Lost(first, gone, 0) {
					t.Error("an attempt that another one followed is not the last one")
				}
				c.Attempt() // follows no failure
			},
			events: []telemetrytest.Attributes{retry("overloaded", 529, 0)},
			want:   map[attribute.Key]any{attr.LLMRetries: int64(1)},
		},
		{
			name: "told twice", reason: "by the status, and then by the body: one failure",
			do: func(_ *testing.T, c *llmcall.Call) {
				n := c.Attempt()
				c.Lost(n, failure.Identity{Type: "529"}, 529)
				c.Lost(n, busy, 529)
				c.Attempt()
			},
			events: []telemetrytest.Attributes{retry("overloaded", 529, 0)},
			want:   map[attribute.Key]any{attr.LLMRetries: int64(1)},
		},
		{
			name: "the caller counts more", reason: "the larger number is right: some attempts were not seen",
			do: func(_ *testing.T, c *llmcall.Call) {
				c.Lost(c.Attempt(), busy, 529)
				c.Attempt()
				c.Answer(&llmcall.Response{Retries: 4})
			},
			events: []telemetrytest.Attributes{retry("overloaded", 529, 0)},
			want:   map[attribute.Key]any{attr.LLMRetries: int64(4)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, rec := telemetrytest.Context(t)
				_, call := llmcall.Start(ctx, request())
				tt.do(t, call)
				call.End(nil)
				span := rec.Span(attr.SpanLLMCall)
				if d := cmp.Diff(tt.want, attributes(span, attr.LLMRetries, attr.ErrorType, attr.ErrorMessage)); d != "" {
					t.Errorf("%s: -want +got:\n%s", tt.reason, d)
				}
				var events []telemetrytest.Attributes
				for _, e := range span.Events {
					if e.Name == attr.EventLLMRetry {
						events = append(events, e.Attributes)
					}
				}
				if d := cmp.Diff(tt.events, events); d != "" {
					t.Errorf("%s: events -want +got:\n%s", tt.reason, d)
				}
				if failed := tt.want[attr.ErrorType] != nil; (span.Status == codes.Error) != failed {
					t.Errorf("%s: status %v", tt.reason, span.Status)
				}
			})
		})
	}
}

// A call that waits counts above once, however often it is held, and ends as of
// when it was last held.
func TestHold(t *testing.T) {
	tests := []struct {
		name, reason string
		do           func(c *llmcall.Call)
		duration     time.Duration
	}{
		{
			name: "never", reason: "counted at its end", duration: 3 * time.Second,
			do: func(*llmcall.Call) { time.Sleep(3 * time.Second) },
		},
		{
			name: "twice", reason: "the second time replaces the first", duration: 2 * time.Second,
			do: func(c *llmcall.Call) {
				time.Sleep(time.Second)
				c.Hold()
				time.Sleep(time.Second)
				c.Hold()
				time.Sleep(time.Second)
			},
		},
		{
			name: "and taken again", reason: "an attempt that follows makes it go on", duration: 3 * time.Second,
			do: func(c *llmcall.Call) {
				time.Sleep(time.Second)
				c.Lost(c.Attempt(), failure.Identity{Type: "503"}, 503)
				c.Hold()
				time.Sleep(time.Second)
				c.Attempt()
				time.Sleep(time.Second)
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, rec := telemetrytest.Context(t)
				ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s"})
				_, call := llmcall.Start(ctx, request())
				tt.do(call)
				call.End(nil)
				session.End(nil)
				if d := rec.Span(attr.SpanLLMCall).Duration(); d != tt.duration {
					t.Errorf("lasts %v, want %v: %s", d, tt.duration, tt.reason)
				}
				want := map[attribute.Key]any{attr.SessionLLMCalls: int64(1), attr.RequestLLMCalls: int64(1)}
				if d := cmp.Diff(want, attributes(rec.Span(attr.SpanSessionCreate), attr.SessionLLMCalls, attr.RequestLLMCalls)); d != "" {
					t.Errorf("%s: -want +got:\n%s", tt.reason, d)
				}
			})
		})
	}
}

// A call that is held is on the spans above also where these end before it.
func TestHoldOutlives(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s"})
	_, call := llmcall.Start(ctx, request())
	call.Hold()
	session.End(nil)
	call.End(nil)
	want := map[attribute.Key]any{attr.SessionLLMCalls: int64(1), attr.RequestLLMCalls: int64(1)}
	if d := cmp.Diff(want, attributes(rec.Span(attr.SpanSessionCreate), attr.SessionLLMCalls, attr.RequestLLMCalls)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if n := rec.Telemetry().Stats().LateCosts; n != 0 {
		t.Errorf("%d facts counted as late: there is nothing to add", n)
	}
}
