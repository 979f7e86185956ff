package table

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

// as returns the value as kind k, and whether nothing is lost by it. As in
// Honeycomb, the column says how a value is read: a number or a truth value is text
// in a column of text, and text that is one is a number or a truth value elsewhere.
func (v Value) as(k Kind) (Value, bool) {
	if v.Kind == k {
		return v, true
	}
	switch k {
	case String:
		return Value{Kind: String, Str: v.String()}, true
	case Int:
		return v.integer()
	case Float:
		return v.float()
	case Bool:
		if v.Kind == String && (v.Str == "true" || v.Str == "false") {
			return truth(v.Str == "true"), true
		}
	case TraceID, SpanID:
		if v.Kind == String {
			return v.id(k)
		}
	}
	return v, false
}

// String returns the value as a column of text holds it.
func (v Value) String() string {
	switch v.Kind {
	case Int:
		return strconv.FormatInt(int64(v.Bits), 10)
	case Float:
		return strconv.FormatFloat(math.Float64frombits(v.Bits), 'f', -1, 64)
	case Bool:
		return strconv.FormatBool(v.Bits != 0)
	case TraceID, SpanID:
		return v.Hex()
	}
	return v.Str
}

func (v Value) integer() (Value, bool) {
	if v.Kind == String {
		if n, err := strconv.ParseInt(v.Str, 10, 64); err == nil {
			return Value{Kind: Int, Bits: uint64(n)}, true
		}
	}
	f, ok := v.float()
	n := math.Float64frombits(f.Bits)
	if !ok || n != math.Trunc(n) || math.Abs(n) >= 1<<53 {
		return v, false
	}
	return Value{Kind: Int, Bits: uint64(int64(n))}, true
}

func (v Value) float() (Value, bool) {
	var f float64
	switch v.Kind {
	case Float:
		return v, true
	case Int:
		f = float64(int64(v.Bits))
	case String:
		n, err := strconv.ParseFloat(v.Str, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return v, false
		}
		f = n
	default:
		return v, false
	}
	return Value{Kind: Float, Bits: math.Float64bits(f)}, true
}

func truth(b bool) Value {
	v := Value{Kind: Bool}
	if b {
		v.Bits = 1
	}
	return v
}

// id reads an id of kind k as everyone writes it.
func (v Value) id(k Kind) (Value, bool) {
	id, err := hex.DecodeString(v.Str)
	switch {
	case err != nil || v.Str != strings.ToLower(v.Str) || zero(id):
	case k == TraceID && len(id) == 16:
		return Value{Kind: k, Bits: binary.BigEndian.Uint64(id), Low: binary.BigEndian.Uint64(id[8:])}, true
	case k == SpanID && len(id) == 8:
		return Value{Kind: k, Bits: binary.BigEndian.Uint64(id)}, true
	}
	return v, false
}
