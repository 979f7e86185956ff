package fakehoneycomb

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// problem is an answer that is not a success, as RFC 7807 has it.
type problem struct {
	status int
	title  string
	field  string
}

var unknownKey = problem{status: http.StatusUnauthorized, title: "unknown API key - check your credentials"}

func (p problem) write(w http.ResponseWriter) {
	body := map[string]any{
		"status": p.status,
		"error":  p.title,
		"title":  p.title,
		"type":   fmt.Sprintf("https://api.honeycomb.io/problems/%d", p.status),
	}
	if p.field != "" {
		body["type_detail"] = []any{map[string]any{
			"field": p.field, "code": "invalid", "description": p.title,
		}}
	}
	writeJSON(w, p.status, body)
}

func invalid(field, format string, args ...any) *problem {
	return &problem{status: http.StatusUnprocessableEntity, field: field, title: fmt.Sprintf(format, args...)}
}

func conflict(format string, args ...any) *problem {
	return &problem{status: http.StatusConflict, title: fmt.Sprintf(format, args...)}
}

func notFound(what string) *problem {
	return &problem{status: http.StatusNotFound, title: what + " not found"}
}

func refused(format string, args ...any) *problem {
	return &problem{status: http.StatusForbidden, title: fmt.Sprintf(format, args...)}
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The client has hung up; nobody is left to tell.
	_ = json.NewEncoder(w).Encode(body)
}
