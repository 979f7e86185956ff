package telemetrysql

import (
	"database/sql/driver"
	"io"
	"reflect"
)

// reading is what a call knows of its rows.
type reading struct {
	raw  driver.Rows
	next *call // on the same connection, see conn.open
	err  error // the first that reading gave
	busy bool  // the driver is at it; after a panic it stays so
	all  bool  // the set was read to its end
}

// rows wraps the rows of a driver. Their call lasts until they are closed.
// newRows gives them the optional interfaces that the driver's have. Like their
// connection, they are used by one goroutine at a time.
//
// It is one pointer, so that it costs no allocation beside that of the call.
type rows struct{ call *call }

// read goes on with a call that returned rows, until they are closed.
func (c *call) read(raw driver.Rows, err error) (driver.Rows, error) {
	if c == nil {
		return raw, err
	}
	if err != nil || raw == nil {
		c.end(err)
		return raw, err
	}
	c.waiting, c.reading.raw = true, raw
	c.reading.next, c.conn.open = c.conn.open, c
	return newRows(rows{c}), nil
}

// close ends the call, once its rows are closed, which gave err. Once more does
// nothing.
func (c *call) close(err error) {
	c.conn.forget(c)
	r := &c.reading
	switch {
	case r.err != nil:
		err = r.err
	case r.busy:
		c.Span.End(errUnwound)
		return
	case err == nil && !r.all:
		err = c.Err() // database/sql closes the rows of a context that has ended
	}
	c.end(err)
}

// forget takes a call from those that are open.
func (c *conn) forget(gone *call) {
	for at := &c.open; *at != nil; at = &(*at).reading.next {
		if *at == gone {
			*at, gone.reading.next = gone.reading.next, nil
			return
		}
	}
}

// Columns implements driver.Rows.
func (r rows) Columns() []string { return r.call.reading.raw.Columns() }

// Close implements driver.Rows.
func (r rows) Close() error {
	r.call.waiting = false
	defer r.call.unwind()
	err := r.call.reading.raw.Close()
	r.call.close(err)
	return err
}

// Next implements driver.Rows.
func (r rows) Next(dest []driver.Value) error {
	of := &r.call.reading
	of.busy = true
	err := of.raw.Next(dest)
	of.busy = false
	of.all = ends(err)
	of.note(err)
	return err
}

// note remembers the first failure of an attempt to read.
func (r *reading) note(err error) {
	if err != nil && r.err == nil && !ends(err) {
		r.err = err
	}
}

// ends reports whether there is no more to read.
func ends(err error) bool {
	return err == io.EOF //nolint:errorlint // as database/sql compares it
}

// newRows returns r with the optional interfaces that the driver's rows have.
func newRows(r rows) driver.Rows {
	raw := r.call.reading.raw
	_, sets := raw.(driver.RowsNextResultSet)
	_, scanType := raw.(driver.RowsColumnTypeScanType)
	_, databaseType := raw.(driver.RowsColumnTypeDatabaseTypeName)
	_, length := raw.(driver.RowsColumnTypeLength)
	_, nullable := raw.(driver.RowsColumnTypeNullable)
	_, precision := raw.(driver.RowsColumnTypePrecisionScale)
	// The bits of gen.go.
	return rowKinds[one(sets)|one(scanType)<<1|one(databaseType)<<2|one(length)<<3|one(nullable)<<4|one(precision)<<5](r)
}

// hasNext does the work of driver.RowsNextResultSet, as the following do that
// of the other optional interfaces.
func (r rows) hasNext() bool {
	raw, ok := r.call.reading.raw.(driver.RowsNextResultSet)
	return ok && raw.HasNextResultSet()
}

func (r rows) next() error {
	of := &r.call.reading
	raw, ok := of.raw.(driver.RowsNextResultSet)
	if !ok {
		return io.EOF
	}
	of.busy = true
	err := raw.NextResultSet()
	of.busy = false
	of.all = of.all && ends(err) // no other set does not mean that this one was read
	of.note(err)
	return err
}

func (r rows) scanType(i int) reflect.Type {
	if raw, ok := r.call.reading.raw.(driver.RowsColumnTypeScanType); ok {
		return raw.ColumnTypeScanType(i)
	}
	return reflect.TypeFor[any]()
}

func (r rows) databaseType(i int) string {
	if raw, ok := r.call.reading.raw.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return raw.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}

func (r rows) length(i int) (int64, bool) {
	if raw, ok := r.call.reading.raw.(driver.RowsColumnTypeLength); ok {
		return raw.ColumnTypeLength(i)
	}
	return 0, false
}

func (r rows) nullable(i int) (nullable, ok bool) {
	if raw, has := r.call.reading.raw.(driver.RowsColumnTypeNullable); has {
		return raw.ColumnTypeNullable(i)
	}
	return false, false
}

func (r rows) precisionScale(i int) (precision, scale int64, ok bool) {
	if raw, has := r.call.reading.raw.(driver.RowsColumnTypePrecisionScale); has {
		return raw.ColumnTypePrecisionScale(i)
	}
	return 0, 0, false
}
