//! The actions there are, and which role holds which of them: data, not code.

use kore_api::identity::{PlatformRole, TeamRole};

/// What a permission is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The platform as a whole.
    Platform,
    /// A team and what is in it.
    Team,
    /// One cluster.
    Cluster,
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $scope:ident;)*) => {
        /// One action. Every route and every gateway request declares exactly one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Permission {
            /// Every permission, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Stable name, as `cluster.create`; also the action in audit records.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is about.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self { $(Self::$variant => Scope::$scope,)* }
            }
        }
    };
}

permissions! {
    /// List the teams that one can see.
    TeamList = "team.list", Platform;
    /// Make a team.
    TeamCreate = "team.create", Platform;
    /// Read a team.
    TeamRead = "team.read", Team;
    /// Change a team.
    TeamUpdate = "team.update", Team;
    /// Delete a team.
    TeamDelete = "team.delete", Team;
    /// See who is in a team.
    MembershipRead = "membership.read", Team;
    /// Add, change and remove members.
    MembershipWrite = "membership.write", Team;
    /// Read plans and plan versions.
    PlanRead = "plan.read", Platform;
    /// Make, change, publish and delete plans.
    PlanWrite = "plan.write", Platform;
    /// Read clusters.
    ClusterRead = "cluster.read", Cluster;
    /// Make a cluster.
    ClusterCreate = "cluster.create", Team;
    /// Change a cluster.
    ClusterUpdate = "cluster.update", Cluster;
    /// Delete a cluster.
    ClusterDelete = "cluster.delete", Cluster;
    /// Use a cluster, reading only.
    ClusterAccessView = "cluster.accessView", Cluster;
    /// Use a cluster: change what runs there, and open shells in it.
    ClusterAccessEdit = "cluster.accessEdit", Cluster;
    /// Use a cluster as its administrator.
    ClusterAccessAdmin = "cluster.accessAdmin", Cluster;
    /// Read operations.
    OperationRead = "operation.read", Team;
    /// Read a team's audit trail.
    AuditReadTeam = "audit.readTeam", Team;
    /// Read the whole audit trail.
    AuditReadPlatform = "audit.readPlatform", Platform;
    /// Read users.
    UserRead = "user.read", Platform;
    /// Make, change and delete users.
    UserWrite = "user.write", Platform;
    /// Read the management cluster through the gateway.
    ManagementRead = "management.read", Platform;
}

/// A built-in role: a name, and the permissions that come with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// How people read it.
    pub name: &'static str,
    /// What it allows.
    pub permissions: &'static [Permission],
}

/// What everyone who is signed in may do, without any role.
pub const SIGNED_IN: Role = Role { name: "signed in", permissions: &[Permission::TeamList, Permission::PlanRead] };

/// Reads a team and what is in it.
const TEAM_VIEWER: Role = Role {
    name: "viewer",
    permissions: &[
        Permission::TeamRead,
        Permission::MembershipRead,
        Permission::ClusterRead,
        Permission::ClusterAccessView,
        Permission::OperationRead,
    ],
};

/// Works in the team's clusters.
const TEAM_DEVELOPER: Role = Role {
    name: "developer",
    permissions: &[
        Permission::TeamRead,
        Permission::MembershipRead,
        Permission::ClusterRead,
        Permission::ClusterAccessView,
        Permission::ClusterAccessEdit,
        Permission::OperationRead,
    ],
};

/// Looks after the team's clusters.
const TEAM_MAINTAINER: Role = Role {
    name: "maintainer",
    permissions: &[
        Permission::TeamRead,
        Permission::MembershipRead,
        Permission::ClusterRead,
        Permission::ClusterCreate,
        Permission::ClusterUpdate,
        Permission::ClusterDelete,
        Permission::ClusterAccessView,
        Permission::ClusterAccessEdit,
        Permission::OperationRead,
        Permission::AuditReadTeam,
    ],
};

/// Everything in a team.
const TEAM_OWNER: Role = Role {
    name: "owner",
    permissions: &[
        Permission::TeamRead,
        Permission::TeamUpdate,
        Permission::TeamDelete,
        Permission::MembershipRead,
        Permission::MembershipWrite,
        Permission::ClusterRead,
        Permission::ClusterCreate,
        Permission::ClusterUpdate,
        Permission::ClusterDelete,
        Permission::ClusterAccessView,
        Permission::ClusterAccessEdit,
        Permission::ClusterAccessAdmin,
        Permission::OperationRead,
        Permission::AuditReadTeam,
    ],
};

/// The roles of a team, each with all that the one before it has.
pub const TEAM_ROLES: [Role; 4] = [TEAM_VIEWER, TEAM_DEVELOPER, TEAM_MAINTAINER, TEAM_OWNER];

/// Everything. Making teams is among what only an administrator may do: in the system of 2020
/// anybody could make any number of them (`research/kore.md`, S2).
pub const PLATFORM_ADMIN: Role = Role { name: "platform admin", permissions: Permission::ALL };

impl From<TeamRole> for Role {
    fn from(role: TeamRole) -> Self {
        match role {
            TeamRole::Viewer => TEAM_VIEWER,
            TeamRole::Developer => TEAM_DEVELOPER,
            TeamRole::Maintainer => TEAM_MAINTAINER,
            TeamRole::Owner => TEAM_OWNER,
        }
    }
}

impl From<PlatformRole> for Role {
    fn from(role: PlatformRole) -> Self {
        match role {
            PlatformRole::Admin => PLATFORM_ADMIN,
        }
    }
}

impl Role {
    /// Whether the role comes with the permission.
    #[must_use]
    pub fn allows(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_each_role_may_all_that_the_one_before_it_may() {
        let names: HashSet<_> = Permission::ALL.iter().map(|permission| permission.name()).collect();
        assert_eq!(names.len(), Permission::ALL.len());
        for pair in TEAM_ROLES.windows(2) {
            for permission in pair[0].permissions {
                assert!(pair[1].allows(*permission), "{} {}", pair[1].name, permission.name());
            }
            assert!(pair[1].permissions.len() > pair[0].permissions.len());
        }
        for permission in TEAM_OWNER.permissions {
            assert_ne!(permission.scope(), Scope::Platform, "a team role reaches its team only: {}", permission.name());
        }
    }
}
