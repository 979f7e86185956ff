package failure

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"

	"github.com/lift-sys/telemetry/attr"
)

// errorUnexpectedEOF is the error.type of a body that was cut off.
const errorUnexpectedEOF = "unexpected_eof"

// DescribeHTTP names an error of an HTTP request that was sent, as [Describe]
// does, knowing that the network connection is none of a database.
func DescribeHTTP(ctx context.Context, err error, classify Classifier) Identity {
	var (
		located *url.Error
		timeout net.Error
	)
	if errors.As(err, &located) && located.Err != nil {
		err = located.Err // without the URL, which may hold a key
	}
	id := Describe(ctx, err, classify)
	switch {
	case id.Benign:
	case errors.As(err, &timeout) && timeout.Timeout():
		id.Type = attr.ErrorTimeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		id.Type = errorUnexpectedEOF
	case id.Type == attr.ErrorDBConnection:
		id.Type = id.GoType
	}
	return id
}
