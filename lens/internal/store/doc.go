// Package store keeps rows in DuckDB, an embedded columnar database, and answers
// SQL over them.
//
// One goroutine writes. It commits whatever waits as one transaction, so that a
// single sender waits for one commit and many senders share one. [Store.Append]
// returns when its rows are in DuckDB's log on the disk: what was acknowledged is
// there after kill -9. Reading goes on meanwhile, and when the disk is full; a
// database that an error of the disk or of memory has broken is opened again.
//
// What is asked for often has a typed column (see package table); all other
// attributes stand in one JSON column, which costs queries over them thirty times as
// much. A Store is safe for concurrent use.
package store
