package fakehoneycomb

import (
	"slices"
)

var baselineOffsets = []float64{60, 1440, 10080, 40320}

func checkTrigger(c *call, o Object) *problem {
	if p := checkText(o, MaxTriggerName, MaxTriggerDescription); p != nil {
		return p
	}
	if c.old == nil && c.api.plan == Free && len(c.api.team(KindTrigger, c.scope)) >= FreeTriggers {
		return refused("your plan has %d triggers, and all of them are in use", FreeTriggers)
	}
	if !o.has("disabled") {
		o["disabled"] = c.old != nil && c.old["disabled"] == true // the one field that a PUT keeps
	}
	o.fallback("alert_type", "on_change")
	if t := o.text("alert_type"); t != "on_change" && t != "on_true" {
		return invalid("alert_type", "alert_type must be on_change or on_true")
	}
	o.fallback("evaluation_schedule_type", "frequency")
	for _, check := range []func(*call, Object) *problem{
		checkTriggerQuery, checkTriggerTime, checkThreshold, checkBaseline, checkAlertRecipients,
	} {
		if p := check(c, o); p != nil {
			return p
		}
	}
	return checkTags(o)
}

func checkTriggerQuery(c *call, o Object) *problem {
	id := o.text("query_id")
	if (id == "") == !o.has("query") {
		return invalid("query", "either query or query_id is required")
	}
	if id != "" {
		stored := c.api.find(place{KindQuery, c.scope}, id)
		if stored == nil {
			return invalid("query_id", "query %q not found in this dataset", id)
		}
		o["query"] = map[string]any(stored.query())
	}
	q := o.object("query")
	if p := c.checkQuery(q); p != nil {
		return p
	}
	for _, name := range []string{"orders", "limit", "granularity", "start_time", "end_time"} {
		if q.has(name) {
			return invalid("query", "%s is not allowed in a trigger's query", name)
		}
	}
	calculations, havings := q.list("calculations"), q.list("havings")
	if len(havings) > 1 {
		return invalid("query", "a trigger's query may have one having")
	}
	shown := 0
	for _, calculation := range calculations {
		op, column := calculation.text("op"), calculation.text("column")
		if op == "HEATMAP" || op == "CONCURRENCY" {
			return invalid("query", "%s is not allowed in a trigger's query", op)
		}
		if !slices.ContainsFunc(havings, func(h Object) bool {
			return h.text("calculate_op") == op && h.text("column") == column
		}) {
			shown++
		}
	}
	if len(calculations) > 0 && shown != 1 && (shown != 0 || len(calculations) != 1) {
		return invalid("query", "a trigger's query must have one calculation that is not a having")
	}
	return nil
}

// query returns the specification alone.
func (o Object) query() Object {
	q := Object{}
	for _, name := range queryKeys {
		if o.has(name) {
			q[name] = o.clone()[name]
		}
	}
	return q
}

func checkTriggerTime(_ *call, o Object) *problem {
	o.fallback("frequency", 900.0)
	frequency, _ := o.number("frequency")
	if frequency < 60 || frequency > 86400 || int(frequency)%60 != 0 {
		return invalid("frequency", "frequency must be a multiple of 60 between 60 and 86400")
	}
	span, _ := o.object("query").number("time_range")
	if span < frequency || span > min(4*frequency, 86400) {
		return invalid("frequency", "time_range must be between frequency and four times frequency, and at most 86400")
	}
	return nil
}

func checkThreshold(_ *call, o Object) *problem {
	threshold := o.object("threshold")
	if threshold == nil {
		return invalid("threshold", "threshold is required")
	}
	if !slices.Contains([]string{">", ">=", "<", "<="}, threshold.text("op")) {
		return invalid("threshold", "threshold op must be one of > >= < <=")
	}
	if _, ok := threshold.number("value"); !ok {
		return invalid("threshold", "threshold value must be a number")
	}
	threshold.fallback("exceeded_limit", 1.0)
	if limit, _ := threshold.number("exceeded_limit"); limit < 1 || limit > 5 {
		return invalid("threshold", "exceeded_limit must be between 1 and 5")
	}
	return nil
}

// checkBaseline accepts null, an object of zeros and a real baseline; the first
// two are the same, and answers have null for both.
func checkBaseline(_ *call, o Object) *problem {
	baseline := o.object("baseline_details")
	offset, _ := baseline.number("offset_minutes")
	if offset == 0 && baseline.text("type") == "" {
		o["baseline_details"] = nil
		return nil
	}
	if !slices.Contains(baselineOffsets, offset) {
		return invalid("baseline_details", "offset_minutes must be 60, 1440, 10080 or 40320")
	}
	if t := baseline.text("type"); t != "percentage" && t != "value" {
		return invalid("baseline_details", "type must be percentage or value")
	}
	return nil
}

// checkAlertRecipients resolves an alert's recipients, and stores them in an
// order of the server's own: the youngest first.
func checkAlertRecipients(c *call, o Object) *problem {
	if o["recipients"] == nil {
		o["recipients"] = []any{}
	}
	known := c.api.team(KindRecipient, c.scope)
	type pair struct{ known, given Object }
	var pairs []pair
	for _, given := range o.list("recipients") {
		i := slices.IndexFunc(known, func(k Object) bool {
			if id := given.text("id"); id != "" {
				return k.text("id") == id
			}
			return k.text("type") == given.text("type") && k.target() == given.text("target")
		})
		if i < 0 {
			return invalid("recipients", "recipient %q not found", given.text("id")+given.text("target"))
		}
		pairs = append(pairs, pair{known[i], given})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return byAge(b.known, a.known) })
	list := []any{}
	for _, p := range pairs {
		r := map[string]any{"id": p.known["id"], "type": p.known["type"]}
		if target := p.known.target(); target != "" {
			r["target"] = target
		}
		if p.known.text("type") == "pagerduty" {
			severity := p.given.object("details").text("pagerduty_severity")
			if severity == "" {
				severity = "critical"
			}
			if !slices.Contains([]string{"info", "warning", "error", "critical"}, severity) {
				return invalid("recipients", "unknown pagerduty_severity %q", severity)
			}
			r["details"] = map[string]any{"pagerduty_severity": severity}
		}
		list = append(list, r)
	}
	o["recipients"] = list
	return nil
}

func finishTrigger(c *call, o Object) {
	o["dataset_slug"] = c.dataset
	o["triggered"] = false
	if o.text("query_id") == "" {
		stored := o.object("query").clone()
		c.api.add(place{KindQuery, c.scope}, stored)
		o["query_id"] = stored["id"]
	}
}
