package telemetryhttp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/failure"
)

// sender is the transport below otelhttp's: it sends a request with the base
// of its call, and describes errors before otelhttp does. A span that has
// ended takes nothing more.
type sender struct{}

// RoundTrip implements http.RoundTripper.
func (sender) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	c, span := callOf(ctx), trace.SpanFromContext(ctx)
	res, err := c.base.RoundTrip(r)
	if !span.IsRecording() {
		return res, err
	}
	if err != nil {
		c.fail(ctx, span, err)
		return res, err
	}
	if res != nil && res.Body != nil {
		b := &body{ReadCloser: res.Body, ctx: ctx, call: c, span: span}
		res.Body = b
		if w, ok := b.ReadCloser.(io.Writer); ok { // of a connection that was upgraded
			res.Body = struct {
				*body
				io.Writer
			}{b, w}
		}
	}
	return res, nil
}

// fail ends span with err.
func (c *call) fail(ctx context.Context, span trace.Span, err error) {
	id := failure.Describe(ctx, err, c.pipeline.Classify())
	var timeout net.Error
	switch {
	case id.Benign:
	case errors.As(err, &timeout) && timeout.Timeout():
		id.Type = attr.ErrorTimeout
	case id.Type == attr.ErrorDBConnection:
		id.Type = id.GoType // the dial that failed was for HTTP
	}
	span.SetAttributes(attr.ErrorType.String(id.Type))
	if !id.Benign {
		span.SetAttributes(attr.ErrorMessage.String(id.Message),
			attr.ExceptionType.String(id.GoType), attr.ExceptionMessage.String(id.Message))
		span.SetStatus(codes.Error, id.Message)
	}
	span.End()
}

// body is the body of a response. An error while it is read is the end of its
// span.
type body struct {
	io.ReadCloser
	ctx  context.Context //nolint:containedctx // of the request that the body answers
	call *call
	span trace.Span
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		b.call.fail(b.ctx, b.span, err)
	}
	return n, err
}
