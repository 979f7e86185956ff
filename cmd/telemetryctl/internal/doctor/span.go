package doctor

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/env"
)

// SpanName is what the test span is called.
const SpanName = "telemetryctl.doctor"

// receiver reports what an OTLP receiver says to a request without content.
func (e *examination) receiver() {
	a, host := e.answer, hostOf(e.signal.URL)
	status := fmt.Sprintf("%d %s", a.status, http.StatusText(a.status))
	switch {
	case a.status/100 == 2 && a.isPage():
		e.key.refused = true
		e.add(checkKey, Failure, host+" answers with a web page: it is no OTLP receiver", "correct the endpoint, or see what proxy stands in between")
	case a.status/100 == 2:
		e.add(checkKey, OK, fmt.Sprintf("%s accepts an export with what OTEL_EXPORTER_OTLP_HEADERS says", host), "")
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		e.key.refused = true
		e.add(checkKey, Failure, host+" refuses the credentials: "+status, "correct OTEL_EXPORTER_OTLP_HEADERS; names and values are joined by = and percent-encoded")
	case a.status == http.StatusNotFound || a.status == http.StatusMethodNotAllowed:
		e.key.refused = true
		e.add(checkKey, Failure, fmt.Sprintf("%s has nothing at %s: %s", host, e.signal.URL, status),
			"OTEL_EXPORTER_OTLP_ENDPOINT wants the base address; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT wants all of it, /v1/traces included")
	case a.status/100 == 3:
		e.key.refused = true
		e.add(checkKey, Failure, fmt.Sprintf("%s redirects (%s), which is not followed because it would carry headers along", host, status), "set the endpoint to the final address")
	case a.status == http.StatusUnsupportedMediaType:
		e.key.refused = true
		e.add(checkKey, Failure, host+" does not take protobuf: "+status, "enable OTLP over HTTP with protobuf at the receiver")
	case a.status == http.StatusBadRequest:
		e.skip(host+" does not take an export without content; the test span will tell", checkKey)
	default:
		e.add(checkKey, Warning, host+" answers "+status, "look at the receiver's own log")
	}
}

// testSpan sends one span the way the service would and reads the books.
func (e *examination) testSpan(ctx context.Context) {
	switch {
	case e.c.Traces.Exporter != env.ExporterOTLP:
		e.skip("traces are not sent", checkSpan)
		return
	case e.key.refused:
		e.skip("not sent: what is wrong above comes first", checkSpan)
		return
	}
	// Sampled whatever the share: the sampler has a check of its own.
	options := []telemetry.Option{
		telemetry.WithSampleRatio(1), telemetry.WithoutSelfMetrics(), telemetry.WithConsole(io.Discard), telemetry.WithLogger(slog.New(slog.DiscardHandler)),
	}
	if e.o.Service != "" {
		options = append(options, telemetry.WithService(e.o.Service, ""))
	}
	tel, err := telemetry.New(ctx, options...)
	if err != nil {
		e.add(checkSpan, Failure, "the pipeline does not start: "+bare(err), "")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, spanTimeout)
	defer cancel()
	spanCtx, span := telemetry.Start(telemetry.NewContext(ctx, tel), SpanName)
	id := trace.SpanContextFromContext(spanCtx).TraceID()
	span.End(nil)
	err = tel.Shutdown(ctx) // flushes
	e.judgeSpan(tel.Stats(), id, err)
}

// judgeSpan says what became of the test span.
func (e *examination) judgeSpan(stats telemetry.Stats, id trace.TraceID, err error) {
	switch spans := stats.Spans; {
	case spans.Exported == 1 && stats.LastError == "":
		detail := fmt.Sprintf("accepted; trace %s, span %q", id, SpanName)
		if e.signal.Honeycomb {
			detail += fmt.Sprintf(" in dataset %q", e.datasetName())
		}
		e.add(checkSpan, OK, detail, "")
	case spans.Exported == 1:
		e.add(checkSpan, Warning, fmt.Sprintf("accepted; trace %s; but: %s", id, stats.LastError), "read what the receiver says")
	case spans.Rejected > 0:
		e.add(checkSpan, Failure, "refused: "+stats.LastError, "read what the receiver says; its own log may say more")
	case stats.LastError != "":
		e.add(checkSpan, Failure, fmt.Sprintf("not delivered within %s: %s", spanTimeout, stats.LastError), "")
	case err != nil:
		e.add(checkSpan, Failure, fmt.Sprintf("not delivered within %s: %s", spanTimeout, bare(err)), "")
	default:
		e.add(checkSpan, Failure, "recorded nothing", "a processor or a limit in the environment keeps it back")
	}
}

// metrics asks whether metrics are taken too, where they go to a receiver that
// may be asked.
func (e *examination) metrics(ctx context.Context, p *prober) {
	switch m := e.c.Metrics; {
	case m.Exporter != env.ExporterOTLP:
		e.skip("metrics are not sent", checkMetrics)
	case m.Honeycomb:
		e.skip(fmt.Sprintf("metrics go to dataset %q once a service has some", m.Headers[datasetHeader]), checkMetrics)
	case e.signal.URL == m.URL:
		e.skip("looked at above: traces are not sent", checkMetrics)
	default:
		a, err := p.export(ctx, m)
		if err != nil {
			detail, remedy := explain(err, m, e.o.Timeout)
			e.add(checkMetrics, Failure, detail, remedy)
			return
		}
		status := fmt.Sprintf("%d %s", a.status, http.StatusText(a.status))
		switch {
		case a.status/100 == 2 && !a.isPage():
			e.add(checkMetrics, OK, "accepted by "+hostOf(m.URL), "")
		case a.status == http.StatusNotFound:
			e.add(checkMetrics, Failure, fmt.Sprintf("%s has nothing at %s: %s", hostOf(m.URL), m.URL, status), "where the receiver takes traces alone, set OTEL_METRICS_EXPORTER=none")
		default:
			e.add(checkMetrics, Warning, hostOf(m.URL)+" answers "+status, "look at the receiver's own log")
		}
	}
}
