package honeycomb

import (
	"context"
	"slices"
)

// Destroy returns the changes that delete what the definition's owner has for the
// dataset: boards, triggers, SLOs with their burn alerts, saved queries and
// calculated fields, those that are no longer defined included. It changes
// nothing itself; [Changes.Apply] does.
//
// Columns stay, because they hold data, and so do queries, which cannot be
// deleted. Recipients stay unless [Settings].Recipients says otherwise, because
// nothing tells who made them. What somebody else's board shows stays too, and so
// do the owner's boards of other datasets; [Changes].Notes says so, and
// [Progress].Left what else turns out to be in use. SLOs go whatever
// [Settings].Plan says: the team may have had a larger one.
func (c *Client) Destroy(ctx context.Context, d Definition, s Settings) (*Changes, error) {
	s, err := s.prepare()
	if err != nil {
		return nil, err
	}
	if err := d.checkMarks(); err != nil {
		return nil, err
	}
	recipients := s.Recipients && len(d.Recipients) > 0
	access, err := c.Auth(ctx)
	if err != nil {
		return nil, err
	}
	needs := d
	if !recipients {
		needs.Recipients = nil
	}
	if err := c.require(access, needs.permissions(s)); err != nil {
		return nil, err
	}
	r, err := c.fetch(ctx, s, recipients, false)
	if err != nil {
		return nil, err
	}
	state := applying{c: c, d: d, s: s}
	changes := &Changes{Access: access, client: c, def: d, settings: s, state: state, Notes: access.blind(s)}
	p := &planner{ctx: ctx, remote: r, a: &state, changes: changes}
	remove := func(kind, name string, run func(*applying) step) {
		changes.List = append(changes.List, Change{Action: Delete, Kind: kind, Name: name, run: run})
	}
	at := s.paths()
	tagged := func(kind, path string, all []tree) {
		for _, t := range all {
			if id := t.text("id"); owner(t) == d.Owner && !p.shown(kind, t.text("name"), id) {
				remove(kind, t.text("name"), func(a *applying) step {
					if kind == kindSLO {
						return a.deleteSLO(id)
					}
					return a.delete(item(path, id))
				})
			}
		}
	}
	// What shows or uses something goes before it.
	r.part(d.Owner, s.Dataset)
	for _, b := range r.elsewhere {
		p.note("%s stays, because it shows %s", named(kindBoard, b.text("name")), datasetOf(b))
	}
	tagged(kindTrigger, at.triggers, r.triggers)
	tagged(kindBoard, at.boards, r.boards)
	tagged(kindSLO, at.slos, r.slos)
	for _, b := range r.annotations {
		if readMark(b.Description).owner == d.Owner && !p.shown(kindQuery, b.Name, b.ID) {
			remove(kindQuery, b.Name, func(a *applying) step { return a.delete(item(at.annotations, b.ID)) })
		}
	}
	for _, f := range r.fields {
		if readMark(f.Description).owner == d.Owner {
			remove(kindField, string(f.Alias), func(a *applying) step { return a.delete(item(at.fields, f.ID)) })
		}
	}
	for _, b := range r.recipients {
		if slices.ContainsFunc(d.Recipients, func(r Recipient) bool { return r.String() == b.words() }) {
			remove(kindRecipient, b.words(), func(a *applying) step { return a.delete(item(at.recipients, b.ID)) })
		}
	}
	return changes, nil
}
