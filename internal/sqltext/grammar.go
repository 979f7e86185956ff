package sqltext

import "strings"

// grammar finds what a statement does, and on what. It knows as much of SQL as
// that takes, and expects nothing of what comes after.
type grammar struct {
	t       []token
	closes  []int32        // for each ( its ), else 0
	bodies  map[string]int // the ( of each WITH query, by its name in lower case
	circles bool           // WITH RECURSIVE
	writes  []int          // the ( of each WITH query that changes rows
	hidden  bool           // the main statement reads what one of them changed
	steps   int            // statements that may still be looked into
}

const (
	// maxNesting bounds how deep queries inside queries are looked into.
	maxNesting = 16
	// maxSteps bounds how often, as one query may be looked into twice.
	maxSteps = 64
)

func newGrammar(t []token) *grammar {
	g := &grammar{t: t, closes: make([]int32, len(t)), steps: maxSteps}
	var open []int
	for i, t := range t {
		switch {
		case t.isSymbol('('):
			open = append(open, i)
		case t.isSymbol(')') && len(open) > 0:
			g.closes[open[len(open)-1]] = int32(i)
			open = open[:len(open)-1]
		}
	}
	for _, i := range open {
		g.closes[i] = int32(len(t))
	}
	return g
}

// at returns the token i, or one that is nothing.
func (g *grammar) at(i int) token {
	if i >= 0 && i < len(g.t) {
		return g.t[i]
	}
	return token{kind: literal}
}

// after returns the index after the token i, or after all that is in
// parentheses if it opens them.
func (g *grammar) after(i int) int {
	if g.at(i).isSymbol('(') {
		return min(int(g.closes[i])+1, len(g.t))
	}
	return i + 1
}

// ends reports whether the query that i belongs to ends there.
func (g *grammar) ends(i int) bool {
	return i >= len(g.t) || g.t[i].isSymbol(')') || g.t[i].isSymbol(';')
}

// main returns the verb and the table of the first statement: where that reads
// what a query of its WITH changes, those of the change.
func (g *grammar) main() (verb token, table string) {
	verb, table = g.statement(0, maxNesting)
	if len(g.writes) > 0 && verb.isOne("SELECT", "VALUES", "TABLE") {
		g.hidden = true
		return g.statement(g.writes[0]+1, maxNesting)
	}
	return verb, table
}

// statement reads the one that starts at i.
func (g *grammar) statement(i, depth int) (verb token, table string) {
	if depth == 0 || g.steps == 0 {
		return token{kind: literal}, ""
	}
	g.steps--
	for g.at(i).isSymbol('(') || g.at(i).isSymbol(';') {
		i++
	}
	if g.at(i).is("WITH") {
		i = g.with(i + 1)
		for g.at(i).isSymbol('(') {
			i++
		}
	}
	verb = g.at(i)
	i++
	switch {
	case verb.is("SELECT"):
		table = g.from(i, depth)
	case verb.is("DELETE"):
		table = g.from(i, depth)
		if table == "" {
			table, _ = g.name(g.skip(i))
		}
	case verb.isOne("INSERT", "REPLACE", "UPSERT", "UPDATE", "MERGE", "TRUNCATE", "TABLE", "LOCK", "DESCRIBE", "DESC"):
		table, _ = g.name(g.skip(i))
	case verb.is("COPY"):
		if g.at(i).isSymbol('(') {
			_, table = g.statement(i, depth-1)
		} else {
			table, _ = g.name(i)
		}
	case verb.isOne("CREATE", "ALTER", "DROP", "REFRESH", "REINDEX"):
		table = g.object(i)
	case verb.isOne("EXPLAIN", "DECLARE", "PREPARE"):
		table = g.inner(i, depth)
	}
	return verb, table
}

// with reads the queries before a main statement, and returns where that
// starts.
func (g *grammar) with(i int) int {
	if g.at(i).is("RECURSIVE") {
		g.circles = true
		i++
	}
	for !g.ends(i) {
		query := i
		i++
		if g.at(i).isSymbol('(') {
			i = g.after(i)
		}
		for g.at(i).isOne("AS", "NOT", "MATERIALIZED") {
			i++
		}
		if !g.at(i).isSymbol('(') {
			return i
		}
		if g.bodies == nil {
			g.bodies = make(map[string]int)
		}
		g.bodies[strings.ToLower(g.t[query].unquoted())] = i
		if g.at(i+1).isOne("INSERT", "UPDATE", "DELETE", "MERGE") {
			g.writes = append(g.writes, i)
		}
		i = g.after(i)
		// SEARCH and CYCLE clauses have commas of their own.
		for !g.ends(i) && !g.queries(i) && !g.nextWith(i) {
			i = g.after(i)
		}
		if !g.nextWith(i) {
			return i
		}
		i++
	}
	return i
}

// queries reports whether the main statement after a WITH may start at i.
func (g *grammar) queries(i int) bool {
	return g.at(i).isSymbol('(') || g.at(i).isOne("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE")
}

// nextWith reports whether i is the comma before one more query of a WITH.
func (g *grammar) nextWith(i int) bool {
	return g.at(i).isSymbol(',') && (g.at(i+2).is("AS") || g.at(i+2).isSymbol('('))
}

// skip goes past the words that may stand between a verb and a table.
func (g *grammar) skip(i int) int {
	for {
		switch t := g.at(i); {
		case t.is("OR"): // SQLite's INSERT OR REPLACE
			i += 2
		case t.is("TOP"):
			i = g.after(i + 1)
		case t.isOne("INTO", "TABLE", "ONLY", "FROM", "IF", "NOT", "EXISTS", "CONCURRENTLY", "IGNORE", "LOW_PRIORITY",
			"HIGH_PRIORITY", "DELAYED", "QUICK", "OVERWRITE", "STATISTICS") && (g.at(i+1).names() || g.at(i+1).isSymbol('(')):
			i++
		default:
			return i
		}
	}
}

// from returns the table that the query at i reads first, or that of the first
// query inside it.
func (g *grammar) from(i, depth int) string {
	for j := i; !g.ends(j); j = g.after(j) {
		if g.t[j].is("FROM") && !g.at(j-1).is("DISTINCT") { // IS DISTINCT FROM
			if table := g.relation(j+1, depth); table != "" {
				return table
			}
		}
	}
	for j := i; !g.ends(j); j++ {
		if g.t[j].isSymbol('(') && g.at(j+1).isOne("SELECT", "WITH") {
			_, table := g.statement(j+1, depth-1)
			return table
		}
		if g.t[j].isSymbol('(') && int(g.closes[j]) == j+1 {
			j++
		}
	}
	return ""
}

// relation returns the first table of a list of them, with joins.
func (g *grammar) relation(i, depth int) string {
	if depth == 0 {
		return ""
	}
	for {
		for g.at(i).isOne("ONLY", "LATERAL") {
			i++
		}
		var table string
		if g.at(i).isSymbol('(') {
			if g.at(i+1).isOne("SELECT", "WITH", "VALUES") {
				_, table = g.statement(i+1, depth-1)
			} else {
				table = g.relation(i+1, depth-1)
			}
			i = g.after(i)
		} else {
			var next int
			table, next = g.name(i)
			if g.at(next).isSymbol('(') { // a function
				table = ""
			}
			table = g.beneath(table, i, depth)
			i = max(next, i)
		}
		if table != "" {
			return table
		}
		for !g.ends(i) && !g.at(i).isSymbol(',') && !g.at(i).isOne("JOIN", "STRAIGHT_JOIN", "APPLY") {
			if g.t[i].isOne("WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "RETURNING", "FOR") {
				return ""
			}
			i = g.after(i)
		}
		if g.ends(i) {
			return ""
		}
		i++
	}
}

// beneath returns the table that a query of a WITH reads, if table, which
// stands at i, is one.
func (g *grammar) beneath(table string, i, depth int) string {
	body, ok := g.bodies[strings.ToLower(table)]
	switch {
	case !ok:
		return table
	case i > int(g.closes[body]):
		_, table = g.statement(body, depth-1)
		return table
	case g.circles:
		return ""
	}
	return table // without RECURSIVE a query sees those before it only
}

// object returns the table that a definition is about.
func (g *grammar) object(i int) string {
	for ; g.at(i).kind == word; i++ {
		switch {
		case g.at(i).isOne("TABLE", "VIEW"):
			table, _ := g.name(g.skip(i + 1))
			return table
		case g.at(i).isOne("INDEX", "TRIGGER", "POLICY", "RULE"):
			for ; !g.ends(i) && !g.at(i).is("AS") && !g.at(i).isSymbol('('); i++ {
				if g.t[i].is("ON") {
					table, _ := g.name(g.skip(i + 1))
					return table
				}
			}
			return ""
		case g.at(i).isOne("FUNCTION", "PROCEDURE", "USER", "ROLE", "DATABASE", "SCHEMA", "EXTENSION", "TYPE", "SEQUENCE"):
			return ""
		}
	}
	return ""
}

// inner returns the table of a statement inside another.
func (g *grammar) inner(i, depth int) string {
	for ; !g.ends(i); i = g.after(i) {
		if g.t[i].isOne("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "WITH", "TABLE") {
			_, table := g.statement(i, depth-1)
			return table
		}
	}
	return ""
}

// name reads a table's name, and returns the index after it.
func (g *grammar) name(i int) (table string, next int) {
	if !g.at(i).names() || g.at(i).isOne("SELECT", "VALUES", "SET", "WHERE", "DEFAULT") {
		return "", i
	}
	table = g.t[i].unquoted()
	i++
	for g.at(i).isSymbol('.') {
		switch {
		case g.at(i + 1).names():
			table += "." + g.t[i+1].unquoted()
			i += 2
		case g.at(i+1).isSymbol('.') && g.at(i+2).names(): // SQL Server's db..table
			table += "." + "." + g.t[i+2].unquoted()
			i += 3
		default:
			return "", i + 1
		}
		if len(table) > maxTable {
			return table, i
		}
	}
	return table, i
}
