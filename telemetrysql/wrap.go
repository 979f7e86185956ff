package telemetrysql

import "database/sql/driver"

//go:generate go run gen.go

// wrap returns a connection that has the optional interfaces of raw, as far as
// the package documentation promises.
func wrap(raw driver.Conn, c *config) driver.Conn {
	if _, again := raw.(interface{ wrapped() *conn }); again {
		return raw // by a connector that takes its connections from another database
	}
	_, ping := raw.(driver.Pinger)
	_, reset := raw.(driver.SessionResetter)
	_, validate := raw.(driver.Validator)
	_, check := raw.(driver.NamedValueChecker)
	_, prepare := raw.(driver.ConnPrepareContext)
	_, exec := raw.(driver.ExecerContext)
	_, legacyExec := raw.(driver.Execer) //nolint:staticcheck // what the driver has, its wrapper has
	_, query := raw.(driver.QueryerContext)
	_, legacyQuery := raw.(driver.Queryer) //nolint:staticcheck // see above

	// The digits of gen.go.
	i, weight := 0, 1
	digit := func(value, base int) {
		i += value * weight
		weight *= base
	}
	for _, has := range [...]bool{ping, reset, validate, check, prepare} {
		digit(one(has), 2)
	}
	run := one(exec || legacyExec) + 2*one(query || legacyQuery)
	if legacyExec && legacyQuery {
		run++
	}
	digit(run, 5)
	return combinations[i](&conn{Conn: raw, config: c})
}

func one(has bool) int {
	if has {
		return 1
	}
	return 0
}
