// Package detect says where the process runs, as far as the environment tells:
// on Modal, Amazon ECS, Cloud Run or Knative, and in Kubernetes.
//
// It reads variables and nothing else. OpenTelemetry's own detectors for these
// platforms ask a metadata server, which would make Init wait for a network;
// what only such a server knows, OTEL_RESOURCE_ATTRIBUTES can say.
//
// A variable counts only on the platform that gives it its meaning: AWS_REGION
// on a laptop is the region of somebody's buckets, and NODE_NAME in a Jenkins
// job is no Kubernetes node.
package detect

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"
)

// Attribute is one resource attribute and where it was found. The zero value
// says nothing.
type Attribute struct {
	attribute.KeyValue
	// Variable is the environment variable that tells it.
	Variable string
}

// Platform returns what the environment says about where the process runs, in
// a fixed order, each key at most once; nil where it says nothing. A variable
// that is empty or blank is unset. Identity tokens and credentials are never
// read. It is safe for concurrent use if getenv is.
func Platform(getenv func(string) string) []Attribute {
	f := &finder{getenv: getenv}
	// A process has one cloud, and Kubernetes may be anywhere below it. Modal
	// goes first: the cloud's own variables may show through.
	_ = f.modal() || f.ecs() || f.cloudRun()
	f.kubernetes()
	return f.found
}

// A finder collects attributes.
type finder struct {
	getenv func(string) string
	found  []Attribute
}

// A variable is one that is set.
type variable struct{ name, text string }

// get returns the first variable that is set, or the zero value.
func (f *finder) get(names ...string) variable {
	for _, name := range names {
		if text := strings.TrimSpace(f.getenv(name)); text != "" {
			return variable{name, text}
		}
	}
	return variable{}
}

// set reports whether one of the variables is set.
func (f *finder) set(names ...string) bool { return f.get(names...).text != "" }

// copy adds an attribute with the text of the first variable that is set.
func (f *finder) copy(key attribute.Key, names ...string) {
	v := f.get(names...)
	f.add(key, v.text, v)
}

// add adds an attribute whose text is not empty.
func (f *finder) add(key attribute.Key, text string, from variable) {
	if text != "" {
		f.found = append(f.found, Attribute{key.String(text), from.name})
	}
}
