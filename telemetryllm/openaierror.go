package telemetryllm

import (
	"strings"

	"github.com/lift-sys/telemetry/internal/pick"
)

// openAIErrors is where OpenAI and those that imitate it say what went wrong:
// mostly in an object error, but also in a string error (xAI, Hugging Face,
// Ollama), in the document itself (Mistral, vLLM, Cerebras, Azure's front door,
// NVIDIA), in a list (Cloudflare, watsonx) or in a document inside of a list
// (Gemini's OpenAI endpoint).
var openAIErrors = func() []string {
	object := []string{"type", "code", "message", "status"}
	list := append([]string{
		"error", "object", "type", "code", "message", "error_type", "error_code", "statusCode", "status_code",
		"detail", "detail[].msg", "title", "errors[].code", "errors[].message", "message.detail[].msg",
	}, under("error", object)...)
	list = append(list, under("error[]", object)...)
	return append(list, under("[].error", object)...)
}()

// readError reads what openAIErrors names, and reports whether the document
// tells an error. told says that something else, such as the name of an event,
// has told that it does.
func (x *exchange) readError(v pick.Value, told bool) bool {
	v = firstOf(v)
	e := firstOf(v.Get("error"))
	if x.readErrorObject(e) {
		return true
	}
	plain := e.String()
	if plain == "" && !told && x.status < 400 && string(v.Get("object").Bytes()) != "error" {
		return false
	}

	kind := kindOf(v.Get("type"))
	if kind == "error" { // says no more than that it is one
		kind = ""
	}
	if kind == "" {
		kind = kindOf(either(v.Get("error_type"), v.Get("error_code")))
	}
	message := v.Get("message").String()
	switch {
	case plain != "" && message == "":
		message = plain
	case kind == "" && !strings.Contains(plain, " "):
		kind = kindOf(e)
	}

	listed := v.Get("errors").At(0)
	code := kindOf(either(v.Get("code"), listed.Get("code"), v.Get("statusCode"), v.Get("status_code")))
	for _, m := range [...]pick.Value{
		listed.Get("message"), v.Get("detail"), v.Get("detail").At(0).Get("msg"),
		v.Get("message", "detail").At(0).Get("msg"), v.Get("title"),
	} {
		if message == "" {
			message = m.String()
		}
	}
	x.failed(kind, code, message)
	return true
}

// firstOf returns the first element of a list, and anything else as it is.
func firstOf(v pick.Value) pick.Value {
	if v.Kind() == pick.Array {
		return v.At(0)
	}
	return v
}

// readErrorObject reads an object with type, code, message and, as Google
// has it, status. It reports whether it says anything.
func (x *exchange) readErrorObject(e pick.Value) bool {
	if e.Kind() != pick.Object {
		return false
	}
	kind, code, message := kindOf(e.Get("type")), kindOf(e.Get("code")), e.Get("message").String()
	if _, number := e.Get("status").Int(); kind == "" && !number {
		kind = kindOf(e.Get("status"))
	}
	if kind == "" && code == "" && message == "" {
		return false
	}
	x.failed(kind, code, message)
	return true
}

// kindOf returns a string or a number that can be an error's kind: one that is
// short, and not how LiteLLM spells that there is none.
func kindOf(v pick.Value) string {
	const longest = 64
	if b := v.Bytes(); len(b) > longest || string(b) == "None" {
		return ""
	}
	return v.String()
}
