package telemetry

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/tail"
)

// A Rule says which traces must be kept; see [WithTailSampling]. What it looks
// at are the spans of a trace in this process. The zero Rule matches nothing.
type Rule struct {
	rule tail.Rule
	err  error
}

// KeepErrors keeps traces in which a span failed: its status is Error.
func KeepErrors() Rule { return Rule{rule: tail.Rule{Failed: true}} }

// KeepSlow keeps traces in which a span lasts d or longer; d must be positive.
// As with any rule that is given, errors are then kept only if [KeepErrors] is
// given too.
func KeepSlow(d time.Duration) Rule {
	if d <= 0 {
		return Rule{err: fmt.Errorf("telemetry: KeepSlow %q: want a duration above 0", d)}
	}
	return Rule{rule: tail.Rule{Slow: d}}
}

// KeepCost keeps traces whose LLM calls and other booked costs come to usd US
// dollars or more; usd must be positive.
func KeepCost(usd float64) Rule {
	if !(usd > 0) {
		return Rule{err: fmt.Errorf("telemetry: KeepCost %q: want US dollars above 0", strconv.FormatFloat(usd, 'g', -1, 64))}
	}
	return Rule{rule: tail.Rule{CostUSD: usd}}
}

// KeepAttribute keeps traces in which a span has the attribute, such as
// attr.UserID.String("u-42"). One with an empty value, attribute.KeyValue{Key:
// attr.CodeRetryReason}, stands for any value.
func KeepAttribute(kv attribute.KeyValue) Rule {
	if kv.Key == "" {
		return Rule{err: errors.New(`telemetry: KeepAttribute "": want an attribute with a key`)}
	}
	return Rule{rule: tail.Rule{Attribute: kv}}
}

// KeepName keeps traces in which a span has the name.
func KeepName(name string) Rule {
	if name == "" {
		return Rule{err: errors.New(`telemetry: KeepName "": want the name of a span`)}
	}
	return Rule{rule: tail.Rule{Name: name}}
}

// WithTailSampling decides about each trace when it has ended, rather than
// when it begins: one that a rule matches is kept, and the others follow
// [WithSampleRatio] or OTEL_TRACES_SAMPLER. Without rules it is [KeepErrors].
//
//	telemetry.WithTailSampling(telemetry.KeepErrors(), telemetry.KeepSlow(10*time.Second)),
//	telemetry.WithSampleRatio(0.05), // of the rest
//
// A trace here is its part in this process, below one span without a local
// parent. It is decided once that span and those below it have ended; a second
// after that span's end where others are still open; and after a minute where it
// does not end. Later spans follow the decision. [Telemetry.Flush] decides as soon as
// that span has ended, without the second of grace. A trace of more than 256 KiB
// is decided when it gets there, whatever comes later. Every span is recorded, which
// costs what it costs without sampling, and encoded spans wait in some 2 MiB
// of memory, and in no spool. Where that is full, traces are dropped at random, and the weight of
// the others says so.
//
// Other services are told the decision of the ratio, never that of a rule, which
// is not known in time: a trace kept by a rule alone is there with the spans of
// this process and of those that have seen a reason of their own. What another
// service has dropped cannot come back. A span carries what it stands for; one
// of a trace that a rule keeps stands for itself.
//
// It concerns what the library delivers, not the exporters and processors that
// a program adds, and does not go with exporters that replace the library's
// delivery. Default: off.
func WithTailSampling(rules ...Rule) Option {
	return func(o *options) {
		o.tailSampling = true
		o.rules = append(o.rules, rules...)
	}
}

// tailBytes is the memory that is left to delivery beside a tail buffer.
const tailBytes = 2 << 20

// checkTail reports what is wrong with the options of tail sampling.
func (o *options) checkTail() error {
	var errs []error
	for _, r := range o.rules {
		errs = append(errs, r.err)
	}
	if o.tailSampling && o.stock != nil {
		errs = append(errs, errors.New("telemetry: WithTailSampling needs the library's own delivery: leave out telemetryotlp"))
	}
	if o.tailSampling && o.tracerProvider != nil {
		errs = append(errs, errors.New("telemetry: WithTailSampling has no say about WithTracerProvider: leave out one of them"))
	}
	return errors.Join(errs...)
}

// encoder returns the sink in front of delivery. head began the traces.
func (p *pipeline) encoder(c env.Config, o options, head *sampling.Head) core.Sink {
	if !o.tailSampling {
		return export.NewEncoder(p.out, p.repair, c.WeightEncoding == env.WeightHoneycomb)
	}
	rules := []tail.Rule{{Failed: true}}
	if len(o.rules) > 0 {
		rules = rules[:0]
		for _, r := range o.rules {
			rules = append(rules, r.rule)
		}
	}
	encoding := tail.EncodeHoneycomb
	switch c.WeightEncoding {
	case env.WeightCollector:
		encoding = tail.EncodeCollector
	case env.WeightNone:
		encoding = tail.EncodeNone
	}
	p.tail = tail.New(tail.Config{
		Out: p.out, Head: head, Rules: rules, Budget: spanBudget(c.Budget), Clean: p.repair.String, Encoding: encoding, Counter: p.month, Logger: o.logger,
	})
	return export.NewTailEncoder(p.out, p.tail, p.repair)
}
