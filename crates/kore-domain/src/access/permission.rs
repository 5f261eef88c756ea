//! The actions there are: data, not code.

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

            /// Whether it can be held in one namespace of a cluster.
            #[must_use]
            pub const fn in_namespaces(self) -> bool {
                matches!(
                    self,
                    Self::ClusterAccessView
                        | Self::ClusterAccessDeploy
                        | Self::ClusterAccessEdit
                        | Self::ClusterAccessAdmin
                )
            }

            /// What it allows, in a few words.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*).trim_ascii(),)* }
            }

            /// The permission of this name.
            #[must_use]
            pub fn find(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|permission| permission.name() == name)
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
    /// Read a cluster's namespaces.
    NamespaceRead = "namespace.read", Cluster;
    /// Make, change and delete a cluster's namespaces.
    NamespaceWrite = "namespace.write", Cluster;
    /// Get into a cluster: part of everything that one may do there.
    ClusterEnter = "cluster.enter", Cluster;
    /// Use a cluster, reading only.
    ClusterAccessView = "cluster.accessView", Cluster;
    /// Deploy into a cluster's namespaces, without reading Secrets or opening shells.
    ClusterAccessDeploy = "cluster.accessDeploy", Cluster;
    /// Use a cluster: change what runs there, and open shells in it.
    ClusterAccessEdit = "cluster.accessEdit", Cluster;
    /// Use a cluster as its administrator.
    ClusterAccessAdmin = "cluster.accessAdmin", Cluster;
    /// Read operations.
    OperationRead = "operation.read", Team;
    /// Have what failed tried again now.
    OperationRetry = "operation.retry", Cluster;
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
    /// Use a cluster as the platform's administrator: Kubernetes' `cluster-admin`.
    ClusterAccessPlatform = "cluster.accessPlatform", Cluster;
    /// Read roles.
    RoleRead = "role.read", Platform;
    /// Make, change and delete roles.
    RoleWrite = "role.write", Platform;
    /// See which roles are bound in a team.
    RoleBindingRead = "roleBinding.read", Team;
    /// Bind roles in a team, and unbind them.
    RoleBindingWrite = "roleBinding.write", Team;
    /// Ask for a role for a while.
    ElevationRequest = "elevation.request", Platform;
    /// Approve and refuse what others ask for, and end it.
    ElevationDecide = "elevation.decide", Team;
    /// Ask what others may do.
    AccessReview = "access.review", Team;
    /// See a team's robots.
    RobotRead = "robot.read", Team;
    /// Make, change and delete a team's robots, and give them credentials.
    RobotWrite = "robot.write", Team;
    /// See and end one's own sessions; those of others take the permissions over users.
    SessionOwn = "session.own", Platform;
    /// Read identity providers.
    IdentityProviderRead = "identityProvider.read", Platform;
    /// Make, change, try and delete identity providers, and decide how people sign in.
    IdentityProviderWrite = "identityProvider.write", Platform;
    /// See which issuers robots may trust.
    IssuerRead = "issuer.read", Platform;
    /// Let robots trust issuers, and stop it.
    IssuerWrite = "issuer.write", Platform;
    /// Read policies over plans, and plans that are for other teams.
    PolicyRead = "policy.read", Platform;
    /// Make, change and delete policies over plans, and set the labels of teams that they go by.
    PolicyWrite = "policy.write", Platform;
    /// Let a guardrail not hold in a namespace for a while.
    GuardrailWaive = "guardrail.waive", Platform;
    /// See what a team may have, and what it has.
    QuotaRead = "quota.read", Team;
    /// Set what teams may have.
    QuotaWrite = "quota.write", Platform;
    /// See pools of addresses, and who has which range.
    AddressRead = "address.read", Platform;
    /// Make, change and delete pools of addresses, and record ranges that are taken elsewhere.
    AddressWrite = "address.write", Platform;
    /// See clouds, what Kore may do there, and which rules give teams accounts.
    CloudRead = "cloud.read", Platform;
    /// Connect clouds, have them checked, and set which teams get which accounts.
    CloudWrite = "cloud.write", Platform;
}

/// A set of permissions, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PermissionSet(u128);

impl PermissionSet {
    /// None.
    pub const EMPTY: Self = Self(0);
    /// Every one.
    pub const ALL: Self = Self::of(Permission::ALL);

    /// These. Whoever may do anything in a cluster gets into it.
    #[must_use]
    pub const fn of(mut permissions: &[Permission]) -> Self {
        let mut bits = 0;
        while let [first, rest @ ..] = permissions {
            bits |= 1 << *first as u32;
            if first.in_namespaces() {
                bits |= 1 << Permission::ClusterEnter as u32;
            }
            permissions = rest;
        }
        Self(bits)
    }

    /// These besides.
    #[must_use]
    pub const fn and(self, other: &[Permission]) -> Self {
        Self(self.0 | Self::of(other).0)
    }

    /// Without these.
    #[must_use]
    pub const fn without(mut self, mut other: &[Permission]) -> Self {
        while let [first, rest @ ..] = other {
            self.0 &= !(1 << *first as u32);
            other = rest;
        }
        self
    }

    /// Whether it is one of them.
    #[must_use]
    pub const fn allows(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// What is in both.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is here and not there.
    #[must_use]
    pub const fn beyond(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those for which this holds, and no more.
    #[must_use]
    pub fn filter(self, mut keep: impl FnMut(Permission) -> bool) -> Self {
        self.iter().filter(|permission| !keep(*permission)).fold(self, |set, gone| set.without(&[gone]))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// They, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.allows(*permission))
    }

    /// Their names, in the order of the table.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        self.iter().map(|permission| permission.name().to_owned()).collect()
    }
}

impl std::fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(Permission::name)).finish()
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::EMPTY, |set, permission| set.and(&[permission]))
    }
}

// One bit each.
const _: () = assert!(Permission::ALL.len() <= 128);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_is_a_set(a in 0..1_u128 << Permission::ALL.len(), b in 0..1_u128 << Permission::ALL.len()) {
            let closed = |bits| PermissionSet(bits).iter().collect::<PermissionSet>();
            let (a, b) = (closed(a), closed(b));
            prop_assert!(a.allows(Permission::ClusterEnter) || !a.iter().any(Permission::in_namespaces));
            for permission in Permission::ALL {
                let (in_a, in_b) = (a.allows(*permission), b.allows(*permission));
                prop_assert_eq!(a.both(b).allows(*permission), in_a && in_b);
                prop_assert_eq!(a.beyond(b).allows(*permission), in_a && !in_b);
            }
            prop_assert_eq!(a.iter().collect::<PermissionSet>(), a);
        }
    }
}
