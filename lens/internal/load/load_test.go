package load_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/lens/internal/load"
	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// sink counts rows, after it has been busy for a while.
type sink struct{ busy, rows, commits int }

func (s *sink) Append(_ context.Context, b *table.Batch) error {
	if s.busy > 0 {
		s.busy--
		return receive.ErrBusy
	}
	s.rows += len(b.Rows)
	s.commits++
	return nil
}

func spans(t testing.TB, n int) []byte {
	t.Helper()
	body, err := proto.Marshal(&collectortrace.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{
		ScopeSpans: []*tracepb.ScopeSpans{{Spans: make([]*tracepb.Span, n)}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func points(t testing.TB) []byte {
	t.Helper()
	body, err := proto.Marshal(&collectormetrics.ExportMetricsServiceRequest{ResourceMetrics: []*metricspb.ResourceMetrics{{
		ScopeMetrics: []*metricspb.ScopeMetrics{{Metrics: []*metricspb.Metric{{
			Name: "m", Data: &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: []*metricspb.NumberDataPoint{{TimeUnixNano: 1}}}},
		}}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func prefixed(bodies ...[]byte) []byte {
	var out []byte
	for _, b := range bodies {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(b))), b...)
	}
	return out
}

func packed(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const line = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"},{"name":"b"}]}]}]}`

func TestRead(t *testing.T) {
	const metricLine = `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"3"}]}}]}]}]}`
	tests := []struct {
		name    string
		file    []byte
		metrics bool
		records int64
		rows    int64
		err     string // part of it
		reason  string
	}{
		{"empty", nil, false, 0, 0, "", "nothing is no mistake"},
		{"JSON lines", []byte(line + "\n\n" + metricLine + "\r\n" + line), false, 3, 5, "", "spans and points mixed, with no line break at the end"},
		{"JSON over several lines", []byte("{\n" + line[1:len(line)-1] + "\n}\n"), false, 1, 2, "", "as somebody formatted it"},
		{"packed", packed(t, []byte(line)), false, 1, 2, "", "gzip by its first bytes"},
		{"JSON after empty lines", []byte(" \n\n{ \"resourceSpans\":[]}"), false, 1, 0, "", "protobuf begins with a line break too"},
		{"protobuf", spans(t, 3), false, 1, 3, "", "a single request"},
		{"protobuf with lengths", prefixed(spans(t, 1), spans(t, 300), spans(t, 2)), false, 3, 303, "", "as the Collector writes it"},
		{"metrics", prefixed(points(t), points(t)), true, 2, 2, "", "told by the caller"},
		{"broken line", []byte(line + "\n\n{\"a\":\n" + line), false, 3, 4, "line 3: record is no JSON", "what stands around it is stored"},
		{"two broken lines", []byte("{\"a\":\n" + line + "\n[]"), false, 3, 2, "2 records cannot be read, the first: line 1: ", "they are counted"},
		{"broken record", prefixed(spans(t, 1), []byte{0xff}, spans(t, 2)), false, 3, 3, "record 2: body is no OTLP", "the same in protobuf"},
		{"logs", []byte(`{"resourceLogs":[]}`), false, 1, 0, "line 1: record has neither", "says what can be stored"},
		{"cut off", prefixed(spans(t, 1), spans(t, 9))[:30], false, 1, 1, "record 2: EOF: the file was cut off", "what came whole is stored"},
		{"cut off in a length", append(prefixed(spans(t, 1)), 0, 0), false, 1, 1, "record 2: length", "the same"},
		{"long", []byte{0xff, 0, 0, 0, 0}, false, 1, 0, "record 1: body is no OTLP", "a length of 4 GB is none"},
		{"longer than allowed", []byte{0, 0xff, 0xff, 0xff, 1}, false, 0, 0, "record 1: EOF", "a wrong length costs no memory"},
		{"no gzip", []byte{0x1f, 0x8b, 1}, false, 0, 0, "none", "says so"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) { // a busy sink is waited for
			s := &sink{busy: 2}
			calls := int64(0)
			stats, err := load.Read(t.Context(), bytes.NewReader(tt.file), tt.metrics, receive.NewRecording(), s, func(load.Stats) { calls++ })
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: error %v, want one with %q: %s", tt.name, err, tt.err, tt.reason)
			}
			if diff := cmp.Diff([]int64{tt.records, tt.rows, tt.rows}, []int64{stats.Records, stats.Rows, int64(s.rows)}); diff != "" {
				t.Errorf("%s: records, rows and rows stored (-want +got): %s\n%s", tt.name, tt.reason, diff)
			}
			if err == nil && calls != tt.records {
				t.Errorf("%s: progress was told %d times of %d records", tt.name, calls, tt.records)
			}
		})
	}
}

// Many small records are stored together, and few large ones are not gathered
// without end. Progress says how much of the file has been read, though it is read
// ahead.
func TestReadGathers(t *testing.T) {
	tests := []struct {
		name        string
		file        []byte
		rows        int
		least, most int // commits
	}{
		{"a span in each line", []byte(strings.Repeat(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]}`+"\n", 20_000)), 20_000, 2, 2},
		{"large records", bytes.Repeat(prefixed(spans(t, 10_000)), 6), 60_000, 3, 3},
		{"records without rows", bytes.Repeat([]byte(`{"resourceSpans":[]}`+"\n"), 1000), 0, 0, 1},
		{"records of many bytes", []byte(strings.Repeat(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"`+strings.Repeat("x", 1<<20)+`"}]}]}]}`+"\n", 100)), 100, 2, 4},
	}
	for _, tt := range tests {
		s, parts := new(sink), []int64(nil)
		stats, err := load.Read(t.Context(), bytes.NewReader(tt.file), false, receive.NewRecording(), s, func(st load.Stats) { parts = append(parts, st.Bytes) })
		if err != nil || s.rows != tt.rows || stats.Rows != int64(tt.rows) {
			t.Errorf("%s: %d rows are stored and %d are said to be, %v: want %d", tt.name, s.rows, stats.Rows, err, tt.rows)
		}
		if s.commits < tt.least || s.commits > tt.most {
			t.Errorf("%s: %d commits, want %d to %d", tt.name, s.commits, tt.least, tt.most)
		}
		if size := int64(len(tt.file)); parts[0] != size/int64(len(parts)) || parts[len(parts)-1] != size || !slices.IsSorted(parts) {
			t.Errorf("%s: from %d to %d of %d bytes were read at %d records", tt.name, parts[0], parts[len(parts)-1], size, len(parts))
		}
	}
}

// An error of the sink ends reading, and is said once.
func TestReadSinkFails(t *testing.T) {
	stats, err := load.Read(t.Context(), strings.NewReader(line), false, receive.NewRecording(), broken{}, func(load.Stats) {})
	if err == nil || err.Error() != "no room" || stats.Rows != 0 {
		t.Errorf("error %v and %d rows, want the sink's error and none", err, stats.Rows)
	}
}

type broken struct{}

func (broken) Append(context.Context, *table.Batch) error { return errors.New("no room") }

func FuzzRead(f *testing.F) {
	f.Add([]byte(line+"\n"+line), false)
	f.Add(prefixed(spans(f, 2)), false)
	f.Add(points(f), true)
	f.Add(packed(f, []byte(line)), false)
	f.Fuzz(func(t *testing.T, file []byte, metrics bool) {
		load.Read(t.Context(), bytes.NewReader(file), metrics, receive.NewRecording(), new(sink), func(load.Stats) {}) //nolint:errcheck // it must return
	})
}
