package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// follower is a tracer provider for the process: each span of an SDK is
// recorded where the span around it is, which differs between tests.
type follower struct{ embedded.TracerProvider }

func (follower) Tracer(scope string, opts ...trace.TracerOption) trace.Tracer {
	return followerTracer{scope: scope, opts: opts}
}

type followerTracer struct {
	embedded.Tracer
	scope string
	opts  []trace.TracerOption
}

func (f followerTracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	return trace.SpanFromContext(ctx).TracerProvider().Tracer(f.scope, f.opts...).Start(ctx, name, opts...)
}

// bench is the service under test, with its telemetry in memory and no delays.
type bench struct {
	*app
	t      *testing.T
	ctx    context.Context // what the service runs in
	rec    *telemetrytest.Recorder
	log    *output // records at level Info and above
	client *http.Client
}

// newBench starts the service. Names that are not in the registry fail the
// test, but for what the Anthropic SDK says beside it.
func newBench(t *testing.T) *bench {
	t.Helper()
	ctx, rec := telemetrytest.Context(t, telemetrytest.Strict(), telemetrytest.AllowUnknown(ofAnthropicSDK()...),
		telemetrytest.With(telemetry.WithPricer(pricesThen(t))))
	b := startBench(ctx, t)
	b.rec = rec
	rec.Reset() // what the start did
	t.Cleanup(b.stop)
	return b
}

// pricesThen are the prices of one day: those of the table may change.
func pricesThen(t *testing.T) price.Pricer {
	t.Helper()
	table, err := prices()
	if err != nil {
		t.Fatal(err)
	}
	return price.PricerFunc(func(provider, model string, u price.Usage, _ time.Time) (price.Amount, bool) {
		return table.Price(provider, model, u, time.Date(2026, time.September, 23, 12, 0, 0, 0, time.UTC))
	})
}

// startBench starts the service with the telemetry of ctx.
func startBench(ctx context.Context, t *testing.T) *bench {
	t.Helper()
	otel.SetTracerProvider(follower{}) // after a test of run there is none
	log := new(output)
	a, err := start(ctx, settings{addr: "127.0.0.1:0", db: ":memory:"}, newLogger(log, slog.LevelInfo))
	if err != nil {
		t.Fatal(err)
	}
	return &bench{app: a, t: t, ctx: ctx, log: log, client: &http.Client{Transport: new(http.Transport)}}
}

// stop waits until every request and its jobs have ended, their spans included.
func (b *bench) stop() {
	b.t.Helper()
	b.client.CloseIdleConnections()
	if b.app == nil {
		return
	}
	if err := b.close(context.WithoutCancel(b.t.Context())); err != nil {
		b.t.Error(err)
	}
	b.app = nil
}

// send makes a request as user u-42 and expects a status.
func (b *bench) send(method, path string, want int, body, result any) {
	b.t.Helper()
	got := 200
	err := call(b.t.Context(), b.client, "u-42", method, b.url+path, body, result)
	if s, ok := errors.AsType[statusError](err); ok {
		got = int(s)
	} else if err != nil {
		b.t.Fatal(err)
	}
	if got != want {
		b.t.Fatalf("%s %s: status %d, want %d", method, path, got, want)
	}
}

// clearEnvironment makes sure that nothing is sent anywhere.
func clearEnvironment(t *testing.T) {
	t.Helper()
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "OTEL_") || strings.HasPrefix(name, "HONEYCOMB_") || strings.HasPrefix(name, "LIFT_") {
			t.Setenv(name, "")
		}
	}
}

// output is a buffer that several goroutines may write.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func TestRunShowsTreesAndSums(t *testing.T) {
	clearEnvironment(t)
	var out output
	if err := run(t.Context(), []string{"-delay", "0", "-sessions", "2", "-rps", "1000"}, &out, t.Output()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`(?m)^POST /api/sessions +.*\$0\.00.* 2 llm calls`,
		`(?m)^├─ session\.create .* 3 holes`,
		`(?m)^│  └─ db\.insert .* sessions  1 row`,
		`(?m)^│  └─ llm\.call .* claude-sonnet-4-5`,
		`(?m)^   └─ code\.validate `,
		`(?m)^dspy\.optimize `,
		`(?m)^robustness\.test `,
		`(?m)^\d+ requests: \d+ answered, 0 failed$`,
		`(?m)^\d+ spans recorded$`,
	} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("output lacks %s:\n%s", want, out.String())
		}
	}
}

func TestRunEndsWhenInterrupted(t *testing.T) {
	clearEnvironment(t)
	ctx, stop := context.WithCancel(t.Context())
	stop() // as early as can be: the servers have to stop all the same
	for _, job := range []string{jobServe, jobSessions, jobEvaluate, jobAll} {
		var out output
		if err := run(ctx, []string{"-job", job, "-for", "1h", "-delay", "0"}, &out, t.Output()); err != nil {
			t.Errorf("-job %s: %v", job, err)
		}
		if !strings.Contains(out.String(), "spans recorded") {
			t.Errorf("-job %s: no summary in %q", job, out.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	clearEnvironment(t)
	for _, c := range []struct {
		name, args, want string
		reason           string
	}{
		{"job", "-job both", `-job "both": want all, sessions, evaluate or serve`, "a typing mistake must not run something else"},
		{"share", "-errors 20", "-errors 20: want a share from 0 to 1", "20 % is 0.2"},
		{"not a number", "-slow NaN", "-slow NaN: want a share from 0 to 1", "NaN compares with nothing"},
		{"rate", "-rps 0", "-rps 0: want more than 0 and at most 1000", "a ticker needs a period"},
		{"delay", "-delay -1", "-delay -1: want a factor from 0 to 100", "time does not run backwards"},
		{"sessions", "-sessions 0", "-sessions 0: want at least 1", "0 would mean without end"},
		{"address", "-addr nowhere:x", `listen at "nowhere:x"`, "the service cannot run"},
		{"database", "-db /dev/null/x", `make tables in "/dev/null/x"`, "the service cannot run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := run(t.Context(), strings.Fields(c.args), new(output), t.Output())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("run %s: %v, want %q: %s", c.args, err, c.want, c.reason)
			}
		})
	}
}

func TestHasDestination(t *testing.T) {
	for _, name := range []string{
		"", "HONEYCOMB_API_KEY", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER",
	} {
		t.Run(cmp.Or(name, "none"), func(t *testing.T) {
			clearEnvironment(t)
			if name != "" {
				t.Setenv(name, "x")
			}
			if got, want := hasDestination(), name != ""; got != want {
				t.Errorf("hasDestination() = %t, want %t", got, want)
			}
		})
	}
}
