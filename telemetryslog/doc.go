// Package telemetryslog joins logs and traces: every record that is logged with
// a context says which trace, span, session and request it belongs to.
//
//	slog.SetDefault(slog.New(telemetryslog.NewHandler(slog.NewJSONHandler(os.Stderr, nil))))
//	…
//	slog.InfoContext(ctx, "session stored", "holes", 3)
//
// gives
//
//	{"level":"INFO","msg":"session stored","holes":3,"trace_id":"4bf9…","span_id":"00f0…","session.id":"s-1","request.id":"r-1"}
//
// The ids stand at the top level of a record, whatever groups the logger has
// opened, so that one query finds them all. What a record or its logger says
// itself under one of the names counts instead. A record whose context has none
// of them passes through as it is, at no allocation; so does every record that
// is logged without a context, as by slog.Info.
//
// Nothing needs to be set up: before telemetry.Init, and while telemetry is off,
// records say what their context has.
//
// # Errors
//
// With [WithErrors], an error that is logged also shows on the span that it was
// logged under.
//
// # The default logger
//
// Do not wrap the handler that slog.Default has at the start and install the
// result with slog.SetDefault: that handler writes through package log, which
// then writes to the default logger, and so on; see
// https://go.dev/issue/62424. Wrap a handler of your own, as above.
package telemetryslog
