//! Clouds: what a cloud team is handed.

use insta::assert_snapshot;
use kore_api::codes::Code;
use serde_json::{Value, json};

use wiremock::{
    Mock,
    matchers::{body_partial_json, method, path},
};

use crate::world::{World, code, filters, list, object, ok};

const PERMISSIONS: &str = "/api/v1/clouds/aws/permissions";

fn permissions(warnings: Value) -> Value {
    let purpose = |purpose: &str, role: &str, place: &str, why: &str| {
        json!({
            "purpose": purpose, "role": role, "place": place, "why": why,
            "policy": { "Statement": [{ "Action": ["organizations:CreateAccount"] }] },
            "trust": { "Statement": [{ "Action": "sts:AssumeRoleWithWebIdentity" }] },
        })
    };
    let template = |place: &str, parameter: &str, about: &str| {
        json!({
            "place": place, "file": format!("kore-{place}.json"), "document": { "Resources": {} },
            "parameters": [{ "name": parameter, "description": about }],
            "apply": format!("aws cloudformation deploy --stack-name kore-{place} --parameter-overrides {parameter}=\"${parameter}\""),
        })
    };
    json!({
        "cloud": "aws",
        "identity": { "by": "tokens", "issuer": "https://kore.example.org", "subject": "system:serviceaccount:kore-system:provider-aws", "audience": "sts.amazonaws.com" },
        "purposes": [
            purpose("organization", "kore-org", "management", "makes accounts, organizational units and their guardrails"),
            purpose("information", "kore-info", "account", "reads what an account offers"),
        ],
        "boundary": { "name": "kore-boundary", "policy": {} },
        "templates": [
            template("management", "ParentZone", "Id of the hosted zone"),
            template("account", "Regions", "Regions that clusters are made in"),
        ],
        "warnings": warnings,
    })
}

#[tokio::test]
async fn permissions_are_printed_to_be_handed_on() {
    let _filters = filters();
    let world = World::new().await;
    world.on("GET", PERMISSIONS, ok(&permissions(json!(["AWS cannot reach the issuer"])))).await;
    assert_snapshot!("cloud-permissions", world.kore(&["cloud", "permissions", "aws"]).await);
    assert_snapshot!("cloud-purpose", world.kore(&["cloud", "permissions", "aws", "--purpose", "organization"]).await);
    assert_snapshot!("cloud-template", world.kore(&["cloud", "permissions", "aws", "--template", "account"]).await);
    let (exit, _, err) = world.run(&["cloud", "permissions", "aws", "--purpose", "organisation"]).await;
    assert!(exit == 2 && err.contains("did you mean organization"), "{err}");
}

#[tokio::test]
async fn an_evaluation_says_whose_key_it_has() {
    let world = World::new().await;
    let mut all = permissions(json!(["for evaluation alone"]));
    all["identity"] = json!({ "by": "accessKey", "user": "kore-evaluation", "file": "/keys/aws.json" });
    world.on("GET", PERMISSIONS, ok(&all)).await;
    let (exit, out, err) = world.run(&["cloud", "permissions", "aws"]).await;
    assert!(exit == 0 && out.starts_with("For evaluation: Kore holds the access key of one user"), "{out}");
    assert!(out.contains("kore-evaluation") && out.contains("/keys/aws.json") && !out.contains("Issuer"), "{out}");
    assert!(err.contains("for evaluation alone"), "{err}");
}

#[tokio::test]
async fn a_template_is_one_document_whatever_else_is_said() {
    let world = World::new().await;
    world.on("GET", PERMISSIONS, ok(&permissions(json!(["AWS cannot reach the issuer"])))).await;
    let (exit, out, _) = world.run(&["cloud", "permissions", "aws", "--template", "management"]).await;
    assert_eq!((exit, serde_json::from_str::<Value>(&out).unwrap()), (0, json!({ "Resources": {} })));
    let (exit, out, _) = world.run(&["cloud", "permissions", "aws", "-o", "json"]).await;
    let all: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((exit, all["purposes"][0]["role"].as_str()), (0, Some("kore-org")));
}

const ORGANIZATIONS: &str = "/api/v1/cloudorganizations";

fn check(purpose: &str, role: &str, result: &str, missing: Value, message: &str) -> Value {
    json!({ "purpose": purpose, "role": role, "account": "123456789012", "result": result, "missing": missing, "message": message })
}

fn organization(status: &str, reason: &str, message: &str, checks: Value) -> Value {
    let spec = json!({ "provider": "aws", "aws": {
        "partition": "aws", "managementAccount": "123456789012", "homeRegion": "eu-central-1", "regions": ["eu-central-1", "eu-west-1"],
        "organizationalUnit": "ou-ab12-cdefgh34", "accountEmail": "aws+{account}@example.org",
    } });
    let ready =
        json!([{ "type": "Ready", "status": status, "reason": reason, "message": message, "observedGeneration": 1 }]);
    let mut made = object(
        "CloudOrganization",
        None,
        "acme",
        spec,
        json!({
            "conditions": ready, "checks": checks, "checkedAt": crate::world::made(), "checkedFor": "request-1",
        }),
    );
    made["metadata"]["annotations"] = json!({ "kore.internal/retry": "request-1" });
    made
}

fn unknown() -> Value {
    let why = "AWS cannot reach the issuer";
    let checks = json!([check("organization", "kore-org", "NotChecked", json!([]), why)]);
    organization("Unknown", "NotChecked", &format!("KORE-CLOUD-0003: 1 of 1 purposes were not checked: {why}"), checks)
}

fn lacking() -> Value {
    let checks = json!([
        check(
            "organization",
            "kore-org",
            "Missing",
            json!(["organizations:CreateAccount", "organizations:MoveAccount"]),
            ""
        ),
        check("cost", "kore-cost", "Verified", json!([]), ""),
    ]);
    let says = "KORE-CLOUD-0001: kore-org in 123456789012 lacks organizations:CreateAccount, organizations:MoveAccount";
    organization("False", "PermissionsMissing", says, checks)
}

const ADD: [&str; 12] = [
    "cloud",
    "add",
    "aws",
    "acme",
    "--management-account",
    "123456789012",
    "--region",
    "eu-central-1",
    "--organizational-unit",
    "ou-ab12-cdefgh34",
    "--account-email",
    "aws+{account}@example.org",
];

#[tokio::test]
async fn an_organisation_is_connected_once_its_cloud_team_has_what_it_takes() {
    let _filters = filters();
    let world = World::new().await;
    world.on("GET", PERMISSIONS, ok(&permissions(json!([])))).await;
    let first = world.kore(&["cloud", "add", "aws"]).await;
    assert!(first.contains("First, hand this to") && first.contains("kore cloud add aws NAME"), "{first}");
    let (exit, _, err) = world.run(&ADD[..6]).await;
    assert!(exit == 2 && err.contains("--region, --organizational-unit, --account-email missing"), "{err}");
    assert!(err.contains("--region REGION") && err.contains("kore cloud add aws\n"), "{err}");
    Mock::given(method("POST"))
        .and(path(ORGANIZATIONS))
        .and(body_partial_json(json!({ "spec": { "provider": "aws", "aws": {
            "managementAccount": "123456789012", "homeRegion": "eu-central-1", "regions": ["eu-central-1"],
        } } })))
        .respond_with(ok(&unknown()))
        .expect(1)
        .mount(&world.server)
        .await;
    world.on("GET", &format!("{ORGANIZATIONS}/acme"), ok(&unknown())).await;
    assert_snapshot!("cloud-add", world.kore(&ADD).await);
}

#[tokio::test]
async fn a_check_names_each_missing_action() {
    let _filters = filters();
    let world = World::new().await;
    world.on("GET", &format!("{ORGANIZATIONS}/acme"), ok(&lacking())).await;
    world.on("POST", &format!("{ORGANIZATIONS}/acme/check"), ok(&lacking())).await;
    assert_snapshot!("cloud-check", world.kore(&["cloud", "check", "acme"]).await);
    assert_snapshot!("cloud-show", world.kore(&["cloud", "show", "acme"]).await);
    world.on("GET", ORGANIZATIONS, list("CloudOrganization", &[lacking()])).await;
    assert_snapshot!("cloud-list", world.kore(&["cloud", "list"]).await);
}

#[tokio::test]
async fn a_check_waits_for_the_answer_to_its_own_request() {
    let world = World::new().await;
    let mut before = lacking();
    before["status"]["checkedFor"] = json!("request-0");
    world.on("GET", &format!("{ORGANIZATIONS}/acme"), ok(&before)).await;
    world.on("POST", &format!("{ORGANIZATIONS}/acme/check"), ok(&before)).await;
    let (exit, _, err) = world.run(&["cloud", "check", "acme", "--timeout", "1s"]).await;
    assert_eq!(exit, 8, "{err}");
    let paused = "cloudorganization/acme is paused: nothing is done there";
    let world = World::new().await;
    world.on("GET", &format!("{ORGANIZATIONS}/acme"), ok(&before)).await;
    world.on("POST", &format!("{ORGANIZATIONS}/acme/check"), code(Code::NothingToRetry, paused)).await;
    let (exit, _, err) = world.run(&["cloud", "check", "acme"]).await;
    assert!(exit == 7 && err.contains(paused), "{exit} {err}");
}

const RULES: &str = "/api/v1/accountrules";

#[tokio::test]
async fn a_rule_is_made_shown_and_tried() {
    let _filters = filters();
    let world = World::new().await;
    let spec = json!({
        "organization": "acme", "teams": { "labels": { "tier": "gold" } }, "stages": ["production"], "priority": 10,
        "accounts": { "mode": "perTeamAndStage" }, "organizationalUnit": "Production",
        "guardrails": { "regions": false, "leaveOrganization": true, "auditTrail": true, "koreRoles": true, "rootUser": true, "bootstrapRole": true },
        "monthlyBudget": { "amount": 500, "currency": "USD" },
    });
    let rule = object("AccountRule", None, "production", spec, json!({}));
    let partial = json!({ "spec": {
        "organization": "acme", "teams": { "labels": { "tier": "gold" } }, "stages": ["production"], "priority": 10,
        "guardrails": { "regions": false }, "monthlyBudget": { "amount": 500, "currency": "USD" },
    } });
    Mock::given(method("POST"))
        .and(path(RULES))
        .and(body_partial_json(partial))
        .respond_with(ok(&rule))
        .expect(1)
        .mount(&world.server)
        .await;
    let create = [
        "account-rule",
        "create",
        "production",
        "--cloud",
        "acme",
        "--for-label",
        "tier=gold",
        "--stage",
        "production",
        "--priority",
        "10",
        "--unit",
        "Production",
        "--without",
        "regions",
        "--monthly-budget",
        "500",
    ];
    assert_snapshot!("account-rule-create", world.kore(&create).await);
    world.on("GET", &format!("{RULES}/production"), ok(&rule)).await;
    assert_snapshot!("account-rule-show", world.kore(&["account-rule", "show", "production"]).await);
    world.on("GET", RULES, list("AccountRule", &[rule])).await;
    assert_snapshot!("account-rule-list", world.kore(&["account-rule", "list"]).await);
    let verdict = |rule: &str, priority: i32, result: &str, why: &str| json!({ "rule": rule, "organization": "acme", "priority": priority, "result": result, "why": why });
    let answer = json!({
        "team": "payments", "stage": "production", "rule": "production",
        "verdicts": [
            verdict("production", 10, "applies", "the first that is for the team and the stage"),
            verdict("common", 0, "outranked", "production has priority 10, this one 0"),
        ],
    });
    world.on("GET", "/api/v1/accountruletest", ok(&answer)).await;
    let test = ["account-rule", "test", "--team", "payments", "--stage", "production"];
    assert_snapshot!("account-rule-test", world.kore(&test).await);
    let (exit, _, err) = world.run(&["account-rule", "test"]).await;
    assert!(exit == 2 && err.contains("--team TEAM"), "{err}");
}
