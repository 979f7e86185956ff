package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
)

// Limits of one request.
const (
	maxBody   = 1 << 20
	queryTime = time.Minute
)

// failure is an error with the status that it is answered with. Others are the
// server's own, 500.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func bad(format string, args ...any) error {
	return &failure{http.StatusBadRequest, fmt.Errorf(format, args...)}
}

// limited lets only so many requests run at a time, each only so long.
func (s *server) limited(f func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		ctx, cancel := context.WithTimeout(r.Context(), queryTime)
		defer cancel()
		select {
		case s.running <- struct{}{}:
		case <-ctx.Done():
			return nil, &failure{http.StatusServiceUnavailable, errors.New("other queries took too long: try again, or ask for less time")}
		}
		defer func() { <-s.running }()
		value, err := f(r.WithContext(ctx))
		if err != nil && ctx.Err() != nil {
			err = &failure{http.StatusServiceUnavailable, fmt.Errorf("query took longer than %s: ask for less time or fewer columns", queryTime)}
		}
		return value, err
	}
}

// answer writes what f returns as JSON.
func answer(f func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, err := f(r)
		if err != nil {
			status := http.StatusInternalServerError
			if f, ok := errors.AsType[*failure](err); ok {
				status = f.status
			} else if _, ok := errors.AsType[*honeycomb.RuleError](err); ok {
				status = http.StatusBadRequest
			}
			fail(w, status, err)
			return
		}
		send(w, http.StatusOK, value)
	})
}

func fail(w http.ResponseWriter, status int, err error) {
	send(w, status, map[string]string{"error": err.Error()})
}

func send(w http.ResponseWriter, status int, value any) {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(value); err != nil {
		status = http.StatusInternalServerError
		b.Reset()
		fmt.Fprintf(&b, "{\"error\": %q}\n", "answer cannot be written as JSON: "+err.Error())
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck,gosec // the client is gone
}

// read reads a request's JSON.
func read(r *http.Request, to any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, maxBody))
	d.DisallowUnknownFields() // a misspelt one would be answered as if it had not been asked
	if err := d.Decode(to); err != nil {
		return bad("body is no JSON of this part of the API: %w", err)
	}
	return nil
}

// notNil returns a list that JSON writes as [] and not as null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
