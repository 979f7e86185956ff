package fakehoneycomb

import (
	"net/http"
	"slices"
)

// export answers an OTLP export over HTTP, as a service or a doctor sends it to
// the same address as the management API. Nothing of it is stored but the request:
// no dataset comes into being, and no column. The rate limit does not count it.
func (k Key) export(w http.ResponseWriter, r *http.Request) {
	kind := r.Header.Get("Content-Type")
	switch {
	case !slices.Contains([]string{"/v1/traces", "/v1/metrics", "/v1/logs"}, r.URL.Path):
		notFound("path").write(w)
	case kind != "application/x-protobuf" && kind != "application/json":
		problem{status: http.StatusUnsupportedMediaType, title: "Content-Type must be application/x-protobuf or application/json"}.write(w)
	case !k.may(Events):
		refused("your API key lacks the permission %q", Events).write(w)
	case kind == "application/json":
		writeJSON(w, http.StatusOK, Object{})
	default:
		// A response without anything to say is zero bytes long.
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(http.StatusOK)
	}
}
