// Command chaos holds the library's promise of delivery against a backend that
// fails in every way it can and against processes that are killed. Services
// that emit numbered spans run as child processes; this process is their
// backend, their murderer and their judge: it fails if a span is missing and
// nothing explains it.
//
//	go run ./cmd/chaos
//	go run ./cmd/chaos -for 1h -kills 400
//
// It needs Linux or another Unix.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// plan is what the flags say.
type plan struct {
	during time.Duration // how long things go wrong
	kills  int           // how many processes are killed in that time
	rate   int           // spans a second, in each service
	drain  time.Duration // how long delivery may take once all is well
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == childCommand {
		if err := child(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "chaos: service:", err)
			os.Exit(1)
		}
		return
	}
	var p plan
	flag.DurationVar(&p.during, "for", time.Minute, "how long things go wrong")
	flag.IntVar(&p.kills, "kills", 0, "how many times to kill a service meanwhile (default one every 10 s, and 20 at least)")
	flag.IntVar(&p.rate, "rate", 50, "spans a second of each service")
	flag.DurationVar(&p.drain, "drain", 5*time.Minute, "how long delivery may take afterwards")
	flag.Parse()
	if p.kills == 0 {
		p.kills = max(20, int(p.during/(10*time.Second)))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, p)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, p plan) (err error) {
	dir, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	program, err := install(dir)
	if err != nil {
		return err
	}
	backend, err := startBackend()
	if err != nil {
		return err
	}
	defer backend.close()

	services := []*service{
		{name: "always, one of two", spool: filepath.Join(dir, "shared"), mode: always, mortal: true},
		{name: "always, two of two", spool: filepath.Join(dir, "shared"), mode: always, mortal: true},
		{name: "on failure", spool: filepath.Join(dir, "failure"), mortal: true},
		{name: "disk full", spool: filepath.Join(dir, "full"), fileSize: 512},
		{name: "read-only directory", spool: filepath.Join(dir, "readonly"), readOnly: true},
		{name: "without telemetry"},
	}
	for i, s := range services {
		s.program, s.index, s.rate, s.endpoint = program, i, p.rate, backend.url
		if err := s.prepare(); err != nil {
			return err
		}
	}
	if err := torment(ctx, p, backend, services); err != nil {
		return err
	}
	v := judge(services, backend.deliveries())
	report(os.Stdout, v)
	return v.err(p)
}

// torment runs the services through the backend's script, kills them on the
// way, and lets everything drain in the end.
func torment(ctx context.Context, p plan, backend *backend, services []*service) error {
	defer func() {
		for _, s := range services {
			s.kill() // does nothing to one that has ended
		}
	}()
	for _, s := range services {
		if err := s.start(); err != nil {
			return err
		}
	}
	script, cancel := context.WithTimeout(ctx, p.during)
	defer cancel()
	go backend.misbehave(script, p.during)

	var mortals []*service
	for _, s := range services {
		if s.mortal {
			mortals = append(mortals, s)
		}
	}
	every := time.NewTicker(p.during / time.Duration(p.kills+1))
	defer every.Stop()
	for n := 0; script.Err() == nil; {
		select {
		case <-script.Done():
		case <-every.C:
			if n == p.kills {
				continue
			}
			s := mortals[n%len(mortals)]
			n++
			s.kill()
			if err := s.start(); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("interrupted: %w", context.Cause(ctx))
	}
	backend.heal()
	healed := time.Now()
	for _, s := range services {
		if err := s.stop(); err != nil {
			return err
		}
	}
	// What killed processes left on the disk is for the next ones.
	for _, s := range services {
		if s.spool == "" {
			continue
		}
		if err := s.drain(ctx, p.drain); err != nil {
			return err
		}
		s.drained = time.Since(healed)
	}
	return nil
}

// install copies this program to where a user without rights can run it: root
// would not notice a directory that is read-only.
func install(dir string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	raw, err := os.ReadFile(self)
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "chaos")
	return program, errors.Join(os.Chmod(dir, 0o755), os.WriteFile(program, raw, 0o755))
}
