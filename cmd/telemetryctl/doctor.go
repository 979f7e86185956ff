package main

import (
	"context"
	"time"

	"github.com/lift-sys/telemetry/cmd/telemetryctl/internal/doctor"
)

// doctorCommand examines the environment.
type doctorCommand struct {
	JSON    bool          `name:"json" help:"Write JSON for a program."`
	Offline bool          `help:"Make no request; say what could not be checked."`
	Service string        `placeholder:"NAME" help:"The name that the service gives to WithService; $$OTEL_SERVICE_NAME goes before it."`
	Timeout time.Duration `default:"10s" placeholder:"TIME" help:"Time for one request, 10s by default."`
}

func (c *doctorCommand) run(ctx context.Context, p *process) error {
	report := doctor.Run(ctx, doctor.Options{
		Service: c.Service, ConfigurationKey: p.get(configurationKey), Offline: c.Offline,
		Timeout: c.Timeout, Transport: p.transport,
	})
	var err error
	if c.JSON {
		err = report.WriteJSON(p.out)
	} else {
		on := p.painter(p.out)
		colours := map[doctor.Result]style{doctor.OK: green, doctor.Warning: yellow, doctor.Failure: red, doctor.Skipped: dim}
		err = report.WriteText(p.out, func(r doctor.Result, s string) string { return on.paint(colours[r], s) })
	}
	if err == nil && !report.Healthy() {
		return errProblems
	}
	return err
}
