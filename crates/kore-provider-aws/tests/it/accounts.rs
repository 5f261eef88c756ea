//! Accounts of an organisation, made in the stand-in's.

use kore_api::cloud::AccountGuardrails;
use kore_engine::{clock::SystemClock, error::StepError, run::Outcome};
use kore_provider_aws::{
    account::{self, Account, Organization},
    check::{Finding, check},
    cloud::{Cloud, Role},
    cluster::EksProvider,
    permissions::{Place, Purpose},
};
use kore_simulator_aws::MANAGEMENT;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::{
    clusters::{AT_ONCE, Bench, request},
    issuer::SUBJECT,
    world::{REGION, World},
};

/// An organisation that a cloud team has made ready: its features, trusted access for stack sets, Kore's roles.
async fn organization(world: &World) -> Organization {
    world.organizations("CreateOrganization", json!({ "FeatureSet": "ALL" })).await;
    let roots = world.organizations("ListRoots", json!({})).await;
    let root = roots["Roots"][0]["Id"].as_str().unwrap().to_owned();
    world.organizations("EnablePolicyType", json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" })).await;
    let stack_sets = "member.org.stacksets.cloudformation.amazonaws.com";
    world.organizations("EnableAWSServiceAccess", json!({ "ServicePrincipal": stack_sets })).await;
    world.connect(MANAGEMENT, Place::Management).await;
    Organization {
        installation: "one".into(),
        uid: "org-uid".into(),
        management: MANAGEMENT.into(),
        home: REGION.into(),
        regions: vec![REGION.into()],
        parent: root,
        units: vec!["production".into()],
        guardrails: AccountGuardrails::default(),
        issuer: world.issuer.address.clone(),
        subject: SUBJECT.into(),
    }
}

fn payments() -> Account {
    Account {
        uid: "account-uid".into(),
        team: "payments".into(),
        name: "kore-one-payments".into(),
        email: "aws+payments@example.org".into(),
        unit: Some("production".into()),
        close: true,
    }
}

/// Runs towards an account until it is there, at most so many times; what came in between.
async fn vend(
    world: &World,
    cloud: &Cloud,
    organization: &Organization,
    account: &Account,
) -> Vec<Result<Outcome, StepError>> {
    let mut came = Vec::new();
    for _ in 0..20 {
        let components = account::account(cloud, organization, account);
        match world.pass(&account.uid, &components).await {
            Ok(Outcome::Done) => return came,
            other => came.push(other),
        }
    }
    panic!("no account after twenty passes: {came:#?}");
}

async fn members(world: &World) -> Vec<Value> {
    let all = world.organizations("ListAccounts", json!({})).await;
    let all = all["Accounts"].as_array().unwrap().clone();
    all.into_iter().filter(|one| one["Id"] != MANAGEMENT).collect()
}

async fn kept(world: &World, cloud: &Cloud, organization: &Organization) {
    let components = account::organization(cloud, organization);
    let came = world.pass(&organization.uid, &components).await;
    assert!(matches!(came, Ok(Outcome::Done)), "{came:?}");
}

#[tokio::test]
async fn an_account_is_vended_with_its_roles_and_a_cluster_lives_in_it() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    vend(&world, &cloud, &organization, &payments()).await;

    // It is where it belongs, under the guardrails.
    let [member] = &members(&world).await[..] else { panic!("not one account") };
    let number = member["Id"].as_str().unwrap().to_owned();
    assert_eq!(account::number(&cloud, &organization, &payments()).await.unwrap().as_ref(), Some(&number));
    let parents = world.organizations("ListParents", json!({ "ChildId": number })).await;
    let unit = parents["Parents"][0]["Id"].as_str().unwrap();
    let unit = world.organizations("DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": unit })).await;
    assert_eq!(unit["OrganizationalUnit"]["Name"], "production");

    // Kore may there what it needs, by name.
    for purpose in Purpose::ALL.into_iter().filter(|purpose| purpose.place() == Place::Account) {
        let role = Role { account: number.clone(), region: REGION.into(), purpose, object: "uid".into() };
        assert_eq!(check(&cloud, &role, None).await.unwrap(), Finding::Verified, "{purpose:?}");
    }

    // Nothing more is to be done, for either.
    for (uid, components) in [
        ("org-uid", account::organization(&cloud, &organization)),
        ("account-uid", account::account(&cloud, &organization, &payments())),
    ] {
        let prospect = world.engine.preview(&components, &[]).await.unwrap();
        assert!(prospect.is_settled(), "{uid}: {prospect:?}");
    }

    // With exactly what the stack set gave it.
    world.control(Method::PUT, "settings", json!({ "enforce": true })).await;
    let provider = Arc::new(EksProvider::new(cloud, Arc::new(SystemClock), AT_ONCE, "one"));
    let bench = Bench { world, provider };
    let mut asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    asked.account = Some(number);
    bench.until_done(&asked).await;
    bench.until_gone(&asked).await;
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_account() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    let lost = json!({ "service": "organizations", "operation": "CreateAccount", "kind": "lost" });
    world.control(Method::POST, "faults", lost).await;
    vend(&world, &cloud, &organization, &payments()).await;
    assert_eq!(members(&world).await.len(), 1);
}

#[tokio::test]
async fn each_reason_for_which_no_account_is_made_has_its_code_and_passes_when_it_is_gone() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    for (number, (reason, code)) in [
        ("ACCOUNT_LIMIT_EXCEEDED", "KORE-CLOUD-0006"),
        ("CONCURRENT_ACCOUNT_MODIFICATION", "KORE-CLOUD-0009"),
        ("INTERNAL_FAILURE", "KORE-CLOUD-0009"),
        ("INVALID_EMAIL", "KORE-CLOUD-0008"),
        ("MISSING_PAYMENT_INSTRUMENT", "KORE-CLOUD-0009"),
    ]
    .into_iter()
    .enumerate()
    {
        world.control(Method::POST, "accounts", json!({ "failure": reason })).await;
        let account = Account {
            uid: format!("uid-{number}"),
            name: format!("kore-one-{number}"),
            email: format!("aws+{number}@example.org"),
            ..payments()
        };
        let came = vend(&world, &cloud, &organization, &account).await;
        let said: Vec<_> = came.iter().map(|one| format!("{one:?}")).collect();
        let of_code = |line: &String| {
            line.contains(code) || line.contains(&format!("{:?}", kore_api::codes::Code::find(code).unwrap()))
        };
        assert!(said.iter().any(of_code), "{reason}: {said:#?}");
    }
    assert_eq!(members(&world).await.len(), 5);
}

#[tokio::test]
async fn an_account_of_somebody_else_with_the_address_is_not_taken() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    let theirs = json!({ "Email": "aws+payments@example.org", "AccountName": "theirs" });
    let made = world.organizations("CreateAccount", theirs).await;
    let id = &made["CreateAccountStatus"]["Id"];
    let mut state = Value::Null;
    for _ in 0..20 {
        let answer = world.organizations("DescribeCreateAccountStatus", json!({ "CreateAccountRequestId": id })).await;
        state = answer["CreateAccountStatus"]["State"].clone();
    }
    assert_eq!(state, "SUCCEEDED");
    let components = account::account(&cloud, &organization, &payments());
    let mut last = None;
    for _ in 0..5 {
        last = Some(world.pass("account-uid", &components).await);
    }
    let Some(Ok(Outcome::Failed(error))) = last else { panic!("{last:?}") };
    assert_eq!(error.code.entry().code, "KORE-CLOUD-0007");
}
