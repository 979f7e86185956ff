package env_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/env"
)

// everything sets each variable of the table to a value that is right.
func everything() environment {
	return environment{
		"OTEL_SDK_DISABLED":                                 "false",
		"HONEYCOMB_ENABLED":                                 "true",
		"OTEL_SERVICE_NAME":                                 "api",
		"OTEL_RESOURCE_ATTRIBUTES":                          "service.version=1.4.0,deployment.environment.name=staging,host.name=web%2C1,vendor.api_key=abc123",
		"HONEYCOMB_API_KEY":                                 environmentKey,
		"HONEYCOMB_API_ENDPOINT":                            "https://refinery.internal:8080",
		"HONEYCOMB_REGION":                                  "eu",
		"HONEYCOMB_DATASET":                                 "spans",
		"HONEYCOMB_METRICS_DATASET":                         "numbers",
		"OTEL_TRACES_EXPORTER":                              "otlp,console",
		"OTEL_METRICS_EXPORTER":                             "otlp",
		"OTEL_EXPORTER_OTLP_ENDPOINT":                       "https://collector:4318",
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT":                "https://traces:4318/v1/traces",
		"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT":               "https://api.eu1.honeycomb.io/v1/metrics",
		"OTEL_EXPORTER_OTLP_HEADERS":                        "x-all=1",
		"OTEL_EXPORTER_OTLP_TRACES_HEADERS":                 "authorization=Bearer%20traces-token",
		"OTEL_EXPORTER_OTLP_METRICS_HEADERS":                "x-metrics=2",
		"OTEL_EXPORTER_OTLP_PROTOCOL":                       "http/protobuf",
		"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL":                "http/protobuf",
		"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL":               "http/protobuf",
		"OTEL_EXPORTER_OTLP_COMPRESSION":                    "gzip",
		"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION":             "none",
		"OTEL_EXPORTER_OTLP_METRICS_COMPRESSION":            "gzip",
		"OTEL_EXPORTER_OTLP_TIMEOUT":                        "1000",
		"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT":                 "2000",
		"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT":                "3000",
		"OTEL_EXPORTER_OTLP_INSECURE":                       "false",
		"OTEL_EXPORTER_OTLP_TRACES_INSECURE":                "true",
		"OTEL_EXPORTER_OTLP_METRICS_INSECURE":               "false",
		"OTEL_EXPORTER_OTLP_CERTIFICATE":                    "/etc/ca.pem",
		"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE":             "/etc/traces-ca.pem",
		"OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE":            "/etc/metrics-ca.pem",
		"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE":             "/etc/client.pem",
		"OTEL_EXPORTER_OTLP_CLIENT_KEY":                     "/etc/client.key",
		"OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY":              "/etc/traces.key",
		"OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY":             "/etc/metrics.key",
		"OTEL_TRACES_SAMPLER":                               "parentbased_traceidratio",
		"OTEL_TRACES_SAMPLER_ARG":                           "0.1",
		"LIFT_WEIGHT_ENCODING":                              "collector",
		"LIFT_EVENTS_PER_MONTH":                             "1000000",
		"LIFT_INSTANCES":                                    "4",
		"OTEL_METRIC_EXPORT_INTERVAL":                       "10000",
		"OTEL_METRIC_EXPORT_TIMEOUT":                        "5000",
		"OTEL_METRICS_EXEMPLAR_FILTER":                      "always_on",
		"LIFT_SELF_METRICS":                                 "false",
		"OTEL_PROPAGATORS":                                  "baggage,tracecontext",
		"LIFT_PROPAGATE_HOSTS":                              "api.example.com",
		"LIFT_PRICES_FILE":                                  "/etc/prices.json",
		"LIFT_TELEMETRY_SPOOL":                              "/var/spool/lift,always",
		"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT":                   "64",
		"OTEL_ATTRIBUTE_COUNT_LIMIT":                        "32",
		"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT":            "4096",
		"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT":                 "2048",
		"OTEL_SPAN_EVENT_COUNT_LIMIT":                       "16",
		"OTEL_SPAN_LINK_COUNT_LIMIT":                        "8",
		"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT":                  "4",
		"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT":                   "2",
		"NO_COLOR":                                          "1",
		"MODAL_TASK_ID":                                     "ta-01ABC",
		"MODAL_CLOUD_PROVIDER":                              "CLOUD_PROVIDER_AWS",
		"MODAL_REGION":                                      "us-east-1",
		"MODAL_IMAGE_ID":                                    "im-01ABC",
		"MODAL_ENVIRONMENT":                                 "main",
		"ECS_CONTAINER_METADATA_URI_V4":                     "http://169.254.170.2/v4/abc",
		"AWS_EXECUTION_ENV":                                 "AWS_ECS_FARGATE",
		"AWS_REGION":                                        "eu-west-1",
		"AWS_DEFAULT_REGION":                                "eu-west-2",
		"CLOUD_RUN_JOB":                                     "job",
		"CLOUD_RUN_EXECUTION":                               "job-x7",
		"CLOUD_RUN_TASK_INDEX":                              "1",
		"K_SERVICE":                                         "svc",
		"K_REVISION":                                        "svc-00001",
		"GOOGLE_CLOUD_PROJECT":                              "project",
		"KUBERNETES_SERVICE_HOST":                           "10.0.0.1",
		"K8S_CLUSTER_NAME":                                  "prod",
		"K8S_NAMESPACE_NAME":                                "lift",
		"POD_NAMESPACE":                                     "lift2",
		"K8S_DEPLOYMENT_NAME":                               "api",
		"K8S_POD_NAME":                                      "api-1",
		"POD_NAME":                                          "api-2",
		"K8S_POD_UID":                                       "uid-1",
		"POD_UID":                                           "uid-2",
		"K8S_NODE_NAME":                                     "node-1",
		"NODE_NAME":                                         "node-2",
		"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
		"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE":      "/etc/traces.pem",
		"OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE":     "/etc/metrics.pem",
	}
}

// TestVariablesAreRead asks Resolve which variables it reads, and holds the
// answer against the table, both ways.
func TestVariablesAreRead(t *testing.T) {
	read := map[string]bool{}
	spy := func(e environment) func(string) string {
		return func(name string) string {
			read[name] = true
			return e[name]
		}
	}
	// Which variables matter depends on others: these together ask all.
	for _, e := range []environment{
		{},
		{"HONEYCOMB_API_KEY": classicKey},
		{"HONEYCOMB_API_KEY": environmentKey, "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector:4318"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector:4318", "OTEL_TRACES_SAMPLER": "traceidratio"},
		{"MODAL_TASK_ID": "ta-1"},
		{"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"},
		{"K_SERVICE": "svc"},
		{"KUBERNETES_SERVICE_HOST": "10.0.0.1"},
	} {
		if _, err := env.Resolve(env.Explicit{}, spy(e)); err != nil {
			t.Fatal(err)
		}
	}
	var listed []string
	for _, v := range env.Variables() {
		if v.ReadBy == "" {
			listed = append(listed, v.Name)
		} else if read[v.Name] {
			t.Errorf("%s is read here, though the table says %s reads it", v.Name, v.ReadBy)
		}
	}
	var got []string
	for name := range read {
		got = append(got, name)
	}
	slices.Sort(listed)
	slices.Sort(got)
	if diff := cmp.Diff(listed, got); diff != "" {
		t.Errorf("the table and Resolve disagree (-table +read):\n%s", diff)
	}
}

// TestVariablesHaveEffect changes each variable in turn: one that is read but
// changes nothing would be a lie in the table.
func TestVariablesHaveEffect(t *testing.T) {
	// Where a variable yields to another, the other is taken away first.
	const modal, uri, execution = "MODAL_TASK_ID", "ECS_CONTAINER_METADATA_URI_V4", "AWS_EXECUTION_ENV"
	yields := map[string][]string{
		"MODAL_ENVIRONMENT":    {"OTEL_RESOURCE_ATTRIBUTES"},
		uri:                    {modal, execution},
		execution:              {modal},
		"AWS_REGION":           {modal},
		"AWS_DEFAULT_REGION":   {modal, "AWS_REGION"},
		"CLOUD_RUN_JOB":        {modal, uri, execution},
		"CLOUD_RUN_EXECUTION":  {modal, uri, execution},
		"CLOUD_RUN_TASK_INDEX": {modal, uri, execution},
		"K_SERVICE":            {modal, uri, execution, "CLOUD_RUN_JOB"},
		"K_REVISION":           {modal, uri, execution},
		"GOOGLE_CLOUD_PROJECT": {modal, uri, execution, "KUBERNETES_SERVICE_HOST"},
		"POD_NAMESPACE":        {"K8S_NAMESPACE_NAME"},
		"POD_NAME":             {"K8S_POD_NAME"},
		"POD_UID":              {"K8S_POD_UID"},
		"NODE_NAME":            {"K8S_NODE_NAME"},

		"HONEYCOMB_API_ENDPOINT":            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"},
		"HONEYCOMB_REGION":                  {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", "HONEYCOMB_API_ENDPOINT"},
		"HONEYCOMB_DATASET":                 {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"},
		"OTEL_ATTRIBUTE_COUNT_LIMIT":        {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"},
		"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT"},
	}
	// A value whose absence is its default is made wrong instead.
	wrong := map[string]string{
		"OTEL_SDK_DISABLED": "true", "HONEYCOMB_ENABLED": "false", "OTEL_METRICS_EXPORTER": "console",
		"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "grpc",
		"OTEL_EXPORTER_OTLP_COMPRESSION": "none", "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION": "none",
		"OTEL_EXPORTER_OTLP_INSECURE": "true", "OTEL_EXPORTER_OTLP_METRICS_INSECURE": "true",
		"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "cumulative",
	}
	for _, v := range env.Variables() {
		if v.ReadBy != "" {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			e := everything()
			for _, name := range yields[v.Name] {
				delete(e, name)
			}
			const prefix = "OTEL_EXPORTER_OTLP_"
			if suffix, found := strings.CutPrefix(v.Name, prefix); found && !strings.HasPrefix(suffix, "METRICS_") {
				delete(e, prefix+"TRACES_"+suffix)
			}
			before := outcome(e)
			if before == "" || e[v.Name] == "" && wrong[v.Name] == "" {
				t.Fatalf("the test says nothing about %s", v.Name)
			}
			if e[v.Name] = wrong[v.Name]; before == outcome(e) {
				t.Errorf("%s has no effect", v.Name)
			}
		})
	}
}

// outcome is all that Resolve returns, but for the sources of values.
func outcome(e environment) string {
	c, err := env.Resolve(env.Explicit{}, e.get)
	c.Settings = nil
	headers := []map[string]string{c.Traces.Headers, c.Metrics.Headers} // unmasked
	return fmt.Sprintf("%+v %+v %v", c, headers, err)
}

func TestVariablesTable(t *testing.T) {
	names := map[string]bool{}
	for _, v := range env.Variables() {
		if names[v.Name] {
			t.Errorf("%s stands twice", v.Name)
		}
		names[v.Name] = true
		if v.Meaning == "" || v.DefinedBy == "" {
			t.Errorf("%s has no meaning or no definer", v.Name)
		}
		if v.Secret && v.Default != "" {
			t.Errorf("%s is a secret with a default", v.Name)
		}
	}
	env.Variables()[0].Name = "changed"
	if env.Variables()[0].Name == "changed" {
		t.Error("the caller can change the table")
	}
}
