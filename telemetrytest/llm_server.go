package telemetrytest

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// serve answers a request that came over a socket.
func (l *LLM) serve(w http.ResponseWriter, r *http.Request) {
	request, err := readRequest(r)
	if err != nil {
		return // the client has gone
	}
	answer := l.reply(request)
	due := time.Now().Add(answer.delay)
	if sleep(r.Context(), due, l.done) != nil {
		return
	}
	conn := http.NewResponseController(w)
	if answer.drop {
		hangUp(conn)
		return
	}
	maps.Copy(w.Header(), answer.header)
	w.WriteHeader(answer.status)
	for _, e := range answer.events {
		if conn.Flush() != nil {
			return
		}
		due = due.Add(e.wait)
		if sleep(r.Context(), due, l.done) != nil {
			return
		}
		if _, err := w.Write(e.data); err != nil {
			return
		}
	}
	if answer.cut && conn.Flush() == nil {
		hangUp(conn)
	}
}

// hangUp closes the connection. Where it fails, the client has done so.
func hangUp(conn *http.ResponseController) {
	if c, _, err := conn.Hijack(); err == nil {
		_ = c.Close()
	}
}

// statusLine returns the text of a status as net/http reads it.
func statusLine(status int) string {
	return strings.TrimSpace(fmt.Sprint(status, " ", http.StatusText(status)))
}
