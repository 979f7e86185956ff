// Package telemetrysql adds the calls of database/sql to the traces of package
// telemetry.
//
//	db, err := telemetrysql.Open("pgx", dsn)
//
// Each statement then has a span db.select, db.insert, db.update, db.delete or,
// for everything else, db.query, with its operation, its first table, its text
// without literals and the rows that it changed. Connections and transactions
// have db.connect, db.begin, db.commit and db.rollback. A driver that answers
// database/sql with driver.ErrSkip, and is asked to prepare the statement
// instead, still has one span, over both. Preparing has no span of its own,
// unless it fails: then it is one of the statement.
//
// The name of a span goes by what the statement does, and db.operation has its
// verb: a REPLACE INTO is a db.insert, a START TRANSACTION a db.begin, an END
// a db.commit, and a ROLLBACK TO, which ends nothing, a db.query. A WITH that
// changes rows for a SELECT to read has the operation and the table of the
// change. Of several statements in one text the first one counts, for the
// table too; the text is that of all.
//
// A literal becomes "?" in the text. In SQLite and MySQL so does what stands in
// double quotes, wherever it may be a string: SQLite takes "x" for one where no
// column has that name, and MySQL unless it is set otherwise. Only where
// nothing but a name can stand, as after FROM or before a point, it is kept;
// backquotes keep a name anywhere.
//
// A query's span lasts until its rows are closed: reading them, and what the
// caller does between two rows, is part of it, since the connection is held so
// long. What fails while rows are read is the failure of the query. Rows that
// nobody closes, such as those of a QueryRow without Scan, hold their
// connection and leave the span open until that is closed, or until telemetry
// is shut down.
//
// db.rows_affected is there for what may change rows, an INSERT or a CALL, and
// absent for what cannot, such as DDL.
//
// db.client.operation.duration counts all calls, sampled or not, and lasts as
// long as the spans do. There db.operation.name is in lower case, so that one
// statement in two spellings is one series; on spans it is as written, as
// OpenTelemetry has it.
//
// To wait for a connection, where all are in use, has no span: database/sql
// does not say who waits. A database of [Open] or [OpenDB] reports its pool as
// db.client.connection.count and db.client.connection.max, and as
// lift.db.connection.waits and lift.db.connection.wait_time how often and how
// long all calls together waited, from its first connection until it is closed.
//
// # Failures
//
// error.type is db_connection where a connection could not be made, by its
// deadline or at all, or was lost, as the error says, or the driver
// (driver.Validator). It is timeout where the deadline of a statement passed,
// and "canceled", which is no failure, where the caller gave up. Otherwise it
// is the database's own code, as OpenTelemetry has it: the SQLSTATE, such as
// 23505, of drivers whose errors have a method SQLState, the error number of
// MySQL and SQL Server, and the extended result code of SQLite, such as 5
// where the database is locked, 8 where it is read-only, 13 where it is full
// and 2067 where a row is not unique. db.response.status_code has the code in
// any case. Without one it is the type of the error.
//
// A driver's message often quotes what the server stumbled over. What it has of
// the statement's literals and comments, and of arguments that are strings,
// numbers or bytes, becomes "?" on the span, and so does all that is quoted
// where the statement cannot be read with certainty, where a value of the
// database could not be converted, and with [WithoutStatement]. The caller gets
// the driver's own error, with all that it says.
//
// # The same database
//
// Connections, statements and rows have those optional interfaces of
// database/sql/driver that the driver's have. There are four exceptions, which
// database/sql cannot tell from their absence: where a driver knows calls only
// without a context, connections and statements take them with one;
// transactions always begin with a context; a connector can always be closed;
// and a driver of [Register] always has connectors, as only they are told for
// which call they connect. Results and errors are the driver's own, and
// DB.Driver returns the driver's own driver. What has telemetry already is not
// wrapped once more: there is one span, and the options of both apply.
//
// What Conn.Raw hands out is the wrapped connection. [Unwrap] leads to the
// driver's:
//
//	err = conn.Raw(func(c any) error {
//		pg := telemetrysql.Unwrap(c).(*stdlib.Conn)
//		…
//	})
//
// # Which telemetry
//
// Calls report to the telemetry that serves their context, as all helpers do;
// see telemetry.NewContext and [WithTelemetry]. Where there is none, or it is
// off, they go to the driver untouched, at the cost of a few nanoseconds. A
// database may be opened before telemetry.Init.
//
// # Why not otelsql
//
// github.com/XSAM/otelsql, read at v0.44.0, is a good wrapper for its own
// names. For these it gives no way: it cannot know the rows that a statement
// changed, as nothing of its looks at results; its connections claim interfaces
// that the driver's do not have; a statement that is prepared on driver.ErrSkip
// has several spans; reading has a span of its own, or none that has its
// errors; and its provider is that of the time when the database was opened,
// not of the call. So this package wraps database/sql/driver itself. That is
// more code to keep, some 1,400 lines and generated ones that combine
// interfaces; hence the tests that run the same scenarios on real databases
// with the wrapper and without, and one that fails when Go adds an interface.
//
// Names follow OpenTelemetry's database conventions
// (https://opentelemetry.io/docs/specs/semconv/database/, version 1.43.0).
package telemetrysql
