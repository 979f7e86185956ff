package env

import "strings"

// Encodings of weights, the values of [Config.WeightEncoding].
const (
	WeightHoneycomb = "honeycomb" // the attribute SampleRate, and the threshold in the tracestate
	WeightCollector = "collector" // the threshold alone
	WeightNone      = "none"      // no attribute, and the tracestate as it is
)

// resolveWeight reads how spans say what they stand for.
func (r *resolver) resolveWeight() {
	v := r.lookup(option(optWeight, r.explicit.WeightEncoding), WeightHoneycomb, "LIFT_WEIGHT_ENCODING")
	switch text := strings.ToLower(v.text); text {
	case WeightHoneycomb, WeightCollector, WeightNone:
		r.config.WeightEncoding = text
	default:
		r.fail("%s %s: want honeycomb, collector or none", v.name, r.quote(v.text))
		return
	}
	r.set("traces.weight_encoding", r.config.WeightEncoding, v.source())
}
