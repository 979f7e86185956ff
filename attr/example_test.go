package attr_test

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
)

// An attribute's name makes the key-value pair.
func Example() {
	kv := attr.SessionHolesCount.Int(3)
	fmt.Println(kv.Key, kv.Value.AsInt64())
	// Output: session.holes_count 3
}

func ExampleLookup() {
	d, ok := attr.Lookup(string(attr.LLMTimeToFirstTokenMS))
	fmt.Println(ok, d.Type, d.Unit, d.Twin)
	fmt.Println(d.Brief)
	// Output:
	// true float ms gen_ai.response.time_to_first_chunk
	// Time from sending the request to the first piece of the answer.
}

func ExampleLookupSpan() {
	d, _ := attr.LookupSpan("POST /api/sessions")
	fmt.Println(d.Name, d.SpanKind)
	// Output: {method} {route} server
}

// A test that walks over what was emitted tells slips from foreign names.
func ExampleOurs() {
	for _, name := range []string{"llm.model", "llm.modle", "thread.id"} {
		fmt.Println(name, attr.Known(attribute.Key(name)), attr.Ours(name))
	}
	// Output:
	// llm.model true true
	// llm.modle false true
	// thread.id false false
}
