package telemetryllm

import (
	"slices"
	"testing"
)

func utterances() []utterance { return slices.Concat(openAIUtterances, vendorUtterances) }

// Made after https://docs.claude.com/en/api/messages,
// https://ai.google.dev/api/generate-content,
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html,
// https://docs.cohere.com/reference/chat and https://docs.ollama.com/api.
var vendorUtterances = []utterance{
	{
		name: "Anthropic", reason: "blocks of every kind", format: anthropic{},
		request: `{"system":[{"type":"text","text":"Be kind.","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAAA"}},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"a page"}},{"type":"text","text":"hi"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"a":[1,null,"x"]}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"done"}]}]}]}`,
		answer:  `{"type":"message","content":[{"type":"thinking","thinking":"hm","signature":"zz"},{"type":"text","text":"hello"},{"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"q"}},{"type":"web_search_tool_result","tool_use_id":"s1","content":[{"type":"web_search_result","encrypted_content":"zz"}]},{"type":"tool_use","id":"t2","name":"g","input":{}}],"stop_reason":"tool_use"}`,
		system:  `[{"type":"text","content":"Be kind."}]`,
		input:   `[{"role":"user","parts":[{"type":"blob","mime_type":"image/jpeg","modality":"image","content":"","size":3},{"type":"text","content":"a page"},{"type":"text","content":"hi"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"t1","name":"f","arguments":{"a":[1,null,"x"]}}]},{"role":"user","parts":[{"type":"tool_call_response","id":"t1","response":"done"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"hello"},{"type":"server_tool_call","id":"s1","name":"web_search","server_tool_call":{"type":"web_search","arguments":{"query":"q"}}},{"type":"server_tool_call_response","id":"s1","server_tool_call_response":{"type":"web_search_tool_result"}},{"type":"tool_call","id":"t2","name":"g","arguments":{}}],"finish_reason":"tool_use"}]`,
	},
	{
		name: "Anthropic stream", reason: "pieces belong to their block", format: anthropic{}, media: sse,
		request: `{"system":"Be kind.","messages":[{"role":"user","content":"hi"}]}`,
		answer: `event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}

data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"ha"}}

data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"ha"}}

data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}

data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}}

data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":":1}"}}

data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"u","name":"g","input":{}}}

data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}

`,
		system: `[{"type":"text","content":"Be kind."}]`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"haha"},{"type":"tool_call","id":"t","name":"f","arguments":{"a":1}},{"type":"tool_call","id":"u","name":"g"}],"finish_reason":"tool_use"}]`,
	},
	{
		name: "Gemini", reason: "a part is told by its members; the model is the assistant", format: gemini{},
		request: `{"systemInstruction":{"parts":[{"text":"Be kind."}]},"contents":[{"role":"user","parts":[{"text":"hi"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"fileData":{"mimeType":"video/mp4","fileUri":"gs://b/o"}}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"ok":true}}}]}]}`,
		answer:  `{"candidates":[{"content":{"role":"model","parts":[{"text":"hm","thought":true},{"text":"hello"},{"functionCall":{"id":"i","name":"g","args":{}}}]},"finishReason":"STOP"}]}`,
		system:  `[{"type":"text","content":"Be kind."}]`,
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"},{"type":"blob","mime_type":"image/png","modality":"image","content":"","size":3},{"type":"uri","mime_type":"video/mp4","modality":"video","uri":"gs://b/o"}]},{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":{"a":1}}]},{"role":"user","parts":[{"type":"tool_call_response","name":"f","response":{"ok":true}}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"hello"},{"type":"tool_call","id":"i","name":"g","arguments":{}}],"finish_reason":"STOP"}]`,
	},
	{
		name: "Gemini stream", reason: "texts of one kind go on", format: gemini{},
		request: `{"contents":[{"parts":[{"text":"hi"}]}]}`,
		answer:  `[{"candidates":[{"content":{"parts":[{"text":"ha"}]}}]},{"candidates":[{"content":{"parts":[{"text":"ha"}]}}]},{"candidates":[{"content":{"parts":[{"text":"!"}]},"finishReason":"STOP"}]}]`,
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"text","content":"haha!"}],"finish_reason":"STOP"}]`,
	},
	{
		name: "Gemini embeds", reason: "in each of its shapes", format: gemini{},
		request: `{"content":{"parts":[{"text":"a"}]},"requests":[{"model":"m","content":{"parts":[{"text":"b"}]}}],"instances":[{"content":"c"}]}`,
		answer:  `{"embedding":{"values":[1]}}`,
		input:   `[{"role":"user","parts":[{"type":"text","content":"a"}]},{"role":"user","parts":[{"type":"text","content":"b"}]},{"role":"user","parts":[{"type":"text","content":"c"}]}]`,
	},
	{
		name: "Interactions", reason: "steps of the model", format: interactions{},
		request: `{"input":"hi","system_instruction":"Be kind.","model":"m"}`,
		answer:  `{"steps":[{"type":"user_input","content":[{"type":"text","text":"hi"}]},{"type":"thought","summary":[{"type":"text","text":"hm"}]},{"type":"model_output","content":[{"type":"text","text":"hello"}]}],"status":"completed"}`,
		system:  `[{"type":"text","content":"Be kind."}]`,
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"hello"}],"finish_reason":"completed"}]`,
	},
	{
		name: "Interactions stream", reason: "pieces of a step", format: interactions{}, media: sse,
		request: `{"input":"hi"}`,
		answer:  "event: content.start\ndata: {\"index\":0,\"content\":{\"type\":\"text\"},\"event_type\":\"content.start\"}\n\nevent: content.delta\ndata: {\"index\":0,\"delta\":{\"type\":\"text\",\"text\":\"ha\"},\"event_type\":\"content.delta\"}\n\nevent: content.delta\ndata: {\"index\":0,\"delta\":{\"type\":\"text\",\"text\":\"ha\"},\"event_type\":\"content.delta\"}\n\n",
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"text","content":"haha"}],"finish_reason":""}]`,
	},
	{
		name: "Converse", reason: "blocks told by their member", format: bedrock{},
		request: `{"system":[{"text":"Be kind."},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"hi"},{"image":{"format":"png","source":{"bytes":"AAAA"}}},{"document":{"format":"pdf","name":"n","source":{"s3Location":{"uri":"s3://b/o"}}}}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[{"json":{"ok":true}}]}}]}]}`,
		answer:  `{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"z"}}},{"text":"hello"},{"toolUse":{"toolUseId":"u","name":"g","input":{}}}]}},"stopReason":"tool_use"}`,
		system:  `[{"type":"text","content":"Be kind."}]`,
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"},{"type":"blob","mime_type":"image/png","modality":"image","content":"","size":3},{"type":"uri","mime_type":"application/pdf","modality":"document","uri":"s3://b/o"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"t","name":"f","arguments":{"a":1}}]},{"role":"user","parts":[{"type":"tool_call_response","id":"t","response":{"ok":true}}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"hello"},{"type":"tool_call","id":"u","name":"g","arguments":{}}],"finish_reason":"tool_use"}]`,
	},
	{
		name: "invoked Titan", reason: "a text in, a text out", format: bedrock{},
		request: `{"inputText":"hi"}`, answer: `{"results":[{"outputText":"hello","completionReason":"FINISH"}]}`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"hello"}],"finish_reason":"FINISH"}]`,
	},
	{
		name: "invoked Jurassic", reason: "its own shape", format: bedrock{},
		request: `{"prompt":"hi"}`, answer: `{"id":1,"prompt":{"text":"hi"},"completions":[{"data":{"text":"hello"},"finishReason":{"reason":"endoftext"}}]}`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"hello"}],"finish_reason":""}]`,
	},
	{
		name: "invoked Nova embeds", reason: "its own shape", format: bedrock{},
		request: `{"taskType":"SINGLE_EMBEDDING","singleEmbeddingParams":{"text":{"truncationMode":"END","value":"hi"},"embeddingDimension":256}}`, answer: `{"embeddings":[]}`,
		input: `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
	},
	{
		name: "invoked Claude", reason: "Anthropic's own shape", format: bedrock{},
		request: `{"messages":[{"role":"user","content":"hi"}]}`, answer: `{"type":"message","content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn"}`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"hello"}],"finish_reason":"end_turn"}]`,
	},
	{
		name: "invoked Llama", reason: "its own shape", format: bedrock{},
		request: `{"prompt":"hi"}`, answer: `{"generation":"hello","stop_reason":"stop"}`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"hello"}],"finish_reason":"stop"}]`,
	},
	{
		name: "Cohere", reason: "the plan is reasoning", format: cohere{},
		request: `{"messages":[{"role":"user","content":"hi"}],"documents":["d"]}`,
		answer:  `{"id":"c","message":{"role":"assistant","tool_plan":"look","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"hello"}],"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"COMPLETE"}`,
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"hello"},{"type":"reasoning","content":"look"},{"type":"tool_call","id":"t","name":"f","arguments":{}}],"finish_reason":"COMPLETE"}]`,
	},
	{
		name: "Cohere stream", reason: "pieces by their index", format: cohere{}, media: sse,
		request: `{"preamble":"Be kind.","chat_history":[{"role":"CHATBOT","message":"yes?"}],"message":"hi"}`,
		answer: `data: {"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}

data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"ha"}}}}

data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"ha"}}}}

data: {"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"t","function":{"name":"f","arguments":""}}}}}

data: {"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\":1}"}}}}}

data: {"type":"message-end","delta":{"finish_reason":"TOOL_CALL"}}

`,
		system: `[{"type":"text","content":"Be kind."}]`,
		input:  `[{"role":"assistant","parts":[{"type":"text","content":"yes?"}]},{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"haha"},{"type":"tool_call","id":"t","name":"f","arguments":{"a":1}}],"finish_reason":"TOOL_CALL"}]`,
	},
	{
		name: "Cohere 1 stream", reason: "the whole at the end is not said twice", format: cohere{}, media: ndjson,
		request: `{"message":"hi"}`,
		answer:  "{\"event_type\":\"text-generation\",\"text\":\"ha\"}\n{\"event_type\":\"text-generation\",\"text\":\"ha\"}\n{\"event_type\":\"stream-end\",\"response\":{\"text\":\"haha\"},\"finish_reason\":\"COMPLETE\"}\n",
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"text","content":"haha"}],"finish_reason":"COMPLETE"}]`,
	},
	{
		name: "Cohere 1 stream of calls", reason: "which come whole", format: cohere{}, media: ndjson,
		request: `{"message":"hi"}`,
		answer:  "{\"event_type\":\"tool-calls-generation\",\"tool_calls\":[{\"name\":\"f\",\"parameters\":{\"a\":1}}]}\n",
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":{"a":1}}],"finish_reason":""}]`,
	},
	{
		name: "Cohere stream of reasoning", reason: "thinking and the plan", format: cohere{}, media: sse,
		request: `{}`,
		answer:  "data: {\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"thinking\":\"hm\"}}}}\n\ndata: {\"type\":\"tool-plan-delta\",\"delta\":{\"message\":{\"tool_plan\":\"look\"}}}\n\n",
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"reasoning","content":"look"}],"finish_reason":""}]`,
	},
	{
		name: "Ollama stream", reason: "calls come whole", format: ollama{}, media: ndjson,
		request: `{"messages":[{"role":"user","content":"hi","images":["AAAA"]},{"role":"tool","tool_name":"f","content":"done"}]}`,
		answer:  "{\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hm\"},\"done\":false}\n{\"message\":{\"content\":\"ha\"},\"done\":false}\n{\"message\":{\"content\":\"ha\"},\"done\":false}\n{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]},\"done\":false}\n{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n",
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"},{"type":"blob","modality":"image","content":"","size":3}]},{"role":"tool","parts":[{"type":"tool_call_response","name":"f","response":"done"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"haha"},{"type":"tool_call","name":"f","arguments":{"a":1}}],"finish_reason":"stop"}]`,
	},
	{
		name: "Ollama generates", reason: "pictures beside the prompt", format: ollama{},
		request: `{"system":"Be kind.","prompt":"hi","images":["AAAA"]}`, answer: `{"response":"hello","done":true,"done_reason":"stop"}`,
		system: `[{"type":"text","content":"Be kind."}]`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]},{"role":"user","parts":[{"type":"blob","modality":"image","content":"","size":3}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"hello"}],"finish_reason":"stop"}]`,
	},
}

func TestVendorContent(t *testing.T) { testUtterances(t, vendorUtterances) }
