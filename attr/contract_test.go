package attr_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
)

// The convention that services, dashboards and alerts were built on. Each line
// is a kind or a type, then names. A failure here means that a user breaks.
const contract = `
span session.create session.update session.finalize ir.generate ir.validate code.generate code.validate ast.repair
span constraint.detect constraint.validate llm.call modal.inference dspy.optimize robustness.test
span db.insert db.select db.update db.delete db.connect
event user.signed_up session.completed session.abandoned hole.resolved exception
metric gen_ai.client.token.usage gen_ai.client.operation.duration lift.llm.cost lift.sessions lift.holes_resolved
metric lift.code.generations lift.cost lift.llm.cost.unknown lift.telemetry.exported
string user.id request.id session.id service.name service.version deployment.environment.name deployment.environment
string session.status session.source session.validation_status
int session.prompt_length session.holes_count session.holes_resolved session.ir_version
bool session.has_metadata
string ir.provider ir.provider_route ir.model ir.validation_status
int ir.version ir.holes_count ir.constraints_count
float ir.completeness ir.quality_score ir.confidence
string code.language code.generator code.retry_reason
int code.retries code.lines
bool code.success code.compilation_success code.execution_success
float code.quality_score code.robustness_score
string llm.provider llm.provider_route llm.model llm.finish_reason llm.cost_source llm.price_version
int llm.input_tokens llm.output_tokens llm.cached_input_tokens llm.cache_write_tokens llm.reasoning_tokens
int llm.retries llm.max_tokens
float llm.cost_usd llm.latency_ms llm.time_to_first_token_ms llm.temperature
bool llm.streaming
string[] llm.tool_calls
float request.llm_cost_usd session.llm_cost_usd ir.llm_cost_usd code.llm_cost_usd request.cost_usd cost.other_usd
int request.llm_calls session.llm_calls ir.llm_calls code.llm_calls
int request.llm_input_tokens session.llm_input_tokens ir.llm_input_tokens code.llm_input_tokens
int request.llm_output_tokens session.llm_output_tokens ir.llm_output_tokens code.llm_output_tokens
string dspy.optimizer dspy.signature dspy.metric
float dspy.improvement
int dspy.examples_count
string robustness.test_type robustness.language
int robustness.variant_count
float robustness.sensitivity
string db.operation db.table db.statement
int db.rows_affected
string error.type error.message exception.type exception.message exception.stacktrace
int SampleRate
string gen_ai.operation.name gen_ai.provider.name gen_ai.request.model gen_ai.response.model gen_ai.conversation.id
int gen_ai.usage.input_tokens gen_ai.usage.output_tokens gen_ai.request.max_tokens
string[] gen_ai.response.finish_reasons
float gen_ai.request.temperature
string db.operation.name db.collection.name db.query.text db.system.name
`

func TestContract(t *testing.T) {
	for line := range strings.Lines(contract) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		for _, name := range fields[1:] {
			d, ok := attr.Lookup(name)
			got := d.Kind.String()
			if d.Kind == attr.KindAttribute {
				got = d.Type.String()
			}
			// What OpenTelemetry still develops cannot be promised.
			if d.Stability != attr.Stable && !strings.HasPrefix(name, "gen_ai.") {
				t.Errorf("%q is fixed by the convention and yet in %s", name, d.Stability)
			}
			if !ok || got != fields[0] {
				t.Errorf("%q is %q, registered %v; the convention fixes it as %q", name, got, ok, fields[0])
			}
		}
	}
}

func TestContractValues(t *testing.T) {
	want := map[string]string{
		"session.status":            "active finalized abandoned",
		"session.validation_status": "valid incomplete contradictory",
		"ir.validation_status":      "valid incomplete contradictory",
		"ir.provider_route":         "best_available modal_inference",
		"llm.cost_source":           "provider table caller",
		"dspy.optimizer":            "miprov2 copro",
		"dspy.metric":               "ir_quality code_quality end_to_end",
		"robustness.test_type":      "ir_paraphrase code_variant",
		"db.operation":              "insert select update delete",
		"code.language":             "typescript rust go java python zig cpp",
	}
	got := make(map[string]string)
	for name := range want {
		d, _ := attr.Lookup(name)
		got[name] = strings.Join(d.Values, " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values that the convention fixes changed (-want +got):\n%s", diff)
	}
}
