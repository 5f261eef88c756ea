//! Clouds: what Kore needs there, and who may know.

use kore_api::{
    cloud::{CloudAccount, CloudOrganization},
    cluster::Cluster,
    identity::{PlatformRole, TeamRole},
};
use kore_testkit::test_app::TestApp;
use kube::{
    Api,
    api::{Patch, PatchParams, PostParams},
};
use serde_json::{Value, json};

const PERMISSIONS: &str = "/api/v1/clouds/aws/permissions";

#[tokio::test(flavor = "multi_thread")]
async fn administrators_and_auditors_see_what_kore_needs_in_a_cloud() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let auditor = app.person("audit", Some(PlatformRole::Auditor)).await.unwrap();
    let owner = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    assert_eq!(owner.get(PERMISSIONS).await.code(), "KORE-AUTH-0003");
    assert_eq!(app.anonymous().get(PERMISSIONS).await.status, 401);
    assert_eq!(admin.get("/api/v1/clouds/nimbus/permissions").await.code(), "KORE-OBJECT-0001");

    for actor in [&admin, &auditor] {
        let answer = actor.get(PERMISSIONS).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let identity = &answer.body["identity"];
        assert_eq!(identity["issuer"], "https://kore.example.org");
        assert_eq!(identity["subject"], "system:serviceaccount:kore-system:provider-aws");
        assert_eq!(identity["audience"], "sts.amazonaws.com");
        let purposes = answer.body["purposes"].as_array().unwrap();
        let organization = purposes.iter().find(|one| one["purpose"] == "organization").unwrap();
        assert_eq!((&organization["role"], &organization["place"]), (&"kore-org".into(), &"management".into()));
        assert!(organization["policy"]["Statement"].as_array().is_some_and(|all| !all.is_empty()));
        assert_eq!(organization["trust"]["Statement"][0]["Action"], "sts:AssumeRoleWithWebIdentity");
        assert_eq!(answer.body["boundary"]["name"], "kore-boundary");
        let places: Vec<_> = answer.body["templates"].as_array().unwrap().iter().map(|one| &one["place"]).collect();
        assert_eq!(places, ["management", "account"]);
    }
}

const ORGANIZATIONS: &str = "/api/v1/cloudorganizations";

fn organization(name: &str, account: &str) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "provider": "aws", "aws": {
        "managementAccount": account, "homeRegion": "eu-central-1", "regions": ["eu-central-1"],
        "organizationalUnit": "ou-ab12-cdefgh34", "accountEmail": "aws+{account}@example.org",
    } } })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_connected_changed_checked_and_forgotten_on_record() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    let made = admin.post(ORGANIZATIONS, &organization("acme", "123456789012")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.body["spec"]["aws"]["partition"], "aws", "the default is said");

    let acme = format!("{ORGANIZATIONS}/acme");
    let again = admin.post(ORGANIZATIONS, &organization("other", "123456789012")).await;
    assert_eq!(
        (again.code(), again.pointers()),
        ("KORE-INPUT-0002", vec!["/spec/aws/managementAccount"]),
        "{}",
        again.text
    );
    let moved = admin.patch(&acme, "*", &json!({ "spec": { "aws": { "managementAccount": "210987654321" } } })).await;
    assert_eq!(
        (moved.code(), moved.pointers()),
        ("KORE-INPUT-0005", vec!["/spec/aws/managementAccount"]),
        "{}",
        moved.text
    );
    let wrong = admin.patch(&acme, "*", &json!({ "spec": { "aws": { "accountEmail": "aws@example.org" } } })).await;
    assert_eq!((wrong.code(), wrong.pointers()), ("KORE-INPUT-0002", vec!["/spec/aws/accountEmail"]), "{}", wrong.text);
    let more =
        admin.patch(&acme, "*", &json!({ "spec": { "aws": { "regions": ["eu-central-1", "eu-west-1"] } } })).await;
    assert_eq!(more.status, 200, "{}", more.text);

    let asked = admin.post(&format!("{acme}/check"), &json!({})).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert_eq!(
        asked.body["metadata"]["annotations"]["kore.internal/retry"],
        asked.headers["x-request-id"].to_str().unwrap()
    );
    let paused = admin.patch(&acme, "*", &json!({ "spec": { "paused": true } })).await;
    assert_eq!(paused.status, 200, "{}", paused.text);
    assert_eq!(admin.post(&format!("{acme}/check"), &json!({})).await.code(), "KORE-OBJECT-0015");
    assert_eq!(admin.post(&format!("{ORGANIZATIONS}/none/check"), &json!({})).await.code(), "KORE-OBJECT-0001");
    assert!(admin.delete(&acme, "*").await.status.is_success());

    let trail = admin.get("/api/v1/auditrecords?filter=object=cloudorganization/acme&limit=50").await;
    let items = trail.body["items"].as_array().unwrap();
    let done: Vec<_> = items
        .iter()
        .rev()
        .filter(|one| one["result"] == "allowed")
        .map(|one| one["action"].as_str().unwrap())
        .collect();
    let wanted = ["create", "update", "check", "update", "delete"].map(|verb| format!("cloudorganization.{verb}"));
    assert_eq!(done, wanted, "{}", trail.text);
}

const RULES: &str = "/api/v1/accountrules";

#[expect(clippy::needless_pass_by_value, reason = "callers write the rest in place")]
fn rule(name: &str, more: Value) -> Value {
    let mut spec = json!({ "organization": "acme" });
    spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "metadata": { "name": name }, "spec": spec })
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_give_teams_accounts_and_hold_their_organisation() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let auditor = app.person("audit", Some(PlatformRole::Auditor)).await.unwrap();
    let nowhere = admin.post(RULES, &rule("common", json!({}))).await;
    assert_eq!(
        (nowhere.code(), nowhere.pointers()),
        ("KORE-INPUT-0002", vec!["/spec/organization"]),
        "{}",
        nowhere.text
    );
    assert_eq!(admin.post(ORGANIZATIONS, &organization("acme", "123456789012")).await.status, 201);

    let made = admin.post(RULES, &rule("common", json!({}))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.body["spec"]["guardrails"]["rootUser"], true, "what is safe is the default, and said");
    let wrong = json!({ "accounts": { "mode": "existing" }, "monthlyBudget": { "amount": 5, "currency": "dollars" } });
    let wrong = admin.post(RULES, &rule("wrong", wrong)).await;
    assert_eq!(wrong.pointers(), ["/spec/accounts/account", "/spec/monthlyBudget/currency"], "{}", wrong.text);
    let production = json!({ "stages": ["production"], "priority": 10, "teams": { "names": ["payments", "nobody"] } });
    let made = admin.post(RULES, &rule("production", production)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(made.headers["warning"].to_str().unwrap().contains("there is no team nobody"), "{:?}", made.headers);

    let ask = async |query: &str| auditor.get(&format!("/api/v1/accountruletest?{query}")).await;
    let answer = ask("team=payments&stage=production").await;
    assert_eq!(answer.body["rule"], "production", "{}", answer.text);
    assert_eq!(answer.body["verdicts"][1]["why"], "production has priority 10, this one 0");
    assert_eq!(ask("team=payments").await.body["rule"], "common");
    assert_eq!(ask("team=nobody").await.code(), "KORE-OBJECT-0001");
    assert_eq!(ask("team=-").await.code(), "KORE-INPUT-0001");

    let owner = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    let search = "/api/v1/search?q=acm&kinds=CloudOrganization,AccountRule";
    assert_eq!(auditor.get(search).await.body["items"][0]["name"], "acme");
    assert_eq!(owner.get(search).await.body["items"], json!([]), "clouds are not theirs to find");

    let held = admin.delete(&format!("{ORGANIZATIONS}/acme"), "*").await;
    assert_eq!(held.code(), "KORE-OBJECT-0012", "{}", held.text);
    assert!(held.text.contains("common, production") || held.text.contains("production, common"), "{}", held.text);
    let moved = admin.patch(&format!("{RULES}/common"), "*", &json!({ "spec": { "organization": "other" } })).await;
    assert_eq!((moved.code(), moved.pointers()), ("KORE-INPUT-0005", vec!["/spec/organization"]), "{}", moved.text);
    for name in ["common", "production"] {
        assert!(admin.delete(&format!("{RULES}/{name}"), "*").await.status.is_success());
    }
    assert_eq!(ask("team=payments").await.body["rule"], Value::Null);
    assert!(admin.delete(&format!("{ORGANIZATIONS}/acme"), "*").await.status.is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_lets_kore_in_no_more_needs_somebody_who_looks_after_it() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let owner = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    assert_eq!(admin.post(ORGANIZATIONS, &organization("acme", "123456789012")).await.status, 201);
    let condition = json!({
        "type": "Ready", "status": "False", "reason": "AccessLost", "message": "KORE-CLOUD-0002: kore-org cannot be taken",
        "lastTransitionTime": "2026-11-29T12:00:00Z",
    });
    let status = Patch::Merge(json!({ "status": { "conditions": [condition] } }));
    let api: Api<CloudOrganization> = Api::all(app.app.kube.clone());
    let lost = api.patch_status("acme", &PatchParams::default(), &status).await.unwrap();
    app.app.indexes.organizations.wait_for(&lost.metadata.resource_version.unwrap()).await.unwrap();

    let needs = admin.get("/api/v1/overview").await.body["attention"].clone();
    let found = needs.as_array().unwrap().iter().find(|one| one["kind"] == "cloudAccess").cloned().unwrap_or_default();
    assert_eq!((&found["object"]["name"], &found["code"]), (&"acme".into(), &"KORE-CLOUD-0002".into()), "{needs}");
    let theirs = owner.get("/api/v1/overview").await;
    assert!(!theirs.text.contains("acme"), "{}", theirs.text);
}

const ACCOUNTS: &str = "/api/v1/cloudaccounts";

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_as_a_rule_says_and_holds_its_team_and_its_organisation() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let owner = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    assert_eq!(admin.post(ORGANIZATIONS, &organization("acme", "123456789012")).await.status, 201);
    let made = admin.post(RULES, &rule("common", json!({ "organizationalUnit": "Payments" }))).await;
    assert_eq!(made.status, 201, "{}", made.text);

    // Whoever asks is told what to have made.
    let planned = admin.get("/api/v1/accountruletest?team=payments&stage=production").await.body["account"].clone();
    assert_eq!((&planned["exists"], &planned["spec"]["rule"]), (&json!(false), &json!("common")), "{planned}");
    assert_eq!(planned["spec"]["organizationalUnit"], "Payments");
    let body = json!({ "metadata": { "name": planned["name"] }, "spec": planned["spec"] });
    assert_eq!(owner.post(ACCOUNTS, &body).await.code(), "KORE-AUTH-0003", "a team makes no accounts by itself");
    let made = admin.post(ACCOUNTS, &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(made.headers.contains_key("kore-operation"), "{:?}", made.headers);
    let again = admin.get("/api/v1/accountruletest?team=payments&stage=production").await.body["account"].clone();
    assert_eq!((&again["exists"], &again["name"]), (&json!(true), &planned["name"]), "{again}");

    let name = planned["name"].as_str().unwrap();
    let account = format!("{ACCOUNTS}/{name}");
    let moved = admin.patch(&account, "*", &json!({ "spec": { "team": "other" } })).await;
    assert_eq!((moved.code(), moved.pointers()), ("KORE-INPUT-0005", vec!["/spec/team"]), "{}", moved.text);
    let wrong = json!({ "metadata": { "name": "x" }, "spec": {
        "organization": "nowhere", "team": "nobody", "stage": "Live!", "organizationalUnit": "a/b",
    } });
    let wrong = admin.post(ACCOUNTS, &wrong).await;
    let all = ["/spec/stage", "/spec/organizationalUnit", "/spec/organization", "/spec/team"];
    assert_eq!(wrong.pointers(), all, "{}", wrong.text);
    let closing = admin.patch(&account, "*", &json!({ "spec": { "closeWhenDeleted": true } })).await;
    assert!(closing.headers["warning"].to_str().unwrap().contains("is closed when this is deleted"));

    // A rule turns something off for its own accounts, whatever others have.
    let off = rule("free", json!({ "guardrails": { "regions": false } }));
    let off = admin.post(RULES, &off).await;
    assert!(off.status.is_success() && off.headers.get("warning").is_none(), "{:?}", off.headers);

    let held = admin.delete(&format!("{ORGANIZATIONS}/acme"), "*").await;
    assert_eq!(held.code(), "KORE-OBJECT-0012", "{}", held.text);
    assert!(held.text.contains(name), "{}", held.text);
    let held = admin.delete("/api/v1/teams/payments", "*").await;
    assert!(held.text.contains("still owns 1 accounts"), "{}", held.text);
    assert!(admin.delete(&account, "*").await.status.is_success());
}

/// Writes a status as a controller would; the revision that the index has to reach.
async fn say<K>(api: &Api<K>, name: &str, status: Value) -> String
where
    K: kube::Resource + Clone + std::fmt::Debug + serde::de::DeserializeOwned,
{
    let patch = Patch::Merge(json!({ "status": status }));
    api.patch_status(name, &PatchParams::default(), &patch).await.unwrap().meta().resource_version.clone().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_zone_that_clusters_are_below_stays_while_there_are_any_and_budgets_are_told() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let mut acme = organization("acme", "123456789012");
    acme["spec"]["aws"]["parentZone"] = json!({ "id": "/hostedzone/Z1", "domain": "Apps" });
    let wrong = admin.post(ORGANIZATIONS, &acme).await;
    assert_eq!(wrong.pointers(), ["/spec/aws/parentZone/id", "/spec/aws/parentZone/domain"], "{}", wrong.text);
    acme["spec"]["aws"]["parentZone"] = json!({ "id": "Z1", "domain": "apps.example.org" });
    assert_eq!(admin.post(ORGANIZATIONS, &acme).await.status, 201);
    let another = json!({ "spec": { "aws": { "parentZone": { "id": "Z2" } } } });
    let moved = admin.patch(&format!("{ORGANIZATIONS}/acme"), "*", &another).await;
    assert_eq!(moved.status, 200, "nothing is below it yet: {}", moved.text);

    let made = json!({ "metadata": { "name": "live" }, "spec": { "organization": "acme", "team": "payments" } });
    assert_eq!(admin.post(ACCOUNTS, &made).await.status, 201);
    let accounts: Api<CloudAccount> = Api::all(app.app.kube.clone());
    let spent = json!({
        "month": "2026-11", "amount": "95.00", "currency": "USD", "readAt": "2026-11-30T06:00:00Z",
        "budget": { "amount": 100, "currency": "USD" },
    });
    let said = say(&accounts, "live", json!({ "account": "111122223333", "spent": spent })).await;
    app.app.indexes.accounts.wait_for(&said).await.unwrap();
    let needs = admin.get("/api/v1/overview").await.body["attention"].clone();
    let found = needs.as_array().unwrap().iter().find(|one| one["kind"] == "overBudget").cloned().unwrap_or_default();
    assert_eq!(found["detail"], "95.00 of 100 USD in 2026-11", "{needs}");

    let clusters: Api<Cluster> = Api::namespaced(app.app.kube.clone(), "team-payments");
    let prod = json!({ "metadata": { "name": "prod" }, "spec": { "plan": { "name": "eks", "version": 1 } } });
    let prod: Cluster = serde_json::from_value(prod).unwrap();
    clusters.create(&PostParams::default(), &prod).await.unwrap();
    let said = say(&clusters, "prod", json!({ "account": "live" })).await;
    app.app.indexes.clusters.wait_for(&said).await.unwrap();
    for (account, clusters) in [("live", &["prod"][..]), ("other", &[])] {
        let found = admin.get(&format!("/api/v1/clusters?filter=account={account}")).await;
        assert_eq!(found.names(), clusters, "{account}");
    }
    let back = json!({ "spec": { "aws": { "parentZone": null } } });
    let held = admin.patch(&format!("{ORGANIZATIONS}/acme"), "*", &back).await;
    assert_eq!((held.status.as_u16(), held.pointers()), (422, vec!["/spec/aws/parentZone"]), "{}", held.text);
    assert!(held.text.contains("payments/prod"), "{}", held.text);
}
