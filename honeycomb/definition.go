package honeycomb

import (
	"slices"

	"github.com/lift-sys/telemetry/attr"
)

// Definition is all that one service declares. The zero value declares nothing.
// Everything in it is matched with Honeycomb by name, so that names are unique
// among things of one kind.
type Definition struct {
	// Owner is the value of the tag that says who owns boards, triggers and
	// SLOs, so that two definitions in one team leave each other alone. It
	// follows the rules of [Tag].Value.
	Owner string
	// Runbooks is the address of the document that the runbook anchors are in.
	Runbooks string
	// Columns are the service's own, beyond the registry of package attr.
	Columns []attr.Def
	// AlsoColumns are columns to have besides those that the definition names:
	// those of queries which people type, from a runbook say.
	AlsoColumns []Column
	// Fields are calculated fields that queries, triggers and SLOs name.
	Fields []CalculatedField
	// Queries are saved queries, besides those on boards.
	Queries    []SavedQuery
	Boards     []Board
	Triggers   []Trigger
	SLOs       []SLO
	Recipients []Recipient
}

// With returns the definition with everything that others declare appended, so
// that a service adds its own to another's. Owner and Runbooks are those of d
// unless d has none. The result shares no slice with d or others.
func (d Definition) With(others ...Definition) Definition {
	all := d
	for _, o := range others {
		if all.Owner == "" {
			all.Owner = o.Owner
		}
		if all.Runbooks == "" {
			all.Runbooks = o.Runbooks
		}
		all.Columns = slices.Concat(all.Columns, o.Columns)
		all.AlsoColumns = slices.Concat(all.AlsoColumns, o.AlsoColumns)
		all.Fields = slices.Concat(all.Fields, o.Fields)
		all.Queries = slices.Concat(all.Queries, o.Queries)
		all.Boards = slices.Concat(all.Boards, o.Boards)
		all.Triggers = slices.Concat(all.Triggers, o.Triggers)
		all.SLOs = slices.Concat(all.SLOs, o.SLOs)
		all.Recipients = slices.Concat(all.Recipients, o.Recipients)
	}
	return all
}

// SavedQueries returns all saved queries, those on boards after the others, in
// the order of the definition and each name once.
func (d Definition) SavedQueries() []SavedQuery {
	seen := make(map[string]bool)
	var list []SavedQuery
	add := func(queries []SavedQuery) {
		for _, s := range queries {
			if !seen[s.Name] {
				seen[s.Name] = true
				list = append(list, s)
			}
		}
	}
	add(d.Queries)
	for _, b := range d.Boards {
		add(b.queries())
	}
	return list
}

// Describe returns the description of an alert as Honeycomb gets it: with the
// address of its runbook, if it has one, on a line of its own.
func (d Definition) Describe(description, runbook string) string {
	if runbook == "" {
		return description
	}
	link := "Runbook: " + d.Runbooks + "#" + runbook
	if description == "" {
		return link
	}
	return description + "\n" + link
}

// notifies reports whether an alert names the recipient.
func (d Definition) notifies(recipient string) bool {
	return slices.ContainsFunc(d.Triggers, func(t Trigger) bool { return slices.Contains(t.Recipients, recipient) }) ||
		slices.ContainsFunc(d.SLOs, func(s SLO) bool {
			return slices.ContainsFunc(s.BurnAlerts, func(b BurnAlert) bool { return slices.Contains(b.Recipients, recipient) })
		})
}
