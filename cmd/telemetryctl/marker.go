package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
)

// markerCommand marks a deploy.
type markerCommand struct {
	team
	Message string `required:"" placeholder:"TEXT" help:"What people read, such as \"lift-api 1.5.0\"."`
	Type    string `default:"deploy" placeholder:"TYPE" help:"Markers of a type share a colour; deploy by default."`
	URL     string `name:"url" placeholder:"URL" help:"Where to read more."`
	Dataset string `default:"${all}" placeholder:"NAME" help:"Dataset to mark; all of the environment's by default."`
	Start   string `placeholder:"TIME" help:"When it began, as 2026-11-23T10:00:00Z; now by default."`
	End     string `placeholder:"TIME" help:"When it ended, for a line that is a stretch."`
}

func (c *markerCommand) run(ctx context.Context, p *process) error {
	marker, err := c.marker()
	if err != nil {
		return err
	}
	g := p.newProgress(p.err)
	client, err := c.client(p, g.waiting)
	if err != nil {
		return err
	}
	err = client.Mark(ctx, c.Dataset, marker)
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

// marker reads the flags.
func (c *markerCommand) marker() (honeycomb.Marker, error) {
	m := honeycomb.Marker{Message: c.Message, Type: c.Type, URL: c.URL}
	if strings.TrimSpace(c.Message) == "" {
		return m, fmt.Errorf(`-message %q: want what people are to read, such as "lift-api 1.5.0"; does a variable in it have a value?`, c.Message)
	}
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		bad := err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == ""
		switch {
		case bad && strings.Contains(c.URL, "@"), !bad && u.User != nil:
			// Not quoted: a password may stand there.
			return m, errors.New("-url: want an address without user and password, because everybody who sees the graph can read it")
		case bad:
			return m, fmt.Errorf("-url %q: want an address such as https://example.com/deploys/17", c.URL)
		}
	}
	var err error
	if m.Start, err = moment("-start", c.Start); err != nil {
		return m, err
	}
	if m.End, err = moment("-end", c.End); err != nil {
		return m, err
	}
	if !m.End.IsZero() && !m.Start.IsZero() && m.End.Before(m.Start) {
		return m, fmt.Errorf("-end %s is before -start %s: exchange them", c.End, c.Start)
	}
	return m, nil
}

// moment reads the time of a flag; none is the zero time.
func moment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("%s %q: want date, T, time and zone, such as 2026-11-23T10:00:00Z or 2026-11-23T11:00:00+01:00", flag, text)
	}
	return t, nil
}
