package telemetryllm_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// refuses answers with a status and pairs of header names and values.
func refuses(status int, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		res, err := busy(header...)(r)
		res.StatusCode = status
		return res, err
	}
}

// numbered is a request as an SDK makes it that tells the attempt's number,
// from 0; an empty number: one that does not.
func numbered(ctx context.Context, t *testing.T, body, number string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if number != "" {
		r.Header.Set("X-Stainless-Retry-Count", number)
	}
	return r
}

// Whether a call waits for another attempt, and how long, is what the server
// says, else the status.
func TestHeldFor(t *testing.T) {
	date := func(after time.Duration) string { return time.Now().Add(after).UTC().Format(http.TimeFormat) }
	tests := []struct {
		name, reason string
		status       int
		header       func() []string
		pause        time.Duration
		spans        int
	}{
		{name: "429", reason: "SDKs repeat it", status: 429, pause: 9 * time.Second, spans: 1},
		{name: "408", reason: "SDKs repeat it", status: 408, pause: time.Second, spans: 1},
		{name: "409", reason: "SDKs repeat it", status: 409, pause: time.Second, spans: 1},
		{name: "529", reason: "SDKs repeat it", status: 529, pause: time.Second, spans: 1},
		{name: "400", reason: "nobody repeats it", status: 400, pause: time.Second, spans: 2},
		{name: "401", reason: "nobody repeats it", status: 401, pause: time.Second, spans: 2},
		{name: "400, to be repeated", reason: "the server's word", status: 400, header: func() []string { return []string{"X-Should-Retry", "true"} }, pause: time.Second, spans: 1},
		{name: "429, not to be repeated", reason: "the server's word", status: 429, header: func() []string { return []string{"X-Should-Retry", "false"} }, pause: time.Second, spans: 2},
		{name: "milliseconds", reason: "OpenAI's own header", status: 429, header: func() []string { return []string{"Retry-After-Ms", "500", "Retry-After", "60"} }, pause: 1400 * time.Millisecond, spans: 1},
		{name: "milliseconds, over", reason: "and a second", status: 429, header: func() []string { return []string{"Retry-After-Ms", "500", "Retry-After", "60"} }, pause: 1600 * time.Millisecond, spans: 2},
		{name: "a date", reason: "HTTP's other form", status: 503, header: func() []string { return []string{"Retry-After", date(20 * time.Second)} }, pause: 20500 * time.Millisecond, spans: 1},
		{name: "a date, over", reason: "and a second", status: 503, header: func() []string { return []string{"Retry-After", date(20 * time.Second)} }, pause: 22 * time.Second, spans: 2},
		{name: "a date gone by", reason: "a second", status: 503, header: func() []string { return []string{"Retry-After", date(-time.Hour)} }, pause: 1100 * time.Millisecond, spans: 2},
		{name: "tomorrow", reason: "nobody is waited for so long", status: 429, header: func() []string { return []string{"Retry-After", "86400"} }, pause: 121 * time.Second, spans: 2},
		{name: "nonsense", reason: "as if nothing was said", status: 429, header: func() []string { return []string{"Retry-After", "soon", "Retry-After-Ms", "-1"} }, pause: 9 * time.Second, spans: 1},
		{name: "no number", reason: "as if nothing was said", status: 429, header: func() []string { return []string{"Retry-After", "NaN"} }, pause: 9 * time.Second, spans: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, rec := telemetrytest.Context(t)
				var header []string
				if tt.header != nil {
					header = tt.header()
				}
				tr := telemetryllm.NewTransport(replies(refuses(tt.status, header...), ok))
				attempt(ctx, t, tr, "0")
				time.Sleep(tt.pause)
				attempt(ctx, t, tr, "1")
				if n := len(rec.Spans()); n != tt.spans {
					t.Errorf("%d spans, want %d: %s\n%s", n, tt.spans, tt.reason, rec.Tree())
				}
			})
		})
	}
}

// However an SDK gives an attempt up, the next one belongs to the same call.
func TestHeldAttempts(t *testing.T) {
	late := func(r *http.Request) (*http.Response, error) { // the SDK's timeout for one attempt is over while the body comes
		res := answer(r, 200, "application/json", "")
		res.Body = io.NopCloser(untilDone{r.Context()})
		return res, nil
	}
	closeIt := func(t *testing.T, res *http.Response) {
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	tests := []struct {
		name, reason string
		first        func(*http.Request) (*http.Response, error)
		giveUp       func(t *testing.T, cancel context.CancelFunc, res *http.Response)
		want         map[attribute.Key]any
	}{
		{
			name: "never closed", reason: "openai-go v1 forgets to", first: busy(),
			giveUp: func(*testing.T, context.CancelFunc, *http.Response) {},
			want:   map[attribute.Key]any{attr.LLMRetries: int64(1), attr.ErrorType: "429"}, // the body was not read
		},
		{
			name: "cancelled, then closed", reason: "a context of its own for each attempt", first: busy(),
			giveUp: func(t *testing.T, cancel context.CancelFunc, res *http.Response) {
				cancel()
				synctest.Wait()
				closeIt(t, res)
			},
			want: map[attribute.Key]any{attr.LLMRetries: int64(1), attr.ErrorType: "429"},
		},
		{
			name: "closed, then cancelled", reason: "what it says is read first", first: busy(),
			giveUp: func(t *testing.T, cancel context.CancelFunc, res *http.Response) {
				closeIt(t, res)
				cancel()
				synctest.Wait()
			},
			want: map[attribute.Key]any{attr.LLMRetries: int64(1), attr.ErrorType: "tokens"},
		},
		{
			name: "timed out while the body came", reason: "the status was good, the attempt was not", first: late,
			giveUp: func(t *testing.T, _ context.CancelFunc, res *http.Response) {
				if _, err := io.ReadAll(res.Body); err == nil {
					t.Error("the caller does not see the error")
				}
				closeIt(t, res)
			},
			want: map[attribute.Key]any{attr.LLMRetries: int64(1), attr.ErrorType: attr.ErrorTimeout},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, rec := telemetrytest.Context(t)
				tr := telemetryllm.NewTransport(replies(tt.first, ok))
				own, cancel := context.WithTimeout(ctx, time.Second)
				defer cancel()
				res, err := tr.RoundTrip(numbered(own, t, chatRequest, "0"))
				if err != nil {
					t.Fatal(err)
				}
				tt.giveUp(t, cancel, res)
				res, err = tr.RoundTrip(numbered(ctx, t, chatRequest, "1"))
				readAll(t, res, err)
				_ = rec.Telemetry().Flush(ctx)

				span := rec.Span(attr.SpanLLMCall)
				got := pick(span, attr.LLMRetries, attr.ErrorType) // the failure is the event's, not the call's
				event, _ := span.Event(attr.EventLLMRetry)
				if kind, ok := event.Attributes[attr.ErrorType]; ok {
					if _, failed := got[attr.ErrorType]; failed {
						t.Errorf("%s: the call failed", tt.reason)
					}
					got[attr.ErrorType] = kind
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Errorf("%s: -want +got:\n%s", tt.reason, d)
				}
			})
		})
	}
}

// untilDone is a body that comes when its context is done.
type untilDone struct{ ctx context.Context }

func (u untilDone) Read([]byte) (int, error) {
	<-u.ctx.Done()
	time.Sleep(time.Millisecond) // after all others that wait for the same
	return 0, u.ctx.Err()
}

// A call that waits is ended by Flush; attempts that come after it belong to
// one another.
func TestHeldFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		tr := telemetryllm.NewTransport(replies(busy(), busy("Retry-After", "1"), busy("Retry-After", "2"), ok))
		attempt(ctx, t, tr, "0")
		if err := rec.Telemetry().Flush(ctx); err != nil {
			t.Fatal(err)
		}
		for _, n := range []string{"1", "2", "3"} {
			attempt(ctx, t, tr, n)
			time.Sleep(time.Second)
		}
		var got []any
		for _, s := range rec.Spans() {
			got = append(got, s.Attributes[attr.LLMRetries])
		}
		if d := cmp.Diff([]any{nil, int64(2)}, got); d != "" {
			t.Errorf("llm.retries of the spans: -want +got:\n%s", d)
		}
	})
}

// A call that fails for good is in the sums of the spans above, though it waits
// when they end.
func TestHeldRollup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		inner, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s"})
		res, err := post(inner, t, replies(busy()), chatURL, chatRequest)
		readAll(t, res, err)
		session.End(nil)
		want := map[attribute.Key]any{attr.SessionLLMCalls: int64(1), attr.RequestLLMCalls: int64(1)}
		if d := cmp.Diff(want, pick(rec.Span(attr.SpanSessionCreate), attr.SessionLLMCalls, attr.RequestLLMCalls)); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	})
}

// Large requests side by side, of which no hash is known, are not taken for
// one another.
func TestHeldLarge(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, work := telemetry.Start(ctx, "work")
	text := strings.Repeat("x", 70<<10)
	n := 0
	tr := telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
		b, err := io.ReadAll(r.Body)
		if n++; n <= 2 || err != nil {
			res, _ := busy()(r)
			return res, err
		}
		model, _, _ := strings.Cut(strings.TrimPrefix(string(b), `{"model":"`), `"`)
		return answer(r, 200, "application/json", `{"id":"1","model":"`+model+`","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":1}}`), nil
	}))
	for _, a := range []struct{ model, number string }{{"a", "0"}, {"b", "0"}, {"b", "1"}, {"a", "1"}} {
		res, err := tr.RoundTrip(numbered(ctx, t, `{"model":"`+a.model+`","messages":[{"role":"user","content":"`+text+`"}]}`, a.number))
		readAll(t, res, err)
	}
	work.End(nil)
	for _, s := range rec.Spans() {
		asked, answered := s.Attributes[attr.GenAIRequestModel], s.Attributes[attr.GenAIResponseModel]
		if s.Name == attr.SpanLLMCall && answered != nil && asked != answered {
			t.Errorf("a call of %v has the answer of %v", asked, answered)
		}
	}
}

// Without a parent, and without the SDK's word for it, two requests that look
// alike are two calls.
func TestHeldNoParent(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	tr := telemetryllm.NewTransport(replies(busy(), ok))
	for range 2 {
		attempt(ctx, t, tr, "")
	}
	var got []any
	for _, s := range rec.Spans() {
		got = append(got, s.Attributes[attr.ErrorType])
	}
	if d := cmp.Diff([]any{"tokens", nil}, got); d != "" {
		t.Errorf("error.type of the spans: -want +got:\n%s", d)
	}
}

// Answers that nobody ever closes do not keep other attempts from being told
// apart, however many they are.
func TestHeldForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		tr := telemetryllm.NewTransport(replies(busy("Retry-After", "1")))
		for i := range 1100 {
			res, err := tr.RoundTrip(numbered(ctx, t, fmt.Sprintf(`{"model":"m","messages":[],"seed":%d}`, i), "0"))
			if err != nil || res.StatusCode != http.StatusTooManyRequests {
				t.Fatal(res, err)
			}
			if i%550 == 549 { // no more than may wait at a time
				time.Sleep(time.Minute)
			}
		}
		if n := len(rec.Spans()); n != 1100 {
			t.Errorf("%d spans of 1100 calls", n)
		}
		rec.Reset()
		tr = telemetryllm.NewTransport(replies(busy(), ok))
		attempt(ctx, t, tr, "0")
		attempt(ctx, t, tr, "1")
		if n := len(rec.Spans()); n != 1 {
			t.Errorf("%d spans of one call with a retry", n)
		}
	})
}
