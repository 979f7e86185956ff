package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
)

// planCommand shows what apply would do.
type planCommand struct {
	scope
	ownership
}

// ownership is what plan and apply may do about what is there already.
type ownership struct {
	Adopt bool `help:"Take over what has a name of ours and another owner or none."`
	Prune bool `help:"Delete what we have made and no longer define."`
}

func (c *planCommand) run(ctx context.Context, p *process) error {
	g := p.newProgress(p.err)
	changes, err := c.changes(ctx, p, g, c.ownership)
	if err != nil {
		return err
	}
	if err := flushed(p.out, p.painter(p.out).diff(changes)); err != nil {
		return err
	}
	if !changes.Empty() {
		return errChanges
	}
	return nil
}

// errUntouched adds what a person wants to know first after an error.
func errUntouched(err error) error { return fmt.Errorf("%w\nnothing was changed", err) }

// changes compares the definition with what is there, and says on p.out where
// that is. An error says that nothing was changed.
func (s scope) changes(ctx context.Context, p *process, g *progress, o ownership) (*honeycomb.Changes, error) {
	settings, err := s.settings(p)
	if err != nil {
		return nil, errUntouched(err)
	}
	settings.Adopt, settings.Prune = o.Adopt, o.Prune
	d, err := s.definition(p)
	if err == nil && settings.Plan.SLOs() && settings.Dataset != honeycomb.AllDatasets {
		err = s.burnAlertsNotify(p, settings.Plan, d)
	}
	if err != nil {
		return nil, errUntouched(err)
	}
	if err := missingSecrets(d, p); err != nil {
		return nil, errUntouched(err)
	}
	return s.compare(ctx, p, g, settings, func(c *honeycomb.Client) (*honeycomb.Changes, error) {
		changes, err := c.Plan(ctx, d, settings)
		if err == nil && settings.Dataset == honeycomb.AllDatasets && settings.ColumnDataset == "" {
			changes.Notes = append(changes.Notes, "-column-dataset NAME says which dataset that is")
		}
		return changes, err
	})
}

// compare finds changes and says where they are to be made.
func (s scope) compare(ctx context.Context, p *process, g *progress, settings honeycomb.Settings, find func(*honeycomb.Client) (*honeycomb.Changes, error)) (*honeycomb.Changes, error) {
	client, err := s.client(p, g.waiting)
	if err != nil {
		return nil, errUntouched(err)
	}
	changes, err := find(client)
	g.clear()
	if err := unlessInterrupted(ctx, err); err != nil {
		return nil, errUntouched(err)
	}
	fmt.Fprintf(p.out, "Honeycomb: %s\n\n", target(client, changes, settings))
	return changes, nil
}

// applyCommand does what plan shows.
type applyCommand struct {
	scope
	ownership
	Yes bool `help:"Do not ask before something is deleted."`
}

func (c *applyCommand) run(ctx context.Context, p *process) error {
	g := p.newProgress(p.out)
	changes, err := c.changes(ctx, p, g, c.ownership)
	if err != nil {
		return err
	}
	if err := flushed(p.out, p.painter(p.out).diff(changes)); err != nil {
		return err
	}
	if changes.Empty() {
		return nil
	}
	if n := changes.Count(honeycomb.Delete); n > 0 && !c.Yes {
		if err := p.ask(ctx, fmt.Sprintf("Apply this, and delete %s?", things(n))); err != nil {
			return errUntouched(err)
		}
	}
	return p.apply(ctx, g, changes, "apply")
}

func things(n int) string {
	if n == 1 {
		return "1 thing"
	}
	return fmt.Sprintf("%d things", n)
}

// apply does the changes and says what was done. An interrupted one continues
// when the command is run again.
func (p *process) apply(ctx context.Context, g *progress, changes *honeycomb.Changes, command string) error {
	fmt.Fprintln(p.out)
	start, done := time.Now(), map[honeycomb.Action]int{}
	err := changes.Apply(ctx, func(r honeycomb.Progress) {
		g.report(r)
		if r.Finished && r.Left == "" {
			done[r.Change.Action]++
		}
	})
	g.clear()
	fmt.Fprintf(p.out, "%d created, %d updated, %d deleted in %s.\n",
		done[honeycomb.Create], done[honeycomb.Update], done[honeycomb.Delete], time.Since(start).Round(time.Second))
	if errors.Is(unlessInterrupted(ctx, err), errInterrupted) {
		return fmt.Errorf("%w; run %s again to continue", errInterrupted, command)
	}
	return err
}

// ask waits for a yes. Anything else, and nobody to ask, is an error.
func (p *process) ask(ctx context.Context, question string) error {
	if !p.terminal(p.in) {
		return errors.New("nobody is at the terminal to ask whether to delete: say -yes")
	}
	fmt.Fprintf(p.out, "%s Type yes: ", question)
	answer := make(chan string, 1)
	go func() { // reading cannot be interrupted; the process ends soon
		line, _ := bufio.NewReader(io.LimitReader(p.in, 100)).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		if strings.EqualFold(strings.TrimSpace(line), "yes") {
			return nil
		}
		return errors.New("the answer was not yes")
	case <-ctx.Done():
		fmt.Fprintln(p.out)
		return errInterrupted
	}
}

// destroyCommand deletes what apply has made.
type destroyCommand struct {
	scope
	WithRecipients bool `help:"Delete the recipients too, unless something else uses them. They carry no sign of who made them."`
	Yes            bool `help:"Do not ask."`
}

func (c *destroyCommand) run(ctx context.Context, p *process) error {
	g := p.newProgress(p.out)
	changes, err := c.deletions(ctx, p, g)
	if err != nil {
		return err
	}
	if err := flushed(p.out, p.painter(p.out).diff(changes)); err != nil || changes.Empty() {
		return err
	}
	if !c.Yes {
		if err := p.ask(ctx, fmt.Sprintf("Delete %s?", things(len(changes.List)))); err != nil {
			return errUntouched(err)
		}
	}
	return p.apply(ctx, g, changes, "destroy")
}

// deletions finds what there is to delete.
func (c *destroyCommand) deletions(ctx context.Context, p *process, g *progress) (*honeycomb.Changes, error) {
	settings, err := c.settings(p)
	if err != nil {
		return nil, errUntouched(err)
	}
	settings.Recipients = c.WithRecipients
	d, err := c.definition(p)
	if err != nil {
		return nil, errUntouched(err)
	}
	return c.compare(ctx, p, g, settings, func(client *honeycomb.Client) (*honeycomb.Changes, error) { return client.Destroy(ctx, d, settings) })
}
