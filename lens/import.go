package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/load"
	"github.com/lift-sys/telemetry/lens/internal/receive"
)

// imports stores files.
type imports struct {
	Files  []string `arg:"" help:"Files to read; - is standard input."`
	Signal string   `enum:"traces,metrics" default:"traces" help:"What protobuf files hold: traces or metrics. JSON says it itself."`
}

// Run reads all files and says what came of each. What cannot be read it says and
// passes over; then it fails at the end.
func (c *imports) Run(ctx context.Context, flags *databaseFlags) (err error) {
	s, err := flags.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	recording, failed := receive.NewRecording(), 0
	for _, path := range c.Files {
		err := c.file(ctx, recording, s, path)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failed++
		fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
	}
	if failed > 0 {
		return fmt.Errorf("import: %d of %d files could not be read in full", failed, len(c.Files))
	}
	return nil
}

func (c *imports) file(ctx context.Context, into *receive.Recording, sink load.Sink, path string) error {
	f := os.Stdin
	if path != "-" {
		var err error
		if f, err = os.Open(path); err != nil {
			return err
		}
		defer f.Close()
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	last := time.Now()
	stats, err := load.Read(ctx, f, c.Signal == "metrics", into, sink, func(s load.Stats) {
		if time.Since(last) > time.Second {
			last = time.Now()
			part := ""
			if info.Mode().IsRegular() {
				part = fmt.Sprintf(", %d %%", 100*s.Bytes/max(info.Size(), 1))
			}
			fmt.Fprintf(os.Stderr, "%s: %d rows%s\n", path, s.Rows, part)
		}
	})
	fmt.Fprintf(os.Stderr, "%s: %d rows from %d records\n", path, stats.Rows, stats.Records)
	return err
}
