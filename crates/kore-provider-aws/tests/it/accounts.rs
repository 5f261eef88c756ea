//! Accounts of an organisation, made in the stand-in's.

use kore_api::{cloud::AccountGuardrails, upgrade::CheckResult};
use kore_engine::{clock::SystemClock, component::Components, error::StepError, run::Outcome};
use kore_provider_aws::{
    account::{self, Account, Organization},
    check::{Finding, check},
    cloud::{Cloud, Role},
    cluster::EksProvider,
    permissions::{Place, Purpose, Trusted},
};
use kore_simulator_aws::MANAGEMENT;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::{
    clusters::{AT_ONCE, Bench, request},
    world::{REGION, World},
};

/// An organisation that a cloud team has made ready: its features, trusted access for stack sets, Kore's roles.
pub(crate) async fn organization(world: &World) -> Organization {
    world.organizations("CreateOrganization", json!({ "FeatureSet": "ALL" })).await;
    let roots = world.organizations("ListRoots", json!({})).await;
    let root = roots["Roots"][0]["Id"].as_str().unwrap().to_owned();
    world.organizations("EnablePolicyType", json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" })).await;
    let stack_sets = "member.org.stacksets.cloudformation.amazonaws.com";
    world.organizations("EnableAWSServiceAccess", json!({ "ServicePrincipal": stack_sets })).await;
    world.connect(MANAGEMENT, Place::Management).await;
    below(root, world.issuer.identity().trusted())
}

/// An organisation whose root this is, and whose roles trust those.
pub(crate) fn below(root: String, trusted: Trusted) -> Organization {
    Organization {
        installation: "one".into(),
        uid: "org-uid".into(),
        management: MANAGEMENT.into(),
        home: REGION.into(),
        regions: vec![REGION.into()],
        parent: root,
        units: vec!["production".into()],
        common: AccountGuardrails::default(),
        guardrails: vec![AccountGuardrails::default()],
        is_going: false,
        trusted,
    }
}

pub(crate) fn payments() -> Account {
    Account {
        uid: "account-uid".into(),
        team: "payments".into(),
        name: "kore-one-payments".into(),
        email: "aws+payments@example.org".into(),
        number: None,
        unit: Some("production".into()),
        guardrails: AccountGuardrails::default(),
        close: true,
    }
}

/// Runs towards an account until it is there, at most so many times; what came in between.
pub(crate) async fn vend(
    world: &World,
    cloud: &Cloud,
    organization: &Organization,
    account: &Account,
) -> Vec<Result<Outcome, StepError>> {
    let mut came = Vec::new();
    for _ in 0..20 {
        let components = account::account(cloud, organization, account);
        match world.pass(&account.uid, &components).await {
            Ok(Outcome::Done) => {
                world.all_described().await;
                return came;
            }
            other => came.push(other),
        }
    }
    panic!("no account after twenty passes: {came:#?}");
}

pub(crate) async fn members(world: &World) -> Vec<Value> {
    let all = world.organizations("ListAccounts", json!({})).await;
    let all = all["Accounts"].as_array().unwrap().clone();
    all.into_iter().filter(|one| one["Id"] != MANAGEMENT).collect()
}

pub(crate) async fn kept(world: &World, cloud: &Cloud, organization: &Organization) {
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

    all_is_allowed(&cloud, &number).await;

    // Nothing more is to be done, for either; and all that is asked of an account lists the accounts once.
    let listed = async || {
        let all = world.control(Method::GET, "requests", Value::Null).await;
        all.as_array().unwrap().iter().filter(|one| one["operation"] == "ListAccounts").count()
    };
    let before = listed().await;
    let components = account::account(&cloud, &organization, &payments());
    assert!(world.engine.preview(&components, &[]).await.unwrap().is_settled());
    assert_eq!(listed().await, before + 1);
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
    asked.account.as_mut().unwrap().number = number;
    bench.world.parent_zone().await;
    bench.until_done(&asked).await;
    bench.until_gone(&asked).await;
}

#[tokio::test]
async fn an_account_that_is_to_go_is_closed_and_one_that_is_not_stays() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    vend(&world, &cloud, &organization, &payments()).await;
    let came = giving_back(&world, &cloud, &organization, &payments()).await;
    assert!(matches!(came, Ok(Outcome::Done)), "{came:?}");
    assert_ne!(members(&world).await[0]["Status"], "ACTIVE");
    assert!(world.open("account-uid").await.unwrap().is_empty());
    let stays = Account { close: false, ..payments() };
    let keyed = |one: &Account| {
        account::account(&cloud, &organization, one).iter().filter_map(|component| component.external_key()).count()
    };
    assert_eq!((keyed(&stays), keyed(&payments())), (0, 1), "what has no key is not taken down");
}

/// Names of the policies on something, AWS's own left out.
async fn policies_on(world: &World, target: &str) -> Vec<String> {
    let asked = json!({ "TargetId": target, "Filter": "SERVICE_CONTROL_POLICY" });
    let all = world.organizations("ListPoliciesForTarget", asked).await;
    let names = all["Policies"].as_array().unwrap().iter().map(|one| one["Name"].as_str().unwrap().to_owned());
    names.filter(|name| name.starts_with("kore-")).collect()
}

#[tokio::test]
async fn an_account_is_under_the_guardrails_of_its_own_rule_and_at_no_time_under_none() {
    let world = World::new().await;
    let all = AccountGuardrails::default();
    let free = AccountGuardrails { regions: false, root_user: false, ..all };
    let mut organization = organization(&world).await;
    organization.common = free;
    organization.guardrails = vec![all, free];
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    let mut account = Account { guardrails: free, ..payments() };
    vend(&world, &cloud, &organization, &account).await;
    // That of the unit, then that of the account, which is under its guardrails before it is moved.
    assert_eq!(order(&world).await, ["AttachPolicy", "AttachPolicy", "MoveAccount"]);
    let number = members(&world).await[0]["Id"].as_str().unwrap().to_owned();
    assert_eq!(policies_on(&world, &number).await, ["kore-one/all but regions, rootUser"]);

    // Its rule says another thing: the new policy is on it before the old one goes.
    account.guardrails = all;
    let before = order(&world).await.len();
    vend(&world, &cloud, &organization, &account).await;
    assert_eq!(order(&world).await[before..], ["AttachPolicy", "DetachPolicy"]);
    assert_eq!(policies_on(&world, &number).await, ["kore-one/all"]);
    // Somebody took it off by hand.
    let policies = world.organizations("ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY" })).await;
    let is_all = |one: &&Value| one["Name"] == "kore-one/all";
    let policy = policies["Policies"].as_array().unwrap().iter().find(is_all).unwrap()["Id"].clone();
    world.organizations("DetachPolicy", json!({ "PolicyId": policy, "TargetId": number })).await;
    vend(&world, &cloud, &organization, &account).await;
    assert_eq!(policies_on(&world, &number).await, ["kore-one/all"]);

    // Nothing in common: no policy is on the unit. Policies that no rule has any more stay, for accounts that were let go, and
    // so does the unit that such an account is in.
    let nothing = AccountGuardrails::default().named().iter().fold(serde_json::Map::new(), |mut off, (name, _)| {
        off.insert((*name).to_owned(), false.into());
        off
    });
    organization.common = serde_json::from_value(nothing.into()).unwrap();
    organization.guardrails = vec![organization.common];
    let unit = parent(&world, &number).await;
    organization.units.clear();
    pass_with_leftovers(&world, &cloud, &organization).await;
    assert_eq!(parent(&world, &number).await, unit);
    let own = parent(&world, &unit).await;
    assert_eq!(policies_on(&world, &own).await, Vec::<String>::new());
    assert_eq!(policies_on(&world, &number).await, ["kore-one/all"]);

    // All of it goes, once the account that was let go is elsewhere.
    let go = json!({ "AccountId": number, "SourceParentId": unit, "DestinationParentId": organization.parent });
    world.organizations("MoveAccount", go).await;
    taken_back(&world, &cloud, &organization).await;
    let left = world.organizations("ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY" })).await;
    let left = left["Policies"].as_array().unwrap();
    assert!(left.iter().all(|one| !one["Name"].as_str().unwrap().starts_with("kore-")), "{left:?}");
}

/// What was put on something or taken off, and what was moved, in its order.
async fn order(world: &World) -> Vec<String> {
    let all = world.control(Method::GET, "requests", Value::Null).await;
    let names = all.as_array().unwrap().iter().map(|one| one["operation"].as_str().unwrap().to_owned());
    names.filter(|name| ["AttachPolicy", "DetachPolicy", "MoveAccount"].contains(&name.as_str())).collect()
}

/// Id of what something is in.
async fn parent(world: &World, child: &str) -> String {
    let parents = world.organizations("ListParents", json!({ "ChildId": child })).await;
    parents["Parents"][0]["Id"].as_str().unwrap().to_owned()
}

/// One pass towards an account being as its deletion leaves it.
pub(crate) async fn giving_back(
    world: &World,
    cloud: &Cloud,
    organization: &Organization,
    account: &Account,
) -> Result<Outcome, StepError> {
    let all = account::account(cloud, organization, account).into_iter();
    let keyed = all.filter(|component| component.external_key().is_some()).collect();
    world.run(&account.uid, &Components::new(), &keyed).await
}

/// Kore may in an account what it needs there, by name.
async fn all_is_allowed(cloud: &Cloud, number: &str) {
    for purpose in Purpose::ALL.into_iter().filter(|purpose| purpose.place() == Place::Account) {
        let role = Role { account: number.to_owned(), region: REGION.into(), purpose, object: "uid".into() };
        assert_eq!(check(cloud, &role, None).await.unwrap(), Finding::Verified, "{purpose:?}");
    }
}

/// What an administrator does with accounts that are to be in no unit of Kore's.
pub(crate) async fn move_out(world: &World, organization: &Organization) {
    for one in members(world).await {
        let number = one["Id"].as_str().unwrap();
        let from = parent(world, number).await;
        if from == organization.parent {
            continue;
        }
        let go = json!({ "AccountId": number, "SourceParentId": from, "DestinationParentId": organization.parent });
        world.organizations("MoveAccount", go).await;
    }
}

/// One pass towards nothing being kept there.
pub(crate) async fn taking_back(
    world: &World,
    cloud: &Cloud,
    organization: &Organization,
) -> Result<Outcome, StepError> {
    let organization = organization.clone();
    let going = Organization { is_going: true, units: Vec::new(), guardrails: Vec::new(), ..organization };
    let up = account::organization(cloud, &going);
    let keys = world.unclaimed(&going.uid, &up).await.unwrap();
    let down = up.into_iter().chain(account::leftovers(cloud, &going, &keys)).collect();
    world.run(&going.uid, &Components::new(), &down).await
}

/// All that is kept there goes.
async fn taken_back(world: &World, cloud: &Cloud, organization: &Organization) {
    let mut came = Vec::new();
    while !matches!(came.last(), Some(Ok(Outcome::Done))) {
        assert!(came.len() < 20, "{came:#?}");
        came.push(taking_back(world, cloud, organization).await);
    }
    world.all_described().await;
    assert!(world.open(&organization.uid).await.unwrap().is_empty());
}

/// The whole life of an organisation, with exactly the published policies: what is kept there, an account that is made, one
/// that was there, other guardrails, other regions, and all of it gone.
pub(crate) async fn live(world: &World) {
    let mut organization = organization(world).await;
    let number = stranger(world, "old@example.org").await;
    world.control(Method::PUT, "settings", json!({ "enforce": true })).await;
    let cloud = world.cloud();
    for purpose in [Purpose::Organization, Purpose::Closing, Purpose::StackSet, Purpose::Cost] {
        let role = Role { account: MANAGEMENT.into(), region: REGION.into(), purpose, object: "org-uid".into() };
        assert_eq!(check(&cloud, &role, None).await.unwrap(), Finding::Verified, "{purpose:?}");
    }
    kept(world, &cloud, &organization).await;
    vend(world, &cloud, &organization, &payments()).await;
    let adopted = Account {
        uid: "uid-1".into(),
        number: Some(number.clone()),
        email: number.clone(),
        close: false,
        ..payments()
    };
    vend(world, &cloud, &organization, &adopted).await;

    let free = AccountGuardrails { regions: false, ..AccountGuardrails::default() };
    organization.common = free;
    organization.guardrails.push(free);
    organization.regions.push("eu-west-1".into());
    kept(world, &cloud, &organization).await;
    vend(world, &cloud, &organization, &Account { guardrails: free, ..payments() }).await;

    let came = giving_back(world, &cloud, &organization, &payments()).await;
    assert!(matches!(came, Ok(Outcome::Done)), "{came:?}");
    // While an account is in the unit, the roles go from it and the unit stays.
    let came = taking_back(world, &cloud, &organization).await;
    assert!(matches!(came, Ok(Outcome::Waiting { .. })), "{came:?}");
    move_out(world, &organization).await;
    taken_back(world, &cloud, &organization).await;
}

/// One run towards what is to be kept, with what is on record and is not.
async fn pass_with_leftovers(world: &World, cloud: &Cloud, organization: &Organization) {
    let up = account::organization(cloud, organization);
    let keys = world.unclaimed(&organization.uid, &up).await.unwrap();
    let came = world.run(&organization.uid, &up, &account::leftovers(cloud, organization, &keys)).await;
    assert!(matches!(came, Ok(Outcome::Done)), "{came:?}");
}

#[tokio::test]
async fn a_place_that_is_not_there_is_said() {
    let world = World::new().await;
    let organization = Organization { parent: "r-none".into(), ..organization(&world).await };
    let components = account::organization(&world.cloud(), &organization);
    match world.pass(&organization.uid, &components).await {
        Ok(Outcome::Failed(error)) => {
            assert_eq!(error.code.entry().code, "KORE-CLOUD-0008");
            assert!(error.to_string().contains("make the unit kore-one"), "{error}");
        }
        other => panic!("{other:?}"),
    }
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
async fn an_organisation_that_is_full_is_told_of_before_an_account_is_asked_for() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    let accounts = async |number: usize| {
        world.control(Method::PUT, "settings", json!({ "quotas": { "accounts": number } })).await;
    };
    let check = async |account: &Account| {
        let components = account::account(&cloud, &organization, account);
        let prospect = world.engine.preview(&components, &[]).await.unwrap();
        prospect.checks.into_iter().find(|check| check.name == "room")
    };
    accounts(2).await;
    assert_eq!(check(&payments()).await.unwrap().result, CheckResult::Pass);
    vend(&world, &cloud, &organization, &payments()).await;
    // The one that is there needs no room, and another one is not asked for.
    let second = Account {
        uid: "uid-2".into(),
        name: "kore-one-second".into(),
        email: "aws+second@example.org".into(),
        ..payments()
    };
    assert_eq!(check(&payments()).await.unwrap().result, CheckResult::Pass);
    let full = check(&second).await.unwrap();
    let lack = "Default maximum number of accounts: 2 of 2 used, 1 more needed (quota L-E619E033 of organizations)";
    assert!(full.result == CheckResult::Fail && full.detail.concat().contains(lack), "{full:?}");
    let came = world.pass(&second.uid, &account::account(&cloud, &organization, &second)).await;
    let said = format!("{came:?}");
    assert!(said.contains("KORE-CLOUD-0006") && said.contains(lack), "{said}");
    let all = world.control(Method::GET, "requests", Value::Null).await;
    assert_eq!(all.as_array().unwrap().iter().filter(|one| one["operation"] == "CreateAccount").count(), 1);
    accounts(3).await;
    vend(&world, &cloud, &organization, &second).await;
    assert_eq!(members(&world).await.len(), 2);
}

/// An account that somebody else made, at the root; its number.
async fn stranger(world: &World, email: &str) -> String {
    let made = world.organizations("CreateAccount", json!({ "Email": email, "AccountName": "theirs" })).await;
    let id = &made["CreateAccountStatus"]["Id"];
    for _ in 0..20 {
        let answer = world.organizations("DescribeCreateAccountStatus", json!({ "CreateAccountRequestId": id })).await;
        if answer["CreateAccountStatus"]["State"] == "SUCCEEDED" {
            return answer["CreateAccountStatus"]["AccountId"].as_str().unwrap().to_owned();
        }
    }
    panic!("no account of a stranger");
}

#[tokio::test]
async fn an_account_that_was_there_is_marked_and_moved_unless_it_is_somebody_elses() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    let adopted = |uid: &str, number: &str| Account {
        uid: uid.into(),
        number: Some(number.into()),
        email: number.into(),
        close: false,
        ..payments()
    };
    let number = stranger(&world, "old@example.org").await;
    vend(&world, &cloud, &organization, &adopted("uid-1", &number)).await;
    let of = adopted("uid-1", &number);
    assert_eq!(account::number(&cloud, &organization, &of).await.unwrap().as_ref(), Some(&number));
    let parents = world.organizations("ListParents", json!({ "ChildId": number })).await;
    let unit = parents["Parents"][0]["Id"].clone();
    let unit = world.organizations("DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": unit })).await;
    assert_eq!(unit["OrganizationalUnit"]["Name"], "production");

    let failure = async |account: &Account| {
        let components = account::account(&cloud, &organization, account);
        match world.pass(&account.uid, &components).await {
            Ok(Outcome::Failed(error)) => (error.code.entry().code, error.to_string()),
            other => panic!("{other:?}"),
        }
    };
    // Another object of this installation takes it in once it was let go; another installation's is not taken.
    vend(&world, &cloud, &organization, &adopted("uid-2", &number)).await;
    let mark = json!({ "ResourceId": number, "Tags": [{ "Key": "kore:owner", "Value": "two/uid-1" }] });
    world.organizations("TagResource", mark).await;
    let (code, what) = failure(&adopted("uid-2", &number)).await;
    assert_eq!(code, "KORE-CLOUD-0007");
    assert!(what.contains("is somebody else's already"), "{what}");
    let (code, what) = failure(&adopted("uid-3", "999999999999")).await;
    assert_eq!((code, what.contains("has no account")), ("KORE-CLOUD-0008", true), "{what}");

    // Of somebody else's unit it is not taken: nothing moves, and nothing is put on it.
    let other = stranger(&world, "other@example.org").await;
    let make = json!({ "ParentId": organization.parent, "Name": "theirs" });
    let unit = world.organizations("CreateOrganizationalUnit", make).await["OrganizationalUnit"]["Id"].clone();
    let go = json!({ "AccountId": other, "SourceParentId": organization.parent, "DestinationParentId": unit });
    world.organizations("MoveAccount", go).await;
    let (code, what) = failure(&adopted("uid-4", &other)).await;
    assert_eq!((code, what.contains("which is not Kore's")), ("KORE-CLOUD-0007", true), "{what}");
    let parents = world.organizations("ListParents", json!({ "ChildId": other })).await;
    assert_eq!(parents["Parents"][0]["Id"], unit);
    let tags = world.organizations("ListTagsForResource", json!({ "ResourceId": other })).await;
    assert_eq!(tags["Tags"], json!([]));
    assert_eq!(policies_on(&world, &other).await, Vec::<String>::new());
}

/// AWS tries once to bring a stack set to an account.
#[tokio::test]
async fn roles_that_could_not_come_to_an_account_are_asked_for_again_and_why_is_said() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    let number = stranger(&world, "old@example.org").await;
    let role = ("RoleName", "kore-cluster");
    let trust = json!({ "Version": "2012-10-17", "Statement": [] }).to_string();
    let make = [("Action", "CreateRole"), role, ("AssumeRolePolicyDocument", trust.as_str())];
    world.form(&number, "iam", "2010-05-08", &make).await;

    let account = Account { number: Some(number.clone()), email: number.clone(), close: false, ..payments() };
    let mut said = Vec::new();
    for _ in 0..10 {
        let components = account::account(&cloud, &organization, &account);
        match world.pass(&account.uid, &components).await {
            Ok(Outcome::Done) => panic!("done beside a role of somebody else's"),
            other => said.push(format!("{other:?}")),
        }
    }
    let gave_up = "AWS could not give account";
    assert!(said.iter().any(|one| one.contains(gave_up) && one.contains("[ClusterRole]")), "{said:#?}");

    world.form(&number, "iam", "2010-05-08", &[("Action", "DeleteRole"), role]).await;
    vend(&world, &cloud, &organization, &account).await;
    all_is_allowed(&cloud, &number).await;
}

#[tokio::test]
async fn an_account_of_somebody_else_with_the_address_is_not_taken() {
    let world = World::new().await;
    let organization = organization(&world).await;
    let cloud = world.cloud();
    kept(&world, &cloud, &organization).await;
    stranger(&world, "aws+payments@example.org").await;
    let components = account::account(&cloud, &organization, &payments());
    let mut last = None;
    for _ in 0..5 {
        last = Some(world.pass("account-uid", &components).await);
    }
    let Some(Ok(Outcome::Failed(error))) = last else { panic!("{last:?}") };
    assert_eq!(error.code.entry().code, "KORE-CLOUD-0007");
}
