package tail

import (
	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sampling"
)

// Encoding says how spans carry what they stand for.
type Encoding uint8

const (
	// EncodeHoneycomb writes the attribute SampleRate, which Honeycomb reads,
	// and the threshold.
	EncodeHoneycomb Encoding = iota
	// EncodeCollector writes the threshold of every span, and no attribute: a
	// Collector's samplers raise the threshold and would leave a stale
	// attribute behind.
	EncodeCollector
	// EncodeNone writes neither.
	EncodeNone
)

// marker appends weights to encoded spans. It remembers the last tracestate,
// since the spans of one trace have the same.
type marker struct {
	encoding  Encoding
	buf       []byte
	old, new  string
	threshold sampling.Threshold
}

const sampledFlag = 1

// mark returns span with what g's decision says about it. The result is valid
// until the next call.
func (m *marker) mark(span []byte, g *group, weight int) []byte {
	traceState, flags := otlp.Sampling(span)
	var a otlp.Amendment
	if flags != 0 && flags&sampledFlag == 0 {
		a.Flags = flags | sampledFlag
	}
	if m.encoding == EncodeHoneycomb && weight > 1 {
		a.SampleRate = weight
	}
	if m.encoding != EncodeNone && g.known {
		if string(traceState) != m.old || g.threshold != m.threshold || m.new == "" {
			m.old, m.threshold = string(traceState), g.threshold
			// At probability 1 the absence of a threshold says as much.
			if m.new = m.old; g.threshold > 0 || m.encoding == EncodeCollector || sampling.HasThreshold(m.old) {
				m.new = sampling.WithThreshold(m.old, g.threshold)
			}
		}
		if m.new != m.old {
			a.TraceState = m.new
		}
	}
	m.buf = otlp.Amend(append(m.buf[:0], span...), 0, a)
	return m.buf
}
