package delivery_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/spool"
)

func TestAnOutageGoesToTheSpool(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		down         http.HandlerFunc
		healed       time.Duration
		health       delivery.Health
	}{
		{name: "refused", reason: "nobody answers", healed: 30 * time.Second, health: delivery.HealthStalled},
		{
			name: "unauthorized", reason: "a key that is refused holds the data, memory need not",
			down:   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
			healed: time.Minute, health: delivery.HealthUnauthorized,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				b := newOutage(tt.down)
				p := start(t, b, spooling(dir))
				const n = 600
				for i := range n {
					p.Append(register(p, fmt.Sprint("scope ", i%3), "https://schema"), span(fmt.Sprint("span ", i), 100), 2)
					time.Sleep(100 * time.Millisecond)
					balanced(t, p)
				}
				p.AppendMetrics(payload("metric 0"), 5)
				time.Sleep(15 * time.Second)
				s := balanced(t, p)
				if s.Spans != (delivery.Tally{Appended: n, Spooled: n}) || s.Weight != (delivery.Tally{Appended: 2 * n, Spooled: 2 * n}) ||
					s.Points != (delivery.Tally{Appended: 5, Spooled: 5}) {
					t.Errorf("during the outage: spans %+v, weight %+v, points %+v; want all spooled: %s", s.Spans, s.Weight, s.Points, tt.reason)
				}
				if p.Health() != tt.health || s.SpoolBytes == 0 || s.SpoolError != "" {
					t.Errorf("health %v, %d bytes in the spool, error %q", p.Health(), s.SpoolBytes, s.SpoolError)
				}
				b.down.Store(false)
				time.Sleep(tt.healed)
				s = balanced(t, p)
				if want := (delivery.Tally{Appended: n, Exported: n, Replayed: n}); s.Spans != want {
					t.Errorf("afterwards: spans %+v, want %+v", s.Spans, want)
				}
				if want := (delivery.Tally{Appended: 5, Exported: 5, Replayed: 5}); s.Points != want {
					t.Errorf("afterwards: points %+v, want %+v", s.Points, want)
				}
				if left := files(t, dir); len(left) != 0 || s.SpoolBytes != 0 || p.Health() != delivery.HealthOK {
					t.Errorf("left %q, %d bytes, health %v", left, s.SpoolBytes, p.Health())
				}
				once(t, b.backend, "span %d", n)
				once(t, b.backend, "metric %d", 1)
				p.Append(0, span("live", 0), 1)
				time.Sleep(2 * time.Second)
				for _, a := range b.all(t) {
					if a.granted && a.traces != nil {
						replayed := a.names[0] != "live"
						if got := marked(a.traces); got != replayed {
							t.Errorf("%q: telemetry.replayed %v, want %v", a.names[0], got, replayed)
						}
					}
				}
			})
		})
	}
}

func TestTheNextProcessSendsWhatShutdownLeft(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newOutage(nil)
		first := start(t, b, spooling(dir))
		const n = 100
		for i := range n {
			first.Append(0, span(fmt.Sprint("span ", i), 0), 3)
		}
		first.AppendMetrics(payload("metric 0"), 1)
		begin := time.Now()
		err := first.Shutdown(t.Context())
		loss, ok := errors.AsType[*delivery.LossError](err)
		if !ok {
			t.Fatalf("Shutdown: %v", err)
		}
		if want := (delivery.LossError{SpooledSpans: n, SpooledPoints: 1, Err: loss.Err}); *loss != want {
			t.Errorf("Shutdown: %+v, want %+v", *loss, want)
		}
		const text = "telemetry: 100 spans and 1 metric point not delivered (spooled): POST https://backend.test/v1/"
		if got := err.Error(); len(got) < len(text) || got[:len(text)] != text {
			t.Errorf("error %q, want %q …", got, text)
		}
		if took := time.Since(begin); took > delivery.DefaultFlushTimeout+time.Second {
			t.Errorf("Shutdown took %v", took)
		}
		if s := balanced(t, first); s.Spans != (delivery.Tally{Appended: n, Spooled: n}) {
			t.Errorf("spans %+v", s.Spans)
		}

		b.down.Store(false)
		second := start(t, b, spooling(dir))
		time.Sleep(10 * time.Second)
		s := balanced(t, second)
		if want := (delivery.Tally{Recovered: n, Exported: n, Replayed: n}); s.Spans != want {
			t.Errorf("the next process: spans %+v, want %+v", s.Spans, want)
		}
		if want := (delivery.Tally{Recovered: 3 * n, Exported: 3 * n, Replayed: 3 * n}); s.Weight != want {
			t.Errorf("the next process: weight %+v, want %+v", s.Weight, want)
		}
		once(t, b.backend, "span %d", n)
		once(t, b.backend, "metric %d", 1)
	})
}

// What happens now must not wait for what happened: while a long spool is
// replayed, a new span waits for company, one request at most, and its own.
func TestLiveDataGoesFirst(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		const latency = 200 * time.Millisecond
		b := newOutage(nil)
		down := b.script
		b.script = func(req *http.Request, a *arrival) (*http.Response, error) {
			time.Sleep(latency)
			return down(req, a)
		}
		p := start(t, b, spooling(dir))
		for i := range 600 {
			p.Append(0, span(fmt.Sprint("span ", i), 100), 1)
			time.Sleep(time.Second)
		}
		b.down.Store(false)
		healed := time.Since(b.start)
		time.Sleep(6 * time.Second) // the longest wait between two attempts
		var appended []time.Duration
		for i := range 20 {
			appended = append(appended, time.Since(b.start))
			p.Append(0, span(fmt.Sprint("live ", i), 0), 1)
			time.Sleep(1500 * time.Millisecond)
		}
		time.Sleep(5 * time.Minute)
		if s := balanced(t, p); s.Spans.Exported != 620 || s.Spans.Replayed < 550 {
			t.Errorf("spans %+v, want all exported, 550 or more of them replayed", s.Spans)
		}
		var busy time.Duration
		replays := 0
		var last time.Duration
		for _, a := range b.all(t) {
			if a.at < healed || a.traces == nil {
				continue
			}
			if marked(a.traces) {
				replays++
				busy += latency
				last = a.at + latency
				continue
			}
			var i int
			if _, err := fmt.Sscanf(a.names[0], "live %d", &i); err != nil {
				continue
			}
			if wait := a.at - appended[i]; wait > time.Second+latency {
				t.Errorf("%s was sent %v after it ended", a.names[0], wait)
			}
		}
		if replays < 20 || busy > (last-healed)*6/10 {
			t.Errorf("%d requests of replay took %v of %v: want half of the time at most", replays, busy, last-healed)
		}
	})
}

func TestAnHourIsDrainedInFiveMinutes(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newOutage(nil)
		down := b.script
		b.script = func(req *http.Request, a *arrival) (*http.Response, error) {
			time.Sleep(100 * time.Millisecond)
			return down(req, a)
		}
		p := start(t, b, spooling(dir))
		const n = 18_000
		var peak uint64
		for i := range n {
			p.Append(0, span(fmt.Sprint("span ", i), 300), 1)
			time.Sleep(200 * time.Millisecond)
			peak = max(peak, p.Stats().Buffered)
		}
		b.down.Store(false)
		healed := time.Now()
		for p.Stats().Spans.Exported < n && time.Since(healed) < time.Hour {
			time.Sleep(time.Second)
		}
		if took := time.Since(healed); took > 5*time.Minute || peak > delivery.DefaultMaxBytes {
			t.Errorf("drained in %v with %d bytes of memory at most", took, peak)
		} else {
			t.Logf("drained in %v with %d bytes of memory at most", took, peak)
		}
		once(t, b.backend, "span %d", n)
	})
}

func TestTheSpoolsBounds(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		change       func(*spool.Config)
		of           func(delivery.Dropped) uint64
	}{
		{
			name: "bytes", reason: "the oldest segments go first",
			change: func(c *spool.Config) { c.MaxBytes = 2 << 20 },
			of:     func(d delivery.Dropped) uint64 { return d.Spool },
		},
		{
			name: "age", reason: "what nobody wants to see any more goes",
			change: func(c *spool.Config) { c.MaxAge = 10 * time.Minute },
			of:     func(d delivery.Dropped) uint64 { return d.Expired },
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				b := newOutage(nil)
				p := start(t, b, spooling(dir, tt.change))
				const n = 4000
				noise := noise()
				for i := range n {
					p.Append(0, span(fmt.Sprintf("%d %s", i, noise(1000)), 0), 4)
					time.Sleep(300 * time.Millisecond)
				}
				b.down.Store(false)
				time.Sleep(2 * time.Minute)
				s := balanced(t, p)
				lost := tt.of(s.Spans.Dropped)
				if lost == 0 || lost != s.Spans.Dropped.Total() || s.Spans.Exported != n-lost || s.Weight.Exported != 4*(n-lost) {
					t.Errorf("spans %+v; want some lost, for this reason only: %s", s.Spans, tt.reason)
				}
				arrived := map[int]bool{}
				for name := range b.accepted(t) {
					var i int
					if _, err := fmt.Sscanf(name, "%d ", &i); err != nil {
						t.Fatal(err)
					}
					arrived[i] = true
				}
				for i := range n {
					if got, want := arrived[i], uint64(i) >= lost; got != want {
						t.Fatalf("span %d of %d arrived: %v; want the oldest %d lost", i, n, got, lost)
					}
				}
			})
		})
	}
}

// A disk that does not take anything leaves what there was without a spool.
func TestADiskThatFails(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newOutage(nil)
		p := start(t, b, spooling(dir))
		if err := os.RemoveAll(filepath.Join(dir, "spool")); err != nil {
			t.Fatal(err)
		}
		const n = 100
		for i := range n {
			p.Append(0, span(fmt.Sprint("span ", i), 0), 1)
			time.Sleep(100 * time.Millisecond)
		}
		if s := balanced(t, p); s.Spans != (delivery.Tally{Appended: n, Queued: n}) || s.SpoolError == "" || p.Health() != delivery.HealthDegraded {
			t.Errorf("spans %+v, spool %q, health %v; want them in memory", s.Spans, s.SpoolError, p.Health())
		}
		b.down.Store(false)
		time.Sleep(10 * time.Second)
		if s := balanced(t, p); s.Spans != (delivery.Tally{Appended: n, Exported: n}) || p.Health() != delivery.HealthDegraded {
			t.Errorf("spans %+v, health %v; want all delivered, and the disk still failing", s.Spans, p.Health())
		}
		once(t, b.backend, "span %d", n)
	})
}

// No key reaches the disk: the headers are those of the next process.
func TestNoKeyOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newOutage(nil)
		p := start(t, b, spooling(dir), func(c *delivery.Config) { c.Traces.Gzip = false })
		p.Append(0, span("span 0", 0), 1)
		time.Sleep(5 * time.Second)
		names := files(t, dir)
		if len(names) != 1 {
			t.Fatalf("files %q, want one", names)
		}
		data, err := os.ReadFile(filepath.Join(dir, "spool", names[0]))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("hcaik_secret")) || bytes.Contains(data, []byte("backend.test")) {
			t.Errorf("the spool names the key or the destination: %q", data)
		}
		b.down.Store(false)
		time.Sleep(10 * time.Second)
		once(t, b.backend, "span %d", 1) // although this target wants no gzip
	})
}

// The spool holds batches: one bad span there must not cost its neighbours.
func TestPoisonInTheSpool(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newOutage(nil)
		refusing := b.script
		b.script = func(req *http.Request, a *arrival) (*http.Response, error) {
			if !b.down.Load() && slices.Contains(a.names, "span 417") {
				return answer(http.StatusBadRequest), nil
			}
			if !b.down.Load() && slices.Contains(a.names, "metric 2") {
				return answer(http.StatusRequestEntityTooLarge), nil
			}
			return refusing(req, a)
		}
		p := start(t, b, spooling(dir))
		const n, m = 1000, 5
		for i := range n {
			p.Append(register(p, fmt.Sprint(i%4), ""), span(fmt.Sprint("span ", i), 100), 3)
		}
		for i := range m {
			p.AppendMetrics(payload(fmt.Sprint("metric ", i)), 7)
		}
		time.Sleep(5 * time.Second)
		if s := balanced(t, p); s.Spans.Spooled != n || s.Points.Spooled != 7*m {
			t.Errorf("spans %+v, points %+v; want all spooled", s.Spans, s.Points)
		}
		b.down.Store(false)
		time.Sleep(time.Minute)
		s := balanced(t, p)
		poison := delivery.Dropped{Poison: 1}
		if want := (delivery.Tally{Appended: n, Exported: n - 1, Replayed: n - 1, Dropped: poison}); s.Spans != want {
			t.Errorf("spans %+v, want %+v", s.Spans, want)
		}
		large := delivery.Dropped{Oversize: 7}
		if want := (delivery.Tally{Appended: 7 * m, Exported: 7 * (m - 1), Replayed: 7 * (m - 1), Dropped: large}); s.Points != want {
			t.Errorf("points %+v, want %+v", s.Points, want)
		}
		seen := b.accepted(t)
		if len(seen) != n-1+m-1 {
			t.Errorf("%d names arrived, want %d", len(seen), n-1+m-1)
		}
		for name, times := range seen {
			if times != 1 {
				t.Errorf("%q arrived %d times", name, times)
			}
		}
	})
}
