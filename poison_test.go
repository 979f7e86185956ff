package telemetry_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry"
)

// strict is a receiver that refuses a whole request for one bad span, as
// Honeycomb and the Collector do: 400 for invalid UTF-8, 413 above 1 MB.
type strict struct {
	mu      sync.Mutex
	spans   map[string]int
	refused []int
}

// ServeHTTP implements http.Handler.
func (s *strict) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	z, err := gzip.NewReader(req.Body)
	if err != nil {
		s.refuse(w, http.StatusBadRequest)
		return
	}
	data, err := io.ReadAll(z)
	var m tracepb.TracesData
	switch {
	case err != nil || proto.Unmarshal(data, &m) != nil:
		s.refuse(w, http.StatusBadRequest)
		return
	case len(data) > 1<<20:
		s.refuse(w, http.StatusRequestEntityTooLarge)
		return
	}
	for _, rs := range m.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			for _, span := range ss.Spans {
				for _, kv := range span.Attributes {
					if kv.Key == "number" {
						s.spans[kv.Value.GetStringValue()]++
					}
				}
			}
		}
	}
}

func (s *strict) refuse(w http.ResponseWriter, code int) {
	s.refused = append(s.refused, code)
	w.WriteHeader(code)
}

// TestPoisonMatrix sends one poisoned span per place and poison among many
// others. All arrive, the poisoned ones repaired.
func TestPoisonMatrix(t *testing.T) {
	places := []struct {
		name string
		put  func(span trace.Span, text string)
	}{
		{"name", func(s trace.Span, text string) { s.SetName(text) }},
		{"key", func(s trace.Span, text string) { s.SetAttributes(attribute.Bool(text, true)) }},
		{"value", func(s trace.Span, text string) { s.SetAttributes(attribute.String("k", text)) }},
		{"list", func(s trace.Span, text string) { s.SetAttributes(attribute.StringSlice("k", []string{"a", text})) }},
		{"event", func(s trace.Span, text string) { s.AddEvent(text) }},
		{"event value", func(s trace.Span, text string) {
			s.AddEvent("e", trace.WithAttributes(attribute.String("k", text)))
		}},
		{"link value", func(s trace.Span, text string) {
			s.AddLink(trace.Link{SpanContext: s.SpanContext(), Attributes: []attribute.KeyValue{attribute.String("k", text)}})
		}},
		{"status", func(s trace.Span, text string) { s.SetStatus(codes.Error, text) }},
	}
	poisons := []struct{ name, text string }{
		{"bad UTF-8", "bad \xff\xfe\xc3\x28"},
		{"oversize", strings.Repeat("x", 2<<20)},
		{"NaN", fmt.Sprint(math.NaN())}, // as text, and below as a number
	}
	receiver := &strict{spans: map[string]int{}}
	server := httptest.NewServer(receiver)
	defer server.Close()
	tel := open(t, telemetry.WithEndpoint(server.URL))
	tracer := tel.TracerProvider().Tracer("poison")
	var want []string
	emit := func(name string, change func(trace.Span)) {
		_, s := tracer.Start(t.Context(), "work", trace.WithAttributes(attribute.String("number", name)))
		change(s)
		s.End()
		want = append(want, name)
	}
	for _, place := range places {
		for _, poison := range poisons {
			for i := range 100 {
				emit(fmt.Sprint(place.name, " ", poison.name, " neighbour ", i), func(trace.Span) {})
			}
			emit(place.name+" "+poison.name, func(s trace.Span) { place.put(s, poison.text) })
		}
	}
	emit("numbers", func(s trace.Span) {
		bad := []attribute.KeyValue{attribute.Float64("nan", math.NaN()), attribute.Float64Slice("inf", []float64{1, math.Inf(1)})}
		s.SetAttributes(bad...)
		s.AddEvent("e", trace.WithAttributes(bad...))
		s.AddLink(trace.Link{SpanContext: s.SpanContext(), Attributes: bad})
	})
	if err := tel.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	receiver.mu.Lock()
	defer receiver.mu.Unlock()
	for _, name := range want {
		if n := receiver.spans[name]; n != 1 {
			t.Errorf("%q arrived %d times", name, n)
		}
	}
	stats := tel.Stats()
	conserved(t, stats)
	n := uint64(len(want))
	diff(t, stats.Spans, telemetry.Tally{Ended: n, Exported: n}, "nothing is lost")
	if len(receiver.refused) > 0 {
		t.Errorf("the receiver refused %v; want everything repaired before it leaves", receiver.refused)
	}
	if r := stats.Sanitized; r.Repaired == 0 || r.Truncated == 0 || r.NonFinite == 0 {
		t.Errorf("repairs are not counted: %+v", r)
	}
}
