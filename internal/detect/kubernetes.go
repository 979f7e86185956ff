package detect

import "github.com/lift-sys/telemetry/attr"

// inKubernetes reports whether this is a pod: the kubelet tells every
// container where the API server is
// (https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables).
func (f *finder) inKubernetes() bool { return f.set("KUBERNETES_SERVICE_HOST") }

// kubernetes reads what a manifest hands over from the downward API
// (https://kubernetes.io/docs/concepts/workloads/pods/downward-api/). Nobody
// fixes the names of these variables. K8S_ before the attribute's name goes
// first, then what most manifests say.
func (f *finder) kubernetes() {
	if !f.inKubernetes() {
		return
	}
	f.copy(attr.K8SClusterName, "K8S_CLUSTER_NAME")
	f.copy(attr.K8SNamespaceName, "K8S_NAMESPACE_NAME", "POD_NAMESPACE")
	f.copy(attr.K8SDeploymentName, "K8S_DEPLOYMENT_NAME")
	f.copy(attr.K8SPodName, "K8S_POD_NAME", "POD_NAME")
	f.copy(attr.K8SPodUID, "K8S_POD_UID", "POD_UID")
	f.copy(attr.K8SNodeName, "K8S_NODE_NAME", "NODE_NAME")
}
