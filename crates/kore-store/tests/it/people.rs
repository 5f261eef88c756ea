//! Users, memberships, and what they come to as a subject.

use kore_api::{codes::Code, identity::PlatformRole};
use kore_domain::access::{Permission, Platform};
use kore_store::{NewUser, StoreError, User};

use crate::support::{Db, OWNER, VIEWER, at, cases, grant, name, now, spec, system, team_grant};

cases![
    migrating_twice_changes_nothing,
    users_round_trip_and_names_are_unique_byte_by_byte,
    users_change_only_at_the_revision_that_was_seen,
    a_proof_for_something_else_is_refused,
    members_come_change_and_go,
    only_who_was_first_owns_a_team,
    members_of_teams_that_are_gone_are_forgotten,
    a_team_keeps_an_owner_even_when_two_leave_at_once,
    a_subject_has_the_roles_of_now,
    deleting_a_user_takes_all_that_hangs_on_them,
];

async fn migrating_twice_changes_nothing(db: Db) {
    db.user("ana").await;
    db.store.migrate().await.unwrap();
    assert_eq!(db.store.count_users().await.unwrap(), 1);
    db.store.ping().await.unwrap();
}

async fn users_round_trip_and_names_are_unique_byte_by_byte(db: Db) {
    let new = NewUser {
        name: name("ana"),
        spec: spec(Some(PlatformRole::Admin)),
        password_hash: Some("$argon2id$v=19$x".to_owned().into()),
    };
    let made = db.store.create_user(&grant(Permission::UserWrite), &new, now()).await.unwrap();
    assert_eq!((made.spec.clone(), made.has_password, made.revision), (new.spec.clone(), true, 1));
    assert_eq!((made.created_at, made.updated_at), (now(), now()), "to the microsecond");
    let error = db.store.create_user(&grant(Permission::UserWrite), &new, now()).await.unwrap_err();
    assert!(matches!(&error, StoreError::Unique(index) if index == "users_name"), "{error:?}");
    assert_eq!(error.code(), Code::AlreadyExists);
    db.user("bob").await;
    let listed = db.store.list_users(&grant(Permission::UserRead)).await.unwrap();
    assert_eq!(listed.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["ana", "bob"]);
    let (_, hash) = db.store.user_with_password(&name("ana")).await.unwrap().unwrap();
    assert!(!format!("{hash:?}").contains("argon2id"), "a hash is not printed by accident");
    assert!(db.store.user_by_name(&name("an")).await.unwrap().is_none());
}

async fn users_change_only_at_the_revision_that_was_seen(db: Db) {
    db.user("ana").await;
    let proof = grant(Permission::UserWrite);
    let mut disabled = spec(None);
    disabled.disabled = true;
    let changed = db.store.update_user(&proof, &name("ana"), 1, &disabled, at(1)).await.unwrap();
    assert_eq!((changed.revision, changed.spec.disabled, changed.updated_at), (2, true, at(1)));
    let stale = db.store.update_user(&proof, &name("ana"), 1, &spec(None), at(2)).await.unwrap_err();
    assert_eq!(stale.code(), Code::PreconditionFailed);
    let missing = db.store.update_user(&proof, &name("eve"), 1, &spec(None), at(2)).await.unwrap_err();
    assert_eq!(missing.code(), Code::NotFound);
    assert_eq!(db.store.delete_user(&proof, &name("ana"), 1).await.unwrap_err().code(), Code::PreconditionFailed);
    db.store.delete_user(&proof, &name("ana"), 2).await.unwrap();
    assert_eq!(db.store.delete_user(&proof, &name("ana"), 2).await.unwrap_err().code(), Code::NotFound);
}

async fn a_proof_for_something_else_is_refused(db: Db) {
    let new = NewUser { name: name("ana"), spec: spec(None), password_hash: None };
    let error = db.store.create_user(&grant(Permission::UserRead), &new, now()).await.unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    let proof = system().grant(Permission::PlanRead, Platform);
    assert!(db.store.list_users(&proof).await.is_err());
    assert_eq!(db.store.count_users().await.unwrap(), 0);
}

async fn members_come_change_and_go(db: Db) {
    for user in ["ana", "bob", "cleo"] {
        db.user(user).await;
    }
    let (read, write) =
        (team_grant(Permission::MembershipRead, "payments"), team_grant(Permission::MembershipWrite, "payments"));
    db.store.add_membership(&write, "t1", &name("bob"), OWNER, now()).await.unwrap();
    let ana = db.store.add_membership(&write, "t1", &name("ana"), VIEWER, now()).await.unwrap();
    assert_eq!((ana.role, ana.revision, ana.team.as_str(), ana.team_id.as_str()), (VIEWER, 1, "payments", "t1"));
    let twice = db.store.add_membership(&write, "t1", &name("ana"), OWNER, now()).await.unwrap_err();
    assert!(matches!(&twice, StoreError::Unique(index) if index == "memberships_team_user_id"), "{twice:?}");
    let nobody = db.store.add_membership(&write, "t1", &name("eve"), OWNER, now()).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);

    let changed = db.store.change_membership(&write, &name("ana"), 1, OWNER, at(1)).await.unwrap();
    assert_eq!((changed.role, changed.revision, changed.updated_at), (OWNER, 2, at(1)));
    let stale = db.store.change_membership(&write, &name("ana"), 1, VIEWER, at(1)).await.unwrap_err();
    assert_eq!(stale.code(), Code::PreconditionFailed);
    let other = team_grant(Permission::MembershipWrite, "fraud");
    db.store.add_membership(&other, "t2", &name("cleo"), OWNER, now()).await.unwrap();
    let listed = db.store.list_memberships(&read).await.unwrap();
    assert_eq!(listed.iter().map(|member| member.user.as_str()).collect::<Vec<_>>(), ["ana", "bob"]);
    db.store.remove_membership(&write, &name("bob"), 1).await.unwrap();
    assert!(db.store.get_membership(&read, &name("bob")).await.unwrap().is_none());
    let last = db.store.remove_membership(&write, &name("ana"), 2).await.unwrap_err();
    assert_eq!(last.code(), Code::LastOwner);
    let last = db.store.change_membership(&write, &name("ana"), 2, VIEWER, at(2)).await.unwrap_err();
    assert_eq!(last.code(), Code::LastOwner);
    let gone = db.store.forget_team(&team_grant(Permission::TeamDelete, "payments"), "t1").await.unwrap();
    assert_eq!(gone, 1);
}

/// Two make a team of the same name at the same moment; one of them was first in the management cluster.
async fn only_who_was_first_owns_a_team(db: Db) {
    let (write, delete) =
        (team_grant(Permission::MembershipWrite, "payments"), team_grant(Permission::TeamDelete, "payments"));
    let owners = async || {
        let listed = db.store.list_memberships(&team_grant(Permission::MembershipRead, "payments")).await.unwrap();
        let one = |member: kore_store::Membership| (member.user.to_string(), member.team_id, member.role);
        listed.into_iter().map(one).collect::<Vec<_>>()
    };
    for user in ["ana", "bob", "old"] {
        db.user(user).await;
    }
    let ana = vec![("ana".to_owned(), "t1".to_owned(), OWNER)];
    db.store.add_membership(&write, "t0", &name("old"), OWNER, now()).await.unwrap();
    db.store.add_membership(&write, "t1", &name("ana"), OWNER, now()).await.unwrap();
    db.store.add_membership(&write, "t2", &name("bob"), OWNER, now()).await.unwrap();
    db.store.found_team(&write, "t1", &name("ana"), now()).await.unwrap();
    assert_eq!(owners().await, ana, "nobody of an earlier team, and not who came second");
    db.store.forget_team(&delete, "t2").await.unwrap();
    assert_eq!(owners().await, ana, "who came second takes back what is theirs");

    // The same person in two terminals: the row is the other attempt's.
    let twice = db.store.add_membership(&write, "t3", &name("ana"), OWNER, now()).await.unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists);
    db.store.found_team(&write, "t3", &name("ana"), now()).await.unwrap();
    db.store.found_team(&write, "t3", &name("ana"), now()).await.unwrap();
    db.store.forget_team(&delete, "t1").await.unwrap();
    assert_eq!(owners().await, [("ana".to_owned(), "t3".to_owned(), OWNER)]);
}

async fn members_of_teams_that_are_gone_are_forgotten(db: Db) {
    let teams = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
    let roles = async |user: &User| db.store.subject(user.id, now()).await.unwrap().unwrap().teams.len();
    let (ana, bob) = (db.user("ana").await, db.user("bob").await);
    for (team, id) in [("payments", "t1"), ("fraud", "t2")] {
        let write = team_grant(Permission::MembershipWrite, team);
        db.store.add_membership(&write, id, &name("ana"), OWNER, now()).await.unwrap();
        db.store.add_membership(&write, id, &name("bob"), VIEWER, now()).await.unwrap();
    }
    assert_eq!(db.store.sweep_teams(&teams(&["t1", "t2", "t3"]), at(1)).await.unwrap(), 0);
    assert_eq!(db.store.sweep_teams(&teams(&["t1"]), now()).await.unwrap(), 0, "its team may be about to come");
    assert_eq!((roles(&ana).await, roles(&bob).await), (2, 2));
    assert_eq!(db.store.sweep_teams(&teams(&["t1"]), at(1)).await.unwrap(), 2);
    assert_eq!((roles(&ana).await, roles(&bob).await), (1, 1));
    // Another team of the same name is another team.
    assert_eq!(db.store.sweep_teams(&teams(&["t9"]), at(1)).await.unwrap(), 2);
    assert_eq!((roles(&ana).await, roles(&bob).await), (0, 0));
}

async fn a_team_keeps_an_owner_even_when_two_leave_at_once(db: Db) {
    let write = team_grant(Permission::MembershipWrite, "payments");
    for user in ["ana", "bob"] {
        db.user(user).await;
        db.store.add_membership(&write, "t1", &name(user), OWNER, now()).await.unwrap();
    }
    let (ana, bob) = (name("ana"), name("bob"));
    let (first, second) =
        tokio::join!(db.store.remove_membership(&write, &ana, 1), db.store.remove_membership(&write, &bob, 1));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let read = team_grant(Permission::MembershipRead, "payments");
    assert_eq!(db.store.list_memberships(&read).await.unwrap().len(), 1);
}

async fn a_subject_has_the_roles_of_now(db: Db) {
    let ana = db.user("ana").await;
    let write = team_grant(Permission::MembershipWrite, "payments");
    db.store.add_membership(&write, "t1", &name("ana"), VIEWER, now()).await.unwrap();
    let subject = db.store.subject(ana.id, now()).await.unwrap().unwrap();
    assert_eq!(subject.teams.get(&"payments".parse().unwrap()), Some(&VIEWER));
    assert!(!subject.is_platform_admin());
    let mut spec = spec(Some(PlatformRole::Admin));
    db.store.update_user(&grant(Permission::UserWrite), &name("ana"), 1, &spec, at(1)).await.unwrap();
    assert!(db.store.subject(ana.id, now()).await.unwrap().unwrap().is_platform_admin());
    spec.disabled = true;
    db.store.update_user(&grant(Permission::UserWrite), &name("ana"), 2, &spec, at(1)).await.unwrap();
    assert!(db.store.subject(ana.id, now()).await.unwrap().is_none());
}

async fn deleting_a_user_takes_all_that_hangs_on_them(db: Db) {
    let ana = db.user("ana").await;
    let session = db.session(&ana).await;
    let write = team_grant(Permission::MembershipWrite, "payments");
    db.store.add_membership(&write, "t1", &name("ana"), VIEWER, now()).await.unwrap();
    db.store.delete_user(&grant(Permission::UserWrite), &name("ana"), 1).await.unwrap();
    assert!(db.store.session(session.id).await.unwrap().is_none());
    let read = team_grant(Permission::MembershipRead, "payments");
    assert!(db.store.list_memberships(&read).await.unwrap().is_empty());
}
