package llmcall

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
)

// commonReasons holds the lists that nearly every call has, made once.
var commonReasons = func() map[string]attribute.KeyValue {
	m := map[string]attribute.KeyValue{}
	for _, reason := range []string{"stop", "length", "tool_calls", "end_turn", "max_tokens", "tool_use", "STOP", "MAX_TOKENS", "completed"} {
		m[reason] = attr.GenAIResponseFinishReasons.StringSlice([]string{reason})
	}
	return m
}()

func finishReasons(reasons []string) attribute.KeyValue {
	if len(reasons) == 1 {
		if kv, ok := commonReasons[reasons[0]]; ok {
			return kv
		}
	}
	return attr.GenAIResponseFinishReasons.StringSlice(reasons)
}
