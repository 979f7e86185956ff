package telemetrytest

import "net/http"

// Handler returns a handler that serves each request by h in a context whose
// telemetry goes to r. It goes around everything else, the middleware of
// package telemetryhttp included:
//
//	srv := httptest.NewServer(rec.Handler(telemetryhttp.NewHandler(routes())))
//	defer srv.Close()
func (r *Recorder) Handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.serving++
		r.mu.Unlock()
		defer func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.serving--; r.serving == 0 && r.idle != nil {
				close(r.idle)
				r.idle = nil
			}
		}()
		h.ServeHTTP(w, req.WithContext(r.Context(req.Context())))
	})
}

// Wait returns when no request is being served by [Recorder.Handler]. A client
// can have its answer before the server has ended its span; after Wait, the
// span is there.
func (r *Recorder) Wait() {
	r.mu.Lock()
	if r.serving == 0 {
		r.mu.Unlock()
		return
	}
	if r.idle == nil {
		r.idle = make(chan struct{})
	}
	idle := r.idle
	r.mu.Unlock()
	<-idle
}
