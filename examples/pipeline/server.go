package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/openai/openai-go/v3"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

const maxBody = 64 << 10 // bytes of a request

// newHandler returns the API. Each request becomes a trace; health checks do
// not.
func newHandler(p *pipeline) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("POST /api/users", p.handleSignUp)
	mux.HandleFunc("POST /api/sessions", p.handleCreate)
	mux.HandleFunc("POST /api/sessions/{id}/holes/{hole}", p.handleResolve)
	mux.HandleFunc("POST /api/sessions/{id}/finalize", p.handleFinalize)
	mux.HandleFunc("DELETE /api/sessions/{id}", p.handleAbandon)
	return telemetryhttp.NewHandler(mux, telemetryhttp.WithSkip(func(r *http.Request) bool {
		return r.URL.Path == "/healthz"
	}))
}

// userID is who sends the request, as the proxy in front found out.
func userID(r *http.Request) string { return r.Header.Get("X-User-Id") }

func (p *pipeline) handleSignUp(w http.ResponseWriter, r *http.Request) {
	if userID(r) == "" {
		p.writeError(r.Context(), w, requestError("header X-User-Id is missing"))
		return
	}
	p.answer(w, r, http.StatusCreated, nil, p.signUp(r.Context(), userID(r)))
}

func (p *pipeline) handleCreate(w http.ResponseWriter, r *http.Request) {
	var req createRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&req); err != nil {
		p.writeError(r.Context(), w, requestError("body: "+err.Error()))
		return
	}
	if req.Prompt == "" {
		p.writeError(r.Context(), w, requestError("prompt is missing"))
		return
	}
	if generators()[req.Language] == "" {
		p.writeError(r.Context(), w, requestError("language is not one that this service writes"))
		return
	}
	result, err := p.create(r.Context(), userID(r), req)
	p.answer(w, r, http.StatusCreated, result, err)
}

func (p *pipeline) handleResolve(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Value string `json:"value"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&req); err != nil {
		p.writeError(r.Context(), w, requestError("body: "+err.Error()))
		return
	}
	err := p.resolve(r.Context(), userID(r), r.PathValue("id"), r.PathValue("hole"), req.Value)
	p.answer(w, r, http.StatusNoContent, nil, err)
}

func (p *pipeline) handleFinalize(w http.ResponseWriter, r *http.Request) {
	p.answer(w, r, http.StatusNoContent, nil, p.finalize(r.Context(), userID(r), r.PathValue("id")))
}

func (p *pipeline) handleAbandon(w http.ResponseWriter, r *http.Request) {
	p.answer(w, r, http.StatusNoContent, nil, p.abandon(r.Context(), userID(r), r.PathValue("id")))
}

// answer writes the result, or what went wrong.
func (p *pipeline) answer(w http.ResponseWriter, r *http.Request, status int, result any, err error) {
	if err != nil {
		p.writeError(r.Context(), w, err)
		return
	}
	p.writeJSON(r.Context(), w, status, result)
}

// requestError is a request that nobody can serve.
type requestError string

func (e requestError) Error() string { return string(e) }

// statusOf says whose fault an error is: the person's, a provider's or ours.
func statusOf(err error) int {
	if _, ok := errors.AsType[requestError](err); ok {
		return http.StatusBadRequest
	}
	if ofProvider(err) {
		return http.StatusBadGateway
	}
	switch {
	case errors.Is(err, errNotFound):
		return http.StatusNotFound
	case errors.Is(err, errContradictory):
		return http.StatusUnprocessableEntity
	}
	return http.StatusInternalServerError
}

// ofProvider reports whether a model refused to answer.
func ofProvider(err error) bool {
	_, anthropics := errors.AsType[*anthropic.Error](err)
	_, openAIs := errors.AsType[*openai.Error](err)
	_, own := errors.AsType[statusError](err)
	return anthropics || openAIs || own
}

// writeError answers with an error. What is not the person's fault is logged.
func (p *pipeline) writeError(ctx context.Context, w http.ResponseWriter, err error) {
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		p.log.ErrorContext(ctx, "request failed", "error", err)
	}
	p.writeJSON(ctx, w, status, map[string]string{"error": err.Error()})
}

func (p *pipeline) writeJSON(ctx context.Context, w http.ResponseWriter, status int, v any) {
	if v == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.log.DebugContext(ctx, "the client left before its answer", "error", err)
	}
}
