package telemetryllm

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/lift-sys/telemetry/internal/pick"
	"github.com/lift-sys/telemetry/price"
)

// A target is what is known of a request before it is sent.
type target struct {
	method string
	url    *url.URL
	header http.Header
	path   string     // unescaped, without a trailing slash
	body   pick.Value // the wanted part of a JSON body; absent where it could not be read ahead
	ahead  bool       // whether the body was read ahead
}

func newTarget(r *http.Request) *target {
	return &target{method: r.Method, url: r.URL, header: r.Header, path: strings.TrimRight(r.URL.Path, "/")}
}

// ends reports whether the path is suffix or ends with "/" and suffix. What is
// in front differs between gateways.
func (t *target) ends(suffix string) bool {
	rest, ok := strings.CutSuffix(t.path, suffix)
	return ok && (rest == "" || rest[len(rest)-1] == '/')
}

// plain reports whether the path, or the provider, says without the body that
// a model is called.
func (t *target) plain() bool {
	for _, path := range [...]string{"chat/completions", "v1/responses", "v1/completions", "v1/embeddings", "openai/responses"} {
		if t.ends(path) {
			return true
		}
	}
	if t.header.Get("Anthropic-Version") != "" || t.url.Port() == ollamaPort {
		return true
	}
	_, known := price.Provider("https://" + strings.ToLower(t.url.Hostname()) + t.path)
	return known
}

// post reports whether the request is a POST.
func (t *target) post() bool { return t.method == http.MethodPost }

// fits reports whether the body has all of keys. Of a body that could not be
// read ahead it is believed where the path or the provider leaves little doubt.
func (t *target) fits(keys ...string) bool {
	if !t.ahead {
		return t.plain()
	}
	for _, key := range keys {
		if t.body.Get(key).Kind() == pick.Absent {
			return false
		}
	}
	return true
}
