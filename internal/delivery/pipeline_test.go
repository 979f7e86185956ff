package delivery_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/lift-sys/telemetry/internal/delivery"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		emit(dir)
	}
	goleak.VerifyTestMain(m)
}

func TestRequestIsGroupedByScope(t *testing.T) {
	for _, compress := range []bool{true, false} {
		t.Run(fmt.Sprintf("gzip %v", compress), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(always(http.StatusOK))
				resource := &resourcepb.Resource{Attributes: []*commonpb.KeyValue{{
					Key: "service.name", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: "lift-api"}},
				}}}
				p := start(t, b, func(c *delivery.Config) {
					c.Resource = marshal(resource)
					c.Traces.Gzip = compress
				})
				one, two := register(p, "one", ""), register(p, "two", "https://schema.test/1")
				p.Append(one, span("a", 10), 1)
				p.Append(two, span("b", 0), 1)
				p.Append(999, span("c", 0), 1) // never registered
				p.Append(one, span("d", 300), 1)
				time.Sleep(2 * time.Second)

				full := func(name string, pad int) *tracepb.Span {
					var ss tracepb.ScopeSpans
					unmarshal(t, span(name, pad), &ss)
					return ss.Spans[0]
				}
				want := &coltracepb.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{
					Resource: resource,
					ScopeSpans: []*tracepb.ScopeSpans{
						{Scope: &commonpb.InstrumentationScope{Name: "one"}, Spans: []*tracepb.Span{full("a", 10), full("d", 300)}},
						{Scope: &commonpb.InstrumentationScope{Name: "two"}, SchemaUrl: "https://schema.test/1", Spans: []*tracepb.Span{full("b", 0)}},
						{Scope: &commonpb.InstrumentationScope{}, Spans: []*tracepb.Span{full("c", 0)}},
					},
				}}}
				got := b.all(t)
				if len(got) != 1 {
					t.Fatalf("%d requests, want 1", len(got))
				}
				if diff := cmp.Diff(want, got[0].traces, protocmp.Transform()); diff != "" {
					t.Errorf("request (-want +got):\n%s", diff)
				}
				if got[0].at != delivery.DefaultMaxAge {
					t.Errorf("sent after %v, want %v", got[0].at, delivery.DefaultMaxAge)
				}
				header := http.Header{
					"Content-Type":     {"application/x-protobuf"},
					"User-Agent":       {"lift-sys-telemetry"},
					"X-Honeycomb-Team": {"hcaik_secret"},
				}
				if compress {
					header.Set("Content-Encoding", "gzip")
				}
				if diff := cmp.Diff(header, got[0].header); diff != "" {
					t.Errorf("header (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestStatsAfterSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(always(http.StatusOK))
		p := start(t, b, func(c *delivery.Config) { c.Traces.Gzip = false })
		p.Append(0, span("a", 0), 10)
		p.Append(0, span("b", 0), 0)
		queued := p.Stats()
		if want := (delivery.Tally{Appended: 11, Queued: 11}); queued.Weight != want {
			t.Errorf("weight before = %+v, want %+v", queued.Weight, want)
		}
		if err := p.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := delivery.Stats{
			Spans:       delivery.Tally{Appended: 2, Exported: 2},
			Weight:      delivery.Tally{Appended: 11, Exported: 11},
			Events:      2,
			Requests:    1,
			BytesSent:   uint64(b.all(t)[0].size),
			Buffered:    2 * delivery.DefaultBlockBytes,
			LastSuccess: time.Now(),
		}
		if diff := cmp.Diff(want, p.Stats()); diff != "" {
			t.Errorf("stats (-want +got):\n%s", diff)
		}
		if h := p.Health(); h != delivery.HealthOK {
			t.Errorf("health = %v", h)
		}
	})
}

func TestFullBlocksDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(always(http.StatusOK))
		p := start(t, b)
		for i := range delivery.FlushBlocks*delivery.DefaultBlockBytes/1000 + 1 {
			p.Append(0, span(fmt.Sprint(i), 1000), 1)
		}
		synctest.Wait()
		if s := balanced(t, p); s.Spans.Exported == 0 {
			t.Errorf("nothing sent although %d blocks are full: %+v", delivery.FlushBlocks, s)
		}
		if got := b.all(t); got[0].at != 0 {
			t.Errorf("sent after %v, want at once", got[0].at)
		}
	})
}

func TestRequestsStayBelowTheirBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 100_000
		b := newBackend(always(http.StatusOK))
		p := start(t, b, func(c *delivery.Config) {
			c.RequestBytes = limit
			c.Resource = marshal(&resourcepb.Resource{DroppedAttributesCount: 1})
		})
		// Long scope names make the message grow beyond the sum of its spans.
		const n = 600
		for i := range n {
			scope := register(p, fmt.Sprintf("%0900d", i%300), "")
			p.Append(scope, span(fmt.Sprint(i), i%7*100), 1)
		}
		p.Append(0, span("large", 90_000), 1)
		p.Append(0, span("too large", limit), 5)
		if err := p.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		for i, a := range b.all(t) {
			if a.size > limit {
				t.Errorf("request %d has %d bytes, more than %d", i, a.size, limit)
			}
		}
		seen := b.accepted(t)
		for name, times := range seen {
			if times != 1 {
				t.Errorf("span %q arrived %d times", name, times)
			}
		}
		if len(seen) != n+1 {
			t.Errorf("%d spans arrived, want %d", len(seen), n+1)
		}
		want := delivery.Tally{Appended: n + 6, Exported: n + 1, Dropped: delivery.Dropped{Oversize: 5}}
		if got := balanced(t, p).Weight; got != want {
			t.Errorf("weight = %+v, want %+v", got, want)
		}
	})
}

func TestMetricsGoAtOnceAndJoinAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(inTurn(http.StatusServiceUnavailable))
		p := start(t, b)
		p.AppendMetrics(payload("a"), 3)
		synctest.Wait()
		p.AppendMetrics(payload("b"), 4)
		time.Sleep(time.Second)

		var names [][]string
		for _, a := range b.all(t) {
			names = append(names, a.names)
		}
		if diff := cmp.Diff([][]string{{"a"}, {"a", "b"}}, names); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		want := delivery.Tally{Appended: 7, Exported: 7}
		if got := balanced(t, p).Points; got != want {
			t.Errorf("points = %+v, want %+v", got, want)
		}
		p.AppendMetrics(make([]byte, p.MaxMetrics()+1), 9)
		want.Appended, want.Dropped.Oversize = 16, 9
		if got := balanced(t, p).Points; got != want {
			t.Errorf("points after one too large = %+v, want %+v", got, want)
		}
	})
}

func TestSignalOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, newBackend(always(http.StatusOK)), func(c *delivery.Config) { c.Metrics = nil })
		p.AppendMetrics(payload("a"), 3)
		p.Append(0, span("a", 0), 1)
		if err := p.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		s := balanced(t, p)
		if want := (delivery.Tally{Appended: 3, Dropped: delivery.Dropped{Disabled: 3}}); s.Points != want {
			t.Errorf("points = %+v, want %+v", s.Points, want)
		}
		if h := p.Health(); h != delivery.HealthOK {
			t.Errorf("health = %v, want that of traces", h)
		}
		off := delivery.New(delivery.Config{})
		if h := off.Health(); h != delivery.HealthDisabled {
			t.Errorf("health of the zero configuration = %v", h)
		}
		if err := off.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestScopeTableIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(always(http.StatusOK))
		p := start(t, b)
		first := register(p, "0", "")
		for i := range 2 * delivery.MaxScopes {
			register(p, fmt.Sprint(i), "")
		}
		if again := register(p, "0", ""); again != first {
			t.Errorf("scope 0 has number %d, then %d", first, again)
		}
		if n := register(p, "one too many", ""); n != 0 {
			t.Errorf("a scope beyond the bound has number %d, want 0", n)
		}
		if got, want := p.Stats().ScopeOverflow, uint64(delivery.MaxScopes+2); got != want {
			t.Errorf("ScopeOverflow = %d, want %d", got, want)
		}
	})
}

func TestHealthString(t *testing.T) {
	var got []string
	for h := delivery.HealthDisabled; h <= delivery.HealthUnauthorized; h++ {
		got = append(got, h.String())
	}
	want := []string{"disabled", "ok", "degraded", "stalled", "unauthorized"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
