// Command pricegen writes the price table that package price embeds, and the
// licence of what it is made from, into the current folder. It needs npm. Run it
// by go generate ./price; with -print it writes the table as text, to read or
// to compare.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/lift-sys/telemetry/price/internal/source"
)

const (
	tableFile   = "genai-prices.bin"
	licenseFile = "LICENSE-genai-prices"
)

func main() {
	text := flag.Bool("print", false, "print the table as text, write no file")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *text); err != nil {
		fmt.Fprintln(os.Stderr, "pricegen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, textOnly bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	files, err := source.Fetch(ctx)
	if err != nil {
		return err
	}
	text, err := source.Build(files.Script)
	if err != nil {
		return err
	}
	if textOnly {
		_, err := io.WriteString(w, text)
		return err
	}
	if err := os.WriteFile(licenseFile, files.License, 0o644); err != nil {
		return err
	}
	if old, err := os.ReadFile(tableFile); err == nil && source.Current(old, text) {
		return nil // another Go may compress to other bytes
	}
	packed, err := source.Pack(text)
	if err != nil {
		return err
	}
	return os.WriteFile(tableFile, packed, 0o644)
}
