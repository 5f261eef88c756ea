//! Writers who did not see each other's changes.

use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::SignedDuration;
use kore_api::{
    cluster::Cluster,
    identity::{PlatformRole, TeamRole},
};
use kore_testkit::{clock::TestClock, test_app::TestApp};
use kube::{
    Api,
    api::{Patch, PatchParams},
};
use serde_json::{Value, json};

const DEV: &str = "/api/v1/teams/payments/clusters/dev";

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_says_what_somebody_else_changed() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let owner = test.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let dev = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" }, "paused": true } });

    // PUT makes what must not be there yet.
    let absent = [("if-none-match", "*")];
    let made = owner.send(Method::PUT, DEV, &absent, Some(&dev)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let again = owner.send(Method::PUT, DEV, &absent, Some(&dev)).await;
    assert_eq!((again.status.as_u16(), again.code()), (412, "KORE-OBJECT-0003"), "{}", again.text);
    let trail = admin.get(&format!("/api/v1/auditrecords?filter=requestId={}", again.header("x-request-id"))).await;
    assert_eq!(trail.body["items"][0]["action"], "cluster.create", "{}", trail.text);
    let both = [("if-none-match", "*"), ("if-match", "*")];
    assert_eq!(owner.send(Method::PUT, DEV, &both, Some(&dev)).await.code(), "KORE-INPUT-0001");
    assert_eq!(owner.send(Method::PUT, DEV, &[("if-none-match", "\"1\"")], Some(&dev)).await.code(), "KORE-INPUT-0001");
    let other = owner.send(Method::PUT, "/api/v1/teams/payments/clusters/prod", &absent, Some(&dev)).await;
    assert_eq!((other.code(), other.pointers()), ("KORE-INPUT-0002", vec!["/metadata/name"]));
    assert_eq!(owner.send(Method::PUT, DEV, &[], Some(&dev)).await.code(), "KORE-OBJECT-0004");

    // Two changed it since it was read; the refusal says what they changed.
    for patch in [
        json!({ "spec": { "deletionProtection": true } }),
        json!({ "metadata": { "labels": { "stage": "test" } }, "spec": { "paused": false } }),
    ] {
        let changed = admin.send(Method::PATCH, DEV, &[("if-match", "*")], Some(&patch)).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    }
    let current = owner.get(DEV).await.etag().to_owned();
    let stale = owner.patch(DEV, made.etag(), &json!({ "spec": { "paused": true } })).await;
    assert_eq!((stale.status.as_u16(), stale.code(), stale.etag()), (412, "KORE-OBJECT-0003", current.as_str()));
    let changes = stale.body["changes"].as_array().unwrap();
    let mut paths: Vec<_> = changes.iter().map(|change| change["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["metadata.labels.stage", "spec.deletionProtection", "spec.paused"], "{}", stale.text);
    let stage = changes.iter().find(|change| change["path"] == "metadata.labels.stage").unwrap();
    assert_eq!((&stage["before"], &stage["after"]), (&json!(null), &json!("test")));
    // A revision that nobody remembers.
    let unknown = owner.delete(DEV, "\"1\"").await;
    assert!(unknown.code() == "KORE-OBJECT-0003" && unknown.text.contains("not known any more"), "{}", unknown.text);
    assert_eq!(unknown.etag(), current);
}

/// A status is written every few seconds while a cluster comes up: nobody's page is stale for that.
#[tokio::test(flavor = "multi_thread")]
async fn what_kore_writes_itself_makes_nobodys_change_stale() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let dev = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" }, "paused": true } });
    let made = admin.post("/api/v1/teams/payments/clusters", &dev).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let api: Api<Cluster> = Api::namespaced(test.app.kube.clone(), "team-payments");
    let say = async |words: String| {
        let status = Patch::Merge(json!({ "status": { "kubernetesVersion": words } }));
        let said = api.patch_status("dev", &PatchParams::default(), &status).await.unwrap();
        said.metadata.resource_version.unwrap()
    };

    // Read, then observed anew, then changed.
    test.app.indexes.clusters.wait_for(&say("1.1.1".to_owned()).await).await.unwrap();
    assert_ne!(admin.get(DEV).await.etag(), made.etag());
    let changed = admin.patch(DEV, made.etag(), &json!({ "spec": { "deletionProtection": true } })).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    // Now somebody changed it, and it is deleted by nobody who did not see that.
    assert_eq!(admin.delete(DEV, made.etag()).await.code(), "KORE-OBJECT-0003");

    // While a controller writes, what people write comes through, and nothing of either gets lost.
    for round in 0..20 {
        let read = admin.get(DEV).await;
        let patch =
            json!({ "metadata": { "labels": { "round": format!("r{round}") } }, "spec": { "paused": round % 2 == 0 } });
        let observing = async {
            // Less often than a change is tried.
            for count in 0..3 {
                say(format!("1.{round}.{count}")).await;
            }
        };
        let (changed, ()) = tokio::join!(admin.patch(DEV, read.etag(), &patch), observing);
        assert_eq!(changed.status, StatusCode::OK, "round {round}: {}", changed.text);
    }
    let last = api.get("dev").await.unwrap();
    assert_eq!((last.spec.paused, last.spec.deletion_protection), (false, true));
    assert_eq!(last.metadata.labels.unwrap()["round"], "r19");
    assert_eq!(last.status.unwrap().kubernetes_version.as_deref(), Some("1.19.2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_make_a_team_at_the_same_moment_one_owns_it() {
    let test = TestApp::start().await.unwrap();
    let ana = test.person("ana", Some(PlatformRole::Admin)).await.unwrap();
    let bob = test.person("bob", Some(PlatformRole::Admin)).await.unwrap();
    for round in 0..10 {
        let team = json!({ "metadata": { "name": format!("race{round}") }, "spec": {} });
        let (first, second) = tokio::join!(ana.post("/api/v1/teams", &team), bob.post("/api/v1/teams", &team));
        let owner = match (first.status, second.status) {
            (StatusCode::CREATED, StatusCode::CONFLICT) => "ana",
            (StatusCode::CONFLICT, StatusCode::CREATED) => "bob",
            _ => panic!("{} {}", first.text, second.text),
        };
        let members = ana.get(&format!("/api/v1/teams/race{round}/memberships")).await;
        let names: Vec<_> =
            members.body["items"].as_array().unwrap().iter().map(|one| &one["metadata"]["name"]).collect();
        assert_eq!(names, [owner], "{}", members.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_about_people_is_bound_to_the_preview_that_was_looked_at() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    let spec = |name: &str| json!({ "metadata": { "name": "uwe" }, "spec": { "displayName": name } });
    let member = json!({ "metadata": { "name": "uwe" }, "spec": { "role": "viewer" } });
    let (users, members) = ("/api/v1/users", "/api/v1/teams/payments/memberships");
    for (path, body, change) in [
        (users, spec("Uwe"), json!({ "spec": { "displayName": "U." } })),
        (members, member, json!({ "spec": { "role": "owner" } })),
    ] {
        let item = format!("{path}/uwe");
        for (method, at, body) in
            [(Method::POST, path, Some(&body)), (Method::PATCH, &*item, Some(&change)), (Method::DELETE, &*item, None)]
        {
            let dry = admin.send(method.clone(), &format!("{at}?dryRun=All"), &[("if-match", "*")], body).await;
            let digest = dry.body["digest"].as_str().unwrap().to_owned();
            if method != Method::POST {
                let stale = [("if-match", "\"99\"")];
                let stale = admin.send(method.clone(), &format!("{at}?dryRun=All"), &stale, body).await;
                assert_eq!(stale.code(), "KORE-OBJECT-0003", "{method} {at}: a preview of another revision");
            }
            let with = async |digest: &str| {
                admin.send(method.clone(), at, &[("if-match", "*"), ("if-preview-digest", digest)], body).await
            };
            let other = with("0").await;
            assert_eq!(
                (other.status.as_u16(), other.code()),
                (412, "KORE-OBJECT-0003"),
                "{method} {at} {}",
                other.text
            );
            if path == users && method == Method::DELETE {
                // The membership of the next round needs the person.
                continue;
            }
            let seen = with(&digest).await;
            assert!(seen.status.is_success(), "{method} {at}: {}", seen.text);
        }
    }
}

/// What somebody looked at this morning is not what they agree to tonight.
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_good_for_a_quarter_of_an_hour() {
    let clock = TestClock::at("2026-11-29T12:00:00Z".parse().unwrap());
    let test = TestApp::start_by(Arc::new(clock.clone())).await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let cluster = |name: &str| json!({ "metadata": { "name": name }, "spec": { "plan": { "name": "small" } } });
    let user = |name: &str| json!({ "metadata": { "name": name }, "spec": {} });
    for (path, made) in [
        ("/api/v1/teams/payments/clusters", [cluster("a"), cluster("b")]),
        ("/api/v1/users", [user("ana"), user("ben")]),
    ] {
        let [first, second] = made;
        // Sessions do not last longer than previews.
        let show = async |body: &Value| {
            let admin = test.admin().await.unwrap();
            let shown = admin.send(Method::POST, &format!("{path}?dryRun=All"), &[], Some(body)).await;
            shown.body["digest"].as_str().unwrap().to_owned()
        };
        let make = async |body: &Value, digest: &str| {
            let admin = test.admin().await.unwrap();
            admin.send(Method::POST, path, &[("if-preview-digest", digest)], Some(body)).await
        };
        let (one, other) = (show(&first).await, show(&second).await);
        assert_eq!(make(&first, &other).await.code(), "KORE-OBJECT-0003", "of something else");
        // Nobody gives themselves more time.
        let [digest, end, seal] = one.split('.').collect::<Vec<_>>()[..] else { panic!("{one}") };
        let later = format!("{digest}.{}.{seal}", end.parse::<i64>().unwrap() + 3600);
        for made_up in [digest, &later, "..", "0"] {
            assert_eq!(make(&first, made_up).await.code(), "KORE-OBJECT-0003", "{made_up}");
        }
        clock.advance(SignedDuration::from_secs(15 * 60 - 1));
        assert_eq!(make(&first, &one).await.status, 201);
        clock.advance(SignedDuration::from_secs(1));
        let late = make(&second, &other).await;
        assert_eq!((late.status.as_u16(), late.code()), (412, "KORE-OBJECT-0003"));
        assert!(late.text.contains("older than 15 minutes"), "{}", late.text);
        assert_eq!(make(&second, &show(&second).await).await.status, 201);
    }
}
