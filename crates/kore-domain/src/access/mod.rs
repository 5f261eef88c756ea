//! Who may do what: subjects, permissions, the table of roles, [`decide`], and the proof of a
//! decision ([`Authorized`]) that stores and use cases ask for.

mod context;
mod decide;
mod explain;
mod grant;
mod permission;
mod role;
mod subject;

pub use context::{Authorized, Misused, OpContext, Protected, Source, SystemContext};
pub use decide::{Decision, Denied, allowed_actions, cluster_groups, decide};
pub use explain::{holders, holdings, may_grant, via};
pub use grant::{Circumstances, Grant, Limit, Reach, Via};
pub use permission::{Permission, PermissionSet, Scope};
pub use role::{AUDITOR, BUILT_IN, CLUSTER_ADMIN, DEPLOYER, Level, PLATFORM_ADMIN, Role, SIGNED_IN, TEAM_ROLES};
pub use subject::{Platform, Resource, Subject, Visibility};
