package telemetrypgx

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
)

// lost reports whether the call failed because there is no connection. pgx
// says so in many ways, an unexpected EOF among them; what they share is that
// the connection is closed, and not because a context has ended.
func (c *call) lost(conn *pgx.Conn, err error) bool {
	if errors.Is(c.Err(), context.Canceled) {
		return false
	}
	if c.Statement == connecting {
		var refused *pgconn.PgError // by a server that is there
		return !errors.As(err, &refused)
	}
	return c.Err() == nil && conn != nil && conn.PgConn() != nil && conn.IsClosed() && !pgconn.Timeout(err)
}

// lost returns err, to which it adds what makes it a lost connection to all
// who look at it. The text is that of err.
func lost(err error) error { return fmt.Errorf("%w%.0w", err, driver.ErrBadConn) }

// appendState appends the SQLSTATE of a failure, if it has one.
func appendState(a []attribute.KeyValue, err error) []attribute.KeyValue {
	var refused *pgconn.PgError
	if err == nil || !errors.As(err, &refused) || refused.Code == "" {
		return a
	}
	return append(a, attr.DBResponseStatusCode.String(refused.Code))
}
