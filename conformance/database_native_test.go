package conformance_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// native is what pgx can do beside database/sql.
var native = []scenario{
	{"copy", "COPY is one span with the rows copied", playCopy},
	{"batch of one kind", "a bulk insert is one span, named by what it does", playBulk},
	{"batch of many kinds", "statements that differ share a span too", playMixed},
	{"batch that fails", "the failure of one statement is that of the batch", playBatchFailure},
	{"batch read row by row", "rows that a batch returns are no rows changed", playBatchRows},
	{"named", "a statement that runs by its name shows its text", playNamed},
	{"modes", "each way to speak to the server gives the same span", playModes},
	{"listen", "waiting for a notification is no work", playListen},
}

// withConn runs f with one connection of a pool.
func withConn(ctx context.Context, tr *transcript, db database, f func(*pgx.Conn)) {
	tr.t.Helper()
	tr.ok(db.(*pgxDatabase).pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		f(c.Conn())
		return nil
	}))
}

func playCopy(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "events")
	withConn(ctx, tr, db, func(c *pgx.Conn) {
		copied := func(rows ...[]any) {
			tr.exec(c.CopyFrom(ctx, pgx.Identifier{"public", "events"}, []string{"id", "title"}, pgx.CopyFromRows(rows)))
		}
		copied([]any{1, "a"}, []any{2, nil}, []any{3, secret})
		copied([]any{4, "d"}, []any{1, "again"})
		copied([]any{word, "d"})
		tr.exec(c.CopyFrom(ctx, pgx.Identifier{"nowhere"}, []string{"id"}, pgx.CopyFromRows(nil)))
	})
	tr.query(db.query(ctx, "SELECT count(*) FROM events"))
}

// send runs a batch and notes what comes of each statement.
func send(ctx context.Context, tr *transcript, c *pgx.Conn, b *pgx.Batch) {
	results := c.SendBatch(ctx, b)
	for range b.Len() {
		tag, err := results.Exec()
		tr.exec(tag.RowsAffected(), err)
	}
	tr.done(results.Close())
	tr.done(results.Close())
}

func playBulk(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "points")
	withConn(ctx, tr, db, func(c *pgx.Conn) {
		bulk, one := new(pgx.Batch), new(pgx.Batch)
		for i := range 1000 {
			bulk.Queue("INSERT INTO points (id, title) VALUES ($1, $2)", i, secret)
		}
		send(ctx, tr, c, bulk)
		one.Queue("INSERT INTO points (id, title) VALUES ($1, $2)", 1000, secret)
		send(ctx, tr, c, one)
		send(ctx, tr, c, new(pgx.Batch))
	})
	tr.query(db.query(ctx, "SELECT count(*) FROM points"))
}

func playMixed(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "lines")
	table(ctx, tr, db, "totals")
	withConn(ctx, tr, db, func(c *pgx.Conn) {
		tables, kinds := new(pgx.Batch), new(pgx.Batch)
		tables.Queue("INSERT INTO lines (id, title) VALUES (1, '" + secret + "')")
		tables.Queue("INSERT INTO totals (id) VALUES ($1)", 1)
		send(ctx, tr, c, tables)
		kinds.Queue("UPDATE lines SET title = $1", "x")
		kinds.Queue("SELECT * FROM lines")
		kinds.Queue("DELETE FROM totals WHERE id = 1")
		send(ctx, tr, c, kinds)
	})
}

func playBatchFailure(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "keys")
	withConn(ctx, tr, db, func(c *pgx.Conn) {
		late, early := new(pgx.Batch), new(pgx.Batch)
		for _, id := range []int{1, 2, 1} {
			late.Queue("INSERT INTO keys (id) VALUES ($1)", id)
		}
		send(ctx, tr, c, late)
		early.Queue("INSERT INTO keys (id) VALUES ($1)", 7)
		early.Queue("SELECT nothing FROM keys")
		send(ctx, tr, c, early)
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		again := new(pgx.Batch)
		again.Queue("INSERT INTO keys (id) VALUES ($1)", 8)
		again.Queue("INSERT INTO keys (id) VALUES ($1)", 9)
		tr.done(c.SendBatch(cancelled, again).Close())
	})
	tr.query(db.query(ctx, "SELECT count(*) FROM keys"))
}

func playBatchRows(ctx context.Context, tr *transcript, _ engine, db database) {
	withConn(ctx, tr, db, func(c *pgx.Conn) {
		b := new(pgx.Batch)
		for i := range 3 {
			b.Queue("SELECT generate_series(1, $1::int)", i).Query(func(rows pgx.Rows) error {
				n := 0
				for rows.Next() {
					n++
				}
				tr.note("%d rows %s", n, said(rows.Err()))
				return nil
			})
		}
		tr.done(c.SendBatch(ctx, b).Close())
	})
}

func playNamed(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "cards")
	withConn(ctx, tr, db, func(c *pgx.Conn) {
		_, err := c.Prepare(ctx, "add card", "INSERT INTO cards (id, title) VALUES ($1, $2)")
		tr.ok(err)
		tag, err := c.Exec(ctx, "add card", 1, "a")
		tr.exec(tag.RowsAffected(), err)
		b := new(pgx.Batch)
		b.Queue("add card", 2, "b")
		b.Queue("add card", 3, "c")
		send(ctx, tr, c, b)
		tag, err = c.Exec(ctx, "INSERT INTO cards (id, title) VALUES (@id, @title)", pgx.NamedArgs{"id": 4, "title": secret})
		tr.exec(tag.RowsAffected(), err)
		_, err = c.Exec(ctx, "no such statement")
		tr.done(err)
	})
}

func playModes(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "modes")
	for i, mode := range []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
		pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
	} {
		tr.exec(db.exec(ctx, "INSERT INTO modes (id, title) VALUES ($1, $2)", mode, i, secret))
	}
}

func playListen(ctx context.Context, tr *transcript, _ engine, db database) {
	withConn(ctx, tr, db, func(c *pgx.Conn) {
		_, err := c.Exec(ctx, "LISTEN jobs")
		tr.ok(err)
		tr.exec(db.exec(ctx, "SELECT pg_notify('jobs', $1)", secret))
		tr.exec(db.exec(ctx, "NOTIFY jobs, '"+secret+"'"))
		for range 2 {
			n, err := c.WaitForNotification(ctx)
			tr.ok(err)
			tr.note("notified of %q", n.Payload)
		}
		_, err = c.Exec(ctx, "UNLISTEN *")
		tr.ok(err)
	})
}

// exhausted is a pool whose only connection is taken.
var exhausted = []scenario{
	{"exhausted", "a wait for a connection that is in vain is seen", func(ctx context.Context, tr *transcript, _ engine, db database) {
		withConn(ctx, tr, db, func(*pgx.Conn) {
			for _, end := range []func() (context.Context, context.CancelFunc){
				func() (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, 1) },
				func() (context.Context, context.CancelFunc) {
					c, cancel := context.WithCancel(ctx)
					cancel()
					return c, cancel
				},
			} {
				ctx, cancel := end()
				tr.exec(db.exec(ctx, "SELECT 1"))
				cancel()
			}
		})
		db.close()
		tr.exec(db.exec(ctx, "SELECT 1"))
	}},
}

// TestPgx holds what pgx alone can do.
func TestPgx(t *testing.T) {
	server := startPostgres(t)
	open := func(size int32) func(*testing.T, string, bool) database {
		return func(t *testing.T, url string, wrap bool) database {
			return newPgxDatabase(pgxPool(t, url, wrap, func(c *pgxpool.Config) { c.MaxConns = size }))
		}
	}
	for name, url := range map[string]string{"tcp": server.URL(), "socket": server.SocketURL()} {
		t.Run(name, func(t *testing.T) {
			compare(t, engine{name: "pgx", url: url, open: open(4)}, "pgx_native", native)
		})
	}
	t.Run("exhausted", func(t *testing.T) {
		compare(t, engine{name: "pgx", url: server.URL(), open: open(1)}, "pgx_exhausted", exhausted)
	})
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeDescribeExec} {
		t.Run(mode.String(), func(t *testing.T) {
			e := engine{"pgx", server.URL(), func(t *testing.T, url string, wrap bool) database {
				return newPgxDatabase(pgxPool(t, url, wrap, func(c *pgxpool.Config) { c.ConnConfig.DefaultQueryExecMode = mode }))
			}, "BYTEA", false}
			compare(t, e, "pgx_bulk", native[1:2])
		})
	}
}
