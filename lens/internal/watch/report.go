package watch

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/lens/internal/runbook"
)

// Link returns the address of the page that shows a query over a time range, of a
// server at base, such as http://127.0.0.1:4318.
func Link(base string) func(q honeycomb.Query, from, to time.Time) string {
	return func(q honeycomb.Query, from, to time.Time) string {
		body, err := json.Marshal(q)
		if err != nil {
			return ""
		}
		return base + "/query?" + url.Values{
			"q": {string(body)}, "start": {strconv.FormatInt(from.UnixMilli(), 10)}, "end": {strconv.FormatInt(to.UnixMilli(), 10)},
		}.Encode()
	}
}

// What GET /api/alerts answers. Times are Unix milliseconds, 0 for none.
type (
	report struct {
		Triggers []alert `json:"triggers"`
		SLOs     []slo   `json:"slos"`
		History  []past  `json:"history"`
	}
	alert struct {
		Name        string           `json:"name"`
		Type        string           `json:"type,omitempty"` // of a burn alert
		Description string           `json:"description"`
		Severity    string           `json:"severity"`
		State       alerting.State   `json:"state"`
		Error       string           `json:"error,omitempty"`
		Value       *float64         `json:"value"`
		Op          string           `json:"op"`
		Threshold   float64          `json:"threshold"`
		Since       int64            `json:"since_ms"`
		Next        int64            `json:"next_ms"`
		Frequency   int64            `json:"frequency_s"`
		Query       *honeycomb.Query `json:"query"`
		Runbook     string           `json:"runbook_markdown"`
		Groups      []group          `json:"groups"`
	}
	group struct {
		Group string         `json:"group"`
		State alerting.State `json:"state"`
		Value float64        `json:"value"`
	}
	slo struct {
		Name        string   `json:"name"`
		Description string   `json:"description"`
		Target      float64  `json:"target"`     // percent
		Compliance  *float64 `json:"compliance"` // percent; null where nothing counts yet
		BudgetLeft  *float64 `json:"budget_left"`
		Days        int      `json:"window_days"`
		Error       string   `json:"error,omitempty"`
		BurnAlerts  []alert  `json:"burn_alerts"`
		Series      []left   `json:"series"`
	}
	left struct {
		Time int64   `json:"t_ms"`
		Left float64 `json:"budget_left"`
	}
	past struct {
		Time      int64          `json:"t_ms"`
		Name      string         `json:"name"`
		State     alerting.State `json:"state"`
		Value     *float64       `json:"value"`
		Threshold float64        `json:"threshold"`
		Group     string         `json:"group,omitempty"`
		Delivered []string       `json:"delivered"`
		Error     string         `json:"error,omitempty"`
	}
)

// ServeHTTP answers GET /api/alerts: how all alerts and SLOs stand, and what
// happened.
func (w *Watch) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := json.Marshal(w.report(r.Context()))
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-store")
	if err != nil {
		rw.WriteHeader(http.StatusInternalServerError)
		body = []byte(`{"error": "the alerts cannot be written as JSON"}`)
	}
	_, _ = rw.Write(body) // a client that is gone needs no answer
}

func (w *Watch) report(ctx context.Context) report {
	out := report{Triggers: []alert{}, SLOs: []slo{}, History: []past{}}
	burning := make(map[string][]alert)
	for _, s := range w.evaluator.Status() {
		if s.About.SLO == "" {
			out.Triggers = append(out.Triggers, newAlert(s))
		} else {
			burning[s.About.SLO] = append(burning[s.About.SLO], newAlert(s))
		}
	}
	for i, s := range w.budgets(ctx) {
		def := w.slos[i]
		s.BurnAlerts = append([]alert{}, burning[def.Name]...)
		for j := range s.BurnAlerts {
			s.BurnAlerts[j].Type = string(def.BurnAlerts[j].Type)
		}
		out.SLOs = append(out.SLOs, s)
	}
	for _, e := range w.History() {
		p := past{
			Time: e.Time.UnixMilli(), Name: e.Alert, State: e.State, Value: e.Value, Threshold: e.Threshold, Group: e.Group,
			Delivered: append([]string{}, e.Delivered...),
		}
		var errs []string
		for _, name := range w.outbox.Senders() {
			if text := e.Errors[name]; text != "" {
				errs = append(errs, name+": "+text)
			}
		}
		p.Error = strings.Join(errs, "; ")
		out.History = append(out.History, p)
	}
	return out
}

func newAlert(s alerting.Status) alert {
	_, anchor, _ := strings.Cut(s.About.Runbook, "#")
	a := alert{
		Name: s.About.Alert, Description: s.About.Description, Severity: s.About.Severity.String(), State: s.About.State, Value: s.About.Value,
		Op: string(s.About.Op), Threshold: s.About.Threshold, Since: milliseconds(s.Since), Next: milliseconds(s.Next), Frequency: int64(s.Frequency / time.Second),
		Query: &s.Query, Runbook: runbook.Section(anchor), Groups: []group{},
	}
	if s.Err != nil {
		a.Error = s.Err.Error()
	}
	for _, g := range s.Groups {
		a.Groups = append(a.Groups, group{g.Group, g.State, g.Value})
	}
	return a
}

func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// budgetsFresh is how long an SLO's budget is not asked for again: a page asks every
// few seconds, and an SLO looks back a month.
const budgetsFresh = 20 * time.Second

// standing is how an SLO stood at a time. The zero value was never asked for.
type standing struct {
	slo slo
	at  time.Time
}

// budgets returns how the SLOs stand.
func (w *Watch) budgets(ctx context.Context) []slo {
	w.budgetMu.Lock()
	defer w.budgetMu.Unlock()
	now := time.Now()
	list := make([]slo, 0, len(w.slos))
	for i, def := range w.slos {
		known := &w.standings[i]
		if !known.at.IsZero() && now.Sub(known.at) < budgetsFresh {
			list = append(list, known.slo)
			continue
		}
		s, empty := w.budget(ctx, def, now)
		list = append(list, s)
		// What a client gave up on is no answer for the next, and the first data
		// shows at once.
		if ctx.Err() == nil && !empty {
			*known = standing{s, now}
		}
	}
	return list
}

// budget asks how an SLO stands, and reports whether nothing counts yet.
func (w *Watch) budget(ctx context.Context, def honeycomb.SLO, now time.Time) (s slo, empty bool) {
	s = slo{Name: def.Name, Description: def.Description, Target: def.Percent(), Days: def.Days, Series: []left{}}
	budget, points, err := w.evaluator.Course(ctx, def, now)
	switch {
	case err != nil:
		s.Error = err.Error()
	case budget.Good+budget.Bad > 0:
		s.Compliance, s.BudgetLeft = new(budget.Compliance()), new(budget.Left())
	default:
		empty = true
	}
	for _, p := range points {
		s.Series = append(s.Series, left{p.Time.UnixMilli(), p.Left})
	}
	return s, empty
}
