package honeycomb

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// tree is a JSON object, or what this package makes of one to compare it and to
// show it to a person: its values are strings, secrets and further trees. A
// value that is missing and one that is "" or an empty tree are the same.
type tree map[string]any

// concealed is a value that is compared and never shown.
type concealed string

func (concealed) String() string { return "***" }

// compare returns what has to change in have for it to become want.
func compare(have, want tree) []FieldChange { return compareAt("", have, want) }

func compareAt(path string, have, want tree) []FieldChange {
	var changes []FieldChange
	names := slices.Collect(maps.Keys(want))
	for name := range have {
		if _, ok := want[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if name == wholeKey {
			continue
		}
		at := name
		if path != "" {
			at = path + " / " + name
		}
		h, w := have[name], want[name]
		hTree, hIs := h.(tree)
		wTree, wIs := w.(tree)
		switch {
		case hIs && wIs, hIs && w == nil && !whole(hTree), wIs && h == nil && !whole(wTree):
			changes = append(changes, compareAt(at, hTree, wTree)...)
		case hidden(h) && hidden(w):
			if h != w {
				changes = append(changes, FieldChange{at, show(h), show(w)})
			}
		case show(h) != show(w):
			from, to := differing(show(h), show(w))
			changes = append(changes, FieldChange{at, from, to})
		}
	}
	return changes
}

// differing leaves out the lines that two texts begin with and end with alike.
func differing(a, b string) (string, string) {
	if !strings.Contains(a, "\n") && !strings.Contains(b, "\n") || a == "" || b == "" {
		return a, b
	}
	from, to := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(from) > 0 && len(to) > 0 && from[0] == to[0] {
		from, to = from[1:], to[1:]
	}
	for len(from) > 0 && len(to) > 0 && from[len(from)-1] == to[len(to)-1] {
		from, to = from[:len(from)-1], to[:len(to)-1]
	}
	if old, now := strings.Join(from, "\n"), strings.Join(to, "\n"); old != now {
		return old, now
	}
	return a, b // a line more or less that is empty
}

func hidden(v any) bool {
	_, ok := v.(concealed)
	return ok
}

// whole reports whether a tree is shown in one piece where it comes or goes: a
// panel, say, is one thing.
func whole(t tree) bool { return t[wholeKey] != nil }

// wholeKey holds the line that shows such a tree. It is not compared.
const wholeKey = "\x00"

func show(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case tree:
		if line, ok := v[wholeKey].(string); ok {
			return line
		}
		if len(v) == 0 {
			return ""
		}
		return fmt.Sprintf("%d values", len(v))
	case string:
		return v
	case concealed:
		return v.String()
	}
	return fmt.Sprint(v)
}

// The values of a decoded JSON object; zero values where they are missing.

func (t tree) text(name string) string {
	s, _ := t[name].(string)
	return s
}

func (t tree) object(name string) tree {
	m, _ := t[name].(map[string]any)
	return m
}

func (t tree) objects(name string) []tree {
	items, _ := t[name].([]any)
	var all []tree
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}

func (t tree) number(name string) float64 {
	f, _ := t[name].(float64)
	return f
}

// flag returns "yes" for true and nothing otherwise, which is how a default
// looks.
func (t tree) flag(name string) string {
	if t[name] == true {
		return "yes"
	}
	return ""
}

// count returns a number, and nothing for zero.
func (t tree) count(name string) string {
	if n := t.number(name); n != 0 {
		return number(n)
	}
	return ""
}

// distinct returns the name, with a number where others have it already.
func distinct(t tree, name string) string {
	unique := name
	for n := 2; t[unique] != nil; n++ {
		unique = name + " #" + strconv.Itoa(n)
	}
	return unique
}
