package receive_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// slow is a sink that stores when it is told to.
type slow chan struct{}

func (s slow) Append(context.Context, *table.Batch) error {
	<-s
	return nil
}

// Requests that wait to be stored are bounded by what they take. Further ones are
// told to come back, and are taken when those before have been answered.
func TestHeldIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := make(slow)
		h := receive.HandlerWithin(sink, 100_000)
		statuses := make(chan int, 100)
		send := func(size int) {
			body := `{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"` + strings.Repeat("x", size) + `"}]}]}]}`
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/traces", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			statuses <- w.Code
		}
		answers := func() map[int]int {
			n := make(map[int]int)
			for range len(statuses) {
				n[<-statuses]++
			}
			return n
		}
		for range 20 {
			go send(10_000)
		}
		synctest.Wait()
		busy := answers()
		if waiting := 20 - busy[http.StatusTooManyRequests]; len(busy) != 1 || waiting < 5 || waiting > 9 {
			t.Errorf("answers %v to 20 requests of 10 kB: want 429 to all that exceed 100 kB", busy)
		}
		close(sink)
		synctest.Wait()
		if got := answers(); got[http.StatusOK] != 20-busy[http.StatusTooManyRequests] {
			t.Errorf("answers %v, want 200 to those that waited", got)
		}
		for range 20 { // all has been given back
			send(10_000)
		}
		if got := answers(); got[http.StatusOK] != 20 {
			t.Errorf("answers %v, want 200 to all afterwards", got)
		}
	})
}

// Only so many bodies are decoded at a time. Another one waits for a while.
func TestDecodesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		decode := receive.Decoder()
		finish := make(chan struct{})
		for range receive.MaxDecodes {
			go decode(t.Context(), func() error { <-finish; return nil }) //nolint:errcheck // it has none
		}
		synctest.Wait()
		began := time.Now()
		if err := decode(t.Context(), func() error { return nil }); !errors.Is(err, receive.ErrBusy) || time.Since(began) != receive.MaxWait {
			t.Errorf("one too many: %v after %v, want ErrBusy after %v", err, time.Since(began), receive.MaxWait)
		}
		go func() {
			time.Sleep(receive.MaxWait / 2)
			close(finish)
		}()
		if err := decode(t.Context(), func() error { return nil }); err != nil {
			t.Errorf("one that waits for its turn: %v", err)
		}
	})
}
