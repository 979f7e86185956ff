// Command bare is the service without telemetry.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/lift-sys/telemetry/benchmarks/app"
)

func main() {
	_, llm := app.Arguments()
	if err := app.Run(context.Background(), app.Bare{}, llm); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}
