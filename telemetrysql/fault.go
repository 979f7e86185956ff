package telemetrysql

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/lift-sys/telemetry/internal/failure"
)

// lost reports whether the call failed because there is no connection. Drivers
// say so in many ways. A connection could not be made where no server refused
// it; it is lost where the driver says that it is no longer valid, or where the
// error is that of a network connection which is cut off.
func (c *call) lost(err error) bool {
	switch ended := c.Err(); {
	case errors.Is(ended, context.Canceled): // as some drivers let go of a statement
		return failure.IsCut(err)
	case c.statement == connecting:
		return !failure.Refused(err)
	case ended != nil: // the driver may give up a connection that is well
		return false
	}
	return failure.IsCut(err) || c.conn != nil && !c.conn.valid()
}

// valid reports whether the driver can use the connection again, as far as it
// says.
func (c *conn) valid() (ok bool) {
	v, says := c.Conn.(driver.Validator)
	if !says {
		return true
	}
	defer func() {
		if recover() != nil { // which is not what the caller asked for
			ok = true
		}
	}()
	return v.IsValid()
}
