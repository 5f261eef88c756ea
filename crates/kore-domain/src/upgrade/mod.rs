//! Upgrades of Kubernetes: which version a cluster may come to, and whether what is in it lets it go
//! there. Rules: Kubernetes' version skew policy (kubelets never newer than the API server, and three
//! minor versions older at most) and its advice to upgrade minor by minor.

mod preflight;
mod version;
mod webhooks;

pub use preflight::{Budget, DeprecatedUse, Facts, LastUse, Node, Seen, Told, judge};
pub use version::{Minor, NoVersion, Standing, version_change, wanted};
pub use webhooks::{Rule, Webhook};
