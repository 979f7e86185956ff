package env

import "strings"

// Honeycomb's endpoints by region (docs.honeycomb.io, "Send data", 2026-09).
const (
	honeycombUS = "https://api.honeycomb.io"
	honeycombEU = "https://api.eu1.honeycomb.io"
)

// keyKind is what the shape of a Honeycomb key tells about it.
type keyKind int

const (
	unknownKey keyKind = iota
	// classicKey belongs to a team without environments; each event must name
	// its dataset.
	classicKey
	// environmentKey finds its dataset by service.name.
	environmentKey
	// managementKey cannot send events.
	managementKey
	// partialKey is an ingest key that is not whole.
	partialKey
)

// ingestLength is the length of an ingest key, its 26-character ID and its
// 32-character secret behind a prefix of 6.
const ingestLength = 64

// kindOfKey tells a key by its shape (docs.honeycomb.io/api/authentication;
// classic shapes as in the tests of github.com/honeycombio/refinery's config
// package; both 2026).
func kindOfKey(key string) keyKind {
	const hex, lower = "0123456789abcdef", "0123456789abcdefghijklmnopqrstuvwxyz"
	prefix := keyPrefix(key)
	rest := key[len(prefix):]
	switch {
	case prefix == "" && len(key) == 32 && strings.Trim(key, hex) == "":
		return classicKey
	case isConfigurationKey(key):
		return environmentKey
	case prefix == "":
		return unknownKey
	case prefix[3:5] == "ic" && len(key) == ingestLength && strings.Trim(rest, lower) == "":
		return classicKey
	case prefix[3:5] == "ik" && len(key) == ingestLength && isAlphanumeric(rest):
		return environmentKey
	case prefix[3:5] == "mk":
		return managementKey
	case prefix[3] == 'i':
		return partialKey
	default:
		return unknownKey
	}
}

// keyPrefix returns the public prefix of a key, such as "hcaik_": hc, a letter
// that varies, and the kind of the key; empty if it has none.
func keyPrefix(key string) string {
	if len(key) < 6 || !strings.HasPrefix(key, "hc") || key[5] != '_' || strings.Trim(key[2:5], "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	return key[:6]
}

// isConfigurationKey says whether a text looks like the older key of an
// environment: 22 random letters and digits, which no word is.
func isConfigurationKey(text string) bool {
	return len(text) == 22 && isAlphanumeric(text) && strings.ContainsAny(text, "0123456789") &&
		strings.ToUpper(text) != text && strings.ToLower(text) != text
}

// isAlphanumeric says whether a text has ASCII letters and digits only.
func isAlphanumeric(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return !isLetterOrDigit(c) })
}

func isLetterOrDigit(c rune) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// honeycombKey is the key outside of any header.
func (r *resolver) honeycombKey() value {
	return r.lookup(option(optHoneycomb, r.explicit.HoneycombKey), "", "HONEYCOMB_API_KEY")
}

// honeycombEndpoint returns where Honeycomb is: a named endpoint, else that of
// the region; options before the environment.
func (r *resolver) honeycombEndpoint() value {
	endpoint := r.lookup(option(optAPIEndpoint, r.explicit.HoneycombEndpoint), "", "HONEYCOMB_API_ENDPOINT")
	region := r.lookup(option(optRegion, r.explicit.HoneycombRegion), "", "HONEYCOMB_REGION")
	home := value{text: honeycombUS}
	switch strings.ToLower(region.text) {
	case "":
	case "us":
		home = region
		home.text = honeycombUS
	case "eu":
		home = region
		home.text = honeycombEU
	default:
		r.fail("%s %s: want us or eu", region.name, r.quote(region.text))
	}
	if endpoint.text == "" || region.origin == fromOption && endpoint.origin == fromVariable {
		return home
	}
	return endpoint
}

// addHoneycombHeaders adds the key and the dataset to a signal that goes to
// Honeycomb, and to no other.
func (r *resolver) addHoneycombHeaders(s signal, d destination, headers Headers, origins map[string]value) {
	if !d.honeycomb {
		return
	}
	key := r.honeycombKey()
	from, given := origins[teamHeader]
	switch {
	case key.text == "":
	case given && (from.origin == fromOption || key.origin == fromVariable):
		// A header that spells the key out stands above the key by itself,
		// within the options and within the environment.
	case !validKey(key.text):
		r.fail("%s: has a blank, a quote or another character that no key has: check how it was copied", key.name)
	default:
		headers[teamHeader], origins[teamHeader] = key.text, key
	}
	kind := r.checkKey(d, headers[teamHeader], origins[teamHeader])
	if s == traceSignal {
		r.addSpanDataset(kind, headers, origins)
	} else {
		r.addMetricDataset(headers, origins)
	}
}

// checkKey explains keys that Honeycomb itself would refuse. Other receivers,
// a Refinery or a test server, may take keys of their own.
func (r *resolver) checkKey(d destination, key string, from value) keyKind {
	kind := kindOfKey(key)
	if !isHoneycomb(d.host) {
		return kind
	}
	switch {
	case key == "":
		r.warn("no key for %s, which will refuse everything; set HONEYCOMB_API_KEY", d.host)
	case kind == managementKey:
		r.fail("%s: a management key (hc?mk_…) cannot send events: use an ingest key", from.name)
	case kind == partialKey:
		r.fail("%s: the ingest key has %d characters: want %d letters and digits, its ID and its secret in one", from.name, len(key), ingestLength)
	case kind == unknownKey:
		r.warn("%s does not look like a Honeycomb key (%d characters); expected an ingest key, hc?ik_… with 64", from.name, len(key))
	}
	return kind
}

// addSpanDataset names the dataset of spans where Honeycomb needs it.
func (r *resolver) addSpanDataset(kind keyKind, headers Headers, origins map[string]value) {
	if headers[datasetHeader] != "" {
		return
	}
	dataset := r.lookup(option(optDataset, r.explicit.HoneycombDataset), "", "HONEYCOMB_DATASET")
	if kind == environmentKey {
		if dataset.text != "" && dataset.text != r.config.ServiceName {
			r.warn("%s %s has no effect on spans: with this kind of key Honeycomb names their dataset after service.name, %s",
				dataset.name, r.quote(dataset.text), r.quote(r.config.ServiceName))
		}
		return
	}
	if dataset.text == "" && kind == classicKey {
		dataset = value{text: headerText(r.config.ServiceName)}
		r.warn("a classic Honeycomb key needs a dataset for spans; using %s, the service name; set HONEYCOMB_DATASET to choose another", r.quote(dataset.text))
	}
	r.setDataset(dataset, headers, origins)
}

// addMetricDataset names the dataset of metrics, which would otherwise all end
// in "unknown_metrics" (docs.honeycomb.io/send-data/metrics/application).
func (r *resolver) addMetricDataset(headers Headers, origins map[string]value) {
	if headers[datasetHeader] != "" {
		return
	}
	def := headerText(r.config.ServiceName) + "_metrics"
	r.setDataset(r.lookup(option(optMetricDataset, r.explicit.HoneycombMetricsDataset), def, "HONEYCOMB_METRICS_DATASET"), headers, origins)
}

func (r *resolver) setDataset(dataset value, headers Headers, origins map[string]value) {
	switch {
	case dataset.text == "":
	case !validHeaderValue(dataset.text):
		r.fail("%s %s: want a name without control characters", dataset.name, r.quote(dataset.text))
	default:
		headers[datasetHeader], origins[datasetHeader] = dataset.text, dataset
	}
}

// explainUnusedKey says why a key that is set goes nowhere.
func (r *resolver) explainUnusedKey(signals ...Signal) {
	key := r.honeycombKey()
	if key.text == "" {
		return
	}
	var url string
	for _, s := range signals {
		if s.Honeycomb {
			return
		}
		if url == "" {
			url = s.URL
		}
	}
	if url != "" {
		r.warn("%s is not sent to %s, which is not Honeycomb's; if it may have the key, name it with HONEYCOMB_API_ENDPOINT or %s instead", key.name, r.quote(url), optAPIEndpoint)
	}
}

// validKey says whether a key has only characters that keys have. Quotes, for
// one, stay in a value that came from an env file.
func validKey(key string) bool {
	return !strings.ContainsFunc(key, func(c rune) bool {
		return !isLetterOrDigit(c) && !strings.ContainsRune("-_.~+/=:", c)
	})
}

// headerText returns the text with whatever HTTP cannot carry replaced.
func headerText(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '_'
		}
		return c
	}, text)
}
