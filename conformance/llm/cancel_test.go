package llm_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
)

// A stream is what an SDK hands out.
type stream interface {
	Next() bool
	Err() error
	Close() error
}

// streams are calls of SDKs that stream. The second answer comes a second after
// the first.
var streams = []struct {
	name, fixture string
	own           bool // the SDK has a span of its own, which it ends, and whose error.type it writes
	open          func(context.Context, *http.Client) stream
}{{
	name: "openai", fixture: "chat-stream-tools",
	open: func(ctx context.Context, c *http.Client) stream {
		client := newOpenAI(c)
		return client.Chat.Completions.NewStreaming(ctx, streamParams)
	},
}, {
	name: "openai responses", fixture: "responses-stream",
	open: func(ctx context.Context, c *http.Client) stream {
		client := newOpenAI(c)
		return client.Responses.NewStreaming(ctx, responseParams)
	},
}, {
	name: "anthropic", fixture: "anthropic-stream-tools",
	open: func(ctx context.Context, c *http.Client) stream {
		client := newAnthropic(c, noop.NewTracerProvider())
		return client.Messages.NewStreaming(ctx, messageParams)
	},
}, {
	name: "anthropic with a span of its own", fixture: "anthropic-stream-tools", own: true,
	open: func(ctx context.Context, c *http.Client) stream {
		client := newAnthropic(c, providerOf(ctx))
		return client.Messages.NewStreaming(ctx, messageParams)
	},
}}

// What the caller breaks off ends the span at that moment, and breaks nothing
// else.
func TestBrokenOff(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		deadline     time.Duration // of the context; 0: none
		use          func(s stream, cancel func())
		status       codes.Code
		errorType    any
		takes        time.Duration // 0: whatever
		forgets      bool          // nobody closes the stream
	}{{
		name: "early close", reason: "who has read enough has not failed",
		use: func(s stream, _ func()) {
			s.Next()
			_ = s.Close()
		},
	}, {
		name: "close after cancel", reason: "a client that hung up pages nobody",
		use: func(s stream, cancel func()) {
			s.Next()
			cancel()
			_ = s.Close()
		},
		errorType: "canceled",
	}, {
		name: "cancel", reason: "the next read fails",
		use: func(s stream, cancel func()) {
			s.Next()
			cancel()
			for s.Next() {
			}
			_ = s.Close()
		},
		errorType: "canceled",
	}, {
		name: "cancel and forget", reason: "the span does not wait for a read or for Close",
		use: func(s stream, cancel func()) {
			s.Next()
			cancel()
		},
		errorType: "canceled", forgets: true,
	}, {
		name: "deadline in the stream", reason: "too slow is a failure", deadline: time.Second,
		use: func(s stream, _ func()) {
			for s.Next() {
			}
			_ = s.Close()
		},
		status: codes.Error, errorType: "timeout", takes: time.Second,
	}, {
		name: "deadline before an answer", reason: "too slow is a failure", deadline: 100 * time.Millisecond,
		use: func(s stream, _ func()) {
			for s.Next() {
			}
			_ = s.Close()
		},
		status: codes.Error, errorType: "timeout", takes: 100 * time.Millisecond,
	}} {
		for _, sdk := range streams {
			t.Run(tt.name+"/"+sdk.name, func(t *testing.T) {
				if sdk.own && tt.forgets {
					t.Skip("the SDK ends its span when its stream is closed")
				}
				synctest.Test(t, func(t *testing.T) {
					slow := good(t, sdk.fixture)
					slow.pace, slow.size = 200*time.Millisecond, 100
					run := func(ctx context.Context, rt http.RoundTripper) string {
						ctx, cancel := context.WithCancel(ctx)
						defer cancel()
						if tt.deadline > 0 {
							ctx, cancel = context.WithTimeout(ctx, tt.deadline)
							defer cancel()
						}
						s := sdk.open(ctx, &http.Client{Transport: rt})
						tt.use(s, cancel)
						return textOf(s.Err())
					}
					bare := run(t.Context(), steps(slow))
					ctx, rec := recordSDK(t)
					if traced := run(ctx, telemetryllm.NewTransport(steps(slow))); traced != bare {
						t.Errorf("the SDK's error: %q without the transport, %q with it", bare, traced)
					}
					expire()
					span := priced(t, rec)
					if (span.Status == codes.Error) != (tt.status == codes.Error) || !sdk.own && span.Attributes[attr.ErrorType] != tt.errorType {
						t.Errorf("%s: want status %v and %v, got %v and %v", tt.reason, tt.status, tt.errorType, span.Status, span.Attributes[attr.ErrorType])
					}
					if tt.takes > 0 && span.Duration() != tt.takes {
						t.Errorf("the span takes %v, want %v", span.Duration(), tt.takes)
					}
				})
			})
		}
	}
}
