package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/honeycomb"
)

// The exit statuses.
const (
	exitOK          = 0
	exitError       = 1
	exitChanges     = 2
	exitInterrupted = 130 // as shells have it for Ctrl-C
)

// errChanges ends plan where there are changes, and errProblems doctor where
// there are problems. Both have been told of by then.
var (
	errChanges  = errors.New("there are changes")
	errProblems = errors.New("there are problems")
)

// errInterrupted ends a run whose context ended before it: somebody pressed
// Ctrl-C, or the process is to end. Whatever error that caused is beside the point.
var errInterrupted = errors.New("interrupted")

// unlessInterrupted returns err, or errInterrupted if ctx has ended.
func unlessInterrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

// commands is the command line.
type commands struct {
	Plan     planCommand      `cmd:"" help:"Show what apply would change. The exit status is 2 if there is anything."`
	Apply    applyCommand     `cmd:"" help:"Make boards, saved queries, alerts and SLOs what they should be. A second run changes nothing."`
	Destroy  destroyCommand   `cmd:"" help:"Delete what apply has made, except columns, which hold data."`
	Export   exportCommand    `cmd:"" help:"Write the definition as JSON, or for Terraform's provider honeycombio/honeycombio. Needs no key."`
	Marker   markerCommand    `cmd:"" help:"Draw a line in every graph, for a deploy."`
	Doctor   doctorCommand    `cmd:"" help:"Find out why a service's telemetry does not arrive: run it in the service's environment."`
	Simulate simulateCommand  `cmd:"" help:"Show what an event budget would do to a load: events sent, weights, and how true boards stay. Needs no key and sends nothing."`
	Version  kong.VersionFlag `help:"Print the version."`
}

const description = `Boards, saved queries, alerts and SLOs of lift-sys in Honeycomb, a doctor for telemetry that does not arrive, and a simulator of event budgets.

The key is a configuration key in $HONEYCOMB_CONFIGURATION_KEY. Flags may be written with one dash or two.`

// command is what each of the commands can do.
type command interface {
	run(ctx context.Context, p *process) error
}

// run is the program without its process. It returns the exit status.
func (p *process) run(ctx context.Context, args []string) int {
	var c commands
	over := -1 // the exit status that help and version ask for
	parser, err := kong.New(&c,
		kong.Name("telemetryctl"), kong.Description(description),
		kong.Vars{"version": "telemetryctl " + telemetry.Version, "all": honeycomb.AllDatasets},
		kong.Writers(p.out, p.err), kong.Exit(func(code int) { over = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 120, NoExpandSubcommands: true}),
	)
	if err != nil {
		p.complain(err)
		return exitError
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(dashes(args))
	if over >= 0 {
		return over
	}
	if err != nil {
		p.complain(err)
		fmt.Fprintln(p.err, "Run telemetryctl -h, or a command with -h, for help.")
		return exitError
	}
	chosen, _ := reflect.TypeAssert[command](parsed.Selected().Target.Addr())
	switch err := chosen.run(ctx, p); {
	case errors.Is(err, errChanges):
		return exitChanges
	case errors.Is(err, errInterrupted):
		p.complain(err)
		return exitInterrupted
	case err != nil && ctx.Err() != nil:
		p.complain(errInterrupted)
		return exitInterrupted
	case errors.Is(err, errProblems):
		return exitError
	case err != nil:
		p.complain(err)
		return exitError
	}
	return exitOK
}

// dashes turns -flag into --flag, as Go's flag package has it, up to an argument
// that is "--" alone.
func dashes(args []string) []string {
	out := make([]string, 0, len(args))
	for i, arg := range args {
		if arg == "--" {
			return append(out, args[i:]...)
		}
		if len(arg) > 2 && arg[0] == '-' && arg[1] >= 'a' && arg[1] <= 'z' {
			arg = "-" + arg
		}
		out = append(out, arg)
	}
	return out
}

// complain prints an error, a joined one line by line.
func (p *process) complain(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(p.err, "telemetryctl: "+strings.TrimPrefix(line, "honeycomb: "))
	}
}

// flushed writes text in one piece and returns the writer's error.
func flushed(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}
