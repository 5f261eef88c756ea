//! Invitations, and what only one of two may have; and who cannot go because nobody else owns the team.

use kore_api::{codes::Code, identity::TeamRole};
use kore_domain::access::{Authorized, Permission, Visibility};
use kore_store::{Acceptance, Invitation, MembershipSource, NewInvitation, StoreError, User};

use crate::support::{Db, OWNER, VIEWER, at, cases, everything, grant, hash, name, now, spec, team_grant};

cases![
    an_invitation_is_used_as_often_as_it_was_made_for,
    two_who_want_the_last_use_have_one_winner,
    the_same_person_at_once_uses_an_invitation_once,
    nobody_loses_by_an_invitation,
    an_invitation_is_used_once_by_each,
    an_invitation_that_ended_is_not_used,
    an_invitation_of_an_earlier_team_is_none_of_this_one,
    invitations_go_with_their_team_and_after_a_month,
    the_only_owner_is_not_disabled_and_not_deleted,
    who_is_disabled_owns_nothing,
    two_owners_who_are_disabled_at_once_leave_one,
    an_owner_who_leaves_while_the_other_is_deleted_leaves_one,
    a_user_keeps_their_address,
];

fn write() -> Authorized<kore_api::names::TeamName> {
    team_grant(Permission::MembershipWrite, "payments")
}

async fn invite(db: &Db, inviter: &User, code: &str, role: TeamRole, uses: u32) -> Invitation {
    let new = NewInvitation {
        name: code.to_owned(),
        hash: hash(code),
        team_id: "t1".into(),
        role,
        uses,
        address: None,
        inviter_id: inviter.id,
        inviter: inviter.name.to_string(),
        expires_at: at(3600),
    };
    db.store.create_invitation(&write(), &new, now()).await.unwrap()
}

async fn accept(db: &Db, invitation: &Invitation, user: &str, seconds: i64) -> Result<Acceptance, StoreError> {
    db.store.accept_invitation(&write(), invitation.id, &name(user), at(seconds)).await
}

fn done(acceptance: &Result<Acceptance, StoreError>) -> bool {
    matches!(acceptance, Ok(Acceptance::Done(_)))
}

async fn people(db: &Db) -> User {
    for user in ["ben", "cleo", "dan"] {
        db.user(user).await;
    }
    let ana = db.user("ana").await;
    db.store.add_membership(&write(), "t1", &name("ana"), OWNER, now()).await.unwrap();
    ana
}

async fn role_of(db: &Db, user: &str) -> Option<(TeamRole, MembershipSource)> {
    let proof = team_grant(Permission::MembershipRead, "payments");
    let found = db.store.get_membership(&proof, &name(user)).await.unwrap();
    found.map(|found| (found.role, found.source))
}

async fn an_invitation_is_used_as_often_as_it_was_made_for(db: Db) {
    let ana = people(&db).await;
    let made = invite(&db, &ana, "i1", TeamRole::Developer, 2).await;
    assert_eq!(db.store.invitation_by_hash(hash("i1")).await.unwrap().as_ref(), Some(&made));
    assert!(db.store.invitation_by_hash(hash("i2")).await.unwrap().is_none());
    assert!(done(&accept(&db, &made, "ben", 1).await) && done(&accept(&db, &made, "cleo", 2).await));
    assert_eq!(accept(&db, &made, "dan", 3).await.unwrap(), Acceptance::Spent);
    assert_eq!(role_of(&db, "ben").await, Some((TeamRole::Developer, MembershipSource::Invitation("ana".into()))));
    assert_eq!((role_of(&db, "ana").await, role_of(&db, "dan").await), (Some((OWNER, MembershipSource::Direct)), None));
    let listed = db.store.list_invitations(&write().into()).await.unwrap();
    let used: Vec<_> = listed[0].used_by.iter().map(|(user, at)| (user.as_str(), *at)).collect();
    assert_eq!(used, [("ben", at(1)), ("cleo", at(2))]);
    let twice = NewInvitation {
        name: "i1".into(),
        hash: hash("other"),
        team_id: "t1".into(),
        role: VIEWER,
        uses: 1,
        address: None,
        inviter_id: ana.id,
        inviter: ana.name.to_string(),
        expires_at: at(1),
    };
    let taken = db.store.create_invitation(&write(), &twice, now()).await.unwrap_err();
    assert!(matches!(&taken, StoreError::Unique(index) if index == "invitations_team_name"), "{taken:?}");
    // Of another team nothing is seen.
    let foreign: Authorized<Visibility> = team_grant(Permission::MembershipWrite, "fraud").into();
    assert!(db.store.list_invitations(&foreign).await.unwrap().is_empty());
    assert_eq!(db.store.list_invitations(&everything(Permission::MembershipWrite)).await.unwrap().len(), 1);
    let wrong = team_grant(Permission::MembershipRead, "payments");
    assert!(db.store.get_invitation(&wrong, "i1").await.is_err(), "a proof is for one action");
}

async fn two_who_want_the_last_use_have_one_winner(db: Db) {
    let ana = people(&db).await;
    for round in 0..4 {
        let (ben, cleo) = (format!("b{round}"), format!("c{round}"));
        db.user(&ben).await;
        db.user(&cleo).await;
        let made = invite(&db, &ana, &format!("i{round}"), TeamRole::Developer, 1).await;
        let (first, second) = tokio::join!(accept(&db, &made, &ben, 1), accept(&db, &made, &cleo, 1));
        assert!(done(&first) != done(&second), "{first:?} {second:?}");
        let lost = if done(&first) { second } else { first };
        assert_eq!(lost.unwrap(), Acceptance::Spent);
        assert_eq!(role_of(&db, &ben).await.is_some(), role_of(&db, &cleo).await.is_none());
    }
}

async fn the_same_person_at_once_uses_an_invitation_once(db: Db) {
    let ana = people(&db).await;
    let made = invite(&db, &ana, "i1", TeamRole::Developer, 5).await;
    let (first, second) = tokio::join!(accept(&db, &made, "ben", 1), accept(&db, &made, "ben", 1));
    assert!(done(&first) != done(&second), "{first:?} {second:?}");
    assert_eq!(db.store.get_invitation(&write(), "i1").await.unwrap().unwrap().used_by.len(), 1);
    // Added directly at the same moment: they are a member, with the larger of the two roles.
    let (write, cleo) = (write(), name("cleo"));
    let (accepted, added) =
        tokio::join!(accept(&db, &made, "cleo", 1), db.store.add_membership(&write, "t1", &cleo, VIEWER, at(1)));
    assert!(done(&accepted), "{accepted:?} {added:?}");
    assert_eq!(role_of(&db, "cleo").await.unwrap().0, TeamRole::Developer);
}

async fn nobody_loses_by_an_invitation(db: Db) {
    let ana = people(&db).await;
    let made = invite(&db, &ana, "i1", TeamRole::Developer, 2).await;
    assert_eq!(accept(&db, &made, "ana", 1).await.unwrap(), Acceptance::Kept(OWNER));
    assert_eq!(role_of(&db, "ana").await, Some((OWNER, MembershipSource::Direct)));
    db.store.add_membership(&write(), "t1", &name("ben"), VIEWER, now()).await.unwrap();
    assert!(done(&accept(&db, &made, "ben", 1).await));
    assert_eq!(role_of(&db, "ben").await, Some((TeamRole::Developer, MembershipSource::Invitation("ana".into()))));
    assert_eq!(accept(&db, &made, "ben", 2).await.unwrap(), Acceptance::Kept(TeamRole::Developer));
    let left = db.store.get_invitation(&write(), "i1").await.unwrap().unwrap();
    assert_eq!(left.used_by.len(), 1, "who keeps what they have uses nothing up");
    let gone = db.store.accept_invitation(&write(), made.id, &name("eve"), at(1)).await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
}

async fn an_invitation_is_used_once_by_each(db: Db) {
    let ana = people(&db).await;
    let made = invite(&db, &ana, "i1", TeamRole::Developer, 5).await;
    assert!(done(&accept(&db, &made, "ben", 1).await));
    db.store.remove_membership(&write(), &name("ben"), 1).await.unwrap();
    assert_eq!(accept(&db, &made, "ben", 2).await.unwrap(), Acceptance::Again, "removed is removed");
    assert_eq!(role_of(&db, "ben").await, None);
}

async fn an_invitation_that_ended_is_not_used(db: Db) {
    let ana = people(&db).await;
    let made = invite(&db, &ana, "i1", VIEWER, 5).await;
    assert_eq!(accept(&db, &made, "ben", 3600).await.unwrap(), Acceptance::Spent, "at that moment");
    assert!(db.store.revoke_invitation(&write(), "i1", at(1)).await.unwrap());
    assert!(!db.store.revoke_invitation(&write(), "i1", at(2)).await.unwrap(), "once");
    assert_eq!(accept(&db, &made, "ben", 3).await.unwrap(), Acceptance::Spent);
    let revoked = db.store.get_invitation(&write(), "i1").await.unwrap().unwrap();
    assert_eq!(revoked.revoked_at, Some(at(1)));
    let other = team_grant(Permission::MembershipWrite, "fraud");
    let made = invite(&db, &ana, "i2", VIEWER, 5).await;
    assert!(!db.store.revoke_invitation(&other, "i2", at(1)).await.unwrap(), "of another team");
    let foreign = db.store.accept_invitation(&other, made.id, &name("ben"), at(1)).await.unwrap();
    assert_eq!(foreign, Acceptance::Spent, "and into another team it leads nobody");
    assert_eq!(role_of(&db, "ben").await, None);
}

async fn an_invitation_of_an_earlier_team_is_none_of_this_one(db: Db) {
    let ana = people(&db).await;
    // What is left of an earlier team of the name does not stand in the way.
    db.store.add_membership(&write(), "t0", &name("ben"), OWNER, now()).await.unwrap();
    let made = invite(&db, &ana, "i1", VIEWER, 5).await;
    let Ok(Acceptance::Done(membership)) = accept(&db, &made, "ben", 1).await else { panic!("it works") };
    assert_eq!((membership.role, membership.team_id.as_str()), (VIEWER, "t1"));
    assert_eq!(role_of(&db, "ben").await.unwrap().0, VIEWER);
}

async fn invitations_go_with_their_team_and_after_a_month(db: Db) {
    let ana = people(&db).await;
    invite(&db, &ana, "i1", VIEWER, 5).await;
    db.store.sweep_expired(at(3600 + 29 * 86_400)).await.unwrap();
    assert!(db.store.get_invitation(&write(), "i1").await.unwrap().is_some());
    assert_eq!(db.store.sweep_expired(at(3601 + 30 * 86_400)).await.unwrap(), 1);
    assert!(db.store.get_invitation(&write(), "i1").await.unwrap().is_none());
    let made = invite(&db, &ana, "i2", VIEWER, 5).await;
    accept(&db, &made, "ben", 1).await.unwrap();
    db.store.forget_team(&team_grant(Permission::TeamDelete, "payments"), "t1").await.unwrap();
    assert!(db.store.invitation_by_hash(hash("i2")).await.unwrap().is_none());
    invite(&db, &ana, "i3", VIEWER, 5).await;
    db.store.sweep_teams(&["another".to_owned()].into(), at(3600)).await.unwrap();
    assert!(db.store.invitation_by_hash(hash("i3")).await.unwrap().is_none(), "of a team of which nobody told");
}

async fn disable(db: &Db, user: &str) -> Result<User, StoreError> {
    let found = db.store.user_by_name(&name(user)).await.unwrap().unwrap();
    let mut spec = spec(None);
    spec.disabled = true;
    db.store.update_user(&grant(Permission::UserWrite), &name(user), found.revision, &spec, at(1)).await
}

async fn the_only_owner_is_not_disabled_and_not_deleted(db: Db) {
    people(&db).await;
    let fraud = team_grant(Permission::MembershipWrite, "fraud");
    db.store.add_membership(&fraud, "t2", &name("ana"), OWNER, now()).await.unwrap();
    db.store.add_membership(&write(), "t1", &name("ben"), VIEWER, now()).await.unwrap();
    let refused = disable(&db, "ana").await.unwrap_err();
    assert_eq!(refused.code(), Code::LastOwner);
    assert_eq!(refused.to_string(), "nobody else owns team fraud, team payments");
    let proof = grant(Permission::UserWrite);
    assert_eq!(db.store.delete_user(&proof, &name("ana"), 1).await.unwrap_err().code(), Code::LastOwner);
    let there = db.store.user_by_name(&name("ana")).await.unwrap().unwrap();
    assert!(!there.spec.disabled && there.revision == 1);
    assert!(disable(&db, "ben").await.is_ok(), "a viewer may go");
    // Anything else about the only owner may change.
    db.store.update_user(&proof, &name("ana"), 1, &spec(None), at(1)).await.unwrap();
    for (write, id) in [(write(), "t1"), (fraud, "t2")] {
        db.store.add_membership(&write, id, &name("cleo"), OWNER, now()).await.unwrap();
    }
    assert!(disable(&db, "ana").await.is_ok());
    assert!(db.store.delete_user(&proof, &name("ana"), 3).await.is_ok());
}

async fn who_is_disabled_owns_nothing(db: Db) {
    people(&db).await;
    db.store.add_membership(&write(), "t1", &name("ben"), OWNER, now()).await.unwrap();
    disable(&db, "ben").await.unwrap();
    assert_eq!(db.store.remove_membership(&write(), &name("ana"), 1).await.unwrap_err().code(), Code::LastOwner);
    let demoted = db.store.change_membership(&write(), &name("ana"), 1, VIEWER, at(1)).await;
    assert_eq!(demoted.unwrap_err().code(), Code::LastOwner);
    assert_eq!(disable(&db, "ana").await.unwrap_err().code(), Code::LastOwner);
    assert!(db.store.remove_membership(&write(), &name("ben"), 1).await.is_ok(), "who is disabled may be removed");
}

async fn two_owners_who_are_disabled_at_once_leave_one(db: Db) {
    people(&db).await;
    db.store.add_membership(&write(), "t1", &name("ben"), OWNER, now()).await.unwrap();
    let (first, second) = tokio::join!(disable(&db, "ana"), disable(&db, "ben"));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let lost = first.err().or(second.err()).unwrap();
    assert_eq!(lost.code(), Code::LastOwner, "{lost:?}");
}

async fn an_owner_who_leaves_while_the_other_is_deleted_leaves_one(db: Db) {
    people(&db).await;
    let (write, proof) = (write(), grant(Permission::UserWrite));
    for round in 0..3 {
        let other = format!("o{round}");
        db.user(&other).await;
        db.store.add_membership(&write, "t1", &name(&other), OWNER, now()).await.unwrap();
        let owner = name(&other);
        let owners = db.store.list_memberships(&team_grant(Permission::MembershipRead, "payments")).await.unwrap();
        let staying: Vec<_> = owners.iter().filter(|member| member.user != owner).collect();
        assert_eq!(staying.len(), 1);
        let leaving = staying[0].user.clone();
        let (left, deleted) =
            tokio::join!(db.store.remove_membership(&write, &leaving, 1), db.store.delete_user(&proof, &owner, 1),);
        assert!(left.is_ok() != deleted.is_ok(), "{left:?} {deleted:?}");
        if deleted.is_ok() {
            continue;
        }
        assert_eq!(deleted.unwrap_err().code(), Code::LastOwner);
    }
}

async fn a_user_keeps_their_address(db: Db) {
    let ana = db.user("ana").await;
    assert_eq!(ana.spec.email, None);
    let mut spec = spec(None);
    spec.email = Some("ana@example.com".into());
    let changed = db.store.update_user(&grant(Permission::UserWrite), &name("ana"), 1, &spec, at(1)).await.unwrap();
    assert_eq!(changed.spec, spec);
    assert_eq!(db.store.user_by_name(&name("ana")).await.unwrap().unwrap().spec, spec);
}
