package telemetrysql_test

import (
	"context"
	"database/sql/driver"
	"io"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
)

// quiet is a connection that does nothing, and allocates nothing.
type quiet struct{ bare }

func (quiet) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), nil
}

func (quiet) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return quietRows{}, nil
}

// quietRows have what those of most drivers have.
type quietRows struct {
	fakeRows
	scanTypes
	databaseTypes
	lengths
}

// direct is a connection that needs no prepared statements.
type direct interface {
	driver.ExecerContext
	driver.QueryerContext
}

func quietConn(t testing.TB, opts ...telemetrysql.Option) direct {
	t.Helper()
	c, err := connect(fakeConnector{&fake{}, func(f *fake) driver.Conn { return quiet{bare{f}} }}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := c.(direct)
	if !ok {
		t.Fatalf("%T executes nothing", c)
	}
	return d
}

const query = "UPDATE users SET email = 'x' WHERE id = $1"

func execute(ctx context.Context, c direct) error {
	_, err := c.ExecContext(ctx, query, nil)
	return err
}

func read(ctx context.Context, c direct) error {
	rows, err := c.QueryContext(ctx, query, nil)
	if err != nil {
		return err
	}
	if err := rows.Next(nil); err != io.EOF { //nolint:errorlint // as database/sql compares it
		return err
	}
	return rows.Close()
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	f := newFixture(t, telemetry.WithSampleRatio(0))
	off, on := quietConn(t, telemetrysql.WithTelemetry(nil)), quietConn(t)
	tests := []struct {
		name, reason string
		run          func(context.Context, direct) error
		ctx          context.Context
		conn         direct
		want         float64
	}{
		{"exec, off", "nothing is made", execute, t.Context(), off, 0},
		{"query, off", "nothing is made", read, t.Context(), off, 0},
		{"exec, sampled out", "the call, and the context of its span", execute, f.context(t), on, 2},
		{"query, sampled out", "the same: rows are part of their call", read, f.context(t), on, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := testing.AllocsPerRun(1000, func() {
				if err := tt.run(tt.ctx, tt.conn); err != nil {
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
