package telemetrysql

import (
	"context"
	"database/sql/driver"
)

// tx wraps a transaction of a driver.
type tx struct {
	driver.Tx
	ctx  context.Context // Commit and Rollback have none of their own
	conn *conn
}

// Commit implements driver.Tx.
func (t *tx) Commit() error {
	span, _ := t.conn.start(t.ctx, committing)
	defer span.unwind()
	err := t.Tx.Commit()
	span.end(err)
	return err
}

// Rollback implements driver.Tx.
func (t *tx) Rollback() error {
	span, _ := t.conn.start(t.ctx, rollingBack)
	defer span.unwind()
	err := t.Tx.Rollback()
	span.end(err)
	return err
}
