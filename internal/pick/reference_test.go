package pick_test

import (
	"encoding/json"
	"strings"

	"github.com/lift-sys/telemetry/internal/pick"
)

// wish is a shape as a tree of maps, the slow way to say what a [pick.Shape]
// says.
type wish struct {
	keep, present, whole bool
	members              map[string]*wish
	element              *wish
}

func newWish(paths ...string) *wish {
	root := &wish{}
	for _, path := range paths {
		path, present := strings.CutSuffix(path, "?")
		at := root
		for rest := path; rest != "" && !at.whole; {
			var step string
			if strings.HasPrefix(rest, "[]") {
				step, rest = "[]", strings.TrimPrefix(rest[2:], ".")
			} else if i := strings.IndexAny(rest, ".["); i < 0 {
				step, rest = rest, ""
			} else if rest[i] == '.' {
				step, rest = rest[:i], rest[i+1:]
			} else {
				step, rest = rest[:i], rest[i:]
			}
			switch step {
			case "**":
				at.whole = true
			case "[]":
				if at.element == nil {
					at.element = &wish{}
				}
				at = at.element
			default:
				if at.members == nil {
					at.members = map[string]*wish{}
				}
				if at.members[step] == nil {
					at.members[step] = &wish{}
				}
				at = at.members[step]
			}
		}
		if at.whole {
			continue
		}
		at.present = at.present || present
		at.keep = at.keep || !present
	}
	return root
}

// absent stands for an element of which nothing is kept.
type absent struct{}

// prune returns what is kept of a value that encoding/json decoded.
func (w *wish) prune(v any) (kept any, ok bool) {
	if w == nil {
		return nil, false
	}
	if w.whole {
		return v, true
	}
	switch v := v.(type) {
	case map[string]any:
		if w.present && !w.keep && w.members == nil {
			return true, len(v) > 0
		}
		object := map[string]any{}
		for key, value := range v {
			if kept, ok := w.members[key].prune(value); ok {
				object[key] = kept
			}
		}
		return object, true
	case []any:
		if w.present && !w.keep && w.element == nil {
			return true, len(v) > 0
		}
		array := []any{}
		for _, value := range v {
			if w.element == nil {
				break
			}
			kept, ok := w.element.prune(value)
			if !ok {
				kept = absent{}
			}
			array = append(array, kept)
		}
		return array, true
	case nil:
		return nil, !w.present || w.keep
	}
	if w.keep {
		return v, true
	}
	return true, w.present && v != ""
}

// plain returns a value as encoding/json with UseNumber decodes it.
func plain(v pick.Value) any {
	switch v.Kind() {
	case pick.Null:
		return nil
	case pick.Bool:
		b, _ := v.Bool()
		return b
	case pick.Number:
		return json.Number(v.String())
	case pick.String:
		return v.String()
	case pick.Array:
		array := []any{}
		for _, element := range v.Elements() {
			array = append(array, plain(element))
		}
		return array
	case pick.Object:
		object := map[string]any{}
		for key, member := range v.Members() {
			object[key] = plain(member)
		}
		return object
	}
	return absent{}
}
