package delta_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/lift-sys/telemetry/lens/internal/delta"
)

var listens = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const cumulative = metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE

// never is the minute of a time that is not there.
const never = math.MinInt

// at returns minutes after the converter began to listen, as the wire has them.
func at(minutes int) uint64 {
	if minutes == never {
		return 0
	}
	return uint64(listens.Add(time.Duration(minutes) * time.Minute).UnixNano())
}

func attribute(key, value string) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: value}}}
}

func resource(m *metricspb.Metric, attributes ...*commonpb.KeyValue) []*metricspb.ResourceMetrics {
	return []*metricspb.ResourceMetrics{{
		Resource:     &resourcepb.Resource{Attributes: attributes},
		ScopeMetrics: []*metricspb.ScopeMetrics{{Metrics: []*metricspb.Metric{m}}},
	}}
}

func sum(points ...*metricspb.NumberDataPoint) *metricspb.Metric {
	return &metricspb.Metric{Name: "calls", Data: &metricspb.Metric_Sum{Sum: &metricspb.Sum{
		AggregationTemporality: cumulative, IsMonotonic: true, DataPoints: points,
	}}}
}

// point is a point of a counter: minutes of its process's start and of its own.
type point struct {
	start, at int
	value     float64
}

// convert returns what points become, one request each, with - for those that are
// removed: as integers and as fractions alike.
func convert(t *testing.T, c *delta.Converter, points []point, attributes ...*commonpb.KeyValue) []string {
	t.Helper()
	var list []string
	for _, p := range points {
		whole := &metricspb.NumberDataPoint{StartTimeUnixNano: at(p.start), TimeUnixNano: at(p.at), Value: &metricspb.NumberDataPoint_AsInt{AsInt: int64(p.value)}}
		part := &metricspb.NumberDataPoint{StartTimeUnixNano: at(p.start), TimeUnixNano: at(p.at), Value: &metricspb.NumberDataPoint_AsDouble{AsDouble: p.value}}
		a, b := sum(whole), sum(part)
		b.Name = "cost"
		now := listens.Add(time.Duration(p.at) * time.Minute)
		c.Convert(append(resource(a, attributes...), resource(b, attributes...)...), now)
		got := "-"
		for _, p := range b.GetSum().DataPoints {
			got = strconv.FormatFloat(p.GetAsDouble(), 'g', -1, 64)
		}
		same := "-"
		for _, p := range a.GetSum().DataPoints {
			same = strconv.FormatInt(p.GetAsInt(), 10)
		}
		if got != same {
			t.Errorf("%+v is %s as an integer and %s as a fraction", p, same, got)
		}
		list = append(list, got)
	}
	return list
}

func TestCounter(t *testing.T) {
	tests := []struct {
		name, reason string
		points       []point
		want         []string
	}{
		{"a new process", "all that it counted came since", []point{{1, 2, 5}, {1, 3, 7}, {1, 4, 7}}, []string{"5", "2", "0"}},
		{"a process that was there before", "nobody knows since when its first value is", []point{{-9, 1, 500}, {-9, 2, 507}}, []string{"-", "7"}},
		{"a process that began with the converter", "it may have been counted", []point{{0, 1, 5}, {0, 2, 6}}, []string{"-", "1"}},
		{"a restart", "it counts from 0 again", []point{{1, 2, 5}, {3, 4, 2}, {3, 5, 9}}, []string{"5", "2", "7"}},
		{"a restart that says nothing of itself", "a counter does not go back", []point{{-9, 2, 50}, {-9, 3, 53}, {-9, 4, 2}}, []string{"-", "3", "2"}},
		{"two copies of a service", "each counts for itself", []point{{1, 3, 5}, {2, 3, 100}, {1, 4, 6}, {2, 4, 102}}, []string{"5", "100", "1", "2"}},
		{"sent twice", "once is enough", []point{{1, 2, 5}, {1, 2, 5}, {1, 3, 6}}, []string{"5", "-", "1"}},
		{"late", "the later value has it already", []point{{1, 3, 5}, {1, 2, 4}, {1, 4, 6}}, []string{"5", "-", "1"}},
		{"a start after the point", "it is no start", []point{{9, 2, 5}, {9, 3, 7}}, []string{"-", "2"}},
		{"no start", "nobody knows what is new", []point{{start: never, at: 2, value: 5}, {start: never, at: 3, value: 7}}, []string{"-", "2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, convert(t, delta.New(listens), tt.points)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// A recording begins with its first point.
func TestRecording(t *testing.T) {
	got := convert(t, delta.New(time.Time{}), []point{{-9, 1, 500}, {-9, 2, 503}, {2, 3, 4}})
	if diff := cmp.Diff([]string{"-", "3", "4"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSeriesAreApart(t *testing.T) {
	c := delta.New(listens)
	a, b := attribute("host", "a"), attribute("zone", "b")
	steps := []struct {
		value      float64
		attributes []*commonpb.KeyValue
		want       string
	}{
		{5, []*commonpb.KeyValue{a, b}, "5"},
		{9, []*commonpb.KeyValue{attribute("host", "b"), b}, "9"},
		{3, nil, "3"},
		{6, []*commonpb.KeyValue{b, a}, "1"}, // the order says nothing
	}
	for i, s := range steps {
		if got := convert(t, c, []point{{1, 2 + i, s.value}}, s.attributes...); got[0] != s.want {
			t.Errorf("point %d is %s, want %s", i, got[0], s.want)
		}
	}
}

func TestHistogram(t *testing.T) {
	c := delta.New(listens)
	convert := func(minutes int, count uint64, sum float64) (*metricspb.HistogramDataPoint, *metricspb.ExponentialHistogramDataPoint) {
		h := &metricspb.Histogram{AggregationTemporality: cumulative, DataPoints: []*metricspb.HistogramDataPoint{
			{StartTimeUnixNano: at(1), TimeUnixNano: at(minutes), Count: count, Sum: &sum, Min: new(-1.0), Max: new(9.0)},
		}}
		e := &metricspb.ExponentialHistogram{AggregationTemporality: cumulative, DataPoints: []*metricspb.ExponentialHistogramDataPoint{
			{StartTimeUnixNano: at(1), TimeUnixNano: at(minutes), Count: count, Sum: &sum, Min: new(-1.0), Max: new(9.0)},
		}}
		c.Convert(resource(&metricspb.Metric{Name: "h", Data: &metricspb.Metric_Histogram{Histogram: h}}), listens)
		c.Convert(resource(&metricspb.Metric{Name: "e", Data: &metricspb.Metric_ExponentialHistogram{ExponentialHistogram: e}}), listens)
		return h.DataPoints[0], e.DataPoints[0]
	}
	for i, want := range []struct {
		count       uint64
		sum         float64
		addCount    uint64
		addSum      float64
		least, most *float64
	}{
		{4, 10, 4, 10, new(-1.0), new(9.0)},
		{6, 8, 2, -2, nil, nil}, // values can be negative
		{1, 3, 1, 3, new(-1.0), new(9.0)},
	} {
		h, e := convert(i+2, want.count, want.sum)
		if diff := cmp.Diff(&metricspb.HistogramDataPoint{
			StartTimeUnixNano: at(1), TimeUnixNano: at(i + 2), Count: want.addCount, Sum: &want.addSum, Min: want.least, Max: want.most,
		}, h, protocmp.Transform()); diff != "" {
			t.Errorf("point %d (-want +got):\n%s", i, diff)
		}
		if diff := cmp.Diff(&metricspb.ExponentialHistogramDataPoint{
			StartTimeUnixNano: at(1), TimeUnixNano: at(i + 2), Count: want.addCount, Sum: &want.addSum, Min: want.least, Max: want.most,
		}, e, protocmp.Transform()); diff != "" {
			t.Errorf("exponential point %d (-want +got):\n%s", i, diff)
		}
	}
}

// Levels, and what is a difference already, stay what they are.
func TestOthersStay(t *testing.T) {
	points := []*metricspb.NumberDataPoint{{TimeUnixNano: at(1), Value: &metricspb.NumberDataPoint_AsInt{AsInt: 5}}}
	metrics := resource(&metricspb.Metric{Name: "level", Data: &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: points}}})
	metrics = append(metrics, resource(&metricspb.Metric{Name: "up and down", Data: &metricspb.Metric_Sum{Sum: &metricspb.Sum{
		AggregationTemporality: cumulative, DataPoints: points,
	}}})...)
	metrics = append(metrics, resource(&metricspb.Metric{Name: "difference", Data: &metricspb.Metric_Sum{Sum: &metricspb.Sum{
		AggregationTemporality: metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA, IsMonotonic: true, DataPoints: points,
	}}})...)
	want := proto.CloneOf(&metricspb.MetricsData{ResourceMetrics: metrics})
	delta.New(listens).Convert(metrics, listens)
	if diff := cmp.Diff(want, &metricspb.MetricsData{ResourceMetrics: metrics}, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is no number is no step from one.
func TestNoNumbers(t *testing.T) {
	c := delta.New(listens)
	if got := convert(t, c, []point{{1, 2, 5}}); got[0] != "5" {
		t.Fatal(got)
	}
	for i, bad := range []*metricspb.NumberDataPoint{
		{Value: &metricspb.NumberDataPoint_AsDouble{AsDouble: math.NaN()}},
		{Value: &metricspb.NumberDataPoint_AsDouble{AsDouble: math.Inf(1)}},
		{},
		{Flags: uint32(metricspb.DataPointFlags_DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK)},
	} {
		bad.StartTimeUnixNano, bad.TimeUnixNano = at(1), at(3+i)
		m := sum(bad)
		m.Name = "cost"
		if c.Convert(resource(m), listens); len(m.GetSum().DataPoints) > 0 {
			t.Errorf("%v stays", bad)
		}
	}
	if got := convert(t, c, []point{{1, 9, 7}}); got[0] != "2" {
		t.Errorf("the next is %s, want 2", got[0])
	}
}

// A sender whose clock is years ahead does not take the horizon there.
func TestFarFuture(t *testing.T) {
	c := delta.New(listens)
	const year = 365 * 24 * 60
	far := sum(&metricspb.NumberDataPoint{StartTimeUnixNano: at(year), TimeUnixNano: at(year), Value: &metricspb.NumberDataPoint_AsInt{AsInt: 1}})
	if c.Convert(resource(far), listens); len(far.GetSum().DataPoints) > 0 {
		t.Error("a process of next year counts whole")
	}
	days := 4 * int(delta.MaxAge/time.Minute) // after which it is forgotten
	got := convert(t, c, []point{{1, days, 5}, {1, 2 * days, 6}, {1, 3 * days, 7}}, attribute("host", "near"))
	got = append(got, convert(t, c, []point{{2, 3 * days, 9}}, attribute("host", "new"))...)
	if diff := cmp.Diff([]string{"5", "1", "1", "9"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUndo(t *testing.T) {
	c := delta.New(listens)
	send := func(minutes int, value int64) (got string, undo func()) {
		m := sum(&metricspb.NumberDataPoint{StartTimeUnixNano: at(1), TimeUnixNano: at(minutes), Value: &metricspb.NumberDataPoint_AsInt{AsInt: value}})
		undo = c.Convert(resource(m), listens)
		for _, p := range m.GetSum().DataPoints {
			got += fmt.Sprint(p.GetAsInt())
		}
		return got, undo
	}
	expect := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	got, undo := send(2, 5)
	expect(got, "5")
	undo()
	got, _ = send(2, 5) // again, since it was not stored
	expect(got, "5")
	got, undo = send(3, 7)
	expect(got, "2")
	undo()
	undo() // once is enough
	got, late := send(3, 7)
	expect(got, "2")
	got, _ = send(4, 8)
	expect(got, "1")
	late() // the later point stands on this one
	got, _ = send(5, 10)
	expect(got, "2")
}

// What is forgotten does not count twice.
func TestForget(t *testing.T) {
	c := delta.New(listens)
	day := int(delta.MaxAge / time.Minute)
	got := convert(t, c, []point{{1, 2, 5}})
	got = append(got, convert(t, c, []point{{1, day + 3, 6}})...) // still known
	got = append(got, convert(t, c, []point{{3, 2*day + 9, 1}}, attribute("host", "other"))...)
	got = append(got, convert(t, c, []point{{3, 3*day + 10, 2}}, attribute("host", "other"))...)
	got = append(got, convert(t, c, []point{{1, 3*day + 11, 6}, {1, 3*day + 12, 8}})...)
	got = append(got, convert(t, c, []point{{2, 3*day + 13, 4}}, attribute("host", "third"))...)
	if diff := cmp.Diff([]string{"5", "1", "1", "1", "-", "2", "4"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A sender with endless series takes no more than some memory, and nothing counts
// twice for it.
func TestBound(t *testing.T) {
	c := delta.New(listens)
	if got := convert(t, c, []point{{1, 2, 5}}); got[0] != "5" {
		t.Fatal(got)
	}
	points := make([]*metricspb.NumberDataPoint, delta.MaxSeries)
	for i := range points {
		points[i] = &metricspb.NumberDataPoint{
			TimeUnixNano: at(3), Attributes: []*commonpb.KeyValue{attribute("i", strconv.Itoa(i))}, Value: &metricspb.NumberDataPoint_AsInt{AsInt: 1},
		}
	}
	c.Convert(resource(sum(points...)), listens)
	if got := convert(t, c, []point{{1, 4, 6}, {1, 5, 7}}); got[0] != "-" || got[1] != "1" {
		t.Errorf("a forgotten series goes on with %v, want nothing and then 1", got)
	}
	if got := c.Len(); got > delta.MaxSeries {
		t.Errorf("%d series are known, want at most %d", got, delta.MaxSeries)
	}
}
