package sqltext

import "github.com/lift-sys/telemetry/attr"

// verbs are the words that a statement of some dialect starts with, in lower
// case. Only these become operations, so that nothing else of a statement can.
var verbs = set(
	"select", "insert", "update", "delete", "merge", "replace", "upsert", "values", "table",
	"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release",
	"create", "alter", "drop", "truncate", "rename", "comment", "grant", "revoke", "reassign",
	"copy", "load", "import", "export", "call", "exec", "execute", "prepare", "deallocate", "do",
	"declare", "fetch", "move", "close", "open", "explain", "describe", "desc", "show", "use", "set", "reset",
	"discard", "listen", "unlisten", "notify", "lock", "unlock", "analyze", "vacuum", "reindex",
	"cluster", "refresh", "checkpoint", "optimize", "repair", "check", "flush", "kill", "handler",
	"pragma", "attach", "detach", "backup", "restore", "bulk", "print", "if", "while", "waitfor", "xa",
)

func set(words ...string) map[string]struct{} {
	m := make(map[string]struct{}, len(words))
	for _, w := range words {
		m[w] = struct{}{}
	}
	return m
}

// span returns the name of a span for the first statement, whose operation is
// op.
func (g *grammar) span(op string) string {
	i := 0 // the verb, where no WITH is before it
	for g.at(i).isSymbol('(') || g.at(i).isSymbol(';') {
		i++
	}
	next := g.at(i + 1)
	last := g.ends(i+1) || next.isOne("TRANSACTION", "TRAN", "WORK")
	switch op {
	case attr.DBSelect:
		return attr.SpanDBSelect
	case attr.DBInsert, "replace":
		return attr.SpanDBInsert
	case attr.DBUpdate:
		return attr.SpanDBUpdate
	case attr.DBDelete:
		return attr.SpanDBDelete
	case "begin": // but not of a block, as SQL Server has it
		if last || next.isOne("DEFERRED", "IMMEDIATE", "EXCLUSIVE", "CONCURRENT", "ISOLATION", "READ", "NOT", "DEFERRABLE", "DISTRIBUTED") {
			return attr.SpanDBBegin
		}
	case "start":
		if next.is("TRANSACTION") {
			return attr.SpanDBBegin
		}
	case "commit":
		return attr.SpanDBCommit
	case "end":
		if last || next.is("AND") {
			return attr.SpanDBCommit
		}
	case "rollback", "abort":
		for ; !g.ends(i); i++ {
			if g.t[i].is("TO") { // a savepoint: the transaction goes on
				return attr.SpanDBQuery
			}
		}
		return attr.SpanDBRollback
	}
	return attr.SpanDBQuery
}

// changes reports whether an operation may change rows, so that it makes sense
// to say how many.
func changes(op string) bool {
	switch op {
	case attr.DBInsert, attr.DBUpdate, attr.DBDelete, "merge", "replace", "upsert", "copy", "load", "import", "bulk",
		"call", "exec", "execute": // of something that may
		return true
	}
	return false
}
