package telemetrysql_test

import (
	"context"
	"database/sql/driver"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
)

// quiet is a connection that does nothing, and allocates nothing.
type quiet struct{ bare }

func (quiet) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), nil
}

func quietConn(t testing.TB, opts ...telemetrysql.Option) driver.ExecerContext {
	t.Helper()
	c, err := connect(fakeConnector{&fake{}, func(f *fake) driver.Conn { return quiet{bare{f}} }}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	e, ok := c.(driver.ExecerContext)
	if !ok {
		t.Fatalf("%T executes nothing", c)
	}
	return e
}

const query = "UPDATE users SET email = 'x' WHERE id = $1"

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	f := newFixture(t, telemetry.WithSampleRatio(0))
	off, on := quietConn(t, telemetrysql.WithTelemetry(nil)), quietConn(t)
	tests := []struct {
		name, reason string
		ctx          context.Context
		conn         driver.ExecerContext
		want         float64
	}{
		{"off", "nothing is made", t.Context(), off, 0},
		{"sampled out", "the call, and the context of its span", f.context(t), on, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := testing.AllocsPerRun(1000, func() {
				if _, err := tt.conn.ExecContext(tt.ctx, query, nil); err != nil {
					t.Error(err)
				}
			})
			if got != tt.want {
				t.Errorf("%v allocations, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func BenchmarkOff(b *testing.B) {
	c := quietConn(b, telemetrysql.WithTelemetry(nil))
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.ExecContext(ctx, query, nil); err != nil {
			b.Error(err)
		}
	}
}
