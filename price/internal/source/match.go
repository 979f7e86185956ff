package source

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// compares maps the source's comparisons to the letters of the text.
var compares = map[string]string{"equals": "=", "starts_with": "^", "ends_with": "$", "contains": "~"}

// match returns a match as fields; nil is the match that nothing fulfils.
func match(v any) ([]string, error) {
	if v == nil {
		return []string{"-"}, nil
	}
	o, ok := v.(object)
	if !ok || len(o) != 1 {
		return nil, fmt.Errorf("%v is no match", v)
	}
	op := o[0].key
	switch op {
	case "or", "and":
		list, err := objects(o[0].value)
		if err != nil {
			return nil, err
		}
		fields := []string{map[string]string{"or": "|", "and": "&"}[op] + strconv.Itoa(len(list))}
		for _, e := range list {
			operand, err := match(e)
			if err != nil {
				return nil, err
			}
			fields = append(fields, operand...)
		}
		return fields, nil
	}
	text, ok := o[0].value.(string)
	if !ok {
		return nil, fmt.Errorf("%s is %T, want a string", op, o[0].value)
	}
	if letter, ok := compares[op]; ok {
		return []string{letter + strings.ToLower(text)}, nil
	}
	if op == "regex" {
		return expression(text)
	}
	return nil, fmt.Errorf("comparison %q is not known", op)
}

// expression returns a regular expression of JavaScript as fields for Go's. A
// negative look-ahead at the start, which RE2 lacks, becomes a match of its own:
// "^(?!a)b" is "not ^a, and ^b".
func expression(text string) ([]string, error) {
	rest, found := strings.CutPrefix(text, "^(?!")
	if !found {
		return compiled("/", text)
	}
	end := closing(rest)
	if end < 0 {
		return nil, fmt.Errorf("regex %q: a group does not end", text)
	}
	not, err := compiled("!", "^"+rest[:end])
	if err != nil || rest[end+1:] == "" {
		return not, err
	}
	then, err := compiled("/", "^"+rest[end+1:])
	if err != nil {
		return nil, err
	}
	return append(append([]string{"&2"}, not...), then...), nil
}

// compiled returns an expression as a field, if Go can compile it.
func compiled(letter, text string) ([]string, error) {
	if _, err := regexp.Compile(text); err != nil {
		return nil, fmt.Errorf("regex: %w; rewrite it where expression rewrites look-aheads", err)
	}
	return []string{letter + text}, nil
}

// closing returns where the group that text is within ends, or -1.
func closing(text string) int {
	depth, class := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			return i
		case c == ')':
			depth--
		}
	}
	return -1
}
