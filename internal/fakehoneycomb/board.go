package fakehoneycomb

import (
	"fmt"
	"regexp"
	"slices"
)

// Limits of a board.
const (
	GridWidth        = 12
	MaxPresetFilters = 5
	MaxTags          = 10
	MaxViews         = 50
)

var (
	tagKey   = regexp.MustCompile(`^[a-z]{1,32}$`)
	tagValue = regexp.MustCompile(`^[a-z][a-z0-9/-]{0,127}$`)
	styles   = []string{"graph", "table", "combo"}
	charts   = []string{"default", "line", "stacked", "stat", "tsbar", "cpie", "cbar"}
)

func checkTags(o Object) *problem {
	if o["tags"] == nil {
		o["tags"] = []any{}
	}
	tags := o.list("tags")
	if len(tags) > MaxTags {
		return invalid("tags", "at most %d tags", MaxTags)
	}
	seen := map[string]bool{}
	for _, tag := range tags {
		key, value := tag.text("key"), tag.text("value")
		switch {
		case !tagKey.MatchString(key):
			return invalid("tags", "tag key %q must be 1 to 32 lower-case letters", key)
		case !tagValue.MatchString(value):
			return invalid("tags", "tag value %q must begin with a lower-case letter and have only those, digits, / and -", value)
		case seen[key]:
			return invalid("tags", "tag %q is given twice", key)
		}
		seen[key] = true
	}
	return nil
}

func checkBoard(c *call, o Object) *problem {
	if p := checkText(o, MaxBoardName, MaxBoardDescription); p != nil {
		return p
	}
	if o.text("type") != "flexible" {
		return invalid("type", "type must be flexible")
	}
	if p := checkTags(o); p != nil {
		return p
	}
	if p := c.checkPresetFilters(o); p != nil {
		return p
	}
	if o["panels"] == nil {
		o["panels"] = []any{}
	}
	panels := o.list("panels")
	shown := map[string]bool{}
	placed := 0
	for i, panel := range panels {
		if p := c.checkPanel(panel, i, shown); p != nil {
			return p
		}
		if panel.has("position") {
			placed++
		}
	}
	switch {
	case placed != 0 && placed != len(panels):
		return invalid("panels", "positions must be set on all panels or on none")
	case placed == 0:
		o["layout_generation"] = "auto"
		arrange(panels)
	default:
		o.fallback("layout_generation", "manual")
	}
	return nil
}

// arrange lays panels out in two columns, as a board without positions is.
func arrange(panels []Object) {
	for i, panel := range panels {
		panel["position"] = map[string]any{
			"x_coordinate": float64(i % 2 * 6), "y_coordinate": float64(i / 2 * 4), "width": 6.0, "height": 4.0,
		}
	}
}

func (c *call) checkPresetFilters(o Object) *problem {
	if o["preset_filters"] == nil {
		o["preset_filters"] = []any{}
	}
	filters := o.list("preset_filters")
	if len(filters) > MaxPresetFilters {
		return invalid("preset_filters", "at most %d preset filters", MaxPresetFilters)
	}
	types := c.api.columns(c.scope + "/" + AllDatasets)
	seen := map[string]bool{}
	for _, f := range filters {
		if seen[f.text("column")] {
			return invalid("preset_filters", "preset filter %q is given twice", f.text("column"))
		}
		seen[f.text("column")] = true
		if _, ok := types[f.text("column")]; !ok {
			return invalid("preset_filters", "unknown column %q", f.text("column"))
		}
		if f.text("alias") == "" {
			return invalid("preset_filters", "a preset filter needs an alias")
		}
	}
	return nil
}

func (c *call) checkPanel(panel Object, index int, shown map[string]bool) *problem {
	field := fmt.Sprintf("panels[%d]", index)
	if panel.has("position") {
		if p := checkPosition(field, panel.object("position")); p != nil {
			return p
		}
	}
	kind := panel.text("type")
	for _, other := range []string{"query", "slo", "text"} {
		if other != kind && panel.has(other+"_panel") {
			return invalid(field, "a %s panel has no %s_panel", kind, other)
		}
	}
	switch kind {
	case "query":
		return c.checkQueryPanel(field, panel.object("query_panel"), shown)
	case "slo":
		id := panel.object("slo_panel").text("slo_id")
		if !slices.ContainsFunc(c.api.environment(KindSLO, c.scope), func(o Object) bool { return o.text("id") == id }) {
			return invalid(field, "SLO %q not found", id)
		}
	case "text":
		if panel.object("text_panel").text("content") == "" {
			return invalid(field, "a text panel needs content")
		}
	default:
		return invalid(field, "unknown panel type %q", kind)
	}
	return nil
}

func checkPosition(field string, position Object) *problem {
	x, _ := position.number("x_coordinate")
	y, _ := position.number("y_coordinate")
	width, _ := position.number("width")
	height, _ := position.number("height")
	if x < 0 || y < 0 || width < 1 || height < 1 || x+width > GridWidth {
		return invalid(field, "position does not fit a grid of %d columns", GridWidth)
	}
	return nil
}

func (c *call) checkQueryPanel(field string, panel Object, shown map[string]bool) *problem {
	query, annotation := panel.text("query_id"), panel.text("query_annotation_id")
	if !slices.ContainsFunc(c.api.environment(KindQuery, c.scope), func(o Object) bool { return o.text("id") == query }) {
		return invalid(field, "query %q not found", query)
	}
	if shown[query] {
		return invalid(field, "duplicate query %q", query)
	}
	shown[query] = true
	all := c.api.environment(KindAnnotation, c.scope)
	i := slices.IndexFunc(all, func(o Object) bool { return o.text("id") == annotation })
	if i < 0 {
		return invalid(field, "query annotation %q not found", annotation)
	}
	if all[i].text("query_id") != query {
		return invalid(field, "query annotation %q is not of query %q", annotation, query)
	}
	panel.fallback("query_style", "graph")
	if !slices.Contains(styles, panel.text("query_style")) {
		return invalid(field, "unknown query_style %q", panel.text("query_style"))
	}
	for _, chart := range panel.object("visualization_settings").list("charts") {
		chart.fallback("chart_type", "default")
		if !slices.Contains(charts, chart.text("chart_type")) {
			return invalid(field, "unknown chart_type %q", chart.text("chart_type"))
		}
	}
	return nil
}

func finishBoard(c *call, o Object) {
	o["links"] = map[string]any{"board_url": "https://ui.honeycomb.io/" + c.scope + "/board/" + o.text("id")}
}

func checkView(c *call, o Object) *problem {
	if o.text("name") == "" {
		return invalid("name", "name is required")
	}
	if c.old == nil && len(c.api.store[place{KindView, c.scope}]) >= MaxViews {
		return invalid("views", "at most %d views", MaxViews)
	}
	if o["filters"] == nil {
		o["filters"] = []any{}
	}
	return nil
}
