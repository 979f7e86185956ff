package telemetryllm

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// An attempt is one HTTP exchange of a logical call. It is the context in
// which the request is sent, too, so that a transport below that is one of ours
// again finds it.
type attempt struct {
	context.Context
	*transport
	p      *core.Pipeline
	call   *llmcall.Call // nil: nobody listens any more
	seq    int           // of the call's attempts
	number int           // of the attempt, as the SDK counts, from 0; -1: it does not
	role   role
	key    heldKey
	out    *outgoing // nil: its body was read ahead

	mu       sync.Mutex // guards what follows
	x        exchange
	in       input
	heard    *transcripts // nil: content is not captured
	over     bool
	waiting  *waiting      // the call waits for another attempt; nil: it does not
	unwatch  func() bool   // stops watching the context
	wait     time.Duration // that the server asks for; -1: none
	again    *bool         // whether the server says that another attempt is worth it
	hasUsage bool          // the request says whether a stream is to tell its tokens
}

// role says whose the span of the call is.
type role uint8

const (
	own       role = iota // the transport's
	enclosing             // a handle's, of the caller
	adopted               // another instrumentation's
)

type attemptKey struct{}

// Value finds the attempt itself.
func (a *attempt) Value(key any) any {
	if key == (attemptKey{}) {
		return a
	}
	return a.Context.Value(key)
}

// begin finds or starts the call that the request belongs to.
func (t *transport) begin(p *core.Pipeline, r *http.Request, f format, to *target, out *outgoing) *attempt {
	a := &attempt{transport: t, p: p, Context: r.Context(), wait: -1, number: attemptNumber(r.Header)}
	if !to.ahead {
		a.out = out
	}
	req := &a.x.request
	ask(f, to, req)
	name := providerOf(to)
	if t.provider != "" {
		name = named(t.provider, to)
	}
	req.Provider, req.GenAIProvider, req.Route = name.llm, name.genAI, t.route
	if req.Provider != attr.ProviderOpenAI && req.Provider != azure {
		req.APIType = "" // of those that imitate it
	}
	a.x.streaming = req.Streaming
	a.in.x, a.in.format, a.in.shapes = &a.x, f, compiled().of[f]
	a.hasUsage = to.body.Get("stream_options").Kind() != pick.Absent

	if call := llmcall.Enclosing(a.Context); call != nil && call.Pipeline() == p {
		a.role, a.call = enclosing, call
	} else {
		a.start(r, out)
	}
	if a.call == nil {
		return a
	}
	a.seq = a.call.Attempt()
	if a.role == enclosing {
		a.call.Ask(req)
	}
	a.call.Set(serverOf(r.URL)...)
	a.listen(out)
	a.call.Publish()
	return a
}

// start takes over a live span of another instrumentation, goes on with a
// call whose last attempt has failed, or starts a new one.
func (a *attempt) start(r *http.Request, out *outgoing) {
	ctx := a.Context
	if core.From(ctx) != a.p {
		ctx = core.NewContext(ctx, a.p)
	}
	live := trace.SpanFromContext(ctx)
	foreign := isGenAI(ctx, live)
	a.key = keyOf(ctx, r, out, foreign)
	a.call = heldOf(a.p).take(a.key, a.number)
	switch {
	case a.call != nil && foreign:
		a.role = adopted
	case a.call != nil:
		a.Context = a.call.In(ctx)
	case foreign:
		a.role, a.call = adopted, heldOf(a.p).adopt(ctx, live, &a.x.request)
	default:
		a.Context, a.call = llmcall.Open(ctx, &a.x.request)
	}
}

// ask reads what was asked. A parser's fault costs attributes, not the call.
func ask(f format, to *target, r *llmcall.Request) {
	defer func() { _ = recover() }()
	f.request(to, r)
}

// broken ends the attempt with an error of the transport below.
func (a *attempt) broken(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := failure.DescribeHTTP(a, err, a.p.Classify())
	a.end(id, !id.Benign)
}

// answered takes the answer over, of which the body is still to come.
func (a *attempt) answered(res *http.Response) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.x.status = res.StatusCode
	a.readHeader(res.Header)
	if a.call == nil {
		return
	}
	if a.x.status >= http.StatusBadRequest {
		a.refused()
	}
	if res.Body == nil || res.Body == http.NoBody {
		a.end(failure.Identity{}, false)
		return
	}
	a.in.open(res)
	res.Body = &body{ReadCloser: res.Body, a: a}
	if a.Done() != nil {
		a.unwatch = context.AfterFunc(a, a.cancelled)
	}
}

// readHeader keeps what is needed of the header, which is the caller's.
func (a *attempt) readHeader(h http.Header) {
	a.wait = retryAfter(h, time.Now())
	switch h.Get("X-Should-Retry") {
	case "true":
		a.again = new(true)
	case "false":
		a.again = new(false)
	}
	for name, values := range h {
		if strings.HasPrefix(name, "X-Amzn-") && len(values) > 0 {
			if a.x.header == nil {
				a.x.header = http.Header{}
			}
			a.x.header[name] = values[:1:1]
		}
	}
}

// refused notes by the status that the attempt has failed: SDKs may repeat it
// without reading the answer, some without closing it.
func (a *attempt) refused() {
	a.x.failed("", "", http.StatusText(a.x.status))
	id := failure.Identity{Type: a.x.fault.kind, Message: a.x.fault.message}
	a.x.fault = fault{}
	a.call.Lost(a.seq, id, a.x.status)
	if a.role != enclosing && a.retryable() {
		a.waiting = heldOf(a.p).hold(a)
	}
}

// retryable reports whether another attempt is to be expected after the
// answer.
func (a *attempt) retryable() bool {
	if a.again != nil {
		return *a.again
	}
	return retryable(a.x.status)
}

// cancelled ends the attempt because its context is done.
func (a *attempt) cancelled() {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := failure.DescribeHTTP(a, a.Err(), a.p.Classify())
	a.end(id, !id.Benign)
}

// read is told each piece of the body that the caller has read.
func (a *attempt) read(p []byte, eof bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.over {
		return
	}
	began := a.x.began
	a.in.write(p)
	if eof {
		a.in.close() // the last document may have no end of its own
		a.x.done = true
	}
	if a.x.began && !began && a.x.streaming {
		a.call.FirstToken()
	}
	switch {
	case eof:
		a.end(failure.Identity{}, false)
	case a.x.done, a.lost():
		a.end(failure.Identity{}, false)
	case err != nil:
		id := failure.DescribeHTTP(a, err, a.p.Classify())
		a.end(id, !id.Benign)
	}
}

// lost reports whether a stream has told an error, and nothing that counts
// follows. The Responses API tells the usage after the error.
func (a *attempt) lost() bool {
	return a.x.streaming && a.x.fault != (fault{}) && a.in.format != format(responses{})
}

// failing reports whether the answer tells of a failure, and has not been read.
func (a *attempt) failing() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.over && a.x.status >= http.StatusBadRequest
}

// closed is told that the caller has closed the body.
func (a *attempt) closed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	var id failure.Identity
	if err := a.Err(); err != nil {
		id = failure.DescribeHTTP(a, err, a.p.Classify())
	}
	a.end(id, id.Type != "" && !id.Benign)
}

// end ends the attempt, and the call unless another attempt may follow. id is
// what went wrong beside what the answer says. The caller holds a.mu.
func (a *attempt) end(id failure.Identity, again bool) {
	if a.over {
		return
	}
	a.over = true
	if a.unwatch != nil {
		a.unwatch()
	}
	a.in.close()
	if a.call == nil {
		return
	}
	status := a.x.status
	if status >= http.StatusBadRequest { // which outranks that the SDK has lost interest
		a.x.failed("", "", http.StatusText(status))
		id = failure.Identity{}
	}
	if id.Type == "" && a.x.fault != (fault{}) {
		id = failure.Identity{Type: a.x.fault.kind, Message: shorten(a.x.fault.message)}
	}
	a.late()
	a.record()
	a.x = exchange{}
	switch {
	case a.waiting != nil:
		if a.call.Lost(a.seq, id, status) {
			heldOf(a.p).refresh(a.waiting)
		}
		return
	case a.role == enclosing:
		if id.Type != "" {
			a.call.Lost(a.seq, id, status)
		}
		return
	case again && id.Type != "" && a.call.Lost(a.seq, id, status):
		if heldOf(a.p).hold(a) != nil {
			return
		}
	}
	heldOf(a.p).leave(a.key)
	a.call.Observe(id)
	a.call.End(nil)
}

// maxMessage bounds error messages, in bytes: some servers repeat the whole
// request in them.
const maxMessage = 1000

func shorten(message string) string {
	for _, input := range [...]string{"'input':", `"input":`} { // FastAPI, and with it vLLM
		message, _, _ = strings.Cut(message, input)
	}
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage], "") + "…"
}

// late reads the request where that was not possible before it was sent.
func (a *attempt) late() {
	if a.out == nil {
		return
	}
	a.out.read(func(v pick.Value) {
		to := newTarget(a.out.r)
		to.body, to.ahead = v, true
		a.hasUsage = v.Get("stream_options").Kind() != pick.Absent
		req := llmcall.Request{}
		ask(a.in.format, to, &req)
		req.Provider, req.GenAIProvider, req.Route, req.APIType = "", "", "", "" // known since the beginning
		a.call.Ask(&req)
	})
}

// record hands the facts of the answer to the call.
func (a *attempt) record() {
	a.recordAsked()
	a.recordSaid()
	x, r := &a.x, &a.x.response
	r.FinishReasons = x.finish
	for _, t := range x.tools {
		r.ToolCalls = append(r.ToolCalls, t.name)
	}
	if r.Known != 0 || r.Model != "" || r.ID != "" || len(r.FinishReasons) > 0 {
		a.call.Read(r)
	}
	if x.streaming {
		a.call.Set(attr.LLMStreaming.Bool(true), attr.GenAIRequestStream.Bool(true))
	}
	if x.status > 0 {
		a.call.Set(attr.HTTPResponseStatusCode.Int(x.status))
	}
	if x.streaming && x.done && x.status < http.StatusBadRequest && r.Known == 0 && !a.hasUsage && a.in.format == format(chat{}) {
		a.p.Notice(a, "a streamed answer told no token counts, so the call has no cost; ask for them with stream_options.include_usage, or let telemetryllm.WithStreamUsage do so",
			x.request.Provider, "provider", x.request.Provider, "model", x.request.Model)
	}
}
