package honeycomb

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// resolver says in words what an id of a body stands for. In the bodies of a
// definition that is not applied yet, the words stand in place of ids.
type resolver struct {
	// panel returns the saved query's name and its query's text.
	panel     func(annotation, query string) (name, text string)
	slo       func(id string) string
	recipient func(id string) string
	query     func(id string) string
}

// plain is the resolver of bodies that have words in place of ids.
var plain = resolver{
	panel:     func(annotation, query string) (string, string) { return annotation, query },
	slo:       func(id string) string { return id },
	recipient: func(id string) string { return id },
	query:     func(id string) string { return id },
}

// treeOf returns a body as the tree that its JSON is.
func treeOf(body any) (tree, error) {
	data, err := marshal(body)
	if err != nil {
		return nil, err
	}
	var t tree
	err = json.Unmarshal(data, &t)
	return t, err
}

// text returns the query in words that are equal for queries that mean the same
// to Honeycomb. Over canonical it forgives that Honeycomb turns a
// filter's value into the type of its column, and that it may name the limit
// that it uses by default.
func (q Query) text() string {
	c := q.canonical()
	for i, f := range c.Filters {
		if values, ok := f.Value.([]any); ok {
			loose := make([]any, 0, len(values))
			for _, v := range values {
				loose = append(loose, loosen(v))
			}
			c.Filters[i].Value = loose
		} else {
			c.Filters[i].Value = loosen(f.Value)
		}
	}
	if c.Limit == defaultLimit {
		c.Limit = 0
	}
	return c.canonical().String()
}

// defaultLimit is how many groups a query returns if it does not say.
const defaultLimit = 100

// loosen turns a string that is written as a number or a truth value into that.
func loosen(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && number(f) == s {
		return f
	}
	switch s {
	case "true":
		return true
	case "false":
		return false
	}
	return v
}

// queryText returns the text of a query in an answer. One that this package
// cannot express is shown as JSON, and differs from every query that it can.
func queryText(answer tree) string {
	data, err := json.Marshal(answer)
	if err != nil {
		return err.Error()
	}
	var b queryBody
	if answer.expressible() && json.Unmarshal(data, &b) == nil {
		return b.query().text()
	}
	rest := tree{}
	for name, value := range answer {
		if !slices.Contains([]string{"id", "created_at", "updated_at"}, name) && !blank(value) {
			rest[name] = value
		}
	}
	data, err = json.Marshal(rest)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// expressible reports whether a query in an answer has nothing that a [Query]
// has no field for. Names that nobody knows yet are not looked at: every query
// would differ from its definition from the day that answers have them.
func (t tree) expressible() bool {
	for _, name := range []string{"start_time", "end_time", "compare_time_offset_seconds", "calculated_fields", "formulas"} {
		if !blank(t[name]) {
			return false
		}
	}
	return !slices.ContainsFunc(t.objects("calculations"), func(c tree) bool { return !blank(c["filters"]) })
}

// blank reports whether a value of an answer says nothing.
func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return v == "" || v == 0.0 || v == false
}

// fingerprint is the number of a saved query's [mark].
func fingerprint(text, id string) string {
	sum := sha256.Sum256([]byte(text + "\n" + id))
	return hex.EncodeToString(sum[:6])
}

func tagTree(body tree) tree {
	t := tree{}
	for _, tag := range body.objects("tags") {
		t[tag.text("key")] = tag.text("value")
	}
	return t
}

// boardTree returns what people see of a board. Where the definition places the
// panels, their positions count, and otherwise their order.
func boardTree(body tree, r resolver, placed bool) tree {
	panels := tree{}
	var order []string
	for _, p := range body.objects("panels") {
		title, panel := panelTree(p, r)
		if placed {
			panel["position"] = positionText(p.object("position"))
		}
		title = distinct(panels, title)
		panels[title] = panel
		order = append(order, title)
	}
	t := tree{
		"description": body.text("description"),
		"panels":      panels,
		"tags":        tagTree(body),
	}
	if !placed {
		t["order"] = strings.Join(order, ", ")
	}
	filters := tree{}
	for _, f := range body.objects("preset_filters") {
		filters[f.text("column")] = f.text("alias")
	}
	t["preset filters"] = filters
	return t
}

func panelTree(body tree, r resolver) (string, tree) {
	t := tree{}
	var title string
	switch body.text("type") {
	case "query":
		panel := body.object("query_panel")
		name, text := r.panel(panel.text("query_annotation_id"), panel.text("query_id"))
		title = strconv.Quote(name)
		t["query"] = text
		t["style"] = cmp.Or(panel.text("query_style"), string(Graph))
		settings := panel.object("visualization_settings")
		t["UTC"] = settings.flag("utc_xaxis")
		t["overlaid"] = settings.flag("overlaid_charts")
		t["markers hidden"] = settings.flag("hide_markers")
		t["hovers hidden"] = settings.flag("hide_hovers")
		t["compare hidden"] = settings.flag("hide_compare")
		charts := tree{}
		for _, c := range settings.objects("charts") {
			if s := chartText(c); s != "" {
				charts[number(c.number("chart_index"))] = s
			}
		}
		t["charts"] = charts
		t[wholeKey] = text
	case "slo":
		title = "SLO " + strconv.Quote(r.slo(body.object("slo_panel").text("slo_id")))
		t[wholeKey] = title
	default:
		content := body.object("text_panel").text("content")
		line, _, _ := strings.Cut(content, "\n")
		title = "text " + strconv.Quote(line)
		t["content"] = content
		t[wholeKey] = title
	}
	return title, t
}

func positionText(p tree) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%s×%s at %s,%s", number(p.number("width")), number(p.number("height")),
		number(p.number("x_coordinate")), number(p.number("y_coordinate")))
}

func chartText(c tree) string {
	var parts []string
	if kind := c.text("chart_type"); kind != "" && kind != string(ChartDefault) {
		parts = append(parts, kind)
	}
	if c["omit_missing_values"] == true {
		parts = append(parts, "gaps where values are missing")
	}
	if c["log_scale"] == true {
		parts = append(parts, "logarithmic")
	}
	return strings.Join(parts, ", ")
}

// triggerTree returns what a trigger does. Honeycomb fills in defaults and sorts
// recipients as it likes.
func triggerTree(body tree, r resolver) tree {
	t := tree{
		"description": body.text("description"),
		"disabled":    body.flag("disabled"),
		"alert type":  cmp.Or(body.text("alert_type"), string(OnChange)),
		"frequency":   span(time.Duration(body.number("frequency")) * time.Second),
		"recipients":  recipientsTree(body, r),
		"tags":        tagTree(body),
	}
	if q := body.object("query"); q != nil {
		t["query"] = queryText(q)
	} else {
		t["query"] = r.query(body.text("query_id"))
	}
	threshold := body.object("threshold")
	t["threshold"] = threshold.text("op") + " " + number(threshold.number("value"))
	if n := threshold.number("exceeded_limit"); n > 1 {
		t["threshold"] = fmt.Sprintf("%s, %s times in a row", t["threshold"], number(n))
	}
	baseline := body.object("baseline_details")
	if m := baseline.number("offset_minutes"); m != 0 {
		t["baseline"] = fmt.Sprintf("by %s with %s ago", baseline.text("type"), span(time.Duration(m)*time.Minute))
	}
	if schedule := body.object("evaluation_schedule"); len(schedule) > 0 {
		data, _ := json.Marshal(schedule) // was JSON before
		t["schedule"] = string(data)
	}
	return t
}

func recipientsTree(body tree, r resolver) tree {
	t := tree{}
	for _, who := range body.objects("recipients") {
		severity := ""
		name := r.recipient(who.text("id"))
		if target := who.text("target"); name == who.text("id") && target != "" {
			name = who.text("type") + " " + target // of a team whose recipients were not asked for
		}
		if strings.HasPrefix(name, string(PagerDuty)+" ") {
			severity = cmp.Or(who.object("details").text("pagerduty_severity"), "critical")
		}
		t[name] = cmp.Or(severity, "notified")
	}
	return t
}

func sloTree(body tree) tree {
	return tree{
		"description": body.text("description"),
		"SLI":         body.object("sli").text("alias"),
		"target":      number(body.number("target_per_million")/10_000) + " %",
		"days":        number(body.number("time_period_days")),
		"tags":        tagTree(body),
	}
}

func burnAlertTree(body tree, r resolver) tree {
	return tree{
		"type":        body.text("alert_type"),
		"description": body.text("description"),
		"exhaustion":  minutesText(body.number("exhaustion_minutes")),
		"window":      minutesText(body.number("budget_rate_window_minutes")),
		"threshold":   body.count("budget_rate_decrease_threshold_per_million"),
		"recipients":  recipientsTree(body, r),
	}
}

func minutesText(n float64) string {
	if n == 0 {
		return ""
	}
	return span(time.Duration(n) * time.Minute)
}

// recipientTree returns where a recipient's messages go. An answer may leave
// secrets out, or put asterisks in their place; then they are not compared.
func recipientTree(b recipientBody, have *recipientBody) tree {
	t := tree{}
	add := func(name, value, other string) {
		if have != nil && (other == "" || strings.Contains(other, "**")) {
			return
		}
		if value != "" {
			t[name] = concealed(value)
		}
	}
	if have == nil {
		have = &b
	}
	add("key", b.Details.PagerDutyIntegrationKey, have.Details.PagerDutyIntegrationKey)
	add("URL", b.Details.WebhookURL, have.Details.WebhookURL)
	add("secret", b.Details.WebhookSecret, have.Details.WebhookSecret)
	return t
}

// words returns what [Recipient.String] does.
func (b recipientBody) words() string {
	r := Recipient{Type: b.Type, Target: b.Details.SlackChannel + b.Details.EmailAddress}
	r.Name = b.Details.PagerDutyIntegrationName + b.Details.WebhookName
	return r.String()
}
