package telemetrypgx

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"weak"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
)

// pools measures the pools that report to one pipeline. pgxpool does not tell
// when one is closed, so pools are not held on to: one that nobody else holds
// is gone.
type pools struct {
	count, limit metric.Int64ObservableUpDownCounter
	waits        metric.Int64ObservableCounter
	waited       metric.Float64ObservableCounter
	seen         sync.Map // weak.Pointer[pgxpool.Pool] → *poolOptions
}

// poolOptions are those of one pool.
type poolOptions struct{ idle, used, all metric.MeasurementOption }

type poolsKey struct{}

func poolsOf(p *core.Pipeline) *pools {
	o, _ := p.Attach(poolsKey{}, newPools).(*pools)
	return o
}

func newPools(p *core.Pipeline) any {
	meter := p.MeterProvider().Meter(core.ScopeName)
	def := func(name string) (string, metric.InstrumentOption, metric.InstrumentOption) {
		def, _ := attr.LookupMetric(name)
		return name, metric.WithUnit(def.Unit), metric.WithDescription(def.Brief)
	}
	o := new(pools)
	var errs [5]error
	name, unit, brief := def(attr.MetricDBClientConnectionCount)
	o.count, errs[0] = meter.Int64ObservableUpDownCounter(name, unit, brief)
	name, unit, brief = def(attr.MetricDBClientConnectionMax)
	o.limit, errs[1] = meter.Int64ObservableUpDownCounter(name, unit, brief)
	name, unit, brief = def(attr.MetricDBConnectionWaits)
	o.waits, errs[2] = meter.Int64ObservableCounter(name, unit, brief)
	name, unit, brief = def(attr.MetricDBConnectionWaitTime)
	o.waited, errs[3] = meter.Float64ObservableCounter(name, unit, brief)
	// It is never unregistered: it lives as long as the provider.
	_, errs[4] = meter.RegisterCallback(o.observe, o.count, o.limit, o.waits, o.waited)
	if err := errors.Join(errs[:]...); err != nil {
		otel.Handle(err)
	}
	return o
}

// watch has pool measured from now on.
func (o *pools) watch(pool *pgxpool.Pool) {
	if pool == nil {
		return
	}
	key := weak.Make(pool)
	if _, again := o.seen.Load(key); again {
		return
	}
	c := pool.Config().ConnConfig
	name := attr.DBClientConnectionPoolName.String(fmt.Sprintf("%s:%d/%s", c.Host, c.Port, c.Database))
	system := attr.DBSystemName.String(systemName)
	o.seen.Store(key, &poolOptions{
		idle: metric.WithAttributes(system, name, attr.DBClientConnectionState.String(attr.DBConnectionIdle)),
		used: metric.WithAttributes(system, name, attr.DBClientConnectionState.String(attr.DBConnectionUsed)),
		all:  metric.WithAttributes(system, name),
	})
}

// observe reports the pools that there still are.
func (o *pools) observe(_ context.Context, to metric.Observer) error {
	for key, value := range o.seen.Range {
		weakly, _ := key.(weak.Pointer[pgxpool.Pool])
		options, _ := value.(*poolOptions)
		pool := weakly.Value()
		if pool == nil || options == nil {
			o.seen.Delete(key)
			continue
		}
		s := pool.Stat()
		to.ObserveInt64(o.count, int64(s.AcquiredConns()), options.used)
		to.ObserveInt64(o.count, int64(s.IdleConns()), options.idle)
		to.ObserveInt64(o.limit, int64(s.MaxConns()), options.all)
		to.ObserveInt64(o.waits, s.EmptyAcquireCount(), options.all)
		to.ObserveFloat64(o.waited, s.EmptyAcquireWaitTime().Seconds(), options.all)
	}
	return nil
}
