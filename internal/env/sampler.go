package env

import (
	"strconv"
	"strings"
)

// resolveSampler reads the head sampler.
func (r *resolver) resolveSampler() {
	const name, arg = "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"
	sampler, source := Sampler{Kind: AlwaysOn, Ratio: 1, ParentBased: true}, sourceDefault
	v, ratio := r.variable(name), r.variable(arg)
	switch opt := r.explicit.SampleRatio; {
	case opt != nil:
		source = option(optSampleRatio, "").source()
		if *opt >= 0 && *opt <= 1 {
			sampler = Sampler{Kind: Ratio, Ratio: *opt, ParentBased: true}
		} else {
			r.fail("%s %q: want a number from 0 to 1", optSampleRatio, formatRatio(*opt))
		}
	case v.text != "":
		source = v.source()
		sampler = r.parseSampler(v, ratio)
	case ratio.text != "":
		r.warn("%s %s has no effect without %s=parentbased_traceidratio", arg, r.quote(ratio.text), name)
	}
	r.config.Sampler = sampler
	r.set("traces.sampler", sampler.String(), source)
}

// parseSampler reads the six samplers of OpenTelemetry's specification.
func (r *resolver) parseSampler(v, arg value) Sampler {
	text, parentBased := strings.CutPrefix(strings.ToLower(v.text), "parentbased_")
	s := Sampler{Kind: SamplerKind(text), Ratio: 1, ParentBased: parentBased}
	switch s.Kind {
	case AlwaysOff:
		s.Ratio = 0
	case AlwaysOn:
	case Ratio:
		if arg.text == "" {
			r.warn("%s %s without OTEL_TRACES_SAMPLER_ARG keeps every trace", v.name, r.quote(v.text))
			break
		}
		ratio, err := strconv.ParseFloat(arg.text, 64)
		if err != nil || !(ratio >= 0 && ratio <= 1) {
			r.fail("%s %s: want a number from 0 to 1", arg.name, r.quote(arg.text))
			break
		}
		s.Ratio = ratio
	default:
		r.fail("%s %s: want always_on, always_off, traceidratio, or one of these after parentbased_", v.name, r.quote(v.text))
		return Sampler{Kind: AlwaysOn, Ratio: 1, ParentBased: true}
	}
	return s
}

// String returns the sampler as OTEL_TRACES_SAMPLER names it, with its ratio.
func (s Sampler) String() string {
	text := string(s.Kind)
	if s.ParentBased {
		text = "parentbased_" + text
	}
	if s.Kind == Ratio {
		text += " " + formatRatio(s.Ratio)
	}
	return text
}

func formatRatio(ratio float64) string { return strconv.FormatFloat(ratio, 'g', -1, 64) }
