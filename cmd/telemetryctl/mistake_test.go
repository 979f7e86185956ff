package main

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

const untouched = "telemetryctl: nothing was changed\n"

// TestMistakes has the sentence for everything that a person can get wrong, and
// checks that nothing was written.
func TestMistakes(t *testing.T) {
	file := func(text string) []string {
		name := filepath.Join(t.TempDir(), "recipients.json")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{"plan", "-recipients", name}
	}
	const help = "Run telemetryctl -h, or a command with -h, for help.\n"
	tests := []struct {
		name  string
		env   map[string]string
		fault fakehoneycomb.Fault
		args  []string
		want  string // FILE stands for the file's name
	}{
		{
			name: "no such command", args: []string{"aply"},
			want: "telemetryctl: unexpected argument aply, did you mean \"apply\"?\n" + help,
		},
		{
			name: "no such flag", args: []string{"plan", "-datset", "x"},
			want: "telemetryctl: unknown flag --datset, did you mean \"--dataset\"?\n" + help,
		},
		{
			name: "no such plan", args: []string{"plan", "-plan", "team"},
			want: "telemetryctl: --plan must be one of \"free\",\"pro\",\"enterprise\" but got \"team\"\n" + help,
		},
		{
			name: "no such format", args: []string{"export", "-format", "yaml"},
			want: "telemetryctl: --format must be one of \"json\",\"terraform\" but got \"yaml\"\n" + help,
		},
		{
			name: "no message", args: []string{"marker"},
			want: "telemetryctl: missing flags: --message=TEXT\n" + help,
		},
		{
			name: "no key", args: []string{"plan"}, env: map[string]string{configurationKey: ""},
			want: "telemetryctl: no key: create a configuration key in the environment's settings and put it into HONEYCOMB_CONFIGURATION_KEY\n" + untouched,
		},
		{
			name: "ingest key by its shape", args: []string{"apply"}, env: map[string]string{configurationKey: "", apiKey: "hcaik_01hunter2"},
			want: "telemetryctl: HONEYCOMB_API_KEY has an ingest key, which can only send: create a configuration key in the environment's settings and put it into HONEYCOMB_CONFIGURATION_KEY\n" + untouched,
		},
		{
			name: "ingest key by what Honeycomb says", args: []string{"apply"}, env: map[string]string{configurationKey: "ingest"},
			want: "telemetryctl: the key is an ingest key, which can send events only: create a configuration key in environment \"test\"\n" + untouched,
		},
		{
			name: "wrong key", args: []string{"apply"}, env: map[string]string{configurationKey: "hunter2-hunter2"},
			want: "telemetryctl: GET /1/auth: 401: unknown API key - check your credentials: https://api.honeycomb.io does not know the key: copy the whole configuration key, and if it belongs to the other region use https://api.eu1.honeycomb.io\n" + untouched,
		},
		{
			name: "two keys in one", args: []string{"plan"}, env: map[string]string{configurationKey: "hunter2 again"},
			want: "telemetryctl: the key has a space or another character that no key has: copy it again\n" + untouched,
		},
		{
			name: "permissions", args: []string{"apply"}, env: map[string]string{configurationKey: "denied"},
			want: "telemetryctl: the key lacks the permission \"boards\" (Manage Public Boards): enable it on the key's page in environment \"test\", or use another key\n" + untouched,
		},
		{
			name: "marker without the permission", args: []string{"marker", "-message", "v1"}, env: map[string]string{configurationKey: "denied"},
			want: "telemetryctl: POST /1/markers/__all__: 403: your API key lacks the permission \"markers\": give the key the permission on its page, or see whether the team's plan has this; a marker needs Manage Markers\n",
		},
		{
			name: "no dataset", args: []string{"plan"}, env: map[string]string{datasetVariable: ""},
			want: "telemetryctl: no dataset: name the one that receives the service's spans, which is its service.name, with -dataset or HONEYCOMB_DATASET; or -dataset __all__\n" + untouched,
		},
		{
			name: "unknown dataset", args: []string{"apply", "-dataset", "nope"},
			want: "telemetryctl: dataset \"nope\" is not there (404: dataset not found): send a first event to it, name another, or use the key of its environment\n" + untouched,
		},
		{
			name: "region", args: []string{"plan", "-region", "asia"},
			want: "telemetryctl: -region \"asia\": want us or eu\n" + untouched,
		},
		{
			name: "region in the environment", args: []string{"plan"}, env: map[string]string{regionVariable: "mars"},
			want: "telemetryctl: HONEYCOMB_REGION \"mars\": want us or eu\n" + untouched,
		},
		{
			name: "region and address", args: []string{"plan", "-region", "eu", "-api-url", "https://example.com"},
			want: "telemetryctl: -region and -api-url are both given: use one of them\n" + untouched,
		},
		{
			name: "password in the address", args: []string{"plan", "-api-url", "https://me:hunter2@example.com"},
			want: "telemetryctl: -api-url: want an address without user and password, such as https://api.honeycomb.io\n" + untouched,
		},
		{
			name: "address without scheme", args: []string{"plan"}, env: map[string]string{apiEndpoint: "api.honeycomb.io"},
			want: "telemetryctl: endpoint \"api.honeycomb.io\": want an address such as https://api.honeycomb.io\n" + untouched,
		},
		{
			name: "web page", args: []string{"apply"}, fault: fakehoneycomb.HTML,
			want: "telemetryctl: GET /1/auth: a web page instead of JSON: is https://api.honeycomb.io the address of Honeycomb's API, and does a proxy stand in between?\n" + untouched,
		},
		{
			name: "unreachable", args: []string{"apply"}, fault: fakehoneycomb.HangUpBefore,
			want: "telemetryctl: GET /1/auth: no answer: connection closed by peer before an answer: check the network, HTTPS_PROXY and the endpoint https://api.honeycomb.io\n" + untouched,
		},
		{
			name: "no recipient's secret", args: []string{"plan"}, env: map[string]string{"PAGERDUTY_INTEGRATION_KEY": ""},
			want: "telemetryctl: recipient \"lift-sys on call\": environment variable \"PAGERDUTY_INTEGRATION_KEY\" is not set: set it to the recipient's secret, or choose another recipient, such as -page email:oncall@example.com or -page none\n" + untouched,
		},
		{
			name: "secret in a flag", args: []string{"plan", "-page", "pagerduty:" + pagerSecret},
			want: "telemetryctl: -page \"pagerduty\": want pagerduty:VARIABLE, the name of the environment variable that holds the secret, and not the secret itself\n" + untouched,
		},
		{
			name: "secret alone in a flag", args: []string{"plan", "-cost", hookSecret},
			want: "telemetryctl: -cost wants slack:#channel, email:address, pagerduty:VARIABLE, webhook:VARIABLE, teams:VARIABLE or none\n" + untouched,
		},
		{
			name: "channel without a name", args: []string{"plan"}, env: map[string]string{"TELEMETRYCTL_COST": "slack"},
			want: "telemetryctl: TELEMETRYCTL_COST \"slack\": want slack:#channel or email:address\n" + untouched,
		},
		{
			name: "none and somebody", args: []string{"plan", "-cost", "none,slack:#a"},
			want: "telemetryctl: -cost \"none\": want it alone\n" + untouched,
		},
		{
			name: "recipients that Honeycomb would refuse", args: []string{"plan", "-cost", "email:nobody"},
			want: "telemetryctl: nothing was sent: recipient \"nobody\": email address \"nobody\" is not allowed: write it as name@example.com\n" + untouched,
		},
		{
			name: "no file", args: []string{"plan", "-recipients", "does-not-exist.json"},
			want: "telemetryctl: recipients: open FILE: no such file or directory\n" + untouched,
		},
		{
			name: "malformed file", args: file("{\n  \"page\": [\n    {\"type\": slack}\n  ]\n}"),
			want: "telemetryctl: recipients \"FILE\": line 3 is not the JSON that was expected: invalid character 's' looking for beginning of value\n" + untouched,
		},
		{
			name: "wrong type in the file", args: file("{\n  \"page\": \"hunter2\"\n}"),
			want: "telemetryctl: recipients \"FILE\": line 2 is not the JSON that was expected: \"page\" is a string, want a list\n" + untouched,
		},
		{
			name: "an object for a list in the file", args: file(`{"page": {}}`),
			want: "telemetryctl: recipients \"FILE\": line 1 is not the JSON that was expected: \"page\" is an object, want a list\n" + untouched,
		},
		{
			name: "a list for the file", args: file(`[]`),
			want: "telemetryctl: recipients \"FILE\": line 1 is not the JSON that was expected: \"the whole\" is a list, want an object\n" + untouched,
		},
		{
			name: "nobody by nothing", args: []string{"plan", "-page", ""},
			want: "telemetryctl: -page \"\": want somebody, such as slack:#channel, or none for nobody\n" + untouched,
		},
		{
			name: "somebody twice", args: []string{"plan", "-cost", "slack:#a,slack:#a"},
			want: "telemetryctl: -cost slack #a is there twice: want it once\n" + untouched,
		},
		{
			name: "somebody twice in the file", args: file(`{"cost": [{"type": "slack", "target": "#a"}, {"type": "slack", "target": "#a", "name": "A"}]}`),
			want: "telemetryctl: recipients \"FILE\": cost, entry 2: slack #a is there twice: want it once\n" + untouched,
		},
		{
			name: "two keys for one channel", args: []string{"plan", "-page", "pagerduty:ONE,pagerduty:TWO"},
			want: "telemetryctl: -page pagerduty \"lift-sys page by pagerduty\" is the name of two: give each a \"name\" of its own in the file for -recipients\n" + untouched,
		},
		{
			name: "one name for two in the file", args: file(`{"page": [{"type": "email", "target": "a@example.com", "name": "A"}], "cost": [{"type": "slack", "target": "#a", "name": "A"}]}`),
			want: "telemetryctl: nothing was sent: recipient \"A\": another recipient has this name too: give each a name of its own\n" + untouched,
		},
		{
			name: "burn alerts for nobody", args: []string{"plan", "-plan", "pro", "-engineering", "none"},
			want: "telemetryctl: -engineering none: the pro plan has SLOs, whose burn alerts have to notify somebody: name somebody, such as -engineering email:oncall@example.com, or stay on -plan free, which has no SLOs\n" + untouched,
		},
		{
			name: "burn alerts for nobody by the environment", args: []string{"plan", "-plan", "enterprise"}, env: map[string]string{"TELEMETRYCTL_ENGINEERING": "none"},
			want: "telemetryctl: TELEMETRYCTL_ENGINEERING=none: the enterprise plan has SLOs, whose burn alerts have to notify somebody: name somebody, such as -engineering email:oncall@example.com, or stay on -plan free, which has no SLOs\n" + untouched,
		},
		{
			name: "burn alerts for nobody by the file", args: append(file(`{"engineering": []}`), "-plan", "pro"),
			want: "telemetryctl: recipients \"FILE\": \"engineering\": []: the pro plan has SLOs, whose burn alerts have to notify somebody: name somebody, such as -engineering email:oncall@example.com, or stay on -plan free, which has no SLOs\n" + untouched,
		},
		{
			name: "no webhook's address", args: []string{"plan", "-cost", "webhook:HOOK_URL"}, env: map[string]string{"HOOK_URL": "hooks.example.com/hunter2"},
			want: "telemetryctl: nothing was sent: recipient \"lift-sys cost by webhook\": environment variable \"HOOK_URL\" is no address of a webhook: write it as https://host/path; it is not shown here because it may hold a token\n" + untouched,
		},
		{
			name: "half a key of PagerDuty", args: []string{"plan"}, env: map[string]string{"PAGERDUTY_INTEGRATION_KEY": "hunter2"},
			want: "telemetryctl: nothing was sent: recipient \"lift-sys on call\": environment variable \"PAGERDUTY_INTEGRATION_KEY\" has 7 characters, and is no PagerDuty integration key: copy all 32 from the service's Integrations tab\n" + untouched,
		},
		{
			name: "a channel with a space", args: []string{"plan", "-cost", "slack:#a b"},
			want: "telemetryctl: nothing was sent: recipient \"#a b\": Slack channel \"#a b\" is not allowed: write it as #channel or @person\n" + untouched,
		},
		{
			name: "cut file", args: file(`{"page": [`),
			want: "telemetryctl: recipients \"FILE\": line 1 is not the JSON that was expected: unexpected EOF\n" + untouched,
		},
		{
			name: "two objects in the file", args: file("{}{}"),
			want: "telemetryctl: recipients \"FILE\": has something after the first JSON object: remove it\n" + untouched,
		},
		{
			name: "secret in the file", args: file(`{"page": [{"type": "pagerduty", "key": "` + pagerSecret + `"}]}`),
			want: `telemetryctl: recipients "FILE": unknown field "key": want "page", "engineering", "performance", "cost" with lists of {"type", "name", "target", "url_env", "key_env"}; a secret stays in the environment, under the name in "url_env" or "key_env"` + "\n" + untouched,
		},
		{
			name: "secret for a name in the file", args: file(`{"cost": [{"type": "slack", "target": "#a"}, {"type": "webhook", "url_env": "` + hookSecret + `"}]}`),
			want: "telemetryctl: recipients \"FILE\": cost, entry 2: \"url_env\" and \"key_env\": want the name of an environment variable in capitals, and not the secret itself\n" + untouched,
		},
		{
			name: "type in the file", args: file(`{"cost": [{"type": "sms"}]}`),
			want: "telemetryctl: recipients \"FILE\": cost, entry 1: type \"sms\": want slack, email, pagerduty, webhook, teams\n" + untouched,
		},
		{
			name: "empty message", args: []string{"marker", "-message", " "},
			want: "telemetryctl: -message \" \": want what people are to read, such as \"lift-api 1.5.0\"; does a variable in it have a value?\n",
		},
		{
			name: "no address to read more", args: []string{"marker", "-message", "v1", "-url", "example.com/17"},
			want: "telemetryctl: -url \"example.com/17\": want an address such as https://example.com/deploys/17\n",
		},
		{
			name: "password in the address to read more", args: []string{"marker", "-message", "v1", "-url", "https://me:hunter2@example.com/17"},
			want: "telemetryctl: -url: want an address without user and password, because everybody who sees the graph can read it\n",
		},
		{
			name: "password in what is no address", args: []string{"marker", "-message", "v1", "-url", "me:hunter2@example.com/17"},
			want: "telemetryctl: -url: want an address without user and password, because everybody who sees the graph can read it\n",
		},
		{
			name: "a time in words", args: []string{"marker", "-message", "v1", "-start", "10:00"},
			want: "telemetryctl: -start \"10:00\": want date, T, time and zone, such as 2026-11-23T10:00:00Z or 2026-11-23T11:00:00+01:00\n",
		},
		{
			name: "time", args: []string{"marker", "-message", "v1", "-start", "2026-11-23T10:00:00Z", "-end", "2026-11-23T09:00:00Z"},
			want: "telemetryctl: -end 2026-11-23T09:00:00Z is before -start 2026-11-23T10:00:00Z: exchange them\n",
		},
	}
	denied := fakehoneycomb.Key{
		Value: "denied", Team: "acme", Environment: "test",
		Denied: []fakehoneycomb.Permission{fakehoneycomb.Boards, fakehoneycomb.Markers},
	}
	ingest := fakehoneycomb.Key{Value: "ingest", Team: "acme", Environment: "test", Ingest: true}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, fakehoneycomb.WithKey(denied), fakehoneycomb.WithKey(ingest))
				d.api.Inject(func(fakehoneycomb.Request) fakehoneycomb.Fault { return tt.fault })
				maps.Copy(d.env, tt.env)
				r := d.must(exitError, tt.args...)
				got := r.Err
				if tt.args[0] == "plan" && len(tt.args) > 2 && tt.args[1] == "-recipients" {
					got = strings.ReplaceAll(got, tt.args[2], "FILE")
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("stderr (-want +got):\n%s", diff)
				}
				for _, w := range d.api.Writes() {
					if w.Status < 400 {
						t.Errorf("wrote: %s %s", w.Method, w.Path)
					}
				}
			})
		})
	}
}

// TestSlackStep explains what only a person can do, after what was done.
func TestSlackStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, fakehoneycomb.WithoutSlack())
		r := d.must(exitError, "apply", "-plan", "pro")
		contains(t, r.Err, `create recipient "engineering" failed after `, " changes; apply again to continue from there",
			"connect it once under Team settings, Integrations, and apply again")
		contains(t, r.Out, " created, 0 updated, 0 deleted in ")
	})
}

// TestExitStatuses runs the program as a process of its own, against a team over
// real connections.
func TestExitStatuses(t *testing.T) {
	api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0), fakehoneycomb.WithKey(fakehoneycomb.Key{Value: testKey, Team: "acme", Environment: "test"}))
	server := httptest.NewServer(api)
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	tests := []struct {
		name string
		args []string
		want int
	}{
		{"help", []string{"-h"}, exitOK},
		{"no arguments", nil, exitOK},
		{"version", []string{"-version"}, exitOK},
		{"nonsense", []string{"nonsense"}, exitError},
		{"plan with changes", []string{"plan"}, exitChanges},
		{"apply", []string{"apply"}, exitOK},
		{"plan without changes", []string{"plan"}, exitOK},
		{"apply again", []string{"apply"}, exitOK},
		{"marker", []string{"marker", "-message", "v1"}, exitOK},
		{"export", []string{"export", "-format", "terraform"}, exitOK},
		{"destroy without a yes", []string{"destroy"}, exitError},
		{"destroy", []string{"destroy", "-yes"}, exitOK},
		{"plan afterwards", []string{"plan"}, exitChanges},
		{"unknown dataset", []string{"plan", "-dataset", "nope"}, exitError},
		{"doctor of a service without a destination", []string{"doctor", "-offline"}, exitError},
	}
	for _, tt := range tests {
		code, out := program(t, []string{
			configurationKey + "=" + testKey, datasetVariable + "=" + fakehoneycomb.DefaultDataset, apiEndpoint + "=" + server.URL,
			"PAGERDUTY_INTEGRATION_KEY=" + pagerSecret, "HONEYCOMB_ENABLED=false",
		}, tt.args...)
		if code != tt.want || strings.Contains(out, testKey) || strings.Contains(out, pagerSecret) {
			t.Errorf("%s: status %d, want %d:\n%s", tt.name, code, tt.want, out)
		}
	}
}
