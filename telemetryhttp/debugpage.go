package telemetryhttp

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/lift-sys/telemetry"
)

// debugView is what the template shows.
type debugView struct {
	debugState

	CanSwitch bool
	Now       time.Time
	Signals   []string   // heads of the columns of Tallies
	Tallies   []debugRow // what became of spans, weight and points
	Counts    []debugRow // all the rest
}

// debugRow is a name with a value for each column.
type debugRow struct {
	Name   string
	Values []string
}

func (d *debug) writePage(w http.ResponseWriter) {
	v := debugView{debugState: d.state(), CanSwitch: d.canSwitch, Now: time.Now().UTC()}
	for field, value := range reflect.ValueOf(d.t.Stats()).Fields() {
		if _, ok := reflect.TypeAssert[telemetry.Tally](value); ok {
			v.Signals = append(v.Signals, words(field.Name))
			v.Tallies = addColumn(v.Tallies, "", value)
			continue
		}
		v.Counts = addColumn(v.Counts, words(field.Name), value)
	}
	sum := sha256.Sum256([]byte(debugStyle))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+
		"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	_ = d.page.Execute(w, v) // fails only where nobody listens any more
}

// addColumn adds the value to the row of its name, or its fields to the rows of
// theirs.
func addColumn(rows []debugRow, name string, v reflect.Value) []debugRow {
	at, isTime := reflect.TypeAssert[time.Time](v)
	if v.Kind() == reflect.Struct && !isTime {
		for field, value := range v.Fields() {
			rows = addColumn(rows, strings.TrimSpace(name+" "+words(field.Name)), value)
		}
		return rows
	}
	text := fmt.Sprint(v.Interface())
	switch {
	case isTime && at.IsZero():
		text = "never"
	case isTime:
		text = at.UTC().Format(time.RFC3339)
	}
	for i := range rows {
		if rows[i].Name == name {
			rows[i].Values = append(rows[i].Values, text)
			return rows
		}
	}
	return append(rows, debugRow{name, []string{text}})
}

// words returns a Go name in words: LastError as last error.
func words(name string) string { return strings.ReplaceAll(snake(name), "_", " ") }

const debugStyle = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:light-dark(#1a1a1a,#e6e6e6);background:light-dark(#fff,#161616)}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid light-dark(#ddd,#333);vertical-align:top;overflow-wrap:anywhere}
td.n{text-align:right;font-variant-numeric:tabular-nums}th.n{text-align:right}
.state{font-weight:600;padding:.1rem .6rem;border-radius:.3rem;background:light-dark(#ffe1b3,#5c3a00)}
.state.ok{background:light-dark(#c9f0d0,#12491f)}.state.unauthorized,.state.stalled{background:light-dark(#ffd0d0,#641616)}
button{font:inherit;padding:.2rem .8rem}`

const debugPage = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>telemetry: {{.Health}}</title>
<style>` + debugStyle + `</style>
<h1>Telemetry <span class="state {{.Health}}">{{.Health}}</span></h1>
<p>Recording is {{if .Recording}}on{{else}}off{{end}}. Library {{.Version}}, {{.Now.Format "2006-01-02T15:04:05Z07:00"}}. <a href="?format=json">JSON</a></p>
{{if .CanSwitch}}<form method="post"><button name="recording" value="{{if .Recording}}off{{else}}on{{end}}">Turn recording {{if .Recording}}off{{else}}on{{end}}</button></form>
{{end}}{{if .Config.Warnings}}<h2>Warnings</h2>
<ul>{{range .Config.Warnings}}<li>{{.}}{{end}}</ul>
{{end}}<h2>What became of it</h2>
<table><tr><th>{{range .Signals}}<th class="n">{{.}}{{end}}
{{range .Tallies}}<tr><th>{{.Name}}{{range .Values}}<td class="n">{{.}}{{end}}
{{end}}</table>
<h2>Last errors</h2>
{{if .Errors}}<table><tr><th>last<th class="n">in a row<th>error
{{range .Errors}}<tr><td>{{.Time.UTC.Format "2006-01-02T15:04:05Z07:00"}}<td class="n">{{.Count}}<td>{{.Text}}
{{end}}</table>
{{else}}<p>None.</p>
{{end}}<h2>Counts</h2>
<table>
{{range .Counts}}<tr><th>{{.Name}}{{range .Values}}<td>{{.}}{{end}}
{{end}}</table>
<h2>Configuration</h2>
<table><tr><th>setting<th>value<th>from
{{range .Config.Settings}}<tr><td>{{.Name}}<td>{{.Value}}<td>{{.Source}}
{{end}}</table>
</html>
`
