// Package telemetrypgx adds PostgreSQL, used through pgx and pgxpool, to the
// traces of package telemetry.
//
//	config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))
//	…
//	config.ConnConfig.Tracer = telemetrypgx.NewTracer()
//	pool, err := pgxpool.NewWithConfig(ctx, config)
//
// Names and attributes are those of package telemetrysql; see [attr]. Where
// pgx is used through database/sql (pgx/stdlib), trace with one of the two.
//
// # Spans
//
// Query, QueryRow and Exec have a span named by what the statement does:
// db.insert, db.select, db.update, db.delete, and db.query for all else. It
// lasts until the rows are closed, and carries the table and the statement
// without its literals. Transactions show as db.begin, db.commit and
// db.rollback.
//
// A statement prepared under a name and executed by that name has the span of
// its text. Preparing has no span of its own: pgx prepares whatever it is given
// for the first time, and a failure of that shows in the query. Where
// [pgx.Conn.Prepare] fails, that is a span of the statement.
//
// COPY, by [pgx.Conn.CopyFrom], is a db.query with db.operation copy, the
// table, and the rows copied. COPY TO and the calls of [pgconn.PgConn] are out
// of sight.
//
// A batch, by [pgx.Conn.SendBatch], is one span, however many statements it
// has: they cross the network together, so that times of their own would mean
// little, and a bulk insert would fill a month's budget of events. Where all of
// its statements do the same, the span is named by it and carries the table;
// otherwise it is a db.query with db.operation batch. The statement is the
// different texts, joined. The first 256 that differ from the one before
// decide, and 32 are quoted. db.operation.batch.size says how many there were,
// and db.rows_affected adds up what they changed, unless one failed: then
// nothing of the batch remains, as a rule.
//
// LISTEN is a db.query with db.operation listen. Waiting for a notification,
// by [pgx.Conn.WaitForNotification], has no span: nothing works meanwhile.
//
// A new connection is a db.connect. To get a connection from a pool has no
// span unless it fails without an attempt to connect, as it does where all
// stay in use: then it is a db.connect with db.operation acquire.
//
// # Failures
//
// error.type is db_connection where a connection could not be made or was
// lost, timeout where the deadline passed, canceled, which is no failure, where
// the caller gave up, the SQLSTATE where the server refused, and otherwise the
// type of the error. The SQLSTATE stands in db.response.status_code too,
// whatever error.type says. What the server's message quotes of literals and of
// arguments that are strings or numbers becomes "?", and so does all that is
// quoted where the statement cannot be read with certainty or has arguments of
// other types, in failures of COPY and of values that cannot be converted, and
// with [WithoutStatement]. The caller gets the error as it is.
//
// # Metrics
//
// Every operation counts in db.client.operation.duration, sampled or not. The
// state of a pool is in db.client.connection.*, from its first use until
// nobody holds it any more. lift.db.connection.waits and
// lift.db.connection.wait_time say how often calls found no idle connection,
// and how long they waited for one, or for a new one.
//
// # Which telemetry
//
// A tracer reports to the telemetry that serves the context of each call, as
// all helpers do; see telemetry.NewContext and [WithTelemetry]. Where there is
// none, or it is off, pgx works as if there were no tracer, at the cost of a
// few nanoseconds.
//
// # Why not otelpgx
//
// github.com/exaring/otelpgx can neither be given these names nor kept from
// its own: it writes the statement with its literals or not at all, reports a
// caller that gave up as an error, has the table in the names of spans of
// COPY, is bound to one provider, and leaves out what has no recorded parent.
package telemetrypgx
