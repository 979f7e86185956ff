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

// Open is sql.Open with telemetry. Its errors are those of sql.Open.
func Open(driverName, dsn string, opts ...Option) (*sql.DB, error) {
	raw, err := driverOf(driverName, dsn)
	if err != nil {
		return nil, err
	}
	config := newConfig(opts, driverName, packageOf(raw))
	d, ok := raw.(driver.DriverContext)
	if !ok {
		return openDB(dsnConnector{dsn, raw}, config), nil
	}
	c, err := d.OpenConnector(dsn)
	if err != nil {
		return nil, err
	}
	return openDB(c, config), nil
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

var registering sync.Mutex

// Register registers the driver of the given name once more, with telemetry,
// and returns the name for sql.Open. It serves libraries that open databases
// themselves. Such databases do not report their pool, and sql.DB.Driver
// returns the wrapper. An error says that there is no such driver, or that it
// was registered a thousand times.
func Register(driverName string, opts ...Option) (string, error) {
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
			sql.Register(name, newDriver(raw, newConfig(opts, driverName, packageOf(raw))))
			return name, nil
		}
	}
	return "", fmt.Errorf("telemetrysql: driver %q is registered %d times: register it once", driverName, maxRegistered)
}

// wrappedDriver wraps a driver. newDriver gives it the optional interface that
// the driver has.
type wrappedDriver struct {
	driver.Driver
	config *config
}

// Open implements driver.Driver.
func (d *wrappedDriver) Open(dsn string) (driver.Conn, error) {
	span, _ := d.config.start(context.Background(), connecting)
	defer span.unwind()
	raw, err := d.Driver.Open(dsn)
	span.end(err)
	if err != nil {
		return nil, err
	}
	return wrap(raw, d.config), nil
}

// contextDriver wraps a driver that has connectors.
type contextDriver struct{ *wrappedDriver }

// OpenConnector implements driver.DriverContext.
func (d contextDriver) OpenConnector(dsn string) (driver.Connector, error) {
	raw, ok := d.Driver.(driver.DriverContext)
	if !ok {
		return dsnConnector{dsn, d}, nil
	}
	c, err := raw.OpenConnector(dsn)
	if err != nil {
		return nil, err
	}
	return &connector{Connector: c, config: d.config}, nil
}

func newDriver(raw driver.Driver, c *config) driver.Driver {
	d := &wrappedDriver{raw, c}
	if _, ok := raw.(driver.DriverContext); ok {
		return contextDriver{d}
	}
	return d
}
