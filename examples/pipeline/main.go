// The pipeline is a small lift-sys: an HTTP service that turns prompts into
// verified code, with a database, language models, business events and costs,
// and with the load to watch it under. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryslog"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pipeline:", err)
		os.Exit(1)
	}
}

// The jobs that the program can do.
const (
	jobAll      = "all"      // sessions, and evaluations in the background
	jobSessions = "sessions" // load on the service
	jobEvaluate = "evaluate" // a prompt optimiser and a robustness test
	jobServe    = "serve"    // the service alone, until Ctrl-C
)

// settings are the flags.
type settings struct {
	job, addr, db string
	log           slog.Level
	delay, rps    float64
	sessions      int
	tries         int
	duration      time.Duration
	mix           mix
	seed          uint64
}

func parse(args []string, output io.Writer) (s settings, err error) {
	flags := flag.NewFlagSet("pipeline", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&s.job, "job", jobAll, "what to do: all, sessions, evaluate or serve")
	flags.StringVar(&s.addr, "addr", "127.0.0.1:0", "listen `address` of the service")
	flags.StringVar(&s.db, "db", ":memory:", "`path` of the SQLite database")
	flags.TextVar(&s.log, "log", slog.LevelWarn, "least `level` of the log on stderr: debug, info, warn or error")
	flags.Float64Var(&s.delay, "delay", 1, "`factor` for the delays of the local LLM; 0 is none")
	flags.IntVar(&s.sessions, "sessions", 4, "`number` of sessions, where -for is not set")
	flags.DurationVar(&s.duration, "for", 0, "`time` to make load, such as 30s")
	flags.Float64Var(&s.rps, "rps", 5, "sessions begun per second")
	flags.Float64Var(&s.mix.errors, "errors", 0, "`share` of sessions that fail, 0 to 1")
	flags.Float64Var(&s.mix.slow, "slow", 0, "`share` of sessions that are slow, 0 to 1")
	flags.Float64Var(&s.mix.expensive, "expensive", 0, "`share` of sessions that are expensive, 0 to 1")
	flags.IntVar(&s.tries, "tries", 3, "`times` that a person asks for code before giving up")
	flags.Uint64Var(&s.seed, "seed", 1, "`seed` of the dice; the same one makes the same sessions")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	return s, s.check()
}

func (s settings) check() error {
	switch s.job {
	case jobAll, jobSessions, jobEvaluate, jobServe:
	default:
		return fmt.Errorf("-job %q: want all, sessions, evaluate or serve", s.job)
	}
	if s.tries < 1 {
		return fmt.Errorf("-tries %d: want 1 or more", s.tries)
	}
	for _, share := range []struct {
		flag  string
		value float64
	}{{"errors", s.mix.errors}, {"slow", s.mix.slow}, {"expensive", s.mix.expensive}} {
		if !(share.value >= 0 && share.value <= 1) {
			return fmt.Errorf("-%s %v: want a share from 0 to 1", share.flag, share.value)
		}
	}
	if !(s.rps > 0 && s.rps <= 1000) {
		return fmt.Errorf("-rps %v: want more than 0 and at most 1000", s.rps)
	}
	if !(s.delay >= 0 && s.delay <= 100) {
		return fmt.Errorf("-delay %v: want a factor from 0 to 100", s.delay)
	}
	if s.sessions < 1 {
		return fmt.Errorf("-sessions %d: want at least 1", s.sessions)
	}
	return nil
}

// run is the program without its process. Traces go to out and the log goes to
// errOut while it works, so that both must be safe for concurrent use.
func run(ctx context.Context, args []string, out, errOut io.Writer) (err error) {
	s, err := parse(args, out)
	if err != nil {
		return err
	}
	table, err := prices()
	if err != nil {
		return err
	}
	opts := []telemetry.Option{telemetry.WithService("lift-pipeline", telemetry.Version), telemetry.WithPricer(table)}
	if !hasDestination() {
		opts = append(opts, telemetry.WithConsole(out))
	}
	tel, err := telemetry.Init(ctx, opts...)
	if err != nil {
		return err
	}
	a, err := start(ctx, s, newLogger(errOut, s.log))
	if err != nil {
		return errors.Join(err, tel.Shutdown(ctx))
	}
	l := newLoad(a.url, s.mix, s.tries, s.seed)
	err = work(ctx, s, a, l, out)
	err = errors.Join(err, a.close(ctx), tel.Shutdown(context.WithoutCancel(ctx)))
	summarize(out, l, tel.Stats())
	return err
}

// newLogger returns a logger whose records say which trace and session they
// belong to.
func newLogger(w io.Writer, least slog.Level) *slog.Logger {
	return slog.New(telemetryslog.NewHandler(slog.NewTextHandler(w, &slog.HandlerOptions{Level: least})))
}

// hasDestination reports whether the environment says where telemetry goes.
func hasDestination() bool {
	for _, name := range []string{
		"HONEYCOMB_API_KEY", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER",
	} {
		if os.Getenv(name) != "" {
			return true
		}
	}
	return false
}

// work does the job. That the person pressed Ctrl-C is no error.
func work(ctx context.Context, s settings, a *app, l *load, out io.Writer) error {
	fmt.Fprintf(out, "lift-pipeline serves at %s\n\n", a.url)
	evaluated := make(chan error, 1)
	if s.job == jobAll || s.job == jobEvaluate {
		go func() { evaluated <- a.evaluate(ctx) }()
	} else {
		evaluated <- nil
	}
	switch s.job {
	case jobServe:
		<-ctx.Done()
	case jobAll, jobSessions:
		visits, loadCtx := s.sessions, ctx
		if s.duration > 0 {
			var cancel context.CancelFunc
			loadCtx, cancel = context.WithTimeout(ctx, s.duration)
			defer cancel()
			visits = 0
		}
		l.run(loadCtx, visits, s.rps)
	}
	err := <-evaluated
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// evaluate runs the jobs that no person waits for. Each is a trace of its own.
func (p *pipeline) evaluate(ctx context.Context) error {
	const prompt = "Add up the {orders} of each {customer}."
	if err := p.optimize(ctx,
		[]string{"Sums must stay in cents.", "An empty list must give no sums."},
		[]string{prompt, "Sort {orders} by date."},
	); err != nil {
		return fmt.Errorf("optimize: %w", err)
	}
	if err := p.paraphrase(ctx, attr.LanguageGo, prompt, 2); err != nil {
		return fmt.Errorf("test robustness: %w", err)
	}
	return nil
}

// summarize tells what was done, and what became of its telemetry.
func summarize(out io.Writer, l *load, stats telemetry.Stats) {
	requests, failed := l.requests.Load(), l.failed.Load()
	fmt.Fprintf(out, "\n%d requests: %d answered, %d failed\n", requests, requests-failed, failed)
	fmt.Fprintf(out, "%d spans recorded", stats.Started)
	if stats.Spans.Ended > 0 { // otherwise there was nowhere to send them
		fmt.Fprintf(out, ", %d delivered, %d refused, %d lost", stats.Spans.Exported, stats.Spans.Rejected, stats.Spans.Dropped.Total())
		fmt.Fprintf(out, "\n%d metric points delivered, %d refused, %d lost",
			stats.Points.Exported, stats.Points.Rejected, stats.Points.Dropped.Total())
	}
	fmt.Fprintln(out)
	if stats.LastError != "" {
		fmt.Fprintf(out, "last error: %s\n", stats.LastError)
	}
}
