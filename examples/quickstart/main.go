// Quickstart prints the trace of an LLM call; HONEYCOMB_API_KEY sends it too.
package main

import (
	"context"
	"errors"
	"log"
	"os"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

func main() {
	ctx := context.Background()
	tel, err := telemetry.Init(ctx, telemetry.WithService("quickstart", "0.1.0"), telemetry.WithConsole(os.Stdout))
	if err := errors.Join(err, greet(ctx), tel.Shutdown(ctx)); err != nil { // tel is never nil
		log.Print(err)
	}
}

func greet(ctx context.Context) (err error) {
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderAnthropic, Model: "claude-sonnet-4-5"})
	defer call.End(&err)
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 12, OutputTokens: 7}, CostUSD: new(0.00014)})
	return nil
}
