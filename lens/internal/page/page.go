// Package page serves lens's web page: the files that lens/web builds, which are
// embedded so that the binary needs nothing beside it.
//
// The page's state stands in its address, so that other parts of lens can link
// to it:
//
//	/boards/{id}?range=2h                  a board
//	/query?q={query}&start={ms}&end={ms}   a query in Honeycomb's JSON, and its result
//	/traces?q={query}&start={ms}&end={ms}  traces that pass the query's filters
//	/traces/{id}                           one trace
//	/alerts/{name}                         an alert with its runbook
//
// Instead of start and end, in milliseconds since 1970, range may name a time
// that ends now. [QueryPath] and [AlertPath] write such addresses.
package page

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed dist
var built embed.FS

// policy lets the page run its own files and talk to its own server, and nothing
// else: what is found in telemetry stays text even where the page has a mistake.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler returns the handler of the page. Any path that is no file is answered
// with the page itself, which reads its state from the address; a file below
// /assets/ that does not exist is not found. It is safe for concurrent use.
func Handler() http.Handler {
	// Embedded, so it does not fail.
	files, err := fs.Sub(built, "dist")
	if err != nil {
		return http.NotFoundHandler()
	}
	server := http.FileServerFS(files)
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return http.NotFoundHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "the page can only be read", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		info, err := fs.Stat(files, name)
		isFile := err == nil && !info.IsDir()
		if strings.HasPrefix(name+"/", "assets/") {
			if !isFile {
				http.NotFound(w, r)
				return
			}
			// The name holds a hash of the content.
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			server.ServeHTTP(w, r)
			return
		}
		h.Set("Cache-Control", "no-cache")
		if isFile && name != "index.html" {
			server.ServeHTTP(w, r)
			return
		}
		// Not ServeFileFS, which redirects from the file's own name.
		http.ServeContent(w, r, "index.html", time.Time{}, bytes.NewReader(index))
	})
}

// QueryPath returns the address of a query's result within the page. The query
// is Honeycomb's JSON; the times are its range, both zero for the query's own.
func QueryPath(query []byte, start, end time.Time) string {
	v := url.Values{"q": {string(query)}}
	if !start.IsZero() && !end.IsZero() {
		v.Set("start", strconv.FormatInt(start.UnixMilli(), 10))
		v.Set("end", strconv.FormatInt(end.UnixMilli(), 10))
	}
	return "/query?" + v.Encode()
}

// AlertPath returns the address of an alert and its runbook within the page.
func AlertPath(name string) string { return "/alerts/" + url.PathEscape(name) }
