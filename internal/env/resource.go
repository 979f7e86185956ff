package env

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/detect"
)

// A resource collects resource attributes; what is added later wins.
type resource map[attribute.Key]resourceEntry

type resourceEntry struct {
	value attribute.Value
	from  value
}

// text returns an attribute as text; empty if absent.
func (a resource) text(key attribute.Key) string {
	if entry, ok := a[key]; ok {
		return entry.value.String()
	}
	return ""
}

// add adds an attribute whose text is not empty: an empty name or version is
// an absent one.
func (a resource) add(from value, key attribute.Key, text string) {
	if text = strings.TrimSpace(text); text != "" {
		a[key] = resourceEntry{attribute.StringValue(text), from}
	}
}

// resolveResource reads who this program is and where it runs:
// OpenTelemetry's variables over the code, and the code over what the platform's
// variables tell.
func (r *resolver) resolveResource() {
	const variable, service = "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME"
	e := r.explicit
	all := resource{}
	all.add(value{}, attr.ServiceName, DefaultServiceName)
	for _, kv := range e.Resource {
		if kv.Key == "" {
			r.fail("%s: an attribute has no name: give it one", optResource)
			continue
		}
		all[kv.Key] = resourceEntry{kv.Value, option(optResource, "")}
	}
	all.add(option(optService, ""), attr.ServiceName, e.ServiceName)
	all.add(option(optService, ""), attr.ServiceVersion, e.ServiceVersion)
	all.addEnvironment(option(optEnvironment, ""), e.Environment)
	if all.text(attr.ServiceName) == "" {
		all.add(value{}, attr.ServiceName, DefaultServiceName)
	}

	if v := r.variable(variable); v.text != "" {
		pairs, entry := parsePairs(v.text, validResourceName)
		if entry != 0 {
			r.fail("%s: entry %d: %w", v.name, entry, errPair)
		}
		all.addPairs(v, pairs)
	}
	name := r.variable(service)
	all.add(name, attr.ServiceName, name.text)
	all.pairEnvironments()
	all.addDetected(r.get)

	r.recordResource(all)
}

// addDetected adds what the platform's variables tell and nobody else said.
func (a resource) addDetected(getenv func(string) string) {
	for _, d := range detect.Platform(getenv) {
		if _, said := a[d.Key]; !said {
			a[d.Key] = resourceEntry{d.Value, value{name: d.Variable, origin: fromVariable}}
		}
	}
	a.pairEnvironments()
}

// addPairs adds the environment's attributes. Of the two names of the
// deployment environment, the older alone still beats the code's newer one.
func (a resource) addPairs(from value, pairs []pair) {
	for _, p := range pairs {
		if key := attribute.Key(decodeName(p.name)); key == attr.DeploymentEnvironment {
			a.addEnvironment(from, p.text)
		}
	}
	for _, p := range pairs {
		a.add(from, attribute.Key(decodeName(p.name)), p.text)
	}
}

// addEnvironment sets the deployment environment under both of its names.
func (a resource) addEnvironment(from value, text string) {
	a.add(from, attr.DeploymentEnvironmentName, text)
	a.add(from, attr.DeploymentEnvironment, text)
}

// pairEnvironments gives each name of the deployment environment to the other
// where only one is set. The environment's newer name also replaces an older
// one that only the code set.
func (a resource) pairEnvironments() {
	newer, hasNewer := a[attr.DeploymentEnvironmentName]
	older, hasOlder := a[attr.DeploymentEnvironment]
	switch {
	case hasNewer && (!hasOlder || older.from.origin < newer.from.origin):
		a[attr.DeploymentEnvironment] = newer
	case hasOlder && !hasNewer:
		a[attr.DeploymentEnvironmentName] = older
	}
}

// identity holds the attributes that say who this program is; settings show
// them first and by their own names.
var identity = []attribute.Key{attr.ServiceName, attr.ServiceVersion, attr.DeploymentEnvironmentName}

// recordResource stores the attributes and tells where they came from.
func (r *resolver) recordResource(all resource) {
	c := &r.config
	c.ServiceName = all.text(attr.ServiceName)
	c.ServiceVersion = all.text(attr.ServiceVersion)
	c.Environment = all.text(attr.DeploymentEnvironmentName)
	for _, key := range identity {
		if entry, found := all[key]; found {
			r.set(string(key), entry.value.String(), entry.from.source())
		}
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		entry := all[key]
		c.Resource = append(c.Resource, attribute.KeyValue{Key: key, Value: entry.value})
		setting, text := "resource."+r.label(string(key)), entry.value.String()
		switch {
		case slices.Contains(identity, key) || key == attr.DeploymentEnvironment && text == c.Environment:
		case secretName(string(key)):
			r.setSecret(setting, text, entry.from.source())
		default:
			r.set(setting, text, entry.from.source())
		}
	}
}

// validResourceName says whether a name is not empty and can be decoded.
// OpenTelemetry's resource specification has the names percent-encoded too.
func validResourceName(name string) bool {
	decoded, err := url.PathUnescape(name)
	return err == nil && decoded != ""
}

func decodeName(name string) string {
	decoded, _ := url.PathUnescape(name) // validResourceName has seen it
	return decoded
}
