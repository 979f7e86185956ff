package console

import (
	"strconv"
	"time"
)

// fact is a short text about a span, at the end of its line.
type fact struct {
	style style
	text  string
}

// facts returns what a line says of r beyond its columns, the most telling
// first, because a narrow terminal cuts the end.
func (r *record) facts() []fact {
	var out []fact
	add := func(s style, text string) {
		if text != "" {
			out = append(out, fact{s, text})
		}
	}
	things := func(s style, n number, thing string) {
		if n.set {
			add(s, plural(n.value, thing))
		}
	}

	if r.httpStatus.set && (r.model == "" || r.httpStatus.value >= 400) { // of a model the answer is what counts
		add(statusStyle(r.httpStatus.value), strconv.FormatFloat(r.httpStatus.value, 'f', 0, 64))
	}
	add(plain, r.language)
	add(plain, r.table)
	things(dim, r.rows, "row")
	add(plain, r.model)
	if r.llm {
		add(dim, r.provider)
	}
	add(plain, r.status)
	things(dim, r.holes, "hole")
	top := !r.parent.IsValid() || r.remote
	if top || r.calls.value != 1 {
		things(dim, r.calls, "llm call")
	}
	if r.retries.value > 0 {
		add(yellow, retries(r.retries.value))
	}
	if r.cached.value > 0 {
		add(dim, count(r.cached.value)+" cached")
	}
	if r.reasoning.value > 0 {
		add(dim, count(r.reasoning.value)+" reasoning")
	}
	if r.firstToken.set {
		add(dim, "first token "+duration(time.Duration(r.firstToken.value*float64(time.Millisecond))))
	}
	for _, kv := range r.own {
		add(dim, string(kv.Key)+"="+kv.Value.String())
	}
	for _, name := range r.events {
		add(dim, "◆ "+name)
	}
	switch {
	case r.links == 1:
		add(dim, "→ trace "+r.linked.String())
	case r.links > 1:
		add(dim, "→ trace "+r.linked.String()+" and "+plural(float64(r.links-1), "more link"))
	}
	if top {
		if r.session != "" {
			add(dim, "session "+r.session)
		}
		if r.user != "" {
			add(dim, "user "+r.user)
		}
	}
	return out
}

func retries(n float64) string {
	if n == 1 {
		return "1 retry"
	}
	return count(n) + " retries"
}

func statusStyle(code float64) style {
	switch {
	case code >= 500:
		return red
	case code >= 400:
		return yellow
	default:
		return dim
	}
}

// tokens writes what a call or a roll-up read and wrote.
func (r *record) tokens() (input, output string) {
	if !r.input.set && !r.output.set {
		return "", ""
	}
	return count(r.input.value), count(r.output.value)
}

// color is that of the bar: what kind of waiting it was.
func (r *record) color() style {
	switch {
	case r.failed:
		return red
	case r.llm:
		return magenta
	case r.table != "":
		return blue
	default:
		return cyan
	}
}
