package telemetryllm

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/lift-sys/telemetry/internal/pick"
)

// Vendors have few shapes for messages and their parts, and these do not
// contradict each other: they are read here for all formats.

const maxName = 256 // bytes of an id, a name or a type

// short returns a text that is no content, such as a name.
func short(v pick.Value) string {
	b := v.Bytes()
	return strings.ToValidUTF8(string(b[:min(len(b), maxName)]), "")
}

// messageOf reads a message of the input. A text alone is the user's.
func messageOf(v pick.Value) message {
	if v.Kind() != pick.Object {
		return message{role: "user", parts: partsOf(nil, v)}
	}
	m := message{role: roleOf(v), name: short(v.Get("name"))}
	switch short(v.Get("type")) {
	case "", "message":
	default: // an item of Responses, or a part that stands for a message
		m.name = ""
		m.parts = partOf(nil, v)
		return m
	}
	if m.parts = messageParts(nil, v); len(m.parts) == 0 {
		m.parts = untypedOf(nil, v)
	}
	if m.role == "tool" {
		m.name = ""
		m.parts = resultsOf(v, m.parts)
	}
	return m
}

// roleOf returns who speaks, in the words of the conventions.
func roleOf(v pick.Value) string {
	role := strings.ToLower(short(v.Get("role")))
	switch role {
	case "model", "chatbot", "ai":
		return "assistant"
	case "function":
		return "tool"
	case "":
		kind := short(v.Get("type"))
		switch {
		case strings.HasSuffix(kind, "_output"), kind == "function_result":
			return "tool"
		case strings.HasSuffix(kind, "_call"), kind == "reasoning", kind == "thought":
			return "assistant"
		}
		return "user"
	}
	return role
}

// resultsOf returns the message of a tool: what was read of it is its result.
func resultsOf(v pick.Value, parts []part) []part {
	for i := range parts {
		if parts[i].kind == resultPart {
			return parts // and says so itself
		}
	}
	id, name := short(either(v.Get("tool_call_id"), v.Get("call_id"))), short(either(v.Get("name"), v.Get("tool_name")))
	for i := range parts {
		if parts[i].kind == textPart {
			parts[i].kind, parts[i].id, parts[i].name = resultPart, id, name
		}
	}
	return parts
}

// messageParts reads what a message has, wherever it has it.
func messageParts(dst []part, v pick.Value) []part {
	dst = reasoningOf(dst, v)
	for _, name := range [...]string{"content", "parts", "message", "refusal"} {
		dst = partsOf(dst, v.Get(name))
	}
	if audio := v.Get("audio"); audio.Exists() {
		dst = textOf(dst, textPart, audio.Get("transcript"))
		if data := audio.Get("data"); data.Exists() {
			dst = append(dst, blobOf(data, "", "audio"))
		}
	}
	for _, image := range v.Get("images").Elements() {
		if image.Kind() == pick.String {
			dst = append(dst, addressOf(image, "", "image", true))
		} else {
			dst = partOf(dst, image)
		}
	}
	dst = textOf(dst, reasoningPart, v.Get("tool_plan"))
	for _, call := range v.Get("tool_calls").Elements() {
		dst = append(dst, callOf(call))
	}
	if call := v.Get("function_call"); call.Exists() {
		dst = append(dst, callOf(call))
	}
	return dst
}

// reasoningOf reads the reasoning of a message in the spellings of DeepSeek,
// OpenRouter and Ollama.
func reasoningOf(dst []part, v pick.Value) []part {
	for _, name := range [...]string{"reasoning_content", "reasoning", "thinking"} {
		if r := v.Get(name); r.Kind() == pick.String && len(r.Bytes()) > 0 {
			return textOf(dst, reasoningPart, r)
		}
	}
	for _, d := range v.Get("reasoning_details").Elements() {
		dst = textOf(dst, reasoningPart, either(d.Get("text"), d.Get("summary")))
	}
	return dst
}

// partsOf reads a text, a part or a list of them.
func partsOf(dst []part, v pick.Value) []part {
	switch v.Kind() {
	case pick.String:
		return textOf(dst, textPart, v)
	case pick.Object:
		return partOf(dst, v)
	case pick.Array:
		for _, e := range v.Elements() {
			if e.Kind() == pick.String || e.Kind() == pick.Object {
				dst = partsOf(dst, e)
			}
		}
	}
	return dst
}

// textOf reads a text, unless it is none or empty.
func textOf(dst []part, k kind, v pick.Value) []part {
	if v.Kind() != pick.String || len(v.Bytes()) == 0 && !v.Truncated() {
		return dst
	}
	p := textPartOf(v)
	p.kind = k
	return append(dst, p)
}

// textPartOf returns a part with the text of v.
func textPartOf(v pick.Value) part {
	text, cut := cutText(v.Bytes())
	return part{text: bytes.Clone(text), cut: cut, more: v.Truncated()}
}

// textsIn reads the texts of a list of objects, or of one.
func textsIn(dst []part, k kind, v pick.Value) []part {
	switch v.Kind() {
	case pick.String:
		return textOf(dst, k, v)
	case pick.Object:
		return textOf(dst, k, v.Get("text"))
	}
	for _, e := range v.Elements() {
		dst = textOf(dst, k, either(e.Get("text"), e))
	}
	return dst
}

// partOf reads a part that is an object.
func partOf(dst []part, v pick.Value) []part {
	kind := short(v.Get("type"))
	switch kind {
	case "":
		return untypedOf(dst, v)
	case "text", "input_text", "output_text":
		return textOf(dst, textPart, v.Get("text"))
	case "refusal":
		return textOf(dst, textPart, v.Get("refusal"))
	case "message":
		return partsOf(dst, v.Get("content"))
	case "reasoning", "thinking", "thought", "summary_text", "reasoning_text", "redacted_thinking":
		for _, name := range [...]string{"thinking", "summary", "content", "text"} {
			dst = textsIn(dst, reasoningPart, v.Get(name))
		}
		return dst
	case "tool_use", "function_call", "custom_tool_call", "function":
		return append(dst, callOf(v))
	case "tool_result", "function_result":
		return append(dst, resultOf(v, either(v.Get("content"), v.Get("result"), v.Get("output"))))
	case "server_tool_use", "mcp_tool_use":
		p := callOf(v)
		p.kind = serverCallPart
		return append(dst, p)
	case "item_reference", "compaction":
		return append(dst, part{kind: otherPart, name: kind})
	}
	switch {
	case strings.HasSuffix(kind, "_output"):
		return append(dst, resultOf(v, v.Get("output")))
	case strings.HasSuffix(kind, "_tool_result"):
		return append(dst, part{kind: serverResultPart, id: short(v.Get("tool_use_id")), name: kind})
	case strings.HasSuffix(kind, "_call"):
		return append(dst, part{kind: serverCallPart, id: short(v.Get("id")), name: strings.TrimSuffix(kind, "_call")})
	}
	if modality := modalityOf(kind); modality != "" {
		return mediaOf(dst, v, modality)
	}
	if t := v.Get("text"); t.Kind() == pick.String {
		return textOf(dst, textPart, t)
	}
	return append(dst, part{kind: otherPart, name: kind})
}

// untypedOf reads a part that is told by its members: those of Gemini and of
// Bedrock's Converse.
func untypedOf(dst []part, v pick.Value) []part {
	k := textPart
	if thought, _ := v.Get("thought").Bool(); thought {
		k = reasoningPart
	}
	dst = textOf(dst, k, v.Get("text"))
	dst = textsIn(dst, reasoningPart, either(v.Get("reasoningContent", "reasoningText"), v.Get("reasoningContent")))
	dst = textsIn(dst, textPart, v.Get("guardContent", "text"))
	dst = textOf(dst, textPart, v.Get("executableCode", "code"))
	dst = textOf(dst, textPart, v.Get("codeExecutionResult", "output"))
	dst = textOf(dst, textPart, v.Get("inputText"))
	dst = textOf(dst, textPart, v.Get("text", "value"))
	for _, name := range [...]string{"toolUse", "functionCall", "function_call"} {
		if call := v.Get(name); call.Exists() {
			dst = append(dst, callOf(call))
		}
	}
	if r := v.Get("toolResult"); r.Exists() {
		dst = append(dst, resultOf(r, r.Get("content")))
	}
	if r := either(v.Get("functionResponse"), v.Get("function_response")); r.Exists() {
		dst = append(dst, resultOf(r, r.Get("response")))
	}
	for _, name := range [...]string{"inlineData", "inline_data", "fileData", "file_data"} {
		if m := v.Get(name); m.Kind() == pick.Object {
			dst = mediaOf(dst, m, "document")
		}
	}
	for _, name := range [...]string{"image", "video", "audio", "document", "image_url"} {
		if m := v.Get(name); m.Kind() == pick.Object || m.Kind() == pick.String {
			dst = mediaOf(dst, m, modalityOf(name))
		}
	}
	for _, name := range [...]string{"parts", "content", "outputs", "json"} {
		switch m := v.Get(name); {
		case name == "json" && m.Exists():
			dst = append(dst, valuePart(m))
		default:
			dst = partsOf(dst, m)
		}
	}
	return dst
}

// callOf reads the call of a tool.
func callOf(v pick.Value) part {
	f := v
	for _, name := range [...]string{"function", "custom"} {
		if m := v.Get(name); m.Kind() == pick.Object {
			f = m
		}
	}
	p := valuePart(toldFirst(f, "arguments", "input", "args", "parameters"))
	p.kind = callPart
	p.json = true // where it is: most vendors write arguments as a text of JSON
	p.id = short(either(v.Get("call_id"), v.Get("id"), v.Get("toolUseId")))
	p.name = short(f.Get("name"))
	return p
}

// resultOf reads what a tool returned.
func resultOf(v, content pick.Value) part {
	p := valuePart(content)
	if content.Kind() == pick.Array {
		p = joined(partsOf(nil, content))
	}
	p.kind = resultPart
	p.id = short(either(v.Get("tool_use_id"), v.Get("call_id"), v.Get("toolUseId"), v.Get("id")))
	p.name = short(v.Get("name"))
	return p
}

// joined makes one text of several parts. What is no text is told by its type
// and size.
func joined(parts []part) part {
	var all part
	if len(parts) == 1 && (parts[0].kind == textPart) {
		return parts[0]
	}
	for _, p := range parts {
		if len(all.text) > 0 {
			all.text = append(all.text, '\n')
		}
		switch p.kind {
		case blobPart:
			all.text = append(all.text, "["+p.mime+" "+strconv.Itoa(p.size)+" bytes]"...)
		default:
			all.text = append(all.text, p.text...)
		}
		if all.cut += p.cut; p.cut > 0 {
			all.more = all.more || p.more
			return all
		}
		all.more = all.more || p.more
	}
	return all
}

// valuePart returns a part whose text is v: a string's own, JSON of anything
// else.
func valuePart(v pick.Value) part {
	if v.Kind() == pick.String {
		return textPartOf(v)
	}
	if !v.Exists() {
		return part{}
	}
	p := part{json: true}
	p.text = appendValue(nil, v, &p.more)
	return p
}

// appendValue appends v as JSON, and notes where a part of it is missing.
func appendValue(b []byte, v pick.Value, cut *bool) []byte {
	if v.Truncated() {
		*cut = true
	}
	switch v.Kind() {
	case pick.Bool:
		yes, _ := v.Bool()
		return strconv.AppendBool(b, yes)
	case pick.Number:
		return append(b, v.Bytes()...)
	case pick.String:
		text, n := cutText(v.Bytes())
		said := withoutBinary(string(text))
		if n > 0 {
			said += "…[" + strconv.Itoa(n) + " bytes more]"
		}
		return append(b, encoder{}.quote(said)...)
	case pick.Array:
		b = append(b, '[')
		for i, e := range v.Elements() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, e, cut)
		}
		return append(b, ']')
	case pick.Object:
		b = append(b, '{')
		i := 0
		for key, m := range v.Members() {
			if i++; i > 1 {
				b = append(b, ',')
			}
			b = append(append(b, encoder{}.quote(key)...), ':')
			b = appendValue(b, m, cut)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
