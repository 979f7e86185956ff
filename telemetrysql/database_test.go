package telemetrysql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
)

func init() { //nolint:gochecknoinits // how drivers are registered
	sql.Register("fakesqlite", fakeDriver{fakeConnector{&fake{affected: driver.RowsAffected(1)}, newFull}})
	sql.Register("fakemysql", fakeContextDriver{fakeDriver{fakeConnector{&fake{}, newFull}}})
}

func TestOpen(t *testing.T) {
	tests := []struct {
		driver, reason, system string
		opts                   []telemetrysql.Option
	}{
		{"fakesqlite", "by its name, without connectors", "sqlite", nil},
		{"fakemysql", "by its name, with connectors", "mysql", nil},
		{"fakemysql", "by the option", "oracle.db", []telemetrysql.Option{telemetrysql.WithSystem("oracle.db"), nil}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			f := newFixture(t)
			db, err := telemetrysql.Open(tt.driver, "dsn", tt.opts...)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.PingContext(f.context(t)); err != nil {
				t.Error(err)
			}
			got := views(f.spans.Ended())
			if len(got) != 1 || got[0].Attrs["db.system.name"] != tt.system {
				t.Errorf("spans %+v, want db.connect of %s", got, tt.system)
			}
		})
	}
	if _, err := telemetrysql.Open("no such driver", ""); err == nil {
		t.Error("no error for an unknown driver")
	}
}

func TestRegister(t *testing.T) {
	for _, name := range []string{"fakesqlite", "fakemysql"} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			registered, err := telemetrysql.Register(name, telemetrysql.WithTelemetry(f.Telemetry))
			if err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open(registered, "dsn")
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := ask(db.QueryRowContext(t.Context(), "SELECT a FROM t")); err != nil {
				t.Error(err)
			}
			diff(t, "spans", names(f.spans.Ended()), []string{"db.connect", "db.select"})
			if got, want := db.Driver(), rawDriver(t, name); reflect.TypeOf(got) != reflect.TypeOf(want) {
				t.Errorf("driver %T, want the driver's own %T", got, want)
			}
		})
	}
	if _, err := telemetrysql.Register("no such driver"); err == nil || !strings.Contains(err.Error(), `"no such driver"`) {
		t.Errorf("error %v: want it to name the driver", err)
	}
}

// Connections have the parent of the call that needs them, whether the driver
// knows contexts or not, and a driver is wrapped once only.
func TestRegisteredOnce(t *testing.T) {
	for _, name := range []string{"fakesqlite", "fakemysql"} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			once, err := telemetrysql.Register(name, telemetrysql.WithDatabase("main"), telemetrysql.WithSystem("mine"))
			if err != nil {
				t.Fatal(err)
			}
			twice, err := telemetrysql.Register(once, telemetrysql.WithDatabase("other"))
			if err != nil {
				t.Fatal(err)
			}
			registered, err := sql.Open(twice, "dsn")
			if err != nil {
				t.Fatal(err)
			}
			defer registered.Close()
			opened, err := telemetrysql.Open(twice, "dsn")
			if err != nil {
				t.Fatal(err)
			}
			defer opened.Close()
			taken := telemetrysql.OpenDB(borrowed{opened})
			defer taken.Close()
			for _, db := range []*sql.DB{registered, opened, taken} {
				db.SetMaxIdleConns(0)
				ctx, session := telemetry.StartSession(f.context(t), telemetry.SessionRequest{})
				if err := ask(db.QueryRowContext(ctx, "SELECT a FROM t")); err != nil {
					t.Error(err)
				}
				session.End(nil)
			}
			ended := f.spans.Ended()
			diff(t, "spans of "+name, names(ended), []string{
				"db.connect", "db.select", "session.create", "db.connect", "db.select", "session.create",
				"db.connect", "db.connect", "db.select", "session.create", // two databases connect
			})
			for i, s := range ended {
				got := values(s.Attributes())
				if s.Name() == "db.select" && (got["db.namespace"] != "other" || got["db.system.name"] != "mine") {
					t.Errorf("%d: %v", i, got)
				}
				if s.Name() != "session.create" && !s.Parent().IsValid() {
					t.Errorf("%d: %s has no parent", i, s.Name())
				}
			}
		})
	}
}

// borrowed is a connector that takes its connections from another database.
type borrowed struct{ from *sql.DB }

func (b borrowed) Driver() driver.Driver { return b.from.Driver() }

func (b borrowed) Connect(ctx context.Context) (raw driver.Conn, err error) {
	c, err := b.from.Conn(ctx)
	if err != nil {
		return nil, err
	}
	err = c.Raw(func(c any) error {
		raw = c.(driver.Conn)
		return nil
	})
	return raw, err
}

func rawDriver(t *testing.T, name string) driver.Driver {
	t.Helper()
	db, err := sql.Open(name, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return db.Driver()
}

func TestOptions(t *testing.T) {
	f := newFixture(t)
	db := open(t, &fake{}, telemetrysql.WithTelemetry(f.Telemetry), telemetrysql.WithDatabase("main"),
		telemetrysql.WithoutStatement(), telemetrysql.WithAllMethods())
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := db.PrepareContext(t.Context(), "SELECT a FROM t WHERE b = 'x'")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := ask(s.QueryRowContext(t.Context())); err != nil {
		t.Error(err)
	}
	got := views(f.spans.Ended())
	diff(t, "spans", names(f.spans.Ended()), []string{"db.connect", "db.query", "db.query", "db.select"})
	for i, op := range []string{"connect", "ping", "prepare", "select"} {
		a := got[i].Attrs
		if a["db.operation"] != op || a["db.namespace"] != "main" || a["db.statement"] != nil || a["db.query.text"] != nil {
			t.Errorf("%s has %v", op, a)
		}
	}
}

// Before Init, and where telemetry is off, the driver sees the caller's own
// context.
func TestOff(t *testing.T) {
	fk := &fake{affected: driver.RowsAffected(1)}
	db := open(t, fk, telemetrysql.WithTelemetry(nil))
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, 1)
	err = c.Raw(func(c any) error {
		_, err := c.(driver.ExecerContext).ExecContext(ctx, "DELETE FROM t", nil)
		if fk.ctx != ctx {
			t.Error("the driver got another context")
		}
		allocs := testing.AllocsPerRun(100, func() { c.(driver.Validator).IsValid() })
		base := testing.AllocsPerRun(100, func() { valid{fk}.IsValid() })
		if allocs != base {
			t.Errorf("%v allocations, the driver makes %v", allocs, base)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A database may be opened before there is a telemetry.
func TestOpenedBefore(t *testing.T) {
	db := open(t, &fake{})
	f := newFixture(t)
	if err := ask(db.QueryRowContext(f.context(t), "SELECT 1")); err != nil {
		t.Error(err)
	}
	diff(t, "spans", names(f.spans.Ended()), []string{"db.connect", "db.select"})
}

var encoder = attribute.DefaultEncoder()

// points returns the values of a metric, by the attributes of each point.
func (f *fixture) points(t *testing.T, name string) map[string]int64 {
	t.Helper()
	var rm metricdata.ResourceMetrics
	if err := f.reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]int64)
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			if m.Name != name {
				continue
			}
			switch d := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range d.DataPoints {
					got[p.Attributes.Encoded(encoder)] = p.Value
				}
			case metricdata.Histogram[float64]:
				for _, p := range d.DataPoints {
					got[p.Attributes.Encoded(encoder)] = int64(p.Count)
				}
			}
		}
	}
	return got
}

func TestPool(t *testing.T) {
	f := newFixture(t)
	db := open(t, &fake{}, telemetrysql.WithDatabase("main"))
	db.SetMaxOpenConns(5)
	conn, err := db.Conn(f.context(t))
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "count", f.points(t, "db.client.connection.count"), map[string]int64{
		"db.client.connection.pool.name=main,db.client.connection.state=idle,db.system.name=postgresql": 0,
		"db.client.connection.pool.name=main,db.client.connection.state=used,db.system.name=postgresql": 1,
	})
	diff(t, "max", f.points(t, "db.client.connection.max"), map[string]int64{
		"db.client.connection.pool.name=main,db.system.name=postgresql": 5,
	})
	conn.Close()
	db.Close()
	diff(t, "count of a closed database", f.points(t, "db.client.connection.count"), map[string]int64{})
}

func TestDuration(t *testing.T) {
	f := newFixture(t, telemetry.WithSampleRatio(0))
	fk := &fake{affected: driver.RowsAffected(1)}
	db := open(t, fk)
	for _, verb := range []string{"DELETE", "delete"} { // one series for both
		if _, err := db.ExecContext(f.context(t), verb+" FROM t WHERE a = 'x'"); err != nil {
			t.Error(err)
		}
	}
	fk.fail = errors.New("x")
	if _, err := db.ExecContext(f.context(t), "DELETE FROM t"); err == nil {
		t.Error("no error")
	}
	fk.fail = nil
	diff(t, "duration", f.points(t, "db.client.operation.duration"), map[string]int64{
		"db.operation.name=connect,db.system.name=postgresql":                                                    1,
		"db.collection.name=t,db.operation.name=delete,db.system.name=postgresql":                                2,
		"db.collection.name=t,db.operation.name=delete,db.system.name=postgresql,error.type=*errors.errorString": 1,
	})
	if n := len(f.spans.Ended()); n != 0 {
		t.Errorf("%d spans of a trace that is sampled out", n)
	}
}
