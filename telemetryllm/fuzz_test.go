package telemetryllm_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// fuzzCalls are requests of each format.
var fuzzCalls = [...]struct{ url, body string }{
	{chatURL, `{"model":"m","messages":[],"stream":true}`},
	{"https://api.openai.com/v1/completions", `{"model":"m","prompt":"x"}`},
	{"https://api.openai.com/v1/responses", `{"model":"m","input":"x"}`},
	{"https://api.openai.com/v1/embeddings", `{"model":"m","input":"x"}`},
	{"https://api.anthropic.com/v1/messages", `{"model":"m","max_tokens":1,"messages":[]}`},
	{"https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent", `{"contents":[]}`},
	{"https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse-stream", `{"messages":[]}`},
	{"https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke-with-response-stream", `{"messages":[],"max_tokens":1}`},
	{"https://api.cohere.com/v2/chat", `{"model":"m","messages":[]}`},
	{"http://localhost:11434/api/chat", `{"model":"m","messages":[]}`},
}

// pieces hands body out in pieces of 1 to most bytes, and err with the last.
type pieces struct {
	body []byte
	most int
	err  error
	n    int
}

func (p *pieces) Read(b []byte) (int, error) {
	p.n++
	n := copy(b[:min(len(b), 1+p.n*7919%p.most)], p.body)
	if p.body = p.body[n:]; len(p.body) == 0 {
		return n, p.err
	}
	return n, nil
}

func (*pieces) Close() error { return nil }

var errFuzz = errors.New("broken off")

// FuzzTransport answers anything: the caller reads the same bytes and the same
// error, nothing panics, hangs or stays behind, and there is one span.
func FuzzTransport(f *testing.F) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = io.WriteString(w, chatStream)
	_ = w.Close()
	zipped := z.String()
	for i, seed := range []struct {
		contentType, encoding, body string
		status                      int
	}{
		{"text/event-stream", "", chatStream, 200},
		{"application/json", "", chatAnswer, 200},
		{"application/json", "", `{"error":{"type":"t","message":"m"}}`, 429},
		{"text/html", "", "<html>Bad Gateway</html>", 502},
		{"text/event-stream", "gzip", zipped, 200},
		{"text/event-stream", "gzip", zipped[:len(zipped)/2], 200},
		{"application/json", "gzip", chatAnswer, 200},
		{"application/json", "br", "\x0b\x02\x80", 200},
		{"text/event-stream", "", "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1}}}\n\n", 200},
		{"application/json", "", `[{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1}}`, 200},
		{"application/x-ndjson", "", "{\"done\":false}\n{\"done\":true,\"prompt_eval_count\":3}\n", 200},
		{"application/vnd.amazon.eventstream", "", "\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2\x48\xeb\x7d\x98\xc8\xff", 200},
		{"application/json", "", `{"usage":{"prompt_tokens":-1,"completion_tokens":9223372036854775807,"prompt_tokens_details":{"cached_tokens":5}}}`, 200},
		{"", "", "", 204},
		{"application/json", "", "{}", 0},
	} {
		for call := range fuzzCalls {
			if call == i%len(fuzzCalls) || call == 0 {
				f.Add(uint8(call), seed.contentType, seed.encoding, seed.status, []byte(seed.body), uint8(7*i), uint8(i%4))
			}
		}
	}
	f.Fuzz(func(t *testing.T, call uint8, contentType, encoding string, status int, body []byte, most, end uint8) {
		synctest.Test(t, func(t *testing.T) { // fails where anything hangs or stays
			ctx, rec := telemetrytest.Context(t)
			want := io.EOF
			if end&1 != 0 {
				want = errFuzz
			}
			c := fuzzCalls[int(call)%len(fuzzCalls)]
			res, err := post(ctx, t, roundTripper(func(r *http.Request) (*http.Response, error) {
				_, _ = io.Copy(io.Discard, r.Body)
				return &http.Response{
					StatusCode: status, Request: r, Body: &pieces{body: bytes.Clone(body), most: int(most) + 1, err: want},
					Header: http.Header{"Content-Type": {contentType}, "Content-Encoding": {encoding}},
				}, nil
			}), c.url, c.body, telemetryllm.WithContent(telemetryllm.Content{}))
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			buf := make([]byte, 300)
			for err == nil && (end&2 == 0 || len(got) <= len(body)/2) { // to the end, or half of it
				var n int
				n, err = res.Body.Read(buf)
				got = append(got, buf[:n]...)
				clear(buf) // it is the caller's again
			}
			if err := res.Body.Close(); err != nil {
				t.Error(err)
			}
			if !bytes.HasPrefix(body, got) || err != nil && (len(got) != len(body) || !errors.Is(err, want)) {
				t.Errorf("read %q, %v, want %q, %v", got, err, body, want)
			}
			time.Sleep(time.Hour) // nobody repeats it
			if n := len(rec.Spans()); n != 1 {
				t.Errorf("%d spans", n)
			}
		})
	})
}
