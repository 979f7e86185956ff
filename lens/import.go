package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/load"
	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// imports stores files.
type imports struct {
	Files  []string `arg:"" help:"Files to read; - is standard input."`
	Signal string   `enum:"traces,metrics" default:"traces" help:"What protobuf files hold: traces or metrics. JSON says it itself."`
}

// Run reads all files and says what came of each. What cannot be read it says and
// passes over; then it fails at the end.
func (c *imports) Run(ctx context.Context, flags *databaseFlags) error {
	return c.run(ctx, *flags, os.Stderr)
}

func (c *imports) run(ctx context.Context, flags databaseFlags, out io.Writer) (err error) {
	maxAge := flags.MaxAge
	flags.MaxAge = 0 // nobody imports what is to go at once
	s, err := flags.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	sink := &agedSink{Sink: s}
	if maxAge > 0 {
		sink.before = time.Now().Add(-maxAge).UnixNano()
	}
	recording, failed := receive.NewRecording(), 0
	for _, path := range c.Files {
		err := c.file(ctx, recording, sink, path, out)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failed++
		fmt.Fprintf(out, "%s: %v\n", path, err)
	}
	if sink.old > 0 {
		fmt.Fprintf(out, "%d rows are older than --max-age %v: lens deletes them as soon as it starts; start it with --max-age 0 to see them\n", sink.old, maxAge)
	}
	if failed > 0 {
		return fmt.Errorf("import: %d of %d files could not be read in full", failed, len(c.Files))
	}
	return nil
}

// agedSink counts the rows before a time.
type agedSink struct {
	load.Sink

	before int64 // Unix nanoseconds
	old    int
}

// Append stores and counts.
func (s *agedSink) Append(ctx context.Context, b *table.Batch) error {
	if err := s.Sink.Append(ctx, b); err != nil {
		return err
	}
	for i := range b.Rows {
		if b.Rows[i].Time < s.before {
			s.old++
		}
	}
	return nil
}

func (c *imports) file(ctx context.Context, into *receive.Recording, sink load.Sink, path string, out io.Writer) error {
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
			fmt.Fprintf(out, "%s: %d rows%s\n", path, s.Rows, part)
		}
	})
	fmt.Fprintf(out, "%s: %d rows from %d records\n", path, stats.Rows, stats.Records)
	return err
}
