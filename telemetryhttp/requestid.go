package telemetryhttp

import (
	"crypto/rand"
	"net/http"
	"strings"
)

// requestIDHeader carries request.id between services. No standard names it;
// proxies and frameworks agree on this spelling.
const requestIDHeader = "X-Request-Id"

// maxRequestID bounds an id in bytes. UUIDs have 36.
const maxRequestID = 128

// requestID returns the id of a request, and puts it on its response. What
// middleware outside has put there counts most; what the client says, only if
// it is trusted.
func requestID(response, request http.Header, public bool) string {
	if id := response.Get(requestIDHeader); validRequestID(id) {
		return id
	}
	id := ""
	if !public {
		id = request.Get(requestIDHeader)
	}
	if !validRequestID(id) {
		id = rand.Text()
	}
	response.Set(requestIDHeader, id)
	return id
}

// validRequestID reports whether id is safe to repeat in headers, logs and
// queries.
func validRequestID(id string) bool {
	if id == "" || len(id) > maxRequestID {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("-_.~+/=:@", c) >= 0:
		default:
			return false
		}
	}
	return true
}
