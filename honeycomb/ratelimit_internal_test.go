package honeycomb

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestRateLimitObserve(t *testing.T) {
	tests := []struct {
		name   string
		status int
		header http.Header
		want   time.Duration
		reason string
	}{
		{"none", 200, http.Header{}, 0, "an answer need not state anything"},
		{"some left", 200, http.Header{"Ratelimit": {"limit=120, remaining=1, reset=30"}}, 0, "one more may go"},
		{"none left", 200, http.Header{"Ratelimit": {"limit=120, remaining=0, reset=30"}}, 30 * time.Second, "the next would fail"},
		{"other order", 200, http.Header{"Ratelimit": {"reset=30,remaining=0,limit=120"}}, 30 * time.Second, "a dictionary has no order"},
		{"half", 200, http.Header{"Ratelimit": {"remaining=0"}}, 0, "nobody knows for how long"},
		{"date", 429, http.Header{"Retry-After": {"Sat, 01 Jan 2000 00:00:20 GMT"}}, 20 * time.Second, "as RFC 9110 has it"},
		{"other date", 429, http.Header{"Retry-After": {"2000-01-01T00:00:20Z"}}, 20 * time.Second, "as some answers have it"},
		{"seconds", 429, http.Header{"Retry-After": {"7"}}, 7 * time.Second, "as RFC 9110 has it"},
		{"past", 429, http.Header{"Retry-After": {"Fri, 31 Dec 1999 00:00:00 GMT"}}, retryPause, "clocks differ, and it said too many"},
		{"clock of the server", 429, http.Header{"Date": {"Fri, 31 Dec 1999 23:58:30 GMT"}, "Retry-After": {"Fri, 31 Dec 1999 23:58:50 GMT"}}, 20 * time.Second, "both dates are of one clock"},
		{"now", 429, http.Header{"Date": {"Fri, 31 Dec 1999 23:58:30 GMT"}, "Retry-After": {"Fri, 31 Dec 1999 23:58:30 GMT"}}, 0, "the pause before a repetition remains"},
		{"later of both", 429, http.Header{"Ratelimit": {"limit=1, remaining=0, reset=9"}, "Retry-After": {"7"}}, 9 * time.Second, "either may round"},
		{"neither", 429, http.Header{}, retryPause, "it said too many"},
		{"nonsense", 429, http.Header{"Retry-After": {"soon"}}, retryPause, "it said too many"},
		{"days", 429, http.Header{"Retry-After": {"Sat, 08 Jan 2000 00:00:20 GMT"}}, maxPause, "a wrong clock must not stop a client for a week"},
		{"years", 200, http.Header{"Ratelimit": {"limit=1, remaining=0, reset=99999999"}}, 0, "no such window"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // begins with the year 2000
				var l rateLimit
				l.observe(&http.Response{StatusCode: tt.status, Header: tt.header})
				if got := max(l.wait(), 0); got != tt.want {
					t.Errorf("wait %s, want %s: %s", got, tt.want, tt.reason)
				}
				l.observe(&http.Response{StatusCode: http.StatusOK, Header: http.Header{"Ratelimit": {"limit=1, remaining=0, reset=1"}}})
				if got := l.wait(); got < tt.want {
					t.Errorf("wait %s after an answer to an earlier request, want %s", got, tt.want)
				}
			})
		})
	}
}

func FuzzParseRateLimit(f *testing.F) {
	for _, s := range []string{"limit=120, remaining=0, reset=42", "", "remaining=-1,reset=x", "reset=1,reset=2,remaining=3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		remaining, reset, ok := parseRateLimit(header)
		if remaining < 0 || reset < 0 || reset > 1<<20*time.Second {
			t.Errorf("%q: remaining %d, reset %s, %t", header, remaining, reset, ok)
		}
		if d, _ := parseRetryAfter(header, time.Now()); d < 0 {
			t.Errorf("%q: retry after %s", header, d)
		}
	})
}

func FuzzMark(f *testing.F) {
	f.Add("What is slow?", "lift-sys", "3f2a9c1b7e04")
	f.Add("", "a", "")
	f.Add("(managed by me)", "lift-sys", "")
	f.Fuzz(func(t *testing.T, description, owner, query string) {
		if !validTagValue(owner) || len(query) > 20 || !isHex(query) {
			t.Skip()
		}
		want := mark{owner, query}
		if got := readMark(want.on(description)); got != want {
			t.Errorf("mark %v of %q, want %v", got, want.on(description), want)
		}
		_ = readMark(description) // anything may stand in a description
	})
}

func isHex(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}
