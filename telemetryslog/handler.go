package telemetryslog

import (
	"context"
	"log/slog"
	"os"
	"slices"
)

// handler is what NewHandler returns. It never changes: WithAttrs and WithGroup
// make copies.
type handler struct {
	next   slog.Handler // with all attributes and groups of the logger
	top    slog.Handler // with those before the first group
	levels []level      // the top level, and each open group
	given  idSet        // ids that the logger names itself, at the top level
	marker *marker      // nil: errors mark no span
}

// level is what a logger says between two groups.
type level struct {
	group string // that it is in; empty at the top
	attrs []slog.Attr
}

// NewHandler returns a handler that adds trace_id, span_id, session.id and
// request.id to each record, as far as its context has them, and hands it to
// next. A nil next writes text to the standard error. The handler is safe for
// concurrent use where next is.
func NewHandler(next slog.Handler, opts ...Option) slog.Handler {
	if next == nil {
		next = slog.NewTextHandler(os.Stderr, nil)
	}
	h := &handler{next: next, top: next, levels: make([]level, 1)}
	for _, opt := range opts {
		if opt != nil {
			opt(h)
		}
	}
	return h
}

// Enabled reports whether next handles records of the level.
func (h *handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// WithAttrs returns a handler whose records have attrs, too.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	c := *h
	c.next = h.next.WithAttrs(attrs)
	c.levels = slices.Clone(h.levels)
	last := &c.levels[len(c.levels)-1]
	last.attrs = slices.Concat(last.attrs, attrs)
	if len(c.levels) == 1 {
		c.top = c.next
		for _, a := range attrs {
			c.given |= idsIn(a, 0)
		}
	}
	return &c
}

// WithGroup returns a handler that puts what a record says into a group. The
// ids stay outside.
func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	c := *h
	c.next = h.next.WithGroup(name)
	c.levels = append(slices.Clip(h.levels), level{group: name})
	return &c
}

// Handle adds the ids of ctx to r and hands it on.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	if ctx == nil {
		ctx = context.Background()
	}
	if h.marker != nil && r.Level >= slog.LevelError {
		h.marker.mark(ctx, h.levels, &r)
	}
	ids, n := idsOf(ctx, h.missing(&r))
	switch {
	case n == 0:
		return h.next.Handle(ctx, r)
	case len(h.levels) == 1:
		r = r.Clone()
		r.AddAttrs(ids[:n]...)
		return h.next.Handle(ctx, r)
	}
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	out.AddAttrs(ids[:n]...)
	out.AddAttrs(nest(h.levels[1:], &r))
	return h.top.Handle(ctx, out)
}

// missing returns the ids that neither the logger nor r names at the top level.
func (h *handler) missing(r *slog.Record) idSet {
	given := h.given
	if len(h.levels) == 1 {
		r.Attrs(func(a slog.Attr) bool {
			given |= idsIn(a, 0)
			return true
		})
	}
	return allIDs &^ given
}

// nest returns what the open groups hold as one attribute. It is made here,
// and not by next, because next could put the ids only inside of them.
func nest(groups []level, r *slog.Record) slog.Attr {
	last := groups[len(groups)-1]
	attrs := append(make([]slog.Attr, 0, len(last.attrs)+r.NumAttrs()), last.attrs...)
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a)
		return true
	})
	for i := len(groups) - 1; i > 0; i-- {
		inner := slog.Attr{Key: groups[i].group, Value: slog.GroupValue(attrs...)}
		attrs = append(slices.Clip(groups[i-1].attrs), inner)
	}
	return slog.Attr{Key: groups[0].group, Value: slog.GroupValue(attrs...)}
}
