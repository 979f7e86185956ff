package telemetryllm

import (
	"net/http"
	"strconv"

	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// An exchange is what has been read of one HTTP exchange so far.
type exchange struct {
	request   llmcall.Request
	response  llmcall.Response
	status    int         // of the HTTP response
	header    http.Header // of the HTTP response
	streaming bool

	began bool  // content has arrived
	done  bool  // a terminal event was seen: nothing that counts follows
	fault fault // what the provider says went wrong

	finish []string // by choice
	tools  []tool   // in the order first seen
}

// A fault is an error that the body tells. The zero value is none.
type fault struct {
	kind    string // low cardinality: becomes error.type
	message string
}

// A tool is a call of a client's tool.
type tool struct {
	key  toolKey
	name string
}

// toolKey tells calls apart that arrive in pieces.
type toolKey struct{ choice, index int }

// maxList bounds lists that a body can make as long as it wants.
const maxList = 128

// finished notes why a choice ended. An empty reason is none yet.
func (x *exchange) finished(choice int, reason string) {
	if reason == "" || choice < 0 || choice >= maxList {
		return
	}
	for len(x.finish) <= choice {
		x.finish = append(x.finish, "")
	}
	x.finish[choice] = reason
}

// called notes the call of a client's tool. Pieces after the first carry no
// name.
func (x *exchange) called(choice, index int, name string) {
	if name == "" {
		return
	}
	key := toolKey{choice, index}
	for i := range x.tools {
		if x.tools[i].key == key {
			x.tools[i].name = name
			return
		}
	}
	if len(x.tools) < maxList {
		x.tools = append(x.tools, tool{key, name})
	}
}

// failed notes an error that the body tells; the first one counts. kind may be
// empty: then it is the code, else the HTTP status.
func (x *exchange) failed(kind, code, message string) {
	if x.fault != (fault{}) {
		return
	}
	switch {
	case kind != "":
	case code != "":
		kind = code
	case x.status >= 400:
		kind = strconv.Itoa(x.status)
	default:
		kind = "error"
	}
	x.fault = fault{kind, message}
}

// text sets *s to the text of v, unless v has none.
func text(s *string, v pick.Value) {
	if b := v.Bytes(); len(b) > 0 && string(b) != *s {
		*s = string(b)
	}
}

// count sets *n to the number v and marks it as known; where v is no count, it
// leaves both. The latest value wins.
func (x *exchange) count(n *int64, c llmcall.Counts, v pick.Value) bool {
	i, ok := v.Int()
	if ok {
		*n = i
		x.response.Known |= c
	}
	return ok
}
