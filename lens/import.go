package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/load"
)

// imports stores files.
type imports struct {
	Files  []string `arg:"" type:"existingfile" help:"Files to read."`
	Signal string   `enum:"traces,metrics" default:"traces" help:"What protobuf files hold: traces or metrics. JSON says it itself."`
}

// Run reads all files and says what came of each.
func (c *imports) Run(ctx context.Context, flags *databaseFlags) (err error) {
	s, err := flags.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, path := range c.Files {
		if err := c.file(ctx, s, path); err != nil {
			return fmt.Errorf("import %s: %w", path, err)
		}
	}
	return nil
}

func (c *imports) file(ctx context.Context, sink load.Sink, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	last := time.Now()
	stats, err := load.Read(ctx, f, c.Signal == "metrics", sink, func(s load.Stats) {
		if time.Since(last) > time.Second {
			last = time.Now()
			fmt.Fprintf(os.Stderr, "%s: %d rows, %d %%\n", path, s.Rows, 100*s.Bytes/max(info.Size(), 1))
		}
	})
	fmt.Fprintf(os.Stderr, "%s: %d rows from %d records\n", path, stats.Rows, stats.Records)
	return err
}
