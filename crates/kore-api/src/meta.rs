//! Names that Kore reserves: the API group, labels, annotations, field managers.

/// API group of every custom resource. `.internal` is reserved for private use (ICANN 2024).
pub const GROUP: &str = "kore.internal";
/// Version of every custom resource and REST object.
pub const VERSION: &str = "v1alpha1";
/// `apiVersion` of every object.
pub const API_VERSION: &str = "kore.internal/v1alpha1";
/// Finalizer that the controllers put on objects which own something.
pub const FINALIZER: &str = "kore.internal/cleanup";
/// Field manager of writes that come through the REST API.
pub const MANAGER_API: &str = "kore-api";
/// Field manager of the controllers.
pub const MANAGER_CONTROLLER: &str = "kore-controller";
/// Field manager of the baseline in workload clusters.
pub const MANAGER_BASELINE: &str = "kore-baseline";
/// Label with the team's name on everything that belongs to one.
pub const LABEL_TEAM: &str = "kore.internal/team";
/// Label with the installation's name on everything that Kore made.
pub const LABEL_INSTALLATION: &str = "kore.internal/installation";
/// Label with the cluster's name on everything that belongs to one.
pub const LABEL_CLUSTER: &str = "kore.internal/cluster";
/// Label on a credential Secret of a workload cluster; its value says whose it is.
pub const LABEL_CREDENTIAL: &str = "kore.internal/credential";
/// [`LABEL_CREDENTIAL`] of the gateway's (`<cluster>-gateway`): may impersonate, nothing else.
pub const CREDENTIAL_GATEWAY: &str = "gateway";
/// [`LABEL_CREDENTIAL`] of the controllers' (`<cluster>-provisioner`).
pub const CREDENTIAL_PROVISIONER: &str = "provisioner";
/// [`LABEL_CREDENTIAL`] of a cluster's authorities and keys (`<cluster>-ca`).
pub const CREDENTIAL_CA: &str = "ca";
/// Annotation with the request id of the last write, so that logs, audit and operations join up.
pub const ANNOTATION_REQUEST: &str = "kore.internal/request-id";
/// Annotation with who asked for the last change, as `user:<name>`, `robot:<name>` or `system:<name>`.
pub const ANNOTATION_REQUESTED_BY: &str = "kore.internal/requested-by";
/// Annotation with the id of the request that wants an object looked at again at once: what failed tried again, an
/// organisation checked.
pub const ANNOTATION_RETRY: &str = "kore.internal/retry";

/// Namespace of Kore's own things in the management cluster.
pub const SYSTEM_NAMESPACE: &str = "kore-system";

/// Namespace of a team in the management cluster.
#[must_use]
pub fn team_namespace(team: &crate::names::TeamName) -> String {
    format!("team-{team}")
}
