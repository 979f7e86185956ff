package alerting

import (
	"context"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/query"
)

// Budget is how an SLO stands.
type Budget struct {
	Good, Bad float64 // events, weighted, over the days of the SLO
	// Allowed is how many of them may be bad.
	Allowed float64
}

// Compliance is the share of good events in percent, 100 without any.
func (b Budget) Compliance() float64 {
	if b.Good+b.Bad == 0 {
		return 100
	}
	return 100 * b.Good / (b.Good + b.Bad)
}

// Left is the share of the budget that is left in percent: negative where more
// was used than there is, 100 where nothing happened.
func (b Budget) Left() float64 {
	if b.Bad == 0 {
		return 100
	}
	return 100 * (1 - b.Bad/b.Allowed)
}

// sliQuery counts events by whether they are good.
func sliQuery(s honeycomb.SLO, back time.Duration) honeycomb.Query {
	return honeycomb.Query{
		Breakdowns: []honeycomb.Column{s.SLI}, Filters: []honeycomb.Filter{honeycomb.Where(s.SLI, honeycomb.Exists)},
		TimeRange: back.Truncate(time.Second),
	}
}

// Budget returns how an SLO stands at a time.
func (e *Evaluator) Budget(ctx context.Context, s honeycomb.SLO, at time.Time) (Budget, error) {
	return e.budget(ctx, s, at.AddDate(0, 0, -s.Days), at)
}

// budget counts the events of a time range.
func (e *Evaluator) budget(ctx context.Context, s honeycomb.SLO, from, to time.Time) (Budget, error) {
	res, err := e.source.Query(ctx, sliQuery(s, to.Sub(from)), from, to)
	if err != nil {
		return Budget{}, err
	}
	return Budget{}.of(s, res), nil
}

// BudgetPoint is how much of a budget was left at a time, in percent of all that
// there is now.
type BudgetPoint struct {
	Time time.Time
	Left float64
}

// Course returns how an SLO stands at a time, and how it came to that: from the
// first event that counts, at round times about a hundred of which make the days
// of the SLO. Nothing happened where there are no points.
func (e *Evaluator) Course(ctx context.Context, s honeycomb.SLO, at time.Time) (Budget, []BudgetPoint, error) {
	res, err := e.source.Query(ctx, sliQuery(s, time.Duration(s.Days)*24*time.Hour), at.AddDate(0, 0, -s.Days), at)
	if err != nil {
		return Budget{}, nil, err
	}
	budget := Budget{}.of(s, res)
	var (
		points   []BudgetPoint
		sum      = Budget{Allowed: budget.Allowed}
		happened bool
	)
	for i := range steps(res) {
		end := res.To
		for _, g := range res.Groups {
			p := g.Series[i]
			if next := p.Time.Add(res.Granularity); next.Before(end) {
				end = next
			}
			sum.count(g.Key[0], p.Values[0])
		}
		happened = happened || sum.Good+sum.Bad > 0
		if happened {
			points = append(points, BudgetPoint{end, sum.Left()})
		}
	}
	return budget, points, nil
}

// steps is how many points the groups of a result have.
func steps(res query.Result) int {
	if len(res.Groups) == 0 {
		return 0
	}
	return len(res.Groups[0].Series)
}

// of returns the budget of an SLO by the result of its query.
func (b Budget) of(s honeycomb.SLO, res query.Result) Budget {
	for _, g := range res.Groups {
		b.count(g.Key[0], g.Values[0])
	}
	b.Allowed = (b.Good + b.Bad) * (1 - float64(s.TargetPerMillion)/1e6)
	return b
}

// count adds events with a value of the SLI.
func (b *Budget) count(sli, events any) {
	n, _ := events.(float64)
	switch good, counts := sli.(bool); {
	case !counts:
	case good:
		b.Good += n
	default:
		b.Bad += n
	}
}

// Burn alerts run sixty times in what they look back over, but at least every
// quarter of an hour and at most every minute.
const (
	runsPerWindow = 60
	mostOften     = time.Minute
	leastOften    = 15 * time.Minute
)

// exhaustionShare is the share of an exhaustion time over which the present rate
// is taken: the last hour says whether the budget lasts for four.
const exhaustionShare = 4

func (e *Evaluator) burnAlert(s honeycomb.SLO, b honeycomb.BurnAlert) *alert {
	window := max(b.Window, b.Exhaustion/exhaustionShare, time.Minute)
	a := &alert{
		about: Notification{
			Alert: BurnAlertName(s, b), SLO: s.Name, Severity: b.Severity, Condition: b.String(),
			Description: b.Description, Runbook: e.runbook(b.Runbook), Recipients: b.Recipients,
		},
		query:     sliQuery(s, window),
		frequency: min(max(window/runsPerWindow, mostOften), leastOften).Truncate(time.Minute),
		limit:     1,
		groups:    make(map[string]*group),
	}
	burnt := used
	if b.Type == honeycomb.BudgetRate {
		a.about.Op, a.about.Threshold, a.about.Unit = honeycomb.GreaterOrEqual, float64(b.ThresholdPerMillion)/10_000, "%"
	} else {
		a.about.Op, a.about.Threshold, a.about.Unit = honeycomb.LessOrEqual, b.Exhaustion.Hours(), "h"
		burnt = exhausted
	}
	a.measure = func(ctx context.Context, at time.Time) ([]measurement, error) {
		budget, err := e.Budget(ctx, s, at)
		if err != nil || budget.Allowed == 0 {
			return nil, err
		}
		recent, err := e.budget(ctx, s, at.Add(-window), at)
		if err != nil {
			return nil, err
		}
		return []measurement{{value: burnt(budget, recent.Bad, window)}}, nil
	}
	return a
}

// used returns the share of the budget in percent that went within the window.
func used(b Budget, bad float64, _ time.Duration) *float64 {
	return new(100 * bad / b.Allowed)
}

// exhausted returns in how many hours the budget is gone if bad events go on as
// within the window: none if there were none, 0 if it is gone.
func exhausted(b Budget, bad float64, window time.Duration) *float64 {
	left := b.Allowed - b.Bad
	switch {
	case left <= 0:
		return new(0.0)
	case bad == 0:
		return nil
	}
	return new(left / bad * window.Hours())
}
