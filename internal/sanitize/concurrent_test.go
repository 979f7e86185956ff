package sanitize_test

import (
	"fmt"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

func TestConcurrentUse(t *testing.T) {
	const goroutines, each = 8, 500
	s := sanitize.New(sanitize.Limits{})
	ro := cleanStub()
	ro.Attributes = append(ro.Attributes, attribute.String("token", "x"))
	span := ro.Snapshot()
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := range each {
				// More keys than the cache holds, the same for all.
				key := attribute.Key(fmt.Sprintf("k%d.password", i*3))
				if kv, ok := s.Attr(key.String("x")); !ok || kv != key.String("[redacted]") {
					t.Errorf("got %v", kv)
				}
				s.Span(span)
				s.Counts()
			}
		})
	}
	wg.Wait()
	if got, want := s.Counts().Redacted, uint64(goroutines*each*2); got != want {
		t.Errorf("counted %d, want %d", got, want)
	}
}
