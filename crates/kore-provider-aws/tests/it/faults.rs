//! Every request that a life consists of, gone wrong in every way: what is asked for comes about all the same, once, and nothing
//! is left of it afterwards. The lives are those of a cluster with pools, of one whose nodes EKS starts, and of an organisation
//! with an account.

use std::{collections::BTreeSet, time::Duration};

use kore_api::cloud::AccountGuardrails;
use kore_domain::upgrade::Standing;
use kore_engine::{
    error::StepError,
    provider::{ClusterProvider, ClusterRequest},
    run::Outcome,
};
use kore_provider_aws::{
    account::{self, Account, Organization},
    cloud::Cloud,
};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts,
    clusters::{Bench, asking, at_version, request},
    world::{World, told},
};

/// How requests go wrong, and how often in a row.
const KINDS: [(&str, u32); 9] = [
    ("throttled", 3),
    ("unavailable", 2),
    ("internal", 2),
    ("lost", 1),
    ("cut", 2),
    ("denied", 3),
    ("quota", 2),
    ("expired", 1),
    ("stuck", 1),
];
/// Passes that a deed has.
const PASSES: usize = 40;
/// Passes after which what is stuck goes on.
const STUCK: usize = 3;

/// Something that comes about, deed after deed, of which the last is that it is gone.
trait Life {
    /// The world without it, with nothing else in it.
    async fn begin(&mut self) -> Value;
    /// How many deeds there are.
    fn deeds(&self) -> usize;
    /// One pass towards what a deed asks for.
    async fn pass(&self, deed: usize) -> Result<Outcome, StepError>;
    /// Looks at it before it goes.
    async fn look(&self, case: &str);
    /// Where it is.
    fn world(&self) -> &World;
    /// Where it is, to be set otherwise.
    fn world_mut(&mut self) -> &mut World;
    /// Everything that exists, but for what stays of it by AWS's rules.
    async fn there(&self) -> Value;
}

/// A cluster: what is asked for one after the other, and what there is of it in the end.
struct OfCluster {
    bench: Bench,
    asked: Vec<ClusterRequest>,
    things: Vec<(&'static str, usize)>,
}

impl OfCluster {
    /// A node more, a pool more, a pool less, the next version of Kubernetes.
    async fn with_pools() -> Self {
        let of = |pools: Value| request("uid-1", &pools);
        let grown = of(json!({ "default": { "size": 3 } }));
        let asked = vec![
            of(json!({ "default": { "size": 2 } })),
            of(json!({ "default": { "size": 3 }, "more": { "size": 1 } })),
            grown.clone(),
            at_version(&grown, "1.36"),
        ];
        let things = vec![("stacks", 1), ("clusters", 1), ("nodegroups", 1), ("launchTemplates", 1), ("vpcs", 1)];
        Self { bench: Bench::new().await, asked, things }
    }

    /// Nodes as needed, and the next version of Kubernetes.
    async fn as_needed() -> Self {
        let first = asking("uid-1", &json!({ "autoMode": true }));
        let asked = vec![first.clone(), at_version(&first, "1.36")];
        let things = vec![("stacks", 1), ("clusters", 1), ("nodegroups", 0), ("launchTemplates", 0), ("vpcs", 1)];
        Self { bench: Bench::new().await, asked, things }
    }
}

impl Life for OfCluster {
    async fn begin(&mut self) -> Value {
        self.bench.reset().await;
        self.there().await
    }

    fn deeds(&self) -> usize {
        self.asked.len() + 1
    }

    async fn pass(&self, deed: usize) -> Result<Outcome, StepError> {
        match self.asked.get(deed) {
            Some(asked) => self.bench.pass(asked).await,
            None => self.bench.take_down(self.asked.last().unwrap()).await,
        }
    }

    async fn look(&self, case: &str) {
        let made = self.bench.world().await;
        for (kind, count) in &self.things {
            assert_eq!(Bench::count(&made, kind), *count, "{case}: {kind}");
        }
        let standing = self.bench.provider.standing(self.asked.last().unwrap()).await.unwrap();
        assert_eq!(standing, Some(Standing::at("1.36".parse().unwrap())), "{case}");
    }

    fn world(&self) -> &World {
        &self.bench.world
    }

    fn world_mut(&mut self) -> &mut World {
        &mut self.bench.world
    }

    async fn there(&self) -> Value {
        self.bench.world().await
    }
}

/// What is kept in an organisation, and an account that is made, changes its guardrails, and is closed.
struct OfOrganization {
    world: World,
    cloud: Cloud,
    organization: Organization,
    account: Account,
}

impl OfOrganization {
    async fn new() -> Self {
        let world = World::new().await;
        let (cloud, organization) = (world.cloud(), accounts::organization(&world).await);
        Self { world, cloud, organization, account: accounts::payments() }
    }
}

impl Life for OfOrganization {
    async fn begin(&mut self) -> Value {
        self.world.control(Method::POST, "reset", Value::Null).await;
        self.organization = accounts::organization(&self.world).await;
        self.cloud = self.world.cloud();
        self.there().await
    }

    fn deeds(&self) -> usize {
        6
    }

    async fn pass(&self, deed: usize) -> Result<Outcome, StepError> {
        let Self { world, cloud, organization, account } = self;
        let free = AccountGuardrails { regions: false, ..AccountGuardrails::default() };
        let freed = Account { guardrails: free, ..account.clone() };
        let both = Organization { guardrails: vec![AccountGuardrails::default(), free], ..organization.clone() };
        match deed {
            0 => world.pass(&organization.uid, &account::organization(cloud, organization)).await,
            1 => world.pass(&account.uid, &account::account(cloud, organization, account)).await,
            2 => world.pass(&organization.uid, &account::organization(cloud, &both)).await,
            3 => world.pass(&account.uid, &account::account(cloud, &both, &freed)).await,
            4 => accounts::giving_back(world, cloud, &both, &freed).await,
            _ => {
                // A closed account is where it was; somebody takes it out of the unit that is to go.
                accounts::move_out(world, organization).await;
                accounts::taking_back(world, cloud, &both).await
            }
        }
    }

    async fn look(&self, case: &str) {
        let members = accounts::members(&self.world).await;
        assert_eq!(members.len(), 1, "{case}: {members:?}");
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// An account stays, closed, for as long as AWS keeps it.
    async fn there(&self) -> Value {
        let mut world = self.world.control(Method::GET, "world", Value::Null).await;
        world["accounts"].as_object_mut().unwrap().retain(|number, _| *number == self.organization.management);
        world
    }
}

/// One way in which one request goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    service: String,
    operation: String,
    kind: &'static str,
    times: u32,
}

impl Case {
    /// Whether it can be. Only what makes something comes up against a quota, and only what goes on after the answer is stuck.
    fn can_be(&self) -> bool {
        let begins = |verbs: &[&str]| verbs.iter().any(|verb| self.operation.starts_with(verb));
        match self.kind {
            "quota" => begins(&["Create"]),
            "stuck" => match self.service.as_str() {
                "eks" => begins(&["CreateAddon", "CreateCluster", "CreateNodegroup", "Update", "Delete"]),
                "cloudformation" => begins(&["Create", "Update", "Delete"]),
                "organizations" => self.operation == "CreateAccount",
                _ => false,
            },
            _ => true,
        }
    }

    /// The codes that it may come to on the way.
    fn expected(&self) -> &'static [&'static str] {
        match self.kind {
            // What an upgrade depends on and cannot be looked at holds it.
            _ if self.operation == "ListInsights" => &["KORE-CLUSTER-0009"],
            "throttled" => &["KORE-CLOUD-0004"],
            "denied" | "expired" => &["KORE-CLOUD-0002"],
            "quota" => &["KORE-CLOUD-0006"],
            "stuck" => &[],
            _ => &["KORE-CLOUD-0005"],
        }
    }
}

/// Requests that Kore makes itself, one of each; those that are made for it (by CloudFormation, by EKS) go wrong in ways that
/// these services tell of themselves.
async fn operations(world: &World) -> BTreeSet<(String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = world.control(Method::GET, "requests", Value::Null).await;
    let ours = all.as_array().unwrap().iter().filter(|one| one["role"].is_string() && one["by"].is_null());
    ours.map(|one| (text(one, "service"), text(one, "operation"))).collect()
}

/// A whole life; every case that can be.
async fn cases(life: &mut impl Life) -> Vec<Case> {
    life.begin().await;
    for deed in 0..life.deeds() {
        let mut said = Vec::new();
        assert!(comes_about(life, deed, false, &mut said).await, "deed {deed}: {said:#?}");
    }
    let all = operations(life.world()).await.into_iter().flat_map(|(service, operation)| {
        KINDS.map(|(kind, times)| Case { service: service.clone(), operation: operation.clone(), kind, times })
    });
    all.filter(Case::can_be).collect()
}

/// Passes towards a deed until it is done, so many times at most; whether it is, and what was said on the way.
async fn comes_about(life: &impl Life, deed: usize, is_stuck: bool, said: &mut Vec<String>) -> bool {
    for pass in 0..PASSES {
        if is_stuck && pass == STUCK {
            life.world().control(Method::POST, "unstick", Value::Null).await;
        }
        match life.pass(deed).await {
            Ok(Outcome::Done) => return true,
            Ok(Outcome::Waiting { reason, .. }) => said.push(reason),
            Ok(Outcome::Failed(error)) | Err(error) => said.push(format!("{}: {error}", error.code.entry().code)),
        }
    }
    false
}

async fn live_through(life: &mut impl Life, case: &Case) {
    let before = life.begin().await;
    let order = json!({
        "service": case.service, "operation": case.operation, "kind": case.kind, "times": case.times,
    });
    life.world().control(Method::POST, "faults", order).await;
    let (named, is_stuck) = (format!("{case:?}"), case.kind == "stuck");
    let mut said = Vec::new();
    let last = life.deeds() - 1;
    for deed in 0..last {
        assert!(
            comes_about(life, deed, is_stuck, &mut said).await,
            "{named}: deed {deed} did not come about: {said:#?}"
        );
    }
    life.look(&named).await;
    assert!(comes_about(life, last, is_stuck, &mut said).await, "{named} did not go: {said:#?}");
    let code_of = |line: &'_ str| -> Option<String> {
        let code = line[line.find("KORE-")?..].chars();
        Some(code.take_while(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || *one == '-').collect())
    };
    for code in said.iter().filter_map(|line| code_of(line)) {
        assert!(case.expected().contains(&code.as_str()), "{named} came to {code}: {said:#?}");
    }
    assert!(!is_stuck || !said.is_empty(), "{named}: nobody said what was waited for");
    assert_eq!(life.there().await, before, "{named} left something");
    let faults = life.world().control(Method::GET, "faults", Value::Null).await;
    assert_eq!(faults, json!([]), "{named} was not met");
}

/// A life in which one request is refused for ever comes to a stop, and says that Kore may not.
async fn is_needed(life: &mut impl Life, service: &str, operation: &str) {
    life.begin().await;
    let order = json!({ "service": service, "operation": operation, "kind": "denied", "times": 1_000_000 });
    life.world().control(Method::POST, "faults", order).await;
    let mut said = Vec::new();
    for deed in 0..life.deeds() {
        if !comes_about(life, deed, false, &mut said).await {
            let refused = ["KORE-CLOUD-0001", "KORE-CLOUD-0002", "KORE-CLUSTER-0009"];
            let is_said = said.iter().any(|line| refused.iter().any(|code| line.contains(code)));
            assert!(is_said, "{service} {operation}: {said:#?}");
            return;
        }
    }
    panic!("nothing needs {service} {operation}");
}

/// Of everything that is asked for in a life, each is needed for it.
async fn all_is_needed(life: &mut impl Life, some: Option<usize>) {
    cases(life).await;
    let mut all: Vec<_> = operations(life.world()).await.into_iter().collect();
    if let Some(count) = some {
        all.shuffle(&mut StdRng::seed_from_u64(seed()));
        all.truncate(count);
    }
    life.world_mut().engine.pace.stay = Duration::from_millis(50);
    for (service, operation) in all {
        println!("{service} {operation}");
        is_needed(life, &service, &operation).await;
    }
}

fn seed() -> u64 {
    let seed = told("KORE_SEED", 7);
    println!("seed {seed}");
    seed
}

/// A seeded part of all cases; `KORE_SEED` chooses another.
async fn some(life: &mut impl Life, count: usize) {
    let mut cases = cases(life).await;
    println!("{count} of {} cases", cases.len());
    cases.shuffle(&mut StdRng::seed_from_u64(seed()));
    for case in cases.iter().take(count) {
        live_through(life, case).await;
    }
}

/// All of them; `KORE_FROM` says from which number on.
async fn all(life: &mut impl Life) {
    let from = told("KORE_FROM", 0);
    for (number, case) in cases(life).await.iter().enumerate().skip(from) {
        println!("{number} {case:?}");
        live_through(life, case).await;
    }
}

#[tokio::test]
async fn some_requests_gone_wrong_keep_no_cluster_from_coming_and_leave_nothing() {
    some(&mut OfCluster::with_pools().await, 4).await;
}

#[tokio::test]
async fn some_requests_gone_wrong_keep_no_cluster_with_nodes_as_needed_from_coming_and_leave_nothing() {
    some(&mut OfCluster::as_needed().await, 2).await;
}

#[tokio::test]
async fn some_requests_gone_wrong_keep_no_account_from_coming_and_leave_nothing() {
    some(&mut OfOrganization::new().await, 4).await;
}

#[tokio::test]
#[ignore = "long: every case; `make soak` runs it"]
async fn all_requests_gone_wrong_keep_no_cluster_from_coming_and_leave_nothing() {
    all(&mut OfCluster::with_pools().await).await;
}

#[tokio::test]
#[ignore = "long: every case; `make soak` runs it"]
async fn all_requests_gone_wrong_keep_no_cluster_with_nodes_as_needed_from_coming_and_leave_nothing() {
    all(&mut OfCluster::as_needed().await).await;
}

#[tokio::test]
#[ignore = "long: every case; `make soak` runs it"]
async fn all_requests_gone_wrong_keep_no_account_from_coming_and_leave_nothing() {
    all(&mut OfOrganization::new().await).await;
}

#[tokio::test]
async fn some_of_what_is_asked_for_is_needed() {
    all_is_needed(&mut OfCluster::with_pools().await, Some(2)).await;
}

#[tokio::test]
#[ignore = "long: every request of every life; `make soak` runs it"]
async fn all_of_what_is_asked_for_is_needed() {
    all_is_needed(&mut OfCluster::with_pools().await, None).await;
    all_is_needed(&mut OfCluster::as_needed().await, None).await;
    all_is_needed(&mut OfOrganization::new().await, None).await;
}
