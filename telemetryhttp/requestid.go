package telemetryhttp

import (
	"crypto/rand"
	"net/http"

	"github.com/lift-sys/telemetry/internal/propagation"
)

// requestIDHeader carries request.id between services. No standard names it;
// proxies and frameworks agree on this spelling.
const requestIDHeader = "X-Request-Id"

// requestID returns the id of a request, and puts it on its response.
func requestID(response, request http.Header, public bool) string {
	id := givenID(response, request, public)
	if id == "" {
		id = rand.Text()
		response.Set(requestIDHeader, id)
	}
	return id
}

// givenID returns the id that a request has already, and puts it on its
// response; empty where it has none. What middleware outside has put there
// counts most; what the client says, only if it is trusted.
func givenID(response, request http.Header, public bool) string {
	if id := firstID(response); propagation.ValidID(id) {
		return id
	}
	if public {
		return ""
	}
	id := firstID(request)
	if !propagation.ValidID(id) {
		return ""
	}
	response.Set(requestIDHeader, id)
	return id
}

func firstID(h http.Header) string {
	if ids := h[requestIDHeader]; len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// leaveAlone removes id from h where the handler has added one of its own. One
// that does, as a reverse proxy does with its upstream's, means it to stand
// alone.
func leaveAlone(h http.Header, id string) {
	if ids := h[requestIDHeader]; len(ids) > 1 && ids[0] == id {
		h[requestIDHeader] = ids[1:]
	}
}
