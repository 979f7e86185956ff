package otlp_test

import "google.golang.org/protobuf/encoding/protowire"

// group is the spans of one instrumentation scope.
type group struct {
	scope     []byte // from AppendScope
	schemaURL string
	spans     []byte // elements from AppendSpan, one behind the other
}

// traces builds an ExportTraceServiceRequest, as package delivery does from
// its blocks.
func traces(resource []byte, schemaURL string, groups ...group) []byte {
	field := func(b []byte, n protowire.Number, v []byte) []byte {
		if len(v) == 0 {
			return b
		}
		return protowire.AppendBytes(protowire.AppendTag(b, n, protowire.BytesType), v)
	}
	body := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), resource)
	for _, g := range groups {
		scope := append(field(nil, 1, g.scope), g.spans...)
		body = field(body, 2, field(scope, 3, []byte(g.schemaURL)))
	}
	return field(nil, 1, field(body, 3, []byte(schemaURL)))
}
