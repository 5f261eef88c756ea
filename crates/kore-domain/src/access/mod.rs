//! Who may do what: subjects, permissions, the table of roles, [`decide`], and the proof of a
//! decision ([`Authorized`]) that stores and use cases ask for.

mod context;
mod decide;
mod permission;
mod subject;

pub use context::{Authorized, Misused, OpContext, Protected, Source, SystemContext};
pub use decide::{Decision, Denied, allowed_actions, cluster_groups, decide};
pub use permission::{PLATFORM_ADMIN, Permission, Role, SIGNED_IN, Scope, TEAM_ROLES};
pub use subject::{Platform, Resource, Subject, Visibility};
