package telemetrypgx

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// maxNames bounds the statements that a connection remembers.
const maxNames = 256

// memory is what is known of a connection. It is kept with the connection's
// own data, which one goroutine uses at a time.
type memory struct {
	database string
	prepared map[string]string // statements by their names
}

// memoryKey is where the connection keeps it.
const memoryKey = "github.com/lift-sys/telemetry/telemetrypgx"

// remember returns what is known of conn, or nil where there is no connection.
func remember(conn *pgx.Conn) *memory {
	if conn == nil || conn.PgConn() == nil {
		return nil
	}
	custom := conn.PgConn().CustomData()
	if custom == nil {
		return nil
	}
	m, ok := custom[memoryKey].(*memory)
	if !ok {
		m = &memory{database: conn.Config().Database} // a copy of all of it, so only once
		custom[memoryKey] = m
	}
	return m
}

// text returns the statement that sql stands for: itself, unless it is the
// name of one that was prepared.
func (m *memory) text(sql string) string {
	if m == nil {
		return sql
	}
	if prepared, ok := m.prepared[sql]; ok {
		return prepared
	}
	return sql
}

// namespace returns the name of the database, or "".
func (m *memory) namespace() string {
	if m == nil {
		return ""
	}
	return m.database
}

type preparingKey struct{}

// preparing is the preparation of a statement that the caller asked for.
type preparing struct {
	pgx.TracePrepareStartData
	since time.Time
}

// TracePrepareStart notes what is prepared under which name. pgx prepares on
// its own too, in the midst of a query; such names nobody else uses.
func (t *Tracer) TracePrepareStart(ctx context.Context, _ *pgx.Conn, data pgx.TracePrepareStartData) context.Context {
	if t.pipeline(ctx) == nil {
		return ctx
	}
	if c := callOf(ctx); c != nil && !c.Ended() {
		return ctx
	}
	return context.WithValue(ctx, preparingKey{}, preparing{data, time.Now()})
}

// TracePrepareEnd remembers it, or makes a span of its failure: nothing else
// would tell.
func (t *Tracer) TracePrepareEnd(ctx context.Context, conn *pgx.Conn, data pgx.TracePrepareEndData) {
	if c := callOf(ctx); c != nil && c.copies && data.Err != nil {
		c.end(conn, data.Err) // pgx then gives up without a word, as of v5.12
		return
	}
	prepared, ok := ctx.Value(preparingKey{}).(preparing)
	p := t.pipeline(ctx)
	switch {
	case !ok || p == nil:
	case data.Err != nil:
		w := t.statement(nil, prepared.SQL, nil)
		w.database, w.since = remember(conn).namespace(), prepared.since
		late(ctx, p, conn, w, data.Err)
	case prepared.Name != "" && prepared.Name != prepared.SQL:
		remember(conn).keep(prepared.Name, prepared.SQL)
	}
}

// keep remembers a statement by its name.
func (m *memory) keep(name, sql string) {
	if m == nil || len(m.prepared) >= maxNames {
		return
	}
	if m.prepared == nil {
		m.prepared = make(map[string]string)
	}
	m.prepared[name] = sql
}
