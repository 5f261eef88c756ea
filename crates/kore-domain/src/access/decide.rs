//! The decision itself.

use kore_api::{codes::Code, names::TeamName, problem::Problem};

use super::{
    permission::{PLATFORM_ADMIN, Permission, Role, SIGNED_IN, Scope, TEAM_ROLES},
    subject::{Resource, Subject},
};
use crate::cluster_rbac::{PLATFORM_ADMIN_GROUP, admin_group, edit_group, view_group};

/// How a question was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// They may.
    Allow,
    /// They may not.
    Deny {
        /// Which role would allow it, in a sentence.
        reason: String,
        /// The object is not theirs to know about: answered as if it were not there (404).
        hidden: bool,
    },
}

/// A refusal, as errors carry it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", if *hidden { "not found" } else { reason.as_str() })]
pub struct Denied {
    /// What was asked for.
    pub permission: Permission,
    /// Which role would allow it.
    pub reason: String,
    /// Answered as if the object were not there.
    pub hidden: bool,
}

impl Denied {
    /// `NotFound` for what is not theirs to know, `AuthForbidden` otherwise.
    #[must_use]
    pub const fn code(&self) -> Code {
        if self.hidden { Code::NotFound } else { Code::AuthForbidden }
    }

    /// As the API answers it. A hidden refusal says nothing that a missing object would not.
    #[must_use]
    pub fn problem(&self) -> Problem {
        if self.hidden {
            Problem::new(Code::NotFound, "there is no such object, or it is not yours to know about")
        } else {
            Problem::new(Code::AuthForbidden, self.reason.clone()).with("permission", self.permission.name())
        }
    }
}

/// May this subject do this to that? The one place where rights are decided.
///
/// A permission over teams or clusters asked of [`Resource::Platform`] means "in every team".
#[must_use]
pub fn decide(subject: &Subject, permission: Permission, resource: &Resource) -> Decision {
    if subject.platform_role.is_some_and(|role| Role::from(role).allows(permission)) || SIGNED_IN.allows(permission) {
        return Decision::Allow;
    }
    let membership = resource.team().and_then(|team| subject.teams.get(team));
    let by_team = permission.scope() != Scope::Platform;
    if by_team && membership.is_some_and(|role| Role::from(*role).allows(permission)) {
        return Decision::Allow;
    }
    let hidden = resource.team().is_some() && membership.is_none();
    let action = permission.name();
    let reason = match resource.team().filter(|_| by_team) {
        Some(team) => match TEAM_ROLES.iter().find(|role| role.allows(permission)) {
            Some(role) => format!("{action} on {resource} needs the role {} in team {team}", role.name),
            None => format!("{action} on {resource} needs the role {}", PLATFORM_ADMIN.name),
        },
        None => format!("{action} needs the role {}", PLATFORM_ADMIN.name),
    };
    Decision::Deny { reason, hidden }
}

/// What the subject may do with an object, as `metadata.actions` lists it; reading is not listed.
#[must_use]
pub fn allowed_actions(subject: &Subject, resource: &Resource) -> Vec<String> {
    let offered: &[(Permission, &str)] = match resource {
        Resource::Platform => &[
            (Permission::TeamCreate, "createTeam"),
            (Permission::PlanWrite, "writePlans"),
            (Permission::UserWrite, "writeUsers"),
            (Permission::AuditReadPlatform, "readAudit"),
            (Permission::ManagementRead, "readManagement"),
        ],
        Resource::Team(_) => &[
            (Permission::TeamUpdate, "update"),
            (Permission::TeamDelete, "delete"),
            (Permission::MembershipWrite, "writeMemberships"),
            (Permission::ClusterCreate, "createCluster"),
            (Permission::AuditReadTeam, "readAudit"),
        ],
        Resource::Cluster(_) => &[
            (Permission::ClusterUpdate, "update"),
            (Permission::ClusterDelete, "delete"),
            (Permission::ClusterAccessView, "accessView"),
            (Permission::ClusterAccessEdit, "accessEdit"),
            (Permission::ClusterAccessAdmin, "accessAdmin"),
        ],
    };
    offered
        .iter()
        .filter(|(permission, _)| decide(subject, *permission, resource) == Decision::Allow)
        .map(|(_, action)| (*action).to_owned())
        .collect()
}

/// The groups that the gateway puts on a subject's requests to a cluster of this team; empty means no
/// access. Administrators of the platform count as cluster administrators (elevation comes later).
#[must_use]
pub fn cluster_groups(subject: &Subject, team: &TeamName) -> Vec<String> {
    let mut groups = Vec::new();
    if subject.is_platform_admin() {
        groups.push(PLATFORM_ADMIN_GROUP.to_owned());
    }
    if let Some(role) = subject.teams.get(team).copied().map(Role::from) {
        if role.allows(Permission::ClusterAccessAdmin) {
            groups.push(admin_group(team));
        } else if role.allows(Permission::ClusterAccessEdit) {
            groups.push(edit_group(team));
        } else if role.allows(Permission::ClusterAccessView) {
            groups.push(view_group(team));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Write};

    use kore_api::identity::{PlatformRole, TeamRole};
    use uuid::Uuid;

    use super::*;

    fn subject(platform_role: Option<PlatformRole>, team: Option<TeamRole>) -> Subject {
        let teams = team.map(|role| ("payments".parse().unwrap(), role)).into_iter().collect::<BTreeMap<_, _>>();
        Subject { id: Uuid::nil(), name: "ana".parse().unwrap(), platform_role, teams }
    }

    /// Every role × permission × place. `yes`, `no` (403) or `hidden` (404).
    #[test]
    fn golden_matrix() {
        let roles = [
            ("nobody", subject(None, None)),
            ("viewer", subject(None, Some(TeamRole::Viewer))),
            ("developer", subject(None, Some(TeamRole::Developer))),
            ("maintainer", subject(None, Some(TeamRole::Maintainer))),
            ("owner", subject(None, Some(TeamRole::Owner))),
            ("admin", subject(Some(PlatformRole::Admin), None)),
        ];
        let own: TeamName = "payments".parse().unwrap();
        let foreign: TeamName = "fraud".parse().unwrap();
        let mut table = String::new();
        for (place, resource) in [
            ("platform", Resource::Platform),
            ("own team", Resource::Team(own)),
            ("own cluster", Resource::Cluster("payments/dev".parse().unwrap())),
            ("foreign team", Resource::Team(foreign)),
            ("foreign cluster", Resource::Cluster("fraud/dev".parse().unwrap())),
        ] {
            write!(table, "{place:<22}").unwrap();
            roles.iter().for_each(|(name, _)| write!(table, "{name:<11}").unwrap());
            table.truncate(table.trim_end().len());
            table.push('\n');
            for permission in Permission::ALL {
                write!(table, "  {:<20}", permission.name()).unwrap();
                for (_, subject) in &roles {
                    let answer = match decide(subject, *permission, &resource) {
                        Decision::Allow => "yes",
                        Decision::Deny { hidden: true, .. } => "hidden",
                        Decision::Deny { hidden: false, .. } => "no",
                    };
                    write!(table, "{answer:<11}").unwrap();
                }
                table.truncate(table.trim_end().len());
                table.push('\n');
            }
        }
        insta::assert_snapshot!("role_permission_place", table);
    }

    #[test]
    fn a_refusal_names_the_role_and_a_hidden_one_says_nothing() {
        let viewer = subject(None, Some(TeamRole::Viewer));
        let own = Resource::Cluster("payments/dev".parse().unwrap());
        let Decision::Deny { reason, hidden } = decide(&viewer, Permission::ClusterDelete, &own) else { panic!() };
        assert_eq!(reason, "cluster.delete on cluster payments/dev needs the role maintainer in team payments");
        assert!(!hidden);
        let foreign = Resource::Team("fraud".parse().unwrap());
        let Decision::Deny { reason, hidden } = decide(&viewer, Permission::TeamRead, &foreign) else { panic!() };
        let denied = Denied { permission: Permission::TeamRead, reason, hidden };
        assert_eq!(denied.code(), Code::NotFound);
        assert!(!format!("{denied} {:?}", denied.problem()).contains("fraud"));
    }

    #[test]
    fn actions_and_groups_follow_the_same_table() {
        let cluster = Resource::Cluster("payments/dev".parse().unwrap());
        let team: TeamName = "payments".parse().unwrap();
        let viewer = subject(None, Some(TeamRole::Viewer));
        assert_eq!(allowed_actions(&viewer, &cluster), ["accessView"]);
        assert_eq!(cluster_groups(&viewer, &team), ["kore:payments:view"]);
        let owner = subject(None, Some(TeamRole::Owner));
        assert_eq!(allowed_actions(&owner, &cluster), ["update", "delete", "accessView", "accessEdit", "accessAdmin"]);
        for role in [TeamRole::Developer, TeamRole::Maintainer] {
            assert_eq!(cluster_groups(&subject(None, Some(role)), &team), ["kore:payments:edit"]);
        }
        assert_eq!(cluster_groups(&owner, &team), ["kore:payments:admin"]);
        assert!(cluster_groups(&owner, &"fraud".parse().unwrap()).is_empty());
        let admin = subject(Some(PlatformRole::Admin), None);
        assert_eq!(cluster_groups(&admin, &team), ["kore:platform:admin"]);
        assert_eq!(allowed_actions(&admin, &Resource::Platform).len(), 5);
        assert!(allowed_actions(&owner, &Resource::Platform).is_empty());
    }
}
