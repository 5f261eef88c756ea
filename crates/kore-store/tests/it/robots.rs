//! Robots, their tokens, and tokens that they exchange.

use jiff::Timestamp;
use kore_api::{
    access::{RoleBindingSpec, ScopeSpec},
    identity::UserSpec,
    names::RobotRef,
    robot::{RobotSpec, TrustRule},
};
use kore_domain::access::{Authorized, Limit, Permission, Resource, Source, Visibility};
use kore_store::{
    Exchange, LongToken, NewSession, NewToken, Robot, StoreError, TokenHash, TokenKind, TokenStanding, UsedToken,
};

use crate::support::{Db, OWNER, at, cases, everything, grant, hash, name, now, system, team_grant};

cases![
    a_robot_is_made_changed_and_deleted_and_is_nobody_who_signs_in,
    robots_go_with_their_team,
    a_robot_has_two_tokens_at_most_and_rotation_overlaps,
    a_token_of_an_issuer_opens_one_session_however_many_come_with_it,
    trust_that_is_taken_away_ends_what_came_of_it,
    people_and_robots_are_found_by_a_part_of_their_name,
    tokens_that_end_soon_are_told_of_where_robots_may_be_seen,
];

fn rule(claim: &str) -> TrustRule {
    TrustRule {
        issuer: "https://ci.example".into(),
        audience: "kore".into(),
        claims: [("sub".to_owned(), serde_json::from_value(claim.into()).unwrap())].into(),
        max_minutes: 15,
    }
}

async fn robot(db: &Db, text: &str, spec: &RobotSpec) -> Robot {
    let robot: RobotRef = text.parse().unwrap();
    let proof = team_grant(Permission::RobotWrite, robot.team.as_str());
    let id = format!("id-{}", robot.team);
    db.store.create_robot(&proof, &id, &robot.name, spec, now()).await.unwrap()
}

fn session(robot: &Robot, source: Source, named: Option<&str>) -> NewSession {
    NewSession {
        user_id: robot.id,
        source,
        label: None,
        address: None,
        expires_at: at(900),
        name: named.map(str::to_owned),
        limit: None,
    }
}

fn token(text: &str) -> NewToken {
    NewToken { kind: TokenKind::Access, hash: hash(text), audience: None, expires_at: at(900) }
}

async fn make(
    db: &Db,
    robot: &Robot,
    text: &str,
    replaces: Option<(uuid::Uuid, Timestamp)>,
    when: Timestamp,
) -> LongToken {
    let (session, token) = (session(robot, Source::Api, Some(text)), token(text));
    db.store.create_long_token(&session, &token, 2, replaces, when).await.unwrap()
}

async fn standing(db: &Db, text: &str, when: Timestamp) -> TokenStanding {
    db.store.authenticate(TokenHash::of(text), when).await.unwrap().unwrap().standing
}

async fn a_robot_is_made_changed_and_deleted_and_is_nobody_who_signs_in(db: Db) {
    let ana = db.user("ana").await;
    let spec = RobotSpec { description: Some("déploie 🤖".into()), trust: vec![rule("a")], ..RobotSpec::default() };
    let made = robot(&db, "payments/ci", &spec).await;
    assert_eq!((made.spec.clone(), made.revision, made.tokens, made.last_used_at), (spec.clone(), 1, 0, None));
    let other = robot(&db, "fraud/ci", &RobotSpec::default()).await;
    let proof = team_grant(Permission::RobotWrite, "payments");
    let again = db.store.create_robot(&proof, "id-payments", &made.robot.name, &spec, now()).await.unwrap_err();
    assert!(matches!(&again, StoreError::Unique(rule) if rule == "users_robot_team_robot_name"), "{again:?}");

    // Nobody among people.
    let people = db.store.list_users(&grant(Permission::UserRead)).await.unwrap();
    assert_eq!(people.iter().map(|user| user.id).collect::<Vec<_>>(), [ana.id]);
    assert_eq!(db.store.count_users().await.unwrap(), 1);
    assert_eq!(db.store.user_by_id(made.id).await.unwrap(), None);
    assert_eq!(db.store.user_by_name(&name("ci")).await.unwrap(), None);
    assert!(db.store.user_with_password(&name("ci")).await.unwrap().is_none());
    let writer = grant(Permission::UserWrite);
    let spec_of_user = UserSpec::default();
    let changed = db.store.update_user(&writer, &name("ci"), 1, &spec_of_user, now()).await;
    assert!(matches!(changed, Err(StoreError::NotFound(_))));
    assert!(matches!(db.store.delete_user(&writer, &name("ci"), 1).await, Err(StoreError::NotFound(_))));
    let member = team_grant(Permission::MembershipWrite, "payments");
    let joined = db.store.add_membership(&member, "id-payments", &name("ci"), OWNER, now()).await;
    assert!(matches!(joined, Err(StoreError::NotFound(_))));

    // A team's, and everybody's.
    let reads = team_grant(Permission::RobotRead, "payments");
    assert_eq!(db.store.list_robots(&reads, now()).await.unwrap(), std::slice::from_ref(&made));
    let all = db.store.visible_robots(&everything(Permission::RobotRead), now()).await.unwrap();
    assert_eq!(all.iter().map(|robot| robot.robot.to_string()).collect::<Vec<_>>(), ["fraud/ci", "payments/ci"]);

    // Changed by whoever saw it last, and of no use while disabled.
    let off = RobotSpec { disabled: true, ..RobotSpec::default() };
    let stale = db.store.update_robot(&proof, &made.robot.name, 7, &off, at(1)).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))));
    assert!(db.store.subject(made.id, now()).await.unwrap().is_some());
    let changed = db.store.update_robot(&proof, &made.robot.name, 1, &off, at(1)).await.unwrap();
    assert_eq!((changed.spec, changed.revision), (off, 2));
    assert!(db.store.subject(made.id, now()).await.unwrap().is_none());

    assert!(matches!(db.store.delete_robot(&proof, &made.robot.name, 1).await, Err(StoreError::Conflict(_))));
    db.store.delete_robot(&proof, &made.robot.name, 2).await.unwrap();
    assert!(matches!(db.store.delete_robot(&proof, &made.robot.name, 2).await, Err(StoreError::NotFound(_))));
    assert_eq!(db.store.robot(&made.robot, now()).await.unwrap(), None);
    assert_eq!(db.store.robot(&other.robot, now()).await.unwrap(), Some(other), "another team's stays");
    assert!(db.store.user_by_id(ana.id).await.unwrap().is_some());
}

async fn robots_go_with_their_team(db: Db) {
    let made = robot(&db, "payments/ci", &RobotSpec::default()).await;
    let kept = robot(&db, "fraud/ci", &RobotSpec::default()).await;
    assert!(matches!(make(&db, &made, "t", None, now()).await, LongToken::Made(_)));
    let spec = RoleBindingSpec {
        subject: "robot:payments/ci".parse().unwrap(),
        role: "viewer".into(),
        scope: ScopeSpec { team: Some("fraud".parse().unwrap()), ..ScopeSpec::default() },
        expires_at: None,
        networks: Vec::new(),
        elevation: None,
    };
    let writes = system().grant(Permission::RoleBindingWrite, Resource::Platform);
    let bound = db.store.create_role_binding(&writes, &spec, "id-fraud", now()).await.unwrap();
    let proof = team_grant(Permission::TeamDelete, "payments");
    db.store.forget_team(&proof, "id-payments").await.unwrap();
    assert_eq!(db.store.robot(&made.robot, now()).await.unwrap(), None);
    assert!(db.store.authenticate(hash("t"), now()).await.unwrap().is_none());
    assert!(db.store.role_binding(bound.id).await.unwrap().is_none(), "in whichever team it was bound");
    // A team of which nobody told: the sweep finds that it is gone.
    assert!(db.store.robot(&kept.robot, now()).await.unwrap().is_some());
    db.store.sweep_teams(&["id-fraud".to_owned()].into(), at(3600)).await.unwrap();
    assert!(db.store.robot(&kept.robot, now()).await.unwrap().is_some());
    db.store.sweep_teams(&["another".to_owned()].into(), at(3600)).await.unwrap();
    assert_eq!(db.store.robot(&kept.robot, now()).await.unwrap(), None);
}

async fn a_robot_has_two_tokens_at_most_and_rotation_overlaps(db: Db) {
    let ci = robot(&db, "payments/ci", &RobotSpec::default()).await;
    let LongToken::Made(first) = make(&db, &ci, "first", None, now()).await else { panic!("not made") };
    assert_eq!(standing(&db, "first", at(1)).await, TokenStanding::Live);
    assert_eq!(first.last_used_at, Timestamp::UNIX_EPOCH, "made is not used");
    db.store.touch_session(first.id, at(0), at(1)).await.unwrap();
    let seen = db.store.robot(&ci.robot, at(1)).await.unwrap().unwrap();
    assert_eq!((seen.tokens, seen.last_used_at), (1, Some(at(1))));

    // Five at once: one takes the other place.
    let tries = ["a", "b", "c", "d", "e"].map(|text| make(&db, &ci, text, None, at(1)));
    let made = futures::future::join_all(tries).await;
    assert_eq!(made.iter().filter(|made| matches!(made, LongToken::Made(_))).count(), 1, "{made:?}");
    assert_eq!(made.iter().filter(|made| matches!(made, LongToken::TooMany)).count(), 4);
    let tokens = db.store.long_tokens_of(ci.id, at(1)).await.unwrap();
    let second = tokens.iter().find(|token| token.id != first.id).unwrap();
    assert!(db.store.revoke_session(second.id, at(2)).await.unwrap());

    // In place of the first, which works a while longer, but never longer than it would have.
    let replaces = Some((first.id, at(60)));
    assert!(matches!(make(&db, &ci, "next", replaces, at(3)).await, LongToken::Made(_)));
    assert_eq!(standing(&db, "first", at(59)).await, TokenStanding::Live);
    assert_eq!(standing(&db, "first", at(60)).await, TokenStanding::Expired);
    assert_eq!(standing(&db, "next", at(60)).await, TokenStanding::Live);
    assert!(matches!(make(&db, &ci, "third", Some((first.id, at(50))), at(4)).await, LongToken::TooMany));
    assert_eq!(standing(&db, "first", at(59)).await, TokenStanding::Live, "what is refused changes nothing");
    assert!(matches!(make(&db, &ci, "third", Some((first.id, at(9))), at(61)).await, LongToken::NotThere));
    let other = robot(&db, "payments/other", &RobotSpec::default()).await;
    let stranger = Some((db.store.long_tokens_of(ci.id, at(61)).await.unwrap()[0].id, at(62)));
    assert!(matches!(make(&db, &other, "x", stranger, at(61)).await, LongToken::NotThere), "somebody else's");
    assert!(matches!(make(&db, &ci, "third", None, at(61)).await, LongToken::Made(_)));

    // With a limit, and gone with the robot.
    let limit = Limit { permissions: ["cluster.read".to_owned()].into(), teams: None };
    let limited = NewSession { limit: Some(limit.clone()), ..session(&other, Source::Api, Some("l")) };
    db.store.create_long_token(&limited, &token("l"), 2, None, now()).await.unwrap();
    let found = db.store.authenticate(hash("l"), now()).await.unwrap().unwrap();
    assert_eq!(found.subject.unwrap().limit, Some(limit));
    let proof = team_grant(Permission::RobotWrite, "payments");
    db.store.delete_robot(&proof, &other.robot.name, other.revision).await.unwrap();
    assert!(db.store.authenticate(hash("l"), now()).await.unwrap().is_none());
}

fn used(text: &str) -> UsedToken {
    UsedToken { hash: hash(text), expires_at: at(3600), issuer: None }
}

async fn a_token_of_an_issuer_opens_one_session_however_many_come_with_it(db: Db) {
    let spec = RobotSpec { trust: vec![rule("a")], ..RobotSpec::default() };
    let ci = robot(&db, "payments/ci", &spec).await;
    let open = async |id: &str, text: &str| {
        let (new, token) = (session(&ci, Source::Ci, None), token(text));
        db.store.open_exchanged(&used(id), ci.revision, &new, &token, now()).await.unwrap()
    };
    let opened = futures::future::join_all(["a", "b", "c", "d", "e", "f"].map(|text| open("jti-1", text))).await;
    assert_eq!(opened.iter().filter(|one| matches!(one, Exchange::Opened(_))).count(), 1, "{opened:?}");
    assert_eq!(opened.iter().filter(|one| matches!(one, Exchange::Replayed)).count(), 5);
    assert!(matches!(open("jti-2", "g").await, Exchange::Opened(_)), "another one is another one");
    let seen = db.store.robot(&ci.robot, now()).await.unwrap().unwrap();
    assert_eq!((seen.tokens, seen.last_used_at), (0, Some(now())));
    // Known for as long as it could be used, and a day longer.
    db.store.sweep_expired(at(3600 + 86_400 - 1)).await.unwrap();
    assert!(matches!(open("jti-1", "h").await, Exchange::Replayed));
    db.store.sweep_expired(at(3600 + 86_400 + 1)).await.unwrap();
    assert!(matches!(open("jti-1", "i").await, Exchange::Opened(_)));
}

async fn trust_that_is_taken_away_ends_what_came_of_it(db: Db) {
    let spec = RobotSpec { trust: vec![rule("a"), rule("b")], ..RobotSpec::default() };
    let ci = robot(&db, "payments/ci", &spec).await;
    let proof = team_grant(Permission::RobotWrite, "payments");
    let (new, kept) = (session(&ci, Source::Ci, None), make(&db, &ci, "static", None, now()).await);
    assert!(matches!(kept, LongToken::Made(_)));
    let opened = db.store.open_exchanged(&used("1"), 1, &new, &token("t"), now()).await.unwrap();
    assert!(matches!(opened, Exchange::Opened(_)));

    // More trust takes nothing away.
    let more = RobotSpec { trust: vec![rule("c"), rule("b"), rule("a")], ..spec.clone() };
    db.store.update_robot(&proof, &ci.robot.name, 1, &more, now()).await.unwrap();
    assert_eq!(standing(&db, "t", now()).await, TokenStanding::Live);
    // Whoever looked before the change gets nothing after it, and has not used up the token.
    let late = db.store.open_exchanged(&used("2"), 1, &new, &token("u"), now()).await.unwrap();
    assert!(matches!(late, Exchange::Changed));
    let again = db.store.open_exchanged(&used("2"), 2, &new, &token("u"), now()).await.unwrap();
    assert!(matches!(again, Exchange::Opened(_)));

    let less = RobotSpec { trust: vec![rule("b"), rule("c")], ..spec.clone() };
    db.store.update_robot(&proof, &ci.robot.name, 2, &less, now()).await.unwrap();
    assert_eq!(standing(&db, "t", now()).await, TokenStanding::Revoked);
    assert_eq!(standing(&db, "u", now()).await, TokenStanding::Revoked);
    assert_eq!(standing(&db, "static", now()).await, TokenStanding::Live, "made by hand, ended by hand");

    let off = RobotSpec { disabled: true, ..less };
    db.store.update_robot(&proof, &ci.robot.name, 3, &off, now()).await.unwrap();
    assert_eq!(standing(&db, "static", now()).await, TokenStanding::Revoked);
    let disabled = db.store.open_exchanged(&used("3"), 4, &new, &token("v"), now()).await.unwrap();
    assert!(matches!(disabled, Exchange::Changed));
}

fn of_fraud() -> Authorized<Visibility> {
    system().grant(Permission::RobotRead, Visibility::teams(["fraud".parse().unwrap()].into()))
}

async fn people_and_robots_are_found_by_a_part_of_their_name(db: Db) {
    for name in ["ben", "anatol", "ana"] {
        db.user(name).await;
    }
    for text in ["payments/deployer", "fraud/ci"] {
        robot(&db, text, &RobotSpec::default()).await;
    }
    let people = async |text: &str, limit: u64| {
        let found = db.store.find_people(&grant(Permission::UserRead), text, limit).await.unwrap();
        found.into_iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(people("ANAT", 9).await, ["anatol"]);
    assert_eq!(people("lvarez", 9).await, ["ana", "anatol", "ben"], "by the name that people read");
    assert_eq!(people("n", 2).await, ["ana", "anatol"]);
    for nothing in ["%", "_", "!", "robot", "deployer", "'"] {
        assert_eq!(people(nothing, 9).await, [""; 0], "{nothing}");
    }
    let robots = async |proof: &Authorized<Visibility>, text: &str| {
        let found = db.store.find_robots(proof, text, 9).await.unwrap();
        found.into_iter().map(|robot| robot.to_string()).collect::<Vec<_>>()
    };
    let all = everything(Permission::RobotRead);
    assert_eq!(robots(&all, "Deploy").await, ["payments/deployer"]);
    assert_eq!(robots(&all, "fraud").await, ["fraud/ci"]);
    assert_eq!(robots(&of_fraud(), "deploy").await, [""; 0], "not theirs to see");
    assert_eq!(robots(&of_fraud(), "c").await, ["fraud/ci"]);
    let wrong = db.store.find_robots(&everything(Permission::TeamRead), "c", 9).await;
    assert!(wrong.is_err(), "a proof of another permission is none");
}

async fn tokens_that_end_soon_are_told_of_where_robots_may_be_seen(db: Db) {
    let ci = robot(&db, "payments/ci", &RobotSpec::default()).await;
    assert!(matches!(make(&db, &ci, "t", None, now()).await, LongToken::Made(_)));
    let ending = async |proof: &Authorized<Visibility>, when: Timestamp, before: Timestamp| {
        let found = db.store.robot_tokens_ending(proof, when, before, 9).await.unwrap();
        found.into_iter().map(|(robot, token, end)| (robot.to_string(), token, end)).collect::<Vec<_>>()
    };
    let all = everything(Permission::RobotRead);
    assert_eq!(ending(&all, now(), at(901)).await, [("payments/ci".to_owned(), "t".to_owned(), at(900))]);
    assert_eq!(ending(&all, now(), at(900)).await, []);
    assert_eq!(ending(&all, at(900), at(1800)).await, [], "it has ended");
    assert_eq!(ending(&of_fraud(), now(), at(901)).await, []);
    assert_eq!(db.store.open_operations().await.unwrap(), [("pending".to_owned(), 0), ("running".to_owned(), 0)]);
}
