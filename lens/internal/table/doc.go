// Package table holds what the receiver hands to the store: batches of rows,
// one for each span, span event, link or metric point, and the columns that the
// store keeps typed.
//
// A row is sparse. Of some two hundred columns a span has thirty, so that a
// [Batch] lists the values that are there.
package table
