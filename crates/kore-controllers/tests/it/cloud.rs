//! Organisations in clouds: what their checks come to, and when they are made.

use std::time::Duration;

use kore_api::{
    cloud::{CloudOrganization, PurposeCheck, PurposeResult},
    codes::Code,
    condition, meta,
};
use kore_engine::error::{Class, StepError};
use kube::{
    Api,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::reconcile::{Stage, create, stage, until};

fn check(result: PurposeResult) -> PurposeCheck {
    let missing =
        if result == PurposeResult::Missing { vec!["organizations:MoveAccount".to_owned()] } else { Vec::new() };
    PurposeCheck {
        purpose: "organization".to_owned(),
        role: "kore-org".to_owned(),
        account: "123456789012".to_owned(),
        result,
        missing,
        message: String::new(),
    }
}

fn organization() -> CloudOrganization {
    let spec = json!({ "provider": "aws", "aws": {
        "managementAccount": "123456789012", "homeRegion": "eu-central-1", "regions": ["eu-central-1"],
        "organizationalUnit": "ou-ab12-cdefgh34", "accountEmail": "aws+{account}@example.org",
    } });
    CloudOrganization::new("acme", serde_json::from_value(spec).unwrap())
}

async fn is(stage: &Stage, status: &str, reason: &str, says: &str) {
    let what = format!("{status} {reason} {says}");
    until(&stage.indexes.organizations, None, "acme", &what, |object| {
        let found = object.and_then(|object| object.status.as_ref());
        let ready = found.and_then(|found| found.conditions.iter().find(|one| one.type_ == condition::READY));
        ready.is_some_and(|one| one.status == status && one.reason == reason && one.message.contains(says))
    })
    .await;
}

async fn ask(api: &Api<CloudOrganization>, request: &str) {
    let patch = json!({ "metadata": { "annotations": { meta::ANNOTATION_RETRY: request } } });
    api.patch("acme", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
}

/// As the API server holds whoever writes it, kored among them.
async fn patch_spec(api: &Api<CloudOrganization>, spec: serde_json::Value) -> Result<CloudOrganization, kube::Error> {
    api.patch("acme", &PatchParams::default(), &Patch::Merge(json!({ "spec": spec }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_checked_when_it_comes_when_it_changes_and_when_somebody_asks() {
    let stage = stage().await;
    let api: Api<CloudOrganization> = Api::all(stage.client.clone());
    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::NotChecked)]));
    create(&api, &organization()).await;
    is(&stage, "Unknown", "NotChecked", "KORE-CLOUD-0003").await;
    assert_eq!(stage.cloud.asked().len(), 1);

    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Missing)]));
    ask(&api, "request-1").await;
    is(&stage, "False", "PermissionsMissing", "kore-org in 123456789012 lacks organizations:MoveAccount").await;
    let found = api.get("acme").await.unwrap().status.unwrap();
    assert_eq!(found.checked_for.as_deref(), Some("request-1"));
    assert_eq!(found.checks[0].missing, ["organizations:MoveAccount"]);

    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Verified)]));
    patch_spec(&api, json!({ "aws": { "regions": ["eu-central-1", "eu-west-1"] } })).await.unwrap();
    is(&stage, "True", "Reconciled", "").await;
    let asked = stage.cloud.asked();
    assert_eq!((asked.len(), asked[2].spec.aws.as_ref().unwrap().regions.len()), (3, 2));

    // A status that was written is no reason to look again: the next look is the one that is asked for.
    ask(&api, "request-2").await;
    until(&stage.indexes.organizations, None, "acme", "answered", |object| {
        let status = object.and_then(|object| object.status.as_ref());
        status.is_some_and(|status| status.checked_for.as_deref() == Some("request-2"))
    })
    .await;
    assert_eq!(stage.cloud.asked().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reached_is_said_and_what_is_paused_is_left_alone() {
    let stage = stage().await;
    let api: Api<CloudOrganization> = Api::all(stage.client.clone());
    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Unreachable)]));
    create(&api, &organization()).await;
    is(&stage, "False", "AccessLost", "KORE-CLOUD-0002").await;

    stage.cloud.answers(|_| Err(StepError::new(Code::CloudNotChecked, Class::Retry(Duration::ZERO), "no answer")));
    ask(&api, "request-1").await;
    is(&stage, "Unknown", "CheckFailed", "no answer").await;
    let found = api.get("acme").await.unwrap().status.unwrap();
    assert_eq!(found.checked_for.as_deref(), Some("request-1"), "whoever asked is answered");
    assert_eq!(found.checks.len(), 1, "what was found before stays");

    let asked = stage.cloud.asked().len();
    patch_spec(&api, json!({ "paused": true })).await.unwrap();
    is(&stage, "Unknown", "Paused", "").await;
    assert_eq!(stage.cloud.asked().len(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_management_cluster_refuses_that_it_becomes_another_one() {
    let stage = stage().await;
    let api: Api<CloudOrganization> = Api::all(stage.client.clone());
    let made = create(&api, &organization()).await;
    assert_eq!(made.spec.aws.unwrap().partition.name(), "aws", "the default is filled in");
    for change in [json!({ "managementAccount": "210987654321" }), json!({ "partition": "aws-cn" })] {
        let refused = patch_spec(&api, json!({ "aws": change })).await.unwrap_err().to_string();
        assert!(refused.contains("immutable"), "{refused}");
    }
    let refused = patch_spec(&api, json!({ "aws": null })).await.unwrap_err().to_string();
    assert!(refused.contains("says where it is"), "{refused}");
}
