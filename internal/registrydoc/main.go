// Command registrydoc writes docs/ATTRIBUTES.md, the registry as a person reads
// it. Run it by go generate in the folder attr; its argument is the file to
// write.
package main

import (
	"fmt"
	"os"

	"github.com/lift-sys/telemetry/attr"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "registrydoc:", err)
		os.Exit(1)
	}
}

// run writes the document to the file that args name.
func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("arguments %q: want one, the file to write", args)
	}
	return os.WriteFile(args[0], render(attr.All()), 0o644)
}
