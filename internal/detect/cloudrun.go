package detect

import (
	"strconv"

	"github.com/lift-sys/telemetry/attr"
)

// cloudRun reads what Cloud Run sets in services and jobs
// (https://cloud.google.com/run/docs/container-contract, November 2026).
// Region and instance stand on the metadata server, which is not asked.
// GOOGLE_CLOUD_PROJECT is set by people, and counts here alone.
//
// Knative sets the same K_ variables (https://knative.dev/docs/serving): in a
// cluster the service has a name and a revision, and the cloud is unknown.
func (f *finder) cloudRun() bool {
	workload := f.get("CLOUD_RUN_JOB", "K_SERVICE")
	if workload.text == "" {
		return false
	}
	if !f.inKubernetes() {
		f.add(attr.CloudProvider, attr.CloudGCP, workload)
		f.add(attr.CloudPlatform, attr.PlatformGCPCloudRun, workload)
		f.copy(attr.CloudAccountID, "GOOGLE_CLOUD_PROJECT")
	}
	f.add(attr.FaaSName, workload.text, workload)
	f.copy(attr.FaaSVersion, "K_REVISION")
	f.copy(attr.GCPCloudRunJobExecution, "CLOUD_RUN_EXECUTION")
	task := f.get("CLOUD_RUN_TASK_INDEX")
	if index, err := strconv.ParseUint(task.text, 10, 31); err == nil {
		f.found = append(f.found, Attribute{attr.GCPCloudRunJobTaskIndex.Int64(int64(index)), task.name})
	}
	return true
}
