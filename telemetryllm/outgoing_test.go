package telemetryllm_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// unknown hides what a reader is.
type unknown struct{ r io.Reader }

func (u *unknown) Read(p []byte) (int, error) { return u.r.Read(p) }
func (*unknown) Close() error                 { return nil }

// A body that is not in memory is not waited for: whether it is read is for the
// transport below to say, which may not want to.
func TestBlockingRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		ctx, cancel := context.WithCancel(ctx)
		body, writer := io.Pipe()
		defer writer.Close()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, body)
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength, r.GetBody = 100, func() (io.ReadCloser, error) { return nil, io.EOF }
		cancel()
		_, err = telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			return nil, r.Context().Err()
		})).RoundTrip(r)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("RoundTrip returns %v", err)
		}
		if kind := rec.Span(attr.SpanLLMCall).Attributes[attr.ErrorType]; kind != attr.ErrorCanceled {
			t.Errorf("error.type %v", kind)
		}
	})
}

// The model is known before a request is sent where its body lies in memory,
// and after it was sent everywhere else.
func TestReadAhead(t *testing.T) {
	big := `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"` + strings.Repeat("x", 70<<10) + `"}]}`
	tests := []struct {
		name, reason string
		body         io.Reader
		length       int64 // 0: what net/http finds
		ahead        bool
	}{
		{name: "strings.Reader", reason: "in memory", body: strings.NewReader(chatRequest), ahead: true},
		{name: "bytes.Reader", reason: "in memory", body: bytes.NewReader([]byte(chatRequest)), ahead: true},
		{name: "bytes.Buffer", reason: "in memory", body: bytes.NewBufferString(chatRequest), ahead: true},
		{name: "unknown length", reason: "may block", body: &unknown{strings.NewReader(chatRequest)}},
		{name: "unknown kind", reason: "may block", body: &unknown{strings.NewReader(chatRequest)}, length: int64(len(chatRequest))},
		{name: "large", reason: "would cost memory", body: strings.NewReader(big)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t, telemetrytest.With(telemetry.WithStartAttributes()))
			var before []string
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if tt.length > 0 {
				r.ContentLength = tt.length
				r.GetBody = func() (io.ReadCloser, error) { return nil, io.EOF }
			}
			res, err := telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
				before = strings.Fields(rec.Tree(attr.LLMModel))
				_, err := io.Copy(io.Discard, r.Body)
				return answer(r, 200, "application/json", chatAnswer), err
			})).RoundTrip(r)
			readAll(t, res, err)
			if ahead := slices.Contains(before, "llm.model=gpt-4o-mini"); ahead != tt.ahead {
				t.Errorf("while it is sent: %q: %s", before, tt.reason)
			}
			if model := rec.Span(attr.SpanLLMCall).Attributes[attr.LLMModel]; model != "gpt-4o-mini" {
				t.Errorf("llm.model %v: %s", model, tt.reason)
			}
		})
	}
}

// A body that is longer or shorter than announced is sent as it is: net/http
// says what is wrong.
func TestWrongLength(t *testing.T) {
	for _, by := range []int64{-10, -1, 1, 10} {
		ctx, rec := telemetrytest.Context(t)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(chatRequest))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength += by
		want := r.ContentLength
		var sent string
		res, err := telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			b, err := io.ReadAll(r.Body)
			if sent = string(b); r.ContentLength != want {
				t.Errorf("%+d: the length has become %d", by, r.ContentLength)
			}
			return answer(r, 200, "application/json", chatAnswer), err
		})).RoundTrip(r)
		readAll(t, res, err)
		if sent != chatRequest {
			t.Errorf("%+d: sent %q", by, sent)
		}
		if n := len(rec.Spans()); n != 1 {
			t.Errorf("%+d: %d spans", by, n)
		}
	}
}

// FuzzRequest sends any body to any path: the transport below reads the same
// bytes, once or twice, and there is one span.
func FuzzRequest(f *testing.F) {
	bodies := []string{
		chatRequest, `{`, `[]`, `{"model":1,"messages":"x","stream":[]}`, "\xef\xbb\xbf{}", `{"model":"` + strings.Repeat("m", 3000) + `"}`,
		`{"model":"m","messages":[],"stream":true,"stream_options":null}`,
	}
	paths := []string{
		"v1/chat/completions", "v1/messages", "v1/responses", "v1/embeddings", "v1beta/models/g:generateContent", "model/m/converse",
		"model/%2F/invoke", "api/chat", "v2/chat", "openai/deployments/d/chat/completions", "v1/models/:rawPredict", "",
	}
	for i, path := range paths {
		f.Add(path, "application/json", []byte(bodies[i%len(bodies)]), int8(i%3-1))
	}
	f.Fuzz(func(t *testing.T, path, contentType string, body []byte, by int8) {
		ctx, rec := telemetrytest.Context(t, telemetrytest.AllowErrors())
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/", bytes.NewReader(body))
		if err != nil || len(body) == 0 {
			t.Skip()
		}
		r.URL.Path, r.ContentLength = "/"+path, max(r.ContentLength+int64(by), 0)
		r.Header["Content-Type"] = []string{contentType}
		res, err := telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			if sent, err := io.ReadAll(r.Body); err != nil || !bytes.Equal(sent, body) {
				t.Errorf("sent %q, %v", sent, err)
			}
			again, err := r.GetBody()
			if err != nil {
				t.Fatal(err)
			}
			if sent, err := io.ReadAll(again); err != nil || !bytes.Equal(sent, body) {
				t.Errorf("sent again %q, %v", sent, err)
			}
			return answer(r, 200, "application/json", chatAnswer), nil
		})).RoundTrip(r)
		readAll(t, res, err)
		if n := len(rec.Spans()); n != 1 {
			t.Errorf("%d spans", n)
		}
	})
}
