package delivery_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/spool"
)

// spooling gives a pipeline a spool below dir.
func spooling(dir string, change ...func(*spool.Config)) func(*delivery.Config) {
	return func(c *delivery.Config) {
		config := spool.Config{Dir: filepath.Join(dir, "spool")}
		for _, f := range change {
			f(&config)
		}
		s, err := spool.Open(config)
		if err != nil {
			panic(err)
		}
		c.Spool = s
	}
}

// files lists what a spool below dir holds on the disk.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "spool"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// outage is a backend that can be switched.
type outage struct {
	*backend
	down atomic.Bool
}

func newOutage(down http.HandlerFunc) *outage {
	o := new(outage)
	o.down.Store(true)
	o.backend = newBackend(func(req *http.Request, _ *arrival) (*http.Response, error) {
		if !o.down.Load() {
			return answer(http.StatusOK), nil
		}
		if down == nil {
			return nil, errors.New("dial tcp 10.0.0.1:443: connect: connection refused")
		}
		w := &recorder{header: http.Header{}}
		down(w, req)
		return &http.Response{StatusCode: w.code, Header: w.header, Body: http.NoBody}, nil
	})
	return o
}

type recorder struct {
	header http.Header
	code   int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(b []byte) (int, error) { return len(b), nil }
func (r *recorder) WriteHeader(code int)        { r.code = code }

// once fails unless each of n spans of the given name was accepted once.
func once(t *testing.T, b *backend, format string, n int) {
	t.Helper()
	seen := b.accepted(t)
	for i := range n {
		if name := fmt.Sprintf(format, i); seen[name] != 1 {
			t.Errorf("%q arrived %d times", name, seen[name])
		}
	}
}

// marked reports whether a request says that it was replayed.
func marked(r *coltracepb.ExportTraceServiceRequest) bool {
	for _, kv := range r.ResourceSpans[0].Resource.GetAttributes() {
		if kv.Key == "telemetry.replayed" {
			return kv.Value.GetBoolValue()
		}
	}
	return false
}
