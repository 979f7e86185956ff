package receive

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Fields of common/v1/common.proto.
const (
	keyValueKey   protowire.Number = 1
	keyValueValue protowire.Number = 2

	anyString protowire.Number = 1
	anyBool   protowire.Number = 2
	anyInt    protowire.Number = 3
	anyDouble protowire.Number = 4
	anyArray  protowire.Number = 5
	anyMap    protowire.Number = 6
	anyBytes  protowire.Number = 7

	listValues protowire.Number = 1 // of ArrayValue and KeyValueList
)

// maxDepth is how deep a value may be nested; what is deeper is left out.
const maxDepth = 32

// value is an AnyValue. Kind 0 is none.
type value struct {
	kind protowire.Number
	data []byte
	bits uint64
}

func keyValue(b []byte) (key, value []byte, err error) {
	err = fields(b, func(n protowire.Number, data []byte, _ uint64) error {
		switch n {
		case keyValueKey:
			key = data
		case keyValueValue:
			value = data
		}
		return nil
	})
	return key, value, err
}

func anyValue(b []byte) (value, error) {
	var v value
	err := fields(b, func(n protowire.Number, data []byte, bits uint64) error {
		if n >= anyString && n <= anyBytes {
			v = value{n, data, bits}
		}
		return nil
	})
	return v, err
}

// rate reads a sample rate. What is no number counts as one.
func (v value) rate() int64 {
	var f float64
	switch v.kind {
	case anyInt:
		f = float64(int64(v.bits))
	case anyDouble:
		f = math.Float64frombits(v.bits)
	case anyString:
		var err error
		if f, err = strconv.ParseFloat(str(v.data), 64); err != nil {
			f = 0
		}
	}
	return event.SampleRate(f)
}

// maxNesting is how deep maps become columns of their own, as in package event;
// what is deeper is JSON.
const maxNesting = 5

// set sets a column to the value, or several columns to those of a map. Lists
// and bytes become strings.
func (v value) set(b *table.Batch, name string, depth int) error {
	switch v.kind {
	case anyString:
		b.SetString(name, str(v.data))
	case anyBool:
		b.SetBool(name, v.bits != 0)
	case anyInt:
		b.SetInt(name, int64(v.bits))
	case anyDouble:
		b.SetFloat(name, math.Float64frombits(v.bits))
	case anyBytes:
		b.SetString(name, base64.StdEncoding.EncodeToString(v.data))
	case anyMap:
		if depth < maxNesting {
			return v.setEach(b, name, depth)
		}
		fallthrough
	case anyArray:
		list, err := v.plain(0)
		if err != nil {
			return err
		}
		b.SetString(name, encode(list))
	}
	return nil
}

// setEach sets a column for each entry of a map.
func (v value) setEach(b *table.Batch, name string, depth int) error {
	if name == "" {
		return nil
	}
	return fields(v.data, func(n protowire.Number, data []byte, _ uint64) error {
		if n != listValues {
			return nil
		}
		key, data, err := keyValue(data)
		if err != nil || len(key) == 0 {
			return err
		}
		e, err := anyValue(data)
		if err != nil {
			return err
		}
		return e.set(b, name+"."+str(key), depth+1)
	})
}

// encode returns a list or map as JSON.
func encode(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "" // plain makes nothing that cannot be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// plain returns a value in the types that encoding/json knows. A number that is
// not finite is its name.
func (v value) plain(depth int) (any, error) {
	switch v.kind {
	case anyString:
		return text(v.data), nil
	case anyBool:
		return v.bits != 0, nil
	case anyInt:
		return int64(v.bits), nil
	case anyDouble:
		f := math.Float64frombits(v.bits)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return strconv.FormatFloat(f, 'g', -1, 64), nil
		}
		return f, nil
	case anyBytes:
		return v.data, nil
	case anyArray, anyMap:
		if depth < maxDepth {
			return v.plainList(depth)
		}
	}
	return nil, nil
}

func (v value) plainList(depth int) (any, error) {
	list, entries := []any{}, map[string]any{}
	err := fields(v.data, func(n protowire.Number, data []byte, _ uint64) error {
		if n != listValues {
			return nil
		}
		var key []byte
		if v.kind == anyMap {
			var err error
			if key, data, err = keyValue(data); err != nil {
				return err
			}
		}
		element, err := anyValue(data)
		if err != nil {
			return err
		}
		e, err := element.plain(depth + 1)
		list, entries[text(key)] = append(list, e), e
		return err
	})
	if v.kind == anyMap {
		return entries, err
	}
	return list, err
}

// text returns bytes as UTF-8.
func text(b []byte) string { return strings.ToValidUTF8(str(b), "\uFFFD") }
