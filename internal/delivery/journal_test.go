package delivery_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/spool"
)

// The variables that turn the test binary into a child: the directory, where
// its spans go to, and what their names begin with.
const (
	childVariable  = "DELIVERY_TEST_DIR"
	urlVariable    = "DELIVERY_TEST_URL"
	prefixVariable = "DELIVERY_TEST_PREFIX"
	noMapVariable  = "DELIVERY_TEST_NO_MAP"
)

// journaling gives a pipeline a spool below dir, and a journal in it.
func journaling(dir string, change ...func(*spool.Config)) func(*delivery.Config) {
	with := spooling(dir, change...)
	return func(c *delivery.Config) {
		with(c)
		c.Journal = true
	}
}

func unmapped(c *spool.Config) { c.NoMap = true }

// emit is the child: it ends numbered spans for ever, and says each number
// afterwards.
func emit(dir string) {
	change := func(c *spool.Config) { c.NoMap = os.Getenv(noMapVariable) != "" }
	c := delivery.Config{
		Traces: &delivery.Target{URL: os.Getenv(urlVariable), Gzip: true}, MaxAge: 20 * time.Millisecond,
		Retry: delivery.Retry{Initial: 10 * time.Millisecond, Max: 50 * time.Millisecond},
	}
	journaling(dir, change)(&c)
	p := delivery.New(c)
	scope := register(p, "child", "https://schema")
	for i := 0; ; i++ {
		p.Append(scope, span(fmt.Sprint(os.Getenv(prefixVariable), " ", i), rand.N(2000)), 3)
		fmt.Println(i)
		time.Sleep(time.Millisecond)
	}
}

// killed runs a child until it has said so many numbers, kills it, and returns
// how many spans it had ended.
func killed(t *testing.T, dir, url, prefix string, atLeast int, environment ...string) int {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(append(os.Environ(), childVariable+"="+dir, urlVariable+"="+url, prefixVariable+"="+prefix), environment...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	n := 0
	for n < atLeast && lines.Scan() {
		n++
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it said before it died
		n++
	}
	_ = c.Wait()
	return n
}

// TestKill kills a process that delivers to a backend with failures, again and
// again: each span that had ended arrives, and at most a batch per kill twice.
func TestKill(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		environment  []string
	}{
		{name: "mapped", reason: "what is written to mapped memory is the kernel's"},
		{name: "unmapped", reason: "what pwrite has taken is the kernel's", environment: []string{noMapVariable + "=1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			const kills = 10
			flaky := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
				time.Sleep(rand.N(10 * time.Millisecond))
				if rand.N(4) == 0 {
					return answer(http.StatusServiceUnavailable), nil
				}
				return answer(http.StatusOK), nil
			})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				data, err := io.ReadAll(req.Body)
				if err != nil {
					return // its sender was killed
				}
				req.Body = io.NopCloser(bytes.NewReader(data))
				resp, err := flaky.RoundTrip(req)
				if err != nil {
					t.Error(err)
					return
				}
				w.WriteHeader(resp.StatusCode)
			}))
			defer server.Close()
			dir := t.TempDir()
			ended := make([]int, kills)
			for i := range kills {
				ended[i] = killed(t, dir, server.URL+"/v1/traces", fmt.Sprint("run ", i), 50+20*i, tt.environment...)
			}
			p := start(t, newBackend(flaky.script), spooling(dir), func(c *delivery.Config) {
				c.Traces.URL = server.URL + "/v1/traces"
				c.RoundTripper = nil
			})
			for begin := time.Now(); time.Since(begin) < time.Minute; time.Sleep(50 * time.Millisecond) {
				if s := balanced(t, p); s.Spans.Recovered > 0 && s.Spans.Spooled+s.Spans.Queued == 0 && len(files(t, dir)) == 0 {
					break
				}
			}
			s := balanced(t, p)
			if s.Spans.Exported == 0 || s.Spans.Exported != s.Spans.Replayed || s.Spans.Dropped.Total()+s.Spans.Rejected != 0 || s.Weight.Exported != 3*s.Spans.Exported {
				t.Errorf("spans %+v, weight %+v; want all recovered", s.Spans, s.Weight)
			}
			seen := flaky.accepted(t)
			twice := 0
			for run, n := range ended {
				for i := range n {
					times := seen[fmt.Sprint("run ", run, " ", i)]
					if times == 0 {
						t.Errorf("run %d: span %d of %d never arrived: %s", run, i, n, tt.reason)
					}
					if times > 1 {
						twice++
					}
				}
			}
			largest := 0
			for _, a := range flaky.all(t) {
				largest = max(largest, len(a.names))
				if name := a.traces.ResourceSpans[0].ScopeSpans[0].Scope.Name; name != "child" {
					t.Errorf("a span of scope %q", name)
				}
			}
			if twice > kills*largest {
				t.Errorf("%d spans arrived twice after %d kills; a batch has %d at most", twice, kills, largest)
			}
			t.Logf("%d kills, %d spans twice, largest batch %d, %+v", kills, twice, largest, s.Spans)
		})
	}
}

// TestJournalKeepsTheBooks goes through an outage, memory pressure and large
// entries, with the books as without a journal.
func TestJournalKeepsTheBooks(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		change       []func(*spool.Config)
	}{
		{name: "mapped", reason: "blocks are mapped memory"},
		{name: "unmapped", reason: "blocks are written to the file", change: []func(*spool.Config){unmapped}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(2) {
				dir := t.TempDir()
				synctest.Test(t, func(t *testing.T) { chaos(t, seed, journaling(dir, tt.change...)) })
				if left := files(t, dir); len(left) != 0 {
					t.Errorf("left %q: %s", left, tt.reason)
				}
			}
		})
	}
}

// A disk without room for the spool still has the journal.
func TestShutdownLeavesTheJournalWhereTheSpoolIsFull(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newOutage(nil)
		// No record fits, so that each one fails as on a full disk.
		first := start(t, b, journaling(dir, func(c *spool.Config) { c.MaxBytes = 10 }))
		const n = 100
		for i := range n {
			first.Append(register(first, fmt.Sprint(i%3), ""), span(fmt.Sprint("span ", i), 0), 2)
		}
		first.AppendMetrics(payload("metric 0"), 4)
		err := first.Shutdown(t.Context())
		if s := balanced(t, first); s.Spans != (delivery.Tally{Appended: n, Spooled: n}) || s.Points != (delivery.Tally{Appended: 4, Spooled: 4}) {
			t.Errorf("spans %+v, points %+v, Shutdown: %v", s.Spans, s.Points, err)
		}
		b.down.Store(false)
		second := start(t, b, journaling(dir))
		time.Sleep(10 * time.Second)
		if s := balanced(t, second); s.Spans != (delivery.Tally{Recovered: n, Exported: n, Replayed: n}) ||
			s.Weight != (delivery.Tally{Recovered: 2 * n, Exported: 2 * n, Replayed: 2 * n}) ||
			s.Points != (delivery.Tally{Recovered: 4, Exported: 4, Replayed: 4}) {
			t.Errorf("spans %+v, weight %+v, points %+v; want all recovered", s.Spans, s.Weight, s.Points)
		}
		once(t, b.backend, "span %d", n)
		once(t, b.backend, "metric %d", 1)
		scopes := map[string]bool{}
		for _, a := range b.all(t) {
			if a.granted && a.traces != nil {
				for _, ss := range a.traces.ResourceSpans[0].ScopeSpans {
					scopes[ss.Scope.Name] = true
				}
			}
		}
		if len(scopes) != 3 {
			t.Errorf("scopes %v, want the three", scopes)
		}
	})
}

// A process that dies young again and again must not fill the disk.
func TestJournalsAreBounded(t *testing.T) {
	name, data := left(t, 3)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "spool"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		name := fmt.Sprintf("%016x%s", i, name[16:])
		if err := os.WriteFile(filepath.Join(dir, "spool", name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := delivery.Config{Traces: &delivery.Target{URL: tracesURL}, RoundTripper: discard}
	journaling(dir)(&c)
	p := delivery.New(c)
	defer func() { _ = p.Shutdown(t.Context()) }()
	if got := files(t, dir); len(got) > 3 {
		t.Errorf("after the start: %q; want a segment or two and the new journal", got)
	}
	if s := balanced(t, p); s.Spans.Recovered != 30 {
		t.Errorf("spans %+v, want 30 recovered", s.Spans)
	}
}

// What was delivered is not sent again by the next process, even where the last
// one died with its blocks still in use.
func TestDeliveredEntriesAreReleased(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		refuse := ""
		b := newBackend(func(_ *http.Request, a *arrival) (*http.Response, error) {
			if strings.Contains(strings.Join(a.names, ","), "span 7") && refuse != "" {
				return answer(http.StatusBadRequest), nil // the others are sent in parts
			}
			return answer(http.StatusOK), nil
		})
		refuse = "span 7"
		p := start(t, b, journaling(dir))
		for i := range 10 {
			p.Append(0, span(fmt.Sprint("span ", i), 0), 1)
		}
		time.Sleep(2 * time.Second)
		p.Append(0, span("span 10", 0), 1)
		// As after kill -9: a copy of the file has no lock.
		names := files(t, dir)
		if len(names) != 1 {
			t.Fatalf("files %q, want the journal", names)
		}
		data, err := os.ReadFile(filepath.Join(dir, "spool", names[0]))
		if err != nil {
			t.Fatal(err)
		}
		other := t.TempDir()
		if err := os.Mkdir(filepath.Join(other, "spool"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, "spool", names[0]), data, 0o600); err != nil {
			t.Fatal(err)
		}
		second := newOutage(nil)
		second.down.Store(false)
		q := start(t, second, spooling(other))
		time.Sleep(5 * time.Second)
		if s := balanced(t, q); s.Spans != (delivery.Tally{Recovered: 1, Exported: 1, Replayed: 1}) {
			t.Errorf("spans %+v, want the one that was not delivered", s.Spans)
		}
		if seen := second.accepted(t); len(seen) != 1 || seen["span 10"] != 1 {
			t.Errorf("arrived: %v", seen)
		}
	})
}
