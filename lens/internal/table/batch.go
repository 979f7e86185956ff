package table

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// What one row may have, as in Honeycomb: longer strings are cut, further
// attributes left out.
const (
	MaxString = 64 << 10 // bytes
	MaxValues = 2000
)

// MaxColumns is how many columns without a type of their own are known by name.
// Attributes beyond are stored, and seen in traces, but no query can name them.
const MaxColumns = 5000

// Value is a value of one column of a row.
type Value struct {
	Column int32 // place in [Columns]
	Kind   Kind
	// Bits are an Int, the IEEE bits of a Float, 0 or 1, a SpanID, or the upper
	// half of a TraceID.
	Bits uint64
	// Low is the lower half of a TraceID.
	Low uint64
	Str string
}

// Row is one row of a [Batch].
type Row struct {
	Time    int64 // Unix nanoseconds
	Weight  int64 // at least 1
	Dataset string
	// Extra is a JSON object of the attributes that have no typed column, or
	// empty.
	Extra []byte

	values int // end in Batch.Values
}

// Batch is a list of rows in the making, or made. The zero value is empty and
// ready to use. Strings are kept as they are given, without a copy. A Batch is
// not safe for concurrent use.
type Batch struct {
	Rows []Row
	// Kinds are the columns in Extra and the kind of each one's first value.
	Kinds map[string]Kind
	// Cut counts the values that were shortened or left out because a row had
	// too much.
	Cut int

	values []Value
	extra  []extra // of the row in the making
	bytes  int     // of JSON
	misfit bool    // the row in the making has an extra value of a typed column
}

type extra struct {
	key string
	Value
}

// Values returns the values of row i. A column may stand there twice; the last
// one counts.
func (b *Batch) Values(i int) []Value {
	start := 0
	if i > 0 {
		start = b.Rows[i-1].values
	}
	return b.values[start:b.Rows[i].values]
}

// Size returns about how many bytes the batch takes beside the strings that it
// was given.
func (b *Batch) Size() int {
	return len(b.Rows)*int(unsafe.Sizeof(Row{})) + len(b.values)*int(unsafe.Sizeof(Value{})) + b.bytes
}

// Add adds the row that the calls of Set… since the last Add made. A weight
// below 1 is 1.
func (b *Batch) Add(t, weight int64, dataset string) {
	row := Row{Time: t, Weight: max(weight, 1), Dataset: text(dataset), values: len(b.values)}
	if len(b.extra) > 0 {
		row.Extra = b.object()
		b.extra = b.extra[:0]
		b.bytes += len(row.Extra)
	}
	b.misfit = false
	b.Rows = append(b.Rows, row)
}

// size returns how many values the row in the making has.
func (b *Batch) size() int { return len(b.values) - b.start() + len(b.extra) }

// put sets a value, of a registered column as its kind if nothing is lost by that.
// One of another kind than its typed column's becomes an extra one.
func (b *Batch) put(name string, v Value) {
	if b.size() >= MaxValues {
		b.Cut++
		return
	}
	p, ok := registry().index[name]
	if ok {
		v, ok = v.as(p.kind)
	}
	if !ok || p.typed < 0 {
		b.putExtra(name, v)
		return
	}
	if b.misfit { // an earlier value may be one
		b.Unset(name)
	}
	v.Column = int32(p.typed)
	b.values = append(b.values, v)
}

// start is where the values of the row in the making begin.
func (b *Batch) start() int {
	if n := len(b.Rows); n > 0 {
		return b.Rows[n-1].values
	}
	return 0
}

func (b *Batch) putExtra(name string, v Value) {
	name = text(name)
	if name == "" {
		return
	}
	if i, ok := Lookup(name); ok {
		b.misfit = true
		start := b.start()
		row := slices.DeleteFunc(b.values[start:], func(v Value) bool { return v.Column == int32(i) })
		b.values = b.values[:start+len(row)]
	}
	b.learn(name, v.Kind)
	b.extra = append(b.extra, extra{name, v})
}

// learn notes the kind of a column in Extra.
func (b *Batch) learn(name string, kind Kind) {
	if b.Kinds == nil {
		b.Kinds = make(map[string]Kind)
	}
	if k, ok := b.Kinds[name]; !ok || k == Int && kind == Float {
		b.Kinds[strings.Clone(name)] = kind
	}
}

// Merge adds the rows of another batch after those of b. No row may be in the
// making. The other batch must not be used afterwards.
func (b *Batch) Merge(o *Batch) {
	start := len(b.values)
	for _, row := range o.Rows {
		row.values += start
		b.Rows = append(b.Rows, row)
	}
	b.values = append(b.values, o.values...)
	for name, kind := range o.Kinds {
		b.learn(name, kind)
	}
	b.Cut += o.Cut
	b.bytes += o.bytes
}

// Unset removes what has been set of a column that has no type.
func (b *Batch) Unset(name string) {
	b.extra = slices.DeleteFunc(b.extra, func(e extra) bool { return e.key == name })
}

// SetString sets a column to a string. What is no UTF-8 is replaced.
func (b *Batch) SetString(name, s string) {
	if len(s) > MaxString {
		b.Cut++
		s = s[:MaxString]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		if r, n := utf8.DecodeLastRuneInString(s); r == utf8.RuneError && n == 1 {
			s = s[:len(s)-1]
		}
	}
	b.put(name, Value{Kind: String, Str: text(s)})
}

// SetInt sets a column to an integer.
func (b *Batch) SetInt(name string, n int64) { b.put(name, Value{Kind: Int, Bits: uint64(n)}) }

// SetBool sets a column to a truth value.
func (b *Batch) SetBool(name string, v bool) {
	b.put(name, truth(v))
}

// SetFloat sets a column to a number. Infinity and NaN are no values and are
// left out.
func (b *Batch) SetFloat(name string, f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return
	}
	b.put(name, Value{Kind: Float, Bits: math.Float64bits(f)})
}

// SetID sets a column to a trace's or span's id. An empty one, or one of
// nothing but zeros, is no value.
func (b *Batch) SetID(name string, id []byte) {
	switch {
	case zero(id):
	case len(id) == 16:
		b.put(name, Value{Kind: TraceID, Bits: binary.BigEndian.Uint64(id), Low: binary.BigEndian.Uint64(id[8:])})
	case len(id) == 8:
		b.put(name, Value{Kind: SpanID, Bits: binary.BigEndian.Uint64(id)})
	default:
		b.SetString(name, hex.EncodeToString(id))
	}
}

func zero(id []byte) bool {
	for _, c := range id {
		if c != 0 {
			return false
		}
	}
	return true
}

// text returns s as UTF-8.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// Hex returns an id as text.
func (v Value) Hex() string {
	var id []byte
	id = binary.BigEndian.AppendUint64(id, v.Bits)
	if v.Kind == TraceID {
		id = binary.BigEndian.AppendUint64(id, v.Low)
	}
	return hex.EncodeToString(id)
}
