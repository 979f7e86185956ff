package honeycomb

import (
	"cmp"
	"time"
)

// tags writes tags as Terraform has them, a map.
func setTags(b *hcl, tags []Tag) {
	if len(tags) == 0 {
		return
	}
	m := &hcl{}
	for _, tag := range tags {
		m.set(tag.Key, tag.Value)
	}
	b.set("tags", m)
}

func (t *terraform) sloResources() {
	names := hclNames{}
	for _, s := range t.d.SLOs {
		name := names.name(s.Name)
		b := &hcl{}
		b.set("dataset", dataset)
		b.set("name", s.Name)
		b.set("description", s.Description)
		b.set("sli", hclRaw(t.fieldNames[s.SLI]+".alias"))
		b.set("target_percentage", s.Percent())
		b.set("time_period", s.Days)
		setTags(b, s.Tags)
		t.resource("slo", name, b)
		t.slos[s.Name] = "honeycombio_slo." + name
	}
}

func (t *terraform) boards() {
	names := hclNames{}
	for _, board := range t.d.Boards {
		b := &hcl{}
		b.set("name", board.Name)
		b.set("description", board.Description)
		setTags(b, board.Tags)
		for _, f := range board.PresetFilters {
			filter := &hcl{}
			filter.set("column", string(f.Column))
			filter.set("alias", f.Alias)
			b.block("preset_filter", filter)
		}
		for _, p := range board.Panels {
			b.block("panel", t.panel(p))
		}
		t.resource("flexible_board", names.name(board.Name), b)
	}
}

func (t *terraform) panel(p Panel) *hcl {
	b := &hcl{}
	kind, content := "text", &hcl{}
	switch {
	case p.Query != nil:
		kind = "query"
		content.set("query_id", hclRaw(t.queries[p.Query.Query.text()]+".id"))
		content.set("query_annotation_id", hclRaw(t.annotations[p.Query.Name]+".id"))
		content.set("query_style", string(cmp.Or(p.Style, Graph)))
		if p.UTC || p.Overlaid || len(p.Charts) > 0 {
			content.block("visualization_settings", visualization(p))
		}
	case p.SLO != "":
		kind = "slo"
		content.set("slo_id", hclRaw(t.slos[p.SLO]+".id"))
	default:
		content.set("content", p.Text)
	}
	b.set("type", kind)
	if p.Position != nil {
		position := &hcl{}
		position.set("x_coordinate", p.Position.X)
		position.set("y_coordinate", p.Position.Y)
		position.set("width", p.Position.Width)
		position.set("height", p.Position.Height)
		b.block("position", position)
	}
	b.block(kind+"_panel", content)
	return b
}

func visualization(p Panel) *hcl {
	b := &hcl{}
	if p.UTC {
		b.set("use_utc_xaxis", true)
	}
	if p.Overlaid {
		b.set("prefer_overlaid_charts", true)
	}
	for _, c := range p.Charts {
		chart := &hcl{}
		chart.set("chart_index", c.Index)
		chart.set("chart_type", string(cmp.Or(c.Type, ChartDefault)))
		if c.OmitMissing {
			chart.set("omit_missing_values", true)
		}
		if c.Log {
			chart.set("use_log_scale", true)
		}
		b.block("chart", chart)
	}
	return b
}

func (t *terraform) triggers() {
	names := hclNames{}
	for _, trigger := range t.d.Triggers {
		b := &hcl{}
		b.set("dataset", dataset)
		b.set("name", trigger.Name)
		b.set("description", t.d.Describe(trigger.Description, trigger.Runbook))
		b.set("frequency", int(trigger.Frequency/time.Second))
		b.set("alert_type", string(cmp.Or(trigger.AlertType, OnChange)))
		b.set("disabled", trigger.Disabled)
		setQuery(b, trigger.Query)
		setTags(b, trigger.Tags)
		b.set("depends_on", t.dependsOn(trigger.Query))
		threshold := &hcl{}
		threshold.set("op", string(trigger.Threshold.Op))
		threshold.set("value", trigger.Threshold.Value)
		threshold.set("exceeded_limit", cmp.Or(trigger.Threshold.ExceededLimit, 1))
		b.block("threshold", threshold)
		if trigger.Baseline.Offset > 0 {
			baseline := &hcl{}
			baseline.set("type", string(trigger.Baseline.Type))
			baseline.set("offset_minutes", int(trigger.Baseline.Offset/time.Minute))
			b.block("baseline_details", baseline)
		}
		t.alertRecipients(b, trigger.Recipients, trigger.Severity)
		t.resource("trigger", names.name(trigger.Name), b)
	}
}

func (t *terraform) alertRecipients(b *hcl, names []string, severity Severity) {
	for _, name := range names {
		who := &hcl{}
		who.set("id", hclRaw(t.recipients[name]+".id"))
		for _, r := range t.d.Recipients {
			if r.Name == name && r.Type == PagerDuty {
				details := &hcl{}
				details.set("pagerduty_severity", severity.pagerDuty())
				who.block("notification_details", details)
			}
		}
		b.block("recipient", who)
	}
}

func (t *terraform) burnAlerts() {
	names := hclNames{}
	for _, s := range t.d.SLOs {
		for _, alert := range s.BurnAlerts {
			b := &hcl{}
			b.set("dataset", dataset)
			b.set("slo_id", hclRaw(t.slos[s.Name]+".id"))
			b.set("description", t.d.Describe(alert.Description, alert.Runbook))
			b.set("alert_type", string(alert.Type))
			if alert.Type == BudgetRate {
				b.set("budget_rate_window_minutes", int(alert.Window/time.Minute))
				b.set("budget_rate_decrease_percent", float64(alert.ThresholdPerMillion)/10_000)
			} else {
				b.set("exhaustion_minutes", int(alert.Exhaustion/time.Minute))
			}
			t.alertRecipients(b, alert.Recipients, alert.Severity)
			t.resource("burn_alert", names.name(s.Name+" "+string(alert.Type)), b)
		}
	}
}
