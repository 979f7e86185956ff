// Telemetryctl brings a Honeycomb team to the boards, saved queries, alerts and
// SLOs of lift-sys, and finds out why a service's telemetry does not arrive.
//
//	telemetryctl plan      what apply would change; exit status 2 if anything
//	telemetryctl apply     change it
//	telemetryctl destroy   delete what apply has made
//	telemetryctl export    the definition as JSON or for Terraform
//	telemetryctl marker    draw a line in every graph, for a deploy
//	telemetryctl doctor    examine the environment that a service starts in
//	telemetryctl simulate  what an event budget would do to a load; sends nothing
//
// The key of plan, apply, destroy and marker is a configuration key in
// HONEYCOMB_CONFIGURATION_KEY, or in HONEYCOMB_API_KEY as for Honeycomb's own
// Terraform provider where that is no ingest key. Keys and the secrets of
// recipients come from the environment alone and are never printed. Each command
// takes -h.
//
// The exit status is 0 for success, 1 for an error, which for doctor means a
// problem, 2 where plan found changes, and 130 where the program was interrupted.
package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	p := process{in: os.Stdin, out: os.Stdout, err: os.Stderr, lookup: os.LookupEnv, terminal: isTerminal, define: liftsys.Define}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// process is what the program sees of the world.
type process struct {
	in       io.Reader
	out, err io.Writer
	lookup   func(string) (string, bool)
	// terminal reports whether a reader or writer is a person's.
	terminal func(any) bool
	// define returns what is to be in Honeycomb.
	define func(liftsys.Options) honeycomb.Definition
	// transport carries requests; nil means net/http's own.
	transport http.RoundTripper
}

// get returns a variable; an empty one is unset.
func (p *process) get(name string) string {
	v, _ := p.lookup(name)
	return v
}

// isTerminal reports whether v is a character device, which a terminal is, and
// not the null device, which is one too.
func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
