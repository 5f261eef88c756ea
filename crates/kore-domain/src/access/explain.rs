//! By what somebody may do something, what they hold, and what they may hand on.

use jiff::Timestamp;
use kore_api::access::Holding;

use super::{
    decide::{Decision, decide},
    grant::{Circumstances, Reach, Via},
    permission::{Permission, PermissionSet, Scope},
    role::{AUDITOR, CLUSTER_ADMIN, PLATFORM_ADMIN, Role, SIGNED_IN, TEAM_ROLES},
    subject::{Resource, Subject},
};

/// By what a subject may do this: each line is enough by itself. Empty when [`decide`] says no.
#[must_use]
pub fn via(subject: &Subject, permission: Permission, resource: &Resource, at: &Circumstances) -> Vec<String> {
    if decide(subject, permission, resource, at) != Decision::Allow {
        return Vec::new();
    }
    let mut ways = Vec::new();
    if SIGNED_IN.allows(permission) {
        ways.push("everybody who is signed in may".to_owned());
    }
    if let Some(role) = subject.platform_role.map(Role::from).filter(|role| role.allows(permission)) {
        ways.push(format!("role {} across the platform", role.name));
    }
    if permission.scope() != Scope::Platform
        && let Some(team) = resource.team()
        && let Some(role) = subject.teams.get(team).map(|role| Role::from(*role)).filter(|role| role.allows(permission))
    {
        ways.push(format!("role {} as a member of team {team}", role.name));
    }
    for grant in &subject.grants {
        if grant.permissions.allows(permission) && grant.reach.covers(permission, resource) && grant.holds(at) {
            ways.push(format!("role {} on {} by {}", grant.role, grant.reach, grant.via));
        }
    }
    ways
}

/// The roles that come with Kore and allow this there, the smallest first: whom to ask.
#[must_use]
pub fn holders(permission: Permission, resource: &Resource) -> Vec<&'static str> {
    // Nobody reaches the platform, or every team at once, by a role in one team.
    let in_a_team = permission.scope() != Scope::Platform && resource.team().is_some();
    let roles = [SIGNED_IN].into_iter().chain(TEAM_ROLES.into_iter().filter(|_| in_a_team));
    let roles = roles.chain([CLUSTER_ADMIN].into_iter().filter(|_| in_a_team)).chain([AUDITOR, PLATFORM_ADMIN]);
    roles.filter(|role| role.allows(permission)).map(|role| role.name).collect()
}

/// What a subject holds, whether or not it holds right now and from here.
#[must_use]
pub fn holdings(subject: &Subject) -> Vec<Holding> {
    let fixed = |via: String, role: Role, scope: String| Holding {
        via,
        role: role.name.to_owned(),
        scope,
        until: None,
        networks: Vec::new(),
        permissions: role.permissions.names(),
    };
    let platform = subject.platform_role.map(Role::from);
    let platform = platform.map(|role| fixed("role of the user".to_owned(), role, "the platform".to_owned()));
    let teams = subject
        .teams
        .iter()
        .map(|(team, role)| fixed(format!("member of team {team}"), Role::from(*role), format!("team {team}")));
    let grants = subject.grants.iter().map(|grant| Holding {
        via: grant.via.to_string(),
        role: grant.role.to_string(),
        scope: grant.reach.to_string(),
        until: grant.expires_at,
        networks: grant.networks.clone(),
        permissions: grant.permissions.names(),
    });
    platform.into_iter().chain(teams).chain(grants).collect()
}

/// What of these permissions a subject may not hand on there, until then: nobody grants what they do
/// not hold for at least as long. What somebody holds by an elevation, or from some networks only, they
/// cannot hand on. The platform's administrators may hand on what is inside clusters, since nobody has
/// to approve their elevations.
#[must_use]
pub fn may_grant(
    subject: &Subject,
    permissions: PermissionSet,
    reach: &Reach,
    until: Option<Timestamp>,
    at: &Circumstances,
) -> PermissionSet {
    let mut lasting = subject.clone();
    lasting.grants.retain(|grant| {
        let outlasts = grant.expires_at.is_none_or(|end| until.is_some_and(|until| until <= end));
        matches!(grant.via, Via::Binding(_)) && grant.networks.is_empty() && outlasts
    });
    let admin = subject.is_platform_admin() && subject.limit.is_none();
    let resource = reach.resource();
    let of_use = |permission: Permission| match reach {
        Reach::Platform => true,
        Reach::Team(_) => permission.scope() != Scope::Platform,
        Reach::Cluster(_) => permission.scope() == Scope::Cluster,
        Reach::Namespace(_) => permission.in_namespaces(),
    };
    let missing = |permission: Permission| decide(&lasting, permission, &resource, at) != Decision::Allow;
    permissions.filter(|permission| !admin && of_use(permission) && missing(permission))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::SignedDuration;
    use kore_api::{
        identity::{PlatformRole, TeamRole},
        names::Principal,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{
        super::{grant::Grant, role::BUILT_IN},
        *,
    };

    const AT: Circumstances = Circumstances { now: Timestamp::UNIX_EPOCH, address: None };

    fn member(role: TeamRole) -> Subject {
        let teams = BTreeMap::from([("payments".parse().unwrap(), role)]);
        Subject { teams, ..Subject::new(Uuid::nil(), Principal::User("ana".parse().unwrap())) }
    }

    fn grant(via: Via, role: Role, reach: Reach) -> Grant {
        let (role, permissions) = (role.name.into(), role.permissions);
        Grant { via, role, permissions, reach, expires_at: None, networks: Vec::new() }
    }

    #[test]
    fn nobody_grants_what_they_do_not_hold() {
        let team = Reach::Team("payments".parse().unwrap());
        let of = |role: TeamRole| Role::from(role).permissions;
        let refused = |subject: &Subject, set, reach: &Reach| !may_grant(subject, set, reach, None, &AT).is_empty();
        let owner = member(TeamRole::Owner);
        assert!(!refused(&owner, of(TeamRole::Owner), &team));
        assert!(refused(&owner, CLUSTER_ADMIN.permissions, &team), "cluster-admin is the platform's");
        assert!(refused(&owner, of(TeamRole::Viewer), &Reach::Platform));
        assert!(refused(&owner, of(TeamRole::Viewer), &Reach::Team("fraud".parse().unwrap())));
        assert!(refused(&member(TeamRole::Maintainer), of(TeamRole::Owner), &team));
        let admin = Subject { platform_role: Some(PlatformRole::Admin), ..member(TeamRole::Viewer) };
        assert!(!refused(&admin, CLUSTER_ADMIN.permissions, &Reach::Platform));
    }

    #[test]
    fn a_namespace_is_handed_on_by_whoever_holds_it() {
        let web = Reach::Namespace("payments/dev/web".parse().unwrap());
        let of = |role: TeamRole| Role::from(role).permissions;
        let beyond = |subject: &Subject, set, reach: &Reach| may_grant(subject, set, reach, None, &AT).names();
        // What has no meaning in a namespace is not asked about there.
        assert!(beyond(&member(TeamRole::Owner), of(TeamRole::Owner), &web).is_empty());
        assert_eq!(beyond(&member(TeamRole::Developer), of(TeamRole::Owner), &web), ["cluster.accessAdmin"]);
        let mut guest = Subject::new(Uuid::nil(), Principal::User("ben".parse().unwrap()));
        guest.grants = vec![grant(Via::Binding(Uuid::nil()), TeamRole::Owner.into(), web.clone())];
        assert!(beyond(&guest, of(TeamRole::Owner), &web).is_empty());
        assert!(!beyond(&guest, of(TeamRole::Viewer), &Reach::Cluster("payments/dev".parse().unwrap())).is_empty());
        assert!(
            !beyond(&guest, of(TeamRole::Viewer), &Reach::Namespace("payments/dev/shop".parse().unwrap())).is_empty()
        );
        // And they have no right to make bindings at all: that is a matter of teams.
        assert_ne!(decide(&guest, Permission::RoleBindingWrite, &web.resource(), &AT), Decision::Allow);
    }

    #[test]
    fn what_is_held_for_a_while_is_not_handed_on_for_longer() {
        let team = Reach::Team("payments".parse().unwrap());
        let owner = Role::from(TeamRole::Owner);
        let end = AT.now + SignedDuration::from_hours(1);
        let mut guest = Subject::new(Uuid::nil(), Principal::User("ben".parse().unwrap()));
        guest.grants = vec![grant(Via::Elevation(Uuid::nil()), owner, team.clone())];
        assert!(
            !may_grant(&guest, owner.permissions, &team, Some(end), &AT).is_empty(),
            "an elevation is not handed on"
        );
        guest.grants = vec![Grant { expires_at: Some(end), ..grant(Via::Binding(Uuid::nil()), owner, team.clone()) }];
        assert!(!may_grant(&guest, owner.permissions, &team, None, &AT).is_empty());
        assert!(may_grant(&guest, owner.permissions, &team, Some(end), &AT).is_empty());
        guest.grants[0].networks = vec!["192.0.2.0/24".parse().unwrap()];
        assert!(!may_grant(&guest, owner.permissions, &team, Some(end), &AT).is_empty());
    }

    #[test]
    fn the_roles_that_would_do_are_named_the_smallest_first() {
        let team = Resource::Team("payments".parse().unwrap());
        let cluster = Resource::Cluster("payments/dev".parse().unwrap());
        for (permission, resource, roles) in [
            (Permission::ClusterCreate, &team, "maintainer,owner,platform-admin"),
            (Permission::MembershipWrite, &team, "owner,platform-admin"),
            (Permission::MembershipWrite, &Resource::Platform, "platform-admin"),
            (Permission::ClusterAccessEdit, &cluster, "developer,maintainer,owner,cluster-admin"),
            (Permission::ClusterAccessPlatform, &cluster, "cluster-admin"),
            (Permission::UserRead, &Resource::Platform, "platform-auditor,platform-admin"),
            (Permission::UserRead, &team, "platform-auditor,platform-admin"),
            (Permission::TeamList, &Resource::Platform, "signed-in,platform-auditor,platform-admin"),
        ] {
            assert_eq!(holders(permission, resource).join(","), roles, "{}", permission.name());
        }
    }

    proptest! {
        /// Whatever is held further out is held in a cluster and in its namespaces too, as far as it has a meaning
        /// there; and nothing held in a namespace reaches its neighbour.
        #[test]
        fn what_reaches_further_holds_within(bound in 0..BUILT_IN.len(), permission in 0..Permission::ALL.len()) {
            let (role, permission) = (BUILT_IN[bound], Permission::ALL[permission]);
            let reaches: Vec<Reach> = [
                (Some("fraud"), Some("dev"), Some("web")), (Some("fraud"), Some("dev"), None), (Some("fraud"), None, None),
                (None, None, None),
            ].into_iter().map(|(team, cluster, namespace)| Reach::of(&kore_api::access::ScopeSpec {
                team: team.map(|name| name.parse().unwrap()),
                cluster: cluster.map(|name| name.parse().unwrap()),
                namespace: namespace.map(|name| name.parse().unwrap()),
            }).unwrap()).collect();
            let holder = |reach: &Reach| Subject {
                grants: vec![grant(Via::Binding(Uuid::nil()), role, reach.clone())],
                ..Subject::new(Uuid::nil(), Principal::User("ben".parse().unwrap()))
            };
            let may = |reach: &Reach, resource: &Resource| decide(&holder(reach), permission, resource, &AT) == Decision::Allow;
            for (depth, inner) in reaches.iter().enumerate() {
                for outer in &reaches[depth..] {
                    prop_assert!(outer.contains(inner));
                    prop_assert!(!may(inner, &inner.resource()) || may(outer, &inner.resource()), "{permission:?}");
                    prop_assert!(inner == outer || !inner.contains(outer));
                }
            }
            let free = SIGNED_IN.allows(permission);
            prop_assert!(free || !may(&reaches[0], &Resource::Namespace("fraud/dev/shop".parse().unwrap())));
            prop_assert!(free || !may(&reaches[0], &Resource::Cluster("fraud/prod".parse().unwrap())));
            prop_assert!(free || !may(&reaches[0], &Resource::Team("fraud".parse().unwrap())));
        }

        /// Whoever holds a role that is named may, and nobody by a role in the team that is not.
        #[test]
        fn who_is_named_may(role in 0..4_usize, permission in 0..Permission::ALL.len(), place in 0..3_usize) {
            let roles = [TeamRole::Viewer, TeamRole::Developer, TeamRole::Maintainer, TeamRole::Owner];
            let places = [
                Resource::Platform, Resource::Team("payments".parse().unwrap()), Resource::Cluster("payments/dev".parse().unwrap()),
            ];
            let (permission, resource, subject) = (Permission::ALL[permission], &places[place], member(roles[role]));
            let named = holders(permission, resource);
            let may = decide(&subject, permission, resource, &AT) == Decision::Allow;
            prop_assert_eq!(may, named.contains(&Role::from(roles[role]).name) || named.contains(&SIGNED_IN.name));
        }

        /// What `via` names and what is decided agree, for every role, permission and place.
        #[test]
        fn reasons_and_decisions_agree(
            role in 0..4_usize, platform in 0..3_usize, bound in 0..BUILT_IN.len(), reach in 0..5_usize,
            permission in 0..Permission::ALL.len(), place in 0..5_usize,
        ) {
            let roles = [TeamRole::Viewer, TeamRole::Developer, TeamRole::Maintainer, TeamRole::Owner];
            let mut subject = member(roles[role]);
            subject.platform_role = [None, Some(PlatformRole::Auditor), Some(PlatformRole::Admin)][platform];
            let cluster = "fraud/dev".parse::<kore_api::names::ClusterRef>().unwrap();
            let fraud = cluster.team.clone();
            let namespace = "fraud/dev/web".parse::<kore_api::names::NamespaceRef>().unwrap();
            let reaches = [
                None, Some(Reach::Namespace(namespace.clone())), Some(Reach::Cluster(cluster.clone())),
                Some(Reach::Team(fraud.clone())), Some(Reach::Platform),
            ];
            subject.grants.extend(
                reaches[reach].clone().map(|reach| grant(Via::Binding(Uuid::nil()), BUILT_IN[bound], reach)),
            );
            let places = [
                Resource::Platform, Resource::Team(fraud), Resource::Cluster(cluster),
                Resource::Team("payments".parse().unwrap()), Resource::Namespace(namespace),
            ];
            let (permission, resource) = (Permission::ALL[permission], &places[place]);
            let allowed = decide(&subject, permission, resource, &AT) == Decision::Allow;
            prop_assert_eq!(allowed, !via(&subject, permission, resource, &AT).is_empty());
        }
    }
}
