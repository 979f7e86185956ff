// Command dashboarddoc writes docs/HONEYCOMB_DASHBOARDS.md, the definition of
// package liftsys as a person reads it, and docs/honeycomb-dashboards.json, the
// same for programs. Run it by go generate in the folder honeycomb/liftsys; its
// argument is the folder to write to.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dashboarddoc:", err)
		os.Exit(1)
	}
}

// The files that run writes.
const (
	markdownFile = "HONEYCOMB_DASHBOARDS.md"
	jsonFile     = "honeycomb-dashboards.json"
)

// run writes the documents to the folder that args name.
func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("arguments %q: want one, the folder to write to", args)
	}
	d := liftsys.Define(liftsys.Options{})
	if err := d.Validate(honeycomb.Pro); err != nil {
		return err
	}
	data, err := encode(d)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(args[0], markdownFile), render(d), 0o644),
		os.WriteFile(filepath.Join(args[0], jsonFile), data, 0o644),
	)
}
