package telemetryslog

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/failure"
)

// marker shows records on spans. All handlers that come from one share it.
type marker struct{ limit limiter }

// mark shows r on the current span of ctx. It holds no lock while methods of
// the service run, which may log too.
func (m *marker) mark(ctx context.Context, levels []level, r *slog.Record) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	p := core.From(ctx)
	if p == nil {
		return // nothing would redact it
	}
	first, event, omitted := m.limit.admit(span.SpanContext().SpanID(), time.Now())
	if !first && !event {
		return
	}
	c := findCause(levels, r)
	id := c.describe(ctx, p.Classify(), r.Message)
	if first {
		span.SetAttributes(onSpan(id)...)
		if !id.Benign {
			span.SetStatus(codes.Error, id.Message)
		}
	}
	if event {
		span.AddEvent(attr.EventLogError, trace.WithAttributes(onEvent(id, c, levels, r, omitted)...))
	}
}

func onSpan(id failure.Identity) []attribute.KeyValue {
	kv := []attribute.KeyValue{attr.ErrorType.String(id.Type)}
	if id.Benign {
		return kv
	}
	kv = append(kv, attr.ErrorMessage.String(id.Message))
	if id.GoType != "" {
		kv = append(kv, attr.ExceptionType.String(id.GoType), attr.ExceptionMessage.String(id.Message))
	}
	return kv
}

func onEvent(id failure.Identity, c cause, levels []level, r *slog.Record, omitted int64) []attribute.KeyValue {
	kv := []attribute.KeyValue{attr.LogMessage.String(r.Message), attr.ErrorType.String(id.Type)}
	if c.err != nil {
		kv = append(kv, attr.ExceptionType.String(id.GoType))
	}
	if c.key != "" {
		kv = append(kv, attr.ExceptionMessage.String(id.Message))
	}
	if omitted > 0 {
		kv = append(kv, attr.LogOmitted.Int64(omitted))
	}
	return appendRecord(kv, levels, r, c.key)
}

// cause is what a record says went wrong. The zero value says nothing.
type cause struct {
	key  string // of the attribute that says it
	err  error
	text string // where it is no error
}

// findCause looks through the record and then through its logger, from the
// innermost group outwards.
func findCause(levels []level, r *slog.Record) (c cause) {
	r.Attrs(func(a slog.Attr) bool {
		c = causeOf(a)
		return c.key == ""
	})
	for i := len(levels) - 1; i >= 0 && c.key == ""; i-- {
		for _, a := range levels[i].attrs {
			if c = causeOf(a); c.key != "" {
				break
			}
		}
	}
	return c
}

func causeOf(a slog.Attr) cause {
	if a.Key != "err" && a.Key != "error" {
		return cause{}
	}
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		if text := v.String(); text != "" {
			return cause{key: a.Key, text: text}
		}
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			return cause{key: a.Key, err: err}
		}
	}
	return cause{}
}

// describe names the cause. message is that of the record.
func (c cause) describe(ctx context.Context, classify failure.Classifier, message string) failure.Identity {
	switch {
	case c.err != nil:
		return failure.Describe(ctx, core.Retell(ctx, c.err), classify)
	case c.text != "":
		message = c.text
	}
	return failure.Identity{Type: attr.ErrorOther, Message: message}
}
