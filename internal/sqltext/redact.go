package sqltext

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// minSecret is the shortest value that is looked for in a message, in
	// bytes. Shorter ones are found in any.
	minSecret = 3
	// maxMessage bounds what is kept of a message, in bytes.
	maxMessage = 8 << 10
	// maxValues bounds the values that are looked for, in bytes. Where there
	// are more, no quotes of a message are shown.
	maxValues = 64 << 10
	// maxUnread bounds what may be left unread of statements, in bytes. Where
	// there is more, nothing of a message is shown.
	maxUnread = 256 << 10
)

// A Redactor takes out of a database's message what [Analyze] takes out of the
// statement that the message is about. Databases quote what they stumble over,
// and what they take for a name or a syntax error may be a piece of a literal.
// The zero value takes out nothing. It is for one goroutine.
type Redactor struct {
	values map[string]struct{} // are taken out wherever they stand
	pieces strings.Builder     // no word between quotes may be a piece of it
	unread strings.Builder     // no word may be a piece of it
	shown  map[string]struct{} // words that the statement's text shows
	closed bool                // nothing between quotes is shown
	blank  bool                // nothing is shown
}

// Statement has the redactor hide the literals and the comments of query, and
// anything that is quoted from it if it cannot be read, or if it escapes parts
// of its literals.
func (r *Redactor) Statement(d Dialect, query string) {
	src := bounded(query, maxScan)
	s := scanner{src: src, dialect: d, escapes: d.escapes(), cut: len(src) < len(query), comments: new([]string)}
	s.scan()
	g := newGrammar(s.tokens)
	verb, _ := g.main()
	if op, _ := operation(verb); s.failed || s.doubt || op == "" {
		r.leave(query)
		return
	}
	w := writer{g: g, tell: r.token}
	w.write()
	for _, c := range *s.comments {
		r.piece(c)
	}
	if s.cut || w.full {
		r.leave(query)
	}
}

// leave has the redactor hide what was not read of a statement.
func (r *Redactor) leave(query string) {
	r.closed = true
	r.blank = r.blank || r.unread.Len()+len(query) > maxUnread
	if !r.blank {
		r.unread.WriteString(query)
		r.unread.WriteByte(0)
	}
}

// token hides or shows a token of a statement.
func (r *Redactor) token(t token, hidden bool) {
	switch {
	case !hidden && t.names():
		if r.shown == nil {
			r.shown = make(map[string]struct{})
		}
		for word := range strings.FieldsFuncSeq(t.text, isNoWord) {
			r.shown[word] = struct{}{}
		}
	case hidden && t.kind != param:
		inner := strings.Trim(t.text, "'\"`[]")
		if t.kind == literal && strings.HasPrefix(t.text, "$") {
			tag, rest, _ := strings.Cut(t.text[1:], "$")
			inner = strings.TrimSuffix(rest, "$"+tag+"$")
		}
		r.Value(inner)
		r.Value(undouble.Replace(inner))
		r.closed = r.closed || strings.Contains(inner, `\`)
	}
}

var undouble = strings.NewReplacer(`''`, `'`, `""`, `"`)

// Value has the redactor hide a value, such as that of an argument.
func (r *Redactor) Value(v string) {
	if len(v) < minSecret || !r.piece(v) {
		return
	}
	v = strings.Trim(v, quotes) // those of the message must not go with it
	if len(v) < minSecret {
		return
	}
	if r.values == nil {
		r.values = make(map[string]struct{})
	}
	r.values[v] = struct{}{}
}

// quotes are what servers quote with.
const quotes = "'\"`‘’‚“”„«»‹›"

// piece hides the words of s between quotes, if there is room for it.
func (r *Redactor) piece(s string) bool {
	if r.pieces.Len()+len(s) > maxValues {
		r.closed = true
		return false
	}
	r.pieces.WriteString(s)
	r.pieces.WriteByte(0)
	return true
}

// Quotes has the redactor hide whatever stands between quotes.
func (r *Redactor) Quotes() { r.closed = true }

// Redact returns message, or the first 8 KiB of it, with "?" for all that is
// to be hidden. It errs on the side of hiding.
func (r *Redactor) Redact(message string) string {
	message = withoutEncoded(message)
	switch {
	case r.blank:
		return "?"
	case len(r.values) == 0 && r.pieces.Len() == 0 && !r.closed:
		return message
	}
	message = bounded(message, maxMessage)
	longest := func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }
	for _, v := range slices.SortedFunc(maps.Keys(r.values), longest) { // one may hold another
		if _, shown := r.shown[v]; !shown || r.closed {
			message = replaceWhole(message, v)
		}
	}
	first, last := quoted(message)
	if first < 0 {
		return r.words(message, r.unread.String())
	}
	_, width := utf8.DecodeRuneInString(message[first:])
	before, between, after := message[:first+width], "?", message[last:]
	if !r.closed {
		between = r.words(message[first+width:last], r.pieces.String())
	}
	return r.words(before, r.unread.String()) + between + r.words(after, r.unread.String())
}

// withoutEncoded leaves out the value that pgx could not encode, which it writes
// as Go does, in quotes or not.
func withoutEncoded(message string) string {
	const sign = "unable to encode "
	before, value, ok := strings.Cut(message, sign)
	if !ok {
		return message
	}
	end := strings.LastIndex(value, " into ")
	if end < 0 {
		end = len(value)
	}
	return before + sign + "?" + value[end:]
}

// replaceWhole replaces v wherever it stands in s: a short one only where it
// is no part of a longer word.
func replaceWhole(s, v string) string {
	const long = 8
	var b strings.Builder
	from := 0
	for from < len(s) {
		i := strings.Index(s[from:], v)
		if i < 0 {
			break
		}
		i += from
		end := i + len(v)
		if len(v) < long && (i > 0 && isNamePart(s[i-1]) && isNamePart(v[0]) || end < len(s) && isNamePart(s[end]) && isNamePart(v[len(v)-1])) {
			b.WriteString(s[from : i+1])
			from = i + 1
			continue
		}
		b.WriteString(s[from:i])
		b.WriteByte('?')
		from = end
	}
	b.WriteString(s[from:])
	return b.String()
}

// words replaces each word of s that is a piece of hidden, unless the
// statement's text shows it.
func (r *Redactor) words(s, hidden string) string {
	if hidden == "" {
		return s
	}
	var b strings.Builder
	for s != "" {
		end := strings.IndexFunc(s, isNoWord)
		if end < 0 {
			end = len(s)
		}
		word := s[:end]
		if _, shown := r.shown[word]; !shown && len(word) >= minSecret && strings.Contains(hidden, word) {
			word = "?"
		}
		b.WriteString(word)
		s = s[end:]
		next := strings.IndexFunc(s, isWord)
		if next < 0 {
			next = len(s)
		}
		b.WriteString(s[:next])
		s = s[next:]
	}
	return b.String()
}

func isWord(c rune) bool {
	return c == '_' || unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c)
}

func isNoWord(c rune) bool { return !isWord(c) }

// quoted returns where the first quote of a message is, and the last one that
// can close it, or the end of the message if there is none: what is quoted may
// have quotes, and be cut off. The apostrophe of "doesn't" is none.
func quoted(message string) (first, last int) {
	first, last = -1, len(message)
	for i, c := range message {
		switch {
		case !strings.ContainsRune(quotes, c), c == '\'' && contracts(message, i):
		case first < 0:
			first = i
		default:
			next, width := utf8.DecodeRuneInString(message[i+utf8.RuneLen(c):])
			if width == 0 || !isWord(next) {
				last = i
			}
		}
	}
	return first, last
}

// contracts reports whether the apostrophe at i makes a "not" of a verb.
func contracts(s string, i int) bool {
	return i >= 2 && 'a' <= s[i-2] && s[i-2] <= 'z' && s[i-1] == 'n' && i+1 < len(s) && s[i+1] == 't' &&
		(i+2 == len(s) || s[i+2] == ' ')
}
