package honeycomb

import (
	"context"
	"fmt"
	"slices"
)

// deleteSLO removes an SLO after its burn alerts, which would keep it in use. If
// something else does, such as a board that was made since the plan, the alerts
// are made again: an SLO that stays must not fall silent.
func (a *applying) deleteSLO(id string) step {
	return func(ctx context.Context) (string, error) {
		p := a.s.paths()
		var alerts []tree
		if err := a.c.get(ctx, p.burnAlertList(id), &alerts); err != nil {
			return "", err
		}
		for _, b := range alerts {
			if err := a.c.remove(ctx, item(p.burnAlerts, b.text("id"))); err != nil {
				return "", err
			}
		}
		left, err := a.delete(item(p.slos, id))(ctx)
		if left == "" {
			return "", err
		}
		for _, b := range alerts {
			body := b.again()
			if _, err := a.make(ctx, p.burnAlerts, p.burnAlertList(id), body, func(t tree) bool { return sameBurnAlert(t, body) }); err != nil {
				return "", fmt.Errorf("SLO %s stays (%s), and its burn alert %q could not be made again: %w", id, left, burnAlertOf(b), err)
			}
		}
		return left, nil
	}
}

// again returns the body that makes a burn alert of an answer once more.
func (t tree) again() tree {
	body := tree{"slo": map[string]any{"id": t.object("slo").text("id")}}
	for _, name := range append(slices.Clone(burnAlertNames), "recipients") {
		if v := t[name]; v != nil {
			body[name] = v
		}
	}
	return body
}

// burnAlertNames are the fields of a burn alert that tell it from others of its
// SLO.
var burnAlertNames = []string{"alert_type", "description", "exhaustion_minutes", "budget_rate_window_minutes", "budget_rate_decrease_threshold_per_million"}

// sameBurnAlert knows a burn alert by all that it watches.
func sameBurnAlert(have, want tree) bool {
	return !slices.ContainsFunc(burnAlertNames, func(name string) bool { return fmt.Sprint(have[name]) != fmt.Sprint(want[name]) })
}
