package fakehoneycomb_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// caller asks the API over its transport.
type caller struct {
	t   *testing.T
	api *fakehoneycomb.API
	key string
	// ids of what setUp has made, by name.
	ids map[string]string
}

// do returns the status and the answer as text.
func (c *caller) do(method, path, body string) (int, string) {
	c.t.Helper()
	for name, id := range c.ids {
		path = strings.ReplaceAll(path, "<"+name+">", id)
		body = strings.ReplaceAll(body, "<"+name+">", id)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, "https://api.honeycomb.io"+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("X-Honeycomb-Team", c.key)
	r.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Transport: c.api.Transport()}).Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(io.LimitReader(response.Body, 1<<20)); err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode, answer.String()
}

// make posts a body that has to be accepted, and remembers the id.
func (c *caller) make(name, path, body string) {
	c.t.Helper()
	status, answer := c.do(http.MethodPost, path, body)
	if status >= 300 {
		c.t.Fatalf("%s: %d %s", name, status, answer)
	}
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(answer), &made); err != nil {
		c.t.Fatal(err)
	}
	c.ids[name] = made.ID
}

const (
	okTrigger = `{"name":"T","query":{"calculations":[{"op":"COUNT"}],"time_range":900},"frequency":300,` +
		`"threshold":{"op":">","value":1},"recipients":[{"id":"<slack>"}]}`
	okBoard = `{"name":"B","type":"flexible","panels":[` +
		`{"type":"query","query_panel":{"query_id":"<query>","query_annotation_id":"<annotation>"}},` +
		`{"type":"slo","slo_panel":{"slo_id":"<slo>"}}]}`
	okSLO  = `{"name":"S","sli":{"alias":"sli"},"target_per_million":950000,"time_period_days":30}`
	okBurn = `{"alert_type":"exhaustion_time","exhaustion_minutes":60,"slo":{"id":"<slo>"},"recipients":[{"id":"<slack>"}]}`
)

// setUp makes one thing of each kind.
func setUp(t *testing.T, options ...fakehoneycomb.Option) *caller {
	t.Helper()
	c := &caller{
		t: t, key: fakehoneycomb.DefaultKey, ids: map[string]string{},
		api: fakehoneycomb.New(append([]fakehoneycomb.Option{fakehoneycomb.WithRateLimit(0)}, options...)...),
	}
	c.make("route", "/1/columns/lift-sys", `{"key_name":"http.route"}`)
	c.make("duration", "/1/columns/lift-sys", `{"key_name":"duration_ms","type":"float"}`)
	c.make("status", "/1/columns/lift-sys", `{"key_name":"status","type":"integer"}`)
	c.make("failed", "/1/columns/lift-sys", `{"key_name":"failed","type":"boolean"}`)
	c.make("sli", "/1/derived_columns/lift-sys", `{"alias":"sli","expression":"LT($duration_ms, 100)"}`)
	c.make("query", "/1/queries/lift-sys", `{"calculations":[{"op":"COUNT"}]}`)
	c.make("annotation", "/1/query_annotations/lift-sys", `{"name":"A","query_id":"<query>"}`)
	c.make("slack", "/1/recipients", `{"type":"slack","details":{"slack_channel":"#c"}}`)
	c.make("slo", "/1/slos/lift-sys", okSLO)
	c.make("board", "/1/boards", okBoard)
	c.make("trigger", "/1/triggers/lift-sys", okTrigger)
	c.make("burn", "/1/burn_alerts/lift-sys", okBurn)
	return c
}

func TestRules(t *testing.T) {
	query := func(spec string) string { return spec }
	trigger := func(old, replacement string) string { return strings.Replace(okTrigger, old, replacement, 1) }
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"unknown path", "GET", "/1/nothing", "", 404, "path not found"},
		{"unknown dataset", "GET", "/1/columns/nope", "", 404, "dataset not found"},
		{"no JSON", "POST", "/1/boards", "[", 400, "JSON object"},

		{"column without a name", "POST", "/1/columns/lift-sys", `{"type":"float"}`, 422, "key_name is required"},
		{"column of another type", "POST", "/1/columns/lift-sys", `{"key_name":"x","type":"blob"}`, 422, "type must be one of"},
		{"column twice", "POST", "/1/columns/lift-sys", `{"key_name":"http.route"}`, 409, "already exists"},
		{"column of all datasets", "POST", "/1/columns/__all__", `{"key_name":"x"}`, 422, "cannot be made in __all__"},
		{"column in use", "DELETE", "/1/columns/lift-sys/<duration>", "", 409, `in use by calculated field`},

		{"field twice", "POST", "/1/derived_columns/lift-sys", `{"alias":"sli","expression":"1"}`, 409, "already exists"},
		{"field over nothing", "POST", "/1/derived_columns/lift-sys", `{"alias":"x","expression":"EXISTS($nope)"}`, 422, `unknown column \"nope\"`},
		{"field with a long expression", "POST", "/1/derived_columns/lift-sys", `{"alias":"x","expression":"` + strings.Repeat("1", 4096) + `"}`, 422, "at most 4095"},
		{"field unbalanced", "POST", "/1/derived_columns/lift-sys", `{"alias":"x","expression":"NOT(1"}`, 422, "parentheses"},
		{"field in use", "DELETE", "/1/derived_columns/lift-sys/<sli>", "", 409, `in use by SLO`},
		{"field renamed in use", "PUT", "/1/derived_columns/lift-sys/<sli>", `{"alias":"x","expression":"1"}`, 409, "cannot be renamed"},

		{"queries cannot be listed", "GET", "/1/queries/lift-sys", "", 405, "cannot be listed"},
		{"queries cannot be changed", "PUT", "/1/queries/lift-sys/<query>", `{}`, 405, "not allowed"},
		{"queries cannot be deleted", "DELETE", "/1/queries/lift-sys/<query>", "", 405, "not allowed"},
		{"unknown column", "POST", "/1/queries/lift-sys", `{"breakdowns":["nope"]}`, 422, `unknown column \"nope\"`},
		{"unknown part", "POST", "/1/queries/lift-sys", `{"calculation":[]}`, 422, "unknown field"},
		{"unknown calculation", "POST", "/1/queries/lift-sys", `{"calculations":[{"op":"MEDIAN"}]}`, 422, "unknown calculation"},
		{"count of a column", "POST", "/1/queries/lift-sys", `{"calculations":[{"op":"COUNT","column":"status"}]}`, 422, "takes no column"},
		{"average of nothing", "POST", "/1/queries/lift-sys", `{"calculations":[{"op":"AVG"}]}`, 422, "needs a column"},
		{"average of strings", "POST", "/1/queries/lift-sys", `{"calculations":[{"op":"AVG","column":"http.route"}]}`, 422, "column of numbers"},
		{"filter without a value", "POST", "/1/queries/lift-sys", `{"filters":[{"column":"status","op":"="}]}`, 422, "needs a value"},
		{"exists with a value", "POST", "/1/queries/lift-sys", `{"filters":[{"column":"status","op":"exists","value":1}]}`, 422, "takes no value"},
		{"in without a list", "POST", "/1/queries/lift-sys", `{"filters":[{"column":"status","op":"in","value":1}]}`, 422, "list of values"},
		{"equals with a list", "POST", "/1/queries/lift-sys", `{"filters":[{"column":"status","op":"=","value":[1]}]}`, 422, "takes one value"},
		{"unknown filter", "POST", "/1/queries/lift-sys", `{"filters":[{"column":"status","op":"like","value":1}]}`, 422, "unknown filter"},
		{"order by something else", "POST", "/1/queries/lift-sys", `{"orders":[{"op":"AVG","column":"status"}]}`, 422, "neither calculated nor broken down"},
		{"having of something else", "POST", "/1/queries/lift-sys", `{"havings":[{"calculate_op":"AVG","column":"status","op":">","value":1}]}`, 422, "is not calculated"},
		{"combination", "POST", "/1/queries/lift-sys", `{"filter_combination":"XOR"}`, 422, "AND or OR"},
		{"limit", "POST", "/1/queries/lift-sys", `{"limit":1001}`, 422, "between 1 and 1000"},
		{"granularity", "POST", "/1/queries/lift-sys", `{"time_range":100,"granularity":50}`, 422, "granularity"},
		{"too many breakdowns", "POST", "/1/queries/lift-sys", `{"breakdowns":[` + strings.Repeat(`"status",`, 100) + `"status"]}`, 422, "at most 100"},

		{"annotation with a long name", "POST", "/1/query_annotations/lift-sys", `{"name":"` + strings.Repeat("x", 321) + `","query_id":"<query>"}`, 422, "at most 320"},
		{"annotation with a long description", "POST", "/1/query_annotations/lift-sys", `{"name":"x","description":"` + strings.Repeat("x", 1024) + `","query_id":"<query>"}`, 422, "at most 1023"},
		{"annotation of nothing", "POST", "/1/query_annotations/lift-sys", `{"name":"x","query_id":"nope"}`, 422, "not found"},
		{"annotation of another query", "PUT", "/1/query_annotations/lift-sys/<annotation>", `{"name":"x","query_id":"<other>"}`, 422, "cannot be changed"},
		{"annotation in use", "DELETE", "/1/query_annotations/lift-sys/<annotation>", "", 409, "in use by board"},

		{"classic board", "POST", "/1/boards", `{"name":"x"}`, 422, "flexible"},
		{"board without a name", "POST", "/1/boards", `{"type":"flexible"}`, 422, "name is required"},
		{"query twice on a board", "POST", "/1/boards", `{"name":"x","type":"flexible","panels":[` + strings.Repeat(`{"type":"query","query_panel":{"query_id":"<query>","query_annotation_id":"<annotation>"}},`, 1) + `{"type":"query","query_panel":{"query_id":"<query>","query_annotation_id":"<annotation>"}}]}`, 422, "duplicate query"},
		{"annotation of another panel", "POST", "/1/boards", `{"name":"x","type":"flexible","panels":[{"type":"query","query_panel":{"query_id":"<other>","query_annotation_id":"<annotation>"}}]}`, 422, "is not of query"},
		{"panel without a query", "POST", "/1/boards", `{"name":"x","type":"flexible","panels":[{"type":"query"}]}`, 422, "not found"},
		{"panel of an unknown SLO", "POST", "/1/boards", `{"name":"x","type":"flexible","panels":[{"type":"slo","slo_panel":{"slo_id":"nope"}}]}`, 422, "SLO"},
		{"panel without text", "POST", "/1/boards", `{"name":"x","type":"flexible","panels":[{"type":"text"}]}`, 422, "needs content"},
		{"panel of two kinds", "POST", "/1/boards", `{"name":"x","type":"flexible","panels":[{"type":"text","text_panel":{"content":"x"},"slo_panel":{"slo_id":"<slo>"}}]}`, 422, "has no slo_panel"},
		{"some positions", "POST", "/1/boards", `{"name":"x","type":"flexible","panels":[{"type":"text","text_panel":{"content":"x"}},{"type":"text","text_panel":{"content":"y"},"position":{"width":1,"height":1}}]}`, 422, "on all panels or on none"},
		{"beyond the grid", "POST", "/1/boards", `{"name":"x","type":"flexible","panels":[{"type":"text","text_panel":{"content":"y"},"position":{"x_coordinate":6,"width":7,"height":1}}]}`, 422, "grid of 12"},
		{"six preset filters", "POST", "/1/boards", `{"name":"x","type":"flexible","preset_filters":[` + strings.Repeat(`{"column":"status","alias":"s"},`, 5) + `{"column":"status","alias":"s"}]}`, 422, "at most 5"},
		{"preset filter twice", "POST", "/1/boards", `{"name":"x","type":"flexible","preset_filters":[{"column":"status","alias":"s"},{"column":"status","alias":"t"}]}`, 422, "given twice"},
		{"preset filter over nothing", "POST", "/1/boards", `{"name":"x","type":"flexible","preset_filters":[{"column":"nope","alias":"s"}]}`, 422, "unknown column"},
		{"tag key", "POST", "/1/boards", `{"name":"x","type":"flexible","tags":[{"key":"Team","value":"x"}]}`, 422, "tag key"},
		{"tag value", "POST", "/1/boards", `{"name":"x","type":"flexible","tags":[{"key":"team","value":"1"}]}`, 422, "tag value"},
		{"unknown board", "PUT", "/1/boards/nope", okBoard, 404, "board not found"},

		{"trigger with a long name", "POST", "/1/triggers/lift-sys", trigger(`"T"`, `"`+strings.Repeat("x", 121)+`"`), 422, "at most 120"},
		{"frequency not in minutes", "POST", "/1/triggers/lift-sys", trigger("300", "301"), 422, "multiple of 60"},
		{"frequency above the range", "POST", "/1/triggers/lift-sys", trigger("300", "960"), 422, "between frequency"},
		{"range above four frequencies", "POST", "/1/triggers/lift-sys", trigger("300", "60"), 422, "four times frequency"},
		{"heatmap", "POST", "/1/triggers/lift-sys", trigger(`{"op":"COUNT"}`, `{"op":"HEATMAP","column":"duration_ms"}`), 422, "HEATMAP is not allowed"},
		{"concurrency", "POST", "/1/triggers/lift-sys", trigger(`{"op":"COUNT"}`, `{"op":"CONCURRENCY"}`), 422, "CONCURRENCY is not allowed"},
		{"two calculations", "POST", "/1/triggers/lift-sys", trigger(`{"op":"COUNT"}`, `{"op":"COUNT"},{"op":"AVG","column":"status"}`), 422, "one calculation"},
		{"orders", "POST", "/1/triggers/lift-sys", trigger(`"time_range"`, `"orders":[{"op":"COUNT"}],"time_range"`), 422, "orders is not allowed"},
		{"limit of a trigger", "POST", "/1/triggers/lift-sys", trigger(`"time_range"`, `"limit":1,"time_range"`), 422, "limit is not allowed"},
		{"threshold op", "POST", "/1/triggers/lift-sys", trigger(`">"`, `"="`), 422, "threshold op"},
		{"exceeded limit", "POST", "/1/triggers/lift-sys", trigger(`"value":1`, `"value":1,"exceeded_limit":6`), 422, "between 1 and 5"},
		{"baseline", "POST", "/1/triggers/lift-sys", trigger(`"frequency"`, `"baseline_details":{"offset_minutes":61,"type":"value"},"frequency"`), 422, "60, 1440"},
		{"unknown recipient", "POST", "/1/triggers/lift-sys", trigger("<slack>", "nope"), 422, "not found"},
		{"query and its id", "POST", "/1/triggers/lift-sys", trigger(`"query"`, `"query_id":"<query>","query"`), 422, "either query or query_id"},

		{"SLO with a long name", "POST", "/1/slos/lift-sys", strings.Replace(okSLO, `"S"`, `"`+strings.Repeat("x", 121)+`"`, 1), 422, "at most 120"},
		{"SLO of all datasets", "POST", "/1/slos/__all__", okSLO, 404, "dataset not found"},
		{"burn alert of all datasets", "POST", "/1/burn_alerts/__all__", okBurn, 404, "dataset not found"},
		{"SLO over nothing", "POST", "/1/slos/lift-sys", strings.Replace(okSLO, `"alias":"sli"`, `"alias":"nope"`, 1), 422, "not found"},
		{"SLO over a column", "POST", "/1/slos/lift-sys", strings.Replace(okSLO, `"alias":"sli"`, `"alias":"status"`, 1), 422, "not found"},
		{"SLO of all", "POST", "/1/slos/lift-sys", strings.Replace(okSLO, "950000", "1000000", 1), 422, "0 to 999999"},
		{"SLO of no days", "POST", "/1/slos/lift-sys", strings.Replace(okSLO, "30", "0", 1), 422, "at least 1"},
		{"part of an SLO", "PUT", "/1/slos/lift-sys/<slo>", `{"name":"S"}`, 422, "is required"},
		{"SLO in use", "DELETE", "/1/slos/lift-sys/<slo>", "", 409, "in use by a burn alert"},

		{"burn alerts of nothing", "GET", "/1/burn_alerts/lift-sys", "", 422, "slo_id is required"},
		{"burn alert without a time", "POST", "/1/burn_alerts/lift-sys", strings.Replace(okBurn, `"exhaustion_minutes":60,`, "", 1), 422, "is required for exhaustion_time"},
		{"burn alert of the other type", "POST", "/1/burn_alerts/lift-sys", strings.Replace(okBurn, "exhaustion_time", "budget_rate", 1), 422, "budget_rate"},
		{"burn alert with a short window", "POST", "/1/burn_alerts/lift-sys", `{"alert_type":"budget_rate","budget_rate_window_minutes":59,"budget_rate_decrease_threshold_per_million":1,"slo":{"id":"<slo>"},"recipients":[{"id":"<slack>"}]}`, 422, "at least 60"},
		{"burn alert for nobody", "POST", "/1/burn_alerts/lift-sys", strings.Replace(okBurn, `{"id":"<slack>"}`, "", 1), 422, "needs a recipient"},
		{"burn alert of nothing", "POST", "/1/burn_alerts/lift-sys", strings.Replace(okBurn, "<slo>", "nope", 1), 422, "not found"},
		{"burn alert of another type now", "PUT", "/1/burn_alerts/lift-sys/<burn>", `{"alert_type":"budget_rate","budget_rate_window_minutes":60,"budget_rate_decrease_threshold_per_million":1,"slo":{"id":"<slo>"},"recipients":[{"id":"<slack>"}]}`, 422, "cannot be changed"},

		{"recipient twice", "POST", "/1/recipients", `{"type":"slack","details":{"slack_channel":"#c"}}`, 409, "already exists"},
		{"recipient of another type", "POST", "/1/recipients", `{"type":"pigeon","details":{}}`, 422, "unknown recipient type"},
		{"short key", "POST", "/1/recipients", `{"type":"pagerduty","details":{"pagerduty_integration_name":"x","pagerduty_integration_key":"x"}}`, 422, "32 characters"},
		{"address", "POST", "/1/recipients", `{"type":"email","details":{"email_address":"me"}}`, 422, "invalid email"},
		{"webhook without URL", "POST", "/1/recipients", `{"type":"webhook","details":{"webhook_name":"x"}}`, 422, "invalid URL"},
		{"recipient changes type", "PUT", "/1/recipients/<slack>", `{"type":"email","details":{"email_address":"a@b"}}`, 422, "cannot be changed"},
		{"recipient in use", "DELETE", "/1/recipients/<slack>", "", 409, "in use by trigger"},

		{"marker of nothing", "POST", "/1/markers/lift-sys", `{}`, 422, "message or a type"},
		{"marker backwards", "POST", "/1/markers/lift-sys", `{"message":"x","start_time":2,"end_time":1}`, 422, "before start_time"},

		{"a good query", "POST", "/1/queries/lift-sys", query(`{"filters":[{"column":"status","op":"in","value":["500",502]}]}`), 200, `"value":[500,502]`},
		{"a good trigger", "PUT", "/1/triggers/lift-sys/<trigger>", okTrigger, 200, `"query_id":"que`},
		{"a good board", "PUT", "/1/boards/<board>", okBoard, 200, `"query_style":"graph"`},
		{"one column", "GET", "/1/columns/lift-sys?key_name=status", "", 200, `"type":"integer"`},
		{"a view", "POST", "/1/boards/<board>/views", `{"name":"v"}`, 201, `"filters":[]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := setUp(t)
			c.make("other", "/1/queries/lift-sys", `{"calculations":[{"op":"AVG","column":"status"}]}`)
			status, answer := c.do(tt.method, tt.path, tt.body)
			if status != tt.status || !strings.Contains(answer, tt.want) {
				t.Errorf("%d %s\nwant %d with %q", status, answer, tt.status, tt.want)
			}
		})
	}
}
