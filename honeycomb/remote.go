package honeycomb

import (
	"context"
	"net/http"
	"net/url"
)

// remote is what Honeycomb has, as far as a definition could touch it.
type remote struct {
	columns     []columnBody
	fields      []fieldBody
	annotations []annotationBody
	recipients  []recipientBody
	boards      []tree
	triggers    []tree
	slos        []tree
	burnAlerts  map[string][]tree // by SLO's id
	// elsewhere are the owner's boards that show other datasets. They are not in
	// boards.
	elsewhere []tree

	// queries are texts by id, of those that were looked at.
	queries map[string]string
}

// paths of the API for one definition.
type paths struct {
	columns, fields, queries, annotations, recipients, boards, triggers, slos, burnAlerts string
}

func (s Settings) paths() paths {
	return paths{
		columns:     datasetPath("columns", s.ColumnDataset),
		fields:      datasetPath("derived_columns", s.Dataset),
		queries:     datasetPath("queries", s.Dataset),
		annotations: datasetPath("query_annotations", s.Dataset),
		recipients:  "/1/recipients",
		boards:      "/1/boards",
		triggers:    datasetPath("triggers", s.Dataset),
		slos:        datasetPath("slos", s.Dataset),
		burnAlerts:  datasetPath("burn_alerts", s.Dataset),
	}
}

// annotationList asks for those too that Honeycomb counts as part of a board.
func (p paths) annotationList() string { return p.annotations + "?include_board_annotations=true" }

func (p paths) burnAlertList(slo string) string {
	return p.burnAlerts + "?slo_id=" + url.QueryEscape(slo)
}

func item(list, id string) string { return list + "/" + url.PathEscape(id) }

// fetch reads what the settings and the definition concern. SLOs are read on
// every plan, because a team may have had a larger one, or may have it still;
// unless needed, not being allowed to means that there are none.
func (c *Client) fetch(ctx context.Context, s Settings, recipients, slos bool) (*remote, error) {
	r := &remote{burnAlerts: map[string][]tree{}, queries: map[string]string{}}
	p := s.paths()
	type list struct {
		path string
		into any
		want bool
		// may says that the list need not be there.
		may bool
	}
	for _, l := range []list{
		{path: p.columns, into: &r.columns, want: s.ColumnDataset != ""},
		{path: p.fields, into: &r.fields, want: true},
		{path: p.annotationList(), into: &r.annotations, want: true},
		{path: p.recipients, into: &r.recipients, want: recipients},
		{path: p.boards, into: &r.boards, want: true},
		{path: p.triggers, into: &r.triggers, want: true},
		{path: p.slos, into: &r.slos, want: s.Dataset != AllDatasets, may: !slos},
	} {
		if !l.want {
			continue
		}
		err := c.get(ctx, l.path, l.into)
		if l.may && (status(err) == http.StatusForbidden || status(err) == http.StatusNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	for i, b := range r.boards {
		// A list may be of headers only.
		if _, ok := b["panels"]; !ok {
			var full tree
			if err := c.get(ctx, item(p.boards, b.text("id")), &full); err != nil {
				return nil, err
			}
			r.boards[i] = full
		}
	}
	for _, t := range r.triggers {
		if q := t.object("query"); q != nil && t.text("query_id") != "" {
			r.queries[t.text("query_id")] = queryText(q)
		}
	}
	return r, nil
}

// query returns the text of a stored query, or words that no query has for one
// that is not there any more or belongs to another dataset.
func (r *remote) query(ctx context.Context, c *Client, s Settings, id string) (string, error) {
	if text, ok := r.queries[id]; ok {
		return text, nil
	}
	var answer tree
	err := c.get(ctx, item(s.paths().queries, id), &answer)
	switch {
	case status(err) == http.StatusNotFound:
		r.queries[id] = "a query that this dataset does not have"
	case err != nil:
		return "", err
	default:
		r.queries[id] = queryText(answer)
	}
	return r.queries[id], nil
}
