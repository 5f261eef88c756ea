//! The decision itself.

use std::collections::BTreeSet;

use kore_api::{
    codes::Code,
    names::{ClusterRef, NamespaceRef},
    namespace::NamespaceRole,
    problem::Problem,
};

use super::{
    grant::{Circumstances, Reach},
    permission::{Permission, Scope},
    role::{CLUSTER_ADMIN, FREE, PLATFORM_ADMIN, Role, SIGNED_IN, TEAM_ROLES},
    subject::{Resource, Subject},
};
use crate::cluster_rbac::{PLATFORM_ADMIN_GROUP, namespace_group, team_group};

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

/// May this subject do this to that, now and from there? The one place where rights are decided.
///
/// A permission over teams or clusters asked of [`Resource::Platform`] means "in every team".
#[must_use]
pub fn decide(subject: &Subject, permission: Permission, resource: &Resource, at: &Circumstances) -> Decision {
    let limited = subject.limit.as_ref().is_some_and(|limit| !limit.allows(permission, resource));
    if limited && !FREE.allows(permission) {
        let reason = format!("the token in use is not good for {} on {resource}", permission.name());
        return Decision::Deny { reason, hidden: resource.team().is_some() && !knows(subject, resource, at) };
    }
    let platform_role = subject.platform_role.map(Role::from);
    if platform_role.is_some_and(|role| role.allows(permission)) || SIGNED_IN.allows(permission) {
        return Decision::Allow;
    }
    let membership = resource.team().and_then(|team| subject.teams.get(team)).map(|role| Role::from(*role));
    if permission.scope() != Scope::Platform && membership.is_some_and(|role| role.allows(permission)) {
        return Decision::Allow;
    }
    let granted = subject.grants.iter().any(|grant| {
        grant.permissions.allows(permission) && grant.reach.covers(permission, resource) && grant.holds(at)
    });
    if granted {
        return Decision::Allow;
    }
    let hidden = resource.team().is_some() && !knows(subject, resource, at);
    Decision::Deny { reason: needed(permission, resource), hidden }
}

/// Whether they have anything there, so that it is no secret that it is there.
fn knows(subject: &Subject, resource: &Resource, at: &Circumstances) -> bool {
    subject.platform_role.is_some()
        || resource.team().is_some_and(|team| subject.teams.contains_key(team))
        || subject.grants.iter().any(|grant| grant.reach.knows(resource) && grant.holds(at))
}

/// What a refusal says: the smallest role that would do.
fn needed(permission: Permission, resource: &Resource) -> String {
    let action = permission.name();
    let team = resource.team().filter(|_| permission.scope() != Scope::Platform);
    let Some(team) = team else { return format!("{action} needs the role {}", PLATFORM_ADMIN.name) };
    match TEAM_ROLES.iter().find(|role| role.allows(permission)) {
        Some(role) => format!("{action} on {resource} needs the role {} in team {team}", role.name),
        None if CLUSTER_ADMIN.allows(permission) => {
            format!("{action} on {resource} needs an elevation to {}", CLUSTER_ADMIN.name)
        }
        None => format!("{action} on {resource} needs the role {}", PLATFORM_ADMIN.name),
    }
}

/// What the subject may do with an object, as `metadata.actions` lists it; reading is not listed.
#[must_use]
pub fn allowed_actions(subject: &Subject, resource: &Resource, at: &Circumstances) -> Vec<String> {
    let offered: &[(Permission, &str)] = match resource {
        Resource::Platform => &[
            (Permission::TeamCreate, "createTeam"),
            (Permission::PlanWrite, "writePlans"),
            (Permission::UserWrite, "writeUsers"),
            (Permission::RoleWrite, "writeRoles"),
            (Permission::AuditReadPlatform, "readAudit"),
            (Permission::ManagementRead, "readManagement"),
            (Permission::IdentityProviderWrite, "writeIdentityProviders"),
        ],
        Resource::Team(_) => &[
            (Permission::TeamUpdate, "update"),
            (Permission::TeamDelete, "delete"),
            (Permission::MembershipWrite, "writeMemberships"),
            (Permission::RoleBindingWrite, "writeRoleBindings"),
            (Permission::RobotWrite, "writeRobots"),
            (Permission::ClusterCreate, "createCluster"),
            (Permission::AuditReadTeam, "readAudit"),
        ],
        Resource::Cluster(_) => &[
            (Permission::ClusterUpdate, "update"),
            (Permission::ClusterDelete, "delete"),
            (Permission::NamespaceWrite, "writeNamespaces"),
            (Permission::ClusterAccessView, "accessView"),
            (Permission::ClusterAccessDeploy, "accessDeploy"),
            (Permission::ClusterAccessEdit, "accessEdit"),
            (Permission::ClusterAccessAdmin, "accessAdmin"),
        ],
        // It has no object of its own to list them.
        Resource::Namespace(_) => &[],
    };
    offered
        .iter()
        .filter(|(permission, _)| decide(subject, *permission, resource, at) == Decision::Allow)
        .map(|(_, action)| (*action).to_owned())
        .collect()
}

/// The groups that the gateway puts on a subject's requests to a cluster: of the whole cluster, and of each
/// namespace in which they hold something of its own; empty means no access. The platform's administrators are
/// Kubernetes' `cluster-admin` while they hold an elevation to it.
#[must_use]
pub fn cluster_groups(subject: &Subject, cluster: &ClusterRef, at: &Circumstances) -> Vec<String> {
    let may = |permission, resource: &Resource| decide(subject, permission, resource, at) == Decision::Allow;
    // Whoever edits deploys; whoever deploys need not look, nor the other way round.
    let roles = |resource: &Resource| -> Vec<NamespaceRole> {
        let highest = [
            (Permission::ClusterAccessAdmin, NamespaceRole::Admin),
            (Permission::ClusterAccessEdit, NamespaceRole::Edit),
        ];
        if let Some((_, role)) = highest.into_iter().find(|(permission, _)| may(*permission, resource)) {
            return vec![role];
        }
        let beside = [
            (Permission::ClusterAccessDeploy, NamespaceRole::Deploy),
            (Permission::ClusterAccessView, NamespaceRole::View),
        ];
        beside.into_iter().filter(|(permission, _)| may(*permission, resource)).map(|(_, role)| role).collect()
    };
    let whole = Resource::Cluster(cluster.clone());
    let mut groups = Vec::new();
    if may(Permission::ClusterAccessPlatform, &whole) {
        groups.push(PLATFORM_ADMIN_GROUP.to_owned());
    }
    groups.extend(roles(&whole).into_iter().map(|role| team_group(&cluster.team, role)));
    let namespaces: BTreeSet<&NamespaceRef> = subject
        .grants
        .iter()
        .filter(|grant| grant.holds(at))
        .filter_map(|grant| match &grant.reach {
            Reach::Namespace(namespace) if namespace.cluster == *cluster => Some(namespace),
            _ => None,
        })
        .collect();
    for namespace in namespaces {
        let resource = Resource::Namespace(namespace.clone());
        groups.extend(roles(&resource).into_iter().map(|role| namespace_group(namespace, role)));
    }
    groups
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Write};

    use jiff::{SignedDuration, Timestamp};
    use kore_api::{
        identity::{PlatformRole, TeamRole},
        names::{Principal, TeamName},
    };
    use uuid::Uuid;

    use super::{
        super::{
            grant::{Grant, Limit, Via},
            role::DEPLOYER,
        },
        *,
    };

    const AT: Circumstances = Circumstances { now: Timestamp::UNIX_EPOCH, address: None };

    fn subject(platform_role: Option<PlatformRole>, team: Option<TeamRole>) -> Subject {
        let teams = team.map(|role| ("payments".parse().unwrap(), role)).into_iter().collect::<BTreeMap<_, _>>();
        Subject { platform_role, teams, ..Subject::new(Uuid::nil(), Principal::User("ana".parse().unwrap())) }
    }

    fn granted(role: Role, reach: &str) -> Subject {
        let reach = match reach.matches('/').count() {
            0 => Reach::Team(reach.parse().unwrap()),
            1 => Reach::Cluster(reach.parse().unwrap()),
            _ => Reach::Namespace(reach.parse().unwrap()),
        };
        let grant = Grant {
            via: Via::Binding(Uuid::nil()),
            role: role.name.into(),
            permissions: role.permissions,
            reach,
            expires_at: None,
            networks: Vec::new(),
        };
        let robot = Principal::Robot("payments/ci".parse().unwrap());
        Subject { grants: vec![grant], ..Subject::new(Uuid::nil(), robot) }
    }

    fn answer(subject: &Subject, permission: Permission, resource: &Resource) -> &'static str {
        match decide(subject, permission, resource, &AT) {
            Decision::Allow => "yes",
            Decision::Deny { hidden: true, .. } => "hidden",
            Decision::Deny { hidden: false, .. } => "no",
        }
    }

    /// Every role × permission × place. `yes`, `no` (403) or `hidden` (404). The three on the right hold a
    /// role by a binding: a robot in the team, one for the one cluster, and one in the one namespace.
    #[test]
    fn golden_matrix() {
        let roles = [
            ("nobody", subject(None, None)),
            ("viewer", subject(None, Some(TeamRole::Viewer))),
            ("developer", subject(None, Some(TeamRole::Developer))),
            ("maintainer", subject(None, Some(TeamRole::Maintainer))),
            ("owner", subject(None, Some(TeamRole::Owner))),
            ("auditor", subject(Some(PlatformRole::Auditor), None)),
            ("admin", subject(Some(PlatformRole::Admin), None)),
            ("robot", granted(TeamRole::Maintainer.into(), "payments")),
            ("elevated", granted(CLUSTER_ADMIN, "payments/dev")),
            ("in web", granted(TeamRole::Owner.into(), "payments/dev/web")),
        ];
        let own: TeamName = "payments".parse().unwrap();
        let foreign: TeamName = "fraud".parse().unwrap();
        let mut table = String::new();
        for (place, resource) in [
            ("platform", Resource::Platform),
            ("own team", Resource::Team(own)),
            ("own cluster", Resource::Cluster("payments/dev".parse().unwrap())),
            ("its namespace web", Resource::Namespace("payments/dev/web".parse().unwrap())),
            ("its namespace shop", Resource::Namespace("payments/dev/shop".parse().unwrap())),
            ("its neighbour", Resource::Cluster("payments/prod".parse().unwrap())),
            ("foreign team", Resource::Team(foreign)),
            ("foreign cluster", Resource::Cluster("fraud/dev".parse().unwrap())),
        ] {
            write!(table, "{place:<25}").unwrap();
            roles.iter().for_each(|(name, _)| write!(table, "{name:<11}").unwrap());
            table.truncate(table.trim_end().len());
            table.push('\n');
            for permission in Permission::ALL {
                write!(table, "  {:<23}", permission.name()).unwrap();
                for (_, subject) in &roles {
                    write!(table, "{:<11}", answer(subject, *permission, &resource)).unwrap();
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
        let Decision::Deny { reason, hidden } = decide(&viewer, Permission::ClusterDelete, &own, &AT) else { panic!() };
        assert_eq!(reason, "cluster.delete on cluster payments/dev needs the role maintainer in team payments");
        assert!(!hidden);
        let foreign = Resource::Team("fraud".parse().unwrap());
        let Decision::Deny { reason, hidden } = decide(&viewer, Permission::TeamRead, &foreign, &AT) else { panic!() };
        let denied = Denied { permission: Permission::TeamRead, reason, hidden };
        assert_eq!(denied.code(), Code::NotFound);
        assert!(!format!("{denied} {:?}", denied.problem()).contains("fraud"));
    }

    #[test]
    fn a_grant_holds_in_its_time_and_from_its_networks_only() {
        let own = Resource::Cluster("payments/dev".parse().unwrap());
        let mut robot = granted(TeamRole::Developer.into(), "payments/dev");
        let end = AT.now + SignedDuration::from_secs(60);
        robot.grants[0].expires_at = Some(end);
        robot.grants[0].networks = vec!["192.0.2.0/24".parse().unwrap()];
        let inside = Circumstances { now: AT.now, address: Some("192.0.2.9".parse().unwrap()) };
        let edit = Permission::ClusterAccessEdit;
        assert_eq!(decide(&robot, edit, &own, &inside), Decision::Allow);
        let elsewhere = Circumstances { address: Some("198.51.100.9".parse().unwrap()), ..inside };
        for at in [Circumstances { now: end, ..inside }, elsewhere, AT] {
            assert!(matches!(decide(&robot, edit, &own, &at), Decision::Deny { hidden: true, .. }), "{at:?}");
        }
    }

    #[test]
    fn a_token_is_good_for_no_more_than_it_says() {
        let permissions = [Permission::ClusterRead.name().to_owned(), Permission::TeamCreate.name().to_owned()];
        let limit = Limit { permissions: permissions.into(), teams: Some(["payments".parse().unwrap()].into()) };
        let admin = subject(Some(PlatformRole::Admin), None).within(Some(limit));
        let (own, foreign) = ("payments/dev".parse().unwrap(), "fraud/dev".parse().unwrap());
        let (own, foreign) = (Resource::Cluster(own), Resource::Cluster(foreign));
        assert_eq!(answer(&admin, Permission::ClusterRead, &own), "yes");
        assert_eq!(answer(&admin, Permission::ClusterDelete, &own), "no");
        assert_eq!(answer(&admin, Permission::ClusterRead, &foreign), "no", "another team");
        assert_eq!(answer(&admin, Permission::TeamCreate, &Resource::Platform), "no", "of no team");
        assert_eq!(answer(&admin, Permission::PlanRead, &Resource::Platform), "yes");
        let viewer = subject(None, Some(TeamRole::Viewer));
        let limit =
            Limit { permissions: Permission::ALL.iter().map(|one| one.name().to_owned()).collect(), teams: None };
        assert_eq!(
            answer(&viewer.within(Some(limit)), Permission::ClusterDelete, &own),
            "no",
            "nor for more than its holder"
        );
    }

    #[test]
    fn actions_and_groups_follow_the_same_table() {
        let cluster: ClusterRef = "payments/dev".parse().unwrap();
        let resource = Resource::Cluster(cluster.clone());
        let viewer = subject(None, Some(TeamRole::Viewer));
        assert_eq!(allowed_actions(&viewer, &resource, &AT), ["accessView"]);
        assert_eq!(cluster_groups(&viewer, &cluster, &AT), ["kore:payments:view"]);
        let owner = subject(None, Some(TeamRole::Owner));
        let all = ["update", "delete", "writeNamespaces", "accessView", "accessDeploy", "accessEdit", "accessAdmin"];
        assert_eq!(allowed_actions(&owner, &resource, &AT), all);
        for role in [TeamRole::Developer, TeamRole::Maintainer] {
            assert_eq!(cluster_groups(&subject(None, Some(role)), &cluster, &AT), ["kore:payments:edit"]);
        }
        assert_eq!(cluster_groups(&owner, &cluster, &AT), ["kore:payments:admin"]);
        assert!(cluster_groups(&owner, &"fraud/dev".parse().unwrap(), &AT).is_empty());
        for role in [PlatformRole::Admin, PlatformRole::Auditor] {
            assert_eq!(cluster_groups(&subject(Some(role), None), &cluster, &AT), ["kore:payments:view"], "{role:?}");
        }
        let elevated = granted(CLUSTER_ADMIN, "payments/dev");
        assert_eq!(cluster_groups(&elevated, &cluster, &AT), ["kore:platform:admin", "kore:payments:admin"]);
        assert!(cluster_groups(&elevated, &"payments/prod".parse().unwrap(), &AT).is_empty());
        let admin = subject(Some(PlatformRole::Admin), None);
        assert_eq!(allowed_actions(&admin, &Resource::Platform, &AT).len(), 7);
        assert!(allowed_actions(&owner, &Resource::Platform, &AT).is_empty());
    }

    #[test]
    fn what_is_held_in_a_namespace_is_a_group_of_that_namespace() {
        let cluster: ClusterRef = "payments/dev".parse().unwrap();
        let groups = |subject: &Subject| cluster_groups(subject, &cluster, &AT);
        let robot = granted(DEPLOYER, "payments/dev/web");
        assert_eq!(groups(&robot), ["kore:payments/web:deploy"]);
        assert!(cluster_groups(&robot, &"payments/prod".parse().unwrap(), &AT).is_empty());
        // They get in, and nothing about the cluster is theirs besides.
        let whole = Resource::Cluster(cluster.clone());
        assert_eq!(answer(&robot, Permission::ClusterEnter, &whole), "yes");
        assert_eq!(answer(&robot, Permission::ClusterRead, &whole), "no");
        assert_eq!(
            answer(&robot, Permission::ClusterEnter, &Resource::Cluster("payments/prod".parse().unwrap())),
            "hidden"
        );
        for (role, group) in [
            (TeamRole::Viewer, "view"),
            (TeamRole::Developer, "edit"),
            (TeamRole::Maintainer, "edit"),
            (TeamRole::Owner, "admin"),
        ] {
            assert_eq!(groups(&granted(role.into(), "payments/dev/web")), [format!("kore:payments/web:{group}")]);
        }
        // Beside what a member has in the whole cluster.
        let mut viewer = subject(None, Some(TeamRole::Viewer));
        viewer.grants = granted(TeamRole::Developer.into(), "payments/dev/web").grants;
        assert_eq!(groups(&viewer), ["kore:payments:view", "kore:payments/web:edit"]);
        viewer.grants[0].expires_at = Some(AT.now);
        assert_eq!(groups(&viewer), ["kore:payments:view"]);
        // Deploying everywhere, and looking besides.
        assert_eq!(groups(&granted(DEPLOYER, "payments")), ["kore:payments:deploy"]);
        viewer.grants = granted(DEPLOYER, "payments/dev/web").grants;
        assert_eq!(groups(&viewer), ["kore:payments:view", "kore:payments/web:deploy", "kore:payments/web:view"]);
        assert!(cluster_groups(&granted(TeamRole::Owner.into(), "fraud/dev/web"), &cluster, &AT).is_empty());
    }
}
