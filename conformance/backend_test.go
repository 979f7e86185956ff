package conformance_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// A backend is an OTLP/HTTP receiver that decodes with the official protos.
type backend struct {
	*httptest.Server
	t      testing.TB
	answer func(n int, a *arrival) reply // to the nth request, from 0; nil: 200
	quit   chan struct{}

	mu       sync.Mutex
	arrivals []*arrival
}

// An arrival is one request.
type arrival struct {
	path    string
	host    string
	header  http.Header
	size    int // of the decoded body
	traces  *collectorpb.ExportTraceServiceRequest
	metrics *metricspb.ExportMetricsServiceRequest
	granted bool
}

// A reply says how to answer. The zero value is 200.
type reply struct {
	status int
	header map[string]string
	hang   bool // never answer
	reset  bool // close the connection instead
}

// newBackend starts a receiver.
func newBackend(t testing.TB, answer func(n int, a *arrival) reply) *backend {
	t.Helper()
	b := unstarted(t, answer)
	b.Start()
	return b
}

// unstarted is newBackend without Start.
func unstarted(t testing.TB, answer func(n int, a *arrival) reply) *backend {
	b := &backend{t: t, answer: answer, quit: make(chan struct{})}
	b.Server = httptest.NewUnstartedServer(b)
	t.Cleanup(func() {
		close(b.quit)
		b.CloseClientConnections()
		b.Close()
	})
	return b
}

// restartAt serves at an address where somebody listened before.
func restartAt(t testing.TB, addr string) *backend {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	b := unstarted(t, nil)
	_ = b.Listener.Close()
	b.Listener = l
	b.Start()
	return b
}

// refusing returns an address where nobody listens.
func refusing(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// ServeHTTP notes a request and answers it.
func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := &arrival{path: r.URL.Path, host: r.Host, header: r.Header.Clone()}
	if !b.decode(r, a) {
		return
	}
	b.mu.Lock()
	n := len(b.arrivals)
	b.arrivals = append(b.arrivals, a)
	var rep reply
	if b.answer != nil {
		rep = b.answer(n, a)
	}
	a.granted = !rep.hang && !rep.reset && rep.status/100 <= 2
	b.mu.Unlock()
	switch {
	case rep.hang:
		select {
		case <-r.Context().Done():
		case <-b.quit:
		}
	case rep.reset:
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = c.(*net.TCPConn).SetLinger(0) // so that closing is a reset
			_ = c.Close()
		}
	default:
		for k, v := range rep.header {
			w.Header().Set(k, v)
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
		w.WriteHeader(max(rep.status, http.StatusOK))
	}
}

func (b *backend) decode(r *http.Request, a *arrival) bool {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			b.t.Errorf("gzip: %v", err)
			return false
		}
		body = z
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return false // the client went away
	}
	a.size = len(raw)
	var m proto.Message
	if strings.HasSuffix(r.URL.Path, "metrics") {
		a.metrics = new(metricspb.ExportMetricsServiceRequest)
		m = a.metrics
	} else {
		a.traces = new(collectorpb.ExportTraceServiceRequest)
		m = a.traces
	}
	if err := proto.Unmarshal(raw, m); err != nil {
		b.t.Errorf("official decoder: %v", err)
		return false
	}
	return true
}

// all returns the requests so far.
func (b *backend) all() []*arrival {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.arrivals)
}

// first returns the first request.
func (b *backend) first() *arrival {
	b.t.Helper()
	all := b.all()
	if len(all) == 0 {
		b.t.Fatal("nothing arrived")
	}
	return all[0]
}

// spans returns the spans that were granted.
func (b *backend) spans() (spans []*tracepb.Span) {
	for _, a := range b.all() {
		if a.granted {
			spans = append(spans, spansOf(a.traces)...)
		}
	}
	return spans
}

// names returns the names of the spans that were granted, sorted.
func (b *backend) names() (names []string) {
	for _, s := range b.spans() {
		names = append(names, s.GetName())
	}
	slices.Sort(names)
	return names
}

// span returns the only span that was granted.
func (b *backend) span() *tracepb.Span {
	b.t.Helper()
	spans := b.spans()
	if len(spans) != 1 {
		b.t.Fatalf("%d spans arrived, want 1", len(spans))
	}
	return spans[0]
}

func spansOf(r *collectorpb.ExportTraceServiceRequest) (spans []*tracepb.Span) {
	for _, rs := range r.GetResourceSpans() {
		for _, ss := range rs.GetScopeSpans() {
			spans = append(spans, ss.GetSpans()...)
		}
	}
	return spans
}

// attribute returns an attribute of s as text, or "".
func attributeOf(s *tracepb.Span, key string) string {
	for _, kv := range s.GetAttributes() {
		if kv.GetKey() == key {
			return kv.GetValue().GetStringValue()
		}
	}
	return ""
}

// once answers the first request with rep and the others with 200.
func once(rep reply) func(int, *arrival) reply {
	return func(n int, _ *arrival) reply {
		if n == 0 {
			return rep
		}
		return reply{}
	}
}

// always answers every request with rep.
func always(rep reply) func(int, *arrival) reply {
	return func(int, *arrival) reply { return rep }
}

// A buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
