package delivery_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/instrumentation"
	colmetricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/delivery"
)

const (
	tracesURL  = "https://backend.test/v1/traces"
	metricsURL = "https://backend.test/v1/metrics"
)

// arrival is one request as the backend saw it.
type arrival struct {
	at      time.Duration // since the backend was made
	path    string
	header  http.Header
	size    int // uncompressed
	traces  *coltracepb.ExportTraceServiceRequest
	metrics *colmetricspb.ExportMetricsServiceRequest
	names   []string // of the spans, or of the metrics
	// granted is set by a script that accepts the request.
	granted bool
}

// backend is an http.RoundTripper that decodes what it is sent with the
// official messages and answers as its script says.
type backend struct {
	script func(req *http.Request, a *arrival) (*http.Response, error)
	start  time.Time

	mu       sync.Mutex
	arrivals []*arrival
	broken   error // the first request that did not decode
}

func newBackend(script func(*http.Request, *arrival) (*http.Response, error)) *backend {
	return &backend{script: script, start: time.Now()}
}

// RoundTrip implements http.RoundTripper.
func (b *backend) RoundTrip(req *http.Request) (*http.Response, error) {
	a, err := decode(req)
	if err != nil {
		b.mu.Lock()
		b.broken = err
		b.mu.Unlock()
		return answer(http.StatusOK), nil //nolint:nilerr // the test looks at broken
	}
	a.at = time.Since(b.start)
	b.mu.Lock()
	b.arrivals = append(b.arrivals, a)
	b.mu.Unlock()
	resp, err := b.script(req, a)
	if resp != nil && resp.StatusCode/100 == 2 {
		b.mu.Lock()
		a.granted = true
		b.mu.Unlock()
	}
	return resp, err
}

// all returns the requests so far and fails where one did not decode.
func (b *backend) all(t *testing.T) []*arrival {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken != nil {
		t.Fatalf("a request did not decode: %v", b.broken)
	}
	return append([]*arrival(nil), b.arrivals...)
}

// accepted returns how often each span or metric was accepted.
func (b *backend) accepted(t *testing.T) map[string]int {
	t.Helper()
	seen := map[string]int{}
	for _, a := range b.all(t) {
		if a.granted {
			for _, n := range a.names {
				seen[n]++
			}
		}
	}
	return seen
}

func decode(req *http.Request) (*arrival, error) {
	a := &arrival{path: req.URL.Path, header: req.Header.Clone()}
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) != req.ContentLength {
		return nil, fmt.Errorf("body of %d bytes, Content-Length %d", len(raw), req.ContentLength)
	}
	if req.Header.Get("Content-Encoding") == "gzip" {
		zr, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return nil, err
		}
		if raw, err = io.ReadAll(zr); err != nil {
			return nil, err
		}
	}
	a.size = len(raw)
	if strings.HasSuffix(req.URL.Path, "/metrics") {
		a.metrics = new(colmetricspb.ExportMetricsServiceRequest)
		if err := proto.Unmarshal(raw, a.metrics); err != nil {
			return nil, err
		}
		for _, rm := range a.metrics.ResourceMetrics {
			for _, sm := range rm.ScopeMetrics {
				for _, m := range sm.Metrics {
					a.names = append(a.names, m.Name)
				}
			}
		}
		return a, nil
	}
	a.traces = new(coltracepb.ExportTraceServiceRequest)
	if err := proto.Unmarshal(raw, a.traces); err != nil {
		return nil, err
	}
	for _, rs := range a.traces.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				a.names = append(a.names, s.Name)
			}
		}
	}
	return a, nil
}

// always is the script that gives every request the same answer.
func always(code int) func(*http.Request, *arrival) (*http.Response, error) {
	return func(*http.Request, *arrival) (*http.Response, error) { return answer(code), nil }
}

// inTurn is the script that gives the i-th request the i-th answer, and 200 to
// those after. A code of 0 is a connection that is refused.
func inTurn(codes ...int) func(*http.Request, *arrival) (*http.Response, error) {
	var mu sync.Mutex
	return func(*http.Request, *arrival) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		if len(codes) == 0 {
			return answer(http.StatusOK), nil
		}
		code := codes[0]
		codes = codes[1:]
		if code == 0 {
			return nil, fmt.Errorf("dial tcp 10.0.0.1:443: connect: connection refused")
		}
		return answer(code), nil
	}
}

// answer makes a response; header holds keys and values in turn.
func answer(code int, header ...string) *http.Response {
	return answerBody(code, nil, header...)
}

func answerBody(code int, body []byte, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{
		StatusCode: code, Status: fmt.Sprintf("%d %s", code, http.StatusText(code)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// start returns a pipeline whose two signals go to b. It is shut down, and its
// goroutines are gone, when the test ends.
func start(t *testing.T, b http.RoundTripper, change ...func(*delivery.Config)) *delivery.Pipeline {
	t.Helper()
	c := delivery.Config{
		Traces:       &delivery.Target{URL: tracesURL, Gzip: true, Headers: map[string]string{"x-honeycomb-team": "hcaik_secret"}},
		Metrics:      &delivery.Target{URL: metricsURL, Gzip: true},
		RoundTripper: b,
	}
	for _, f := range change {
		f(&c)
	}
	p := delivery.New(c)
	t.Cleanup(func() {
		_ = p.Shutdown(t.Context())
		balanced(t, p)
	})
	return p
}

// balanced fails where the books do not add up.
func balanced(t *testing.T, p *delivery.Pipeline) delivery.Stats {
	t.Helper()
	s := p.Stats()
	for name, y := range map[string]delivery.Tally{"spans": s.Spans, "weight": s.Weight, "points": s.Points} {
		if sum := y.Exported + y.Rejected + y.Queued + y.Spooled + y.Dropped.Total(); sum != y.Appended+y.Recovered {
			t.Errorf("%s: %d appended, %d recovered, %d accounted for: %+v", name, y.Appended, y.Recovered, sum, y)
		}
	}
	return s
}

// span encodes a span as an element of ScopeSpans.spans. Pad adds bytes.
func span(name string, pad int) []byte {
	s := &tracepb.Span{Name: name, TraceId: bytes.Repeat([]byte{7}, 16), SpanId: bytes.Repeat([]byte{9}, 8)}
	if pad > 0 {
		s.Attributes = []*commonpb.KeyValue{{Key: "pad", Value: &commonpb.AnyValue{
			Value: &commonpb.AnyValue_StringValue{StringValue: strings.Repeat("x", pad)},
		}}}
	}
	b := protowire.AppendTag(nil, 2, protowire.BytesType)
	return protowire.AppendBytes(b, marshal(s))
}

// payload encodes a metrics request with one metric.
func payload(name string) []byte {
	return marshal(&colmetricspb.ExportMetricsServiceRequest{ResourceMetrics: []*metricspb.ResourceMetrics{{
		Resource:     &resourcepb.Resource{},
		ScopeMetrics: []*metricspb.ScopeMetrics{{Metrics: []*metricspb.Metric{{Name: name, Unit: "1"}}}},
	}}})
}

// marshal encodes m, which the tests made and which is therefore valid.
func marshal(m proto.Message) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

// register registers a scope of the given name and schema.
func register(p *delivery.Pipeline, name, schema string) uint16 {
	s := instrumentation.Scope{Name: name, SchemaURL: schema}
	return p.Scope(s, func(b []byte) []byte {
		return append(b, marshal(&commonpb.InstrumentationScope{Name: name})...)
	})
}

func unmarshal(t *testing.T, b []byte, m proto.Message) {
	t.Helper()
	if err := proto.Unmarshal(b, m); err != nil {
		t.Fatal(err)
	}
}
