package telemetryllm

import (
	"net/http"
	"testing"
)

// saidOf hands documents over as a splitter does that knows their names.
func saidOf(f format, documents []document) string {
	var t transcript
	x := exchange{status: http.StatusOK}
	t.open(defaultContent)
	h := newHeard(&t, &x, f)
	for _, d := range documents {
		for _, p := range pieces(d.data, len(d.data)/2) {
			h.data(p, true)
		}
		h.end(d.name, true)
	}
	h.close()
	return encoder{limit: defaultContent, output: true}.messages(t.said(), 0)
}

func TestBedrockStreamContent(t *testing.T) {
	tests := []struct {
		name, reason string
		documents    []document
		want         string
	}{
		{
			"Converse", "pieces belong to their block",
			[]document{
				{"messageStart", `{"role":"assistant"}`},
				{"contentBlockDelta", `{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}`},
				{"contentBlockDelta", `{"contentBlockIndex":1,"delta":{"text":"ha"}}`},
				{"contentBlockDelta", `{"contentBlockIndex":1,"delta":{"text":"ha"}}`},
				{"contentBlockStart", `{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t","name":"f"}}}`},
				{"contentBlockDelta", `{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\""}}}`},
				{"contentBlockDelta", `{"contentBlockIndex":2,"delta":{"toolUse":{"input":":1}"}}}`},
				{"contentBlockStart", `{"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"s","name":"look","type":"server_tool_use"}}}`},
				{"contentBlockDelta", `{"contentBlockIndex":3,"delta":{"toolUse":{"input":"{}"}}}`},
				{"messageStop", `{"stopReason":"tool_use"}`},
			},
			`[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"haha"},{"type":"tool_call","id":"t","name":"f","arguments":{"a":1}},{"type":"server_tool_call","id":"s","name":"look","server_tool_call":{"type":"look","arguments":{}}}],"finish_reason":""}]`,
		},
		{
			"Nova", "events wrapped in their name",
			[]document{
				{"chunk", `{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"ha"}}}`},
				{"chunk", `{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"ha"}}}`},
			},
			`[{"role":"assistant","parts":[{"type":"text","content":"haha"}],"finish_reason":""}]`,
		},
		{
			"Claude", "Anthropic's events",
			[]document{
				{"chunk", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`},
				{"chunk", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ha"}}`},
			},
			`[{"role":"assistant","parts":[{"type":"text","content":"ha"}],"finish_reason":""}]`,
		},
		{
			"Titan", "a text in each chunk",
			[]document{{"chunk", `{"outputText":"ha"}`}, {"chunk", `{"outputText":"ha"}`}},
			`[{"role":"assistant","parts":[{"type":"text","content":"haha"}],"finish_reason":""}]`,
		},
		{
			"chat", "OpenAI's chunks",
			[]document{{"chunk", `{"choices":[{"delta":{"content":"ha"}}]}`}},
			`[{"role":"assistant","parts":[{"type":"text","content":"ha"}],"finish_reason":""}]`,
		},
		{
			"Cohere", "its events",
			[]document{{"chunk", `{"event_type":"text-generation","text":"ha"}`}, {"chunk", `{"event_type":"text-generation","text":"ha"}`}},
			`[{"role":"assistant","parts":[{"type":"text","content":"haha"}],"finish_reason":""}]`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := saidOf(bedrock{}, tt.documents); got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}
