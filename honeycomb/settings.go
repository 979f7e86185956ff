package honeycomb

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// AllDatasets is the slug that stands for every dataset of an environment.
const AllDatasets = "__all__"

// Settings say where a definition goes and how much may be changed there. The
// zero value lacks a dataset; everything else has a default.
type Settings struct {
	// Dataset is the slug of the dataset that queries, triggers and SLOs look
	// at, or [AllDatasets], which has no SLOs: there they become averages as on
	// the free plan. It has to exist: the first event makes it. A
	// definition may be applied to several datasets of one environment: each has
	// its own boards, which [DatasetTag] tells apart. Recipients belong to the whole
	// team, and are shared by all.
	Dataset string
	// ColumnDataset is where missing columns are made. Default: Dataset. With
	// AllDatasets and no ColumnDataset none are made.
	ColumnDataset string
	// Plan of the team. What it has no room for is left out. Default: [Free].
	Plan PlanKind
	// Adopt takes over boards, triggers, SLOs and calculated fields that have
	// the name of something in the definition and another owner or none. Without
	// it they are an error.
	Adopt bool
	// Prune deletes what the owner has and the definition has not. Without it,
	// [Changes].Stale names it.
	Prune bool
	// Recipients lets [Client.Destroy] delete the definition's recipients too,
	// unless something else uses them. They carry no sign of who made them.
	Recipients bool
	// Lookup finds the secrets that recipients refer to. Default: [os.LookupEnv].
	Lookup func(string) (string, bool)
}

var errNoDataset = errors.New("honeycomb: no dataset: name the one that receives the service's spans, which is its service.name, or " + AllDatasets)

// prepare fills in the defaults.
func (s Settings) prepare() (Settings, error) {
	if s.Dataset == "" {
		return s, errNoDataset
	}
	if s.ColumnDataset == "" && s.Dataset != AllDatasets {
		s.ColumnDataset = s.Dataset
	}
	if s.ColumnDataset == AllDatasets {
		return s, fmt.Errorf("honeycomb: column dataset %q: columns belong to one dataset; name it", s.ColumnDataset)
	}
	if s.Lookup == nil {
		s.Lookup = os.LookupEnv
	}
	return s, nil
}

// mark is how things without tags say who owns them: a last line of their
// description,
//
//	(managed by lift-sys)
//	(managed by lift-sys, query 3f2a9c1b7e04)
//
// The second form stands on saved queries. Its number is a fingerprint of the
// query and of its id in Honeycomb. A query can neither be listed nor changed,
// so that the number tells without a request whether a saved query is still
// what it was.
type mark struct{ owner, query string }

const (
	markStart = "(managed by "
	markQuery = ", query "
)

func (m mark) String() string {
	if m.query == "" {
		return markStart + m.owner + ")"
	}
	return markStart + m.owner + markQuery + m.query + ")"
}

// on returns the description with the mark.
func (m mark) on(description string) string {
	if description == "" {
		return m.String()
	}
	return strings.TrimRight(description, "\n") + "\n" + m.String()
}

// readMark returns the mark of a description, or none.
func readMark(description string) mark {
	line := description[strings.LastIndexByte(description, '\n')+1:]
	inside, ok := strings.CutPrefix(line, markStart)
	if !ok {
		return mark{}
	}
	inside, ok = strings.CutSuffix(inside, ")")
	owner, query, _ := strings.Cut(inside, markQuery)
	if !ok || !validTagValue(owner) {
		return mark{}
	}
	return mark{owner, query}
}

// checkMarks reports what leaves no room for the owner's tags and marks. Validate
// does not look at it: a definition that is only exported has none.
func (d Definition) checkMarks() error {
	if d.Owner == "" {
		return errors.New("honeycomb: the definition has no Owner: set it, so that its things can be told from others'")
	}
	var errs []error
	check := func(kind, name, description string, m mark) {
		if n := len([]rune(m.on(description))); n > maxDescription {
			errs = append(errs, fmt.Errorf("honeycomb: %s: description has %d characters with the line %q, more than %d: shorten it", named(kind, name), n, m, maxDescription))
		}
	}
	for _, f := range d.Fields {
		check(kindField, string(f.Alias), f.Description, mark{owner: d.Owner})
	}
	for _, q := range d.SavedQueries() {
		check(kindQuery, q.Name, q.Description, mark{owner: d.Owner, query: fingerprint("", "")})
	}
	for _, s := range d.SLOs {
		for _, b := range s.BurnAlerts {
			check(kindBurnAlert, s.Name, d.Describe(b.Description, b.Runbook), mark{owner: d.Owner})
		}
	}
	return errors.Join(errs...)
}

// checkSecrets reports recipients whose secret cannot be had, or cannot be one.
// Honeycomb would refuse them half-way.
func (d Definition) checkSecrets(lookup func(string) (string, bool)) error {
	var errs []error
	for _, r := range d.Recipients {
		if _, err := r.body(lookup); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
