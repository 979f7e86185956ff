package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
)

// markerCommand marks a deploy.
type markerCommand struct {
	team
	Message string    `required:"" placeholder:"TEXT" help:"What people read, such as \"lift-api 1.5.0\"."`
	Type    string    `default:"deploy" placeholder:"TYPE" help:"Markers of a type share a colour; deploy by default."`
	URL     string    `name:"url" placeholder:"URL" help:"Where to read more."`
	Dataset string    `default:"${all}" placeholder:"NAME" help:"Dataset to mark; all of the environment's by default."`
	Start   time.Time `placeholder:"TIME" help:"When it began, as 2026-11-23T10:00:00Z; now by default."`
	End     time.Time `placeholder:"TIME" help:"When it ended, for a line that is a stretch."`
}

func (c *markerCommand) run(ctx context.Context, p *process) error {
	g := p.newProgress(p.err)
	client, err := c.client(p, g.waiting)
	if err != nil {
		return err
	}
	if !c.End.IsZero() && !c.Start.IsZero() && c.End.Before(c.Start) {
		return fmt.Errorf("-end %s is before -start %s: exchange them", c.End.Format(time.RFC3339), c.Start.Format(time.RFC3339))
	}
	err = client.Mark(ctx, c.Dataset, honeycomb.Marker{Message: c.Message, Type: c.Type, URL: c.URL, Start: c.Start, End: c.End})
	g.clear()
	if e, ok := errors.AsType[*honeycomb.APIError](err); ok && e.Status == http.StatusForbidden {
		return fmt.Errorf("%w; a marker needs Manage Markers", err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "Marked %s in dataset %s: %s\n", c.Type, c.Dataset, c.Message)
	return err
}
