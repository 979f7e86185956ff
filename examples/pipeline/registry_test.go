package main

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// TestRegistryIsWhatThePipelineEmits compares package attr with everything
// that the pipeline exports, both ways.
func TestRegistryIsWhatThePipelineEmits(t *testing.T) {
	t.Parallel()
	got := make(names)
	collect(t, got, 1, everything)
	collect(t, got, 0.5, func(b *bench) {
		// Which of them are sampled is chance; that none is, is not.
		for range 64 {
			b.send(http.MethodPost, "/api/users", 200, nil, nil)
		}
	})

	for n := range got {
		if d, ok := attr.Lookup(n.text); (!ok || d.Kind != n.kind) && !n.ofAnthropicSDK() {
			t.Errorf("%s %q is emitted and not in the registry", n.kind, n.text)
		}
	}
	excuses := emittedElsewhere()
	for _, d := range attr.All() {
		emitted := got[name{d.Kind, d.Name}]
		reason, excused := excuses[d.Name]
		switch {
		case d.Kind == attr.KindColumn: // the loop above would have found it
		case emitted && excused:
			t.Errorf("%s %q is emitted: strike it off the list of what is not (%s)", d.Kind, d.Name, reason)
		case !emitted && !excused:
			t.Errorf("%s %q is registered and never emitted", d.Kind, d.Name)
		}
		delete(excuses, d.Name)
	}
	for n, reason := range excuses {
		t.Errorf("%q is excused (%s) and not registered", n, reason)
	}
}

// name is a name that was seen.
type name struct {
	kind attr.Kind
	text string
}

// ofAnthropicSDK reports whether the Anthropic SDK says the name beside the
// registry.
func (n name) ofAnthropicSDK() bool {
	return n.kind == attr.KindAttribute && slices.ContainsFunc(ofAnthropicSDK(), func(known string) bool {
		prefix, ok := strings.CutSuffix(known, "*")
		return known == n.text || ok && strings.HasPrefix(n.text, prefix)
	})
}

// names are all that were seen. A span whose name follows a pattern is there
// as the pattern.
type names map[name]bool

func (n names) attributes(kv []attribute.KeyValue) {
	for _, a := range kv {
		n[name{attr.KindAttribute, string(a.Key)}] = true
	}
}

// collect runs the service, with a share of its traces sampled, and adds the
// names of all that leaves it: spans as they are when repaired and redacted,
// metrics, and the resource.
func collect(t *testing.T, into names, ratio float64, use func(*bench)) {
	t.Helper()
	var (
		exporter = tracetest.NewInMemoryExporter()
		reader   = sdkmetric.NewManualReader()
		ctx      = t.Context()
	)
	tel, err := telemetry.New(ctx,
		telemetry.WithSpanExporter(exporter), telemetry.WithMetricReader(reader), telemetry.WithSampleRatio(ratio),
		telemetry.WithLogger(slog.New(slog.NewTextHandler(t.Output(), nil))), // which hears that a model has no price
		telemetry.WithService("lift-pipeline", "test"), telemetry.WithEnvironment("test"),
		telemetry.WithResourceAttributes(attr.ServiceNamespace.String("lift"), attr.ServiceInstanceID.String("1")))
	if err != nil {
		t.Fatal(err)
	}
	ctx = telemetry.NewContext(ctx, tel)
	b := startBench(ctx, t)
	defer b.stop()
	use(b)
	into.metrics(t, reader) // with the database's connections, which are gone later
	b.stop()
	into.metrics(t, reader)
	if err := tel.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	into.metrics(t, reader) // which know now what was exported
	for _, s := range exporter.GetSpans() {
		text := s.Name
		if d, ok := attr.LookupSpan(text); ok {
			text = d.Name
		}
		into[name{attr.KindSpan, text}] = true
		into.attributes(s.Attributes)
		into.attributes(s.Resource.Attributes())
		for _, e := range s.Events {
			into[name{attr.KindEvent, e.Name}] = true
			into.attributes(e.Attributes)
		}
	}
	if err := tel.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

// metrics adds what a reader has.
func (n names) metrics(t *testing.T, reader sdkmetric.Reader) {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	n.attributes(all.Resource.Attributes())
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			n[name{attr.KindMetric, m.Name}] = true
			for _, set := range sets(t, m) {
				n.attributes(set.ToSlice())
			}
		}
	}
}

// sets returns the attributes of a metric's points.
func sets(t *testing.T, m metricdata.Metrics) []attribute.Set {
	t.Helper()
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		return setsOf(data.DataPoints, func(p metricdata.DataPoint[int64]) attribute.Set { return p.Attributes })
	case metricdata.Sum[float64]:
		return setsOf(data.DataPoints, func(p metricdata.DataPoint[float64]) attribute.Set { return p.Attributes })
	case metricdata.Histogram[int64]:
		return setsOf(data.DataPoints, func(p metricdata.HistogramDataPoint[int64]) attribute.Set { return p.Attributes })
	case metricdata.Histogram[float64]:
		return setsOf(data.DataPoints, func(p metricdata.HistogramDataPoint[float64]) attribute.Set { return p.Attributes })
	}
	t.Fatalf("metric %q is a %T, which no metric of the registry is", m.Name, m.Data)
	return nil
}

func setsOf[P any](points []P, attributes func(P) attribute.Set) []attribute.Set {
	list := make([]attribute.Set, len(points))
	for i, p := range points {
		list[i] = attributes(p)
	}
	return list
}

// everything does all that the service can do, and all that can go wrong.
func everything(b *bench) {
	b.t.Helper()
	create := func(status int, language, text string) (s created) {
		b.t.Helper()
		b.send(http.MethodPost, "/api/sessions", status, createRequest{
			Prompt: text, Language: language, Strict: true, Metadata: map[string]string{"client": "test"},
		}, &s)
		return s
	}
	b.send(http.MethodPost, "/api/users", 200, nil, nil)
	s := create(200, languageSQL, prompt+" Sums must stay in cents.")
	b.send(http.MethodPost, "/api/sessions/"+s.ID+"/holes/currency", 200, map[string]string{"value": "euros"}, nil)
	b.send(http.MethodPost, "/api/sessions/"+s.ID+"/finalize", 200, nil, nil)
	s = create(200, attr.LanguagePython, prompt+" [flawed]")
	b.send(http.MethodDelete, "/api/sessions/"+s.ID, 200, nil, nil)
	create(200, attr.LanguageGo, prompt+" [busy]")
	create(500, attr.LanguageRust, prompt+" [broken]")
	create(502, attr.LanguageGo, prompt+" [down]")
	create(422, attr.LanguageGo, "Sums must be at least 5. Sums must be at most 3.")
	b.send(http.MethodPost, "/api/sessions/none/finalize", 404, nil, nil)
	b.send("BREW", "/nowhere", 404, nil, nil)
	if err := b.index(b.ctx, "none"); !errors.Is(err, errNotFound) {
		b.t.Errorf("index a session that is gone: %v, want %v", err, errNotFound)
	}
	if err := b.evaluate(b.ctx); err != nil {
		b.t.Error(err)
	}
	// What the service may ask for one day, and does not now.
	answer := b.llm.openai.Chat.Completions.NewStreaming(b.ctx, openai.ChatCompletionNewParams{
		Model: codeModel, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(prompt)},
		N: openai.Int(2), TopP: openai.Float(0.9), Stop: openai.ChatCompletionNewParamsStopUnion{OfString: openai.String("\n\n")},
	})
	for answer.Next() {
	}
	if err := errors.Join(answer.Err(), answer.Close()); err != nil {
		b.t.Error(err)
	}
}
