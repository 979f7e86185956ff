package failure

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"

	"github.com/lift-sys/telemetry/attr"
)

// The error.type of connections that end too early.
const (
	errorUnexpectedEOF   = "unexpected_eof"
	errorConnectionReset = "connection_reset"
)

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
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(ctx.Err(), context.DeadlineExceeded):
		id.Type = attr.ErrorTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		id.Type = errorUnexpectedEOF
	case IsCut(err):
		id.Type = errorConnectionReset
	case id.Type == attr.ErrorDBConnection:
		id.Type = id.GoType
	}
	return id
}
