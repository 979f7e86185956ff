package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
)

const (
	childCommand = "service"
	// number is the attribute that tells spans apart.
	number = attribute.Key("chaos.number")
	// workers is how many operations a service does at once.
	workers = 2
)

// child is a service that emits numbered spans until SIGTERM. Its ledger is
// file 3; when it ends in peace, it says what it counted on standard output.
// Without a rate it emits nothing and ends when its spool is empty.
func child(args []string) (err error) {
	flags := flag.NewFlagSet(childCommand, flag.ContinueOnError)
	first := flags.Uint64("first", 0, "number of the first span")
	rate := flags.Int("rate", 0, "spans a second")
	fileSize := flags.Uint64("file-size", 0, "largest file that it may write, in bytes")
	patience := flags.Duration("patience", time.Minute, "how long to wait for an empty spool")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *fileSize > 0 {
		limit := syscall.Rlimit{Cur: *fileSize, Max: *fileSize}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			return fmt.Errorf("limit the size of files: %w", err)
		}
		signal.Ignore(syscall.SIGXFSZ) // writes fail instead, as on a full disk
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	tel, err := telemetry.Init(ctx, telemetry.WithService("chaos", "1"))
	if err != nil {
		return err
	}
	if *rate > 0 {
		emit(ctx, os.NewFile(3, "ledger"), *first, *rate)
	} else {
		err = empty(ctx, tel, *patience)
	}
	bounded, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err = errors.Join(err, tel.Shutdown(bounded))
	if *rate > 0 {
		err = nil // a backend that hangs is this program's business; the counts tell
	}
	return errors.Join(err, json.NewEncoder(os.Stdout).Encode(tel.Stats()))
}

// emit does operations until ctx ends.
func emit(ctx context.Context, ledger io.Writer, first uint64, rate int) {
	var next atomic.Uint64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			pace := time.NewTicker(time.Second * workers / time.Duration(rate))
			defer pace.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-pace.C:
				}
				n := first + next.Add(1)
				began := time.Now()
				operation(n)
				now := time.Now()
				if err := (entry{number: n, ended: now, latency: now.Sub(began)}).write(ledger); err != nil {
					return // the judge is gone
				}
			}
		})
	}
	wg.Wait()
}

// operation is some work in a span.
func operation(n uint64) {
	_, span := telemetry.Start(context.Background(), "chaos.operation", number.Int64(int64(n)))
	for until := time.Now().Add(2 * time.Millisecond); time.Now().Before(until); {
	}
	span.End(nil)
}

// empty waits until nothing of an earlier process is left on the disk.
func empty(ctx context.Context, tel *telemetry.Telemetry, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for quiet := 0; quiet < 3; {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the spool is not empty after %s: %+v", patience, tel.Stats().Spans)
		case <-time.After(500 * time.Millisecond):
		}
		s := tel.Stats().Spans
		if s.Queued == 0 && s.Spooled == 0 {
			quiet++ // files of others are taken over a moment later
		} else {
			quiet = 0
		}
	}
	return nil
}
