package telemetrytest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/telemetrytest"
)

// A part is what one Read gave, and when.
type part struct {
	At   time.Duration
	Text string
	Err  error
}

// listen reads a body to its end.
func listen(start time.Time, body io.Reader) []part {
	var parts []part
	buffer := make([]byte, 1<<20)
	for {
		n, err := body.Read(buffer)
		parts = append(parts, part{time.Since(start), string(buffer[:n]), err})
		if err != nil {
			return parts
		}
	}
}

// prompt is a streamed prompt for Ollama, whose documents are short.
const (
	promptURL  = "http://localhost:11434/api/generate"
	promptBody = `{"model":"m"}`
)

// token is a document of Ollama.
func token(text string) string {
	return `{"created_at":"2026-01-01T00:00:00Z","done":false,"model":"m","response":"` + text + "\"}\n"
}

const lastToken = `{"created_at":"2026-01-01T00:00:00Z","done":true,"done_reason":"stop","load_duration":10000000,"model":"m","response":"","total_duration":40000000}` + "\n"

// In a bubble, time is exact.
func TestLLMTime(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		answer       telemetrytest.Answer
		header       time.Duration // when the response is there
		want         []part
	}{{
		"at once", "no delay is scripted",
		telemetrytest.Answer{Text: "a b"},
		0,
		[]part{{0, token("a"), nil}, {0, token(" b"), nil}, {0, lastToken, nil}, {0, "", io.EOF}},
	}, {
		"delays", "the first chunk comes with the status, the end with the last chunk",
		telemetrytest.Answer{Text: "a b c", Delay: time.Minute, ChunkDelay: time.Second},
		time.Minute,
		[]part{
			{time.Minute, token("a"), nil},
			{time.Minute + time.Second, token(" b"), nil},
			{time.Minute + 2*time.Second, token(" c"), nil},
			{time.Minute + 2*time.Second, lastToken, nil},
			{time.Minute + 2*time.Second, "", io.EOF},
		},
	}, {
		"chunks", "three pieces of the same length, as runes have no halves",
		telemetrytest.Answer{Text: "äöü ab", Chunks: 3},
		0,
		[]part{{0, token("äö"), nil}, {0, token("ü "), nil}, {0, token("ab"), nil}, {0, lastToken, nil}, {0, "", io.EOF}},
	}, {
		"more chunks than text", "none is empty",
		telemetrytest.Answer{Text: "ab", Chunks: 1 << 40},
		0,
		[]part{{0, token("a"), nil}, {0, token("b"), nil}, {0, lastToken, nil}, {0, "", io.EOF}},
	}, {
		"cut", "when the next chunk is due",
		telemetrytest.Answer{Text: "a b c", ChunkDelay: time.Second, BreakAfter: new(2)},
		0,
		[]part{{0, token("a"), nil}, {time.Second, token(" b"), nil}, {2 * time.Second, "", io.ErrUnexpectedEOF}},
	}, {
		"cut before content", "after none",
		telemetrytest.Answer{Text: "a b", Delay: time.Second, BreakAfter: new(0)},
		time.Second,
		[]part{{time.Second, "", io.ErrUnexpectedEOF}},
	}, {
		"cut after content", "there is no more than all",
		telemetrytest.Answer{Text: "a", BreakAfter: new(9)},
		0,
		[]part{{0, token("a"), nil}, {0, "", io.ErrUnexpectedEOF}},
	}, {
		"error", "an event, and then the end",
		telemetrytest.Answer{Text: "a b", ChunkDelay: time.Second, BreakAfter: new(1), Failure: &telemetrytest.Failure{Message: "no"}},
		0,
		[]part{{0, token("a"), nil}, {time.Second, "{\"error\":\"no\"}\n", nil}, {time.Second, "", io.EOF}},
	}, {
		"failure", "it has no chunks, but a delay",
		telemetrytest.Answer{Text: "a b", Delay: time.Second, ChunkDelay: time.Second, Failure: &telemetrytest.Failure{Message: "no"}},
		time.Second,
		[]part{{time.Second, `{"error":"no"}`, nil}, {time.Second, "", io.EOF}},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				tt.answer.OmitUsage = true
				res := post(t, telemetrytest.NewLLM(t, tt.answer).Transport(), promptURL, promptBody)
				defer res.Body.Close()
				if got := time.Since(start); got != tt.header {
					t.Errorf("response after %v, want %v", got, tt.header)
				}
				if diff := cmp.Diff(tt.want, listen(start, res.Body), equalErrors); diff != "" {
					t.Errorf("want because %s; - want, + got:\n%s", tt.reason, diff)
				}
			})
		})
	}
}

var equalErrors = cmp.Comparer(errors.Is)

// A slow reader does not slow the provider down, as with a socket.
func TestLLMSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		llm := telemetrytest.NewLLM(t, telemetrytest.Answer{Text: "a b c", ChunkDelay: time.Second, OmitUsage: true})
		res := post(t, llm.Transport(), promptURL, promptBody)
		defer res.Body.Close()
		start := time.Now()
		time.Sleep(1500 * time.Millisecond)
		want := []part{
			{1500 * time.Millisecond, token("a"), nil},
			{1500 * time.Millisecond, token(" b"), nil},
			{2 * time.Second, token(" c"), nil},
			{2 * time.Second, lastToken, nil},
			{2 * time.Second, "", io.EOF},
		}
		if diff := cmp.Diff(want, listen(start, res.Body), equalErrors); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
	})
}

// An answer in one piece is cut in its middle, and announced as whole.
func TestLLMCutWhole(t *testing.T) {
	whole := post(t, telemetrytest.NewLLM(t).Transport(), chatURL, chatBody)
	want, err := io.ReadAll(whole.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer := telemetrytest.DefaultAnswer()
	answer.BreakAfter = new(7)
	cut := post(t, telemetrytest.NewLLM(t, answer).Transport(), chatURL, chatBody)
	got, err := io.ReadAll(cut.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || string(got) != string(want[:len(want)/2]) || cut.ContentLength != int64(len(want)) {
		t.Errorf("%q, %v, length %d; want %q, unexpected EOF, length %d", got, err, cut.ContentLength, want[:len(want)/2], len(want))
	}
}

// What ends a request ends what waits for its answer.
func TestLLMEnds(t *testing.T) {
	late := telemetrytest.Answer{Text: "a b", Delay: time.Second, ChunkDelay: time.Second}
	errGone := errors.New("gone")
	for _, tt := range []struct {
		name, reason string
		answer       telemetrytest.Answer
		after        time.Duration
		end          func(cancel context.CancelCauseFunc, body io.Closer)
		want         error
	}{
		{"canceled before the answer", "the context's cause", late, time.Millisecond, func(cancel context.CancelCauseFunc, _ io.Closer) { cancel(errGone) }, errGone},
		{"canceled in the middle", "the context's cause", late, time.Second + time.Millisecond, func(cancel context.CancelCauseFunc, _ io.Closer) { cancel(errGone) }, errGone},
		{"closed in the middle", "as with a socket", late, time.Second + time.Millisecond, func(_ context.CancelCauseFunc, body io.Closer) { body.Close(); body.Close() }, http.ErrBodyReadAfterClose},
		{"dropped", "what net/http says", telemetrytest.Answer{Drop: true, Delay: time.Second}, time.Hour, func(context.CancelCauseFunc, io.Closer) {}, io.EOF},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				llm := telemetrytest.NewLLM(t, tt.answer)
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, promptURL, strings.NewReader(promptBody))
				if err != nil {
					t.Fatal(err)
				}
				var body io.ReadCloser
				got := make(chan error, 1)
				go func() {
					res, err := llm.Transport().RoundTrip(req)
					if err == nil {
						body = res.Body
						_, err = io.ReadAll(res.Body)
					}
					got <- err
				}()
				time.Sleep(tt.after)
				synctest.Wait()
				tt.end(cancel, body)
				if err := <-got; !errors.Is(err, tt.want) {
					t.Errorf("error %v; want %v, because it is %s", err, tt.want, tt.reason)
				}
			})
		})
	}
}

// A body that is closed, or whose context is done, gives nothing more, not even
// what is due.
func TestLLMClosed(t *testing.T) {
	res := post(t, telemetrytest.NewLLM(t).Transport(), chatURL, chatBody)
	res.Body.Close()
	if n, err := res.Body.Read(make([]byte, 9)); n != 0 || !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("read %d, %v after Close", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(chatBody))
	if err != nil {
		t.Fatal(err)
	}
	res, err = telemetrytest.NewLLM(t).Transport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	cancel()
	if n, err := res.Body.Read(make([]byte, 9)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("read %d, %v after cancel", n, err)
	}
}
