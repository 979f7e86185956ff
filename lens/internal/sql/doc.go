// Package sql computes queries of package honeycomb in DuckDB.
//
// What a query means is written down in internal/query, the reference that the
// statements are held against on random queries over random rows. Two things
// differ: a column has one type here, that of the registry or of its first
// value, and values of another type are shown in traces but not found by queries;
// and a formula whose branches have different types is refused.
//
// Names and values that come from outside stand in statements only as quoted
// identifiers and literals; see ident and literal.
package sql
