// Command bare is the service without telemetry.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/lift-sys/telemetry/benchmarks/app"
)

func main() {
	if err := app.Run(context.Background(), app.Bare{}); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}
