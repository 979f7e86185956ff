package telemetrypgx_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrypgx"
)

// nothing is a span processor that looks at no span.
type nothing struct{ sdktrace.SpanProcessor }

func (nothing) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (nothing) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (nothing) Shutdown(context.Context) error                  { return nil }
func (nothing) ForceFlush(context.Context) error                { return nil }

// sampling returns a context whose telemetry keeps a share of all traces, and
// measures everything for nobody.
func sampling(t testing.TB, ratio float64) context.Context {
	t.Helper()
	tel, err := telemetry.New(t.Context(), telemetry.WithSampleRatio(ratio),
		telemetry.WithSpanProcessor(nothing{}), telemetry.WithMeterProvider(noop.NewMeterProvider()),
		telemetry.WithGetenv(func(string) string { return "" }), telemetry.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tel.Shutdown(context.WithoutCancel(t.Context())) })
	return telemetry.NewContext(t.Context(), tel)
}

// hooks does what pgx does with a tracer, without its own work in between.
type hooks struct {
	*telemetrypgx.Tracer
	conn *pgx.Conn
	tag  pgconn.CommandTag
}

func (h hooks) query(ctx context.Context, sql string) {
	ctx = h.TraceQueryStart(ctx, h.conn, pgx.TraceQueryStartData{SQL: sql})
	h.TraceQueryEnd(ctx, h.conn, pgx.TraceQueryEndData{CommandTag: h.tag})
}

func (h hooks) copy(ctx context.Context, columns []string) {
	ctx = h.TraceCopyFromStart(ctx, h.conn, pgx.TraceCopyFromStartData{TableName: []string{"notes"}, ColumnNames: columns})
	h.TraceCopyFromEnd(ctx, h.conn, pgx.TraceCopyFromEndData{CommandTag: h.tag})
}

func (h hooks) batch(ctx context.Context, b *pgx.Batch) {
	ctx = h.TraceBatchStart(ctx, h.conn, pgx.TraceBatchStartData{Batch: b})
	for range b.Len() {
		h.TraceBatchQuery(ctx, h.conn, pgx.TraceBatchQueryData{CommandTag: h.tag})
	}
	h.TraceBatchEnd(ctx, h.conn, pgx.TraceBatchEndData{})
}

func (h hooks) connect(ctx context.Context, config *pgx.ConnConfig) {
	ctx = h.TraceConnectStart(ctx, pgx.TraceConnectStartData{ConnConfig: config})
	h.TraceConnectEnd(ctx, pgx.TraceConnectEndData{Conn: h.conn})
}

func (h hooks) acquire(ctx context.Context, pool *pgxpool.Pool) {
	ctx = h.TraceAcquireStart(ctx, pool, pgxpool.TraceAcquireStartData{})
	h.TraceAcquireEnd(ctx, pool, pgxpool.TraceAcquireEndData{Conn: h.conn})
}

// prepares is what pgx does where a query is the first of its text.
func (h hooks) prepares(ctx context.Context, sql string) {
	ctx = h.TraceQueryStart(ctx, h.conn, pgx.TraceQueryStartData{SQL: sql})
	prepare := h.TracePrepareStart(ctx, h.conn, pgx.TracePrepareStartData{Name: "stmtcache_1", SQL: sql})
	h.TracePrepareEnd(prepare, h.conn, pgx.TracePrepareEndData{})
	h.TraceQueryEnd(ctx, h.conn, pgx.TraceQueryEndData{CommandTag: h.tag})
}

// bulk returns a batch of n inserts.
func bulk(n int) *pgx.Batch {
	b := new(pgx.Batch)
	for i := range n {
		b.Queue(insertion, i)
	}
	return b
}

const insertion = "INSERT INTO notes VALUES ($1)"

// The numbers are exact: fewer is good news that belongs here too.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, and makes sync.Pool drop items at random")
	}
	kept, dropped := sampling(t, 1), sampling(t, 0)
	h := hooks{telemetrypgx.NewTracer(), connect(kept, t), pgconn.NewCommandTag("INSERT 0 1")}
	poolConfig := config()
	pool, err := pgxpool.NewWithConfig(kept, poolConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	few, many, columns := bulk(2), bulk(1000), []string{"id", "title"}
	tests := []struct {
		name, reason  string
		f             func(context.Context)
		dropped, kept float64
	}{
		{"query", "the call, its context, 3 to measure it; kept, 4 of the SDK's and 2 lists", func(ctx context.Context) { h.query(ctx, insertion) }, 5, 11},
		{"query of a transaction", "few attributes need no map of the SDK's", func(ctx context.Context) { h.query(ctx, "begin") }, 5, 8},
		{"query that is prepared", "to prepare on the way costs nothing", func(ctx context.Context) { h.prepares(ctx, insertion) }, 5, 11},
		{"copy", "4 for the statement that pgx does not show", func(ctx context.Context) { h.copy(ctx, columns) }, 9, 15},
		{"batch of 2", "3 for what the statements have in common", func(ctx context.Context) { h.batch(ctx, few) }, 8, 14},
		{"batch of 1000", "no more than a small one", func(ctx context.Context) { h.batch(ctx, many) }, 8, 14},
		{"connect", "as a query", func(ctx context.Context) { h.connect(ctx, poolConfig.ConnConfig) }, 5, 8},
		{"acquire", "since when, for a wait that may be in vain", func(ctx context.Context) { h.acquire(ctx, pool) }, 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, sampled := range []struct {
				name string
				ctx  context.Context
				want float64
			}{{"dropped", dropped, tt.dropped}, {"kept", kept, tt.kept}} {
				if got := testing.AllocsPerRun(200, func() { tt.f(sampled.ctx) }); got != sampled.want {
					t.Errorf("%s: %v allocations, want %v: %s", sampled.name, got, sampled.want, tt.reason)
				}
			}
		})
	}
}

// BenchmarkExec compares queries through a pipe in memory to a server that
// only says that they are done.
func BenchmarkExec(b *testing.B) {
	for _, bb := range []struct {
		name   string
		ctx    context.Context
		tracer pgx.QueryTracer
	}{
		{"bare", b.Context(), nil},
		{"off", b.Context(), telemetrypgx.NewTracer(telemetrypgx.WithTelemetry(nil))},
		{"dropped", sampling(b, 0), telemetrypgx.NewTracer()},
		{"kept", sampling(b, 1), telemetrypgx.NewTracer()},
	} {
		b.Run(bb.name, func(b *testing.B) {
			c := config().ConnConfig
			c.Tracer = bb.tracer
			conn, err := pgx.ConnectConfig(bb.ctx, c)
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close(context.WithoutCancel(bb.ctx))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := conn.Exec(bb.ctx, insertion, 1); err != nil {
					b.Error(err)
				}
			}
		})
	}
}
