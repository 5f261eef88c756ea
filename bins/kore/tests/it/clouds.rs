//! Clouds: what a cloud team is handed.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{World, filters, ok};

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
        "identity": { "issuer": "https://kore.example.org", "subject": "system:serviceaccount:kore-system:provider-aws", "audience": "sts.amazonaws.com" },
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
async fn a_template_is_one_document_whatever_else_is_said() {
    let world = World::new().await;
    world.on("GET", PERMISSIONS, ok(&permissions(json!(["AWS cannot reach the issuer"])))).await;
    let (exit, out, _) = world.run(&["cloud", "permissions", "aws", "--template", "management"]).await;
    assert_eq!((exit, serde_json::from_str::<Value>(&out).unwrap()), (0, json!({ "Resources": {} })));
    let (exit, out, _) = world.run(&["cloud", "permissions", "aws", "-o", "json"]).await;
    let all: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((exit, all["purposes"][0]["role"].as_str()), (0, Some("kore-org")));
}
