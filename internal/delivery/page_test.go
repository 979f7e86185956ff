package delivery_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// A proxy may show its page of maintenance with a 200: that costs nothing.
func TestAPageIsNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pages := 2
		b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
			if pages--; pages >= 0 {
				return answerBody(http.StatusOK, []byte("<html>We will be back soon</html>"), "Content-Type", "text/html; charset=utf-8"), nil
			}
			return answer(http.StatusOK), nil
		})
		p := start(t, b)
		p.Append(0, span("a", 0), 1)
		time.Sleep(time.Second)
		synctest.Wait()
		s := balanced(t, p)
		if want := (delivery.Tally{Appended: 1, Queued: 1}); s.Spans != want || !strings.Contains(s.LastError, "check the endpoint") {
			t.Errorf("after a page: %+v, error %q; want %+v", s.Spans, s.LastError, want)
		}
		time.Sleep(time.Minute)
		if s, want := balanced(t, p), (delivery.Tally{Appended: 1, Exported: 1}); s.Spans != want || s.Retries != 2 {
			t.Errorf("afterwards: %+v, %d retries; want %+v and 2", s.Spans, s.Retries, want)
		}
	})
}
