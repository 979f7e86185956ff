package telemetrypgx

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/failure"
)

// lost reports whether the call failed because there is no connection. pgx
// says so in many ways, an unexpected EOF among them; what they share is that
// the connection is closed, and not because a context has ended.
func (c *call) lost(conn *pgx.Conn, err error) bool {
	if errors.Is(c.Err(), context.Canceled) {
		return false
	}
	if c.Statement == connecting {
		return !failure.Refused(err)
	}
	return c.Err() == nil && conn != nil && conn.PgConn() != nil && conn.IsClosed() && !pgconn.Timeout(err)
}

// appendState appends the SQLSTATE of a failure, if it has one.
func appendState(a []attribute.KeyValue, err error) []attribute.KeyValue {
	if err == nil {
		return a
	}
	if code := failure.Code(err); code != "" {
		a = append(a, attr.DBResponseStatusCode.String(code))
	}
	return a
}
