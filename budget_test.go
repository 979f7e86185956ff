package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryotlp"
)

// TestEventBudget has a budget with room for all, and one for nothing, through
// real services and receivers.
func TestEventBudget(t *testing.T) {
	t.Parallel()
	large, all := service(t, telemetry.WithEventBudget(telemetry.Budget{EventsPerMonth: 1e15, Instances: 4}))
	small, none := service(t, telemetry.WithEventBudget(telemetry.Budget{EventsPerMonth: 1}))
	for _, tel := range []*telemetry.Telemetry{large, small} {
		ctx := telemetry.NewContext(t.Context(), tel)
		ctx, root := telemetry.Start(ctx, "root")
		telemetry.Event(ctx, "user.signed_up")
		spend(ctx)
		root.End(nil)
	}
	finish(t, large, small)
	diff(t, all.sent(""), []sent{{"llm.call", "", 0, true}, {"root", "", 0, true}}, "everything fits")
	diff(t, none.sent(""), []sent(nil), "nothing fits")

	got := large.Stats()
	metrics := got.Budget.MetricsUsed
	diff(t, got.Budget, telemetry.EventBudget{
		PerMonth: 2e14, Used: 3, WindowAllowance: got.Budget.WindowAllowance, WindowUsed: 3,
		MetricsPerMonth: 5e13, MetricsUsed: metrics,
	}, "two spans and one event, of four fifths of a quarter")
	if metrics == 0 || got.Points.Exported != uint64(metrics) {
		t.Errorf("%d points sent, %d booked", got.Points.Exported, metrics)
	}
	got = small.Stats()
	if got.Sampling.Dropped.Budget != 2 || got.Sampling.Oversize != 1 || got.Budget.Used != 0 || got.Budget.MetricsDropped == 0 || got.Points.Ended != 0 {
		t.Errorf("what did not fit: %+v and %+v", got.Sampling, got.Budget)
	}
}

// TestSamplingMetrics reads what the library says of its sampling.
func TestSamplingMetrics(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	tel, _ := service(t, telemetry.WithMetricReader(reader), telemetry.WithSampleRatio(0),
		telemetry.WithEventBudget(telemetry.Budget{EventsPerMonth: 1e15}))
	ctx := telemetry.NewContext(t.Context(), tel)
	for i := range 3 {
		_, s := telemetry.Start(ctx, "work")
		var err error
		if i == 0 {
			err = errors.New("broken")
		}
		s.End(&err)
	}
	if err := tel.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := slices.DeleteFunc(self(collect(t, reader)), func(l string) bool {
		return !strings.Contains(l, "sampling") && !strings.Contains(l, "budget.used")
	})
	used := tel.Stats().Budget.Used
	diff(t, got, []string{
		fmt.Sprintf("lift.telemetry.budget.used{lift.telemetry.period=month} = %d {event}", used),
		fmt.Sprintf("lift.telemetry.budget.used{lift.telemetry.period=window} = %d {event}", used),
		"lift.telemetry.sampling.traces{lift.telemetry.decision=dropped lift.telemetry.stratum=rest} = 2 {trace}",
		"lift.telemetry.sampling.traces{lift.telemetry.decision=kept lift.telemetry.stratum=must} = 1 {trace}",
		"lift.telemetry.sampling.weight{lift.telemetry.stratum=must} = 1 {trace}",
	}, "one kept by a rule, and two that nothing keeps")
}

// TestEventBudgetRemembers restarts a service that has a spool, and one that has
// none.
func TestEventBudgetRemembers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		opts []telemetry.Option
		want int64
	}{
		{"spool", []telemetry.Option{telemetry.WithSpool(t.TempDir())}, 2},
		{"no spool", nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := append([]telemetry.Option{telemetry.WithEventBudget(telemetry.Budget{EventsPerMonth: 1e15})}, tt.opts...)
			first, _ := service(t, opts...)
			for range 2 {
				_, s := telemetry.Start(telemetry.NewContext(t.Context(), first), "s")
				s.End(nil)
			}
			finish(t, first)
			diff(t, first.Stats().Budget.Used, int64(2), "sent")
			second, _ := service(t, opts...)
			diff(t, second.Stats().Budget.Used, tt.want, "after a restart")
		})
	}
}

// TestEventBudgetByKind shows what the last window held.
func TestEventBudgetByKind(t *testing.T) {
	t.Parallel()
	tel, _ := service(t, telemetry.WithEventBudget(telemetry.Budget{EventsPerMonth: 1e15}))
	ctx, root := telemetry.Start(telemetry.NewContext(t.Context(), tel), "root")
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Model: "claude-sonnet-4-5"})
	err := errors.New("broken")
	call.End(&err)
	root.End(nil)
	finish(t, tel)
	diff(t, tel.SamplingKeys(), []telemetry.SamplingKey{
		{Route: "root", Failed: true, Model: "claude-sonnet-4-5", Traces: 1, Kept: 1, Weight: 1},
	}, "one kind")
	diff(t, new(telemetry.Telemetry).SamplingKeys(), []telemetry.SamplingKey(nil), "off")
}

func TestEventBudgetRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		opts       []telemetry.Option
	}{
		{
			"stock exporters", "telemetry: an event budget needs the library's own delivery: leave out telemetryotlp",
			[]telemetry.Option{telemetryotlp.WithExporters(), telemetry.WithEventBudget(telemetry.Budget{})},
		},
		{
			"a provider of the caller", "telemetry: an event budget has no say about WithTracerProvider: leave out one of them",
			[]telemetry.Option{telemetry.WithTracerProvider(sdktrace.NewTracerProvider()), telemetry.WithEventBudget(telemetry.Budget{})},
		},
		{
			"tail sampling and stock exporters", "telemetry: WithTailSampling needs the library's own delivery: leave out telemetryotlp",
			[]telemetry.Option{telemetryotlp.WithExporters(), telemetry.WithTailSampling()},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			none := func(string) string { return "" }
			opts := append([]telemetry.Option{telemetry.WithGetenv(none), telemetry.WithEndpoint("http://127.0.0.1:1")}, tt.opts...)
			if _, err := telemetry.New(t.Context(), opts...); err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

func ExampleWithEventBudget() {
	tel, err := telemetry.New(context.Background(),
		telemetry.WithEndpoint("http://127.0.0.1:4318"),
		telemetry.WithEventBudget(telemetry.Budget{EventsPerMonth: 20_000_000, Instances: 4}),
		telemetry.WithTailSampling(telemetry.KeepErrors(), telemetry.KeepSlow(10*time.Second)),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	budget := tel.Stats().Budget
	fmt.Println("this process may send", budget.PerMonth, "events and", budget.MetricsPerMonth, "metric points a month")
	_ = tel.Shutdown(context.Background())
	// Output: this process may send 4000000 events and 1000000 metric points a month
}
