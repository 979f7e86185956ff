package honeycomb

import (
	"context"
	"fmt"
	"slices"
)

// savedQueries matches saved queries by name and mark. A query is immutable, and
// so is which query a saved query stands for: other content means a new saved
// query in the old one's place, which goes when no board shows it any more.
func (p *planner) savedQueries() error {
	p.reusable()
	paths := p.a.s.paths()
	wanted := p.a.d.SavedQueries()
	for _, q := range wanted {
		old, have, err := p.match(q)
		if err != nil {
			return err
		}
		if have != nil {
			p.a.known.annotations[q.Name], p.a.annotated[q.Name] = have.ID, have.QueryID
			p.annotations[have.ID] = q.Name
			want := p.a.annotation(q, have.QueryID)
			fields := compare(tree{"description": have.Description}, tree{"description": want.Description})
			p.update(kindQuery, q.Name, fields, func(a *applying) step {
				return func(ctx context.Context) (string, error) {
					return "", a.c.put(ctx, item(paths.annotations, have.ID), want)
				}
			})
		} else {
			change := Change{
				Action: Create, Kind: kindQuery, Name: q.Name, Summary: q.Query.String(),
				run: func(a *applying) step { return a.savedQuery(q) },
			}
			if len(old) > 0 {
				was, err := p.remote.query(p.ctx, p.a.c, p.a.s, old[0].QueryID)
				if err != nil {
					return err
				}
				change.Action, change.Summary = Update, ""
				change.Fields = []FieldChange{{"query", was, q.Query.text()}}
			}
			p.add(change)
		}
		for _, o := range old {
			p.drop(o, have != nil)
		}
	}
	for _, have := range p.remote.annotations {
		by := readMark(have.Description)
		if by.owner != p.a.d.Owner || slices.ContainsFunc(wanted, func(q SavedQuery) bool { return q.Name == have.Name }) {
			continue
		}
		if p.shown(kindQuery, have.Name, have.ID) {
			continue
		}
		p.stale(&p.last, kindQuery, have.Name, func(a *applying) step { return a.delete(item(paths.annotations, have.ID)) })
	}
	return nil
}

// reusable collects queries whose content is known, so that equal ones are not
// made again.
func (p *planner) reusable() {
	for id, text := range p.remote.queries {
		if have := p.a.queries[text]; have == "" || id < have { // the same one each time
			p.a.queries[text] = id
		}
	}
}

// match finds the owner's saved query of that name and content, and the others
// of that name, which are out of date or there twice.
func (p *planner) match(q SavedQuery) (old []annotationBody, have *annotationBody, err error) {
	text := q.Query.text()
	for _, b := range p.remote.annotations {
		if b.Name != q.Name {
			continue
		}
		by := readMark(b.Description)
		if by.owner != p.a.d.Owner {
			continue
		}
		is := by.query == fingerprint(text, b.QueryID)
		if is {
			p.remote.queries[b.QueryID] = text
		} else {
			// Out of date, or somebody has changed the mark.
			content, err := p.remote.query(p.ctx, p.a.c, p.a.s, b.QueryID)
			if err != nil {
				return nil, nil, err
			}
			is = content == text
		}
		if is && have == nil {
			have = &b
		} else {
			old = append(old, b)
		}
	}
	if have != nil && p.a.queries[text] == "" {
		p.a.queries[text] = have.QueryID
	}
	return old, have, nil
}

// drop deletes a saved query that another one of the same name replaces, unless
// somebody else's board shows it.
func (p *planner) drop(old annotationBody, twice bool) {
	if board, ok := p.remote.showing(old.ID, p.a.d.Owner); ok {
		p.note("an old version of %s stays, because board %q shows it", named(kindQuery, old.Name), board)
		return
	}
	summary := "replaced"
	if twice {
		summary = "there twice"
	}
	p.last = append(p.last, Change{
		Action: Delete, Kind: kindQuery, Name: old.Name, Summary: summary,
		run: func(a *applying) step { return a.delete(item(a.s.paths().annotations, old.ID)) },
	})
}

// owned finds the owner's thing of that name among tagged ones. The others of
// that name and owner are there twice and go.
func (p *planner) owned(kind, name string, all []tree, list *[]Change, run func(id string) func(*applying) step) tree {
	var have, foreign tree
	for _, t := range all {
		switch {
		case t.text("name") != name:
		case owner(t) != p.a.d.Owner:
			foreign = t
		case have == nil:
			have = t
		case p.shown(kind, name, t.text("id")):
		default:
			*list = append(*list, Change{Action: Delete, Kind: kind, Name: name, Summary: "there twice", run: run(t.text("id"))})
		}
	}
	if have != nil || foreign == nil {
		return have
	}
	if p.a.s.Adopt {
		return foreign
	}
	p.conflict(kind, name, foreign.text("id"), owner(foreign))
	return nil
}

// unowned handles what the owner has and the definition has not.
func (p *planner) unowned(kind string, all []tree, wanted []string, list *[]Change, run func(id string) func(*applying) step) {
	for _, t := range all {
		if owner(t) == p.a.d.Owner && !slices.Contains(wanted, t.text("name")) && !p.shown(kind, t.text("name"), t.text("id")) {
			p.stale(list, kind, t.text("name"), run(t.text("id")))
		}
	}
}

// resolver says what the ids of answers stand for.
func (p *planner) resolver() (r resolver, err *error) {
	err = new(error)
	query := func(id string) string {
		text, e := p.remote.query(p.ctx, p.a.c, p.a.s, id)
		if e != nil && *err == nil {
			*err = e
		}
		return text
	}
	r.query = query
	r.panel = func(annotation, id string) (string, string) {
		if name, ok := p.annotations[annotation]; ok {
			if p.a.annotated[name] == id {
				return name, query(id)
			}
			return name, query(id) + " (not the saved query's own)"
		}
		for _, b := range p.remote.annotations {
			if b.ID == annotation {
				// Out of date if it is ours; the words keep it from looking like
				// the one that replaces it where that has the same content.
				return b.Name, query(id) + " (another saved query)"
			}
		}
		return "unknown saved query", query(id)
	}
	names := map[string]string{}
	for _, t := range p.remote.slos {
		names[t.text("id")] = t.text("name")
	}
	r.slo = func(id string) string {
		if name, ok := names[id]; ok {
			return name
		}
		return "of another dataset"
	}
	recipients := map[string]string{}
	for _, b := range p.remote.recipients {
		recipients[b.ID] = b.words()
	}
	r.recipient = func(id string) string {
		if words, ok := recipients[id]; ok {
			return words
		}
		return id
	}
	return r, err
}

// words are what stands in place of ids in the bodies of the definition.
func (p *planner) words() ids {
	w := ids{queries: map[string]string{}, annotations: map[string]string{}, slos: map[string]string{}, recipients: map[string]string{}}
	for _, q := range p.a.d.SavedQueries() {
		w.queries[q.Query.key()] = q.Query.text()
		w.annotations[q.Name] = q.Name
	}
	for _, s := range p.a.d.SLOs {
		w.slos[s.Name] = s.Name
	}
	for _, r := range p.a.d.Recipients {
		w.recipients[r.Name] = r.String()
	}
	return w
}

func (p *planner) boards() error {
	path := p.a.s.paths().boards
	run := func(id string) func(*applying) step {
		return func(a *applying) step { return a.delete(item(path, id)) }
	}
	r, failed := p.resolver()
	words := p.words()
	var wanted []string
	for _, b := range p.a.d.Boards {
		wanted = append(wanted, b.Name)
		have := p.owned(kindBoard, b.Name, p.remote.boards, &p.last, run)
		if have == nil {
			p.add(Change{
				Action: Create, Kind: kindBoard, Name: b.Name, Summary: fmt.Sprintf("%d panels", len(b.Panels)),
				run: func(a *applying) step {
					return func(ctx context.Context) (string, error) {
						body, err := a.board(b)
						if err != nil {
							return "", err
						}
						_, err = a.make(ctx, path, path, body, a.ownBoard(b.Name))
						return "", err
					}
				},
			})
			continue
		}
		body, err := b.body(words)
		if err != nil {
			return err
		}
		want, err := treeOf(body)
		if err != nil {
			return err
		}
		placed := len(b.Panels) > 0 && b.Panels[0].Position != nil
		fields := compare(boardTree(have, r, placed), boardTree(want, plain, placed))
		if *failed != nil {
			return *failed
		}
		p.update(kindBoard, b.Name, fields, func(a *applying) step {
			return func(ctx context.Context) (string, error) {
				body, err := a.board(b)
				if err != nil {
					return "", err
				}
				return "", a.c.put(ctx, item(path, have.text("id")), body)
			}
		})
	}
	p.unowned(kindBoard, p.remote.boards, wanted, &p.last, run)
	return nil
}
