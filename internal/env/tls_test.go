package env_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"testing"
	"testing/fstest"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestCertificateFiles(t *testing.T) {
	const prefix = "OTEL_EXPORTER_OTLP_"
	run(t, []scenario{
		{
			name: "files", reason: "their names are kept, the signal's over the general ones; nothing is opened",
			environment: environment{prefix + "ENDPOINT": collector, prefix + "CERTIFICATE": "ca", prefix + "METRICS_CERTIFICATE": "ca2", prefix + "CLIENT_CERTIFICATE": "cert", prefix + "CLIENT_KEY": "key"},
			want: func(c *env.Config) {
				withHeaders(nil, nil)(c)
				c.Traces.CAFile, c.Traces.CertFile, c.Traces.KeyFile = "ca", "cert", "key"
				c.Metrics.CAFile, c.Metrics.CertFile, c.Metrics.KeyFile = "ca2", "cert", "key"
			},
		},
		{
			name: "http", reason: "whoever names a certificate believes in TLS that is not there",
			environment: environment{prefix + "TRACES_ENDPOINT": "http://collector/v1/traces", prefix + "CERTIFICATE": "ca"},
			want: func(c *env.Config) {
				on(c)
				withHeaders(nil, nil)(c)
				c.Metrics = env.Signal{Exporter: env.ExporterNone}
				c.Traces.URL, c.Traces.CAFile = "http://collector/v1/traces", "ca"
				c.Warnings = []string{`telemetry: OTEL_EXPORTER_OTLP_CERTIFICATE is not used: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT "http://collector/v1/traces" is http`}
			},
		},
		{name: "certificate without key", reason: "half a pair", environment: environment{prefix + "ENDPOINT": collector, prefix + "CLIENT_CERTIFICATE": "cert"}, wantErr: "telemetry: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: a client certificate needs its key: set OTEL_EXPORTER_OTLP_CLIENT_KEY"},
		{name: "key without certificate", reason: "half a pair", environment: environment{prefix + "ENDPOINT": collector, prefix + "CLIENT_KEY": "key"}, wantErr: "telemetry: OTEL_EXPORTER_OTLP_CLIENT_KEY: a client key needs its certificate: set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"},
	})
}

func TestTLSConfig(t *testing.T) {
	cert, key := selfSigned(t)
	files := fstest.MapFS{"ca": {Data: cert}, "cert": {Data: cert}, "key": {Data: key}, "bad": {Data: []byte("nonsense")}}
	const https = "https://collector/v1/traces"
	for _, test := range []struct {
		name, reason string
		signal       env.Signal
		cas, certs   bool
		wantErr      string
	}{
		{name: "default", reason: "net/http knows best", signal: env.Signal{URL: https}},
		{name: "http", reason: "no TLS, and no file is opened", signal: env.Signal{URL: "http://collector", CAFile: "missing"}},
		{name: "authorities", reason: "instead of the system's", signal: env.Signal{URL: https, CAFile: "ca"}, cas: true},
		{name: "client", reason: "a pair", signal: env.Signal{URL: https, CertFile: "cert", KeyFile: "key"}, certs: true},
		{name: "all", reason: "both together", signal: env.Signal{URL: https, CAFile: "ca", CertFile: "cert", KeyFile: "key"}, cas: true, certs: true},
		{name: "missing", reason: "the variable and the file are named", signal: env.Signal{URL: https, CAFile: "missing"}, wantErr: "telemetry: OTEL_EXPORTER_OTLP_CERTIFICATE: open missing: file does not exist"},
		{name: "no PEM", reason: "an empty pool would trust nobody", signal: env.Signal{URL: https, CAFile: "bad"}, wantErr: `telemetry: OTEL_EXPORTER_OTLP_CERTIFICATE "bad": want certificates in PEM format`},
		{name: "missing certificate", reason: "named", signal: env.Signal{URL: https, CertFile: "missing", KeyFile: "key"}, wantErr: "telemetry: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: open missing: file does not exist"},
		{name: "missing key", reason: "named", signal: env.Signal{URL: https, CertFile: "cert", KeyFile: "missing"}, wantErr: "telemetry: OTEL_EXPORTER_OTLP_CLIENT_KEY: open missing: file does not exist"},
		{name: "no pair", reason: "the key belongs to nothing", signal: env.Signal{URL: https, CertFile: "cert", KeyFile: "bad"}, wantErr: `telemetry: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE "cert" and OTEL_EXPORTER_OTLP_CLIENT_KEY "bad": want a certificate and its key in PEM format: tls: failed to find any PEM data in key input`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.signal.TLSConfig(files.ReadFile)
			if err != nil || test.wantErr != "" {
				if err == nil || err.Error() != test.wantErr {
					t.Errorf("error %v, want %s: %s", err, test.wantErr, test.reason)
				}
				return
			}
			if (got != nil) != (test.cas || test.certs) {
				t.Fatalf("got %v: %s", got, test.reason)
			}
			if got != nil && ((got.RootCAs != nil) != test.cas || (len(got.Certificates) == 1) != test.certs || got.InsecureSkipVerify) {
				t.Errorf("got %+v: %s", got, test.reason)
			}
		})
	}
	if _, err := (env.Signal{URL: https, CAFile: "missing"}).TLSConfig(files.ReadFile); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v does not wrap the cause", err)
	}
}

// selfSigned returns a certificate and its key in PEM format.
func selfSigned(t *testing.T) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}
