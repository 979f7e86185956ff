// Package collector proves that weights survive a Collector that samples. It
// has no API. Its test runs the files of deploy/collector, a gateway and two
// samplers, in a Collector built from released modules, sends spans to it with
// the library, and compares what comes out with what happened.
//
// It is a module of its own for its requirements, and its file has a build tag
// because they take minutes to build: LIFT_PROOF=1 and -tags proof, as in make
// proof.
package collector
