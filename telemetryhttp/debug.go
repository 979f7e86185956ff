package telemetryhttp

import (
	"encoding/json"
	"html/template"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/lift-sys/telemetry"
)

// A DebugOption configures [NewDebugHandler].
type DebugOption func(*debug)

// WithSwitch lets a POST turn recording off and on again, with the form value
// recording=off or recording=on: the page has a button for it. Requests that a
// browser sends from another site's page are refused with 403. Default: POST
// is refused with 405.
func WithSwitch() DebugOption { return func(d *debug) { d.canSwitch = true } }

// NewDebugHandler returns a handler that shows what t does: its health, what
// became of everything recorded, the last errors, and the resolved
// configuration, secrets masked. It shows a page where the client accepts
// text/html, as browsers do; JSON to all others, and where the query says
// format=json.
//
// It asks nobody who they are. Mount it behind the service's own
// authentication, or on a port that only operators reach:
//
//	mux.Handle("/debug/telemetry", operatorsOnly(telemetryhttp.NewDebugHandler(tel)))
//
// Nor does it check the Host header: on a port that asks nobody, a web page can
// reach it by DNS rebinding, through the browser of somebody who may.
//
// The JSON has the members version, health, recording, stats, errors and
// config. Names below stats are those of telemetry.Stats in snake case; times
// that are zero are left out. A nil t is one that is off.
func NewDebugHandler(t *telemetry.Telemetry, opts ...DebugOption) http.Handler {
	// Not a variable of the package: programs without this page would link the
	// templates too.
	d := &debug{t: t, page: template.Must(template.New("").Parse(debugPage))}
	for _, o := range opts {
		if o != nil {
			o(d)
		}
	}
	return d
}

type debug struct {
	t         *telemetry.Telemetry
	page      *template.Template
	canSwitch bool
	origin    http.CrossOriginProtection
}

// debugState is what both forms show.
type debugState struct {
	Version   string         `json:"version"`
	Health    string         `json:"health"`
	Recording bool           `json:"recording"`
	Stats     map[string]any `json:"stats"`
	Errors    []debugError   `json:"errors"`
	Config    debugConfig    `json:"config"`
}

type debugError struct {
	Time  time.Time `json:"time"`
	Text  string    `json:"text"`
	Count uint64    `json:"count"`
}

type debugConfig struct {
	Enabled  bool           `json:"enabled"`
	Settings []debugSetting `json:"settings"`
	Warnings []string       `json:"warnings"`
}

type debugSetting struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

// ServeHTTP implements http.Handler.
func (d *debug) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	asPage := r.URL.Query().Get("format") != "json" && strings.Contains(r.Header.Get("Accept"), "text/html")
	switch {
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
	case r.Method == http.MethodPost && d.canSwitch:
		if !d.turn(w, r) {
			return
		}
		if asPage {
			h.Set("Location", "?") // this page, wherever it is mounted
			w.WriteHeader(http.StatusSeeOther)
			return
		}
	default:
		h.Set("Allow", "GET, HEAD")
		if d.canSwitch {
			h.Set("Allow", "GET, HEAD, POST")
		}
		http.Error(w, "method not allowed: mount the handler WithSwitch to turn recording on and off", http.StatusMethodNotAllowed)
		return
	}
	if asPage {
		d.writePage(w)
		return
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(d.state()) // fails only where nobody listens any more
}

// turn turns recording on or off. It answers itself where it does not.
func (d *debug) turn(w http.ResponseWriter, r *http.Request) bool {
	if err := d.origin.Check(r); err != nil {
		http.Error(w, "refused: "+err.Error(), http.StatusForbidden)
		return false
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
	switch r.PostFormValue("recording") {
	case "on":
		d.t.SetEnabled(true)
	case "off":
		d.t.SetEnabled(false)
	default:
		http.Error(w, "want the form value recording=on or recording=off", http.StatusBadRequest)
		return false
	}
	return true
}

func (d *debug) state() debugState {
	c := d.t.Config()
	s := debugState{
		Version: telemetry.Version, Health: d.t.Health().String(), Recording: d.t.Enabled(),
		Stats: object(reflect.ValueOf(d.t.Stats())), Errors: []debugError{},
		Config: debugConfig{Enabled: c.Enabled, Settings: []debugSetting{}, Warnings: append([]string{}, c.Warnings...)},
	}
	for _, f := range d.t.Failures() {
		s.Errors = append(s.Errors, debugError(f))
	}
	for _, setting := range c.Settings {
		s.Config.Settings = append(s.Config.Settings, debugSetting(setting))
	}
	return s
}

// object returns a struct with names in snake case. What telemetry.Stats will
// count tomorrow is there without a change here.
func object(v reflect.Value) map[string]any {
	m := make(map[string]any, v.NumField())
	for field, value := range v.Fields() {
		switch x := value.Interface().(type) {
		case time.Time:
			if !x.IsZero() {
				m[snake(field.Name)] = x
			}
		default:
			m[snake(field.Name)] = x
			if value.Kind() == reflect.Struct {
				m[snake(field.Name)] = object(value)
			}
		}
	}
	return m
}

// snake returns a Go name in snake case: LastError as last_error.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
