package localllm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	maxRequest  = 1 << 20 // bytes
	firstDelay  = 180 * time.Millisecond
	retryDelay  = 250 * time.Millisecond
	pieceDelay  = 12 * time.Millisecond
	pieceLength = 24 // bytes of an answer per event
	slowFactor  = 10
)

// server holds what all requests share. It has no state.
type server struct {
	delay float64
}

// New returns the endpoint. Its delays are multiplied by delay: 1 is a model of
// ordinary speed, 0 answers at once. The handler is safe for concurrent use.
func New(delay float64) http.Handler {
	s := &server{delay: max(delay, 0)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", models)
	mux.HandleFunc("POST /v1/messages", s.messages)
	mux.HandleFunc("POST /v1/chat/completions", s.completions)
	mux.HandleFunc("POST /reword", s.reword)
	return mux
}

// models lists what a program may ask for.
func models(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, object{"object": "list", "data": []object{
		{"id": "claude-sonnet-4-5", "object": "model"}, {"id": "gpt-5-mini", "object": "model"},
	}})
}

// decode reads the request into v and reports whether it could; otherwise it
// has answered.
func decode(w http.ResponseWriter, r *http.Request, v any) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err == nil {
		err = json.Unmarshal(body, v)
	}
	if err == nil {
		return true
	}
	status := http.StatusBadRequest
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		status = http.StatusRequestEntityTooLarge
	}
	fail(w, status, "invalid_request_error", err.Error())
	return false
}

// fail answers with an error in the form that both formats have.
func fail(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	writeJSON(w, object{"type": "error", "error": object{"type": kind, "message": message}})
}

// refuse answers with the failure that the prompt asks for, and reports
// whether it asks for one.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, p prompt) bool {
	// In milliseconds, as the providers' SDKs understand it beside Retry-After.
	w.Header().Set("Retry-After-Ms", strconv.FormatFloat(s.delay*float64(retryDelay.Milliseconds()), 'f', -1, 64))
	// Providers' SDKs number their attempts this way.
	retries, _ := strconv.Atoi(r.Header.Get("X-Stainless-Retry-Count")) // absent is the first
	switch {
	case p.wants("down"):
		fail(w, http.StatusInternalServerError, "api_error", "the model is not available")
	case p.wants("busy") && retries == 0:
		fail(w, http.StatusTooManyRequests, "rate_limit_error", "too many requests")
	default:
		w.Header().Del("Retry-After-Ms")
		return false
	}
	return true
}

// stream sends server-sent events.
type stream struct {
	w     http.ResponseWriter
	ctx   context.Context //nolint:containedctx // of the one request that it serves
	delay float64
}

func (s *server) stream(w http.ResponseWriter, r *http.Request, p prompt) *stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	delay := s.delay
	if p.wants("slow") {
		delay *= slowFactor
	}
	return &stream{w: w, ctx: r.Context(), delay: delay}
}

// wait pauses for about d and reports whether the client is still there.
func (s *stream) wait(d time.Duration) bool {
	jitter := 0.5 + rand.Float64()
	if d = time.Duration(float64(d) * s.delay * jitter); d <= 0 {
		return s.ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// send writes one event; name may be empty.
func (s *stream) send(name string, data object) {
	if name != "" {
		fmt.Fprintf(s.w, "event: %s\n", name)
	}
	fmt.Fprint(s.w, "data: ")
	writeJSON(s.w, data) // ends with a line break
	s.finish("\n")
}

// finish writes text as it is and sends what is buffered.
func (s *stream) finish(text string) {
	fmt.Fprint(s.w, text)
	_ = http.NewResponseController(s.w).Flush() // a client that left shows in ctx
}

// pieces calls f with text cut into pieces, one at a time at the speed of a
// model, until all is said or the client leaves.
func (s *stream) pieces(text string, f func(piece string)) bool {
	for len(text) > 0 {
		n := min(pieceLength, len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n++
		}
		f(text[:n])
		if text = text[n:]; !s.wait(pieceDelay) {
			return false
		}
	}
	return true
}

type object = map[string]any

// writeJSON writes v and a line break. A client that hung up needs no answer,
// and the values of this package encode.
func writeJSON(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) }
