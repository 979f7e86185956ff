package telemetryllm

import (
	"bytes"

	"github.com/lift-sys/telemetry/internal/pick"
)

// usageFlag asks for the token counts of a streamed answer
// (https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream_options).
const usageFlag = `"stream_options":{"include_usage":true}`

// askUsage adds the flag to a request that streams and says nothing about it.
func (o *outgoing) askUsage(f format, to *target) {
	switch f.(type) {
	case chat, completions:
	default:
		return
	}
	if stream, _ := to.body.Get("stream").Bool(); !stream || to.body.Get("stream_options").Kind() != pick.Absent {
		return
	}
	end := bytes.LastIndexByte(o.whole, '}')
	if end < 0 {
		return
	}
	head := bytes.TrimRight(o.whole[:end], " \t\r\n")
	if len(head) == 0 || head[len(head)-1] == ',' {
		return
	}
	body := make([]byte, 0, len(o.whole)+len(usageFlag)+1)
	body = append(body, head...)
	body = append(body, ',')
	body = append(body, usageFlag...)
	body = append(body, o.whole[end:]...)
	o.grown, o.whole = int64(len(body)-len(o.whole)), body
}
