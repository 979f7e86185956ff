package telemetryllm

import "testing"

// Made after https://platform.openai.com/docs/api-reference/chat and
// …/responses, 2026-09.
var openAIUtterances = []utterance{
	{
		name: "chat", reason: "system messages are part of the conversation", format: chat{},
		request: `{"model":"m","messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","name":"ann","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"https://example.com/cat.png"}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":"{\"at\": 1}"}}]},{"role":"tool","tool_call_id":"call_1","content":"a cat"}],"tools":[{"type":"function","function":{"name":"look"}}]}`,
		answer:  `{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"A cat.","reasoning_content":"Fur."},"finish_reason":"stop"},{"index":1,"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}`,
		input:   `[{"role":"system","parts":[{"type":"text","content":"Be \"brief\"."}]},{"role":"user","name":"ann","parts":[{"type":"text","content":"What is this?"},{"type":"uri","modality":"image","uri":"https://example.com/cat.png"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"call_1","name":"look","arguments":{"at":1}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"call_1","response":"a cat"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"Fur."},{"type":"text","content":"A cat."}],"finish_reason":"stop"},{"role":"assistant","parts":[{"type":"text","content":"No."}],"finish_reason":"stop"}]`,
	},
	{
		name: "chat stream", reason: "pieces are joined by choice and call, and two equal ones are two", format: chat{}, media: sse,
		request: `{"messages":[{"role":"user","content":"hi"}],"stream":true}`,
		answer: `data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

data: {"choices":[{"index":0,"delta":{"content":"ha"}}]}

data: {"choices":[{"index":0,"delta":{"content":"ha"}}]}

data: {"choices":[{"index":1,"delta":{"reasoning":"hm"}}]}

data: {"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}},{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}}]}

data: {"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}]}}]}

data: {"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}

data: {"choices":[{"index":0,"delta":{"content":"!"},"finish_reason":"length"},{"index":1,"delta":{},"finish_reason":"tool_calls"}]}

data: [DONE]

`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"haha!"}],"finish_reason":"length"},{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"tool_call","id":"a","name":"f","arguments":{"x":1}},{"type":"tool_call","id":"b","name":"g","arguments":{}}],"finish_reason":"tool_calls"}]`,
	},
	{
		name: "chat stream with one index", reason: "ids tell calls apart", format: chat{}, media: sse,
		request: `{}`,
		answer: `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}

data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{\"a\":"}}]}}]}

data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"2}"}}]}}]}

`,
		output: `[{"role":"assistant","parts":[{"type":"tool_call","id":"a","name":"f","arguments":{}},{"type":"tool_call","id":"b","name":"f","arguments":{"a":2}}],"finish_reason":""}]`,
	},
	{
		name: "chat stream of many kinds", reason: "sound adds up, pictures come whole, functions have no id", format: chat{}, media: sse,
		request: `{}`,
		answer: `data: {"choices":[{"delta":{"refusal":"N"}}]}

data: {"choices":[{"delta":{"refusal":"o"}}]}

data: {"choices":[{"delta":{"audio":{"data":"AAAA","transcript":"ye"}}}]}

data: {"choices":[{"delta":{"audio":{"data":"AAAA","transcript":"s"}}}]}

data: {"choices":[{"delta":{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}}]}

data: {"choices":[{"delta":{"function_call":{"name":"f","arguments":"{"}}}]}

data: {"choices":[{"delta":{"function_call":{"arguments":"}"}}}]}

`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"No"},{"type":"text","content":"yes"},{"type":"blob","modality":"audio","content":"","size":6},{"type":"blob","mime_type":"image/png","modality":"image","content":"","size":3},{"type":"tool_call","name":"f","arguments":{}}],"finish_reason":""}]`,
	},
	{
		name: "chat with sound", reason: "what was said is text, how it sounded is not kept", format: chat{},
		request: `{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAAAAAA","format":"wav"}},{"type":"file","file":{"file_id":"file-1"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}}]}]}`,
		answer:  `{"choices":[{"message":{"audio":{"id":"x","data":"AAA=","transcript":"yes"}},"finish_reason":"stop"}]}`,
		input:   `[{"role":"user","parts":[{"type":"blob","mime_type":"audio/wav","modality":"audio","content":"","size":6},{"type":"file","modality":"document","file_id":"file-1"},{"type":"blob","mime_type":"application/pdf","modality":"document","content":"","size":3}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"text","content":"yes"},{"type":"blob","modality":"audio","content":"","size":2}],"finish_reason":"stop"}]`,
	},
	{
		name: "refused", reason: "an error is no answer", format: chat{}, status: 429,
		request: `{"messages":[{"role":"user","content":"hi"}]}`, answer: `{"choices":[{"message":{"content":"no"}}]}`,
		input: `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
	},
	{
		name: "completion", reason: "a prompt is the user's", format: completions{},
		request: `{"prompt":["a","b",[1,2]],"n":1}`, answer: `{"choices":[{"text":"c","index":0,"finish_reason":"stop"}]}`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"a"}]},{"role":"user","parts":[{"type":"text","content":"b"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"c"}],"finish_reason":"stop"}]`,
	},
	{
		name: "completion stream", reason: "llama.cpp has its own shape", format: completions{}, media: sse,
		request: `{"prompt":"a"}`, answer: "data: {\"content\":\"b\",\"stop\":false}\n\ndata: {\"content\":\"b\",\"stop\":true,\"stop_type\":\"eos\"}\n\n",
		input:  `[{"role":"user","parts":[{"type":"text","content":"a"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"bb"}],"finish_reason":"eos"}]`,
	},
	{
		name: "embeddings", reason: "only what is text", format: embeddings{},
		request: `{"input":["a",[1,2,3],"b"],"model":"m"}`, answer: `{"data":[{"embedding":[0.1]}]}`,
		input: `[{"role":"user","parts":[{"type":"text","content":"a"}]},{"role":"user","parts":[{"type":"text","content":"b"}]}]`,
	},
	{
		name: "embeddings of tokens", reason: "are no text", format: embeddings{},
		request: `{"input":[1,2,3],"model":"m"}`, answer: `{"data":[]}`,
	},
	{
		name: "Responses", reason: "instructions are told apart; items stand for messages", format: responses{},
		request: `{"instructions":"Be kind.","text":{"format":{"type":"text"}},"input":[{"role":"user","content":[{"type":"input_text","text":"hi"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"},{"type":"input_file","file_id":"file-2"}]},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"function_call_output","call_id":"c1","output":"done"},{"type":"item_reference","id":"x"}]}`,
		answer:  `{"id":"r","status":"completed","output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"zz"},{"type":"web_search_call","id":"ws_1","status":"completed"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hello"}]},{"type":"function_call","call_id":"c2","name":"g","arguments":"{}"}]}`,
		system:  `[{"type":"text","content":"Be kind."}]`,
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"},{"type":"blob","mime_type":"image/png","modality":"image","content":"","size":3},{"type":"file","modality":"document","file_id":"file-2"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"f","arguments":{"a":1}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"done"}]},{"role":"user","parts":[{"type":"item_reference"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"server_tool_call","id":"ws_1","name":"web_search","server_tool_call":{"type":"web_search"}},{"type":"text","content":"hello"},{"type":"tool_call","id":"c2","name":"g","arguments":{}}],"finish_reason":"completed"}]`,
	},
	{
		name: "Responses stream", reason: "the whole at the end is not said twice", format: responses{}, media: sse,
		request: `{"input":"hi"}`,
		answer: `event: response.output_item.added
data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}

data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"he"}

data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"he"}

data: {"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"hehe"}]}}

data: {"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"c","name":"f","arguments":""}}

data: {"type":"response.function_call_arguments.delta","output_index":1,"delta":"{\"a\""}

data: {"type":"response.function_call_arguments.delta","output_index":1,"delta":":1}"}

data: {"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":1}"}}

data: {"type":"response.completed","response":{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"hehe"}]}]}}

`,
		input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output: `[{"role":"assistant","parts":[{"type":"text","content":"hehe"},{"type":"tool_call","id":"c","name":"f","arguments":{"a":1}}],"finish_reason":"completed"}]`,
	},
	{
		name: "Responses without pieces", reason: "some servers send only the end", format: responses{}, media: sse,
		request: `{"input":"hi"}`,
		answer:  "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"hello\"}]}]}}\n\n",
		input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
		output:  `[{"role":"assistant","parts":[{"type":"text","content":"hello"}],"finish_reason":"completed"}]`,
	},
}

func TestOpenAIContent(t *testing.T) { testUtterances(t, openAIUtterances) }
