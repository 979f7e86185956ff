// Package sqltext reads SQL statements as far as telemetry needs it: what a
// statement does, on which table, and what it says without its literals.
//
// It has a tokenizer of its own, because what removes secrets has to agree
// with the server about where a literal ends. Where servers of one dialect
// disagree, because of a setting, or where the dialect is unknown, a statement
// is read both ways, and without one answer it has no text at all.
//
// Sources: PostgreSQL, https://www.postgresql.org/docs/current/sql-syntax-lexical.html;
// SQLite, https://www.sqlite.org/lang_keywords.html, https://www.sqlite.org/quirks.html
// and https://www.sqlite.org/lang_expr.html; MySQL,
// https://dev.mysql.com/doc/refman/8.4/en/language-structure.html; SQL Server,
// https://learn.microsoft.com/sql/t-sql/data-types/constants-transact-sql.
package sqltext
