package telemetryllm

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// redact removes the secrets that telemetry knows. It runs over each text, and
// once more over the whole, as the exporter will: what that would still change
// must not break the JSON.
var redact = sync.OnceValue(func() *sanitize.Sanitizer { return sanitize.New(sanitize.Limits{ValueBytes: 1 << 20}) })

const maskFailed = "[mask failed]"

// An encoder writes messages as JSON of at most limit bytes.
type encoder struct {
	mask   func(string) string
	limit  int
	output bool // messages have a finish_reason
	strict bool // quotation marks of texts are written as \u0022, so that no redaction can take one for the end of the text
}

// messages returns messages as JSON, "" where there are none. omitted is how
// many came before. Of the input the newest have the room first, of the output
// the first.
func (e encoder) messages(all []message, omitted int) string {
	if len(all) == 0 {
		return ""
	}
	for i := range all {
		e.prepare(all[i].parts)
	}
	return e.clean(func(e encoder) []byte {
		const gap = `{"role":"omitted","parts":[{"type":"omitted","messages":1234567890}]},`
		room := e.limit - len("[]") - len(gap)
		var list [][]byte
		for i := range all {
			m := &all[i]
			if !e.output {
				m = &all[len(all)-1-i]
			}
			b := e.message(m, room)
			if b == nil {
				break
			}
			list = append(list, b)
			room -= len(b) + len(",")
		}
		if n := omitted + len(all) - len(list); n > 0 {
			b := []byte(`{"role":"omitted","parts":[{"type":"omitted","messages":` + strconv.Itoa(n) + `}]`)
			if e.output {
				b = append(b, `,"finish_reason":""`...)
			}
			list = append(list, append(b, '}'))
		}
		if !e.output {
			slices.Reverse(list)
		}
		return slices.Concat([]byte{'['}, bytes.Join(list, []byte{','}), []byte{']'})
	})
}

// parts returns parts as JSON, "" where there are none.
func (e encoder) parts(parts []part) string {
	if len(parts) == 0 {
		return ""
	}
	e.prepare(parts)
	return e.clean(func(e encoder) []byte {
		for n := len(parts); n > 0; n-- {
			if b := e.list(parts[:n], e.limit); b != nil {
				return b
			}
		}
		return nil
	})
}

// clean returns what encode makes, "" where it is nothing, in a form that
// redaction leaves as it is.
func (e encoder) clean(encode func(encoder) []byte) string {
	for _, e.strict = range [...]bool{false, true} {
		b := encode(e)
		if len(b) == 0 || len(b) > e.limit {
			return ""
		}
		text := string(b)
		for range 3 {
			next := redact().String(text)
			if next == text {
				return text
			}
			if text = next; !json.Valid([]byte(text)) || len(text) > e.limit {
				break
			}
		}
	}
	return ""
}

// prepare masks and redacts the texts of parts.
func (e encoder) prepare(parts []part) {
	for i := range parts {
		p := &parts[i]
		if p.cut > 0 || p.more {
			n := len(p.text)
			p.text = beforeLastWord(p.text)
			p.cut += n - len(p.text)
		}
		text := withoutBinary(string(p.text))
		if text != "" {
			text = redact().String(e.masked(text))
		}
		p.text = []byte(text)
		if p.json {
			var b bytes.Buffer
			p.json = p.cut == 0 && !p.more && json.Compact(&b, p.text) == nil
			if p.json {
				p.text = b.Bytes()
			}
		}
		p.name, p.id = redact().String(p.name), redact().String(p.id)
	}
}

// masked returns what the mask makes of a text. Of one that panics it keeps
// nothing.
func (e encoder) masked(text string) (masked string) {
	if e.mask == nil {
		return text
	}
	defer func() {
		if recover() != nil {
			masked = maskFailed
		}
	}()
	return e.mask(text)
}

// beforeLastWord returns b, whose end is cut off somewhere, without its last
// word: half a secret is one that no mask knows.
func beforeLastWord(b []byte) []byte {
	const longest = 256
	from := max(0, len(b)-longest)
	if i := bytes.LastIndexAny(b[from:], " \t\r\n"); i >= 0 {
		return b[:from+i]
	}
	for from > 0 && !utf8.RuneStart(b[from]) {
		from--
	}
	return b[:from]
}

// message returns m as JSON, nil where it does not fit into room even without
// its texts.
func (e encoder) message(m *message, room int) []byte {
	b := append([]byte(`{"role":`), e.quote(m.role)...)
	if m.name != "" {
		b = append(append(b, `,"name":`...), e.quote(m.name)...)
	}
	b = append(b, `,"parts":`...)
	end := []byte("}")
	if e.output {
		end = append(append([]byte(`,"finish_reason":`), e.quote(m.finish)...), '}')
	}
	parts := e.list(m.parts, room-len(b)-len(end))
	if parts == nil {
		return nil
	}
	return slices.Concat(b, parts, end)
}

// list returns parts as JSON, nil where they do not fit into room even without
// their texts. Reasoning gets what room the rest leaves.
func (e encoder) list(parts []part, room int) []byte {
	spare := room - len("[]")
	least := make([]int, len(parts))
	keep := make([]int, len(parts)) // bytes of texts
	for i := range parts {
		least[i] = len(e.part(nil, &parts[i], 0)) + len(",")
		spare -= least[i]
	}
	if spare < 0 {
		return nil
	}
	for _, reasoning := range [...]bool{false, true} {
		for i := range parts {
			p := &parts[i]
			if (p.kind == reasoningPart) != reasoning {
				continue
			}
			whole := len(e.part(nil, p, len(p.text))) + len(",") - least[i]
			if whole <= spare {
				keep[i] = len(p.text)
				spare -= whole
			} else if spare > 0 {
				var used int
				keep[i], used = e.fit(p.text, spare)
				spare -= used
			}
		}
	}
	b := []byte{'['}
	for i := range parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = e.part(b, &parts[i], keep[i])
	}
	return append(b, ']')
}

// part appends p with keep bytes of its text.
func (e encoder) part(b []byte, p *part, keep int) []byte {
	field := func(name, value string) {
		if value != "" {
			b = append(append(append(append(b, ',', '"'), name...), '"', ':'), e.quote(value)...)
		}
	}
	b = append(b, `{"type":`...)
	switch p.kind {
	case reasoningPart:
		b = append(b, `"reasoning","content":`...)
		b = e.text(b, p, keep)
	case callPart:
		b = append(b, `"tool_call"`...)
		field("id", p.id)
		b = append(append(b, `,"name":`...), e.quote(p.name)...)
		if len(p.text) > 0 || p.cut > 0 || p.more {
			b = e.text(append(b, `,"arguments":`...), p, keep)
		}
	case resultPart:
		b = append(b, `"tool_call_response"`...)
		field("id", p.id)
		field("name", p.name) // where vendors have no ids
		b = append(b, `,"response":`...)
		b = e.text(b, p, keep)
	case serverCallPart:
		b = append(b, `"server_tool_call"`...)
		field("id", p.id)
		b = append(append(b, `,"name":`...), e.quote(p.name)...)
		b = append(append(b, `,"server_tool_call":{"type":`...), e.quote(p.name)...)
		if len(p.text) > 0 {
			b = e.text(append(b, `,"arguments":`...), p, keep)
		}
		b = append(b, '}')
	case serverResultPart:
		b = append(b, `"server_tool_call_response"`...)
		field("id", p.id)
		b = append(append(b, `,"server_tool_call_response":{"type":`...), e.quote(p.name)...)
		b = append(b, '}')
	case blobPart:
		b = append(b, `"blob"`...)
		field("mime_type", p.mime)
		field("modality", p.modality)
		b = append(b, `,"content":"","size":`...)
		b = strconv.AppendInt(b, int64(p.size), 10)
	case uriPart:
		b = append(b, `"uri"`...)
		field("mime_type", p.mime)
		field("modality", p.modality)
		b = e.text(append(b, `,"uri":`...), p, keep)
	case filePart:
		b = append(b, `"file"`...)
		field("mime_type", p.mime)
		field("modality", p.modality)
		b = e.text(append(b, `,"file_id":`...), p, keep)
	case otherPart:
		b = append(b, e.quote(p.name)...)
	default:
		b = append(b, `"text","content":`...)
		b = e.text(b, p, keep)
	}
	return append(b, '}')
}

// text appends keep bytes of the text of p, and how many there are more.
func (e encoder) text(b []byte, p *part, keep int) []byte {
	if p.json && keep == len(p.text) {
		return append(b, p.text...)
	}
	b = append(b, '"')
	for rest := p.text[:keep]; len(rest) > 0; {
		var n int
		b, n = e.escape(b, rest)
		rest = rest[n:]
	}
	if n := len(p.text) - keep + p.cut; n > 0 && !p.more {
		b = append(b, "…["...)
		b = strconv.AppendInt(b, int64(n), 10)
		b = append(b, " bytes more]"...)
	} else if n > 0 || p.more {
		b = append(b, "…[more]"...)
	}
	return append(b, '"')
}

// fit returns how many bytes of text may be kept so that they take at most
// room, and what they take.
func (e encoder) fit(text []byte, room int) (keep, used int) {
	var scratch [16]byte
	for keep < len(text) {
		b, n := e.escape(scratch[:0], text[keep:])
		if used+len(b) > room {
			break
		}
		keep, used = keep+n, used+len(b)
	}
	return keep, used
}

func (e encoder) quote(s string) []byte {
	b := []byte{'"'}
	for rest := []byte(s); len(rest) > 0; {
		var n int
		b, n = e.escape(b, rest)
		rest = rest[n:]
	}
	return append(b, '"')
}

// escape appends the first character of s as it is written in a string of JSON,
// and returns how many bytes it has.
func (e encoder) escape(b, s []byte) ([]byte, int) {
	const hex = "0123456789abcdef"
	c := s[0]
	switch {
	case e.strict && (c == '"' || c == '\'' || c == '`'), c < ' ' && c != '\n' && c != '\r' && c != '\t', c == 0x7f:
		return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15]), 1
	case c == '"', c == '\\':
		return append(b, '\\', c), 1
	case c == '\n':
		return append(b, '\\', 'n'), 1
	case c == '\r':
		return append(b, '\\', 'r'), 1
	case c == '\t':
		return append(b, '\\', 't'), 1
	case c < utf8.RuneSelf:
		return append(b, c), 1
	}
	r, n := utf8.DecodeRune(s)
	return utf8.AppendRune(b, r), n
}
