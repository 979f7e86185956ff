package main

import (
	"context"
	"fmt"

	"github.com/lift-sys/telemetry/honeycomb"
)

// exportCommand writes the definition.
type exportCommand struct {
	planFlag
	routing
	Format string `enum:"json,terraform" default:"json" placeholder:"json|terraform" help:"What to write: json by default, or terraform."`
}

func (c *exportCommand) run(_ context.Context, p *process) error {
	plan, err := c.kind()
	if err != nil {
		return err
	}
	d, err := c.definition(p)
	if err == nil && plan.SLOs() {
		err = c.burnAlertsNotify(p, plan, d)
	}
	if err != nil {
		return err
	}
	write := honeycomb.ExportJSON
	if c.Format == "terraform" {
		write = honeycomb.ExportTerraform
	}
	data, err := write(d, plan)
	if err != nil {
		return err
	}
	if err := flushed(p.out, string(data)); err != nil {
		return err
	}
	if _, left := d.For(plan); len(left) > 0 {
		fmt.Fprintf(p.err, "telemetryctl: %d things are left out on the %s plan; telemetryctl plan names them\n", len(left), plan)
	}
	return nil
}
