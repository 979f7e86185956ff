package sqltext

// text returns the statement without its literals and comments, with single
// spaces, and with lists of values shortened.
func (g *grammar) text() string {
	w := writer{g: g}
	return w.write()
}

// writer writes the tokens of a statement that may be seen.
type writer struct {
	g     *grammar
	out   []byte
	verb  token
	open  []paren
	set   bool // a SET has been seen
	value bool // names are values: of a setting, or a password
	row   bool // the token before closed a row of values
	comma int  // length of out before the comma in a list of placeholders, or 0
	full  bool // there was no room for all of it

	tell func(t token, hidden bool) // is told of each token, if there is one
}

// paren is what is known of an open parenthesis.
type paren struct {
	query   bool // a query is in it
	list    bool // values after IN
	row     bool // of VALUES
	columns bool // of an INSERT
}

func (w *writer) write() string {
	t := w.g.t
	w.out = make([]byte, 0, min(maxText, 16*len(t)))
	w.begin(0)
	for i := 0; i < len(t); i++ {
		s, hidden := w.visible(i)
		if w.tell != nil {
			w.tell(t[i], hidden)
		}
		placeholder := hidden || t[i].kind == param
		if t[i].kind == symbol {
			switch t[i].text[0] {
			case '(':
				w.open = append(w.open, w.paren(i))
			case ',':
				if w.row && w.alike(i+1) {
					w.pass(i+1, int(w.g.closes[i+1]))
					i = int(w.g.closes[i+1])
					continue
				}
			}
		}
		switch {
		case w.comma > 0 && placeholder:
			w.out, w.comma = w.out[:w.comma], 0
			continue
		case w.top().list && i > 0 && t[i].isSymbol(',') && w.isPlaceholder(i-1):
			w.comma = len(w.out)
		default:
			w.comma = 0
		}
		space := t[i].space && len(w.out) > 0
		if len(w.out)+len(s)+1 > maxText {
			w.full = true
			break
		}
		if space {
			w.out = append(w.out, ' ')
		}
		w.out = append(w.out, s...)
		w.follow(i)
	}
	return string(w.out)
}

// pass tells of the tokens between i and end, which are not written.
func (w *writer) pass(i, end int) {
	for ; w.tell != nil && i < end; i++ {
		w.tell(w.g.t[i], w.isPlaceholder(i))
	}
}

// begin starts a statement at i.
func (w *writer) begin(i int) {
	for w.g.at(i).isSymbol('(') {
		i++
	}
	w.verb, w.set, w.value = w.g.at(i), false, false
}

// follow takes note of a token that was written.
func (w *writer) follow(i int) {
	t := w.g.t[i]
	w.row = false
	switch {
	case t.isSymbol(')') && len(w.open) > 0:
		w.row = w.top().row
		w.open = w.open[:len(w.open)-1]
	case t.isSymbol(';'):
		w.begin(i + 1)
	case t.is("SET"):
		w.set = w.verb.isOne("SET", "ALTER")
	case t.isSymbol('='), t.is("TO"):
		w.value = w.value || w.set || w.verb.is("PRAGMA")
	case t.is("BY"):
		w.value = w.value || w.g.at(i-1).is("IDENTIFIED")
	}
}

func (w *writer) top() paren {
	if len(w.open) == 0 {
		return paren{}
	}
	return w.open[len(w.open)-1]
}

// paren says what the parenthesis at i is.
func (w *writer) paren(i int) paren {
	before, next := w.g.at(i-1), w.g.at(i+1)
	return paren{
		query:   next.isOne("SELECT", "WITH", "VALUES"),
		list:    before.is("IN") && !next.isOne("SELECT", "WITH", "VALUES"),
		row:     before.isOne("VALUES", "VALUE") || (before.isSymbol(',') && w.row),
		columns: w.columns(i),
	}
}

// columns reports whether the parenthesis at i follows INTO and a name.
func (w *writer) columns(i int) bool {
	for i--; w.g.at(i).names() && !w.g.at(i).isOne("INTO", "VALUES", "VALUE"); i-- {
		if !w.g.at(i - 1).isSymbol('.') {
			return w.g.at(i - 1).is("INTO")
		}
		i--
	}
	return false
}

// alike reports whether the parenthesis at i is a row of VALUES that differs
// from the one before in its values only.
func (w *writer) alike(i int) bool {
	if !w.g.at(i).isSymbol('(') || int(w.g.closes[i]) >= len(w.g.t) {
		return false
	}
	for j := i + 1; j < int(w.g.closes[i]); j++ {
		t := w.g.t[j]
		if !w.isPlaceholder(j) && !t.isSymbol(',') && !t.isSymbol('-') && !t.isOne("NULL", "DEFAULT", "TRUE", "FALSE") {
			return false
		}
	}
	return true
}

// isPlaceholder reports whether the token i is written as a placeholder.
func (w *writer) isPlaceholder(i int) bool {
	_, hidden := w.visible(i)
	return hidden || w.g.t[i].kind == param
}

// visible returns what is written for the token i, and whether it hides it.
func (w *writer) visible(i int) (text string, hidden bool) {
	t := w.g.t[i]
	switch {
	case t.kind == literal,
		t.kind == maybe && !w.isName(i),
		t.kind <= maybe && w.value && !t.isOne("DEFAULT", "ON", "OFF", "TRUE", "FALSE"):
		return "?", true
	}
	return t.text, false
}

// isName reports whether a name is all that the double quotes at i can hold,
// by where they stand. A string that is taken for a name would be seen.
func (w *writer) isName(i int) bool {
	before := w.g.at(i - 1)
	switch {
	case before.isSymbol('.'), w.g.at(i + 1).isSymbol('.'):
		return true
	case before.isSymbol('('), before.isSymbol(','):
		return w.top().columns
	case before.is("FROM"): // but not in trim('x' FROM "y"), x IS DISTINCT FROM "y"
		return !w.g.at(i-2).is("DISTINCT") && (len(w.open) == 0 || w.top().query)
	case before.is("AS"):
		return w.verb.isOne("SELECT", "WITH")
	case before.is("EXISTS"):
		return w.g.at(i-2).is("IF") || w.g.at(i-3).is("IF")
	case before.is("UPDATE"):
		return w.verb.is("UPDATE")
	}
	return before.isOne("INTO", "TABLE", "JOIN", "VIEW")
}
