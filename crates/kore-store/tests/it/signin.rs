//! What must happen once happens once: claim links, codes, refresh tokens.

use jiff::Timestamp;
use kore_api::{codes::Code, identity::PlatformRole};
use kore_domain::access::Permission;
use kore_store::{
    AuthCodeUse, ClaimPurpose, DevicePoll, DeviceState, NewAuthCode, NewClaimLink, NewCredentials, NewDeviceCode,
    NewToken, Redeemed, Rotation, TokenKind, TokenStanding,
};
use secrecy::ExposeSecret;

use crate::support::{Db, at, cases, grant, hash, name, now};

cases![
    a_claim_link_makes_one_administrator,
    two_claims_of_one_link_have_one_winner,
    a_claim_link_survives_a_name_that_is_taken,
    a_claim_that_names_a_user_without_password_ends_no_session,
    a_reset_link_sets_the_password_and_ends_sessions,
    a_welcome_link_sets_a_first_password_and_no_other,
    a_person_who_is_reset_has_no_password_and_no_session,
    a_link_goes_with_its_person,
    a_session_is_touched_forwards_only,
    all_sessions_but_one_end,
    tokens_speak_for_their_person_while_they_live,
    refresh_tokens_rotate_and_reuse_ends_the_session,
    two_rotations_of_one_token_have_one_winner,
    an_authorization_code_works_once,
    a_device_code_is_approved_and_told_once,
    the_sweep_takes_what_ran_out_and_nothing_else,
];

fn link(code: &str, purpose: ClaimPurpose, user: Option<&str>) -> NewClaimLink {
    NewClaimLink { hash: hash(code), purpose, user: user.map(name), expires_at: at(600) }
}

fn chosen(user: &str, password: &str) -> NewCredentials {
    NewCredentials { name: name(user), display_name: None, password_hash: password.to_owned().into() }
}

fn tokens(access: &str, refresh: &str) -> [NewToken; 2] {
    let token = |kind, text, expires_at| NewToken { kind, hash: hash(text), audience: None, expires_at };
    [token(TokenKind::Access, access, at(900)), token(TokenKind::Refresh, refresh, at(3600))]
}

async fn a_claim_link_makes_one_administrator(db: Db) {
    let proof = grant(Permission::UserWrite);
    db.store.create_claim_link(&proof, &link("c", ClaimPurpose::Claim, None), now()).await.unwrap();
    let seen = db.store.claim_link(hash("c")).await.unwrap().unwrap();
    assert!(seen.live(at(599)) && !seen.live(at(600)));
    assert!(db.store.claim_link(hash("d")).await.unwrap().is_none());
    let late = db.store.redeem_claim_link(hash("c"), &chosen("ana", "h"), at(600)).await.unwrap();
    assert!(matches!(late, Redeemed::Spent));
    let Redeemed::Done(user) = db.store.redeem_claim_link(hash("c"), &chosen("ana", "h"), at(1)).await.unwrap() else {
        panic!("the link works")
    };
    assert_eq!((user.name.as_str(), user.spec.platform_role), ("ana", Some(PlatformRole::Admin)));
    let again = db.store.redeem_claim_link(hash("c"), &chosen("eve", "h"), at(2)).await.unwrap();
    assert!(matches!(again, Redeemed::Spent));
    assert_eq!(db.store.count_users().await.unwrap(), 1);
}

async fn two_claims_of_one_link_have_one_winner(db: Db) {
    let proof = grant(Permission::UserWrite);
    for round in 0..5 {
        let code = format!("c{round}");
        db.store.create_claim_link(&proof, &link(&code, ClaimPurpose::Claim, None), now()).await.unwrap();
        let (ana, eve) = (chosen(&format!("ana{round}"), "h"), chosen(&format!("eve{round}"), "h"));
        let (first, second) = tokio::join!(
            db.store.redeem_claim_link(hash(&code), &ana, at(1)),
            db.store.redeem_claim_link(hash(&code), &eve, at(1))
        );
        let won = |result: &Redeemed| matches!(result, Redeemed::Done(_));
        assert!(won(&first.unwrap()) != won(&second.unwrap()));
        assert_eq!(db.store.count_users().await.unwrap(), round + 1);
    }
}

async fn a_claim_link_survives_a_name_that_is_taken(db: Db) {
    db.user("ana").await;
    let proof = grant(Permission::UserWrite);
    db.store.create_claim_link(&proof, &link("c", ClaimPurpose::Claim, None), now()).await.unwrap();
    let taken = db.store.redeem_claim_link(hash("c"), &chosen("ana", "h"), at(1)).await.unwrap_err();
    assert_eq!(taken.code(), Code::AlreadyExists);
    let done = db.store.redeem_claim_link(hash("c"), &chosen("bob", "h"), at(2)).await.unwrap();
    assert!(matches!(done, Redeemed::Done(_)));
}

async fn a_claim_that_names_a_user_without_password_ends_no_session(db: Db) {
    let admin = db.user("admin").await;
    let session = db.session(&admin).await;
    let proof = grant(Permission::UserWrite);
    for code in ["c1", "c2"] {
        db.store.create_claim_link(&proof, &link(code, ClaimPurpose::Claim, Some("admin")), now()).await.unwrap();
    }
    let done = db.store.redeem_claim_link(hash("c1"), &chosen("mallory", "h"), at(1)).await.unwrap();
    assert!(matches!(done, Redeemed::Done(user) if user.id == admin.id && user.has_password));
    assert!(db.store.session(session.id).await.unwrap().unwrap().revoked_at.is_none());
    let late = db.store.redeem_claim_link(hash("c2"), &chosen("mallory", "h2"), at(2)).await.unwrap();
    assert!(matches!(late, Redeemed::Spent), "a password is set: a claim does not replace it");
}

async fn a_reset_link_sets_the_password_and_ends_sessions(db: Db) {
    let ana = db.user("ana").await;
    let session = db.session(&ana).await;
    let proof = grant(Permission::UserWrite);
    db.store.create_device_code(&device_code("d", "WDJB-MJHT"), now()).await.unwrap();
    assert!(db.store.decide_device_code("WDJB-MJHT", ana.id, true, now()).await.unwrap());
    db.store.create_claim_link(&proof, &link("r", ClaimPurpose::Reset, Some("ana")), now()).await.unwrap();
    let done = db.store.redeem_claim_link(hash("r"), &chosen("mallory", "new"), at(1)).await.unwrap();
    assert!(matches!(done, Redeemed::Done(user) if user.name.as_str() == "ana"));
    let (user, password) = db.store.user_with_password(&name("ana")).await.unwrap().unwrap();
    assert_eq!((user.revision, password.unwrap().expose_secret()), (2, "new"));
    assert!(db.store.session(session.id).await.unwrap().unwrap().revoked_at.is_some());
    assert!(db.store.sessions_of(ana.id, at(2)).await.unwrap().is_empty());
    let poll = db.store.poll_device_code(hash("d"), at(2)).await.unwrap();
    assert_eq!(poll, DevicePoll::Unknown, "what was begun before opens no session");
}

async fn a_welcome_link_sets_a_first_password_and_no_other(db: Db) {
    let ana = db.user("ana").await;
    let session = db.session(&ana).await;
    let proof = grant(Permission::UserWrite);
    for code in ["w1", "w2"] {
        db.store.create_claim_link(&proof, &link(code, ClaimPurpose::Welcome, Some("ana")), now()).await.unwrap();
    }
    let old = db.store.redeem_claim_link(hash("w1"), &chosen("ana", "h"), at(1)).await.unwrap();
    assert!(matches!(old, Redeemed::Spent), "the newer link is the one that works");
    let done = db.store.redeem_claim_link(hash("w2"), &chosen("ana", "h"), at(1)).await.unwrap();
    let Redeemed::Done(user) = done else { panic!("the link works") };
    assert_eq!((user.id, user.has_password, user.spec.platform_role), (ana.id, true, None));
    assert!(db.store.session(session.id).await.unwrap().unwrap().revoked_at.is_none());
    // Made before the password was set, used after.
    db.store.create_claim_link(&proof, &link("w3", ClaimPurpose::Welcome, Some("ana")), now()).await.unwrap();
    let late = db.store.redeem_claim_link(hash("w3"), &chosen("ana", "h2"), at(2)).await.unwrap();
    assert!(matches!(late, Redeemed::Spent));
}

async fn a_person_who_is_reset_has_no_password_and_no_session(db: Db) {
    let proof = grant(Permission::UserWrite);
    let ana = db.user("ana").await;
    db.store.create_claim_link(&proof, &link("w", ClaimPurpose::Welcome, Some("ana")), now()).await.unwrap();
    db.store.redeem_claim_link(hash("w"), &chosen("ana", "h"), at(1)).await.unwrap();
    let session = db.session(&ana).await;
    db.store.reset_user(&proof, &link("r", ClaimPurpose::Reset, Some("ana")), at(2)).await.unwrap();
    let (user, password) = db.store.user_with_password(&name("ana")).await.unwrap().unwrap();
    assert!(password.is_none() && user.revision == 3, "{user:?}");
    assert!(db.store.session(session.id).await.unwrap().unwrap().revoked_at.is_some());
    let done = db.store.redeem_claim_link(hash("r"), &chosen("ana", "h2"), at(3)).await.unwrap();
    assert!(matches!(done, Redeemed::Done(user) if user.has_password));
    let nobody = db.store.reset_user(&proof, &link("n", ClaimPurpose::Reset, Some("eve")), at(3)).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);
    assert!(db.store.claim_link(hash("n")).await.unwrap().is_none(), "nothing is left of it");
    let wrong = grant(Permission::UserRead);
    assert!(db.store.reset_user(&wrong, &link("x", ClaimPurpose::Reset, Some("ana")), at(3)).await.is_err());
}

async fn a_link_goes_with_its_person(db: Db) {
    let proof = grant(Permission::UserWrite);
    db.user("ana").await;
    db.store.create_claim_link(&proof, &link("w", ClaimPurpose::Welcome, Some("ana")), now()).await.unwrap();
    db.store.delete_user(&proof, &name("ana"), 1).await.unwrap();
    db.user("ana").await;
    let late = db.store.redeem_claim_link(hash("w"), &chosen("ana", "h"), at(1)).await.unwrap();
    assert!(matches!(late, Redeemed::Spent), "another person of the same name is another person");
}

async fn a_session_is_touched_forwards_only(db: Db) {
    let ana = db.user("ana").await;
    let (session, other) = (db.session(&ana).await, db.session(&ana).await);
    let last = async |id| db.store.session(id).await.unwrap().unwrap().last_used_at;
    db.store.touch_session(session.id, now(), at(30)).await.unwrap();
    assert_eq!(last(session.id).await, now(), "noted at that time or later");
    db.store.touch_session(session.id, at(1), at(61)).await.unwrap();
    assert_eq!((last(session.id).await, last(other.id).await), (at(61), now()));
    // Another process, whose clock is behind, was slower.
    db.store.touch_session(session.id, at(0), at(60)).await.unwrap();
    assert_eq!(last(session.id).await, at(61));
}

async fn all_sessions_but_one_end(db: Db) {
    let (ana, ben) = (db.user("ana").await, db.user("ben").await);
    let (kept, other, bens) = (db.session(&ana).await, db.session(&ana).await, db.session(&ben).await);
    assert_eq!(db.store.revoke_other_sessions(ana.id, kept.id, at(1)).await.unwrap(), 1);
    let live = async |user| db.store.sessions_of(user, at(2)).await.unwrap();
    let left: Vec<_> = live(ana.id).await.into_iter().map(|session| session.id).collect();
    assert_eq!((left, live(ben.id).await.len()), (vec![kept.id], 1), "{other:?} {bens:?}");
    assert_eq!(db.store.revoke_other_sessions(ana.id, kept.id, at(1)).await.unwrap(), 0);
}

async fn tokens_speak_for_their_person_while_they_live(db: Db) {
    let ana = db.user("ana").await;
    let session = db.session(&ana).await;
    let cluster = NewToken {
        kind: TokenKind::Cluster,
        hash: hash("kc"),
        audience: Some("payments/dev".into()),
        expires_at: at(600),
    };
    db.store.insert_tokens(session.id, &[cluster], now()).await.unwrap();
    let standing = async |time: Timestamp| db.store.authenticate(hash("kc"), time).await.unwrap().unwrap();
    let found = standing(at(599)).await;
    assert_eq!((found.kind, found.standing), (TokenKind::Cluster, TokenStanding::Live));
    assert_eq!(found.audience.as_deref(), Some("payments/dev"));
    assert_eq!(found.subject.unwrap().principal.name(), "ana");
    assert_eq!(standing(at(600)).await.standing, TokenStanding::Expired);
    assert!(db.store.authenticate(hash("other"), now()).await.unwrap().is_none());
    assert!(db.store.revoke_session(session.id, at(1)).await.unwrap());
    assert!(!db.store.revoke_session(session.id, at(2)).await.unwrap(), "once");
    assert_eq!(standing(at(2)).await.standing, TokenStanding::Revoked);
    let orphan = db.store.insert_tokens(uuid::Uuid::nil(), &tokens("a", "r"), now()).await.unwrap_err();
    assert_eq!(orphan.code(), Code::NotFound, "{orphan:?}");
}

async fn refresh_tokens_rotate_and_reuse_ends_the_session(db: Db) {
    let ana = db.user("ana").await;
    let session = db.session(&ana).await;
    db.store.insert_tokens(session.id, &tokens("a1", "r1"), now()).await.unwrap();
    let rotate = async |old: &str, new: [NewToken; 2], time| {
        db.store.rotate_refresh(hash(old), &new, at(7200), time).await.unwrap()
    };
    assert!(matches!(rotate("nothing", tokens("a", "r"), at(1)).await, Rotation::Unknown));
    assert!(matches!(rotate("a1", tokens("a", "r"), at(1)).await, Rotation::Unknown), "an access token is none");
    assert!(matches!(rotate("r1", tokens("a", "r"), at(3600)).await, Rotation::Expired));
    let Rotation::Rotated(renewed) = rotate("r1", tokens("a2", "r2"), at(10)).await else { panic!("it rotates") };
    assert_eq!((renewed.id, renewed.last_used_at, renewed.expires_at), (session.id, at(10), at(7200)));
    assert_eq!(db.store.session(session.id).await.unwrap(), Some(renewed));
    let live = db.store.authenticate(hash("a2"), at(11)).await.unwrap().unwrap();
    assert_eq!(live.standing, TokenStanding::Live);
    assert!(matches!(rotate("r1", tokens("a3", "r3"), at(12)).await, Rotation::Reused(_)));
    let after = db.store.authenticate(hash("a2"), at(13)).await.unwrap().unwrap();
    assert_eq!(after.standing, TokenStanding::Revoked);
    assert!(matches!(rotate("r2", tokens("a4", "r4"), at(14)).await, Rotation::Expired));
    assert!(db.store.authenticate(hash("a3"), at(14)).await.unwrap().is_none(), "reuse makes no tokens");
}

async fn two_rotations_of_one_token_have_one_winner(db: Db) {
    let ana = db.user("ana").await;
    for round in 0..5 {
        let session = db.session(&ana).await;
        let old = format!("r{round}");
        db.store.insert_tokens(session.id, &tokens(&format!("a{round}"), &old), now()).await.unwrap();
        let (one, two) =
            (tokens(&format!("x{round}"), &format!("y{round}")), tokens(&format!("v{round}"), &format!("w{round}")));
        let (first, second) = tokio::join!(
            db.store.rotate_refresh(hash(&old), &one, at(7200), at(1)),
            db.store.rotate_refresh(hash(&old), &two, at(7200), at(1))
        );
        let (first, second) = (first.unwrap(), second.unwrap());
        let won = [&first, &second].iter().filter(|result| matches!(result, Rotation::Rotated(_))).count();
        let caught = [&first, &second].iter().filter(|result| matches!(result, Rotation::Reused(_))).count();
        assert_eq!((won, caught), (1, 1), "{first:?} {second:?}");
        assert!(db.store.session(session.id).await.unwrap().unwrap().revoked_at.is_some());
    }
}

async fn an_authorization_code_works_once(db: Db) {
    let ana = db.user("ana").await;
    let new = NewAuthCode {
        hash: hash("code"),
        user_id: ana.id,
        challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into(),
        redirect_uri: "http://127.0.0.1:34567/callback".into(),
        expires_at: at(60),
    };
    db.store.create_auth_code(&new, now()).await.unwrap();
    assert_eq!(db.store.use_auth_code(hash("code"), at(60)).await.unwrap(), AuthCodeUse::Unknown, "too late");
    let (first, second) =
        tokio::join!(db.store.use_auth_code(hash("code"), at(1)), db.store.use_auth_code(hash("code"), at(1)));
    let uses = [first.unwrap(), second.unwrap()];
    let fresh = uses.iter().find_map(|used| if let AuthCodeUse::Fresh(code) = used { Some(code) } else { None });
    let fresh = fresh.unwrap();
    assert_eq!((&fresh.challenge, &fresh.redirect_uri, fresh.user_id), (&new.challenge, &new.redirect_uri, ana.id));
    assert!(uses.contains(&AuthCodeUse::Reused));
    let session = db.session(&ana).await;
    db.store.bind_auth_code(hash("code"), session.id).await.unwrap();
    assert_eq!(db.store.use_auth_code(hash("code"), at(2)).await.unwrap(), AuthCodeUse::Reused);
    assert!(db.store.session(session.id).await.unwrap().unwrap().revoked_at.is_some());
    assert_eq!(db.store.use_auth_code(hash("none"), at(2)).await.unwrap(), AuthCodeUse::Unknown);
}

fn device_code(secret: &str, user_code: &str) -> NewDeviceCode {
    NewDeviceCode {
        hash: hash(secret),
        user_code: user_code.to_owned(),
        label: Some("kore on a server".into()),
        address: None,
        interval_seconds: 5,
        expires_at: at(600),
    }
}

async fn a_device_code_is_approved_and_told_once(db: Db) {
    let ana = db.user("ana").await;
    db.store.create_device_code(&device_code("d1", "WDJB-MJHT"), now()).await.unwrap();
    let taken = db.store.create_device_code(&device_code("d2", "WDJB-MJHT"), now()).await.unwrap_err();
    assert_eq!(taken.code(), Code::AlreadyExists);
    let poll = async |secret: &str, time| db.store.poll_device_code(hash(secret), time).await.unwrap();
    assert_eq!(poll("d1", at(1)).await, DevicePoll::Pending);
    assert_eq!(poll("d1", at(2)).await, DevicePoll::SlowDown);
    assert_eq!(poll("d1", at(8)).await, DevicePoll::SlowDown, "ten seconds by now");
    assert_eq!(poll("d1", at(30)).await, DevicePoll::Pending);
    let seen = db.store.device_code("WDJB-MJHT", at(31)).await.unwrap().unwrap();
    assert_eq!((seen.state, seen.label.as_deref()), (DeviceState::Pending, Some("kore on a server")));
    assert!(db.store.decide_device_code("WDJB-MJHT", ana.id, true, at(32)).await.unwrap());
    assert!(!db.store.decide_device_code("WDJB-MJHT", ana.id, false, at(33)).await.unwrap(), "decided once");
    let (first, second) = tokio::join!(poll("d1", at(60)), poll("d1", at(60)));
    let mut polls = [first, second];
    polls.sort_by_key(|poll| *poll == DevicePoll::Expired);
    assert_eq!(polls, [DevicePoll::Approved { user_id: ana.id }, DevicePoll::Expired]);
    db.store.create_device_code(&device_code("d3", "AAAA-BBBB"), now()).await.unwrap();
    assert!(db.store.decide_device_code("AAAA-BBBB", ana.id, false, at(1)).await.unwrap());
    assert_eq!(poll("d3", at(2)).await, DevicePoll::Denied);
    assert_eq!(poll("d3", at(600)).await, DevicePoll::Expired);
    assert_eq!(poll("none", at(2)).await, DevicePoll::Unknown);
    assert!(db.store.device_code("AAAA-BBBB", at(600)).await.unwrap().is_none());
}

async fn the_sweep_takes_what_ran_out_and_nothing_else(db: Db) {
    let ana = db.user("ana").await;
    let session = db.session(&ana).await;
    db.store.insert_tokens(session.id, &tokens("a1", "r1"), now()).await.unwrap();
    let proof = grant(Permission::UserWrite);
    db.store.create_claim_link(&proof, &link("c", ClaimPurpose::Claim, None), now()).await.unwrap();
    assert_eq!(db.store.sweep_expired(at(80_000)).await.unwrap(), 0);
    assert_eq!(db.store.sweep_expired(at(86_400 + 700)).await.unwrap(), 1, "the link");
    assert!(db.store.session(session.id).await.unwrap().is_some());
    assert!(db.store.sweep_expired(at(86_400 + 4000)).await.unwrap() >= 1, "the session with its tokens");
    assert!(db.store.authenticate(hash("a1"), at(1)).await.unwrap().is_none());
    assert_eq!(db.store.count_users().await.unwrap(), 1);
}
