package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/core"
)

// handle is what all typed handles are made of. The zero value is inert.
type handle struct{ s *core.Span }

// End ends the span. Defer it directly, with the address of the function's
// named error result:
//
//	defer session.End(&err)
//
// A non-nil error marks the span as failed, with its type, its message and,
// where the error is new to the trace, the stack. A nil errp says that there
// is no error to report. If the function panics, End records the panic with
// its stack and raises it again; inside a closure it would not see the panic.
//
// Only the first End of a span counts. End is safe for concurrent use.
func (h handle) End(errp *error) {
	if h.s == nil {
		return
	}
	if v := recover(); v != nil {
		h.s.EndPanic(v)
		panic(v) //nolint:forbidigo // the caller's own panic, raised again
	}
	var err error
	if errp != nil {
		err = *errp
	}
	h.s.End(err)
}

// Fail marks the span as failed with err and returns err, so that it fits in
// a return statement. The first failure counts. A nil err does nothing. The
// span stays open.
func (h handle) Fail(err error) error {
	if h.s != nil {
		h.s.Fail(err)
	}
	return err
}

// Set adds attributes to the span; of several values for a key the last one
// counts. Keys under the library's own prefixes should come from package
// attr. After End it does nothing.
func (h handle) Set(kv ...attribute.KeyValue) {
	h.edit(func(a []attribute.KeyValue) []attribute.KeyValue { return append(a, kv...) })
}

// edit lets f append attributes.
func (h handle) edit(f func([]attribute.KeyValue) []attribute.KeyValue) {
	if h.s != nil {
		h.s.Edit(f)
	}
}

// Recording reports whether attributes set on the span will be seen: false
// before [Init], after End, while telemetry is off, and where the trace is
// sampled out. Use it to skip work that only serves attributes.
func (h handle) Recording() bool {
	return h.s != nil && h.s.Recording() && !h.s.Ended()
}

// A Span is a piece of work without a helper of its own. Get one from
// [Start]. The zero value is inert; copies share their state; all methods are
// safe for concurrent use.
type Span struct{ handle }

// namedSpan is a span whose family is known only at run time.
type namedSpan struct {
	core.Span
	family core.Family
}

// Start starts a span for work that has no helper of its own. The name must
// be of low cardinality: what varies belongs into attributes.
//
// Where the trace is sampled out, Start returns ctx itself and an inert span,
// at no cost; a new trace that is sampled out still hands the decision to its
// children.
func Start(ctx context.Context, name string, kv ...attribute.KeyValue) (context.Context, Span) {
	if !core.Wanted(ctx) {
		return ctx, Span{}
	}
	s := &namedSpan{family: core.Family{Name: name}}
	if !s.Open(ctx, &s.family, nil, nil) {
		return ctx, Span{}
	}
	if len(kv) > 0 {
		s.Edit(func(a []attribute.KeyValue) []attribute.KeyValue { return append(a, kv...) })
	}
	return s.Begin(), Span{handle{&s.Span}}
}

// Do runs f in a span of the given name. It returns f's error, which also
// marks the span; a panic is recorded and raised again.
func Do(ctx context.Context, name string, f func(context.Context) error) (err error) {
	ctx, span := Start(ctx, name)
	defer span.End(&err)
	return f(ctx)
}

// start opens a span of a family without facts of its own beyond what edit
// appends.
func start(ctx context.Context, f *core.Family, edit func([]attribute.KeyValue) []attribute.KeyValue) (context.Context, handle) {
	if !core.Live() {
		return ctx, handle{}
	}
	s := new(core.Span)
	if !s.Open(ctx, f, nil, nil) {
		return ctx, handle{}
	}
	if edit != nil {
		s.Edit(edit)
	}
	return s.Begin(), handle{s}
}
