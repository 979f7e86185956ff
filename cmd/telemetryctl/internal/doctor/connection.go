package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/lift-sys/telemetry/internal/env"
)

// readFile reads certificates.
func readFile(name string) ([]byte, error) { return os.ReadFile(name) } //nolint:gosec // the user's own files

// connection asks the receiver for the first time, and reports whether it
// answers at all.
func (e *examination) connection(ctx context.Context, p *prober) bool {
	var err error
	if e.signal.Honeycomb {
		e.answer, err = p.get(ctx, origin(e.signal.URL)+"/1/auth", e.signal.Headers[teamHeader])
	} else {
		e.answer, err = p.export(ctx, e.signal)
	}
	if err != nil {
		detail, remedy := explain(err, e.signal, e.o.Timeout)
		e.add(checkConnection, Failure, detail, remedy)
		return false
	}
	e.add(checkConnection, OK, hostOf(e.signal.URL)+" answers", "")
	return true
}

// explain turns a network's error into a sentence and what to do about it.
func explain(err error, s env.Signal, timeout time.Duration) (detail, remedy string) {
	host := hostOf(s.URL)
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // the address is said already
	}
	if operation, ok := errors.AsType[*net.OpError](err); ok && operation.Op == "proxyconnect" {
		return "the proxy cannot be reached: " + operation.Err.Error(),
			"check HTTPS_PROXY and HTTP_PROXY, or put " + host + " into NO_PROXY"
	}
	if detail, remedy, ok := explainTLS(err, host); ok {
		return detail, remedy
	}
	text := err.Error()
	if lookup, ok := errors.AsType[*net.DNSError](err); ok {
		if lookup.IsNotFound {
			return fmt.Sprintf("the host %q has no address", lookup.Name), "correct the name in the endpoint, or find out whether this network has DNS at all"
		}
		return fmt.Sprintf("DNS does not say where %q is", lookup.Name), "this machine may be offline; with a proxy set HTTPS_PROXY"
	}
	switch network, ok := errors.AsType[net.Error](err); {
	case errors.Is(err, context.Canceled):
		return "interrupted", ""
	case ok && network.Timeout():
		return fmt.Sprintf("%s does not answer within %s", host, timeout), "a firewall may drop the packets: open " + host + " for outgoing traffic, or set HTTPS_PROXY"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens at " + host, "start the receiver, or correct the port: OTLP over HTTP usually listens on 4318"
	case strings.Contains(text, "malformed HTTP response"):
		return host + " speaks something else than HTTP/1.1", "gRPC is not spoken here: name the port of OTLP over HTTP, usually 4318, or write https:// if the receiver has TLS"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return host + " closes the connection without an answer", "a firewall, or a receiver that wants https:// where http:// is written, or the reverse"
	}
	return text, "check the endpoint, the network and HTTPS_PROXY"
}

// explainTLS is [explain] for what goes wrong in a handshake.
func explainTLS(err error, host string) (detail, remedy string, ok bool) {
	if strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		return host + " has no TLS", "write http:// in front of the endpoint, and OTEL_EXPORTER_OTLP_INSECURE=true where a key goes along", true
	}
	if header, is := errors.AsType[tls.RecordHeaderError](err); is {
		return host + " speaks something else than TLS: " + header.Msg, "write http:// in front of the endpoint, or name another port", true
	}
	if _, is := errors.AsType[x509.UnknownAuthorityError](err); is {
		return "the certificate of " + host + " comes from an authority that is unknown here",
			"where a proxy replaces certificates, name its CA file in OTEL_EXPORTER_OTLP_CERTIFICATE; a container image may lack ca-certificates", true
	}
	if name, is := errors.AsType[x509.HostnameError](err); is {
		return "the certificate belongs to another host than " + name.Host, "correct the endpoint, or see what answers in its place", true
	}
	if invalid, is := errors.AsType[x509.CertificateInvalidError](err); is {
		if invalid.Reason == x509.Expired {
			return "the certificate of " + host + " is not valid today", "correct this machine's clock, or have the certificate renewed", true
		}
		return "the certificate of " + host + " is not valid: " + invalid.Error(), "have it replaced", true
	}
	if _, is := errors.AsType[x509.SystemRootsError](err); is {
		return "this machine knows no certificate authority at all", "install ca-certificates into the image, or name a CA file in OTEL_EXPORTER_OTLP_CERTIFICATE", true
	}
	return "", "", false
}

// soon is how long before its end a certificate is worth a warning.
const soon = 14 * 24 * time.Hour

// encryption reports how the connection is protected.
func (e *examination) encryption() {
	host := hostOf(e.signal.URL)
	switch state := e.answer.tls; {
	case strings.HasPrefix(e.signal.URL, "http://") && loopback(e.signal.URL):
		e.add(checkEncryption, OK, "none, and none needed: "+host+" is this machine", "")
	case strings.HasPrefix(e.signal.URL, "http://"):
		e.add(checkEncryption, Warning, "none: what is sent to "+host+" can be read on the way", "write https:// in front of the endpoint if the receiver has TLS")
	case state == nil || len(state.PeerCertificates) == 0:
		e.skip("the connection does not tell", checkEncryption)
	default:
		until := state.PeerCertificates[0].NotAfter
		detail := fmt.Sprintf("%s, certificate valid until %s", tls.VersionName(state.Version), until.UTC().Format(time.DateOnly))
		if time.Until(until) < soon {
			e.add(checkEncryption, Warning, detail, "have the certificate renewed")
			return
		}
		e.add(checkEncryption, OK, detail, "")
	}
}

// loopback reports whether an address is on this machine.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// How far clocks may be apart: a little is usual, and beyond a few minutes spans
// stand outside of the time that people look at.
const (
	usualSkew = 10 * time.Second
	muchSkew  = 5 * time.Minute
)

// clock compares this machine's clock with the receiver's.
func (e *examination) clock() {
	date, err := http.ParseTime(e.answer.header.Get("Date"))
	if err != nil {
		e.skip("the receiver does not say what time it has", checkClock)
		return
	}
	// The header was written at some time in between, and has whole seconds.
	here := e.answer.sent.Add(e.answer.received.Sub(e.answer.sent) / 2)
	skew := here.Sub(date).Round(time.Second)
	side := "ahead of"
	if skew < 0 {
		side = "behind"
	}
	detail := fmt.Sprintf("this machine is %s %s the receiver", skew.Abs(), side)
	switch {
	case skew.Abs() <= usualSkew:
		e.add(checkClock, OK, "agrees with the receiver's", "")
	case skew.Abs() <= muchSkew:
		e.add(checkClock, Warning, detail, "have NTP set this machine's clock; spans of several machines stand askew")
	default:
		e.add(checkClock, Failure, detail+": spans stand outside of the time that queries look at", "have NTP set this machine's clock")
	}
}
