package detect_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/detect"
	"github.com/lift-sys/telemetry/internal/env"
)

// environment stands for the process's environment.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// lines shows what was found: key, type, value and variable.
func lines(found []detect.Attribute) []string {
	var out []string
	for _, f := range found {
		out = append(out, fmt.Sprintf("%s %s %s (%s)", f.Key, f.Value.Type(), f.Value.String(), f.Variable))
	}
	return out
}

var cases = []struct {
	name, reason string
	environment  environment
	want         []string
}{
	{"laptop", "variables that other tools set on a laptop mean nothing here", environment{
		"AWS_REGION": "eu-west-1", "AWS_EXECUTION_ENV": "AWS_Lambda_go1.x", "GOOGLE_CLOUD_PROJECT": "p", "MODAL_ENVIRONMENT": "dev",
		"NODE_NAME": "jenkins-3", "POD_NAME": "x", "K_REVISION": "r", "CLOUD_RUN_TASK_INDEX": "0",
	}, nil},
	{"blank", "an empty variable is an unset one", environment{"MODAL_TASK_ID": "  ", "K_SERVICE": "", "KUBERNETES_SERVICE_HOST": "\t"}, nil},
	{"Modal function", "all that Modal says", environment{
		"MODAL_TASK_ID": "ta-01", "MODAL_CLOUD_PROVIDER": "CLOUD_PROVIDER_AWS", "MODAL_REGION": " us-east-1 ", "MODAL_IMAGE_ID": "im-01",
		"MODAL_ENVIRONMENT": "staging", "MODAL_IS_REMOTE": "1", "MODAL_IDENTITY_TOKEN": "secret",
	}, []string{
		"cloud.provider STRING aws (MODAL_CLOUD_PROVIDER)", "cloud.platform STRING modal (MODAL_TASK_ID)",
		"cloud.region STRING us-east-1 (MODAL_REGION)", "faas.instance STRING ta-01 (MODAL_TASK_ID)",
		"container.image.id STRING im-01 (MODAL_IMAGE_ID)", "deployment.environment.name STRING staging (MODAL_ENVIRONMENT)",
	}},
	{"Modal sandbox", "less is set there, and less is said", environment{"MODAL_TASK_ID": "ta-01", "MODAL_CLOUD_PROVIDER": "GCP"}, []string{
		"cloud.provider STRING gcp (MODAL_CLOUD_PROVIDER)", "cloud.platform STRING modal (MODAL_TASK_ID)", "faas.instance STRING ta-01 (MODAL_TASK_ID)",
	}},
	{"Modal on Oracle", "OpenTelemetry has another name for it", environment{"MODAL_TASK_ID": "ta-01", "MODAL_CLOUD_PROVIDER": "CLOUD_PROVIDER_OCI"}, []string{
		"cloud.provider STRING oracle_cloud (MODAL_CLOUD_PROVIDER)", "cloud.platform STRING modal (MODAL_TASK_ID)", "faas.instance STRING ta-01 (MODAL_TASK_ID)",
	}},
	{"Modal on a new cloud", "a value that nobody knew passes as it is", environment{"MODAL_TASK_ID": "ta-01", "MODAL_CLOUD_PROVIDER": "CoreWeave"}, []string{
		"cloud.provider STRING CoreWeave (MODAL_CLOUD_PROVIDER)", "cloud.platform STRING modal (MODAL_TASK_ID)", "faas.instance STRING ta-01 (MODAL_TASK_ID)",
	}},
	{"Modal over ECS", "a process has one cloud", environment{"MODAL_TASK_ID": "ta-01", "AWS_EXECUTION_ENV": "AWS_ECS_EC2", "AWS_REGION": "eu-west-1"}, []string{
		"cloud.platform STRING modal (MODAL_TASK_ID)", "faas.instance STRING ta-01 (MODAL_TASK_ID)",
	}},
	{"Fargate", "the region of the task goes before the account's", environment{
		"ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/0", "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1",
	}, []string{
		"cloud.provider STRING aws (AWS_EXECUTION_ENV)", "cloud.platform STRING aws_ecs (AWS_EXECUTION_ENV)",
		"cloud.region STRING eu-west-1 (AWS_REGION)", "aws.ecs.launchtype STRING fargate (AWS_EXECUTION_ENV)",
	}},
	{"ECS on EC2", "the default region serves where the other is unset", environment{"AWS_EXECUTION_ENV": "AWS_ECS_EC2", "AWS_DEFAULT_REGION": "us-east-1"}, []string{
		"cloud.provider STRING aws (AWS_EXECUTION_ENV)", "cloud.platform STRING aws_ecs (AWS_EXECUTION_ENV)",
		"cloud.region STRING us-east-1 (AWS_DEFAULT_REGION)", "aws.ecs.launchtype STRING ec2 (AWS_EXECUTION_ENV)",
	}},
	{"ECS by its metadata", "the address is evidence, and no launch type is guessed", environment{
		"ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/0", "AWS_EXECUTION_ENV": "AWS_ECS_SOMETHING_NEW",
	}, []string{"cloud.provider STRING aws (AWS_EXECUTION_ENV)", "cloud.platform STRING aws_ecs (AWS_EXECUTION_ENV)"}},
	{"Cloud Run service", "name and revision are the function's", environment{"K_SERVICE": "api", "K_REVISION": "api-00007", "K_CONFIGURATION": "api", "GOOGLE_CLOUD_PROJECT": "lift"}, []string{
		"cloud.provider STRING gcp (K_SERVICE)", "cloud.platform STRING gcp_cloud_run (K_SERVICE)", "cloud.account.id STRING lift (GOOGLE_CLOUD_PROJECT)",
		"faas.name STRING api (K_SERVICE)", "faas.version STRING api-00007 (K_REVISION)",
	}},
	{"Cloud Run job", "the index is a number", environment{"CLOUD_RUN_JOB": "nightly", "CLOUD_RUN_EXECUTION": "nightly-x7", "CLOUD_RUN_TASK_INDEX": "0"}, []string{
		"cloud.provider STRING gcp (CLOUD_RUN_JOB)", "cloud.platform STRING gcp_cloud_run (CLOUD_RUN_JOB)", "faas.name STRING nightly (CLOUD_RUN_JOB)",
		"gcp.cloud_run.job.execution STRING nightly-x7 (CLOUD_RUN_EXECUTION)", "gcp.cloud_run.job.task_index INT64 0 (CLOUD_RUN_TASK_INDEX)",
	}},
	{"index that is none", "it is left out, not sent as text", environment{"CLOUD_RUN_JOB": "nightly", "CLOUD_RUN_TASK_INDEX": "first"}, []string{
		"cloud.provider STRING gcp (CLOUD_RUN_JOB)", "cloud.platform STRING gcp_cloud_run (CLOUD_RUN_JOB)", "faas.name STRING nightly (CLOUD_RUN_JOB)",
	}},
	{"Knative", "the same variables, on a cluster that may be anybody's", environment{
		"KUBERNETES_SERVICE_HOST": "10.0.0.1", "K_SERVICE": "api", "K_REVISION": "api-00007", "GOOGLE_CLOUD_PROJECT": "lift",
	}, []string{"faas.name STRING api (K_SERVICE)", "faas.version STRING api-00007 (K_REVISION)"}},
	{"pod", "nothing is known that the manifest does not hand over", environment{"KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOSTNAME": "api-7d9-x"}, nil},
	{"downward API", "the names of most manifests", environment{
		"KUBERNETES_SERVICE_HOST": "10.0.0.1", "POD_NAMESPACE": "lift", "POD_NAME": "api-7d9-x", "POD_UID": "u-1", "NODE_NAME": "n-1",
	}, []string{
		"k8s.namespace.name STRING lift (POD_NAMESPACE)", "k8s.pod.name STRING api-7d9-x (POD_NAME)",
		"k8s.pod.uid STRING u-1 (POD_UID)", "k8s.node.name STRING n-1 (NODE_NAME)",
	}},
	{"attribute names", "those that say Kubernetes go first", environment{
		"KUBERNETES_SERVICE_HOST": "10.0.0.1", "K8S_CLUSTER_NAME": "prod", "K8S_NAMESPACE_NAME": "lift", "POD_NAMESPACE": "x", "K8S_DEPLOYMENT_NAME": "api",
		"K8S_POD_NAME": "api-7d9-x", "POD_NAME": "x", "K8S_POD_UID": "u-1", "POD_UID": "x", "K8S_NODE_NAME": "n-1", "NODE_NAME": "x",
	}, []string{
		"k8s.cluster.name STRING prod (K8S_CLUSTER_NAME)", "k8s.namespace.name STRING lift (K8S_NAMESPACE_NAME)",
		"k8s.deployment.name STRING api (K8S_DEPLOYMENT_NAME)", "k8s.pod.name STRING api-7d9-x (K8S_POD_NAME)",
		"k8s.pod.uid STRING u-1 (K8S_POD_UID)", "k8s.node.name STRING n-1 (K8S_NODE_NAME)",
	}},
}

func TestPlatform(t *testing.T) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, lines(detect.Platform(tt.environment.get))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestEveryAttributeIsFound holds that the registry lists nothing of a
// platform that no platform tells.
func TestEveryAttributeIsFound(t *testing.T) {
	found := map[string]bool{ // the process says these itself
		string(attr.HostName): true, string(attr.ProcessRuntimeVersion): true,
	}
	for _, tt := range cases {
		for _, f := range detect.Platform(tt.environment.get) {
			found[string(f.Key)] = true
		}
	}
	for _, d := range attr.All() {
		if d.Group == "Platform" && !found[d.Name] {
			t.Errorf("%s is registered, and nothing finds it", d.Name)
		}
	}
}

// TestOnlyListedVariables holds that nothing is read that the table of
// variables does not list, credentials least of all, and nothing written that
// the registry does not know.
func TestOnlyListedVariables(t *testing.T) {
	listed := make(map[string]bool)
	for _, v := range env.Variables() {
		listed[v.Name] = true
	}
	for _, evidence := range []string{"MODAL_TASK_ID", "ECS_CONTAINER_METADATA_URI_V4", "K_SERVICE", "CLOUD_RUN_JOB"} {
		var read []string
		found := detect.Platform(func(name string) string {
			read = append(read, name)
			if name == evidence || !strings.Contains(name, "_TASK_ID") && !strings.HasPrefix(name, "ECS_") && name != "AWS_EXECUTION_ENV" {
				return "1"
			}
			return ""
		})
		for _, name := range read {
			if !listed[name] || strings.Contains(name, "TOKEN") || strings.Contains(name, "CREDENTIAL") {
				t.Errorf("%s is read and not in env.Variables, or is a secret", name)
			}
		}
		keys := make(map[string]bool)
		for _, f := range found {
			if keys[string(f.Key)] || !attr.Known(f.Key) || !slices.Contains(read, f.Variable) {
				t.Errorf("%s from %s stands twice, is not registered, or was not read", f.Key, f.Variable)
			}
			keys[string(f.Key)] = true
		}
		if len(found) < 8 {
			t.Errorf("%s: found %d attributes, the test says nothing", evidence, len(found))
		}
	}
}
