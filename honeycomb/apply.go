package honeycomb

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
)

// Progress is where [Changes.Apply] is.
type Progress struct {
	// Change that begins, or that is done if Finished.
	Change   Change
	Finished bool
	// Done counts the changes that are done, of Total.
	Done, Total int
	// Left says why a deletion was left undone: something else still uses the
	// thing. Empty otherwise.
	Left string
}

// step does one change. It returns why it left something undone, if it did.
type step func(ctx context.Context) (left string, err error)

// applying is what is known while changes are applied: which ids the things
// have that the definition names.
type applying struct {
	c     *Client
	d     Definition
	s     Settings
	known ids
	// queries are ids by text, to be used again, and annotated the query's id by
	// the saved query's name.
	queries   map[string]string
	annotated map[string]string
}

func (a applying) clone() *applying {
	a.queries = maps.Clone(a.queries)
	a.annotated = maps.Clone(a.annotated)
	a.known = ids{
		queries:     map[string]string{},
		annotations: maps.Clone(a.known.annotations),
		slos:        maps.Clone(a.known.slos),
		recipients:  maps.Clone(a.known.recipients),
	}
	return &a
}

// Apply does the changes in their order and stops at the first that fails. What
// was done by then stays, and planning and applying again continues from there.
// A request whose answer got lost is not sent again before Apply has looked
// whether it took effect, so that nothing is made twice; only queries, which
// cannot be listed, may be, and without a name nobody sees them.
//
// The function, which may be nil, is told when a change begins and when it is
// done, from the same goroutine. Changes can be applied once; afterwards they
// are out of date, and so they are when Apply has failed.
func (c *Changes) Apply(ctx context.Context, progress func(Progress)) error {
	if progress == nil {
		progress = func(Progress) {}
	}
	if c.begun {
		return errors.New("honeycomb: these changes have been applied already: plan again")
	}
	c.begun = true
	a := c.state.clone()
	for i, change := range c.List {
		progress(Progress{Change: change, Done: i, Total: len(c.List)})
		left, err := change.run(a)(ctx)
		if err != nil {
			return fmt.Errorf("honeycomb: %s %s %q failed after %d of %d changes; apply again to continue from there: %w",
				change.Action, change.Kind, change.Name, i, len(c.List), err)
		}
		progress(Progress{Change: change, Finished: true, Done: i + 1, Total: len(c.List), Left: left})
	}
	return nil
}

// make posts a body and returns the id of what was made. If the answer is lost
// it looks for it in the list, where same knows it.
func (a *applying) make(ctx context.Context, path, list string, body any, same func(tree) bool) (string, error) {
	for attempt := 1; ; attempt++ {
		var made struct {
			ID string `json:"id"`
		}
		err := a.c.post(ctx, path, body, &made)
		if err == nil && made.ID != "" {
			return made.ID, nil
		}
		if err == nil {
			return "", fmt.Errorf("honeycomb: POST %s: the answer has no id", path)
		}
		taken := status(err) == http.StatusConflict
		if !uncertain(err) && !taken {
			return "", err
		}
		if pauseErr := a.c.pause(ctx, backoff(min(attempt, attempts)), "to see whether the request took effect"); pauseErr != nil {
			return "", err
		}
		if list != "" {
			id, lookErr := a.look(ctx, list, same)
			if lookErr != nil {
				return "", fmt.Errorf("%w (it may have taken effect all the same: %w)", err, lookErr)
			}
			if id != "" {
				return id, nil
			}
		}
		if e, ok := errors.AsType[*APIError](err); taken || attempt == attempts || !ok || !e.passing {
			return "", err
		}
	}
}

func (a *applying) look(ctx context.Context, list string, same func(tree) bool) (string, error) {
	var have []tree
	if err := a.c.get(ctx, list, &have); err != nil {
		return "", err
	}
	for _, t := range have {
		if same(t) {
			return t.text("id"), nil
		}
	}
	return "", nil
}

// query returns the id of a query with that content: of one that is there, or a
// new one.
func (a *applying) query(ctx context.Context, q Query) (string, error) {
	text := q.text()
	if id := a.queries[text]; id != "" {
		return id, nil
	}
	id, err := a.make(ctx, a.s.paths().queries, "", q, nil)
	if err != nil {
		return "", err
	}
	a.queries[text] = id
	return id, nil
}

// savedQuery makes a saved query.
func (a *applying) savedQuery(q SavedQuery) step {
	return func(ctx context.Context) (string, error) {
		query, err := a.query(ctx, q.Query)
		if err != nil {
			return "", err
		}
		p := a.s.paths()
		body := a.annotation(q, query)
		id, err := a.make(ctx, p.annotations, p.annotationList(), body, func(t tree) bool {
			return t.text("name") == body.Name && t.text("query_id") == query && t.text("description") == body.Description
		})
		if err != nil {
			return "", err
		}
		a.known.annotations[q.Name], a.annotated[q.Name] = id, query
		return "", nil
	}
}

// annotation is the body of a saved query, with its mark.
func (a *applying) annotation(q SavedQuery, query string) annotationBody {
	q.Description = mark{a.d.Owner, fingerprint(q.Query.text(), query)}.on(q.Description)
	return q.body(query)
}

// board returns the board's body. Equal queries can have several ids; each
// panel needs that of its saved query.
func (a *applying) board(b Board) (boardBody, error) {
	known := a.known
	known.queries = map[string]string{}
	for _, q := range b.queries() {
		known.queries[q.Query.key()] = a.annotated[q.Name]
	}
	return b.body(known)
}

// burnAlert returns the alert's body, with its mark.
func (a *applying) burnAlert(b BurnAlert, slo string) (burnAlertBody, error) {
	body, err := a.d.burnAlertBody(b, slo, a.known)
	body.Description = mark{owner: a.d.Owner}.on(body.Description)
	return body, err
}

// recipient returns the body with the secrets, which no error may show from now
// on.
func (a *applying) recipient(r Recipient) (recipientBody, error) {
	body, err := r.body(a.s.Lookup)
	if err != nil {
		return body, err
	}
	a.c.hide(body.Details.PagerDutyIntegrationKey)
	a.c.hide(body.Details.WebhookURL)
	a.c.hide(body.Details.WebhookSecret)
	return body, nil
}

// delete removes something, and leaves it where something else uses it.
func (a *applying) delete(path string) step {
	return func(ctx context.Context) (string, error) {
		err := a.c.remove(ctx, path)
		if e, ok := errors.AsType[*APIError](err); ok && e.Status == http.StatusConflict {
			return e.Reason(), nil
		}
		return "", err
	}
}

// tagged knows a board, trigger or SLO by its name and its owner.
func (a *applying) tagged(name string) func(tree) bool {
	return func(t tree) bool { return t.text("name") == name && owner(t) == a.d.Owner }
}

// ownBoard knows a board by its name, its owner and its dataset.
func (a *applying) ownBoard(name string) func(tree) bool {
	return func(t tree) bool {
		return a.tagged(name)(t) && tagValue(t, DatasetTag) == datasetTag(a.s.Dataset).Value
	}
}
