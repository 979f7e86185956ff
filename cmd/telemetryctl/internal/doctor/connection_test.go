package doctor_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/cmd/telemetryctl/internal/doctor"
)

// TestTLS has a server with a certificate of its own making.
func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	plain := backend(t, nil, nil)
	tests := []struct {
		name, endpoint, ca string
		want               string
	}{
		{
			"unknown authority", server.URL, "",
			"failure connection: HOST: the certificate comes from an authority that is unknown here",
		},
		{"its authority is named", server.URL, file, "ok encryption: TLS 1.3, certificate valid until " + server.Certificate().NotAfter.Format(time.DateOnly)},
		{"no such file", server.URL, file + "x", "failure encryption: OTEL_EXPORTER_OTLP_CERTIFICATE: open " + file + "x"},
		{"https where there is none", strings.Replace(plain.URL, "http:", "https:", 1), "", "failure connection: HOST has no TLS → write http:// in front"},
		{"http where TLS is wanted", strings.Replace(server.URL, "https:", "http:", 1), "", "skipped key: HOST does not take an export without content"},
		{"none needed", plain.URL, "", "ok encryption: none, and none needed: HOST is this machine\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := examine(t, "", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": tt.endpoint, "OTEL_EXPORTER_OTLP_CERTIFICATE": tt.ca}, doctor.Options{})
			u, err := url.Parse(tt.endpoint)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(found(r, "", "connection", "encryption", "key"), u.Host, "HOST")
			got = strings.ReplaceAll(got, "the certificate of HOST", "HOST: the certificate")
			if !strings.Contains(got, tt.want) {
				t.Errorf("found\n%swant one with %q", got, tt.want)
			}
		})
	}
}

// TestConnection gives every fault of the network its sentence.
func TestConnection(t *testing.T) {
	const receiver = "receiver.example.com:4318"
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"refused", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, "nothing listens at " + receiver + " → start the receiver, or correct the port: OTLP over HTTP usually listens on 4318"},
		{"no such host", &net.OpError{Op: "dial", Err: &net.DNSError{Name: "receiver.example.com", IsNotFound: true}}, `the host "receiver.example.com" has no address → correct the name in the endpoint, or find out whether this network has DNS at all`},
		{"no DNS", &net.DNSError{Name: "receiver.example.com", Err: "server misbehaving"}, `DNS does not say where "receiver.example.com" is → this machine may be offline; with a proxy set HTTPS_PROXY`},
		{"silence", context.DeadlineExceeded, receiver + " does not answer within 7s → a firewall may drop the packets: open " + receiver + " for outgoing traffic, or set HTTPS_PROXY"},
		{"interrupted", context.Canceled, "interrupted"},
		{"hang up", io.EOF, receiver + " closes the connection without an answer → a firewall, or a receiver that wants https:// where http:// is written, or the reverse"},
		{"reset", &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, receiver + " closes the connection without an answer → a firewall, or a receiver that wants https:// where http:// is written, or the reverse"},
		{"gRPC", errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x00\x00\x06\x04"`), receiver + " speaks something else than HTTP/1.1 → gRPC is not spoken here: name the port of OTLP over HTTP, usually 4318, or write https:// if the receiver has TLS"},
		{"proxy", &net.OpError{Op: "proxyconnect", Err: errors.New("dial tcp: connection refused")}, "the proxy cannot be reached: dial tcp: connection refused → check HTTPS_PROXY and HTTP_PROXY, or put " + receiver + " into NO_PROXY"},
		{"authority", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "the certificate of " + receiver + " comes from an authority that is unknown here → where a proxy replaces certificates, name its CA file in OTEL_EXPORTER_OTLP_CERTIFICATE; a container image may lack ca-certificates"},
		{"no authorities", x509.SystemRootsError{}, "this machine knows no certificate authority at all → install ca-certificates into the image, or name a CA file in OTEL_EXPORTER_OTLP_CERTIFICATE"},
		{"host name", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "receiver.example.com"}, "the certificate belongs to another host than receiver.example.com → correct the endpoint, or see what answers in its place"},
		{"expired", x509.CertificateInvalidError{Reason: x509.Expired}, "the certificate of " + receiver + " is not valid today → correct this machine's clock, or have the certificate renewed"},
		{"certificate", x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.NotAuthorizedToSign}, "the certificate of " + receiver + " is not valid: x509: certificate is not authorized to sign other certificates → have it replaced"},
		{"no TLS", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, receiver + " speaks something else than TLS: first record does not look like a TLS handshake → write http:// in front of the endpoint, or name another port"},
		{"anything else", errors.New("flux"), "flux → check the endpoint, the network and HTTPS_PROXY"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := examine(t, "", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "https://" + receiver},
				doctor.Options{Transport: fails{tt.err}, Timeout: 7 * time.Second})
			want := "failure connection: " + tt.want + "\n"
			for _, name := range []string{"encryption", "clock", "key", "region", "dataset", "boards key", "test span", "metrics"} {
				want += "skipped " + name + ": there is no connection\n"
			}
			got := found(r, "", "connection", "encryption", "clock", "key", "region", "dataset", "boards key", "test span", "metrics")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClock(t *testing.T) {
	tests := []struct {
		name string
		off  time.Duration // of the receiver's clock
		want string
	}{
		{"agrees", 0, "ok clock: agrees with the receiver's\n"},
		{"behind", time.Minute, "warning clock: this machine is AWAY behind the receiver → have NTP set this machine's clock; spans of several machines stand askew\n"},
		{"far ahead", -2 * time.Hour, "failure clock: this machine is AWAY ahead of the receiver: spans stand outside of the time that queries look at → have NTP set this machine's clock\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := backend(t, nil, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("Date", time.Now().Add(tt.off).UTC().Format(http.TimeFormat))
			})
			r := examine(t, server.URL, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "{}"}, doctor.Options{})
			got := found(r, server.URL, "clock")
			if before, after, ok := strings.Cut(got, "machine is "); ok { // seconds more or less are the network's
				_, after, _ = strings.Cut(after, " ")
				got = before + "machine is AWAY " + after
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("does not say", func(t *testing.T) {
		server := backend(t, nil, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header()["Date"] = nil
		})
		r := examine(t, server.URL, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "{}"}, doctor.Options{})
		if got, want := found(r, server.URL, "clock"), "skipped clock: the receiver does not say what time it has\n"; got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	})
}

func TestProxy(t *testing.T) {
	proxy, err := url.Parse("http://me:hunter2@proxy.example.com:3128")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, endpoint string
		proxy          *url.URL
		err            error
		want           string
	}{
		{"none", "https://r.example.com", nil, nil, "ok proxy: none on the way to r.example.com\n"},
		{"its password is not shown", "https://r.example.com", proxy, nil, "ok proxy: http://me:xxxxx@proxy.example.com:3128 on the way to r.example.com, from HTTPS_PROXY\n"},
		{"without TLS", "http://r.example.com", proxy, nil, "ok proxy: http://me:xxxxx@proxy.example.com:3128 on the way to r.example.com, from HTTP_PROXY\n"},
		{"malformed", "https://r.example.com", nil, fmt.Errorf("invalid proxy address %q", "me:hunter2@%"), "failure proxy: HTTPS_PROXY is not an address → write it as http://proxy.example.com:3128\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := examine(t, "", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": tt.endpoint}, doctor.Options{
				Offline: true, Proxy: func(*http.Request) (*url.URL, error) { return tt.proxy, tt.err },
			})
			if diff := cmp.Diff(tt.want, found(r, "", "proxy")); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
}
