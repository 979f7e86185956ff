package telemetrytest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// An LLMRequest is what an [LLM] was asked.
type LLMRequest struct {
	Method string
	Path   string // unescaped: "/v1/chat/completions"
	Query  url.Values
	Header http.Header
	Body   map[string]any // decoded; nil where it is no JSON object
	Model  string         // asked for in the body or the path
	Stream bool           // whether the answer is to be a stream
}

// readRequest reads a request to its end and closes its body.
func readRequest(r *http.Request) (LLMRequest, error) {
	q := LLMRequest{Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header.Clone()}
	if r.Body != nil {
		defer r.Body.Close()
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return q, err
		}
		if json.Unmarshal(data, &q.Body) != nil {
			q.Body = nil // half of a body that is broken
		}
	}
	q.Model = q.model()
	if w := wireOf(q); w != nil {
		q.Stream = w.framing(q) != nil
	}
	return q, nil
}

// model returns the model that the body names, or else the path: after
// "models/" for Gemini, after "deployments/" for Azure.
func (q LLMRequest) model() string {
	if m, ok := q.Body["model"].(string); ok {
		return m
	}
	for _, before := range []string{"models/", "deployments/"} {
		if _, rest, ok := strings.Cut(q.Path, before); ok {
			m, _, _ := strings.Cut(rest, "/")
			m, _, _ = strings.Cut(m, ":")
			return m
		}
	}
	return ""
}

// asked reports whether a flag of the body is true.
func (q LLMRequest) asked(flag string) bool {
	is, _ := q.Body[flag].(bool)
	return is
}

// includesUsage reports whether a stream is to tell its usage.
func (q LLMRequest) includesUsage() bool {
	options, _ := q.Body["stream_options"].(map[string]any)
	is, _ := options["include_usage"].(bool)
	return is
}
