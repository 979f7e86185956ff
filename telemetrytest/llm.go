package telemetrytest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/lift-sys/telemetry/price"
)

// An LLM is a fake provider of language models, for tests of code that calls
// them through a real SDK: it needs neither network nor key, and answers what
// the test scripts. Get one from [NewLLM] or [NewLLMFunc]. All methods are safe
// for concurrent use.
//
// The end of the path chooses the API that it speaks, whatever is in front:
//
//	…/chat/completions                            OpenAI, and what imitates it; SSE where stream is true
//	…/responses                                   OpenAI Responses; SSE where stream is true
//	…/embeddings                                  OpenAI embeddings, as numbers or base64
//	…/messages                                    Anthropic; SSE where stream is true
//	…:generateContent, …:streamGenerateContent    Gemini, and on Vertex; a stream is SSE with alt=sse, else an array
//	…:embedContent, …:batchEmbedContents          Gemini embeddings
//	…/api/chat, …/api/generate                    Ollama; NDJSON unless stream is false
//
// Anything else is answered with 404, and does not count as a call.
//
// There are two ways to it. [LLM.Transport] needs no socket: it takes the place
// of the network whatever the host, so that SDKs keep the base URL of their
// provider, and works in a testing/synctest bubble, where its delays are exact
// and take no time:
//
//	llm := telemetrytest.NewLLM(t, telemetrytest.Answer{Text: "Hello", ChunkDelay: time.Second})
//	hc := &http.Client{Transport: telemetryllm.NewTransport(llm.Transport())}
//
//	openai.NewClient(option.WithHTTPClient(hc), option.WithAPIKey("none"))     // github.com/openai/openai-go/v3
//	anthropic.NewClient(option.WithHTTPClient(hc), option.WithAPIKey("none"))  // github.com/anthropics/anthropic-sdk-go
//
// [LLM.URL] is a server on a loopback address, for what insists on one:
//
//	openai.NewClient(option.WithBaseURL(llm.URL()+"/v1"), option.WithAPIKey("none"))
//	anthropic.NewClient(option.WithBaseURL(llm.URL()), option.WithAPIKey("none"))
//
// It does not work in a bubble: a goroutine that reads from a socket is not
// durably blocked, so that the bubble's clock stands still. And on its address
// nobody can tell the provider; see telemetryllm.WithProvider.
//
// Ids are made from the number of the call, and times are constant, so that the
// same script gives the same bytes.
type LLM struct {
	t      testing.TB
	script func(LLMRequest) Answer

	mu       sync.Mutex
	requests []LLMRequest
	calls    int // requests that had an answer of the script
	server   *httptest.Server
	done     chan struct{} // closed when the test ends
}

// DefaultAnswer is what an [LLM] without a script says.
func DefaultAnswer() Answer {
	return Answer{Text: "Hello from a fake model.", Usage: price.Usage{InputTokens: 12, OutputTokens: 6}}
}

// NewLLM returns a provider that gives the answers in order, one for each call,
// and the last one for all further calls. Without answers it is
// [DefaultAnswer]. An answer that cannot be sent fails the test at once.
func NewLLM(t testing.TB, answers ...Answer) *LLM {
	t.Helper()
	for i, a := range answers {
		if err := a.check(); err != nil {
			t.Fatalf("telemetrytest: answer %d: %v", i+1, err)
		}
	}
	if len(answers) == 0 {
		answers = []Answer{DefaultAnswer()}
	}
	answers = slices.Clone(answers)
	var mu sync.Mutex
	return NewLLMFunc(t, func(LLMRequest) Answer {
		mu.Lock()
		defer mu.Unlock()
		a := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		return a
	})
}

// NewLLMFunc returns a provider that answers each call with what script returns
// for it: for agents, whose next call depends on the last answer, and for calls
// in parallel. Script must be safe for concurrent use where the calls are.
func NewLLMFunc(t testing.TB, script func(LLMRequest) Answer) *LLM {
	t.Helper()
	l := &LLM{t: t, script: script, done: make(chan struct{})}
	t.Cleanup(l.close)
	return l
}

// URL returns the base URL of the provider's server, without a slash at the
// end: "http://127.0.0.1:" and a port. The first call starts the server, which
// stops when the test ends.
func (l *LLM) URL() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server == nil {
		l.server = httptest.NewServer(http.HandlerFunc(l.serve))
	}
	return l.server.URL
}

// Requests returns what the provider was asked so far, in the order of arrival,
// what it answered with 404 included.
func (l *LLM) Requests() []LLMRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}

// close ends answers that wait, and the server.
func (l *LLM) close() {
	close(l.done)
	l.mu.Lock()
	server := l.server
	l.mu.Unlock()
	if server != nil {
		server.Close()
	}
}

// reply decides what is sent for a request.
func (l *LLM) reply(r LLMRequest) *reply {
	w := wireOf(r)
	c := &call{request: r}
	l.mu.Lock()
	l.requests = append(l.requests, r)
	if w != nil && r.Body != nil {
		l.calls++
		c.number = l.calls
	}
	l.mu.Unlock()
	switch {
	case w == nil:
		return failed(c, chat{}, Failure{
			Status: http.StatusNotFound, Type: "invalid_request_error",
			Message: fmt.Sprintf("telemetrytest: no API at %s %q; the documentation of LLM lists the paths", r.Method, r.Path),
		})
	case r.Body == nil:
		return failed(c, w, Failure{Status: http.StatusBadRequest, Message: "telemetrytest: the request's body is no JSON object"})
	}
	c.Answer = l.script(r)
	err := c.check()
	if err == nil {
		var answer *reply
		if answer, err = answered(c, w); err == nil {
			return answer
		}
	}
	l.t.Errorf("telemetrytest: answer to call %d, %s: %v", c.number, r.Path, err)
	return failed(c, w, Failure{Message: "telemetrytest: " + err.Error()})
}
