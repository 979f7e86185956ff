package telemetryllm_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// gzipped answers with what is compressed.
func gzipped(t *testing.T, contentType, body string) func(*http.Request) (*http.Response, error) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = io.WriteString(w, body)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return func(r *http.Request) (*http.Response, error) {
		res := answer(r, 200, contentType, z.String())
		res.Header.Set("Content-Encoding", "gzip")
		return res, nil
	}
}

// A compressed answer that is given up leaves nothing behind, whoever gives it
// up: reading and closing may be different goroutines, and one may have locked
// its thread.
func TestCompressedGivenUp(t *testing.T) {
	tests := []struct {
		name, reason string
		giveUp       func(cancel context.CancelFunc, res *http.Response)
	}{
		{"closed", "by who reads", func(_ context.CancelFunc, res *http.Response) { _ = res.Body.Close() }},
		{"cancelled", "by nobody who reads", func(cancel context.CancelFunc, _ *http.Response) { cancel() }},
		{"closed on another thread", "a goroutine may be bound to one", func(_ context.CancelFunc, res *http.Response) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				_ = res.Body.Close()
			}()
			<-done
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // fails where a goroutine stays
				ctx, rec := telemetrytest.Context(t)
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				res, err := post(ctx, t, replies(gzipped(t, "text/event-stream", chatStream)), chatURL, chatRequest)
				if err != nil {
					t.Fatal(err)
				}
				read := make(chan struct{})
				go func() {
					defer close(read)
					runtime.LockOSThread()
					defer runtime.UnlockOSThread()
					_, _ = res.Body.Read(make([]byte, 40))
				}()
				<-read
				tt.giveUp(cancel, res)
				synctest.Wait()
				rec.Span(attr.SpanLLMCall)
			})
		})
	}
}
