package telemetrysql_test

import (
	"context"
	"fmt"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
)

// printer prints spans as they end.
type printer struct{ sdktrace.SpanProcessor }

func (printer) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (printer) Shutdown(context.Context) error                  { return nil }
func (printer) OnEnd(s sdktrace.ReadOnlySpan) {
	a := values(s.Attributes())
	fmt.Println(s.Name(), a["db.table"], a["db.rows_affected"], a["db.statement"])
}

func ExampleOpen() {
	ctx := context.Background()
	tel, err := telemetry.New(ctx, telemetry.WithSpanProcessor(printer{}), telemetry.WithGetenv(func(string) string { return "" }))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer tel.Shutdown(ctx)

	// A service names its own driver, and needs no WithTelemetry after
	// telemetry.Init.
	db, err := telemetrysql.Open("fakesqlite", "file.db", telemetrysql.WithTelemetry(tel))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "INSERT INTO users (email) VALUES ('a@example.com')"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// db.connect <nil> <nil> <nil>
	// db.insert users 1 INSERT INTO users (email) VALUES (?)
}

func ExampleUnwrap() {
	db := telemetrysql.OpenDB(fakeConnector{&fake{}, newFull})
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		_, own := c.(full)
		_, unwrapped := telemetrysql.Unwrap(c).(full)
		fmt.Println(own, unwrapped)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: false true
}
