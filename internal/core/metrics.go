package core

import (
	"cmp"
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/lift-sys/telemetry/attr"
)

// Metrics holds the library's instruments. They do not depend on sampling:
// what a trace leaves out is still counted here.
type Metrics struct {
	tokens                         metric.Int64Histogram
	duration, firstChunk, perChunk metric.Float64Histogram
	llmCost, cost                  metric.Float64Counter
	unpriced                       metric.Int64Counter
	sessions, holes, events, code  metric.Int64Counter

	llm        series[LLMKey, llmSeries]
	bySession  series[SessionKey, addOptions]
	byLanguage series[GenerationKey, addOptions]
	byEvent    series[string, addOptions]
}

// newMetrics makes the instruments. An instrument that the provider refuses
// is reported through OpenTelemetry's error handler and then does nothing.
func newMetrics(m metric.Meter) *Metrics {
	return &Metrics{
		tokens:     instrument(m.Int64Histogram, attr.MetricGenAIClientTokenUsage),
		duration:   instrument(m.Float64Histogram, attr.MetricGenAIClientOperationDuration),
		firstChunk: instrument(m.Float64Histogram, attr.MetricGenAIClientOperationTimeToFirstChunk),
		perChunk:   instrument(m.Float64Histogram, attr.MetricGenAIClientOperationTimePerOutputChunk),
		llmCost:    instrument(m.Float64Counter, attr.MetricLLMCost),
		cost:       instrument(m.Float64Counter, attr.MetricCost),
		unpriced:   instrument(m.Int64Counter, attr.MetricLLMCostUnknown),
		sessions:   instrument(m.Int64Counter, attr.MetricSessions),
		holes:      instrument(m.Int64Counter, attr.MetricHolesResolved),
		events:     instrument(m.Int64Counter, attr.MetricEvents),
		code:       instrument(m.Int64Counter, attr.MetricCodeGenerations),
	}
}

// instrument makes one instrument as the registry describes it.
func instrument[I, O any](build func(string, ...O) (I, error), name string) I {
	def, _ := attr.LookupMetric(name)
	opts := []any{metric.WithUnit(def.Unit), metric.WithDescription(def.Brief)}
	if def.Buckets != nil {
		opts = append(opts, metric.WithExplicitBucketBoundaries(def.Buckets...))
	}
	var typed []O
	for _, o := range opts {
		if t, ok := o.(O); ok {
			typed = append(typed, t)
		}
	}
	i, err := build(name, typed...)
	if err != nil {
		otel.Handle(err)
	}
	return i
}

// LLMKey is what tells one series of LLM metrics from another.
type LLMKey struct {
	Operation, Provider, GenAIProvider, Route, RequestModel, ResponseModel, ErrorType string
}

// LLMCall is what one LLM call adds to the metrics.
type LLMCall struct {
	InputTokens, OutputTokens int64
	InputKnown, OutputKnown   bool
	Duration                  time.Duration
	FirstToken                time.Duration // 0: unknown
	CostUSD                   float64
	Priced                    bool // CostUSD is known
	Unpriced                  bool // the call should have a price and has none
}

type llmSeries struct {
	common        []metric.RecordOption
	input, output []metric.RecordOption
	cost          []metric.AddOption
}

func buildLLM(k LLMKey) *llmSeries {
	base := known(
		attr.GenAIOperationName.String(k.Operation), attr.GenAIProviderName.String(k.GenAIProvider),
		attr.GenAIRequestModel.String(k.RequestModel), attr.GenAIResponseModel.String(k.ResponseModel),
		attr.ErrorType.String(k.ErrorType),
	)
	with := func(more ...attribute.KeyValue) []metric.RecordOption {
		set := attribute.NewSet(append(more, base...)...)
		return []metric.RecordOption{metric.WithAttributeSet(set)}
	}
	model := cmp.Or(k.RequestModel, k.ResponseModel) // as llm.model says on the span
	return &llmSeries{
		common: with(),
		input:  with(attr.GenAITokenType.String(attr.TokenInput)),
		output: with(attr.GenAITokenType.String(attr.TokenOutput)),
		cost: []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(known(
			attr.LLMProvider.String(k.Provider), attr.LLMProviderRoute.String(k.Route), attr.LLMModel.String(model),
		)...))},
	}
}

// RecordLLM records one LLM call. ctx should carry the call's span, for
// exemplars.
func (m *Metrics) RecordLLM(ctx context.Context, k LLMKey, c LLMCall) {
	s := m.llm.get(k, buildLLM)
	m.duration.Record(ctx, c.Duration.Seconds(), s.common...)
	if c.InputKnown {
		m.tokens.Record(ctx, c.InputTokens, s.input...)
	}
	if c.OutputKnown {
		m.tokens.Record(ctx, c.OutputTokens, s.output...)
	}
	if c.FirstToken > 0 {
		m.firstChunk.Record(ctx, c.FirstToken.Seconds(), s.common...)
		if c.OutputTokens > 1 {
			m.perChunk.Record(ctx, (c.Duration-c.FirstToken).Seconds()/float64(c.OutputTokens-1), s.common...)
		}
	}
	if c.Priced {
		m.llmCost.Add(ctx, c.CostUSD, s.cost...)
	}
	if c.Unpriced {
		m.unpriced.Add(ctx, 1, s.cost...)
	}
}

// addOptions are the options of one series of a counter.
type addOptions []metric.AddOption

func counted(kv ...attribute.KeyValue) *addOptions {
	return &addOptions{metric.WithAttributeSet(attribute.NewSet(known(kv...)...))}
}

// AddCost counts a cost, in US dollars, that no token explains.
func (m *Metrics) AddCost(ctx context.Context, usd float64) { m.cost.Add(ctx, usd) }

// SessionKey is what tells one series of lift.sessions from another.
type SessionKey struct{ Status, Source string }

// CountSession counts a session that reached a status.
func (m *Metrics) CountSession(ctx context.Context, k SessionKey) {
	m.sessions.Add(ctx, 1, *m.bySession.get(k, func(k SessionKey) *addOptions {
		return counted(attr.SessionStatus.String(k.Status), attr.SessionSource.String(k.Source))
	})...)
}

// GenerationKey is what tells one series of lift.code.generations from
// another.
type GenerationKey struct {
	Language string
	Success  bool
}

// CountGeneration counts a code generation.
func (m *Metrics) CountGeneration(ctx context.Context, k GenerationKey) {
	m.code.Add(ctx, 1, *m.byLanguage.get(k, func(k GenerationKey) *addOptions {
		return counted(attr.CodeLanguage.String(k.Language), attr.CodeSuccess.Bool(k.Success))
	})...)
}

// CountEvent counts a business event, and a resolved hole once more as such.
func (m *Metrics) CountEvent(ctx context.Context, name string) {
	m.events.Add(ctx, 1, *m.byEvent.get(name, func(name string) *addOptions {
		return counted(attr.LiftEventName.String(name))
	})...)
	if name == attr.EventHoleResolved {
		m.holes.Add(ctx, 1)
	}
}

// known leaves out attributes whose value is an empty string.
func known(kv ...attribute.KeyValue) []attribute.KeyValue {
	return slices.DeleteFunc(kv, func(kv attribute.KeyValue) bool {
		return kv.Value.Type() == attribute.STRING && kv.Value.AsString() == ""
	})
}
