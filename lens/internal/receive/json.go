package receive

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// maxJSONDepth bounds the nesting of a JSON body.
const maxJSONDepth = 256

// unmarshalJSON reads OTLP in JSON: that of protobuf, but with ids in
// hexadecimal (OTLP specification 1.9, "JSON Protobuf Encoding").
func unmarshalJSON(body []byte, m proto.Message) error {
	if depth, _ := shape(body); depth > maxJSONDepth {
		return fmt.Errorf("body is nested more than %d deep: flatten its values", maxJSONDepth)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber() // 64-bit numbers may stand there without quotes
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return fmt.Errorf("body is no JSON: %w: check the exporter's protocol", err)
	}
	if err := ids(tree); err != nil {
		return err
	}
	plain, err := json.Marshal(tree)
	if err != nil {
		return fmt.Errorf("body is no OTLP in JSON: %w", err)
	}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(plain, m); err != nil {
		return fmt.Errorf("body is no OTLP in JSON: %w: compare it with the specification's examples", err)
	}
	return nil
}

// maxJSONValues bounds the values of a JSON body that comes over HTTP. One takes
// about a hundred bytes until rows are made.
const maxJSONValues = 3_000_000

// checkJSON returns an error if a body would take too much memory.
func checkJSON(body []byte) error {
	if _, values := shape(body); values > maxJSONValues {
		return fmt.Errorf("%w: it has %d values, and JSON takes a hundred bytes for each", errMany, values)
	}
	return nil
}

// shape returns how deep JSON is nested and about how many values it has.
func shape(body []byte) (depth, values int) {
	now, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			values++
		case c == '{' || c == '[':
			values++
			now++
			depth = max(depth, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return depth, values
}

// ids rewrites ids from hexadecimal to base64.
func ids(tree any) error {
	switch t := tree.(type) {
	case []any:
		for _, e := range t {
			if err := ids(e); err != nil {
				return err
			}
		}
	case map[string]any:
		for k, v := range t {
			switch k {
			case "traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id":
				s, ok := v.(string)
				if !ok {
					continue
				}
				id, err := hex.DecodeString(s)
				if err != nil {
					return fmt.Errorf("%s %q is not hexadecimal: OTLP's JSON writes ids so", k, s)
				}
				t[k] = base64.StdEncoding.EncodeToString(id)
			default:
				if err := ids(v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// wire returns a request in JSON as it would be in protobuf. It changes m, which is
// empty and of the request's type.
func wire(body []byte, m proto.Message) ([]byte, error) {
	if err := unmarshalJSON(body, m); err != nil {
		return nil, err
	}
	return proto.Marshal(m)
}
