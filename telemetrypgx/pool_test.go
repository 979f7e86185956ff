package telemetrypgx_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// state returns what the metrics say of the pools.
func state(rec *telemetrytest.Recorder) map[string]float64 {
	m := make(map[string]float64)
	for _, metric := range rec.Metrics() {
		for _, p := range metric.Points {
			if metric.Kind == "updowncounter" {
				s, _ := p.Attributes[attr.DBClientConnectionState].(string)
				m[metric.Name+" "+s] = p.Value
			}
		}
	}
	return m
}

// waited returns how often, and how long, the metrics say that calls waited.
func waited(rec *telemetrytest.Recorder) (waits, seconds float64) {
	for _, metric := range rec.Metrics() {
		for _, p := range metric.Points {
			switch metric.Name {
			case attr.MetricDBConnectionWaits:
				waits += p.Value
			case attr.MetricDBConnectionWaitTime:
				seconds += p.Value
			}
		}
	}
	return waits, seconds
}

// A pool is measured from its first use, and held by nobody for that.
func TestPool(t *testing.T) {
	ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
	c := config()
	c.MaxConns = 7
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // once for all uses
		conn, err := pool.Acquire(ctx)
		if err != nil {
			t.Fatal(err)
		}
		conn.Release()
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{"db.client.connection.count used": 1, "db.client.connection.count idle": 0, "db.client.connection.max ": 7}
	if d := cmp.Diff(want, state(rec)); d != "" {
		t.Errorf("in use (-want +got):\n%s", d)
	}
	waits, seconds := waited(rec)
	if s := pool.Stat(); waits == 0 || waits != float64(s.EmptyAcquireCount()) || seconds != s.EmptyAcquireWaitTime().Seconds() {
		t.Errorf("%v waits of %v s, want %d of %s", waits, seconds, s.EmptyAcquireCount(), s.EmptyAcquireWaitTime())
	}
	conn.Release()
	want = map[string]float64{"db.client.connection.count used": 0, "db.client.connection.count idle": 1, "db.client.connection.max ": 7}
	if d := cmp.Diff(want, state(rec)); d != "" {
		t.Errorf("idle (-want +got):\n%s", d)
	}
	point := rec.Metric(attr.MetricDBClientConnectionMax).Points[0].Attributes
	if d := cmp.Diff(telemetrytest.Attributes{attr.DBSystemName: "postgresql", attr.DBClientConnectionPoolName: "db.internal:5432/lift"}, point); d != "" {
		t.Errorf("attributes (-want +got):\n%s", d)
	}

	pool.Close()
	gone := weak.Make(pool)
	for range 100 { // pgx's own goroutines let go of it when they are scheduled
		runtime.GC()
		if gone.Value() == nil {
			break
		}
		runtime.Gosched()
	}
	rec.Reset()
	if d := cmp.Diff(map[string]float64{}, state(rec)); gone.Value() != nil || d != "" {
		t.Errorf("still there: %t (-want +got):\n%s", gone.Value() != nil, d)
	}
}

// A wait in vain is a span; one that is not, or that a failed connection ends,
// is none.
func TestAcquire(t *testing.T) {
	ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
	c := config()
	c.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	expired, cancel := context.WithTimeout(ctx, 0)
	defer cancel()
	if _, err := pool.Acquire(expired); err == nil {
		t.Fatal("two have the only connection")
	}
	rec.AssertTree(t, `
		db.connect db.operation=connect db.namespace=lift
		db.connect error="context deadline exceeded" db.operation=acquire db.namespace=lift error.type=timeout
	`, attr.DBOperation, attr.DBNamespace, attr.ErrorType)
}
