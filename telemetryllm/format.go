package telemetryllm

import (
	"slices"
	"sync"

	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// A format reads one wire format. Implementations hold no state: what belongs
// to one call is in its exchange.
type format interface {
	// match reports whether t is a call of this format that runs a model. A
	// path that only this format has is enough; one that others may have too
	// needs a body that fits.
	match(t *target) bool
	// request reads what was asked: at least the operation, and the model
	// where the path or the body names it.
	request(t *target, r *llmcall.Request)
	// paths returns what of a request, an answer and an event is read. A
	// request is read with the paths of all formats at once.
	paths() paths
	// answer reads a body that is one document, of whatever status.
	answer(x *exchange, v pick.Value)
	// event reads one document of a stream. name is the event's own, else
	// empty. An event must be read the same way twice: one that equals the
	// last one in everything that paths names is not handed over.
	event(x *exchange, name string, v pick.Value)
}

// paths are in the syntax of [pick.NewShape].
type paths struct{ request, answer, event []string }

// shapes are the compiled paths of one format.
type shapes struct{ answer, event *pick.Shape }

// compiled holds the shapes of all formats, made when first used.
var compiled = sync.OnceValue(func() (all struct {
	request *pick.Shape
	of      map[format]*shapes
},
) {
	all.of = make(map[format]*shapes, len(formats))
	request := []string{"stream_options"} // for WithStreamUsage
	for _, f := range formats {
		p := f.paths()
		all.of[f] = &shapes{pick.NewShape(p.answer...), pick.NewShape(p.event...)}
		request = append(request, p.request...)
	}
	slices.Sort(request)
	all.request = pick.NewShape(slices.Compact(request)...)
	return all
})

// formats are asked in this order, the most particular first.
var formats = []format{
	bedrock{}, gemini{}, interactions{}, anthropic{}, responses{}, cohere{}, ollama{}, completions{}, embeddings{}, chat{},
}

// formatOf returns the format of a call, or nil where t runs no model.
func formatOf(t *target) (found format) {
	defer func() {
		if recover() != nil { // a parser's fault must not reach the caller
			found = nil
		}
	}()
	for _, f := range formats {
		if f.match(t) {
			return f
		}
	}
	return nil
}
