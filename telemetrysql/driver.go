package telemetrysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// Open is sql.Open with telemetry. Its errors are those of sql.Open. A name that
// [Register] returned keeps its options, as far as opts do not say otherwise.
func Open(driverName, dsn string, opts ...Option) (*sql.DB, error) {
	driverName, opts = original(driverName, opts)
	raw, err := driverOf(driverName, dsn)
	if err != nil {
		return nil, err
	}
	c, err := connectorOf(raw, dsn)
	if err != nil {
		return nil, err
	}
	return openDB(c, newConfig(opts, driverName, packageOf(raw))), nil
}

// connectorOf returns what makes connections of a driver.
func connectorOf(raw driver.Driver, dsn string) (driver.Connector, error) {
	if d, ok := raw.(driver.DriverContext); ok {
		return d.OpenConnector(dsn)
	}
	return dsnConnector{dsn, raw}, nil
}

// driverOf returns the driver that is registered under a name.
func driverOf(name, dsn string) (driver.Driver, error) {
	db, err := sql.Open(name, dsn)
	if err != nil {
		return nil, err
	}
	raw := db.Driver()
	return raw, db.Close() // it has not connected to anything
}

// dsnConnector connects by a driver that has no connectors.
type dsnConnector struct {
	dsn    string
	driver driver.Driver
}

// Connect implements driver.Connector.
func (c dsnConnector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver implements driver.Connector.
func (c dsnConnector) Driver() driver.Driver { return c.driver }

// maxRegistered bounds the names that are made for one driver: database/sql
// forgets none.
const maxRegistered = 1000

var (
	registering sync.Mutex
	registered  = make(map[string]registration) // by the names that Register made
)

// registration is what Register was called with.
type registration struct {
	driverName string
	opts       []Option
}

// original returns the driver that a name of Register stands for, and what is
// to be known of it. Any other name it returns as it is.
func original(driverName string, opts []Option) (string, []Option) {
	registering.Lock()
	defer registering.Unlock()
	if r, ok := registered[driverName]; ok {
		return r.driverName, slices.Concat(r.opts, opts)
	}
	return driverName, opts
}

// Register registers the driver of the given name once more, with telemetry,
// and returns the name for sql.Open. It serves libraries that open databases
// themselves. Such databases do not report their pool. An error says that there
// is no such driver, or that it was registered a thousand times.
func Register(driverName string, opts ...Option) (string, error) {
	driverName, opts = original(driverName, opts)
	registering.Lock()
	defer registering.Unlock()
	if !slices.Contains(sql.Drivers(), driverName) {
		return "", fmt.Errorf("telemetrysql: unknown driver %q: import its package", driverName)
	}
	raw, err := driverOf(driverName, "")
	if err != nil {
		return "", fmt.Errorf("telemetrysql: driver %q: %w; use Open or OpenDB", driverName, err)
	}
	for i := range maxRegistered {
		name := driverName + "-telemetry-" + strconv.Itoa(i)
		if !slices.Contains(sql.Drivers(), name) {
			sql.Register(name, wrappedDriver{raw, newConfig(opts, driverName, packageOf(raw))})
			registered[name] = registration{driverName, opts}
			return name, nil
		}
	}
	return "", fmt.Errorf("telemetrysql: driver %q is registered %d times: register it once", driverName, maxRegistered)
}

// wrappedDriver wraps a driver. It always has connectors, so that database/sql
// says for which context it connects.
type wrappedDriver struct {
	driver.Driver
	config *config
}

// Open implements driver.Driver. Nobody says what for, so there is no span:
// database/sql calls OpenConnector.
func (d wrappedDriver) Open(dsn string) (driver.Conn, error) {
	raw, err := d.Driver.Open(dsn)
	if err != nil {
		return nil, err
	}
	return wrap(raw, d.config), nil
}

// OpenConnector implements driver.DriverContext.
func (d wrappedDriver) OpenConnector(dsn string) (driver.Connector, error) {
	c, err := connectorOf(d.Driver, dsn)
	if err != nil {
		return nil, err
	}
	return &connector{Connector: c, config: d.config}, nil
}
