package honeycomb

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
)

// recording is one request of Honeycomb's Terraform provider, recorded in
// November 2026.
type recording struct {
	URL      string          `json:"url"`
	Body     json.RawMessage `json:"body"`
	Response json.RawMessage `json:"response"`
}

func recorded(t *testing.T, name string) recording {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "recorded", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// object returns JSON without the times that the provider sends as zero and that
// mean nothing in a request.
func object(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	for _, k := range []string{"created_at", "updated_at", "last_written"} {
		if m[k] == "0001-01-01T00:00:00Z" {
			delete(m, k)
		}
	}
	return m
}

var (
	recordedQuery = Query{
		Calculations: []Calculation{Calculate(Heatmap, attr.ColumnDurationMS), Calculate(P95, attr.ColumnDurationMS)},
		Breakdowns:   Columns(attr.HTTPRoute),
		Filters:      []Filter{Where(attr.ColumnTraceParentID, DoesNotExist), Where(attr.HTTPResponseStatusCode, In, 500, 502, 503)},
		Orders:       []Order{By(Calculate(P95, attr.ColumnDurationMS))},
		Limit:        20,
		TimeRange:    2 * time.Hour,
	}
	recordedSaved      = SavedQuery{Name: "Latency by route", Description: "p95 and heatmap", Query: recordedQuery}
	recordedTags       = []Tag{{Key: "team", Value: "lift"}}
	recordedDefinition = Definition{
		Runbooks:   "https://example.invalid/runbooks/",
		Recipients: []Recipient{{Name: "alerts", Type: Slack, Target: "#lift-alerts"}},
	}
	recordedIDs = ids{
		queries:     map[string]string{recordedQuery.key(): "qry0000002"},
		annotations: map[string]string{recordedSaved.Name: "ann0000005"},
		slos:        map[string]string{"lift-api availability": "slo0000006"},
		recipients:  map[string]string{"alerts": "rcp0000004"},
	}
)

func TestBodiesAreThoseOfTheProvider(t *testing.T) {
	burn := BurnAlert{Type: BudgetRate, Window: time.Hour, ThresholdPerMillion: 20_000, Recipients: []string{"alerts"}}
	exhaustion := BurnAlert{
		Type: ExhaustionTime, Description: "Runbook: https://example.invalid/runbooks/slo",
		Exhaustion: 4 * time.Hour, Recipients: []string{"alerts"},
	}
	trigger := Trigger{
		Name: "lift-api: 5xx burst", Description: "Runbook: https://example.invalid/runbooks/5xx",
		Query: Query{
			Calculations: []Calculation{{Op: Count}},
			Filters:      []Filter{Where(attr.HTTPResponseStatusCode, GreaterOrEqual, 500)}, TimeRange: 15 * time.Minute,
		},
		Threshold: Threshold{Op: GreaterOrEqual, Value: 10, ExceededLimit: 2}, Frequency: 5 * time.Minute,
		Recipients: []string{"alerts"}, Tags: recordedTags,
	}
	board := Board{
		Name: "Lift: Request Overview", Description: "generated", Tags: recordedTags,
		PresetFilters: []PresetFilter{{Column: Column(attr.HTTPRoute), Alias: "Route"}},
		Panels: []Panel{
			{Text: "# Request overview", Position: &Position{Width: 12, Height: 2}},
			{
				Query: &recordedSaved, Style: Combo, UTC: true, Charts: []Chart{{Type: ChartLine}},
				Position: &Position{Y: 2, Width: 6, Height: 6},
			},
			{SLO: "lift-api availability", Position: &Position{X: 6, Y: 2, Width: 6, Height: 6}},
		},
	}
	slo := SLO{
		Name: "lift-api availability", Description: "99.5% good over 30d", SLI: "sli.request_success",
		TargetPerMillion: 995_000, Days: 30, Tags: recordedTags,
	}
	tests := []struct {
		name string
		body func() (any, error)
	}{
		{"columns", func() (any, error) {
			return ColumnDef{Name: attr.ColumnDurationMS, Type: ColumnFloat, Description: "span duration"}.body(), nil
		}},
		{"queries", func() (any, error) { return recordedQuery, nil }},
		{"derived-columns", func() (any, error) {
			return CalculatedField{
				Alias: "sli.request_success", Description: "good request",
				Expression: "IF(AND(EXISTS($http.route), EQUALS($meta.annotation_type, null)), AND(LT($http.response.status_code, 500), LT($duration_ms, 2000)), null)",
			}.body(), nil
		}},
		{"recipients", func() (any, error) { return recordedDefinition.Recipients[0].body(nil) }},
		{"query-annotations", func() (any, error) { return recordedSaved.body("qry0000002"), nil }},
		{"slos", func() (any, error) { return slo.body(), nil }},
		{"triggers", func() (any, error) { return recordedDefinition.triggerBody(trigger, recordedIDs) }},
		{"burn-alerts-exhaustion-time", func() (any, error) {
			return recordedDefinition.burnAlertBody(exhaustion, slo.Name, recordedIDs)
		}},
		{"burn-alerts-budget-rate", func() (any, error) {
			return recordedDefinition.burnAlertBody(burn, slo.Name, recordedIDs)
		}},
		{"boards", func() (any, error) { return board.body(recordedIDs) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, err := tt.body()
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(object(t, recorded(t, tt.name).Body), object(t, got)); diff != "" {
				t.Errorf("body differs from the recorded one (-recorded +got):\n%s", diff)
			}
		})
	}
}

func TestQueryReadsWhatHoneycombAnswers(t *testing.T) {
	var got Query
	if err := json.Unmarshal(recorded(t, "queries").Response, &got); err != nil {
		t.Fatal(err)
	}
	if !got.Equal(recordedQuery) {
		t.Errorf("the answer is %s, want what was sent, %s", got, recordedQuery)
	}
}

func TestBodiesNeedIDs(t *testing.T) {
	tests := []struct {
		name, reason string
		body         func() (any, error)
		want         string
	}{
		{"a query", "a panel refers to it by id", func() (any, error) {
			return Board{Name: "b", Panels: []Panel{{Query: &recordedSaved}}}.body(ids{})
		}, `board "b": panel 1: query "HEATMAP(duration_ms), P95`},
		{"a saved query", "a panel shows its name", func() (any, error) {
			return Board{Name: "b", Panels: []Panel{{Query: &recordedSaved}}}.body(ids{queries: recordedIDs.queries})
		}, `board "b": panel 1: saved query "Latency by route" has no id yet: apply it first`},
		{"an SLO on a board", "a panel refers to it by id", func() (any, error) {
			return Board{Name: "b", Panels: []Panel{{Text: "t"}, {SLO: "s"}}}.body(ids{})
		}, `board "b": panel 2: SLO "s" has no id yet: apply it first`},
		{"an SLO of a burn alert", "it belongs to one", func() (any, error) {
			return Definition{}.burnAlertBody(BurnAlert{}, "s", ids{})
		}, `SLO "s" has no id yet: apply it first`},
		{"a recipient of a burn alert", "without it nobody would know", func() (any, error) {
			return Definition{}.burnAlertBody(BurnAlert{Recipients: []string{"r"}}, "s", ids{slos: map[string]string{"s": "1"}})
		}, `burn alert of SLO "s": recipient "r" has no id yet: apply it first`},
		{"a recipient of a trigger", "without it nobody would know", func() (any, error) {
			return Definition{}.triggerBody(Trigger{Name: "t", Recipients: []string{"r"}}, ids{})
		}, `trigger "t": recipient "r" has no id yet: apply it first`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.body()
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s: %s", err, tt.want, tt.reason)
			}
		})
	}
}

func TestBodyDefaults(t *testing.T) {
	tests := []struct {
		name, reason string
		body         any
		want         string
	}{
		{
			"AND is left out", "Honeycomb's answers leave it out, so that nothing would ever settle",
			Query{Filters: []Filter{Where(attr.UserID, Exists)}, FilterCombination: And}.body(),
			`{"filters":[{"column":"user.id","op":"exists"}]}`,
		},
		{
			"OR is sent", "it is no default", Query{FilterCombination: Or}.body(), `{"filter_combination":"OR"}`,
		},
		{
			"false and zero are values", "only exists has none",
			Query{Filters: []Filter{Where(attr.CodeSuccess, Equals, false), Where(attr.CodeRetries, Greater, 0)}}.body(),
			`{"filters":[{"column":"code.success","op":"=","value":false},{"column":"code.retries","op":">","value":0}]}`,
		},
		{
			"ascending is written out", "a reader need not know the default",
			Query{Orders: []Order{{Column: "name"}}, Havings: []Having{{Calculation{Op: Count}, Greater, 0}}, Granularity: time.Minute}.body(),
			`{"orders":[{"column":"name","order":"ascending"}],"havings":[{"calculate_op":"COUNT","op":">","value":0}],"granularity":60}`,
		},
		{
			"a marker without times", "Honeycomb takes now", Marker{Message: "v1", Type: "deploy", URL: "https://x"}.body(),
			`{"message":"v1","type":"deploy","url":"https://x"}`,
		},
		{
			"a marker with times", "in seconds", Marker{Start: time.Unix(5, 9), End: time.Unix(6, 0)}.body(), `{"start_time":5,"end_time":6}`,
		},
		{
			"an empty description", "null never settles against an empty string", SLO{Name: "s"}.body(),
			`{"name":"s","description":"","sli":{"alias":""},"target_per_million":0,"time_period_days":0,"tags":[]}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := marshal(tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
	auto, err := Board{Panels: []Panel{{Text: "t"}}}.body(ids{})
	if err != nil || auto.LayoutGeneration != "auto" {
		t.Errorf("a board without positions has layout %q, %v: want Honeycomb to lay it out", auto.LayoutGeneration, err)
	}
}

func TestPagerDutyGetsTheSeverity(t *testing.T) {
	d := Definition{Recipients: []Recipient{{Name: "chat", Type: Slack}, {Name: "page", Type: PagerDuty}}}
	known := ids{recipients: map[string]string{"chat": "1", "page": "2"}}
	for severity, want := range map[Severity]string{P0: "critical", P1: "error", P2: "warning"} {
		b, err := d.triggerBody(Trigger{Recipients: []string{"chat", "page"}, Severity: severity}, known)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]alertRecipientBody{{ID: "1"}, {ID: "2", Details: &recipientSeverityBody{want}}}, b.Recipients); diff != "" {
			t.Errorf("recipients at %s (-want +got):\n%s", severity, diff)
		}
	}
}

func TestRecipientBody(t *testing.T) {
	key := strings.Repeat("k", pagerDutyKeyLength)
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"KEY": key, "SHORT": "abc", "URL": "https://h/t0ken", "EMPTY": ""}[name]
		return v, ok
	}
	tests := []struct {
		name, reason string
		recipient    Recipient
		want         string // the body or the error
	}{
		{"email", "", Recipient{Name: "n", Type: Email, Target: "a@b.c"}, `{"type":"email","details":{"email_address":"a@b.c","webhook_headers":null}}`},
		{
			"pagerduty", "the key comes from the environment",
			Recipient{Name: "n", Type: PagerDuty, Key: SecretEnv("KEY")},
			`{"type":"pagerduty","details":{"pagerduty_integration_key":"` + key + `","pagerduty_integration_name":"n","webhook_headers":null}}`,
		},
		{
			"webhook", "with its secret",
			Recipient{Name: "n", Type: Webhook, URL: SecretEnv("URL"), Key: SecretValue("s")},
			`{"type":"webhook","details":{"webhook_name":"n","webhook_url":"https://h/t0ken","webhook_secret":"s","webhook_headers":null}}`,
		},
		{
			"teams", "",
			Recipient{Name: "n", Type: MSTeamsWorkflow, URL: SecretValue("https://h")},
			`{"type":"msteams_workflow","details":{"webhook_name":"n","webhook_url":"https://h","webhook_headers":null}}`,
		},
		{
			"a missing variable", "the remedy is named",
			Recipient{Name: "n", Type: PagerDuty, Key: SecretEnv("NO")},
			`recipient "n": environment variable "NO" is not set: set it to the recipient's secret`,
		},
		{
			"an empty variable", "empty is not set",
			Recipient{Name: "n", Type: Webhook, URL: SecretEnv("EMPTY")},
			`recipient "n": environment variable "EMPTY" is not set: set it to the recipient's secret`,
		},
		{
			"a missing webhook secret", "it was asked for",
			Recipient{Name: "n", Type: Webhook, URL: SecretEnv("URL"), Key: SecretEnv("NO")},
			`recipient "n": environment variable "NO" is not set: set it to the recipient's secret`,
		},
		{
			"no secret", "Validate says it earlier",
			Recipient{Name: "n", Type: PagerDuty},
			`recipient "n": no secret given: use SecretEnv or SecretValue`,
		},
		{
			"a short key", "half a key was copied; it must not show",
			Recipient{Name: "n", Type: PagerDuty, Key: SecretEnv("SHORT")},
			`recipient "n": environment variable "SHORT" has 3 characters, and is no PagerDuty integration key: copy all 32 from the service's Integrations tab`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, err := tt.recipient.body(lookup)
			var got string
			if err != nil {
				got = err.Error()
			} else {
				data, err := marshal(body)
				if err != nil {
					t.Fatal(err)
				}
				got = string(data)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func FuzzQueryJSON(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"calculations":[{"op":"P95","column":"duration_ms"}],"filters":[{"column":"x","op":"in","value":[1,"a",true]}],"time_range":7200}`))
	f.Add([]byte(`{"orders":[{"column":"a","order":"descending"}],"havings":[{"calculate_op":"COUNT","op":">","value":1}],"granularity":60}`))
	f.Add([]byte(`{"filters":[{"column":"x","op":"=","value":{"a":[null]}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var q Query
		if json.Unmarshal(data, &q) != nil {
			return
		}
		out, err := json.Marshal(q)
		if err != nil {
			t.Fatalf("%s was read and cannot be written: %v", data, err)
		}
		var again Query
		if err := json.Unmarshal(out, &again); err != nil {
			t.Fatalf("%s cannot be read again: %v", out, err)
		}
		if !q.Equal(again) {
			t.Errorf("%s became %s", q, again)
		}
	})
}
