//! Roles, bindings, elevations, and what they come to as a subject.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kore_api::{
    access::{ElevationRule, ElevationSpec, ElevationState, RoleBindingSpec, RoleSpec, ScopeSpec},
    codes::Code,
    identity::PlatformRole,
};
use kore_domain::access::{
    Authorized, Circumstances, Decision, Limit, Permission, Resource, Subject, Via, Visibility, decide,
};
use kore_store::{NewElevation, NewSession, NewToken, RoleBinding, StoreError, TokenHash, TokenKind, User};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::support::{Db, at, cases, grant, name, now, spec, system, team_grant};

cases![
    roles_come_change_and_go_unless_somebody_has_them,
    nobody_is_bound_to_a_role_that_goes_at_the_same_moment,
    a_binding_is_what_its_subject_holds_where_and_until_when,
    a_binding_that_takes_an_elevation_is_of_no_use_by_itself,
    an_elevation_goes_by_itself_and_of_two_who_decide_one_does,
    an_elevation_ends_with_what_it_came_of,
    grants_in_a_team_that_is_gone_are_forgotten,
    grants_in_a_cluster_that_is_gone_are_not_those_of_the_next_of_its_name,
    grants_in_a_namespace_are_of_that_namespace,
    a_token_keeps_its_limit_and_one_that_cannot_be_read_opens_nothing,
];

fn role_spec(permissions: &[Permission]) -> RoleSpec {
    RoleSpec { description: None, permissions: permissions.iter().map(|one| one.name().to_owned()).collect() }
}

fn scope(text: &str) -> ScopeSpec {
    let mut parts = text.split('/');
    ScopeSpec {
        team: parts.next().filter(|team| !team.is_empty()).map(|team| team.parse().unwrap()),
        cluster: parts.next().map(|cluster| cluster.parse().unwrap()),
        namespace: parts.next().map(|namespace| namespace.parse().unwrap()),
    }
}

fn binding(user: &str, role: &str, place: &str) -> RoleBindingSpec {
    RoleBindingSpec {
        subject: format!("user:{user}").parse().unwrap(),
        role: role.to_owned(),
        scope: scope(place),
        expires_at: None,
        networks: Vec::new(),
        elevation: None,
    }
}

fn writes() -> Authorized<Resource> {
    system().grant(Permission::RoleBindingWrite, Resource::Platform)
}

async fn bind(db: &Db, spec: &RoleBindingSpec) -> RoleBinding {
    db.store.create_role_binding(&writes(), spec, "t1", now()).await.unwrap()
}

fn asked(subject: &User, role: &str, place: &str, binding: Option<Uuid>, approval: bool) -> NewElevation {
    NewElevation {
        subject: subject.id,
        spec: ElevationSpec { role: role.into(), scope: scope(place), minutes: 30, reason: "INC-1".into() },
        team_id: if place.is_empty() { String::new() } else { "t1".into() },
        binding,
        networks: Vec::new(),
        approval,
    }
}

async fn subject(db: &Db, user: &User, when: Timestamp) -> Subject {
    db.store.subject(user.id, when).await.unwrap().unwrap()
}

fn may(subject: &Subject, permission: Permission, cluster: &str, when: Timestamp) -> bool {
    let resource = Resource::Cluster(cluster.parse().unwrap());
    decide(subject, permission, &resource, &Circumstances { now: when, address: None }) == Decision::Allow
}

async fn roles_come_change_and_go_unless_somebody_has_them(db: Db) {
    let proof = grant(Permission::RoleWrite);
    let releaser = "releaser".parse().unwrap();
    let made = db.store.create_role(&proof, &releaser, &role_spec(&[Permission::ClusterRead]), now()).await.unwrap();
    assert_eq!((made.revision, made.spec.permissions.clone()), (1, vec!["cluster.read".to_owned()]));
    let again = db.store.create_role(&proof, &releaser, &made.spec, now()).await.unwrap_err();
    assert!(matches!(&again, StoreError::Unique(index) if index == "roles_name"), "{again:?}");

    let ana = db.user("ana").await;
    let bound = bind(&db, &binding("ana", "releaser", "payments")).await;
    assert!(!may(&subject(&db, &ana, now()).await, Permission::ClusterAccessEdit, "payments/dev", now()));
    let wider = role_spec(&[Permission::ClusterRead, Permission::ClusterAccessEdit]);
    assert!(matches!(db.store.update_role(&proof, &releaser, 7, &wider, at(1)).await, Err(StoreError::Conflict(_))));
    assert_eq!(db.store.update_role(&proof, &releaser, 1, &wider, at(1)).await.unwrap().revision, 2);
    assert!(may(&subject(&db, &ana, now()).await, Permission::ClusterAccessEdit, "payments/dev", now()));

    assert!(matches!(db.store.delete_role(&proof, &releaser, 2, at(2)).await, Err(StoreError::InUse(_))));
    assert!(db.store.role("releaser").await.unwrap().is_some(), "what is refused changes nothing");
    assert!(db.store.delete_role_binding(&writes(), bound.id).await.unwrap());
    db.store.delete_role(&proof, &releaser, 2, at(2)).await.unwrap();
    assert!(matches!(db.store.delete_role(&proof, &releaser, 2, at(2)).await, Err(StoreError::NotFound(_))));
}

async fn nobody_is_bound_to_a_role_that_goes_at_the_same_moment(db: Db) {
    db.user("ana").await;
    let (proof, releaser) = (grant(Permission::RoleWrite), "releaser".parse().unwrap());
    for _ in 0..10 {
        db.store.create_role(&proof, &releaser, &role_spec(&[Permission::ClusterRead]), now()).await.unwrap();
        let spec = binding("ana", "releaser", "payments");
        let proof_of_binding = writes();
        let (bound, gone) = tokio::join!(
            db.store.create_role_binding(&proof_of_binding, &spec, "t1", now()),
            db.store.delete_role(&proof, &releaser, 1, now()),
        );
        match (bound, gone) {
            (Ok(bound), Err(StoreError::InUse(_))) => {
                assert!(db.store.delete_role_binding(&writes(), bound.id).await.unwrap());
                db.store.delete_role(&proof, &releaser, 1, now()).await.unwrap();
            }
            (Err(StoreError::NotFound(_)), Ok(())) => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn a_binding_is_what_its_subject_holds_where_and_until_when(db: Db) {
    let ana = db.user("ana").await;
    let spec = RoleBindingSpec {
        expires_at: Some(at(60)),
        networks: vec!["192.0.2.0/24".parse().unwrap()],
        ..binding("ana", "developer", "payments/dev")
    };
    let made = bind(&db, &spec).await;
    assert_eq!((made.spec.clone(), made.subject_id, made.granted_by.as_str()), (spec.clone(), ana.id, "system:test"));
    let twice = db.store.create_role_binding(&writes(), &spec, "t1", now()).await.unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists);
    let nobody = db.store.create_role_binding(&writes(), &binding("eve", "viewer", ""), "", now()).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);

    let held = subject(&db, &ana, now()).await;
    assert_eq!((held.grants.len(), held.grants[0].via), (1, Via::Binding(made.id)));
    let there = Circumstances { now: now(), address: Some("192.0.2.1".parse().unwrap()) };
    let dev = Resource::Cluster("payments/dev".parse().unwrap());
    assert_eq!(decide(&held, Permission::ClusterAccessEdit, &dev, &there), Decision::Allow);
    assert!(!may(&held, Permission::ClusterAccessEdit, "payments/dev", now()), "from nobody knows where");
    assert!(subject(&db, &ana, at(60)).await.grants.is_empty(), "its time is over");

    let own = |teams: &[&str]| {
        let teams = teams.iter().map(|team| team.parse().unwrap()).collect();
        system().grant(Permission::RoleBindingRead, Visibility::teams(teams))
    };
    assert_eq!(db.store.list_role_bindings(&own(&["payments"]), Uuid::nil()).await.unwrap().len(), 1);
    assert!(db.store.list_role_bindings(&own(&["fraud"]), Uuid::nil()).await.unwrap().is_empty());
    assert_eq!(db.store.list_role_bindings(&own(&[]), ana.id).await.unwrap().len(), 1, "one's own");
    let people = db.store.principals_in(&"payments".parse().unwrap(), now()).await.unwrap();
    assert_eq!(people.iter().map(ToString::to_string).collect::<Vec<_>>(), ["user:ana"]);
    db.store.sweep_expired(at(60 + 25 * 3600)).await.unwrap();
    assert!(db.store.role_binding(made.id).await.unwrap().is_none());
}

async fn a_binding_that_takes_an_elevation_is_of_no_use_by_itself(db: Db) {
    let ana = db.user("ana").await;
    let rule = Some(ElevationRule { max_minutes: 60, approval: true });
    let made = bind(&db, &RoleBindingSpec { elevation: rule, ..binding("ana", "owner", "payments") }).await;
    assert!(subject(&db, &ana, now()).await.grants.is_empty());
    let asked = db.store.create_elevation(&asked(&ana, "owner", "payments", Some(made.id), true), now()).await.unwrap();
    assert_eq!((asked.state, asked.active_until), (ElevationState::Requested, None));
    assert!(subject(&db, &ana, now()).await.grants.is_empty(), "nobody has approved");
    db.store.decide_elevation(&asked, ElevationState::Active, "user:ben", at(10)).await.unwrap();
    let held = subject(&db, &ana, at(11)).await;
    assert_eq!((held.grants.len(), held.grants[0].via), (1, Via::Elevation(asked.id)));
}

async fn an_elevation_goes_by_itself_and_of_two_who_decide_one_does(db: Db) {
    let ana = db.user("ana").await;
    let rule = Some(ElevationRule { max_minutes: 60, approval: true });
    let made = bind(&db, &RoleBindingSpec { elevation: rule, ..binding("ana", "developer", "payments") }).await;
    let new = asked(&ana, "developer", "payments", Some(made.id), true);
    let seen = db.store.create_elevation(&new, now()).await.unwrap();
    let active = db.store.decide_elevation(&seen, ElevationState::Active, "user:ben", at(5)).await.unwrap();
    assert_eq!((active.state, active.active_until), (ElevationState::Active, Some(at(5 + 30 * 60))));
    let late = db.store.decide_elevation(&seen, ElevationState::Refused, "user:eve", at(5)).await.unwrap_err();
    assert!(matches!(late, StoreError::Conflict(_)));
    let over = at(5 + 30 * 60);
    assert!(may(&subject(&db, &ana, at(6)).await, Permission::ClusterAccessEdit, "payments/dev", at(6)));
    assert!(
        !may(&subject(&db, &ana, at(6)).await, Permission::ClusterAccessEdit, "payments/dev", over),
        "to the second"
    );
    assert!(subject(&db, &ana, over).await.grants.is_empty());
    assert_eq!(db.store.elevation(seen.id, over).await.unwrap().unwrap().state, ElevationState::Expired);
    let waiting = db.store.create_elevation(&new, at(1)).await.unwrap();
    let state = db.store.elevation(waiting.id, at(2 + 24 * 3600)).await.unwrap().unwrap().state;
    assert_eq!(state, ElevationState::Expired, "nobody decided within a day");
}

async fn an_elevation_ends_with_what_it_came_of(db: Db) {
    let root = db.user("root").await;
    let users = grant(Permission::UserWrite);
    db.store.update_user(&users, &name("root"), 1, &spec(Some(PlatformRole::Admin)), now()).await.unwrap();
    db.store.create_elevation(&asked(&root, "cluster-admin", "payments/dev", None, false), now()).await.unwrap();
    assert!(may(&subject(&db, &root, at(1)).await, Permission::ClusterAccessPlatform, "payments/dev", at(1)));
    db.store.update_user(&users, &name("root"), 2, &spec(None), now()).await.unwrap();
    assert!(subject(&db, &root, at(1)).await.grants.is_empty(), "an administrator's own goes with the role");

    let ana = db.user("ana").await;
    let rule = Some(ElevationRule { max_minutes: 60, approval: false });
    let made = bind(&db, &RoleBindingSpec { elevation: rule, ..binding("ana", "owner", "payments") }).await;
    let new = asked(&ana, "owner", "payments", Some(made.id), false);
    let active = db.store.create_elevation(&new, now()).await.unwrap();
    assert_eq!(subject(&db, &ana, at(1)).await.grants.len(), 1);
    assert_eq!(db.store.end_elevations_of(made.id, "user:ben", at(2)).await.unwrap(), 1);
    assert!(subject(&db, &ana, at(3)).await.grants.is_empty());
    let ended = db.store.elevation(active.id, at(3)).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.decided_by.as_deref()), (ElevationState::Ended, Some("user:ben")));

    // However the rule went, nothing that came of it stays, nor does it hold for longer than the rule.
    let ben = db.user("ben").await;
    let rule = Some(ElevationRule { max_minutes: 60, approval: false });
    let spec = RoleBindingSpec { elevation: rule, expires_at: Some(at(600)), ..binding("ben", "owner", "payments") };
    let made = bind(&db, &spec).await;
    db.store.create_elevation(&asked(&ben, "owner", "payments", Some(made.id), false), now()).await.unwrap();
    assert_eq!(subject(&db, &ben, at(599)).await.grants.len(), 1);
    assert!(subject(&db, &ben, at(600)).await.grants.is_empty(), "half an hour was asked for");
    assert!(db.store.delete_role_binding(&writes(), made.id).await.unwrap());
    assert!(subject(&db, &ben, at(1)).await.grants.is_empty());
}

async fn grants_in_a_team_that_is_gone_are_forgotten(db: Db) {
    let ana = db.user("ana").await;
    bind(&db, &binding("ana", "developer", "payments")).await;
    let platform = binding("ana", "viewer", "");
    db.store.create_role_binding(&writes(), &platform, "", now()).await.unwrap();
    let rule = Some(ElevationRule { max_minutes: 60, approval: false });
    let rule = bind(&db, &RoleBindingSpec { elevation: rule, ..binding("ana", "owner", "payments") }).await;
    db.store.create_elevation(&asked(&ana, "owner", "payments", Some(rule.id), false), now()).await.unwrap();
    db.store.sweep_teams(&["t1".to_owned()].into(), at(10)).await.unwrap();
    assert_eq!(subject(&db, &ana, at(1)).await.grants.len(), 3, "the team is there");
    db.store.sweep_teams(&["t9".to_owned()].into(), now()).await.unwrap();
    assert_eq!(subject(&db, &ana, at(1)).await.grants.len(), 3, "who sweeps may not know of the team yet");
    db.store.forget_team(&team_grant(Permission::TeamDelete, "payments"), "t1").await.unwrap();
    assert_eq!(subject(&db, &ana, at(1)).await.grants.len(), 1, "what holds across the platform stays");
    bind(&db, &binding("ana", "developer", "payments")).await;
    db.store.sweep_teams(&["t2".to_owned()].into(), at(10)).await.unwrap();
    assert_eq!(subject(&db, &ana, at(1)).await.grants.len(), 1);
}

async fn grants_in_a_cluster_that_is_gone_are_not_those_of_the_next_of_its_name(db: Db) {
    let ana = db.user("ana").await;
    let held = async |time| subject(&db, &ana, time).await.grants.len();
    bind(&db, &binding("ana", "developer", "payments")).await;
    for cluster in ["payments/dev", "payments/prod"] {
        bind(&db, &binding("ana", "developer", cluster)).await;
        let rule = Some(ElevationRule { max_minutes: 60, approval: false });
        let rule = bind(&db, &RoleBindingSpec { elevation: rule, ..binding("ana", "owner", cluster) }).await;
        db.store.create_elevation(&asked(&ana, "owner", cluster, Some(rule.id), false), now()).await.unwrap();
    }
    assert_eq!(held(at(1)).await, 5);
    let there = [("t1".to_owned(), "prod".to_owned())].into();
    db.store.sweep_clusters(&there, now()).await.unwrap();
    assert_eq!(held(at(1)).await, 5, "who sweeps may not know of the cluster yet");
    assert_eq!(db.store.sweep_clusters(&there, at(1)).await.unwrap(), 3);
    assert_eq!(held(at(1)).await, 3, "neither the other cluster's nor the team's");
    // Made anew before the sweep came by.
    db.store.forget_cluster("t1", "prod", now()).await.unwrap();
    assert_eq!(held(at(1)).await, 3, "what was granted since is of the new one");
    db.store.forget_cluster("t2", "prod", at(1)).await.unwrap();
    assert_eq!(held(at(1)).await, 3);
    assert_eq!(db.store.forget_cluster("t1", "prod", at(1)).await.unwrap(), 3);
    assert_eq!(held(at(1)).await, 1);
}

async fn grants_in_a_namespace_are_of_that_namespace(db: Db) {
    let ana = db.user("ana").await;
    let held = async || {
        let grants = subject(&db, &ana, at(1)).await.grants;
        grants.into_iter().map(|grant| grant.reach.to_string()).collect::<BTreeSet<_>>()
    };
    for place in ["payments/dev", "payments/dev/web", "payments/dev/shop", "payments/prod/web"] {
        bind(&db, &binding("ana", "developer", place)).await;
    }
    let (proof, again) = (
        system().grant(Permission::RoleBindingWrite, Resource::Platform),
        binding("ana", "developer", "payments/dev/web"),
    );
    let twice = db.store.create_role_binding(&proof, &again, "t1", now()).await;
    assert!(matches!(twice, Err(StoreError::Unique(_))), "{twice:?}");
    let rule = Some(ElevationRule { max_minutes: 60, approval: false });
    let rule = bind(&db, &RoleBindingSpec { elevation: rule, ..binding("ana", "owner", "payments/dev/web") }).await;
    db.store.create_elevation(&asked(&ana, "owner", "payments/dev/web", Some(rule.id), false), now()).await.unwrap();
    let all = [
        "cluster payments/dev",
        "namespace payments/dev/shop",
        "namespace payments/dev/web",
        "namespace payments/prod/web",
    ];
    assert_eq!(held().await, all.map(str::to_owned).into());
    assert_eq!(subject(&db, &ana, at(1)).await.grants.len(), 5, "the elevation with them");
    assert_eq!(db.store.forget_namespace("t1", "dev", "web", now()).await.unwrap(), 0, "made since");
    assert_eq!(db.store.forget_namespace("t2", "dev", "web", at(1)).await.unwrap(), 0);
    assert_eq!(db.store.forget_namespace("t1", "dev", "web", at(1)).await.unwrap(), 3);
    assert_eq!(held().await, [all[0], all[1], all[3]].map(str::to_owned).into());
    db.store.forget_cluster("t1", "dev", at(1)).await.unwrap();
    assert_eq!(held().await, [all[3].to_owned()].into(), "what was in the cluster is gone with it");
}

async fn a_token_keeps_its_limit_and_one_that_cannot_be_read_opens_nothing(db: Db) {
    let ana = db.user("ana").await;
    bind(&db, &binding("ana", "owner", "payments")).await;
    let limit = Limit { permissions: ["cluster.read".to_owned()].into(), teams: None };
    let new = NewSession {
        user_id: ana.id,
        source: kore_domain::access::Source::Api,
        label: None,
        address: None,
        expires_at: at(3600),
        name: Some("ci".into()),
        limit: Some(limit.clone()),
    };
    let session = db.store.create_session(&new, now()).await.unwrap();
    assert_eq!((session.name.as_deref(), session.limit.as_ref()), (Some("ci"), Some(&limit)));
    let hash = TokenHash::of("secret");
    let token = NewToken { kind: TokenKind::Access, hash, audience: None, expires_at: at(3600) };
    db.store.insert_tokens(session.id, &[token], now()).await.unwrap();
    let found = db.store.authenticate(hash, now()).await.unwrap().unwrap().subject.unwrap();
    assert!(may(&found, Permission::ClusterRead, "payments/dev", now()));
    assert!(!may(&found, Permission::ClusterDelete, "payments/dev", now()));
    let raw = sea_orm::Database::connect(&db.database.url).await.unwrap();
    raw.execute_unprepared("UPDATE sessions SET limits = '{\"permissions\":1}'").await.unwrap();
    raw.close().await.unwrap();
    assert!(db.store.authenticate(hash, now()).await.is_err(), "never without the limit");
}
