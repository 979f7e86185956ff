package honeycomb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Plan compares a definition with what Honeycomb has and returns what would
// change; it changes nothing. The definition is cut down to the plan first (see
// [Definition.For]), and then validated. Things are matched by name and owner
// and compared by content, so that neither the order of recipients nor a default
// that Honeycomb fills in is a difference, and what somebody has changed by hand
// is one.
//
// Changes are in the order in which they can be done: columns, calculated
// fields, saved queries with their queries, recipients, SLOs, which boards show,
// boards, triggers, burn alerts, and then deletions. Columns are made and
// described, and never deleted. Only triggers that make room for others go
// first.
func (c *Client) Plan(ctx context.Context, d Definition, s Settings) (*Changes, error) {
	s, err := s.prepare()
	if err != nil {
		return nil, err
	}
	d, omissions := d.within(s)
	if err := errors.Join(d.Validate(s.Plan), d.checkMarks(), d.checkSecrets(s.Lookup)); err != nil {
		return nil, fmt.Errorf("honeycomb: nothing was sent: %w", err)
	}
	access, err := c.Auth(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.require(access, d.permissions(s)); err != nil {
		return nil, err
	}
	d = d.owned(s.Dataset)
	r, err := c.fetch(ctx, s, len(d.Recipients) > 0, s.Plan.SLOs())
	if err != nil {
		return nil, err
	}
	r.part(d.Owner, s.Dataset)
	p := &planner{
		ctx: ctx, remote: r, annotations: map[string]string{},
		changes: &Changes{
			Omissions: omissions, Access: access, client: c, def: d, settings: s,
			state: applying{
				c: c, d: d, s: s,
				known:   ids{annotations: map[string]string{}, slos: map[string]string{}, recipients: map[string]string{}},
				queries: map[string]string{}, annotated: map[string]string{},
			},
		},
	}
	p.a = &p.changes.state
	p.changes.Notes = access.blind(s)
	for _, part := range []func() error{
		p.columns, p.fields, p.savedQueries, p.recipients, p.slos, p.boards, p.triggers, p.burnAlerts,
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(p.conflicts...); err != nil {
		return nil, err
	}
	slices.SortStableFunc(p.last, func(a, b Change) int {
		return cmp.Compare(slices.Index(deletionOrder, a.Kind), slices.Index(deletionOrder, b.Kind))
	})
	p.changes.List = slices.Concat(p.first, p.changes.List, p.last)
	return p.changes, nil
}

// blind returns a note if the key may not see SLOs, and nobody said that it has
// to: burn alerts of a larger plan could go on.
func (a Access) blind(s Settings) []string {
	if may, stated := a.Permissions["slos"]; may || !stated || s.Dataset == AllDatasets {
		return nil
	}
	return []string{`SLOs were not looked at, because the key lacks the permission "slos" (` + permissionNames["slos"] + "); if there are any, they stay"}
}

// deletionOrder puts what shows or uses something before it.
var deletionOrder = []string{kindBurnAlert, kindTrigger, kindBoard, kindSLO, kindQuery, kindField, kindRecipient}

// permissions returns what a key needs for the definition, in the names of
// /1/auth. What is compared is read, even if there is none of it in the
// definition.
func (d Definition) permissions(s Settings) []string {
	all := []string{"columns", "queries", "boards", "triggers"}
	if s.Plan.SLOs() {
		all = append(all, "slos")
	}
	if len(d.Recipients) > 0 {
		all = append(all, "recipients")
	}
	return all
}

// planner compares one kind after the other, in the order in which changes are
// applied.
type planner struct {
	ctx    context.Context //nolint:containedctx // lives as long as one call of Plan
	remote *remote
	a      *applying

	changes *Changes
	// first are deletions that make room, last those that wait for others to let
	// go.
	first, last []Change
	conflicts   []error
	// annotations are saved queries' names by id, of those that stay.
	annotations map[string]string
}

func (p *planner) add(c Change) { p.changes.List = append(p.changes.List, c) }

func (p *planner) note(format string, args ...any) {
	p.changes.Notes = append(p.changes.Notes, fmt.Sprintf(format, args...))
}

// shown reports whether somebody else's board shows the thing, which then stays,
// and notes so.
func (p *planner) shown(kind, name, id string) bool {
	board, ok := p.remote.showing(id, p.a.d.Owner)
	if ok {
		p.note("%s stays, because board %q shows it", named(kind, name), board)
	}
	return ok
}

// stale deletes what is no longer defined, or names it.
func (p *planner) stale(list *[]Change, kind, name string, run func(*applying) step) {
	if !p.a.s.Prune {
		p.changes.Stale = append(p.changes.Stale, named(kind, name))
		return
	}
	*list = append(*list, Change{Action: Delete, Kind: kind, Name: name, run: run})
}

func (p *planner) columns() error {
	if p.a.s.ColumnDataset == "" {
		p.note("columns are not made in %s: those that no event has made yet need a column dataset", AllDatasets)
		return nil
	}
	path := p.a.s.paths().columns
	for _, def := range p.a.d.UsedColumns() {
		want := def.body()
		i := slices.IndexFunc(p.remote.columns, func(c columnBody) bool { return c.KeyName == def.Name })
		if i < 0 {
			p.add(Change{
				Action: Create, Kind: kindColumn, Name: string(def.Name), Summary: string(def.Type),
				run: func(a *applying) step {
					return func(ctx context.Context) (string, error) {
						_, err := a.make(ctx, path, path, want, func(t tree) bool { return t.text("key_name") == string(def.Name) })
						return "", err
					}
				},
			})
			continue
		}
		have := p.remote.columns[i]
		want.ID, want.Hidden = have.ID, have.Hidden
		if have.Description != "" {
			want.Description = have.Description // somebody's own words
		}
		fields := compare(
			tree{"type": string(have.Type), "description": have.Description},
			tree{"type": string(want.Type), "description": want.Description},
		)
		p.update(kindColumn, string(def.Name), fields, func(a *applying) step {
			return func(ctx context.Context) (string, error) { return "", a.c.put(ctx, item(path, have.ID), want) }
		})
	}
	return nil
}

// update adds a change if there are differences.
func (p *planner) update(kind, name string, fields []FieldChange, run func(*applying) step) {
	if len(fields) > 0 {
		p.add(Change{Action: Update, Kind: kind, Name: name, Fields: fields, run: run})
	}
}

func (p *planner) fields() error {
	path := p.a.s.paths().fields
	m := mark{owner: p.a.d.Owner}
	for _, f := range p.a.d.Fields {
		alias := string(f.Alias)
		want := f.body()
		want.Description = m.on(f.Description)
		i := slices.IndexFunc(p.remote.fields, func(b fieldBody) bool { return b.Alias == f.Alias })
		if i < 0 {
			p.add(Change{
				Action: Create, Kind: kindField, Name: alias, Summary: f.Expression,
				run: func(a *applying) step {
					return func(ctx context.Context) (string, error) {
						_, err := a.make(ctx, path, path, want, func(t tree) bool {
							return t.text("alias") == alias && t.text("expression") == f.Expression
						})
						return "", err
					}
				},
			})
			continue
		}
		have := p.remote.fields[i]
		if by := readMark(have.Description); by != m && !p.a.s.Adopt {
			if have.Expression == f.Expression {
				continue // as good as ours, and it stays theirs
			}
			p.conflict(kindField, alias, have.ID, by.owner)
			continue
		}
		fields := compare(
			tree{"description": have.Description, "expression": have.Expression},
			tree{"description": want.Description, "expression": want.Expression},
		)
		p.update(kindField, alias, fields, func(a *applying) step {
			return func(ctx context.Context) (string, error) { return "", a.c.put(ctx, item(path, have.ID), want) }
		})
	}
	for _, have := range p.remote.fields {
		by := readMark(have.Description)
		if by == m && !slices.ContainsFunc(p.a.d.Fields, func(f CalculatedField) bool { return f.Alias == have.Alias }) {
			p.stale(&p.last, kindField, string(have.Alias), func(a *applying) step { return a.delete(item(path, have.ID)) })
		}
	}
	return nil
}

// conflict is about something with a name that the definition wants, and another
// owner.
func (p *planner) conflict(kind, name, id, by string) {
	who := "nobody's in particular"
	if by != "" {
		who = "managed by " + strconv.Quote(by)
	}
	p.conflicts = append(p.conflicts, fmt.Errorf("honeycomb: %s: exists with the id %s and is %s: rename one of them, or adopt it",
		named(kind, name), id, who))
}

func (p *planner) recipients() error {
	path := p.a.s.paths().recipients
	for _, r := range p.a.d.Recipients {
		want, err := p.a.recipient(r)
		if err != nil {
			return fmt.Errorf("honeycomb: %w", err)
		}
		if !p.a.d.notifies(r.Name) {
			p.note("no alert that fits the %s plan notifies %s", p.a.s.Plan, named(kindRecipient, r.Name))
		}
		words := want.words()
		i := slices.IndexFunc(p.remote.recipients, func(b recipientBody) bool { return b.words() == words })
		if i < 0 {
			p.add(Change{
				Action: Create, Kind: kindRecipient, Name: r.Name, Summary: words,
				run: func(a *applying) step {
					return func(ctx context.Context) (string, error) {
						id, err := a.make(ctx, path, path, want, sameRecipient(words))
						if err != nil {
							return "", slackHint(r, err)
						}
						a.known.recipients[r.Name] = id
						return "", nil
					}
				},
			})
			continue
		}
		have := p.remote.recipients[i]
		p.a.known.recipients[r.Name] = have.ID
		fields := compare(recipientTree(have, &have), recipientTree(want, &have))
		p.update(kindRecipient, r.Name, fields, func(a *applying) step {
			return func(ctx context.Context) (string, error) { return "", a.c.put(ctx, item(path, have.ID), want) }
		})
	}
	return nil
}

func sameRecipient(words string) func(tree) bool {
	return func(t tree) bool {
		details := t.object("details")
		b := recipientBody{Type: RecipientType(t.text("type"))}
		b.Details.SlackChannel = details.text("slack_channel")
		b.Details.EmailAddress = details.text("email_address")
		b.Details.PagerDutyIntegrationName = details.text("pagerduty_integration_name")
		b.Details.WebhookName = details.text("webhook_name")
		return b.words() == words
	}
}

// slackHint explains the step that only a person can do.
func slackHint(r Recipient, err error) error {
	if s := status(err); r.Type != Slack || s < 400 || s >= 500 || s == 401 || s == 403 {
		return err
	}
	return fmt.Errorf("%w; Slack recipients need Honeycomb's Slack app: connect it once under Team settings, Integrations, and apply again", err)
}
