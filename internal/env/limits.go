package env

// Bounds on what limits may be set to. A span is cut at 256 KiB anyway.
const (
	mostCount      = 10_000
	mostValueBytes = 256 << 10
	defaultCount   = 128
	defaultBytes   = 8 << 10
)

// resolveLimits reads the limits of spans. Unlimited cannot be had: nothing
// here grows without bound.
func (r *resolver) resolveLimits() {
	r.config.Limits = Limits{
		Attributes:      r.count("limits.attributes", defaultCount, mostCount, "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"),
		ValueBytes:      r.count("limits.value_bytes", defaultBytes, mostValueBytes, "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"),
		Events:          r.count("limits.events", defaultCount, mostCount, "OTEL_SPAN_EVENT_COUNT_LIMIT"),
		Links:           r.count("limits.links", defaultCount, mostCount, "OTEL_SPAN_LINK_COUNT_LIMIT"),
		EventAttributes: r.count("limits.event_attributes", defaultCount, mostCount, "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"),
		LinkAttributes:  r.count("limits.link_attributes", defaultCount, mostCount, "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"),
	}
}
