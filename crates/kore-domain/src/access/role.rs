//! Roles: names for sets of permissions. Those that come with Kore are here; administrators make others.

use kore_api::identity::{PlatformRole, TeamRole};

use super::permission::{Permission, PermissionSet};

/// Where a role may be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nowhere: everybody has it, or it comes with being somebody.
    Fixed,
    /// Anywhere: across the platform, in a team, for a cluster.
    Any,
}

/// A role that comes with Kore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// How people read and write it.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Where it may be bound.
    pub level: Level,
    /// What it allows.
    pub permissions: PermissionSet,
}

/// What everyone who is signed in may do, without any role.
pub const SIGNED_IN: Role = Role {
    name: "signed-in",
    summary: "Everybody who is signed in",
    level: Level::Fixed,
    permissions: FREE.and(&[Permission::ElevationRequest, Permission::SessionOwn, Permission::IssuerRead]),
};

/// What no limit of a token takes away: reads that tell nothing about anybody.
pub(super) const FREE: PermissionSet =
    PermissionSet::of(&[Permission::TeamList, Permission::PlanRead, Permission::RoleRead]);

const VIEWER: Role = Role {
    name: "viewer",
    summary: "Reads a team and what is in it, and looks into its clusters",
    level: Level::Any,
    permissions: PermissionSet::of(&[
        Permission::TeamRead,
        Permission::MembershipRead,
        Permission::RoleBindingRead,
        Permission::RobotRead,
        Permission::ClusterRead,
        Permission::NamespaceRead,
        Permission::ClusterAccessView,
        Permission::OperationRead,
        Permission::QuotaRead,
    ]),
};

/// Deploys and does not look behind: for programs that roll out, bound to a namespace mostly.
pub const DEPLOYER: Role = Role {
    name: "deployer",
    summary: "Deploys into namespaces, where it reads no Secret and opens no shell",
    level: Level::Any,
    permissions: PermissionSet::of(&[Permission::ClusterAccessDeploy]),
};

const DEVELOPER: Role = Role {
    name: "developer",
    summary: "Works in the team's clusters: makes namespaces, changes what runs there, opens shells",
    level: Level::Any,
    permissions: VIEWER.permissions.and(&[
        Permission::NamespaceWrite,
        Permission::OperationRetry,
        Permission::ClusterAccessDeploy,
        Permission::ClusterAccessEdit,
    ]),
};

const MAINTAINER: Role = Role {
    name: "maintainer",
    summary: "Makes, changes and deletes clusters, and reads the team's audit trail",
    level: Level::Any,
    permissions: DEVELOPER.permissions.and(&[
        Permission::ClusterCreate,
        Permission::ClusterUpdate,
        Permission::ClusterDelete,
        Permission::AuditReadTeam,
    ]),
};

const OWNER: Role = Role {
    name: "owner",
    summary: "Everything in a team: members, roles, robots, and clusters as their administrator",
    level: Level::Any,
    permissions: MAINTAINER.permissions.and(&[
        Permission::TeamUpdate,
        Permission::TeamDelete,
        Permission::MembershipWrite,
        Permission::RoleBindingWrite,
        Permission::RobotWrite,
        Permission::ElevationDecide,
        Permission::AccessReview,
        Permission::ClusterAccessAdmin,
    ]),
};

/// The roles of a team, each with all that the one before it has.
pub const TEAM_ROLES: [Role; 4] = [VIEWER, DEVELOPER, MAINTAINER, OWNER];

/// What is inside clusters: the platform's administrators get it by an elevation only.
const INSIDE: &[Permission] = &[
    Permission::ClusterAccessDeploy,
    Permission::ClusterAccessEdit,
    Permission::ClusterAccessAdmin,
    Permission::ClusterAccessPlatform,
];

/// Everything but what is inside clusters. Making teams is among what only an administrator may do: in
/// the system of 2020 anybody could make any number of them (`research/kore.md`, S2).
pub const PLATFORM_ADMIN: Role = Role {
    name: "platform-admin",
    summary: "Everything across the platform but what is inside clusters, which takes an elevation",
    level: Level::Fixed,
    permissions: PermissionSet::ALL.without(INSIDE),
};

/// Reads everything.
pub const AUDITOR: Role = Role {
    name: "platform-auditor",
    summary: "Reads everything across the platform, changes nothing",
    level: Level::Fixed,
    permissions: VIEWER.permissions.and(&[
        Permission::AuditReadTeam,
        Permission::AuditReadPlatform,
        Permission::UserRead,
        Permission::AccessReview,
        Permission::ManagementRead,
        Permission::IdentityProviderRead,
        Permission::AddressRead,
        Permission::CloudRead,
        Permission::TeamList,
        Permission::PlanRead,
        Permission::PolicyRead,
        Permission::RoleRead,
    ]),
};

/// Kubernetes' own administrator, inside clusters.
pub const CLUSTER_ADMIN: Role = Role {
    name: "cluster-admin",
    summary: "Kubernetes' cluster-admin, without the fences that teams have",
    level: Level::Any,
    permissions: PermissionSet::of(&[Permission::ClusterRead, Permission::ClusterAccessView]).and(INSIDE),
};

/// Every role that comes with Kore.
pub const BUILT_IN: [Role; 9] =
    [VIEWER, DEPLOYER, DEVELOPER, MAINTAINER, OWNER, CLUSTER_ADMIN, PLATFORM_ADMIN, AUDITOR, SIGNED_IN];

impl From<TeamRole> for Role {
    fn from(role: TeamRole) -> Self {
        match role {
            TeamRole::Viewer => VIEWER,
            TeamRole::Developer => DEVELOPER,
            TeamRole::Maintainer => MAINTAINER,
            TeamRole::Owner => OWNER,
        }
    }
}

impl From<PlatformRole> for Role {
    fn from(role: PlatformRole) -> Self {
        match role {
            PlatformRole::Admin => PLATFORM_ADMIN,
            PlatformRole::Auditor => AUDITOR,
        }
    }
}

impl Role {
    /// The role of this name that comes with Kore.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        BUILT_IN.into_iter().find(|role| role.name == name)
    }

    /// Whether the role comes with the permission.
    #[must_use]
    pub const fn allows(&self, permission: Permission) -> bool {
        self.permissions.allows(permission)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{super::permission::Scope, *};

    #[test]
    fn names_are_unique_and_each_role_may_all_that_the_one_before_it_may() {
        let names: HashSet<_> = Permission::ALL.iter().map(|permission| permission.name()).collect();
        assert_eq!(names.len(), Permission::ALL.len());
        let roles: HashSet<_> = BUILT_IN.iter().map(|role| role.name).collect();
        assert_eq!(roles.len(), BUILT_IN.len());
        for pair in TEAM_ROLES.windows(2) {
            assert!(pair[0].permissions.beyond(pair[1].permissions).is_empty(), "{}", pair[1].name);
            assert!(!pair[1].permissions.beyond(pair[0].permissions).is_empty(), "{}", pair[1].name);
        }
        for permission in OWNER.permissions.iter() {
            assert_ne!(permission.scope(), Scope::Platform, "a team role reaches its team only: {}", permission.name());
        }
    }

    #[test]
    fn an_auditor_changes_nothing() {
        for permission in AUDITOR.permissions.iter() {
            let name = permission.name();
            let reads = ["read", "list", "review", "accessview", "cluster.enter"];
            assert!(reads.iter().any(|word| name.to_lowercase().contains(word)), "{name}");
        }
    }
}
