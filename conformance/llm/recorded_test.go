package llm_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/telemetrytest"
)

// Every recording, in every way it can come.
func TestRecordings(t *testing.T) {
	replayAll(t, recordings(t))
}

// replayAll replays exchanges in all ways, and lists in the end what differed.
func replayAll(t *testing.T, all []*cassette, opts ...telemetrytest.Option) {
	t.Helper()
	var s score
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			for _, c := range all {
				t.Run(c.ID, func(t *testing.T) {
					if w.endless && c.doubtful() {
						t.Skip("any service may have this path, and the body cannot be read ahead")
					}
					found := c.check(t, w, opts...)
					s.add(c, w, found)
					for _, line := range found {
						t.Errorf("%s (%s)", line, w.reason)
					}
				})
			}
		})
	}
	t.Log(s.table(all))
}

// check replays an exchange and returns what of its span is wrong.
func (c *cassette) check(t *testing.T, w way, opts ...telemetrytest.Option) (found []string) {
	if w.real {
		ctx, rec := record(t, opts...)
		c.replay(ctx, t, w)
		settle(t, rec)
		return c.judge(rec)
	}
	// Time in the bubble costs nothing, and a call may wait for another attempt.
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := record(t, opts...)
		c.replay(ctx, t, w)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		found = c.judge(rec)
	})
	return found
}

// judge returns what is wrong with what was recorded of one exchange.
func (c *cassette) judge(rec *telemetrytest.Recorder) []string {
	spans := rec.Spans()
	switch {
	case len(spans) != 1:
		return []string{fmt.Sprintf("spans: want 1, got %d: %s", len(spans), strings.ReplaceAll(rec.Tree(), "\n", "; "))}
	case spans[0].Kind != trace.SpanKindClient:
		return []string{fmt.Sprintf("kind: want client, got %v", spans[0].Kind)}
	case c.calls():
		return c.mismatches(spans[0])
	}
	return plainMismatches(spans[0])
}

// A score counts exchanges without a mismatch. It is safe for concurrent use.
type score struct {
	mu   sync.Mutex
	runs int
	bad  map[string]map[string][]string // ways by mismatch, by ID
}

func (s *score) add(c *cassette, w way, found []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs++
	for _, line := range found {
		if s.bad == nil {
			s.bad = map[string]map[string][]string{}
		}
		if s.bad[c.ID] == nil {
			s.bad[c.ID] = map[string][]string{}
		}
		s.bad[c.ID][line] = append(s.bad[c.ID][line], w.name)
	}
}

// table lists how many exchanges of each API have no mismatch, and what the
// others have.
func (s *score) table(all []*cassette) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d exchanges without a mismatch, in %d runs\n", len(all)-len(s.bad), len(all), s.runs)
	for _, api := range apis(all) {
		n, good := 0, 0
		for _, c := range all {
			if c.API == api {
				n++
				if s.bad[c.ID] == nil {
					good++
				}
			}
		}
		fmt.Fprintf(&b, "%4d of %-4d %s\n", good, n, api)
	}
	for _, c := range all {
		for _, line := range slices.Sorted(maps.Keys(s.bad[c.ID])) {
			where := "all ways"
			if in := s.bad[c.ID][line]; len(in) < len(ways) {
				where = strings.Join(in, ", ")
			}
			fmt.Fprintf(&b, "%s | %s | %s | %s\n", c.API, c.ID, line, where)
		}
	}
	return b.String()
}
