// Package telemetrysql adds the calls of database/sql to the traces of package
// telemetry.
//
//	db, err := telemetrysql.Open("pgx", dsn)
//
// Each statement then has a span db.select, db.insert, db.update, db.delete or,
// for everything else, db.query, with its operation, its first table, its text
// without literals and the rows that it changed. Connections and transactions
// have db.connect, db.begin, db.commit and db.rollback. A query's span ends
// when the driver returns its rows; reading them is the caller's time. A
// driver that answers database/sql with driver.ErrSkip, and is asked to
// prepare the statement instead, still has one span, over both.
//
// A connection that cannot be made, or is lost, is error.type db_connection.
// Where the caller cancelled, it is "canceled" and no failure. A driver's error
// message stands on the span as it is; some servers quote values in it.
//
// db.client.operation.duration counts all calls, sampled or not. A database of
// [Open] or [OpenDB] reports its pool as db.client.connection.count and
// db.client.connection.max, from its first connection until it is closed.
//
// # The same database
//
// A connection has those optional interfaces of database/sql/driver that the
// driver's has. There are three exceptions, which database/sql cannot tell
// from their absence: where a driver knows calls only without a context,
// connections and statements take them with one; transactions always begin
// with a context; and a connector can always be closed. Rows and results
// are the driver's own, and DB.Driver returns the driver's own driver.
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
// Names follow OpenTelemetry's database conventions
// (https://opentelemetry.io/docs/specs/semconv/database/, version 1.43.0).
package telemetrysql
