package telemetrytest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// A real server, which ends its span only after the client has the answer.
func TestHandlerServer(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	answered := make(chan struct{})
	srv := httptest.NewServer(rec.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, s := telemetry.Start(r.Context(), r.URL.Path)
		defer s.End(nil)
		if _, err := io.WriteString(w, "ok"); err != nil {
			t.Error(err)
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-answered
	})))
	defer srv.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/work", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if n := len(rec.Spans()); n != 0 {
		t.Errorf("%d spans have ended while the handler runs", n)
	}
	close(answered)
	rec.Wait()
	rec.Span("/work")
}

// Wait waits for all requests, and for none that comes later.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, rec := telemetrytest.Context(t)
		rec.Wait() // nothing is served
		finish := make(chan struct{})
		h := rec.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-finish }))
		for range 2 {
			go h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		}
		synctest.Wait()
		var waited [2]bool
		for i := range waited {
			go func() {
				rec.Wait()
				waited[i] = true
			}()
		}
		synctest.Wait()
		if waited != [2]bool{} {
			t.Error("Wait returned while two requests are served")
		}
		finish <- struct{}{}
		synctest.Wait()
		if waited != [2]bool{} {
			t.Error("Wait returned while one request is served")
		}
		finish <- struct{}{}
		synctest.Wait()
		if waited != [2]bool{true, true} {
			t.Error("Wait did not return after the last request")
		}
	})
}

// A handler that panics is not being served any more.
func TestHandlerPanic(t *testing.T) {
	_, rec := telemetrytest.Context(t)
	h := rec.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))
	func() {
		defer func() {
			if v := recover(); v != "boom" {
				t.Errorf("recovered %v, want boom", v)
			}
		}()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	}()
	rec.Wait()
}
