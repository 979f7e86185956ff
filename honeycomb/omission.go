package honeycomb

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// Omission is what a plan has no room for.
type Omission struct {
	// Kind of thing: trigger, SLO or burn alert.
	Kind string
	// Name of the thing; of the SLO for a burn alert.
	Name string
	// Reason it is left out, and what stands in for it.
	Reason string
}

// String returns the omission in one line.
func (o Omission) String() string { return fmt.Sprintf("%s %q: %s", o.Kind, o.Name, o.Reason) }

// averageRange is how far the average that stands in for an SLO looks back on a
// board, and averageFrequency how often the trigger that stands in for its burn
// alerts runs, over the last hour.
const (
	averageRange     = 24 * time.Hour
	averageFrequency = 15 * time.Minute
)

// For returns the part of the definition that fits a plan, and what is left out
// and why. On a plan without SLOs each one becomes an average: a calculated field
// that is 100 for a good event and 0 for a bad one, shown where a board has the
// SLO's panel, with a trigger while there are slots for it. Of the triggers the
// first by rank stay. The result shares slices with d where nothing changes.
func (d Definition) For(plan PlanKind) (Definition, []Omission) {
	if plan.SLOs() {
		return d.limited(plan, "")
	}
	return d.limited(plan, fmt.Sprintf("the %s plan has no SLOs", plan))
}

// within is For with what the settings leave no room for either: an SLO looks at
// datasets by name.
func (d Definition) within(s Settings) (Definition, []Omission) {
	if s.Plan.SLOs() && s.Dataset == AllDatasets {
		return d.limited(s.Plan, AllDatasets+" has no SLOs, which belong to datasets by name")
	}
	return d.For(s.Plan)
}

// limited is For, and replaces SLOs if there is a reason to.
func (d Definition) limited(plan PlanKind, noSLOs string) (Definition, []Omission) {
	var left []Omission
	triggers := slices.Clone(d.Triggers)
	if noSLOs != "" && len(d.SLOs) > 0 {
		var stand []Trigger
		d, stand, left = d.averages(noSLOs)
		triggers = append(triggers, stand...)
	}
	limit := plan.Triggers()
	if limit < 0 || len(triggers) <= limit {
		d.Triggers = triggers
		return d, left
	}
	// The order of the definition decides between equal ranks.
	ranked := slices.Clone(triggers)
	slices.SortStableFunc(ranked, func(a, b Trigger) int { return cmp.Compare(rank(a), rank(b)) })
	kept := make(map[string]bool, limit)
	for _, t := range ranked[:limit] {
		kept[t.Name] = true
	}
	d.Triggers = nil
	for _, t := range triggers {
		if kept[t.Name] {
			d.Triggers = append(d.Triggers, t)
			continue
		}
		left = append(left, Omission{
			"trigger", t.Name,
			fmt.Sprintf("the %s plan has %d triggers, and others rank higher; nobody is told of %s", plan, limit, t),
		})
	}
	return d, left
}

func rank(t Trigger) int {
	if t.Rank <= 0 {
		return math.MaxInt
	}
	return t.Rank
}

// averages replaces the SLOs of d for a reason, and returns the triggers that
// stand in for their burn alerts and what is gone.
func (d Definition) averages(reason string) (Definition, []Trigger, []Omission) {
	expressions := make(map[Column]string, len(d.Fields))
	for _, f := range d.Fields {
		expressions[f.Alias] = f.Expression
	}
	var (
		stand  []Trigger
		left   []Omission
		fields = slices.Clone(d.Fields)
		panels = make(map[string]SavedQuery, len(d.SLOs))
	)
	for _, s := range d.SLOs {
		f := s.average(expressions[s.SLI])
		if !slices.ContainsFunc(fields, func(have CalculatedField) bool { return have.Alias == f.Alias }) {
			fields = append(fields, f)
		}
		panels[s.Name] = SavedQuery{
			Name:        s.Name + " (average)",
			Description: fmt.Sprintf("Which share of events was good, in percent? The objective is %s %%.", number(s.Percent())),
			Query:       s.averageQuery(averageRange),
		}
		left = append(left, Omission{"SLO", s.Name, fmt.Sprintf("%s; boards show the average of %s instead", reason, f.Alias)})
		for _, b := range s.BurnAlerts {
			left = append(left, Omission{"burn alert", s.Name, fmt.Sprintf("%s; nobody is told of %s", reason, b)})
		}
		if len(s.BurnAlerts) > 0 {
			stand = append(stand, s.trigger())
		}
	}
	d.Fields, d.SLOs = fields, nil
	boards := make([]Board, 0, len(d.Boards))
	for _, b := range d.Boards {
		b.Panels = slices.Clone(b.Panels)
		for i, p := range b.Panels {
			if q, ok := panels[p.SLO]; ok && p.SLO != "" {
				b.Panels[i] = Panel{Query: &q, Position: p.Position, Charts: []Chart{{Type: ChartStat}}}
			}
		}
		boards = append(boards, b)
	}
	d.Boards = boards
	return d, stand, left
}

// percentAlias is the calculated field that stands in for the SLI.
func (s SLO) percentAlias() Column { return s.SLI + ".percent" }

// average returns the field that turns the SLI into something to average. The
// expression repeats the SLI's, because fields made in one go cannot rely on
// each other's existence.
func (s SLO) average(expression string) CalculatedField {
	return CalculatedField{
		Alias:       s.percentAlias(),
		Description: fmt.Sprintf("100 where %s is true and 0 where it is false, to be averaged.", s.SLI),
		Expression:  fmt.Sprintf("IF(EQUALS(%s, true), 100, EQUALS(%[1]s, false), 0)", expression),
	}
}

func (s SLO) averageQuery(back time.Duration) Query {
	return Query{Calculations: []Calculation{Calculate(Avg, s.percentAlias())}, TimeRange: back}
}

// trigger stands in for the burn alerts: it sees the last hour only.
func (s SLO) trigger() Trigger {
	b := s.BurnAlerts[0]
	return Trigger{
		Name:        s.Name + " (average)",
		Description: s.Description,
		Runbook:     b.Runbook,
		Query:       s.averageQuery(time.Hour),
		Threshold:   Threshold{Op: Less, Value: s.Percent()},
		Frequency:   averageFrequency,
		Recipients:  b.Recipients,
		Severity:    b.Severity,
		Tags:        s.Tags,
	}
}
