// Package benchmarks compares this library with OpenTelemetry as most people
// write it by hand: the same attributes on the wire, the same metrics, the
// same sampling, one run.
//
//	go test .                  // both sides export the same; allocation counts
//	go run ./cmd/ratios        // times, against the targets
//	go run ./cmd/footprint     // memory and CPU of a small service
//
// docs/PERFORMANCE.md of the library has figures and what they do not say.
package benchmarks
