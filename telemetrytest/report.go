package telemetrytest

import (
	"log/slog"
	"sync"

	"go.opentelemetry.io/otel"
)

// reports hands the errors that OpenTelemetry reports to the recorders of the
// running tests.
var reports errorReports

// errorReports is OpenTelemetry's error handler while there are recorders.
type errorReports struct {
	mu        sync.Mutex
	recorders map[*Recorder]struct{}
	previous  otel.ErrorHandler
}

// maxErrors bounds what one recorder remembers.
const maxErrors = 100

// Handle gives err to every recorder: nothing tells whose it is.
func (e *errorReports) Handle(err error) {
	if err == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.recorders) == 0 {
		// OpenTelemetry's default handler forwards to the first one that
		// replaced it, even after it was put back.
		slog.Warn("telemetrytest: opentelemetry reports an error outside of a test", "error", err)
		return
	}
	for r := range e.recorders {
		r.note(err)
	}
}

func (e *errorReports) attach(r *Recorder) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if current := otel.GetErrorHandler(); current != otel.ErrorHandler(e) {
		e.previous = current
		otel.SetErrorHandler(e)
	}
	if e.recorders == nil {
		e.recorders = make(map[*Recorder]struct{})
	}
	e.recorders[r] = struct{}{}
}

func (e *errorReports) detach(r *Recorder) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.recorders, r)
	if len(e.recorders) == 0 && otel.GetErrorHandler() == otel.ErrorHandler(e) {
		otel.SetErrorHandler(e.previous)
	}
}
