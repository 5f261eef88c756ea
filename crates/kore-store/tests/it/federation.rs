//! Identity providers, whom they vouch for, what groups give, and second factors.

use kore_api::{
    identity::{PlatformRole, TeamRole},
    identity_provider::IdentityProviderSpec,
    names::UserName,
};
use kore_domain::access::Permission;
use kore_store::{HeldIn, HeldRole, IdentityProvider, MembershipSource, StoreError, Vouched};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Db, OWNER, VIEWER, at, cases, grant, hash, name, now, team_grant};

cases![
    a_provider_is_kept_without_its_secret,
    an_identity_is_issuer_and_subject_and_nothing_else,
    two_at_once_are_one_person,
    groups_stand_beside_what_was_given_and_never_change_it,
    what_a_group_is_worth_changes_at_once,
    who_is_not_admitted_any_more_keeps_nothing,
    a_team_that_goes_takes_the_roles_of_groups_along,
    a_state_is_good_for_one_answer_of_its_provider,
    a_code_is_good_once_and_so_is_a_recovery_code,
    a_challenge_has_few_tries_and_one_end,
];

fn spec() -> IdentityProviderSpec {
    serde_json::from_value(json!({
        "issuer": "https://id.example.com", "clientId": "kore", "clientSecret": "hush",
        "groupMappings": [{ "group": "dev", "team": "payments", "role": "developer" }]
    }))
    .unwrap()
}

async fn admins_by_group(db: &Db) -> usize {
    let users = db.store.list_users(&grant(Permission::UserRead)).await.unwrap();
    users.iter().filter(|user| user.by_group.is_some()).count()
}

async fn provider(db: &Db, called: &str) -> IdentityProvider {
    let provider = IdentityProvider {
        id: Uuid::from_u128(called.bytes().map(u128::from).sum()),
        name: called.parse().unwrap(),
        spec: spec(),
        secret_name: Some("sign-in-1".into()),
        revision: 1,
        created_at: now(),
        updated_at: now(),
    };
    db.store.create_identity_provider(&grant(Permission::IdentityProviderWrite), &provider).await.unwrap();
    provider
}

fn vouched(provider: &IdentityProvider, subject: &str, wanted: &[&str], roles: Vec<HeldRole>) -> Vouched {
    Vouched {
        provider: provider.id,
        issuer: provider.spec.issuer.clone(),
        subject: subject.to_owned(),
        names: wanted.iter().map(|name| name.parse().unwrap()).collect(),
        display_name: Some("Ana".into()),
        email: Some("ana@example.com".into()),
        groups: vec!["dev".into()],
        roles,
    }
}

fn in_team(role: TeamRole) -> HeldRole {
    HeldRole { place: HeldIn::Team("payments".parse().unwrap(), "id-payments".into(), role), group: "dev".into() }
}

fn admin() -> HeldRole {
    HeldRole { place: HeldIn::Platform(PlatformRole::Admin), group: "root".into() }
}

async fn a_provider_is_kept_without_its_secret(db: Db) {
    let made = provider(&db, "corp").await;
    let found = db.store.identity_provider(&made.name).await.unwrap().unwrap();
    assert_eq!(found.spec.client_secret, None);
    assert_eq!(found.spec.group_mappings, made.spec.group_mappings);
    let (proof, twin) =
        (grant(Permission::IdentityProviderWrite), IdentityProvider { id: Uuid::from_u128(1), ..made.clone() });
    let again = db.store.create_identity_provider(&proof, &twin).await;
    assert!(matches!(again.unwrap_err(), StoreError::Unique(rule) if rule == "identity_providers_name"));
    let proof = grant(Permission::IdentityProviderWrite);
    let mut off = found.clone();
    off.spec.enabled = false;
    db.store.update_identity_provider(&proof, &off, &|_, _| Some(vec![])).await.unwrap();
    assert!(db.store.enabled_identity_providers().await.unwrap().is_empty());
    let stale = db.store.update_identity_provider(&proof, &off, &|_, _| Some(vec![])).await.unwrap_err();
    assert!(matches!(stale, StoreError::Conflict(_)), "{stale:?}");
    let wrong = db.store.delete_identity_provider(&proof, &made.name, 1, now()).await.unwrap_err();
    assert!(matches!(wrong, StoreError::Conflict(_)), "{wrong:?}");
    db.store.delete_identity_provider(&proof, &made.name, 2, now()).await.unwrap();
    assert!(db.store.identity_provider(&made.name).await.unwrap().is_none());
}

async fn an_identity_is_issuer_and_subject_and_nothing_else(db: Db) {
    let corp = provider(&db, "corp").await;
    let local = db.user("ana").await;
    let first = db.store.recognise(&vouched(&corp, "1", &["ana", "ana-2"], vec![]), now()).await.unwrap();
    assert!(first.new && first.user.id != local.id, "a namesake is somebody else");
    assert_eq!(first.user.name.as_str(), "ana-2");
    let again = db.store.recognise(&vouched(&corp, "1", &["otherwise"], vec![]), at(1)).await.unwrap();
    assert!(!again.new && again.user.id == first.user.id && again.user.name == first.user.name);
    for (issuer, subject) in
        [("https://id.example.com/", "1"), ("https://id.example.com", "1 "), ("https://ID.example.com", "1")]
    {
        let other = Vouched { issuer: issuer.into(), ..vouched(&corp, subject, &["eve", "eve-2", "eve-3"], vec![]) };
        let other = db.store.recognise(&other, now()).await.unwrap();
        assert!(other.new, "{issuer} {subject}");
    }
    let proof = grant(Permission::IdentityProviderWrite);
    db.store.delete_identity_provider(&proof, &corp.name, 1, now()).await.unwrap();
    let back = provider(&db, "corp").await;
    let same = db.store.recognise(&vouched(&back, "1", &["x"], vec![]), now()).await.unwrap();
    assert_eq!(same.user.id, first.user.id, "who somebody is does not go with the provider");
    let none = db.store.recognise(&vouched(&back, "9", &["ana"], vec![]), now()).await.unwrap_err();
    assert!(matches!(none, StoreError::Unique(_)), "no name is left: {none:?}");
}

async fn two_at_once_are_one_person(db: Db) {
    let corp = provider(&db, "corp").await;
    let vouched = vouched(&corp, "1", &["ana", "ana-2", "ana-3", "ana-4"], vec![in_team(OWNER)]);
    let all = futures::future::join_all((0..4).map(|_| db.store.recognise(&vouched, now()))).await;
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.iter().filter(|known| known.new).count(), 1);
    assert!(all.iter().all(|known| known.user.id == all[0].user.id));
    assert_eq!(db.store.count_users().await.unwrap(), 1);
}

async fn groups_stand_beside_what_was_given_and_never_change_it(db: Db) {
    let corp = provider(&db, "corp").await;
    let know = async |roles| db.store.recognise(&vouched(&corp, "1", &["ana"], roles), now()).await.unwrap();
    let ana = know(vec![in_team(OWNER)]).await;
    assert!(ana.roles_changed);
    assert!(!know(vec![in_team(OWNER)]).await.roles_changed);
    let (read, write) =
        (team_grant(Permission::MembershipRead, "payments"), team_grant(Permission::MembershipWrite, "payments"));
    let by_group = MembershipSource::Group { provider: "corp".into(), group: "dev".into() };
    let listed = db.store.list_memberships(&read).await.unwrap();
    assert_eq!((listed[0].held, &listed[0].source, listed[0].direct), (OWNER, &by_group, false));

    // Given directly as well: both are there, the higher holds.
    db.store.add_membership(&write, "id-payments", &name("ana"), VIEWER, now()).await.unwrap();
    let found = db.store.get_membership(&read, &name("ana")).await.unwrap().unwrap();
    assert_eq!((found.role, found.held, &found.source, found.direct), (VIEWER, OWNER, &by_group, true));
    assert_eq!(db.store.list_memberships(&read).await.unwrap(), std::slice::from_ref(&found));
    let teams = db.store.subject(ana.user.id, now()).await.unwrap().unwrap().teams;
    assert_eq!(teams[&"payments".parse().unwrap()], OWNER);

    // The group goes, what was given stays.
    assert!(know(vec![]).await.roles_changed);
    let found = db.store.get_membership(&read, &name("ana")).await.unwrap().unwrap();
    assert_eq!((found.held, found.source), (VIEWER, MembershipSource::Direct));

    // An owner by group is none that a team keeps: the last who was given it cannot leave.
    db.user("bob").await;
    let bob = db.store.add_membership(&write, "id-payments", &name("bob"), OWNER, now()).await.unwrap();
    know(vec![in_team(OWNER), admin()]).await;
    let error = db.store.remove_membership(&write, &name("bob"), bob.revision).await.unwrap_err();
    assert!(matches!(error, StoreError::LastOwner), "{error:?}");
    let ana = db.store.subject(ana.user.id, now()).await.unwrap().unwrap();
    assert!(ana.is_platform_admin());
    assert_eq!(admins_by_group(&db).await, 1);

    // Nor is it for somebody who is disabled.
    let user = db.store.user_by_name(&name("ana")).await.unwrap().unwrap();
    let disabled = kore_api::identity::UserSpec { disabled: true, ..user.spec };
    db.store.update_user(&grant(Permission::UserWrite), &name("ana"), user.revision, &disabled, now()).await.unwrap();
    know(vec![admin()]).await;
    assert_eq!(admins_by_group(&db).await, 0);
}

async fn what_a_group_is_worth_changes_at_once(db: Db) {
    let mut corp = provider(&db, "corp").await;
    let ana = db.store.recognise(&vouched(&corp, "1", &["ana"], vec![in_team(VIEWER)]), now()).await.unwrap().user;
    let proof = grant(Permission::IdentityProviderWrite);
    let role = async || {
        let subject = db.store.subject(ana.id, now()).await.unwrap().unwrap();
        subject.teams.values().next().copied()
    };
    assert_eq!(role().await, Some(VIEWER));
    let worth =
        |_: Option<&str>, groups: &[String]| Some(if groups == ["dev"] { vec![in_team(OWNER)] } else { vec![admin()] });
    db.store.update_identity_provider(&proof, &corp, &worth).await.unwrap();
    assert_eq!(role().await, Some(OWNER));
    corp.revision = 2;
    corp.spec.enabled = false;
    db.store.update_identity_provider(&proof, &corp, &worth).await.unwrap();
    assert_eq!(role().await, None, "a provider that is off gives nothing");
    corp.revision = 3;
    corp.spec.enabled = true;
    db.store.update_identity_provider(&proof, &corp, &worth).await.unwrap();
    assert_eq!(role().await, Some(OWNER));
    let session = db.session(&ana).await;
    db.store.session_by_provider(session.id, corp.id).await.unwrap();
    assert_eq!(db.store.provider_of_session(session.id).await.unwrap(), Some(corp.id));
    db.store.delete_identity_provider(&proof, &corp.name, 4, now()).await.unwrap();
    assert_eq!(role().await, None);
    assert!(db.store.session(session.id).await.unwrap().unwrap().revoked_at.is_some());
}

async fn who_is_not_admitted_any_more_keeps_nothing(db: Db) {
    let corp = provider(&db, "corp").await;
    let proof = grant(Permission::IdentityProviderWrite);
    let mut users = Vec::new();
    for (subject, who) in [("1", "ana"), ("2", "ben"), ("3", "eve")] {
        let user =
            db.store.recognise(&vouched(&corp, subject, &[who], vec![in_team(VIEWER)]), now()).await.unwrap().user;
        let session = db.session(&user).await;
        db.store.session_by_provider(session.id, corp.id).await.unwrap();
        users.push((user, session));
    }
    let (ben_by_password, eve) = (db.session(&users[1].0).await, &users[2].0);
    let disabled = kore_api::identity::UserSpec { disabled: true, ..eve.spec.clone() };
    db.store.update_user(&grant(Permission::UserWrite), &eve.name, eve.revision, &disabled, now()).await.unwrap();
    let with = |email: &str| Vouched { email: Some(email.into()), ..vouched(&corp, "2", &["ben"], vec![]) };
    let elsewhere = with("ben@elsewhere.example");

    // The list is narrowed to one domain; ben comes with another address from then on.
    let worth = |email: Option<&str>, _: &[String]| {
        email.is_some_and(|email| email.ends_with("@example.com")).then(|| vec![in_team(OWNER)])
    };
    assert_eq!(db.store.turn_away(&elsewhere, now()).await.unwrap(), Some(name("ben")));
    assert_eq!(db.store.turn_away(&elsewhere, now()).await.unwrap(), None, "there was nothing left");
    db.store.update_identity_provider(&proof, &corp, &worth).await.unwrap();
    let role = async |which: usize| {
        let subject = db.store.subject(users[which].0.id, now()).await.unwrap().unwrap();
        subject.teams.values().next().copied()
    };
    assert_eq!((role(0).await, role(1).await), (Some(OWNER), None));
    let members = db.store.list_memberships(&team_grant(Permission::MembershipRead, "payments")).await.unwrap();
    assert_eq!(members.len(), 1, "neither somebody turned away nor somebody disabled: {members:?}");
    let live = async |id: Uuid| db.store.session(id).await.unwrap().unwrap().revoked_at.is_none();
    assert!(live(users[0].1.id).await, "who is still admitted stays");
    assert!(!live(users[1].1.id).await, "what the provider opened ends");
    assert!(live(ben_by_password.id).await, "what a password opened does not");

    // A deletion by somebody who saw an older state ends nobody's session.
    let error = db.store.delete_identity_provider(&proof, &corp.name, 1, now()).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
    assert!(live(users[0].1.id).await);
}

async fn a_team_that_goes_takes_the_roles_of_groups_along(db: Db) {
    let corp = provider(&db, "corp").await;
    let ana =
        db.store.recognise(&vouched(&corp, "1", &["ana"], vec![in_team(OWNER), admin()]), now()).await.unwrap().user;
    db.user("bob").await;
    let write = team_grant(Permission::MembershipWrite, "payments");
    // Another team of the same name.
    db.store.found_team(&write, "id-2", &name("bob"), now()).await.unwrap();
    let subject = db.store.subject(ana.id, now()).await.unwrap().unwrap();
    assert!(subject.teams.is_empty() && subject.is_platform_admin(), "the platform is no team");
    db.store.recognise(&vouched(&corp, "1", &[], vec![in_team(OWNER)]), now()).await.unwrap();
    let gone = db.store.forget_team(&team_grant(Permission::TeamDelete, "payments"), "id-payments").await;
    assert_eq!(gone.unwrap(), 1);
    db.store.recognise(&vouched(&corp, "1", &[], vec![in_team(OWNER)]), now()).await.unwrap();
    let there = ["id-2".to_owned()].into();
    assert_eq!(db.store.sweep_teams(&there, at(10)).await.unwrap(), 1);
    assert!(db.store.subject(ana.id, now()).await.unwrap().unwrap().teams.is_empty());
}

async fn a_state_is_good_for_one_answer_of_its_provider(db: Db) {
    let (corp, other) = (provider(&db, "corp").await, provider(&db, "other").await);
    db.store.begin_sign_in(hash("s"), corp.id, "/auth/account", at(600), now()).await.unwrap();
    assert_eq!(db.store.end_sign_in(hash("s"), other.id, now()).await.unwrap(), None, "another provider's answer");
    let all = futures::future::join_all((0..4).map(|_| db.store.end_sign_in(hash("s"), corp.id, now()))).await;
    assert_eq!(all.into_iter().filter_map(Result::unwrap).collect::<Vec<_>>(), ["/auth/account"]);
    db.store.begin_sign_in(hash("t"), corp.id, "/", at(600), now()).await.unwrap();
    assert_eq!(db.store.end_sign_in(hash("t"), corp.id, at(600)).await.unwrap(), None, "too late");
    assert_eq!(db.store.end_sign_in(hash("u"), corp.id, now()).await.unwrap(), None);
    assert_eq!(db.store.sweep_expired(at(100_000)).await.unwrap(), 2);
}

async fn a_code_is_good_once_and_so_is_a_recovery_code(db: Db) {
    let ana = db.user("ana").await;
    db.store.begin_second_factor(ana.id, "a", now()).await.unwrap();
    db.store.begin_second_factor(ana.id, "b", now()).await.unwrap();
    assert!(!db.store.confirm_second_factor(ana.id, "a", 5, &[], now()).await.unwrap(), "that one made way");
    assert!(db.store.confirm_second_factor(ana.id, "b", 5, &[hash("r1"), hash("r2")], now()).await.unwrap());
    assert!(!db.store.confirm_second_factor(ana.id, "b", 6, &[], now()).await.unwrap());
    assert!(db.store.begin_second_factor(ana.id, "c", now()).await.is_err(), "a confirmed one does not make way");
    assert!(!db.store.use_step(ana.id, 5).await.unwrap(), "the code that confirmed is used up");
    let used = futures::future::join_all((0..4).map(|_| db.store.use_step(ana.id, 6))).await;
    assert_eq!(used.into_iter().filter(|used| *used.as_ref().unwrap()).count(), 1);
    assert!(!db.store.use_step(ana.id, 4).await.unwrap());
    assert!(db.store.use_recovery_code(ana.id, hash("r1"), now()).await.unwrap());
    assert!(!db.store.use_recovery_code(ana.id, hash("r1"), now()).await.unwrap());
    let bob = db.user("bob").await;
    assert!(!db.store.use_recovery_code(bob.id, hash("r2"), now()).await.unwrap(), "somebody else's");
    assert_eq!(db.store.recovery_codes_left(ana.id).await.unwrap(), 1);
    assert!(db.store.remove_second_factor(ana.id).await.unwrap());
    assert!(db.store.second_factor(ana.id).await.unwrap().is_none());
    assert!(!db.store.use_recovery_code(ana.id, hash("r2"), now()).await.unwrap());
}

async fn a_challenge_has_few_tries_and_one_end(db: Db) {
    let ana = db.user("ana").await;
    db.store.begin_challenge(hash("c"), ana.id, at(300), now()).await.unwrap();
    for _ in 0..5 {
        assert_eq!(db.store.try_challenge(hash("c"), 5, now()).await.unwrap(), Some(ana.id));
    }
    assert_eq!(db.store.try_challenge(hash("c"), 5, now()).await.unwrap(), None);
    db.store.begin_challenge(hash("d"), ana.id, at(300), now()).await.unwrap();
    assert_eq!(db.store.try_challenge(hash("d"), 5, at(300)).await.unwrap(), None, "too late");
    assert!(db.store.end_challenge(hash("d"), now()).await.unwrap());
    assert!(!db.store.end_challenge(hash("d"), now()).await.unwrap());
    assert_eq!(db.store.try_challenge(hash("d"), 5, now()).await.unwrap(), None);
    let names: Vec<UserName> = vec![name("ana"), name("free")];
    assert_eq!(db.store.first_free_name(&names).await.unwrap(), Some(name("free")));
}
