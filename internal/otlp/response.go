package otlp

import (
	"errors"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// maxMessage bounds a backend's message, which ends up in logs.
const maxMessage = 1 << 10

var errResponse = errors.New("otlp: malformed response")

// ParseResponse reads an ExportTraceServiceResponse or an
// ExportMetricsServiceResponse, which are alike on the wire: how many spans or
// data points the backend rejected and what it has to say, valid UTF-8 of at
// most 1 KiB. An empty b is full success. A message may come without
// rejections, as a warning. The error means that b is not such a response; it
// holds none of its bytes.
func ParseResponse(b []byte) (rejected int64, message string, err error) {
	err = fields(b, func(num protowire.Number, typ protowire.Type, partial []byte, _ uint64) error {
		if num != 1 || typ != bytesT {
			return nil
		}
		return fields(partial, func(num protowire.Number, typ protowire.Type, v []byte, n uint64) error {
			switch {
			case num == 1 && typ == varint:
				rejected = max(0, int64(n))
			case num == 2 && typ == bytesT:
				message = strings.ToValidUTF8(string(v[:min(len(v), maxMessage)]), "\uFFFD")
				message = strings.ToValidUTF8(message[:min(len(message), maxMessage)], "")
			}
			return nil
		})
	})
	if err != nil {
		return 0, "", err
	}
	return rejected, message, nil
}

// ParseStatus reads the message of a google.rpc.Status, which OTLP servers send
// with an error; it may be anything. Where b is not such a message, it is "".
func ParseStatus(b []byte) (message string) {
	err := fields(b, func(num protowire.Number, typ protowire.Type, v []byte, _ uint64) error {
		if num == 2 && typ == bytesT {
			message = string(v)
		}
		return nil
	})
	if err != nil {
		return ""
	}
	return message
}

// fields calls f for each field of the message b, with its bytes or its number.
func fields(b []byte, f func(num protowire.Number, typ protowire.Type, v []byte, n uint64) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errResponse
		}
		b = b[n:]
		var (
			v []byte
			u uint64
		)
		switch typ {
		case bytesT:
			v, n = protowire.ConsumeBytes(b)
		case varint:
			u, n = protowire.ConsumeVarint(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return errResponse
		}
		b = b[n:]
		if err := f(num, typ, v, u); err != nil {
			return err
		}
	}
	return nil
}
