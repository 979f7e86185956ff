package telemetrysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"slices"
)

// connector wraps a connector of a driver.
type connector struct {
	driver.Connector
	config *config
	pool   pool
}

// Connect implements driver.Connector.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	c.pool.observe(c.config.pipeline(ctx))
	span, ctx := c.config.start(ctx, connecting)
	defer span.unwind()
	raw, err := c.Connector.Connect(ctx)
	span.end(err)
	if err != nil {
		return nil, err
	}
	return wrap(raw, c.config), nil
}

// Close implements io.Closer: a database that is closed closes its connector.
func (c *connector) Close() error {
	c.pool.close()
	if closer, ok := c.Connector.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// OpenDB is sql.OpenDB with telemetry. c must not be nil. One that has telemetry
// keeps its options, as far as opts do not say otherwise.
func OpenDB(c driver.Connector, opts ...Option) *sql.DB {
	if w, again := c.(*connector); again {
		c, opts = w.Connector, slices.Concat(w.config.opts, opts)
	}
	return openDB(c, newConfig(opts, packageOf(c.Driver()), packageOf(c)))
}

func openDB(raw driver.Connector, config *config) *sql.DB {
	c := &connector{Connector: raw, config: config}
	c.pool.config = config
	db := sql.OpenDB(c)
	c.pool.db.Store(db)
	return db
}
