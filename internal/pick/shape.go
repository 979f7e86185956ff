package pick

import "strings"

// Shape says which values of a document are wanted. It is immutable and safe
// for concurrent use. A nil Shape wants nothing.
type Shape struct {
	root  want
	names []string // of members, by field.id
}

// NewShape returns the shape of paths:
//
//	id                      the member of the document, if a scalar
//	usage.prompt_tokens     a member's member
//	choices[].delta.role    in each element of an array
//	[].x                    in each element of the document
//	usage.**                all that is there, 64 levels deep
//	choices[].text?         whether something is there: a bool, no text
//
// On the way to a value, objects, arrays and null are kept as what they are,
// other scalars are not. Where a path ends, an object or an array is kept
// without its content, unless another path goes on. A path that ends in ?
// gives true where there is neither null nor "", nor an object or an array
// without content, and nothing otherwise. Each element of a wanted array has
// its place, even if nothing of it is kept.
//
// Every string is a path: there is nothing to get wrong but names. Names that
// contain a dot, or end in [], cannot be asked for other than by **.
func NewShape(paths ...string) *Shape {
	s := &Shape{}
	for _, path := range paths {
		s.add(path)
	}
	return s
}

// want says what is wanted of a value. A nil want: nothing.
type want struct {
	keep    bool // the scalar
	present bool // whether there is something
	whole   bool // all of it, whatever the rest says
	fields  []field
	lengths uint64 // bit n: a field's name has n bytes, or bit 63: more
	element *want
}

type field struct {
	name string
	id   int32
	want *want
}

func (s *Shape) add(path string) {
	path, present := strings.CutSuffix(path, "?")
	at := &s.root
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path, ".")
		if name == "**" {
			at.whole = true
			return
		}
		arrays := 0
		for strings.HasSuffix(name, "[]") {
			name = name[:len(name)-2]
			arrays++
		}
		if name != "" || arrays == 0 {
			at = s.member(at, name)
		}
		for range arrays {
			if at.element == nil {
				at.element = &want{}
			}
			at = at.element
		}
	}
	if present {
		at.present = true
	} else {
		at.keep = true
	}
}

func (s *Shape) member(w *want, name string) *want {
	if f := w.field([]byte(name)); f != nil {
		return f.want
	}
	f := field{name: name, id: int32(len(s.names)), want: &want{}}
	s.names = append(s.names, name)
	w.fields = append(w.fields, f)
	w.lengths |= 1 << min(len(name), 63)
	return f.want
}

// field returns the field of that name, nil if there is none.
func (w *want) field(name []byte) *field {
	if w.lengths&(1<<min(len(name), 63)) == 0 {
		return nil
	}
	for i := range w.fields {
		if f := &w.fields[i]; f.name == string(name) {
			return f
		}
	}
	return nil
}

// scalar reports whether the text of a scalar is kept.
func (w *want) scalar() bool { return w != nil && (w.keep || w.whole) }

// inside reports whether an object, or else an array, is looked into.
func (w *want) inside(array bool) bool {
	if array {
		return w.whole || w.element != nil
	}
	return w.whole || len(w.fields) > 0
}
