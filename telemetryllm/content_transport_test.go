package telemetryllm_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

var contentKeys = []attribute.Key{attr.GenAIInputMessages, attr.GenAIOutputMessages, attr.GenAISystemInstructions}

const (
	saidHi   = `[{"role":"assistant","parts":[{"type":"text","content":"hi"}],"finish_reason":"stop"}]`
	askedHi  = `[{"role":"user","parts":[{"type":"text","content":"Say hi"}]}]`
	askedHi1 = `[{"role":"user","parts":[{"type":"text","content":"SAY HI"}]}]`
	saidHi1  = `[{"role":"assistant","parts":[{"type":"text","content":"HI"}],"finish_reason":"stop"}]`
)

func TestWithContent(t *testing.T) {
	big := `{"model":"m","messages":[{"role":"user","content":"` + strings.Repeat("word ", 100_000) + `"},{"role":"user","content":"Say hi"}]}`
	both := map[attribute.Key]any{attr.GenAIInputMessages: askedHi, attr.GenAIOutputMessages: saidHi}
	tests := []struct {
		name, reason string
		opts         []telemetryllm.Option
		answers      []func(*http.Request) (*http.Response, error)
		body         string
		set          func(*http.Request)
		want         map[attribute.Key]any
	}{
		{name: "off", reason: "is the default", answers: list(ok), want: map[attribute.Key]any{}},
		{name: "on", reason: "both sides", opts: content(telemetryllm.Content{}), answers: list(ok), want: both},
		{name: "streamed", reason: "both sides", opts: content(telemetryllm.Content{}), answers: list(streamed), want: both},
		{
			name: "masked", reason: "before it is recorded", opts: content(telemetryllm.Content{Mask: strings.ToUpper}), answers: list(ok),
			want: map[attribute.Key]any{attr.GenAIInputMessages: askedHi1, attr.GenAIOutputMessages: saidHi1},
		},
		{
			name: "large request", reason: "is read while it is sent", opts: content(telemetryllm.Content{}), answers: list(ok), body: big,
			want: map[attribute.Key]any{
				attr.GenAIInputMessages:  `[{"role":"omitted","parts":[{"type":"omitted","messages":1}]},{"role":"user","parts":[{"type":"text","content":"Say hi"}]}]`,
				attr.GenAIOutputMessages: saidHi,
			},
		},
		{
			name: "no GetBody", reason: "is read while it is sent", opts: content(telemetryllm.Content{}), answers: list(ok), want: both,
			set: func(r *http.Request) { r.GetBody = nil },
		},
		{
			name: "refused", reason: "an error is no answer", opts: content(telemetryllm.Content{}),
			answers: list(func(r *http.Request) (*http.Response, error) {
				return answer(r, 400, "application/json", `{"error":{"message":"no"}}`), nil
			}),
			want: map[attribute.Key]any{attr.GenAIInputMessages: askedHi},
		},
		{
			name: "with usage asked for", reason: "the flag is no content", opts: append(content(telemetryllm.Content{}), telemetryllm.WithStreamUsage()),
			answers: list(streamed), want: both, body: strings.Replace(chatRequest, "{", `{"stream":true,`, 1),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			body := tt.body
			if body == "" {
				body = chatRequest
			}
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, bytes.NewReader([]byte(body)))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			if tt.set != nil {
				tt.set(r)
			}
			res, err := telemetryllm.NewTransport(replies(tt.answers...), tt.opts...).RoundTrip(r)
			readAll(t, res, err)
			if d := cmp.Diff(tt.want, pick(rec.Span(attr.SpanLLMCall), contentKeys...)); d != "" {
				t.Errorf("%s, -want +got:\n%s", tt.reason, d)
			}
		})
	}
}

func content(c telemetryllm.Content) []telemetryllm.Option {
	return []telemetryllm.Option{telemetryllm.WithContent(c)}
}

func list(f ...func(*http.Request) (*http.Response, error)) []func(*http.Request) (*http.Response, error) {
	return f
}

// Of several requests of one call the last one counts, with its answer.
func TestContentOfSeveralRequests(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	broken := func(r *http.Request) (*http.Response, error) {
		return answer(r, 400, "application/json", `{"error":{"message":"no"}}`), nil
	}
	tr := replies(ok, streamed, broken)
	ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Model: "mine"})
	for range 3 {
		res, err := post(ctx, t, tr, chatURL, chatRequest, telemetryllm.WithContent(telemetryllm.Content{}))
		readAll(t, res, err)
	}
	call.End(nil)
	want := map[attribute.Key]any{attr.GenAIInputMessages: askedHi}
	if d := cmp.Diff(want, pick(rec.Span(attr.SpanLLMCall), contentKeys...)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// An attempt that is repeated says what it asked once.
func TestContentOfRetry(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	tr := telemetryllm.NewTransport(replies(busy(), ok), telemetryllm.WithContent(telemetryllm.Content{}))
	attempt(ctx, t, tr, "0")
	attempt(ctx, t, tr, "1")
	want := map[attribute.Key]any{attr.GenAIInputMessages: askedHi, attr.GenAIOutputMessages: saidHi}
	if d := cmp.Diff(want, pick(rec.Span(attr.SpanLLMCall), contentKeys...)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// A server that answers before it has read the request, and callers at once.
func TestContentAtOnce(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, chatAnswer)
	}))
	defer server.Close()
	ctx, rec := telemetrytest.Context(t)
	var masked atomic.Int64
	tr := telemetryllm.NewTransport(nil, telemetryllm.WithContent(telemetryllm.Content{Mask: func(s string) string {
		masked.Add(1)
		return s
	}}))
	client := &http.Client{Transport: tr}
	body := `{"model":"m","messages":[` + strings.Repeat(`{"role":"user","content":"word word"},`, 20_000) + `{"role":"user","content":"x"}]}`
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/chat/completions", struct{ io.Reader }{strings.NewReader(body)})
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("Content-Type", "application/json")
			res, err := client.Do(r)
			if err != nil {
				return // the server may give up before the request is sent
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		})
	}
	wg.Wait()
	client.CloseIdleConnections()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if n := len(rec.Spans()); n != 8 || masked.Load() == 0 {
		t.Errorf("%d spans, %d texts masked", n, masked.Load())
	}
}

// Where nobody wants content it costs nothing.
func TestContentAllocs(t *testing.T) {
	ctx := quiet(t)
	buf := make([]byte, 4<<10)
	base := memory("text/event-stream", streamOf(200), true)
	measure := func(ctx context.Context, opts ...telemetryllm.Option) float64 {
		tr := telemetryllm.NewTransport(base, opts...)
		return testing.AllocsPerRun(50, func() { exchange(ctx, t, tr, chatRequest, buf) })
	}
	off, on := measure(ctx), measure(ctx, telemetryllm.WithContent(telemetryllm.Content{}))
	if off >= on {
		t.Errorf("%v allocations without content, %v with it", off, on)
	}
}
