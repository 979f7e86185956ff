package sqltext

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
