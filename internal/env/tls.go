package env

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"
)

// resolveFiles reads the names of the certificate files; see
// [Signal.TLSConfig] for their contents.
func (r *resolver) resolveFiles(s signal, d destination, out *Signal) {
	ca := r.variable(s.variables("CERTIFICATE")...)
	cert := r.variable(s.variables("CLIENT_CERTIFICATE")...)
	key := r.variable(s.variables("CLIENT_KEY")...)
	out.CAFile, out.CertFile, out.KeyFile = ca.text, cert.text, key.text

	for _, file := range []struct {
		setting string
		value   value
	}{{"certificate", ca}, {"client_certificate", cert}, {"client_key", key}} {
		if file.value.text == "" {
			continue
		}
		r.set(s.name+"."+file.setting, file.value.text, file.value.source())
		if !d.secure {
			r.warn("%s is not used: %s %s is http", file.value.name, d.from.name, r.quoteEndpoint(d.from.text))
		}
	}
	switch {
	case cert.text != "" && key.text == "":
		r.fail("%s: a client certificate needs its key: set %s", cert.name, s.variables("CLIENT_KEY")[1])
	case key.text != "" && cert.text == "":
		r.fail("%s: a client key needs its certificate: set %s", key.name, s.variables("CLIENT_CERTIFICATE")[1])
	}
}

// TLSConfig returns the TLS configuration of the signal, or nil where the
// defaults of net/http serve. readFile is os.ReadFile outside of tests. Errors
// name files, never what is in them. Certificates are always verified, with
// Insecure too, which only permits http.
func (s Signal) TLSConfig(readFile func(name string) ([]byte, error)) (*tls.Config, error) {
	if !strings.HasPrefix(s.URL, "https://") || s.CAFile == "" && s.CertFile == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.CAFile != "" {
		pem, err := readFile(s.CAFile)
		if err != nil {
			return nil, fmt.Errorf("telemetry: OTEL_EXPORTER_OTLP_CERTIFICATE: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("telemetry: OTEL_EXPORTER_OTLP_CERTIFICATE %q: want certificates in PEM format", s.CAFile)
		}
	}
	if s.CertFile != "" {
		cert, err := readFile(s.CertFile)
		if err != nil {
			return nil, fmt.Errorf("telemetry: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: %w", err)
		}
		key, err := readFile(s.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("telemetry: OTEL_EXPORTER_OTLP_CLIENT_KEY: %w", err)
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("telemetry: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE %q and OTEL_EXPORTER_OTLP_CLIENT_KEY %q: want a certificate and its key in PEM format: %w", s.CertFile, s.KeyFile, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
