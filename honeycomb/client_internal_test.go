package honeycomb

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRedact(t *testing.T) {
	c, err := NewClient("key0")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // as every plan does
		c.hide("key0")
		c.hide("key0-and-more")
		c.hide("abc")
	}
	if got, want := c.redact("key0 key0-and-more abc"), "*** *** abc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var given []string
	for _, s := range c.secrets {
		given = append(given, s.given())
	}
	if diff := cmp.Diff([]string{"key0-and-more", "key0"}, given); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}

type answers func(*http.Request) time.Duration

// RoundTrip answers that nothing remains, for as long as the function says.
func (f answers) RoundTrip(r *http.Request) (*http.Response, error) {
	reset := f(r)
	h := http.Header{"Content-Type": {"application/json"}}
	if reset > 0 {
		h.Set("Ratelimit", "limit=1, remaining=0, reset="+number(reset.Seconds()))
	}
	return &http.Response{StatusCode: http.StatusOK, Header: h, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// While one request waits, the answer to another may say that it has to wait
// longer.
func TestRateLimitIsReadAgainAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var last time.Duration
		c, err := NewClient("key0", WithTransport(answers(func(r *http.Request) time.Duration {
			switch r.URL.Path {
			case "/slow":
				time.Sleep(5 * time.Second)
				return 20 * time.Second
			case "/fast":
				return 10 * time.Second
			}
			last = time.Since(start)
			return 0
		})))
		if err != nil {
			t.Fatal(err)
		}
		get := func(path string) {
			if err := c.get(t.Context(), path, nil); err != nil {
				t.Error(err)
			}
		}
		var group sync.WaitGroup
		group.Go(func() { get("/slow") })
		synctest.Wait()
		get("/fast")
		get("/last")
		group.Wait()
		if last != 25*time.Second {
			t.Errorf("the last request went after %s, want 25s", last)
		}
	})
}
