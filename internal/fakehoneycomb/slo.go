package fakehoneycomb

import (
	"fmt"
	"math"
	"slices"
)

func checkSLO(c *call, o Object) *problem {
	if p := checkText(o, MaxSLOName, MaxSLODescription); p != nil {
		return p
	}
	// Nothing has a default, not even when replacing: there is no partial PUT.
	target, ok := o.number("target_per_million")
	if !ok || target != math.Trunc(target) || target < 0 || target > 999999 {
		return invalid("target_per_million", "target_per_million is required, from 0 to 999999")
	}
	days, ok := o.number("time_period_days")
	if !ok || days != math.Trunc(days) || days < 1 {
		return invalid("time_period_days", "time_period_days is required, and at least 1")
	}
	alias := o.object("sli").text("alias")
	if alias == "" {
		return invalid("sli", "sli.alias is required")
	}
	if !c.hasField(alias) {
		return invalid("sli", "calculated field %q not found", alias)
	}
	return checkTags(o)
}

func (c *call) hasField(alias string) bool {
	kind, ok := c.api.columns(c.scope)[alias]
	return ok && kind == ""
}

func finishSLO(c *call, o Object) { o["dataset_slugs"] = []any{c.dataset} }

func sloInUse(c *call, o Object) string {
	id := o.text("id")
	for _, b := range c.api.environment(KindBurnAlert, c.scope) {
		if b.object("slo").text("id") == id {
			return "a burn alert"
		}
	}
	for _, b := range c.api.environment(KindBoard, c.scope) {
		for _, p := range b.list("panels") {
			if p.object("slo_panel").text("slo_id") == id {
				return fmt.Sprintf("board %q", b.text("name"))
			}
		}
	}
	return ""
}

func checkBurnAlert(c *call, o Object) *problem {
	o.fallback("description", "")
	if n := len([]rune(o.text("description"))); n > MaxTriggerDescription {
		return invalid("description", "description must be at most %d characters", MaxTriggerDescription)
	}
	slo := o.object("slo").text("id")
	if c.api.find(place{KindSLO, c.scope}, slo) == nil {
		return invalid("slo", "SLO %q not found in this dataset", slo)
	}
	if c.old != nil && (c.old.object("slo").text("id") != slo || c.old.text("alert_type") != o.text("alert_type")) {
		return invalid("alert_type", "slo and alert_type cannot be changed")
	}
	own := map[string][]string{
		"exhaustion_time": {"exhaustion_minutes"},
		"budget_rate":     {"budget_rate_window_minutes", "budget_rate_decrease_threshold_per_million"},
	}
	mine, ok := own[o.text("alert_type")]
	if !ok {
		return invalid("alert_type", "alert_type must be exhaustion_time or budget_rate")
	}
	for _, names := range own {
		for _, name := range names {
			if n, ok := o.number(name); slices.Contains(mine, name) {
				if !ok || n < 0 || n != math.Trunc(n) {
					return invalid(name, "%s is required for %s", name, o.text("alert_type"))
				}
			} else if o.has(name) {
				return invalid(name, "%s is not for %s", name, o.text("alert_type"))
			}
		}
	}
	if window, ok := o.number("budget_rate_window_minutes"); ok && window < 60 {
		return invalid("budget_rate_window_minutes", "budget_rate_window_minutes must be at least 60")
	}
	if n, ok := o.number("budget_rate_decrease_threshold_per_million"); ok && (n < 1 || n > 1000000) {
		return invalid("budget_rate_decrease_threshold_per_million", "must be from 1 to 1000000")
	}
	if p := checkAlertRecipients(c, o); p != nil {
		return p
	}
	if len(o.list("recipients")) == 0 {
		return invalid("recipients", "a burn alert needs a recipient")
	}
	return nil
}

func finishBurnAlert(_ *call, o Object) { o["triggered"] = false }

func filterBurnAlerts(c *call, objects []Object) (Object, []Object, *problem) {
	ids := c.query["slo_id"]
	if len(ids) == 0 {
		return nil, nil, invalid("slo_id", "slo_id is required")
	}
	return nil, slices.DeleteFunc(objects, func(o Object) bool { return o.object("slo").text("id") != ids[0] }), nil
}
