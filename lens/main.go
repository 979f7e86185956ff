// Lens shows on this machine what Honeycomb would show: it receives OTLP over
// HTTP, keeps it in a file, and serves the boards, queries, traces and alerts of
// package honeycomb as a web page.
//
//	go run -C lens .
//	OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 your-service
//
// It is a tool for development and CI: one process, one file, no users.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/lift-sys/telemetry/lens/internal/store"
)

func main() {
	ends := []os.Signal{syscall.SIGTERM}
	if !signal.Ignored(os.Interrupt) { // as it is in the background of a shell, which ends lens itself
		ends = append(ends, os.Interrupt)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	var c command
	k := kong.Parse(&c, kong.Name("lens"),
		kong.Description("Boards, queries, traces and alerts of what your services send over OTLP, on your own machine."),
		kong.Vars{"db": defaultDatabase()}, kong.ShortUsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	k.FatalIfErrorf(k.Run(&c.databaseFlags))
}

// command is lens's command line.
type command struct {
	databaseFlags
	Serve  serve   `cmd:"" default:"withargs" help:"Receive OTLP and serve the page. This is what lens does without a command."`
	Import imports `cmd:"" help:"Store recorded OTLP: JSON lines or protobuf, plain or gzip."`
}

// databaseFlags say where and how much is kept.
type databaseFlags struct {
	DB      string        `name:"db" type:"path" default:"${db}" help:"File that everything is kept in."`
	MaxSize size          `default:"10GB" help:"Delete the oldest rows beyond this size; 0 keeps all."`
	MaxAge  time.Duration `default:"720h" help:"Delete rows that are older; 0 keeps all."`
	MinFree size          `default:"256MB" help:"Refuse to store more when the disk has less room than this; 0 means 256MB."`
	Memory  size          `default:"2GB" help:"Memory for the database; 0 means 2GB. The process needs about 1 GB more."`
}

// defaultDatabase is a file among the user's caches.
func defaultDatabase() string {
	folder, err := os.UserCacheDir()
	if err != nil {
		return "lens.duckdb"
	}
	return filepath.Join(folder, "lift-sys", "lens.duckdb")
}

func (f *databaseFlags) open(ctx context.Context) (*store.Store, error) {
	if err := os.MkdirAll(filepath.Dir(f.DB), 0o700); err != nil {
		return nil, fmt.Errorf("folder of the database: %w", err)
	}
	if err := private(f.DB); err != nil {
		return nil, fmt.Errorf("keep the database from other users: %w", err)
	}
	return store.Open(ctx, store.Options{
		Path: f.DB, MaxBytes: int64(f.MaxSize), MaxAge: f.MaxAge, MinFree: int64(f.MinFree), Memory: int64(f.Memory),
		Log: func(msg string, err error) { fmt.Fprintf(os.Stderr, "lens: %s: %v\n", msg, err) },
	})
}
