//! Plans and policies: who sees which, what a version may become, what policies refuse, and what is said
//! about all of it beforehand.

use http::{Method, StatusCode};
use kore_api::identity::{PlatformRole, TeamRole};
use kore_testkit::test_app::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const CLUSTERS: &str = "/api/v1/teams/payments/clusters";

/// Paused: nothing makes clusters here.
fn cluster(name: &str, plan: &str, overrides: &Value) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "plan": { "name": plan }, "paused": true, "overrides": overrides } })
}

fn version(plan: &str, number: u32, stage: &str, size: u32) -> Value {
    json!({
        "metadata": { "name": format!("{plan}-v{number}") },
        "spec": {
            "plan": plan, "version": number, "provider": "local", "stage": stage,
            "parameters": { "nodePools": { "default": { "size": size } } },
        },
    })
}

#[expect(clippy::needless_pass_by_value, reason = "callers write teams and rules in place")]
fn policy(name: &str, teams: Value, rules: Value) -> Value {
    json!({ "metadata": { "name": name }, "spec": {
        "provider": "local", "owner": "platform-team", "reason": "nodes cost money", "teams": teams, "rules": rules,
    } })
}

fn sized(size: u32) -> Value {
    json!({ "nodePools": { "default": { "size": size } } })
}

fn made(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
}

fn is(answer: &Answer, code: &str) {
    assert_eq!(answer.code(), code, "{} {}", answer.status, answer.text);
}

/// Every warning.
fn warnings(answer: &Answer) -> String {
    let all = answer.headers.get_all("warning").iter().filter_map(|one| one.to_str().ok());
    all.collect::<Vec<_>>().join("\n")
}

async fn put(actor: &Actor, path: &str, body: &Value) -> Answer {
    actor.put(path, "*", body).await
}

struct World {
    test: TestApp,
    admin: Actor,
    /// Maintainer of payments.
    olga: Actor,
    /// Maintainer of fraud.
    finn: Actor,
}

async fn world() -> World {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    for team in ["payments", "fraud"] {
        test.team(&admin, team).await.unwrap();
    }
    test.plan(&admin, "small").await.unwrap();
    let olga = test.member("olga", "payments", TeamRole::Maintainer).await.unwrap();
    let finn = test.member("finn", "fraud", TeamRole::Maintainer).await.unwrap();
    World { test, admin, olga, finn }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_there_for_its_teams_only() {
    let World { test, admin, olga, finn } = world().await;
    let secret = json!({ "metadata": { "name": "secret" }, "spec": { "provider": "local", "teams": { "names": ["payments"] } } });
    made(&admin.post("/api/v1/plans", &secret).await);
    made(&admin.post("/api/v1/planversions", &version("secret", 1, "published", 1)).await);
    let auditor = test.person("aude", Some(PlatformRole::Auditor)).await.unwrap();
    let nobody = test.person("nora", None).await.unwrap();

    for (actor, sees) in [(&admin, true), (&auditor, true), (&olga, true), (&finn, false), (&nobody, false)] {
        let names = actor.get("/api/v1/plans").await;
        assert_eq!(names.names().contains(&"secret"), sees, "{}", names.text);
        assert!(names.names().contains(&"small"), "{}", names.text);
        let versions = actor.get("/api/v1/planversions").await;
        assert_eq!(versions.names().contains(&"secret-v1"), sees, "{}", versions.text);
        for path in ["plans/secret", "planversions/secret-v1", "plans/secret/explanation"] {
            let answer = actor.get(&format!("/api/v1/{path}")).await;
            assert_eq!(answer.status == StatusCode::OK, sees, "{path} {}", answer.text);
            assert!(sees || answer.code() == "KORE-OBJECT-0001", "{path} {}", answer.text);
        }
    }
    // Nor is it told in the refusal, or in its hint, that there is one.
    let refused = finn.post("/api/v1/teams/fraud/clusters", &cluster("dev", "secret", &json!({}))).await;
    is(&refused, "KORE-INPUT-0003");
    let unknown = finn.post("/api/v1/teams/fraud/clusters", &cluster("dev", "secres", &json!({}))).await;
    assert_eq!(
        unknown.text.replace("secres", "secret").matches("secret").count(),
        refused.text.matches("secret").count()
    );
    made(&olga.post(CLUSTERS, &cluster("dev", "secret", &json!({}))).await);
    // An administrator may know, and is told what is the matter.
    let told = admin.post("/api/v1/teams/fraud/clusters", &cluster("dev", "secret", &json!({}))).await;
    assert!(told.text.contains("is not for team fraud"), "{}", told.text);

    // Taken away from a team, its clusters stay and can be changed; none comes to it.
    let taken = json!({ "metadata": { "name": "secret" }, "spec": { "provider": "local", "currentVersion": 1, "teams": { "names": ["fraud"] } } });
    assert_eq!(put(&admin, "/api/v1/plans/secret", &taken).await.status, StatusCode::OK);
    assert!(!olga.get("/api/v1/plans").await.names().contains(&"secret"));
    let dev = format!("{CLUSTERS}/dev");
    assert_eq!(olga.patch(&dev, "*", &json!({ "spec": { "deletionProtection": true } })).await.status, StatusCode::OK);
    is(&olga.post(CLUSTERS, &cluster("more", "secret", &json!({}))).await, "KORE-INPUT-0003");
    made(&olga.post(CLUSTERS, &cluster("other", "small", &json!({}))).await);
    let moved = json!({ "spec": { "plan": { "name": "secret", "version": 1 } } });
    is(&olga.patch(&format!("{CLUSTERS}/other"), "*", &moved).await, "KORE-INPUT-0003");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_goes_forward_and_what_is_published_is_the_same_for_ever() {
    let World { test: _test, admin, olga, .. } = world().await;
    let v2 = "/api/v1/planversions/small-v2";
    made(&admin.post("/api/v1/planversions", &version("small", 2, "draft", 2)).await);
    is(&admin.post("/api/v1/planversions", &version("small", 3, "draft", 2)).await, "KORE-OBJECT-0002");
    // A draft is for its authors: no member sees it, no cluster is made of it, and it is not current.
    assert_eq!(olga.get("/api/v1/planversions").await.names(), ["small-v1"]);
    is(&olga.get(v2).await, "KORE-OBJECT-0001");
    let mut on_draft = cluster("dev", "small", &json!({}));
    on_draft["spec"]["plan"]["version"] = json!(2);
    is(&olga.post(CLUSTERS, &on_draft).await, "KORE-POLICY-0002");
    assert_eq!(admin.get("/api/v1/plans/small").await.body["spec"]["currentVersion"], 1);
    assert_eq!(put(&admin, v2, &version("small", 2, "draft", 3)).await.status, StatusCode::OK);
    made(&olga.post(CLUSTERS, &cluster("dev", "small", &json!({}))).await);

    // What it would change where.
    let impact = admin.get(&format!("{v2}/impact")).await;
    assert_eq!(impact.body["clusters"][0]["cluster"], "dev", "{}", impact.text);
    let change = &impact.body["clusters"][0]["changes"][0];
    assert_eq!(
        (&change["path"], &change["before"], &change["after"]),
        (&json!("nodePools.default.size"), &json!(1), &json!(3))
    );
    assert_eq!(change["effect"], "inPlace");
    is(&olga.get(&format!("{v2}/impact")).await, "KORE-AUTH-0003");

    // Published, it is current; its bytes stay whatever is tried, and its stage goes forward.
    assert_eq!(put(&admin, v2, &version("small", 2, "published", 3)).await.status, StatusCode::OK);
    let published = admin.get(v2).await;
    assert_eq!(admin.get("/api/v1/plans/small").await.body["spec"]["currentVersion"], 2);
    let bytes = |answer: &Answer| {
        let mut spec = answer.body["spec"].clone();
        for stage in ["stage", "stageReason", "stageSince"] {
            spec.as_object_mut().unwrap().remove(stage);
        }
        spec.to_string()
    };
    let kept = bytes(&published);
    for (change, code) in [
        (json!({ "parameters": sized(4) }), "KORE-POLICY-0003"),
        (json!({ "parameters": { "nodePools": { "more": { "size": 1 } } } }), "KORE-POLICY-0003"),
        (json!({ "parameters": { "nodePools": null } }), "KORE-POLICY-0003"),
        (json!({ "parameters": { "unknown": 1 } }), "KORE-POLICY-0003"),
        (json!({ "notes": "new" }), "KORE-POLICY-0003"),
        (json!({ "stage": "draft" }), "KORE-POLICY-0003"),
        (json!({ "version": 7 }), "KORE-INPUT-0002"),
        (json!({ "plan": "other" }), "KORE-INPUT-0003"),
        (json!({ "stage": "deprecated" }), "KORE-INPUT-0002"),
    ] {
        let answer = admin.patch(v2, "*", &json!({ "spec": change })).await;
        is(&answer, code);
        assert_eq!(bytes(&admin.get(v2).await), kept);
    }

    let stage = |stage: &str| json!({ "spec": { "stage": stage, "stageReason": "three nodes are too many" } });
    let deprecated = admin.patch(v2, "*", &stage("deprecated")).await;
    assert_eq!(deprecated.status, StatusCode::OK, "{}", deprecated.text);
    assert!(deprecated.body["spec"]["stageSince"].is_string(), "{}", deprecated.text);
    // Those who come are warned, with reason and since when; those who are there are not.
    let late = olga.post(CLUSTERS, &cluster("late", "small", &json!({}))).await;
    made(&late);
    let warning = warnings(&late);
    assert!(
        warning.starts_with("299 kore") && warning.contains("deprecated since 2") && warning.contains("too many"),
        "{warning}"
    );
    let again = olga.patch(&format!("{CLUSTERS}/late"), "*", &json!({ "spec": { "deletionProtection": true } })).await;
    assert_eq!((again.status, warnings(&again).contains("deprecated")), (StatusCode::OK, false));

    // What new clusters get is not retired; once something else is, it is, and its clusters stay.
    is(&admin.patch(v2, "*", &stage("retired")).await, "KORE-OBJECT-0012");
    made(&admin.post("/api/v1/planversions", &version("small", 3, "published", 1)).await);
    assert_eq!(admin.patch(v2, "*", &stage("retired")).await.status, StatusCode::OK);
    on_draft["metadata"]["name"] = json!("never");
    is(&olga.post(CLUSTERS, &on_draft).await, "KORE-POLICY-0002");
    let moved = json!({ "spec": { "plan": { "version": 2 } } });
    is(&olga.patch(&format!("{CLUSTERS}/dev"), "*", &moved).await, "KORE-POLICY-0002");
    let stays = olga.patch(&format!("{CLUSTERS}/late"), "*", &json!({ "spec": { "overrides": sized(2) } })).await;
    assert_eq!(stays.status, StatusCode::OK, "{}", stays.text);
    is(&admin.patch(v2, "*", &stage("published")).await, "KORE-POLICY-0003");
    is(&admin.patch("/api/v1/plans/small", "*", &json!({ "spec": { "currentVersion": 2 } })).await, "KORE-POLICY-0002");
    assert_eq!(bytes(&admin.get(v2).await), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_policy_refuses_says_value_reason_and_owner() {
    let World { test: _test, admin, olga, finn } = world().await;
    let limit = policy(
        "small-nodes",
        json!({ "names": ["payments"] }),
        json!({ "nodePools.*.size": { "maximum": 2 }, "driver": { "access": "locked" } }),
    );
    made(&admin.post("/api/v1/planpolicies", &limit).await);

    let refused = olga.post(CLUSTERS, &cluster("dev", "small", &sized(3))).await;
    is(&refused, "KORE-POLICY-0001");
    assert_eq!(refused.pointers(), ["/spec/overrides/nodePools/default/size"]);
    let refusal = &refused.body["errors"][0]["refusal"];
    assert_eq!(
        *refusal,
        json!({ "policy": "small-nodes", "path": "nodePools.default.size", "value": 3, "planValue": 1,
                "reason": "nodes cost money", "owner": "platform-team" })
    );
    // It binds whoever acts for the team, and no other team.
    is(&admin.post(CLUSTERS, &cluster("dev", "small", &sized(3))).await, "KORE-POLICY-0001");
    made(&finn.post("/api/v1/teams/fraud/clusters", &cluster("dev", "small", &sized(3))).await);
    let both = olga
        .post(CLUSTERS, &cluster("dev", "small", &json!({ "driver": "native", "nodePools": { "big": { "size": 4 } } })))
        .await;
    assert_eq!(both.pointers(), ["/spec/overrides/driver", "/spec/overrides/nodePools/big/size"]);

    // A preview says it beforehand, with what it would cost and what each change does.
    made(&olga.post(CLUSTERS, &cluster("dev", "small", &sized(2))).await);
    let dev = format!("{CLUSTERS}/dev");
    let look = async |size: u32| {
        let body = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small", "version": 1 }, "paused": true, "overrides": sized(size) } });
        (olga.send(Method::PUT, &format!("{dev}?dryRun=All"), &[], Some(&body)).await, body)
    };
    let (fits, body) = look(1).await;
    assert_eq!(fits.body["policy"], json!({ "allowed": true, "policies": ["small-nodes"] }), "{}", fits.text);
    assert_eq!(fits.body["cost"]["note"], "not priced: local");
    let found = |when: &str| fits.body["security"][when][0]["id"].clone();
    assert_eq!((found("before"), found("after")), (json!("guardrails-warn-only"), json!("guardrails-warn-only")));
    assert_eq!(fits.body["changes"][0]["effect"], "inPlace", "{}", fits.text);
    let (not, _) = look(5).await;
    assert_eq!(
        (&not.body["policy"]["allowed"], &not.body["policy"]["refusals"][0]["value"]),
        (&json!(false), &json!(5))
    );
    assert_eq!(not.body["problems"][0]["code"], "KORE-POLICY-0001");
    assert_eq!(not.body["changes"][0]["after"], 5, "what it would be is shown all the same");

    // The digest covers the policies: after one moved, what was looked at is not what would be judged.
    let digest = fits.body["digest"].as_str().unwrap().to_owned();
    let tighter =
        policy("small-nodes", json!({ "names": ["payments"] }), json!({ "nodePools.*.size": { "maximum": 1 } }));
    assert_eq!(put(&admin, "/api/v1/planpolicies/small-nodes", &tighter).await.status, StatusCode::OK);
    let headers = [("if-match", "*"), ("if-preview-digest", digest.as_str())];
    is(&olga.send(Method::PUT, &dev, &headers, Some(&body)).await, "KORE-OBJECT-0003");

    // What is there and not allowed any more may be protected and paused, and nothing else until it fits.
    let protected = olga.patch(&dev, "*", &json!({ "spec": { "deletionProtection": true } })).await;
    assert_eq!(protected.status, StatusCode::OK, "{}", protected.text);
    assert!(warnings(&protected).contains("small-nodes"), "{}", warnings(&protected));
    is(
        &olga.patch(&dev, "*", &json!({ "spec": { "overrides": { "nodePools": { "more": { "size": 1 } } } } })).await,
        "KORE-POLICY-0001",
    );
    assert_eq!(olga.patch(&dev, "*", &json!({ "spec": { "overrides": sized(1) } })).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_says_beforehand_whose_verdict_it_changes() {
    let World { test: _test, admin, olga, finn } = world().await;
    made(&olga.post(CLUSTERS, &cluster("dev", "small", &sized(3))).await);
    made(&finn.post("/api/v1/teams/fraud/clusters", &cluster("dev", "small", &json!({}))).await);
    let verdicts = |answer: &Answer| -> Vec<String> {
        let all = answer.body["verdicts"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        all.iter()
            .map(|one| {
                let refused = |name: &str| one[name].as_array().unwrap().len();
                format!(
                    "{} {} {} {} {}",
                    text(&one["team"]),
                    text(&one["plan"]),
                    text(&one["cluster"]),
                    refused("before"),
                    refused("after")
                )
            })
            .collect()
    };
    let path = "/api/v1/planpolicies";
    let two = policy("two", json!({ "all": true }), json!({ "nodePools.*.size": { "minimum": 2, "maximum": 2 } }));
    let tried = admin.post(&format!("{path}?dryRun=All"), &two).await;
    assert_eq!(
        verdicts(&tried),
        ["fraud small-v1 - 0 1", "fraud small-v1 dev 0 1", "payments small-v1 - 0 1", "payments small-v1 dev 0 1"],
        "{}",
        tried.text
    );
    assert!(admin.get(path).await.names().is_empty(), "nothing was written");
    // Only what changes is told: three nodes were refused before, and are.
    let three = policy("two", json!({ "names": ["payments"] }), json!({ "nodePools.*.size": { "maximum": 2 } }));
    made(&admin.post(path, &three).await);
    let wider = admin.send(Method::PUT, &format!("{path}/two?dryRun=All"), &[], Some(&two)).await;
    assert_eq!(verdicts(&wider), ["fraud small-v1 - 0 1", "fraud small-v1 dev 0 1", "payments small-v1 - 0 1"]);
    let gone = admin.send(Method::DELETE, &format!("{path}/two?dryRun=All"), &[], None).await;
    assert_eq!(verdicts(&gone), ["payments small-v1 dev 1 0"], "{}", gone.text);

    // What is no parameter is no rule, and what is no member's is told to none.
    let wrong = policy("wrong", json!({ "all": true }), json!({ "nodePools.*.sise": {}, "driver": { "maximum": 1 } }));
    let refused = admin.post(path, &wrong).await;
    assert_eq!(refused.pointers(), ["/spec/rules/driver/maximum", "/spec/rules/nodePools.*.sise"], "{}", refused.text);
    for actor in [&olga, &finn] {
        is(&actor.get(path).await, "KORE-AUTH-0003");
        is(&actor.post(path, &two).await, "KORE-AUTH-0003");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reads_what_holds_for_them() {
    let World { test: _test, admin, olga, finn } = world().await;
    let lock = policy(
        "one-driver",
        json!({ "labels": { "tier": "small" } }),
        json!({ "driver": { "access": "locked", "reason": "nodes are needed", "owner": "ana" } }),
    );
    made(&admin.post("/api/v1/planpolicies", &lock).await);
    let limit =
        policy("small-nodes", json!({ "names": ["payments"] }), json!({ "nodePools.*.size": { "maximum": 2 } }));
    made(&admin.post("/api/v1/planpolicies", &limit).await);

    // Whoever leads a team does not get it in or out of a policy by its label.
    let team = |labels: Value| json!({ "metadata": { "labels": labels } });
    let owner = admin
        .post(
            "/api/v1/teams/payments/memberships",
            &json!({ "metadata": { "name": "finn" }, "spec": { "role": "owner" } }),
        )
        .await;
    made(&owner);
    let labelled = finn.patch("/api/v1/teams/payments", "*", &team(json!({ "tier": "large" }))).await;
    is(&labelled, "KORE-AUTH-0003");
    assert_eq!(labelled.pointers(), ["/metadata/labels/tier"]);
    assert_eq!(finn.patch("/api/v1/teams/payments", "*", &team(json!({ "other": "x" }))).await.status, StatusCode::OK);
    assert_eq!(
        admin.patch("/api/v1/teams/payments", "*", &team(json!({ "tier": "small" }))).await.status,
        StatusCode::OK
    );
    is(&finn.patch("/api/v1/teams/payments", "*", &team(json!({ "tier": null }))).await, "KORE-AUTH-0003");

    let path = "/api/v1/plans/small/explanation";
    let told = olga.get(&format!("{path}?team=payments")).await;
    assert_eq!(told.body["policies"], json!(["one-driver", "small-nodes"]), "{}", told.text);
    let of = |path: &str| {
        let all = told.body["parameters"].as_array().unwrap();
        all.iter().find(|one| one["path"] == path).unwrap_or_else(|| panic!("{path}: {}", told.text)).clone()
    };
    let driver = of("driver");
    assert_eq!((&driver["editable"], &driver["value"]), (&json!(false), &json!("auto")));
    assert_eq!(
        driver["rules"][0],
        json!({ "policy": "one-driver", "path": "driver", "says": "locked", "reason": "nodes are needed", "owner": "ana" })
    );
    let size = of("nodePools.default.size");
    assert_eq!((&size["editable"], &size["rules"][0]["says"]), (&json!(true), &json!("at most 2")));
    assert_eq!((&size["unit"], &size["effect"], &size["title"]), (&json!("nodes"), &json!("inPlace"), &json!("Nodes")));
    assert_eq!(told.body["schema"]["properties"]["driver"]["x-kore-immutable"], true);
    // Another's team is not theirs to know about.
    is(&olga.get(&format!("{path}?team=fraud")).await, "KORE-OBJECT-0001");
    is(&olga.get(&format!("{path}?team=nowhere")).await, "KORE-OBJECT-0001");
    is(&olga.get(&format!("{path}?version=9")).await, "KORE-OBJECT-0001");
}
