package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const script = `"use strict";const E=[{id:"acme",name:"Acme",api_pattern:"https://api\\.acme\\.com",provider_match:{contains:"ACME"},` +
	`model_match:{and:[{regex:"^(?![^/]+/)(?:a|b(c))x"},{or:[{starts_with:"A-"},{ends_with:"-Z"}]}]},fallback_model_providers:["one","two"],models:[` +
	`{id:"A-1",match:{equals:"A-1"},context_window:2e5,prices:{input_mtok:.5,output_mtok:{base:1e0,tiers:[{start:3e5,price:3},{start:2e5,price:2}]},audio_hours:3}},` +
	`{id:"free",match:{regex:"^(?!.*-[tT)](?:$|-))"},prices:{}},` +
	`{id:"heard",match:{contains:"h"},prices:{audio_hours:1}},` +
	`{id:"dated",match:{equals:"d"},prices:[{prices:{input_mtok:1}},{constraint:{type:"start_date",start_date:"2026-07-30"},prices:{input_mtok:2}},` +
	`{constraint:{type:"time_of_date",start_time:"16:30:00Z",end_time:"02:30:00+02:00"},prices:{requests_kcount:3}}]}` +
	`]}],X={};`

const want = `P	acme	https://api\.acme\.com	~acme	&2	&2	!^[^/]+/	/^(?:a|b(c))x	|2	^a-	$-z	one,two
M	A-1	=a-1	input=0.5 output=1,200000:2,300000:3
M	free	!^.*-[tT)](?:$|-)	free
M	heard	~h	?
M	dated	=d	input=1	@2026-07-30 input=2	@16:30-00:30 per_1k_requests=3
`

func TestBuild(t *testing.T) {
	got, err := Build([]byte(script))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestBuildErrors proves that what is not known stops a build: a new version of
// the package must not change prices in silence.
func TestBuildErrors(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"no pattern", "api_pattern", "pattern", `provider "acme": no id or no api_pattern`},
		{"new price key", "input_mtok:.5", "thought_mtok:.5", `provider "acme": model "A-1": price key "thought_mtok" is not known: give it a kind, or name it among the uncounted`},
		{"new comparison", `{equals:"A-1"}`, `{like:"A-1"}`, `provider "acme": model "A-1": comparison "like" is not known`},
		{"two comparisons", `{equals:"A-1"}`, `{equals:"A-1",contains:"x"}`, `provider "acme": model "A-1": [{equals A-1} {contains x}] is no match`},
		{"new constraint", `type:"start_date"`, `type:"weekday"`, `provider "acme": model "dated": constraint "weekday" is not known`},
		{"no date", "2026-07-30", "2026-07-32", `provider "acme": model "dated": start_date: parsing time "2026-07-32": day out of range`},
		{"seconds", "16:30:00Z", "16:30:01Z", `provider "acme": model "dated": start_time "16:30:01Z" is no full minute`},
		{"look-ahead inside", `{contains:"h"}`, `{regex:"a(?!b)"}`, "provider \"acme\": model \"heard\": regex: error parsing regexp: invalid or unsupported Perl syntax: `(?!`; rewrite it where expression rewrites look-aheads"},
		{"negative price", "input_mtok:.5", "input_mtok:-.5", `provider "acme": model "A-1": input_mtok: -0.5 is no price`},
		{"text for a price", "input_mtok:.5", "input_mtok:'5'", `provider "acme": model "A-1": input_mtok: 5 is no price`},
		{"no tier", "start:3e5", "start:.5", `provider "acme": model "A-1": output_mtok: [{start 0.5} {price 3}] is no tier`},
		{"tab", `{contains:"h"}`, `{contains:"\t"}`, `provider "acme": model "heard": "~\t" holds a tab or a line break`},
		{"no match", `match:{contains:"h"}`, `mach:{contains:"h"}`, `provider "acme": model "heard": no id or no match`},
		{"no prices", "prices:{audio_hours:1}", "prices:1", `provider "acme": model "heard": prices are float64, want an object or a list`},
		{"an expression", "prices:{}", "prices:f()", "providers of @pydantic/genai-prices: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.Replace(script, tt.old, tt.new, 1)
			if broken == script {
				t.Fatalf("the script has no %q", tt.old)
			}
			_, err := Build([]byte(broken))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("%v, want\n%s", err, tt.want)
			}
		})
	}
}

func TestBuildWithoutList(t *testing.T) {
	const want = "the script of @pydantic/genai-prices has no list of providers: its layout has changed, so change Build"
	if _, err := Build([]byte(`"use strict";const E=load();`)); err == nil || err.Error() != want {
		t.Errorf("%v, want\n%s", err, want)
	}
}

func TestPack(t *testing.T) {
	packed, err := Pack(want)
	if err != nil {
		t.Fatal(err)
	}
	head, text, err := Unpack(packed)
	if err != nil || text != want || head+"\n" != header {
		t.Errorf("%q, %q, %v", head, text, err)
	}
	if !Current(packed, want) {
		t.Error("a table that was just made is not current")
	}
	for name, other := range map[string]bool{
		"another text":    Current(packed, want+"x"),
		"another version": Current([]byte(strings.Replace(string(packed), Version, "0.0.0", 1)), want),
		"cut off":         Current(packed[:len(packed)-9], want),
		"nothing":         Current(nil, want),
	} {
		if other {
			t.Errorf("%s is current", name)
		}
	}
}
