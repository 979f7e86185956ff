package telemetrytest_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/telemetrytest"
)

// client returns a client with connections of its own, which end with the test.
func client(t *testing.T) *http.Client {
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// rebase puts the path of a URL onto a server.
func rebase(server, url string) string {
	_, rest, _ := strings.Cut(url, "://")
	return server + rest[strings.IndexByte(rest, '/'):]
}

// Over a socket comes the same as without one.
func TestLLMServerSame(t *testing.T) {
	hc := client(t)
	for _, api := range apis {
		t.Run(api.name, func(t *testing.T) {
			for _, script := range scripts {
				var want, got bytes.Buffer
				dump(t, &want, post(t, telemetrytest.NewLLM(t, script.answer).Transport(), api.url, api.body))
				url := rebase(telemetrytest.NewLLM(t, script.answer).URL(), api.url)
				res := post(t, hc.Transport, url, api.body)
				res.Header.Del("Date")
				dump(t, &got, res)
				if diff := cmp.Diff(want.String(), got.String()); diff != "" {
					t.Errorf("%s: - transport, + server:\n%s", script.name, diff)
				}
			}
		})
	}
}

func TestLLMServerBreaks(t *testing.T) {
	for _, tt := range []struct {
		name, reason, body string
		answer             telemetrytest.Answer
		want               []string // in the body
		err                error
	}{
		{"stream", "two of three words", chatStream, telemetrytest.Answer{Text: "one two three", BreakAfter: new(2)}, []string{`"one"`, `" two"`}, io.ErrUnexpectedEOF},
		{"before content", "the first event has none", chatStream, telemetrytest.Answer{Text: "one", BreakAfter: new(0)}, []string{`"role"`}, io.ErrUnexpectedEOF},
		{"whole", "half of it is there", chatBody, telemetrytest.Answer{BreakAfter: new(0)}, []string{`{"choices"`}, io.ErrUnexpectedEOF},
		{"drop", "there is no answer", chatBody, telemetrytest.Answer{Drop: true}, nil, io.EOF},
	} {
		t.Run(tt.name, func(t *testing.T) {
			llm := telemetrytest.NewLLM(t, tt.answer)
			res, err := client(t).Post(llm.URL()+"/v1/chat/completions", "application/json", strings.NewReader(tt.body))
			var body []byte
			if err == nil {
				defer res.Body.Close()
				body, err = io.ReadAll(res.Body)
			}
			if !errors.Is(err, tt.err) {
				t.Errorf("error %v; want %v, because %s", err, tt.err, tt.reason)
			}
			for _, want := range tt.want {
				if !bytes.Contains(body, []byte(want)) {
					t.Errorf("%q is missing in %q: %s", want, body, tt.reason)
				}
			}
			if bytes.Contains(body, []byte("three")) || bytes.Contains(body, []byte("DONE")) {
				t.Errorf("too much: %q", body)
			}
		})
	}
}

// The end of the test ends an answer that waits. Chunks are sent when they are
// due, not with the next one.
func TestLLMServerEnds(t *testing.T) {
	f := &fakeT{ctx: t.Context()}
	llm := telemetrytest.NewLLM(f, telemetrytest.Answer{Text: "one two", ChunkDelay: time.Hour, OmitUsage: true})
	res, err := client(t).Post(llm.URL()+"/api/generate", "application/json", strings.NewReader(promptBody))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	want := token("one")
	got := make([]byte, len(want))
	if _, err := io.ReadFull(res.Body, got); err != nil || string(got) != want {
		t.Errorf("read %q, %v", got, err)
	}
	f.end()
	if rest, err := io.ReadAll(res.Body); len(rest) != 0 {
		t.Errorf("then %q, %v", rest, err)
	}
	if f.text() != "" {
		t.Error(f.text())
	}
}

// The server is one.
func TestLLMServerOnce(t *testing.T) {
	llm := telemetrytest.NewLLM(t)
	if a, b := llm.URL(), llm.URL(); a != b || strings.HasSuffix(a, "/") {
		t.Errorf("%q, then %q", a, b)
	}
}
