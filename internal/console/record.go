package console

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
)

// Lengths in bytes beyond which a record cuts what it copies, so that the spans
// a Printer holds are bounded in bytes too.
const (
	maxName    = 256
	maxValue   = 128
	maxMessage = 512
	maxOwn     = 3 // attributes outside the convention that a line shows
	maxEvents  = 3
)

// record is what a tree shows of an ended span. The zero value of a
// field means that the span does not have it.
type record struct {
	id, parent oteltrace.SpanID
	remote     bool // the parent is in another process
	name       string
	service    string
	start, end time.Time
	ok, failed bool
	errType    string
	errMessage string

	llm        bool // the numbers below are the span's own, not a roll-up
	model      string
	provider   string
	input      number
	output     number
	cached     number
	reasoning  number
	firstToken number // milliseconds
	retries    number
	calls      number
	cost       number // US dollars

	table      string
	rows       number
	language   string
	status     string // of a session or a validation
	holes      number
	httpStatus number
	session    string
	user       string
	own        []attribute.KeyValue
	events     []string
	linked     oteltrace.TraceID // of the first link
	links      int               // all of them
}

// number is a numeric attribute that may be absent.
type number struct {
	value float64
	set   bool
}

// newRecord copies what a tree shows of s.
func newRecord(s sdktrace.ReadOnlySpan) record {
	status := s.Status()
	r := record{
		id:     s.SpanContext().SpanID(),
		parent: s.Parent().SpanID(),
		remote: s.Parent().IsRemote(),
		name:   clip(s.Name(), maxName),
		start:  s.StartTime(),
		end:    s.EndTime(),
		ok:     status.Code == codes.Ok,
		failed: status.Code == codes.Error,
	}
	if res := s.Resource(); res != nil {
		if v, ok := res.Set().Value(attr.ServiceName); ok {
			r.service = clip(v.AsString(), maxValue)
		}
	}
	for _, kv := range s.Attributes() {
		if !r.set(kv) && len(r.own) < maxOwn && isOwn(kv) {
			if kv.Value.Type() == attribute.STRING {
				kv.Value = attribute.StringValue(clip(kv.Value.AsString(), maxValue))
			}
			r.own = append(r.own, attribute.KeyValue{Key: attribute.Key(clip(string(kv.Key), maxValue)), Value: kv.Value})
		}
	}
	for _, e := range s.Events() {
		if e.Name != attr.EventException && len(r.events) < maxEvents {
			r.events = append(r.events, clip(e.Name, maxValue))
		}
	}
	if links := s.Links(); len(links) > 0 {
		r.linked, r.links = links[0].SpanContext.TraceID(), len(links)+s.DroppedLinks()
	}
	if r.failed && r.errMessage == "" {
		r.errMessage = clip(status.Description, maxMessage)
	}
	return r
}

// set takes kv into r if it is one of the facts that a line always shows.
func (r *record) set(kv attribute.KeyValue) bool {
	switch kv.Key {
	case attr.LLMModel:
		r.llm = true
		r.model = cmp.Or(text(kv.Value), r.model)
	case attr.LLMProvider:
		r.llm = true
		r.provider = cmp.Or(text(kv.Value), r.provider)
	case attr.LLMInputTokens:
		r.input.put(kv.Value)
	case attr.LLMOutputTokens:
		r.output.put(kv.Value)
	case attr.LLMCachedInputTokens:
		r.cached.put(kv.Value)
	case attr.LLMReasoningTokens:
		r.reasoning.put(kv.Value)
	case attr.LLMTimeToFirstTokenMS:
		r.firstToken.put(kv.Value)
	case attr.LLMCostUSD:
		r.cost.put(kv.Value)
	case attr.LLMRetries, attr.CodeRetries:
		r.retries.put(kv.Value)
	case attr.RequestCostUSD, attr.RequestLLMCostUSD, attr.SessionLLMCostUSD, attr.IRLLMCostUSD, attr.CodeLLMCostUSD:
		r.cost.raise(kv.Value)
	case attr.RequestLLMCalls, attr.SessionLLMCalls, attr.IRLLMCalls, attr.CodeLLMCalls:
		r.calls.raise(kv.Value)
	case attr.RequestLLMInputTokens, attr.SessionLLMInputTokens, attr.IRLLMInputTokens, attr.CodeLLMInputTokens:
		r.input.raise(kv.Value)
	case attr.RequestLLMOutputTokens, attr.SessionLLMOutputTokens, attr.IRLLMOutputTokens, attr.CodeLLMOutputTokens:
		r.output.raise(kv.Value)
	case attr.GenAIResponseModel, attr.GenAIRequestModel:
		r.llm = true
		r.model = cmp.Or(r.model, text(kv.Value))
	case attr.GenAIUsageInputTokens:
		r.input.fill(kv.Value)
	case attr.GenAIUsageOutputTokens:
		r.output.fill(kv.Value)
	case attr.DBCollectionName:
		r.table = cmp.Or(r.table, text(kv.Value))
	case attr.DBTable:
		r.table = cmp.Or(text(kv.Value), r.table)
	case attr.DBRowsAffected:
		r.rows.put(kv.Value)
	case attr.CodeLanguage, attr.RobustnessLanguage:
		r.language = cmp.Or(text(kv.Value), r.language)
	case attr.SessionStatus, attr.IRValidationStatus:
		r.status = cmp.Or(text(kv.Value), r.status)
	case attr.SessionHolesCount, attr.IRHolesCount:
		r.holes.put(kv.Value)
	case attr.HTTPResponseStatusCode:
		r.httpStatus.put(kv.Value)
	case attr.SessionID:
		r.session = cmp.Or(text(kv.Value), r.session)
	case attr.UserID:
		r.user = cmp.Or(text(kv.Value), r.user)
	case attr.ErrorType:
		r.errType = cmp.Or(text(kv.Value), r.errType)
	case attr.ErrorMessage:
		if kv.Value.Type() == attribute.STRING {
			r.errMessage = clip(kv.Value.AsString(), maxMessage)
		}
	default:
		return false
	}
	return true
}

// conventions are the first parts of names that the convention, or
// OpenTelemetry's, defines. A line shows chosen ones of these only.
var conventions = map[string]bool{
	"session": true, "ir": true, "code": true, "llm": true, "dspy": true, "robustness": true,
	"db": true, "request": true, "cost": true, "error": true, "exception": true, "user": true,
	"gen_ai": true, "openai": true, "aws": true, "http": true, "url": true, "server": true,
	"client": true, "network": true, "net": true, "user_agent": true, "rpc": true,
	"service": true, "deployment": true, "telemetry": true, "otel": true, "host": true,
	"process": true, "thread": true, "peer": true, "SampleRate": true,
}

// isOwn reports whether kv is an attribute of the service's author.
func isOwn(kv attribute.KeyValue) bool {
	switch kv.Value.Type() {
	case attribute.BOOL, attribute.INT64, attribute.FLOAT64, attribute.STRING:
		first, _, _ := strings.Cut(string(kv.Key), ".")
		return !conventions[first]
	default:
		return false
	}
}

// text returns v as a string; empty where it is not one.
func text(v attribute.Value) string {
	if v.Type() != attribute.STRING {
		return ""
	}
	return clip(v.AsString(), maxValue)
}

func (n *number) put(v attribute.Value) {
	switch v.Type() {
	case attribute.INT64:
		*n = number{float64(v.AsInt64()), true}
	case attribute.FLOAT64:
		*n = number{v.AsFloat64(), true}
	}
}

// fill takes v where n is absent.
func (n *number) fill(v attribute.Value) {
	if !n.set {
		n.put(v)
	}
}

// raise keeps the greater of n and v. A local root that is a session too
// carries two roll-ups; the request's is the greater one.
func (n *number) raise(v attribute.Value) {
	old := *n
	n.put(v)
	if old.set && old.value > n.value {
		*n = old
	}
}

// clip returns s, cut to about n bytes. The copy lets go of the long original.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.Clone(s[:n]) + "…"
}
