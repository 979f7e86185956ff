package telemetry_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// collect returns every data point as one line: name{attributes} = value.
func collect(t *testing.T, reader sdkmetric.Reader) []string {
	t.Helper()
	var rm metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	var out []string
	add := func(name string, set attribute.Set, value string) {
		var kv []string
		for _, a := range set.ToSlice() {
			kv = append(kv, string(a.Key)+"="+a.Value.String())
		}
		out = append(out, fmt.Sprintf("%s{%s} = %s", name, strings.Join(kv, " "), value))
	}
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			switch d := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range d.DataPoints {
					add(m.Name, p.Attributes, fmt.Sprint(p.Value, " ", m.Unit))
				}
			case metricdata.Sum[float64]:
				for _, p := range d.DataPoints {
					add(m.Name, p.Attributes, fmt.Sprint(p.Value, " ", m.Unit))
				}
			case metricdata.Histogram[int64]:
				for _, p := range d.DataPoints {
					add(m.Name, p.Attributes, fmt.Sprint(p.Count, "×, sum ", p.Sum, " ", m.Unit))
				}
			case metricdata.Histogram[float64]:
				for _, p := range d.DataPoints {
					add(m.Name, p.Attributes, fmt.Sprint(p.Count, "×, sum ", p.Sum, " ", m.Unit))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestLLMMetrics(t *testing.T) {
	for _, ratio := range []float64{1, 0} {
		t.Run(fmt.Sprint("ratio ", ratio), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reader := sdkmetric.NewManualReader()
				ctx, _ := record(t, telemetry.WithMetricReader(reader), telemetry.WithSampleRatio(ratio),
					telemetry.WithPricer(table(map[string]float64{"known": 0.25})))
				_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{
					Provider: attr.ProviderGoogle, ProviderRoute: attr.RouteBestAvailable, Model: "known", Streaming: true,
				})
				time.Sleep(time.Second)
				call.FirstToken()
				time.Sleep(2 * time.Second)
				call.SetResponse(telemetry.LLMResponse{Model: "known-1", Usage: telemetry.Usage{InputTokens: 100, OutputTokens: 5}})
				call.End(nil)
				_, failed := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderOpenAI, Model: "m"})
				time.Sleep(time.Second)
				failed.End(new(error(coded{})))
				_, unknown := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderOpenAI, Model: "m"})
				unknown.SetResponse(telemetry.LLMResponse{})
				unknown.End(nil)
				const (
					google = "gen_ai.operation.name=chat gen_ai.provider.name=gcp.gen_ai gen_ai.request.model=known gen_ai.response.model=known-1"
					openai = "gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=m"
				)
				diff(t, collect(t, reader), []string{
					"gen_ai.client.operation.duration{error.type=E1 " + openai + "} = 1×, sum 1 s",
					"gen_ai.client.operation.duration{" + google + "} = 1×, sum 3 s",
					"gen_ai.client.operation.duration{" + openai + "} = 1×, sum 0 s",
					"gen_ai.client.operation.time_per_output_chunk{" + google + "} = 1×, sum 0.5 s",
					"gen_ai.client.operation.time_to_first_chunk{" + google + "} = 1×, sum 1 s",
					"gen_ai.client.token.usage{" + google + " gen_ai.token.type=input} = 1×, sum 100 {token}",
					"gen_ai.client.token.usage{" + google + " gen_ai.token.type=output} = 1×, sum 5 {token}",
					"gen_ai.client.token.usage{" + openai + " gen_ai.token.type=input} = 1×, sum 0 {token}",
					"gen_ai.client.token.usage{" + openai + " gen_ai.token.type=output} = 1×, sum 0 {token}",
					"lift.llm.cost.unknown{llm.model=m llm.provider=openai} = 1 {call}",
					"lift.llm.cost{llm.model=known llm.provider=google llm.provider_route=best_available} = 0.25 {USD}",
				}, "every fact of a call, whether or not its span is sampled")
			})
		})
	}
}

func TestLiftMetrics(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	ctx, _ := record(t, telemetry.WithMetricReader(reader), telemetry.WithSampleRatio(0))
	failed := new(error(coded{}))
	session := func(req telemetry.SessionRequest, r telemetry.SessionResult, err *error) {
		_, s := telemetry.StartSession(ctx, req)
		s.SetResult(r)
		s.End(err)
	}
	update := telemetry.SessionRequest{Operation: telemetry.SessionUpdate}
	session(telemetry.SessionRequest{Source: "prompt"}, telemetry.SessionResult{}, nil)
	session(telemetry.SessionRequest{}, telemetry.SessionResult{}, failed)
	session(update, telemetry.SessionResult{}, nil)
	session(update, telemetry.SessionResult{Status: telemetry.SessionAbandoned}, nil)
	session(telemetry.SessionRequest{Operation: telemetry.SessionFinalize}, telemetry.SessionResult{Status: telemetry.SessionFinalized}, nil)

	code := func(r telemetry.CodegenResult, err *error) {
		_, c := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Language: "go"})
		c.SetResult(r)
		c.End(err)
	}
	code(telemetry.CodegenResult{}, nil)
	code(telemetry.CodegenResult{Success: new(true)}, nil)
	code(telemetry.CodegenResult{Success: new(false)}, nil)
	code(telemetry.CodegenResult{}, failed)

	telemetry.Event(ctx, attr.EventUserSignedUp)
	telemetry.Event(ctx, attr.EventHoleResolved)
	telemetry.Event(ctx, attr.EventHoleResolved)
	telemetry.RecordCost(ctx, 0.5)
	telemetry.RecordCost(ctx, -1)
	diff(t, collect(t, reader), []string{
		"lift.code.generations{code.language=go code.success=false} = 2 {generation}",
		"lift.code.generations{code.language=go code.success=true} = 2 {generation}",
		"lift.cost{} = 0.5 {USD}",
		"lift.events{lift.event.name=hole.resolved} = 2 {event}",
		"lift.events{lift.event.name=user.signed_up} = 1 {event}",
		"lift.holes_resolved{} = 2 {hole}",
		"lift.sessions{session.source=prompt session.status=active} = 1 {session}",
		"lift.sessions{session.status=abandoned} = 1 {session}",
		"lift.sessions{session.status=finalized} = 1 {session}",
	}, "a session counts when it reaches a status, a generation when it ends")
}

func TestInstrumentsAreAsRegistered(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	ctx, r := record(t, telemetry.WithMetricReader(reader))
	ctx, root := telemetry.Start(ctx, "root")
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	call.FirstToken()
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 3, OutputTokens: 3}})
	call.End(nil)
	root.End(nil)
	trace := r.Ended()[0].SpanContext().TraceID()
	var rm metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	seen := 0
	check := func(m metricdata.Metrics, bounds []float64, exemplar []byte) {
		def, ok := attr.Lookup(m.Name)
		if !ok {
			t.Errorf("%s is not in the registry", m.Name)
		}
		diff(t, []string{m.Unit, m.Description}, []string{def.Unit, def.Brief}, m.Name)
		diff(t, bounds, def.Buckets, m.Name+": boundaries of the semantic conventions")
		diff(t, exemplar, trace[:], m.Name+": an exemplar leads to the trace")
		seen++
	}
	for _, m := range rm.ScopeMetrics[0].Metrics {
		switch d := m.Data.(type) {
		case metricdata.Histogram[int64]:
			check(m, d.DataPoints[0].Bounds, exemplar(d.DataPoints[0].Exemplars))
		case metricdata.Histogram[float64]:
			check(m, d.DataPoints[0].Bounds, exemplar(d.DataPoints[0].Exemplars))
		}
	}
	diff(t, seen, 4, "all histograms of an LLM call")
}

func exemplar[N int64 | float64](e []metricdata.Exemplar[N]) []byte {
	if len(e) == 0 {
		return nil
	}
	return e[0].TraceID
}

func TestSeriesAreBounded(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	ctx, _ := record(t, telemetry.WithMetricReader(reader), telemetry.WithSampleRatio(0))
	const n = 5000
	for i := range n {
		telemetry.Event(ctx, fmt.Sprint("event ", i))
	}
	lines := collect(t, reader)
	if len(lines) > 2000 {
		t.Errorf("%d series of names that are not of low cardinality", len(lines))
	}
	total := 0
	for _, l := range lines {
		var v int
		if _, err := fmt.Sscanf(l[strings.LastIndex(l, "= "):], "= %d", &v); err != nil {
			t.Fatal(err)
		}
		total += v
	}
	diff(t, total, n, "what comes after shares a series, and still counts")
}
