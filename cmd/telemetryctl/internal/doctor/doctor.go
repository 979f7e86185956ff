package doctor

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/internal/env"
)

// Options are what [Run] is told besides the environment. The zero value
// examines the service that has no options in its code.
type Options struct {
	// Service stands for the name in telemetry.WithService, which the
	// environment goes before.
	Service string
	// ConfigurationKey of Honeycomb, which may look at what an ingest key may
	// not. Empty: what needs one is skipped.
	ConfigurationKey string
	// Offline keeps to what needs no network.
	Offline bool
	// Timeout of one request. Default: 10 s.
	Timeout time.Duration
	// Transport sends the requests that ask questions; the test span goes
	// through the library's own. Default: one like the library's own.
	Transport http.RoundTripper
	// Proxy finds the proxy of a request. Default: [http.ProxyFromEnvironment].
	Proxy func(*http.Request) (*url.URL, error)
}

const (
	defaultTimeout = 10 * time.Second
	// spanTimeout bounds the test span, its retries included.
	spanTimeout = 5 * time.Second // Init's own bound of a flush
)

// Run examines the process's environment. It returns within a few times
// Options.Timeout, however dead the network is.
func Run(ctx context.Context, o Options) Report {
	o.Timeout = cmp.Or(o.Timeout, defaultTimeout)
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	c, err := env.Resolve(env.Explicit{ServiceName: o.Service}, os.Getenv)
	e := &examination{o: o, c: c}
	for _, s := range c.Settings {
		e.report.Settings = append(e.report.Settings, Setting{s.Name, s.Value, s.Source})
	}
	e.configuration(err)
	if e.destination(err) {
		e.sampling()
		e.proxy()
		e.network(ctx)
	} else {
		e.skip("nothing is sent over the network", networkChecks...)
	}
	return e.report
}

// examination is one run.
type examination struct {
	o      Options
	c      env.Config
	report Report
	signal env.Signal // the one that is followed: traces if they are sent
	answer *answer    // of the receiver; nil before it was asked, or if it did not answer
	key    verdict    // on the key
}

func (e *examination) add(name string, result Result, detail, remedy string) {
	e.report.Checks = append(e.report.Checks, Check{name, result, detail, remedy})
}

func (e *examination) skip(why string, names ...string) {
	for _, name := range names {
		e.add(name, Skipped, why, "")
	}
}

// The checks that need the network, by name, in their order.
const (
	checkConnection = "connection"
	checkEncryption = "encryption"
	checkClock      = "clock"
	checkKey        = "key"
	checkRegion     = "region"
	checkDataset    = "dataset"
	checkManagement = "boards key"
	checkSpan       = "test span"
	checkMetrics    = "metrics"
)

// networkChecks are all of them.
var networkChecks = []string{
	checkConnection, checkEncryption, checkClock, checkKey, checkRegion, checkDataset, checkManagement, checkSpan, checkMetrics,
}

// network makes every check that needs one.
func (e *examination) network(ctx context.Context) {
	if e.o.Offline {
		e.skip("not looked at: offline was asked for", networkChecks...)
		return
	}
	p, err := newProber(e.o, e.signal)
	if err != nil {
		e.add(checkEncryption, Failure, bare(err), "")
		e.skip("the certificate files cannot be used",
			checkConnection, checkClock, checkKey, checkRegion, checkDataset, checkManagement, checkSpan, checkMetrics)
		return
	}
	defer p.close()
	if !e.connection(ctx, p) {
		e.skip("there is no connection",
			checkEncryption, checkClock, checkKey, checkRegion, checkDataset, checkManagement, checkSpan, checkMetrics)
		return
	}
	e.encryption()
	e.clock()
	if e.signal.Honeycomb {
		e.honeycombKey(ctx, p)
		e.dataset(ctx, p)
		e.management(ctx, p)
	} else {
		e.receiver()
		e.skip("the receiver is not Honeycomb", checkRegion, checkDataset, checkManagement)
	}
	e.testSpan(ctx)
	e.metrics(ctx, p)
}

// bare returns an error's text without the library's name in front.
func bare(err error) string { return strings.TrimPrefix(err.Error(), "telemetry: ") }
