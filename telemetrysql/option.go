package telemetrysql

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/sqltext"
)

// An Option configures [Open], [OpenDB] and [Register].
type Option func(*config)

// config is what all connections of a database share. It is not changed once
// the database is open.
type config struct {
	base      context.Context // of WithTelemetry, or nil
	system    string          // db.system.name
	namespace string          // db.namespace
	dialect   sqltext.Dialect
	noText    bool
	verbose   bool
	common    []attribute.KeyValue
	opts      []Option // that it was made of
}

// WithTelemetry reports to t, whatever the context of the call says. With a
// nil t nothing is recorded. Default: what serves the context, which is what
// telemetry.Init set up unless telemetry.NewContext named another.
func WithTelemetry(t *telemetry.Telemetry) Option {
	base := telemetry.NewContext(context.Background(), t)
	return func(c *config) { c.base = base }
}

// WithSystem sets db.system.name, such as "postgresql", "sqlite", "mysql" or
// "microsoft.sql_server", and with it how statements are read. Default: by the
// name of the driver, or else of its package; "other_sql" where they do not
// tell. See
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/#db-system-name.
func WithSystem(name string) Option {
	return func(c *config) { c.system = name }
}

// WithDatabase sets db.namespace, the name of the database within its server,
// and names the pool in metrics. Default: absent, and the pool has the name of
// the system.
func WithDatabase(name string) Option {
	return func(c *config) { c.namespace = name }
}

// WithoutStatement leaves out the text of statements, and whatever is quoted in
// the messages of their failures. Operation and table stay. Default: texts
// without literals.
func WithoutStatement() Option {
	return func(c *config) { c.noText = true }
}

// WithAllMethods also gives spans to pings and to the preparation of
// statements, as db.query with db.operation "ping" and "prepare". Default: only
// to what does a statement's work.
func WithAllMethods() Option {
	return func(c *config) { c.verbose = true }
}

// newConfig returns what opts say about a database. hints are names that may
// tell its system.
func newConfig(opts []Option, hints ...string) *config {
	c := &config{opts: opts}
	for _, o := range opts {
		if o != nil {
			o(c)
		}
	}
	if c.system == "" {
		c.system = systemOf(hints...)
	}
	c.dialect = dialects[c.system]
	c.common = append(c.common, attr.DBSystemName.String(c.system))
	if c.namespace != "" {
		c.common = append(c.common, attr.DBNamespace.String(c.namespace))
	}
	return c
}

// pipeline returns what serves ctx, or nil where that is nothing.
func (c *config) pipeline(ctx context.Context) *core.Pipeline {
	if c.base != nil {
		ctx = c.base
	}
	return core.From(ctx)
}
