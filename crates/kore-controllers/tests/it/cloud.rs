//! Organisations in clouds: what their checks come to, and when they are made.

use std::{sync::atomic::Ordering, time::Duration};

use kore_api::{
    cloud::{
        AccountRule, CloudAccount, CloudOrganization, KEPT, MonthlyBudget, PurposeCheck, PurposeResult, WITHIN_BUDGET,
    },
    cluster::Cluster,
    codes::Code,
    condition, meta,
    operation::{Operation, OperationAction, OperationState},
    team::Team,
};
use kore_domain::access::{Permission, SystemContext, Visibility};
use kore_engine::{
    clock::{Clock, SystemClock},
    error::{Class, StepError},
    memory::Fault,
};
use kore_store::OperationQuery;
use kube::{
    Api,
    api::{DeleteParams, Patch, PatchParams},
};
use serde_json::json;

use super::reconcile::{Stage, cluster, create, plans, ready, stage, team, until};

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

fn rule(guardrails: &serde_json::Value) -> AccountRule {
    let spec = json!({ "organization": "acme", "organizationalUnit": "production", "guardrails": guardrails });
    AccountRule::new("production", serde_json::from_value(spec).unwrap())
}

fn account(close: bool) -> CloudAccount {
    let spec = json!({
        "organization": "acme", "team": "payments", "organizationalUnit": "production", "closeWhenDeleted": close,
    });
    CloudAccount::new("payments", serde_json::from_value(spec).unwrap())
}

async fn is_account(stage: &Stage, status: &str, reason: &str, says: &str) {
    let what = format!("{status} {reason} {says}");
    until(&stage.indexes.accounts, None, "payments", &what, |object| {
        let found = object.and_then(|object| object.status.as_ref());
        let ready = found.and_then(|found| found.conditions.iter().find(|one| one.type_ == condition::READY));
        ready.is_some_and(|one| one.status == status && one.reason == reason && one.message.contains(says))
    })
    .await;
}

async fn is_kept(stage: &Stage, status: &str, says: &str) {
    until(&stage.indexes.organizations, None, "acme", &format!("kept {status} {says}"), |object| {
        let found = object.and_then(|object| object.status.as_ref());
        let kept = found.and_then(|found| found.conditions.iter().find(|one| one.type_ == KEPT));
        kept.is_some_and(|one| one.status == status && one.message.contains(says))
    })
    .await;
}

/// What an operation on this came to, oldest first.
async fn operations(stage: &Stage, kind: &str) -> Vec<Operation> {
    let system = SystemContext { component: "test", now: SystemClock.now() };
    let proof = system.grant(Permission::OperationRead, Visibility::All);
    let query = OperationQuery { limit: 50, ..OperationQuery::default() };
    let mut found: Vec<_> =
        stage.store.list_operations(&proof, &query).await.unwrap().into_iter().map(|row| row.operation).collect();
    found.retain(|one| one.target.kind == kind);
    found.reverse();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_in_an_organisation_before_a_rule_needs_it_and_all_of_it_goes() {
    let stage = stage().await;
    let organizations: Api<CloudOrganization> = Api::all(stage.client.clone());
    let rules: Api<AccountRule> = Api::all(stage.client.clone());
    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Verified)]));
    create(&organizations, &organization()).await;
    is(&stage, "True", "Reconciled", "").await;
    assert!(stage.cloud.world.keys().is_empty(), "connected and looked at: nothing there is changed");
    assert!(operations(&stage, "CloudOrganization").await.is_empty());

    create(&rules, &rule(&json!({}))).await;
    is_kept(&stage, "True", "").await;
    assert_eq!(stage.cloud.world.keys(), ["acme/guardrails", "acme/unit", "acme/unit/production"]);

    // What a rule says is followed, and what somebody changes there is put right, each by an operation that says so.
    let patch = json!({ "spec": { "organizationalUnit": null, "guardrails": { "regions": false } } });
    rules.patch("production", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    eventually("the unit that no rule names is gone", || {
        let things = stage.cloud.world.things();
        things.len() == 2 && things["acme/guardrails"].contains("\"regions\":false")
    })
    .await;
    stage.cloud.world.put("acme/guardrails", "nothing is forbidden").unwrap();
    eventually("the guardrails hold again", || stage.cloud.world.things()["acme/guardrails"].contains("rootUser"))
        .await;
    is_kept(&stage, "True", "").await;
    assert!(operations(&stage, "CloudOrganization").await.iter().all(|one| one.state == OperationState::Done));

    // A failure that somebody must mend is said, with its operation, and is over once it is mended.
    stage.cloud.weather.bring([Fault::Terminal]);
    stage.cloud.world.remove("acme/unit");
    is_kept(&stage, "False", "the weather is bad").await;
    is_kept(&stage, "True", "").await;

    rules.delete("production", &DeleteParams::default()).await.unwrap();
    organizations.delete("acme", &DeleteParams::default()).await.unwrap();
    until(&stage.indexes.organizations, None, "acme", "gone", |object| object.is_none()).await;
    assert!(stage.cloud.world.keys().is_empty());
    let last = operations(&stage, "CloudOrganization").await.pop().unwrap();
    assert_eq!((last.action, last.state), (OperationAction::Delete, OperationState::Done));
    assert_eq!(last.remainder.unwrap().left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_waits_for_its_organisation_and_stays_or_is_closed_as_it_says() {
    let stage = stage().await;
    let organizations: Api<CloudOrganization> = Api::all(stage.client.clone());
    let accounts: Api<CloudAccount> = Api::all(stage.client.clone());
    create(&accounts, &account(false)).await;
    is_account(&stage, "False", "Blocked", "no cloud acme is connected").await;

    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Unreachable)]));
    create(&organizations, &organization()).await;
    is_account(&stage, "False", "Reconciling", "cloud acme to be ready").await;
    assert!(stage.cloud.world.keys().is_empty(), "nothing is asked for where Kore is not let in");

    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Verified)]));
    ask(&organizations, "request-1").await;
    is_account(&stage, "True", "Reconciled", "").await;
    let found = accounts.get("payments").await.unwrap();
    let known_as = found.status.as_ref().unwrap().email.clone().unwrap();
    assert!(found.status.unwrap().account.is_some_and(|number| number.len() == 12));
    assert!(stage.cloud.world.things()[&known_as].starts_with("in unit \"production\" under regions"));
    let [made] = &operations(&stage, "CloudAccount").await[..] else { panic!("not one operation") };
    assert_eq!((made.action, made.state), (OperationAction::Create, OperationState::Done));
    assert_eq!(made.target.team.as_deref(), Some("payments"), "the team follows what is made for it");

    // It stays when it is forgotten.
    accounts.delete("payments", &DeleteParams::default()).await.unwrap();
    until(&stage.indexes.accounts, None, "payments", "gone", |object| object.is_none()).await;
    assert!(stage.cloud.world.keys().contains(&known_as));

    // Another one of the name is another account, and is closed where that was asked for.
    create(&accounts, &account(true)).await;
    is_account(&stage, "True", "Reconciled", "").await;
    let other = accounts.get("payments").await.unwrap().status.unwrap().email.unwrap();
    assert_ne!(other, known_as);
    accounts.delete("payments", &DeleteParams::default()).await.unwrap();
    until(&stage.indexes.accounts, None, "payments", "gone", |object| object.is_none()).await;
    let left = stage.cloud.world.keys();
    assert!(left.contains(&known_as) && !left.contains(&other), "{left:?}");
}

/// Waits until the budget of the account stands so, and it has cost so much.
async fn budget_is(stage: &Stage, reason: &str, amount: &str) {
    until(&stage.indexes.accounts, None, "payments", &format!("{reason} {amount}"), |object| {
        let status = object.and_then(|object| object.status.as_ref());
        let within = status.and_then(|status| status.conditions.iter().find(|one| one.type_ == WITHIN_BUDGET));
        let spent = status.and_then(|status| status.spent.as_ref());
        within.is_some_and(|one| one.reason == reason) && spent.is_some_and(|spent| spent.amount == amount)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_has_cost_is_held_against_the_budget_of_its_rule() {
    let stage = stage().await;
    let organizations: Api<CloudOrganization> = Api::all(stage.client.clone());
    let rules: Api<AccountRule> = Api::all(stage.client.clone());
    let accounts: Api<CloudAccount> = Api::all(stage.client.clone());
    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Verified)]));
    let bill = (1..20).map(|number| (format!("{number:012}"), "85.119".to_owned())).collect();
    *stage.cloud.bill.lock().unwrap() = bill;
    let mut rule = rule(&json!({}));
    rule.spec.monthly_budget = Some(MonthlyBudget { amount: 100, currency: "USD".to_owned() });
    create(&rules, &rule).await;
    create(&organizations, &organization()).await;
    let mut account = account(false);
    account.spec.rule = Some("production".parse().unwrap());
    create(&accounts, &account).await;
    budget_is(&stage, "NearlyUsed", "85.12").await;

    // A rule that allows less is told at the next look.
    let patch = json!({ "spec": { "monthlyBudget": { "amount": 50 } } });
    rules.patch("production", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    budget_is(&stage, "Over", "85.12").await;
    accounts.delete("payments", &DeleteParams::default()).await.unwrap();
    until(&stage.indexes.accounts, None, "payments", "gone", |object| object.is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_under_the_guardrails_of_its_own_rule_whatever_others_turn_off() {
    let stage = stage().await;
    let organizations: Api<CloudOrganization> = Api::all(stage.client.clone());
    let rules: Api<AccountRule> = Api::all(stage.client.clone());
    let accounts: Api<CloudAccount> = Api::all(stage.client.clone());
    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Verified)]));
    create(&rules, &rule(&json!({ "rootUser": false }))).await;
    create(&organizations, &organization()).await;
    let mut by_rule = account(false);
    by_rule.spec.rule = Some("production".parse().unwrap());
    create(&accounts, &by_rule).await;
    is_account(&stage, "True", "Reconciled", "").await;
    let mut by_hand = account(false);
    by_hand.metadata.name = Some("sandbox".to_owned());
    create(&accounts, &by_hand).await;
    let held = |name: &str| {
        let things = stage.cloud.world.things();
        let found = things.iter().find(|(key, _)| key.contains(&format!("/{name}-")));
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    eventually("the account without a rule is there", || held("sandbox").contains("rootUser")).await;
    assert!(!held("payments").contains("rootUser") && held("payments").contains("regions"));
    // What they have in common is on the unit.
    assert!(stage.cloud.world.things()["acme/guardrails"].contains("\"rootUser\":false"));

    // What its rule says later is followed, and of a rule that is gone nothing is left.
    let patch = json!({ "spec": { "guardrails": { "regions": false } } });
    rules.patch("production", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    eventually("the rule is followed", || !held("payments").contains("regions")).await;
    rules.delete("production", &DeleteParams::default()).await.unwrap();
    eventually("all guardrails hold", || held("payments").contains("regions") && held("payments").contains("rootUser"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_gets_the_account_that_a_rule_gives_its_team_and_keeps_it() {
    let stage = stage().await;
    stage.provider.in_accounts.store(true, Ordering::SeqCst);
    stage.cloud.answers(|_| Ok(vec![check(PurposeResult::Verified)]));
    let organizations: Api<CloudOrganization> = Api::all(stage.client.clone());
    let rules: Api<AccountRule> = Api::all(stage.client.clone());
    create(&organizations, &organization()).await;
    plans(&stage).await;
    create(&Api::all(stage.client.clone()), &team("payments")).await;
    until(&stage.indexes.teams, None, "payments", "ready", |team: Option<&Team>| {
        team.and_then(|team| team.status.as_ref()).is_some_and(|status| !status.conditions.is_empty())
    })
    .await;
    let clusters: Api<Cluster> = Api::namespaced(stage.client.clone(), "team-payments");
    create(&clusters, &cluster("dev", json!({}))).await;
    let place = Some("team-payments");
    until(&stage.indexes.clusters, place, "dev", "refused an account", |cluster| {
        let conditions = cluster.and_then(|cluster| cluster.status.as_ref()).map(|status| &status.conditions);
        let mut said = conditions.into_iter().flatten().map(|one| one.message.as_str());
        ready(cluster, "False", "Blocked") && said.any(|text| text.contains("KORE-CLOUD-0011: no account rule holds"))
    })
    .await;
    assert!(stage.provider.world.keys().is_empty());

    create(&rules, &rule(&json!({}))).await;
    until(&stage.indexes.clusters, place, "dev", "ready", |cluster| ready(cluster, "True", "Reconciled")).await;
    let name = clusters.get("dev").await.unwrap().status.unwrap().account.unwrap();
    let accounts: Api<CloudAccount> = Api::all(stage.client.clone());
    let made = accounts.get(&name).await.unwrap();
    assert_eq!((made.spec.team.unwrap().as_str(), made.spec.rule.unwrap().as_str()), ("payments", "production"));

    // Another rule is for those that come later.
    let other = json!({ "organization": "acme", "priority": 10, "accounts": { "mode": "perTeamAndStage" } });
    create(&rules, &AccountRule::new("other", serde_json::from_value(other).unwrap())).await;
    ask_cluster(&clusters, "request-2").await;
    assert_eq!(clusters.get("dev").await.unwrap().status.unwrap().account.unwrap(), name);
    clusters.delete("dev", &DeleteParams::default()).await.unwrap();
    until(&stage.indexes.clusters, place, "dev", "gone", |cluster| cluster.is_none()).await;
    assert!(stage.provider.world.keys().is_empty());
    assert!(accounts.get(&name).await.is_ok(), "the account is the team's, whatever becomes of a cluster");

    // One that never had a place goes at once.
    for name in ["production", "other"] {
        rules.delete(name, &DeleteParams::default()).await.unwrap();
        until(&stage.indexes.account_rules, None, name, "gone", |rule| rule.is_none()).await;
    }
    create(&clusters, &cluster("nowhere", json!({}))).await;
    until(&stage.indexes.clusters, place, "nowhere", "blocked", |cluster| ready(cluster, "False", "Blocked")).await;
    clusters.delete("nowhere", &DeleteParams::default()).await.unwrap();
    until(&stage.indexes.clusters, place, "nowhere", "gone", |cluster| cluster.is_none()).await;
}

async fn ask_cluster(api: &Api<Cluster>, request: &str) {
    let patch = json!({ "metadata": { "annotations": { meta::ANNOTATION_RETRY: request } } });
    api.patch("dev", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
}

async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..2400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never: {what}");
}
