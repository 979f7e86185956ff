package telemetrysql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
)

// pool reports the connections of a database, to each pipeline that its calls
// report to. The zero value reports nothing.
type pool struct {
	config *config
	db     atomic.Pointer[sql.DB]

	mu     sync.Mutex
	seen   map[*core.Pipeline]metric.Registration
	closed bool
}

// maxPipelines bounds how many are told; a process has one, a test a few.
const maxPipelines = 16

// observe begins to report to p.
func (o *pool) observe(p *core.Pipeline) {
	if p == nil || o.db.Load() == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, again := o.seen[p]; again || o.closed || len(o.seen) >= maxPipelines {
		return
	}
	if o.seen == nil {
		o.seen = make(map[*core.Pipeline]metric.Registration)
	}
	o.seen[p] = o.register(p.MeterProvider().Meter(core.ScopeName))
}

func (o *pool) register(m metric.Meter) metric.Registration {
	def := func(name string) (string, metric.InstrumentOption, metric.InstrumentOption) {
		def, _ := attr.LookupMetric(name)
		return name, metric.WithUnit(def.Unit), metric.WithDescription(def.Brief)
	}
	name, unit, brief := def(attr.MetricDBClientConnectionCount)
	count, err0 := m.Int64ObservableUpDownCounter(name, unit, brief)
	name, unit, brief = def(attr.MetricDBClientConnectionMax)
	limit, err1 := m.Int64ObservableUpDownCounter(name, unit, brief)
	name, unit, brief = def(attr.MetricDBConnectionWaits)
	waits, err2 := m.Int64ObservableCounter(name, unit, brief)
	name, unit, brief = def(attr.MetricDBConnectionWaitTime)
	waited, err3 := m.Float64ObservableCounter(name, unit, brief)
	if err := errors.Join(err0, err1, err2, err3); err != nil {
		otel.Handle(err)
		return nil
	}
	pool := attr.DBClientConnectionPoolName.String(cmp.Or(o.config.namespace, o.config.system))
	system := o.config.common[0]
	used := metric.WithAttributes(pool, system, attr.DBClientConnectionState.String(attr.DBConnectionUsed))
	idle := metric.WithAttributes(pool, system, attr.DBClientConnectionState.String(attr.DBConnectionIdle))
	all := metric.WithAttributes(pool, system)
	r, err := m.RegisterCallback(func(_ context.Context, to metric.Observer) error {
		stats := o.db.Load().Stats()
		to.ObserveInt64(count, int64(stats.InUse), used)
		to.ObserveInt64(count, int64(stats.Idle), idle)
		if stats.MaxOpenConnections > 0 { // 0 stands for no limit
			to.ObserveInt64(limit, int64(stats.MaxOpenConnections), all)
		}
		to.ObserveInt64(waits, stats.WaitCount, all)
		to.ObserveFloat64(waited, stats.WaitDuration.Seconds(), all)
		return nil
	}, count, limit, waits, waited)
	if err != nil {
		otel.Handle(err)
	}
	return r
}

// close ends the reports.
func (o *pool) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	for _, r := range o.seen {
		if r == nil {
			continue
		}
		if err := r.Unregister(); err != nil {
			otel.Handle(err)
		}
	}
	clear(o.seen)
}
