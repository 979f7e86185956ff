package server

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/store"
)

// Options of a server.
type Options struct {
	Store      *store.Store
	Definition honeycomb.Definition
	// Page answers what is neither OTLP nor the API. nil answers 404.
	Page http.Handler
	// Alerts answers GET /api/alerts. nil answers that there are none.
	Alerts http.Handler
	// Token that requests need. Empty means none, and then only a Host that is
	// loopback is answered.
	Token   string
	Version string
	Started time.Time
}

type server struct {
	Options
	running chan struct{}
	status  statusCache
}

// maxQueries run at a time; DuckDB uses all cores for one.
const maxQueries = 4

// Handler returns the handler of everything. It is safe for concurrent use.
func Handler(o Options) http.Handler {
	s := &server{Options: o, running: make(chan struct{}, maxQueries)}
	api := http.NewServeMux()
	api.Handle("GET /api/status", answer(s.getStatus))
	api.Handle("GET /api/boards", answer(s.getBoards))
	api.Handle("GET /api/queries", answer(s.getQueries))
	api.Handle("GET /api/columns", answer(s.getColumns))
	api.Handle("POST /api/query", answer(s.limited(s.postQuery)))
	api.Handle("POST /api/traces", answer(s.limited(s.postTraces)))
	api.Handle("GET /api/traces/{id}", answer(s.limited(s.getTrace)))
	api.Handle("GET /api/costs", answer(s.limited(s.getCosts)))
	if o.Alerts != nil {
		api.Handle("GET /api/alerts", o.Alerts)
	} else {
		api.Handle("GET /api/alerts", answer(noAlerts))
	}
	api.Handle("/api/", answer(func(*http.Request) (any, error) {
		return nil, &failure{http.StatusNotFound, errors.New("no such part of the API")}
	}))

	mux := http.NewServeMux()
	// A page of another site cannot read an answer, but it could send rows or a
	// query.
	own := http.NewCrossOriginProtection()
	mux.Handle("/v1/", s.trusted(own.Handler(receive.Handler(o.Store))))
	mux.Handle("/api/", s.trusted(own.Handler(api)))
	page := o.Page
	if page == nil {
		page = http.NotFoundHandler()
	}
	mux.Handle("/", s.local(page))
	return mux
}

// noAlerts is the answer of a server without alerts.
func noAlerts(*http.Request) (any, error) {
	return map[string][]any{"triggers": {}, "slos": {}, "history": {}}, nil
}

// trusted lets through who may read and write.
func (s *server) trusted(next http.Handler) http.Handler {
	if s.Token == "" {
		return s.local(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		for _, got := range []string{bearer, r.Header.Get("X-Honeycomb-Team")} {
			if subtle.ConstantTimeCompare([]byte(got), []byte(s.Token)) == 1 {
				next.ServeHTTP(w, r)
				return
			}
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		fail(w, http.StatusUnauthorized, errors.New("token is missing or wrong: send it as Authorization: Bearer <token>"))
	})
}

// local refuses requests to other names than loopback ones, unless there is a
// token: a site whose name somebody has pointed at this machine is not local.
func (s *server) local(next http.Handler) http.Handler {
	if s.Token != "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if ip := net.ParseIP(strings.Trim(host, "[]")); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			fail(w, http.StatusForbidden, fmt.Errorf("host %q is not this machine: open lens as localhost, or start it with a token", host))
			return
		}
		next.ServeHTTP(w, r)
	})
}
