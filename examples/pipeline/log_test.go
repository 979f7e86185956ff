package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/attr"
)

// TestLogLeadsToTheTrace follows a record of each part of the service.
func TestLogLeadsToTheTrace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var s created
	b.send(http.MethodPost, "/api/sessions", 200, createRequest{Prompt: prompt, Language: attr.LanguageGo}, &s)
	b.send(http.MethodPost, "/api/sessions/"+s.ID+"/finalize", 200, nil, nil)
	b.send(http.MethodPost, "/api/sessions", 502, createRequest{Prompt: prompt + " [down]", Language: attr.LanguageGo}, nil)
	b.send(http.MethodPost, "/api/sessions", 400, createRequest{}, nil)
	b.stop()

	log := b.log.String()
	for message, name := range map[string]string{
		"session created": attr.SpanSessionCreate, "session indexed": attr.SpanSessionUpdate, "request failed": "POST /api/sessions",
	} {
		found := false
		for _, span := range b.rec.Spans() {
			ids := fmt.Sprintf("trace_id=%s span_id=%s", span.TraceID, span.SpanID)
			for line := range strings.Lines(log) {
				found = found || span.Name == name && strings.Contains(line, `msg="`+message+`"`) && strings.Contains(line, ids)
			}
		}
		if !found {
			t.Errorf("no record %q names a span %s:\n%s", message, name, log)
		}
	}
	if n := strings.Count(log, "request failed"); n != 1 {
		t.Errorf("%d requests are logged as failed, want 1: the other one is the person's fault\n%s", n, log)
	}
}
