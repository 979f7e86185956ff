package telemetryllm

import (
	"net/http"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/pick"
)

func TestOpenAIError(t *testing.T) {
	for _, c := range []struct {
		name, reason  string
		status        int
		told          bool
		body          string
		kind, message string
	}{
		{
			name: "openai", status: 429, reason: "https://platform.openai.com/docs/guides/error-codes: the type goes before the code",
			body: `{"error":{"message":"slow down","type":"tokens","param":null,"code":"rate_limit_exceeded"}}`,
			kind: "tokens", message: "slow down",
		},
		{
			name: "code", status: 404, reason: "Azure: no type, so the code",
			body: `{"error":{"code":"DeploymentNotFound","message":"no such deployment"}}`,
			kind: "DeploymentNotFound", message: "no such deployment",
		},
		{
			name: "null type", status: 400, reason: "Azure's content filter",
			body: `{"error":{"type":null,"code":"content_filter","message":"filtered","status":400}}`,
			kind: "content_filter", message: "filtered",
		},
		{
			name: "number", status: 402, reason: "OpenRouter: the code is a number",
			body: `{"error":{"code":402,"message":"no credit"},"user_id":"u"}`, kind: "402", message: "no credit",
		},
		{
			name: "gemini", status: 404, reason: "Gemini's OpenAI endpoint: a list, and Google's status",
			body: `[{"error":{"code":404,"message":"no such model","status":"NOT_FOUND"}}]`, kind: "NOT_FOUND", message: "no such model",
		},
		{
			name: "list", status: 401, reason: "Cloudflare's gateway: error is a list",
			body: `{"success":false,"result":[],"error":[{"code":2009,"message":"unauthorized"}]}`, kind: "2009", message: "unauthorized",
		},
		{
			name: "errors", status: 400, reason: "Workers AI and watsonx: a list of errors",
			body: `{"errors":[{"code":"invalid_input","message":"bad"}],"trace":"t","status_code":400}`, kind: "invalid_input", message: "bad",
		},
		{
			name: "text", status: 404, reason: "Ollama: error is text",
			body: `{"error":"model 'x' not found"}`, kind: "404", message: "model 'x' not found",
		},
		{
			name: "text and type", status: 422, reason: "Text Generation Inference: the type stands beside",
			body: `{"error":"too long","error_type":"validation"}`, kind: "validation", message: "too long",
		},
		{
			name: "text and code", status: 400, reason: "xAI: the code stands beside",
			body: `{"code":"invalid-argument","error":"no such model"}`, kind: "invalid-argument", message: "no such model",
		},
		{
			name: "text and message", status: 401, reason: "error is the name where there is a message",
			body: `{"error":"unauthorized","message":"no key"}`, kind: "unauthorized", message: "no key",
		},
		{
			name: "flat", status: 422, reason: "Mistral, vLLM: the document is the error",
			body: `{"object":"error","message":"bad role","type":"invalid_request_error","param":null,"code":1500}`,
			kind: "invalid_request_error", message: "bad role",
		},
		{
			name: "flat after 200", reason: "vLLM: object says that it is one",
			body: `{"object":"error","message":"out of memory","type":"InternalServerError","code":500}`,
			kind: "InternalServerError", message: "out of memory",
		},
		{
			name: "databricks", status: 400, reason: "https://docs.databricks.com/api: error_code",
			body: `{"error_code":"BAD_REQUEST","message":"no such endpoint"}`, kind: "BAD_REQUEST", message: "no such endpoint",
		},
		{
			name: "front door", status: 401, reason: "Azure's front door: statusCode",
			body: `{"statusCode":401,"message":"wrong key"}`, kind: "401", message: "wrong key",
		},
		{
			name: "details", status: 422, reason: "FastAPI, as Mistral and many self-hosted servers",
			body: `{"detail":[{"loc":["body","model"],"msg":"field required","type":"value_error"}]}`, kind: "422", message: "field required",
		},
		{
			name: "nested details", status: 422, reason: "Mistral, as it was",
			body: `{"object":"error","message":{"detail":[{"msg":"field required"}]},"type":"invalid_request_error"}`,
			kind: "invalid_request_error", message: "field required",
		},
		{
			name: "problem", status: 404, reason: "NVIDIA: RFC 9457; its type is an address, and too long",
			body: `{"type":"urn:inference-service:problem-details:not-found:` + strings.Repeat("x", 30) + `","title":"Not Found","status":404,"detail":"Function not found"}`,
			kind: "404", message: "Function not found",
		},
		{
			name: "litellm", status: 401, reason: "LiteLLM writes that there is no type",
			body: `{"error":{"message":"no key","type":"None","param":"None","code":"401"}}`, kind: "401", message: "no key",
		},
		{
			name: "event", told: true, reason: "the event's name says that it is one",
			body: `{"type":"error","code":"server_error","message":"broke"}`, kind: "server_error", message: "broke",
		},
		{
			name: "status alone", status: 500, reason: "nothing in the body: the status is the kind", body: `{}`, kind: "500",
		},
		{
			name: "no error", reason: "null, and members that errors have as well",
			body: `{"error":null,"object":"chat.completion","type":"x","code":"y","message":"z"}`,
		},
		{
			name: "empty error", reason: "an object that says nothing is none", body: `{"error":{}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &exchange{status: c.status}
			if c.status == 0 {
				x.status = http.StatusOK
			}
			got := x.readError(readJSON(t, pick.NewShape(openAIErrors...), c.body), c.told)
			if want := (fault{c.kind, c.message}); x.fault != want || got != (want != fault{}) {
				t.Errorf("readError(%s) = %v with %+v, want %+v: %s", c.body, got, x.fault, want, c.reason)
			}
		})
	}
}
