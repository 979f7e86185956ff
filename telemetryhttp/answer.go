package telemetryhttp

import (
	"context"
	"io"
	"net/http"

	"github.com/felixge/httpsnoop"
)

// answer is what a handler has answered so far.
type answer struct {
	status int  // 0 until the header is written
	gone   bool // whether the client had hung up by then
}

// observe returns w, made to tell x what is answered. It stands outside
// otelhttp's own wrapper, which writes a header before any body or flush.
func (x *exchange) observe(ctx context.Context, w http.ResponseWriter) http.ResponseWriter {
	return httpsnoop.Wrap(w, httpsnoop.Hooks{
		WriteHeader: func(next httpsnoop.WriteHeaderFunc) httpsnoop.WriteHeaderFunc {
			return func(status int) {
				x.writing(ctx, w.Header(), status)
				next(status)
			}
		},
		ReadFrom: func(next httpsnoop.ReadFromFunc) httpsnoop.ReadFromFunc {
			return func(src io.Reader) (int64, error) {
				x.writing(ctx, w.Header(), http.StatusOK)
				return next(src)
			}
		},
	})
}

// writing is called before a header goes out. Only the first final one counts.
func (x *exchange) writing(ctx context.Context, h http.Header, status int) {
	if status < http.StatusOK && status != http.StatusSwitchingProtocols {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.answer.status != 0 {
		return
	}
	x.answer.status, x.answer.gone = status, hungUp(ctx)
	leaveAlone(h, x.id)
}

// hungUp reports whether the client of a request is gone: net/http then
// cancels its context.
func hungUp(ctx context.Context) bool { return ctx.Err() == context.Canceled }

// nowhere is a response that nobody gets.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header       { return n.header }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}
