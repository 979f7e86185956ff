package telemetryslog_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"testing"
	"testing/slogtest"
	"time"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryslog"
)

// in makes a handler log everything in one context.
type in struct {
	slog.Handler
	ctx context.Context
}

func (h in) Handle(_ context.Context, r slog.Record) error { return h.Handler.Handle(h.ctx, r) }
func (h in) WithGroup(n string) slog.Handler               { return in{h.Handler.WithGroup(n), h.ctx} }

func (h in) WithAttrs(a []slog.Attr) slog.Handler { return in{h.Handler.WithAttrs(a), h.ctx} }

// A handler must do what package slog expects, with ids and without, and they
// must stand at the top level in all of its cases.
func TestSlogtest(t *testing.T) {
	recorded, _ := record(t)
	for _, tt := range []struct {
		name string
		ctx  context.Context
		ids  int
		opts []telemetryslog.Option
	}{
		{"no span", t.Context(), 0, nil},
		{"span", remote(recorded), 4, nil},
		{"no span, errors", t.Context(), 0, []telemetryslog.Option{telemetryslog.WithErrors()}},
		{"span, errors", remote(recorded), 4, []telemetryslog.Option{telemetryslog.WithErrors()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out output
			slogtest.Run(t, func(*testing.T) slog.Handler {
				out.Reset()
				return in{telemetryslog.NewHandler(slog.NewJSONHandler(&out, nil), tt.opts...), tt.ctx}
			}, func(t *testing.T) map[string]any {
				var r m
				if err := json.Unmarshal(out.Bytes(), &r); err != nil {
					t.Fatal(err)
				}
				var ids int
				for _, key := range []string{"trace_id", "span_id", "session.id", "request.id"} {
					if r[key] != nil {
						ids++
						delete(r, key)
					}
				}
				if ids != tt.ids {
					t.Errorf("%d ids at the top level, want %d", ids, tt.ids)
				}
				return r
			})
		})
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	all := m{"trace_id": remoteTrace, "span_id": remoteSpan, "session.id": "s-1", "request.id": "r-1"}
	with := func(more m) m {
		out := m{"level": "INFO", "msg": "x"}
		for _, part := range []m{all, more} {
			maps.Copy(out, part)
		}
		return out
	}
	for _, tt := range []struct {
		name, reason string
		log          func(ctx context.Context, l *slog.Logger)
		want         m
	}{{
		name: "plain", reason: "four ids, and no more",
		log:  func(ctx context.Context, l *slog.Logger) { l.InfoContext(ctx, "x", "a", 1) },
		want: with(m{"a": 1.0}),
	}, {
		name: "many attributes", reason: "more than a record holds inline",
		log: func(ctx context.Context, l *slog.Logger) {
			l.InfoContext(ctx, "x", "a", 1, "b", 2, "c", 3, "d", 4, "e", 5, "f", 6)
		},
		want: with(m{"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": 5.0, "f": 6.0}),
	}, {
		name: "group", reason: "the ids stay outside",
		log: func(ctx context.Context, l *slog.Logger) {
			l.With("a", 1).WithGroup("g").With("b", 2).WithGroup("h").InfoContext(ctx, "x", "c", 3)
		},
		want: with(m{"a": 1.0, "g": m{"b": 2.0, "h": m{"c": 3.0}}}),
	}, {
		name: "empty groups", reason: "as without us, they are left out",
		log: func(ctx context.Context, l *slog.Logger) {
			l.WithGroup("g").With().WithGroup("h").InfoContext(ctx, "x")
		},
		want: with(nil),
	}, {
		name: "siblings", reason: "loggers that part share nothing",
		log: func(ctx context.Context, l *slog.Logger) {
			base := l.WithGroup("g").With("a", 1)
			_ = base.With("b", 2)
			_ = base.WithGroup("h").With("c", 3)
			base.InfoContext(ctx, "x", "d", 4)
		},
		want: with(m{"g": m{"a": 1.0, "d": 4.0}}),
	}, {
		name: "a record's own id", reason: "what is said goes before what is known",
		log: func(ctx context.Context, l *slog.Logger) {
			l.InfoContext(ctx, "x", "session.id", "own", "span_id", "own")
		},
		want: with(m{"session.id": "own", "span_id": "own"}),
	}, {
		name: "a logger's own ids", reason: "the same",
		log: func(ctx context.Context, l *slog.Logger) {
			l.With("trace_id", "own", "request.id", "own").WithGroup("g").InfoContext(ctx, "x")
		},
		want: with(m{"trace_id": "own", "request.id": "own"}),
	}, {
		name: "an id in a group", reason: "that is another name",
		log:  func(ctx context.Context, l *slog.Logger) { l.WithGroup("g").InfoContext(ctx, "x", "trace_id", "own") },
		want: with(m{"g": m{"trace_id": "own"}}),
	}, {
		name: "an id in a group without a name", reason: "its attributes stand where the group does",
		log: func(ctx context.Context, l *slog.Logger) {
			l.With(slog.Group("", "trace_id", "own")).InfoContext(ctx, "x",
				slog.Group("", "a", 1, slog.Group("", "session.id", "own")), slog.Any("", inline{}))
		},
		want: with(m{"a": 1.0, "trace_id": "own", "session.id": "own", "request.id": "own"}),
	}, {
		name: "the same below a group", reason: "that is another name",
		log: func(ctx context.Context, l *slog.Logger) {
			l.WithGroup("g").InfoContext(ctx, "x", slog.Group("", "trace_id", "own"))
		},
		want: with(m{"g": m{"trace_id": "own"}}),
	}, {
		name: "no context", reason: "nothing to say",
		log:  func(_ context.Context, l *slog.Logger) { l.WithGroup("g").Info("x", "a", 1) },
		want: m{"level": "INFO", "msg": "x", "g": m{"a": 1.0}},
	}, {
		name: "nil context", reason: "the standard library's handlers bear it too",
		log: func(_ context.Context, l *slog.Logger) {
			_ = l.Handler().Handle(nil, slog.NewRecord(time.Time{}, 0, "x", 0)) //nolint:staticcheck // on purpose
		},
		want: m{"level": "INFO", "msg": "x"},
	}, {
		name: "wrapped twice", reason: "each id stands once",
		log: func(ctx context.Context, l *slog.Logger) {
			slog.New(telemetryslog.NewHandler(l.Handler())).WithGroup("g").InfoContext(ctx, "x", "a", 1)
		},
		want: with(m{"g": m{"a": 1.0}}),
	}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, _ := record(t)
			var out output
			tt.log(remote(ctx), out.logger())
			diff(t, out.records(t), []m{tt.want}, tt.reason)
		})
	}
}

// inline is a group that is made when it is needed.
type inline struct{}

func (inline) LogValue() slog.Value { return slog.GroupValue(slog.String("request.id", "own")) }

// What a request brought is in its logs, whether telemetry is on or not.
func TestIDsWhileOff(t *testing.T) {
	t.Parallel()
	stopped, err := telemetry.New(t.Context(), quiet...)
	if err != nil {
		t.Fatal(err)
	}
	stopped.Shutdown(t.Context())
	for name, ctx := range map[string]context.Context{
		"before Init": t.Context(), "off": telemetry.NewContext(t.Context(), nil),
		"stopped": telemetry.NewContext(t.Context(), stopped),
	} {
		var out output
		out.logger().InfoContext(remote(ctx), "x")
		out.logger().InfoContext(telemetry.Extract(ctx, map[string]string{"request.id": "r-1"}), "x")
		diff(t, out.records(t), []m{
			{"level": "INFO", "msg": "x", "trace_id": remoteTrace, "span_id": remoteSpan, "session.id": "s-1", "request.id": "r-1"},
			{"level": "INFO", "msg": "x", "request.id": "r-1"},
		}, name)
	}
}

// Ids come from wherever a context can have them.
func TestSources(t *testing.T) {
	t.Parallel()
	dropping, _ := record(t, telemetry.WithSampleRatio(0))
	recorded, _ := record(t)
	session, s := telemetry.StartSession(recorded, telemetry.SessionRequest{ID: "s-2"})
	sc := trace.SpanContextFromContext(session)
	defer s.End(nil)
	unsampled, u := telemetry.StartSession(dropping, telemetry.SessionRequest{ID: "s-3"})
	defer u.End(nil)
	foreign, f := trace.SpanFromContext(session).TracerProvider().Tracer("x").Start(session, "foreign")
	defer f.End()
	for _, tt := range []struct {
		name, reason string
		ctx          context.Context
		want         []any // trace, span, session, request
	}{
		{"a typed span", "its session", session, []any{sc.TraceID().String(), sc.SpanID().String(), "s-2", nil}},
		{
			"another library's span", "its own id, and the session around it", foreign,
			[]any{sc.TraceID().String(), f.SpanContext().SpanID().String(), "s-2", nil},
		},
		{
			"sampled out", "logs have no samples", unsampled,
			[]any{trace.SpanContextFromContext(unsampled).TraceID().String(), trace.SpanContextFromContext(unsampled).SpanID().String(), "s-3", nil},
		},
		{
			"ids without a trace", "a carrier may have just these",
			telemetry.Extract(recorded, map[string]string{"request.id": "r-4"}),
			[]any{nil, nil, nil, "r-4"},
		},
		{"nothing", "no names without values", recorded, []any{nil, nil, nil, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out output
			out.logger().InfoContext(tt.ctx, "x")
			r := out.records(t)[0]
			diff(t, []any{r["trace_id"], r["span_id"], r["session.id"], r["request.id"]}, tt.want, tt.reason)
		})
	}
}

// Not parallel: nothing may be on.
func TestWithoutTelemetry(t *testing.T) {
	var out output
	log := out.logger(telemetryslog.WithErrors())
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
	log.ErrorContext(ctx, "before", "err", errors.New("boom"))
	diff(t, out.records(t), []m{{
		"level": "ERROR", "msg": "before", "err": "boom",
		"trace_id": "01000000000000000000000000000000", "span_id": "0200000000000000",
	}}, "a span of anyone is a span")

	out.Reset()
	tel, err := telemetry.New(t.Context(), append(quiet[:2:2], telemetry.WithSpanProcessor(tracetest.NewSpanRecorder()))...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, s := telemetry.StartSession(telemetry.NewContext(t.Context(), tel), telemetry.SessionRequest{ID: "s-1"})
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	log.ErrorContext(ctx, "after")
	s.End(nil)
	diff(t, out.records(t)[0]["session.id"], any("s-1"), "after Shutdown, contexts know what they knew")
}

func TestNilHandlerAndOption(t *testing.T) {
	t.Parallel()
	h := telemetryslog.NewHandler(nil, nil)
	if !h.Enabled(t.Context(), slog.LevelInfo) || h.Enabled(t.Context(), slog.LevelDebug) {
		t.Error("want the text handler's level")
	}
	if h.WithGroup("") != h || h.WithAttrs(nil) != h {
		t.Error("nothing to add, nothing to make")
	}
}
