//! Namespaces of clusters, at the API's edge.

use kore_api::identity::TeamRole;
use kore_testkit::test_app::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const ALL: &str = "/api/v1/teams/payments/clusternamespaces";

fn body(name: &str, spec: &Value) -> Value {
    let mut all = json!({ "cluster": "dev", "name": name });
    all.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    json!({ "metadata": { "name": format!("dev.{name}") }, "spec": all })
}

fn errors(answer: &Answer) -> Vec<String> {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| format!("{} {}", error["pointer"], error["rule"]).replace('"', "")).collect()
}

async fn code(actor: &Actor, spec: Value) -> (u16, String) {
    let answer = actor.post(ALL, &body("web", &spec)).await;
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_makes_namespaces_and_an_owner_says_who_is_what_there() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    app.plan(&admin, "small").await.unwrap();
    let developer = app.member("dora", "payments", TeamRole::Developer).await.unwrap();
    let owner = app.member("olga", "payments", TeamRole::Owner).await.unwrap();
    let cluster = json!({ "metadata": { "name": "dev" }, "spec": { "plan": { "name": "small" } } });
    assert_eq!(admin.post("/api/v1/teams/payments/clusters", &cluster).await.status, 201);

    // All that is wrong is said at once, with its place in the body.
    let wrong = json!({ "quota": { "template": "own" }, "limits": { "max": { "memory": "lots" } }, "colour": "red" });
    let answer = developer.post(ALL, &body("web", &wrong)).await;
    assert_eq!((answer.status.as_u16(), errors(&answer)), (422, vec!["/spec/colour unknownField".to_owned()]));
    let wrong = json!({ "quota": { "template": "own" }, "limits": { "max": { "memory": "lots" } } });
    let answer = developer.post(ALL, &body("kube-web", &wrong)).await;
    let expected = ["/spec/name reserved", "/spec/quota/hard required", "/spec/limits/max/memory pattern"];
    assert_eq!(errors(&answer), expected, "{}", answer.text);
    let mut elsewhere = body("web", &json!({ "cluster": "prod" }));
    let answer = developer.post(ALL, &elsewhere).await;
    assert_eq!(errors(&answer), ["/metadata/name const", "/spec/cluster exists"]);
    elsewhere["metadata"]["name"] = json!("web");
    assert_eq!(developer.post(ALL, &elsewhere).await.body["code"], "KORE-INPUT-0004");

    // Who is what in it is not a developer's to say; nor is it changed by the way.
    let access = json!({ "access": { "developers": "admin" } });
    assert_eq!(code(&developer, access.clone()).await, (403, "KORE-AUTH-0008".to_owned()));
    assert_eq!(code(&developer, json!({ "network": { "internet": true } })).await.0, 201);
    let path = format!("{ALL}/dev.web");
    let answer = developer.patch(&path, "*", &json!({ "spec": access })).await;
    assert_eq!(answer.body["code"], "KORE-AUTH-0008", "{}", answer.text);
    let answer = owner.patch(&path, "*", &json!({ "spec": access })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["spec"]["access"]["developers"], "admin");
    let answer = developer.patch(&path, "*", &json!({ "spec": { "quota": { "template": "medium" } } })).await;
    assert_eq!((answer.status.as_u16(), &answer.body["spec"]["network"]["internet"]), (200, &json!(true)));
    let answer = developer.patch(&path, "*", &json!({ "spec": { "name": "other" } })).await;
    assert_eq!(answer.status, 422, "{}", answer.text);

    // Which guardrails do not hold is the platform's to say; whoever may change the namespace may end it.
    let until = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1)).to_string();
    let waive = json!({ "spec": { "waivers": { "registries": { "reason": "a release", "until": until } } } });
    for actor in [&developer, &owner] {
        let answer = actor.patch(&path, "*", &waive).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (403, &json!("KORE-AUTH-0003")), "{}", answer.text);
        assert_eq!(errors(&answer), ["/spec/waivers/registries permission"]);
    }
    let beyond = json!({ "spec": { "waivers": { "host-path": { "reason": "", "until": until } } } });
    let answer = admin.patch(&path, "*", &beyond).await;
    assert_eq!(errors(&answer), ["/spec/waivers/host-path enum", "/spec/waivers/host-path/reason minLength"]);
    let preview = admin.patch(&format!("{path}?dryRun=All"), "*", &waive).await;
    assert!(preview.text.contains("guardrail registries does not hold in it until"), "{}", preview.text);
    assert_eq!(admin.patch(&path, "*", &waive).await.status, 200);
    let unrelated = developer.patch(&path, "*", &json!({ "spec": { "quota": { "template": "small" } } })).await;
    assert_eq!(unrelated.body["spec"]["waivers"]["registries"]["reason"], "a release", "{}", unrelated.text);
    let longer = json!({ "spec": { "waivers": { "registries": { "until": "2030-01-01T00:00:00Z" } } } });
    assert_eq!(developer.patch(&path, "*", &longer).await.body["code"], "KORE-INPUT-0004");
    let ended = developer.patch(&path, "*", &json!({ "spec": { "waivers": null } })).await;
    assert_eq!((ended.status.as_u16(), &ended.body["spec"]["waivers"]), (200, &Value::Null), "{}", ended.text);

    // A preview says what becomes of its objects, and what is less safe then than before.
    let open = json!({ "spec": { "network": { "internet": false, "ingress": true }, "podSecurity": "restricted" } });
    let preview = developer.patch(&format!("{path}?dryRun=All"), "*", &open).await;
    let titles: Vec<_> = preview.body["actions"].as_array().unwrap().iter().map(|one| &one["title"]).collect();
    assert_eq!(
        titles,
        ["Change Namespace web", "Create NetworkPolicy kore-allow-ingress", "Delete NetworkPolicy kore-allow-internet"]
    );
    let found = |when: &str| -> Vec<String> {
        let found = preview.body["security"][when].as_array().unwrap().iter();
        found.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found("before"), ["pods-as-root", "internet", "roles-by-many"]);
    assert_eq!(found("after"), ["roles-by-many"]);

    // Found by its cluster.
    let found = developer.get(&format!("{ALL}?filter=cluster=dev,quota=medium")).await;
    assert_eq!(found.names(), ["dev.web"]);
    assert!(developer.get(&format!("{ALL}?filter=cluster=prod")).await.names().is_empty());

    // Protected, it stays, and its cluster with it.
    let protected = json!({ "spec": { "deletionProtection": true } });
    assert_eq!(developer.patch(&path, "*", &protected).await.status, 200);
    let refused = developer.delete(&path, "*").await;
    assert_eq!(refused.body["code"], "KORE-OBJECT-0006", "{}", refused.text);
    assert!(refused.text.contains("kore namespace edit"), "{}", refused.text);
    let refused = owner.delete("/api/v1/teams/payments/clusters/dev", "*").await;
    assert!(
        refused.body["code"] == "KORE-OBJECT-0006" && refused.text.contains("payments/dev.web"),
        "{}",
        refused.text
    );
    let open = json!({ "spec": { "deletionProtection": false } });
    assert_eq!(developer.patch(&path, "*", &open).await.status, 200);
    let preview = developer.delete(&format!("{path}?dryRun=All"), "*").await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    let action = &preview.body["actions"][0];
    assert_eq!((action["verb"].as_str(), action["component"].as_str()), (Some("delete"), Some("namespace/web")));
    assert_eq!(action["detail"], json!(["what is in it cannot be said: the cluster has no credential yet"]));
}
