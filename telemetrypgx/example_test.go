package telemetrypgx_test

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrypgx"
)

// printer prints each span that ends.
type printer struct{}

func (printer) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (printer) Shutdown(context.Context) error                  { return nil }
func (printer) ForceFlush(context.Context) error                { return nil }
func (printer) OnEnd(s sdktrace.ReadOnlySpan) {
	fmt.Println(s.Name())
	for _, kv := range s.Attributes() {
		if kv.Key == attr.DBStatement || kv.Key == attr.DBRowsAffected {
			fmt.Printf("  %s: %s\n", kv.Key, kv.Value.String())
		}
	}
}

func ExampleNewTracer() {
	ctx := context.Background()
	// A service calls telemetry.Init, and needs no WithTelemetry then.
	tel, err := telemetry.New(ctx, telemetry.WithSpanProcessor(printer{}))
	if err != nil {
		fmt.Println(err)
	}
	defer tel.Shutdown(ctx)

	config := config() // what pgxpool.ParseConfig returns
	config.ConnConfig.Tracer = telemetrypgx.NewTracer(telemetrypgx.WithTelemetry(tel))
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "INSERT INTO sessions (id, prompt) VALUES ('s-1', 'a secret')"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// db.connect
	// db.insert
	//   db.statement: INSERT INTO sessions (id, prompt) VALUES (?, ?)
	//   db.rows_affected: 1
}
