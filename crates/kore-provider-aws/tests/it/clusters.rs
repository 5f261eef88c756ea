//! Clusters of EKS from nothing to nothing, in a stand-in of AWS.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use ipnet::Ipv4Net;
use jiff::Timestamp;
use kore_api::{
    address::ClusterAddresses, cloud::ParentZone, operation::Remainder, preview::ActionVerb, upgrade::CheckResult,
};
use kore_domain::upgrade::Standing;
use kore_engine::{
    clock::{Clock, SystemClock},
    cloud::OrganizationRequest,
    error::StepError,
    provider::{ClusterAccount, ClusterProvider, ClusterRequest},
    run::{Outcome, Work},
};
use kore_provider_aws::{
    cluster::{EksProvider, Freshness},
    permissions::{Place, Purpose},
};
use kore_simulator_aws::MANAGEMENT;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{DOMAIN, PARENT_ZONE, REGION, World, organization};

/// Nothing is believed.
pub(crate) const AT_ONCE: Freshness = Freshness {
    moving: jiff::SignedDuration::ZERO,
    settled: jiff::SignedDuration::ZERO,
    delegation: jiff::SignedDuration::ZERO,
};

/// An organisation with a zone that others are delegated from.
fn with_zone() -> OrganizationRequest {
    let mut organization = organization();
    let zone = ParentZone { id: PARENT_ZONE.to_owned(), domain: DOMAIN.to_owned() };
    organization.spec.aws.as_mut().unwrap().parent_zone = Some(zone);
    organization
}

/// The roles that clusters need: those of their account, and what delegates their zones and asks whether it may.
fn needed(purpose: &Purpose) -> bool {
    purpose.place() == Place::Account || matches!(purpose, Purpose::ParentZone | Purpose::Organization)
}

/// What a team asks for.
pub(crate) fn request(uid: &str, pools: &Value) -> ClusterRequest {
    asking(uid, &json!({ "nodePools": pools }))
}

/// What a team asks for by these parameters.
pub(crate) fn asking(uid: &str, more: &Value) -> ClusterRequest {
    let network: Ipv4Net = "10.20.0.0/16".parse().unwrap();
    let mut plan = json!({ "region": REGION, "apiAccessFrom": ["192.0.2.0/24"] });
    plan.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let parameters = kore_domain::plan::effective(kore_api::plan::Provider::Aws, &plan, &json!({})).unwrap();
    ClusterRequest {
        name: "payments/live".parse().unwrap(),
        uid: uid.to_owned(),
        team_id: "t-1".to_owned(),
        parameters,
        rung: None,
        account: Some(ClusterAccount { number: MANAGEMENT.to_owned(), organization: with_zone() }),
        addresses: Some(ClusterAddresses {
            pool: "aws".to_owned(),
            node: Some(network),
            pod: None,
            service: Some("172.20.0.0/16".parse().unwrap()),
        }),
    }
}

/// The same, at another version of Kubernetes.
pub(crate) fn at_version(request: &ClusterRequest, version: &str) -> ClusterRequest {
    let mut next = request.clone();
    next.parameters["kubernetesVersion"] = json!(version);
    next
}

/// A platform that makes clusters in the world's account.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) provider: Arc<EksProvider>,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        world.connect_for(MANAGEMENT, Purpose::ALL.into_iter().filter(needed)).await;
        world.parent_zone().await;
        let provider = Arc::new(EksProvider::new(world.cloud(), Arc::new(SystemClock), AT_ONCE, "one"));
        Self { world, provider }
    }

    /// One pass towards what is asked for, as the controller goes.
    pub(crate) async fn pass(&self, request: &ClusterRequest) -> Result<Outcome, StepError> {
        let components = self.provider.components(request).await?;
        let unclaimed = self.world.unclaimed(&request.uid, &components).await?;
        let leftovers = self.provider.leftovers(request, &unclaimed).await?;
        self.world.run(&request.uid, &components, &leftovers).await
    }

    /// Passes until it is done, a bounded number of times.
    pub(crate) async fn until_done(&self, request: &ClusterRequest) {
        let mut came = Vec::new();
        for _ in 0..20 {
            match self.pass(request).await {
                Ok(Outcome::Done) => return,
                other => came.push(other),
            }
        }
        panic!("not done after twenty passes: {came:#?}\n{:#?}", self.denied().await);
    }

    /// One pass of taking it down.
    pub(crate) async fn take_down(&self, request: &ClusterRequest) -> Result<Outcome, StepError> {
        let work = Work::new(request.uid.clone(), Uuid::now_v7());
        self.world.engine.teardown(&work, &*self.provider, request).await.map(|(outcome, _)| outcome)
    }

    /// One pass of taking it down; whether nothing is left.
    pub(crate) async fn teardown(&self, request: &ClusterRequest) -> bool {
        matches!(self.take_down(request).await, Ok(Outcome::Done))
    }

    /// Passes until nothing is left, a bounded number of times.
    pub(crate) async fn until_gone(&self, request: &ClusterRequest) -> Remainder {
        let mut came = Vec::new();
        for _ in 0..40 {
            let work = Work::new(request.uid.clone(), Uuid::now_v7());
            match self.world.engine.teardown(&work, &*self.provider, request).await {
                Ok((Outcome::Done, remainder)) => {
                    self.world.all_described().await;
                    return remainder;
                }
                other => came.push(other),
            }
        }
        panic!("not gone after forty passes: {came:#?}\n{:#?}", self.denied().await);
    }

    /// What was refused because a policy does not allow it.
    async fn denied(&self) -> Vec<String> {
        let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let all = self.requests().await;
        let denied = all.iter().filter(|one| one["status"] == 403);
        let said = denied.map(|one| {
            format!("{} {} {} {}", text(one, "role"), text(one, "service"), text(one, "operation"), text(one, "code"))
        });
        said.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// AWS as it was in the beginning, and a platform that has no credential of before.
    pub(crate) async fn reset(&mut self) {
        self.world.control(Method::POST, "reset", Value::Null).await;
        self.world.connect_for(MANAGEMENT, Purpose::ALL.into_iter().filter(needed)).await;
        self.world.parent_zone().await;
        self.provider = Arc::new(EksProvider::new(self.world.cloud(), Arc::new(SystemClock), AT_ONCE, "one"));
    }

    /// Everything that exists.
    pub(crate) async fn world(&self) -> Value {
        self.world.control(Method::GET, "world", Value::Null).await
    }

    /// How many things of a kind exist, over all accounts.
    pub(crate) fn count(world: &Value, kind: &str) -> usize {
        match world {
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| match value {
                    Value::Array(things) if name == kind => things.len(),
                    Value::Object(things) if name == kind => things.len(),
                    other => Self::count(other, kind),
                })
                .sum(),
            Value::Array(all) => all.iter().map(|one| Self::count(one, kind)).sum(),
            _ => 0,
        }
    }

    /// Every request so far, as `SERVICE OPERATION`.
    pub(crate) async fn requests(&self) -> Vec<Value> {
        let all = self.world.control(Method::GET, "requests", Value::Null).await;
        all.as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_cluster_comes_changes_and_goes_and_nothing_is_left() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    let asked = request("uid-1", &json!({ "default": { "size": 2 }, "batch": { "size": 1, "capacity": "spot" } }));
    bench.until_done(&asked).await;

    // What EKS was asked for is hardened.
    let requests = bench.requests().await;
    let made = requests.iter().find(|one| one["operation"] == "CreateCluster").unwrap();
    let parameters = &made["parameters"];
    assert_eq!(parameters["accessConfig"]["authenticationMode"], "API", "{made}");
    assert_eq!(parameters["accessConfig"]["bootstrapClusterCreatorAdminPermissions"], false);
    assert_eq!(parameters["resourcesVpcConfig"]["publicAccessCidrs"], json!(["192.0.2.0/24"]));
    assert_eq!(parameters["logging"]["clusterLogging"][0]["types"].as_array().unwrap().len(), 5);

    let protects =
        |one: &&Value| one["operation"] == "UpdateClusterConfig" && one["parameters"]["deletionProtection"] == true;
    assert_eq!(requests.iter().filter(protects).count(), 1);

    // It stays as it is.
    let components = bench.provider.components(&asked).await.unwrap();
    let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
    assert!(prospect.is_settled(), "{prospect:?}");

    // A pool grows, another one goes.
    let changed = request("uid-1", &json!({ "default": { "size": 3 } }));
    bench.until_done(&changed).await;
    let facts = bench.provider.facts(&changed).await.unwrap();
    assert_eq!((facts.nodes.desired, facts.nodes.ready), (3, 3));

    // Stack and cluster, two pools, a launch template for each, zone and delegation.
    let remainder = bench.until_gone(&changed).await;
    assert_eq!((remainder.left, remainder.gone), (0, 8));
    assert_eq!(bench.world().await, before);
}

/// The name of the cluster that was made, as its first request says.
pub(crate) async fn name_of(bench: &Bench) -> String {
    let requests = bench.requests().await;
    let made = requests.iter().find(|one| one["operation"] == "CreateStack").unwrap();
    made["parameters"]["StackName"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_foreign_cluster_of_the_same_name_is_neither_adopted_nor_deleted() {
    let bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let name = name_of(&bench).await;
    bench.until_gone(&asked).await;

    // Somebody else's stack has the name.
    let template = json!({ "Resources": { "Logs": { "Type": "AWS::Logs::LogGroup", "Properties": { "LogGroupName": "theirs" } } } });
    let body = template.to_string();
    let form = [("Action", "CreateStack"), ("StackName", name.as_str()), ("TemplateBody", body.as_str())];
    bench.world.form_in(REGION, MANAGEMENT, "cloudformation", "2010-05-15", &form).await;
    let theirs = bench.world().await;
    let came = bench.pass(&asked).await;
    let Ok(Outcome::Failed(error)) = came else { panic!("{came:?}") };
    assert_eq!(error.code.entry().code, "KORE-CLOUD-0007");
    let remainder = bench.until_gone(&asked).await;
    assert_eq!(remainder.left, 0);
    assert_eq!(Bench::count(&bench.world().await, "stacks"), Bench::count(&theirs, "stacks"));
}

#[tokio::test]
async fn two_installations_in_one_account_leave_each_other_alone() {
    let bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let before = bench.world().await;

    let other = EksProvider::new(bench.world.cloud(), Arc::new(SystemClock), AT_ONCE, "two");
    // One domain has one cluster of a name.
    let name = "payments/other".parse().unwrap();
    let theirs = ClusterRequest { uid: "uid-2".to_owned(), name, ..asked.clone() };
    let second = Bench { provider: Arc::new(other), ..bench };
    second.until_done(&theirs).await;
    assert_eq!(Bench::count(&second.world().await, "clusters"), 2);
    second.until_gone(&theirs).await;
    assert_eq!(second.world().await, before);
}

#[tokio::test]
async fn without_rights_or_room_in_the_account_nothing_is_made_and_what_lacks_is_named() {
    let mut bench = Bench::new().await;
    let before = bench.world().await;
    bench.world.control(Method::PUT, "settings", json!({ "quotas": { "addresses": 0, "nodes": 2 } })).await;
    let asked = request("uid-1", &json!({ "default": { "size": 3 } }));
    let came = bench.pass(&asked).await;
    let Ok(Outcome::Waiting { reason, .. }) = came else { panic!("{came:?}") };
    assert!(reason.contains("KORE-CLOUD-0006"), "{reason}");
    assert!(reason.contains("EC2-VPC Elastic IPs: 0 of 0 used, 1 more needed (quota L-0263D0A3 of ec2)"), "{reason}");
    assert!(reason.contains("Nodes per managed node group: 0 of 2 used, 3 more needed"), "{reason}");
    assert_eq!(bench.world().await, before);

    // Whoever asks beforehand is told the same, and of no change that would be made by it.
    let new = ClusterRequest { uid: String::new(), ..asked.clone() };
    let components = bench.provider.components(&new).await.unwrap();
    let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
    let [allowed, room, free] = &prospect.checks[..] else { panic!("{:?}", prospect.checks) };
    assert_eq!((allowed.name.as_str(), allowed.result), ("allowed", CheckResult::Pass));
    assert_eq!((free.name.as_str(), free.result), ("free", CheckResult::Pass));
    assert_eq!((room.name.as_str(), room.result, room.detail.len()), ("room", CheckResult::Fail, 2));
    assert!(prospect.actions.iter().all(|action| action.verb == ActionVerb::Create), "{:?}", prospect.actions);

    // What Kore is not allowed is named as well.
    bench.world.control(Method::PUT, "settings", json!({})).await;
    let form = [("Action", "DeleteRolePolicy"), ("RoleName", "kore-cluster"), ("PolicyName", "kore-cluster")];
    bench.world.form(MANAGEMENT, "iam", "2010-05-08", &form).await;
    let small = request("uid-1", &json!({ "default": { "size": 1 } }));
    let came = bench.pass(&small).await;
    let Ok(Outcome::Waiting { reason, .. }) = came else { panic!("{came:?}") };
    assert!(reason.contains("KORE-CLOUD-0001") && reason.contains("kore-cluster lacks"), "{reason}");
    assert!(reason.contains("eks:CreateCluster"), "{reason}");
    bench.reset().await;

    // Machines that run already have their part; those that are taken back are counted by themselves.
    let runs = [("Action", "RunInstances"), ("InstanceType", "m7i.large"), ("MinCount", "1"), ("MaxCount", "1")];
    let spot = [&runs[..], &[("InstanceMarketOptions.MarketType", "spot")]].concat();
    for form in [&runs[..], &spot] {
        bench.world.form_in(REGION, MANAGEMENT, "ec2", "2016-11-15", form).await;
    }
    bench.world.control(Method::PUT, "settings", json!({ "quotas": { "vcpus": 5, "spotVcpus": 5 } })).await;
    let pools = json!({ "default": { "size": 1 }, "more": { "size": 1 }, "batch": { "size": 1, "capacity": "spot" } });
    let Ok(Outcome::Waiting { reason, .. }) = bench.pass(&request("uid-1", &pools)).await else { panic!() };
    let family = "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances";
    let lacks = format!("{family}: 2 of 5 vCPUs used, 4 more needed (quota L-1216C47A of ec2)");
    assert!(reason.contains(&lacks) && !reason.contains("L-34B43A08"), "{reason}");
    bench.reset().await;

    // A network that is too small for its nodes.
    let mut narrow = request("uid-1", &json!({ "default": { "size": 27 } }));
    narrow.addresses.as_mut().unwrap().node = Some("10.20.0.0/22".parse().unwrap());
    let Ok(Outcome::Waiting { reason, .. }) = bench.pass(&narrow).await else { panic!() };
    let lacks = "10.20.0.0/22 has 251 addresses for nodes and pods in each of 3 zones, 276 are needed";
    assert!(reason.contains(lacks), "{reason}");

    // A kind of machine that no zone has.
    bench.world.control(Method::PUT, "settings", json!({})).await;
    let odd = request("uid-1", &json!({ "default": { "size": 1, "machineTypes": ["x9.huge"] } }));
    let Ok(Outcome::Waiting { reason, .. }) = bench.pass(&odd).await else { panic!() };
    assert!(reason.contains("pool default: eu-central-1a and eu-central-1b"), "{reason}");
    assert!(reason.contains("offers no x9.huge"), "{reason}");

    let room = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&room).await;
    bench.until_gone(&room).await;
    assert_eq!(bench.world().await, before);
}

#[tokio::test]
async fn a_cluster_goes_to_the_next_version_control_plane_first_unless_eks_sees_something_in_the_way() {
    let bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 }, "more": { "size": 1 } }));
    bench.until_done(&asked).await;
    let name = name_of(&bench).await;
    let insight = |status: &str| json!({ "cluster": name, "name": "EKS add-on version compatibility", "status": status, "reason": "coredns is too old" });
    bench.world.control(Method::POST, "insights", insight("ERROR")).await;

    let next = at_version(&asked, "1.36");
    let came = bench.pass(&next).await;
    let Ok(Outcome::Waiting { reason, .. }) = came else { panic!("{came:?}") };
    assert!(reason.contains("KORE-CLUSTER-0009"), "{reason}");
    assert!(reason.contains("EKS add-on version compatibility: coredns is too old"), "{reason}");
    let standing = |request| {
        let bench = &bench;
        async move { bench.provider.standing(request).await.unwrap().unwrap() }
    };
    assert_eq!(standing(&next).await, Standing::at("1.35".parse().unwrap()));

    bench.world.control(Method::POST, "insights", insight("PASSING")).await;
    bench.until_done(&next).await;
    assert_eq!(standing(&next).await, Standing::at("1.36".parse().unwrap()));
    let components = bench.provider.components(&next).await.unwrap();
    assert!(bench.world.engine.preview(&components, &[]).await.unwrap().is_settled());

    // In this order, and each once; two pools never at the same time.
    let asked_for = |one: &Value| {
        let operation = one["operation"].as_str().unwrap_or_default().to_owned();
        operation.ends_with("Version").then_some(operation)
    };
    let requests = bench.requests().await;
    let versions: Vec<_> = requests.iter().filter_map(asked_for).collect();
    assert_eq!(versions, ["UpdateClusterVersion", "UpdateNodegroupVersion", "UpdateNodegroupVersion"]);
    let position = |operation: &str| requests.iter().position(|one| one["operation"] == operation).unwrap();
    assert!(position("UpdateClusterVersion") < position("UpdateAddon"));
    assert!(position("UpdateAddon") < position("UpdateNodegroupVersion"));
    bench.until_gone(&next).await;
}

#[tokio::test]
async fn whoever_lets_the_gateway_in_as_somebody_else_is_put_right() {
    let bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let gateway = format!("arn:aws:iam::{MANAGEMENT}:role/kore-gateway").replace(':', "%3A").replace('/', "%2F");
    let path = format!("clusters/{}/access-entries/{gateway}", name_of(&bench).await);
    let entry = bench.world.eks(Method::GET, &path, Value::Null).await;
    assert_eq!(
        (&entry["accessEntry"]["username"], &entry["accessEntry"]["kubernetesGroups"]),
        (&json!("kore-gateway"), &json!([]))
    );

    bench.world.eks(Method::POST, &path, json!({ "username": "root", "kubernetesGroups": ["admins"] })).await;
    let components = bench.provider.components(&asked).await.unwrap();
    let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
    assert_eq!(prospect.actions[0].detail[0].to_string(), "kore-gateway comes in as somebody else", "{prospect:?}");
    bench.until_done(&asked).await;
    assert_eq!(bench.world.eks(Method::GET, &path, Value::Null).await["accessEntry"]["username"], "kore-gateway");
    assert_eq!(bench.world.eks(Method::GET, &path, Value::Null).await["accessEntry"]["kubernetesGroups"], json!([]));
}

/// What a look at the cluster finds that differs.
async fn differences(bench: &Bench, asked: &ClusterRequest) -> Vec<String> {
    let components = bench.provider.components(asked).await.unwrap();
    let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
    prospect.actions.iter().flat_map(|action| &action.detail).map(ToString::to_string).collect()
}

/// Looks at something of EKS until it is well.
async fn until_active(bench: &Bench, path: &str, kind: &str) -> Value {
    for _ in 0..10 {
        let mut answer = bench.world.eks(Method::GET, path, Value::Null).await;
        if answer[kind]["status"] == "ACTIVE" {
            return answer[kind].take();
        }
    }
    panic!("{path} is not active");
}

#[tokio::test]
async fn whatever_of_the_hardened_values_is_changed_is_seen_and_put_right() {
    let bench = Bench::new().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let cluster = format!("clusters/{}", name_of(&bench).await);
    let pool = format!("{cluster}/node-groups/default");
    for (path, kind, pointer, change, said) in [
        (
            &cluster,
            "cluster",
            "/resourcesVpcConfig/publicAccessCidrs",
            json!({ "resourcesVpcConfig": { "publicAccessCidrs": ["192.0.2.0/24", "198.51.100.0/24"] } }),
            "from where the API server is reachable",
        ),
        (
            &cluster,
            "cluster",
            "/resourcesVpcConfig/endpointPrivateAccess",
            json!({ "resourcesVpcConfig": { "endpointPrivateAccess": false } }),
            "from where the API server is reachable",
        ),
        (
            &cluster,
            "cluster",
            "/logging",
            json!({ "logging": { "clusterLogging": [{ "types": ["audit"], "enabled": false }] } }),
            "which logs are kept",
        ),
        (
            &cluster,
            "cluster",
            "/deletionProtection",
            json!({ "deletionProtection": false }),
            "the protection from deletion is off",
        ),
        (
            &cluster,
            "cluster",
            "/upgradePolicy",
            json!({ "upgradePolicy": { "supportType": "EXTENDED" } }),
            "it would go on into extended support",
        ),
        (
            &cluster,
            "cluster",
            "/zonalShiftConfig",
            json!({ "zonalShiftConfig": { "enabled": false } }),
            "it does not leave a zone that fails",
        ),
        (
            &pool,
            "nodegroup",
            "/nodeRepairConfig",
            json!({ "nodeRepairConfig": { "enabled": false } }),
            "nodes that fail are not replaced",
        ),
        (
            &pool,
            "nodegroup",
            "/updateConfig",
            json!({ "updateConfig": { "maxUnavailablePercentage": 100 } }),
            "how many nodes may be away at once",
        ),
    ] {
        let before = until_active(&bench, path, kind).await.pointer(pointer).cloned();
        bench.world.eks(Method::POST, &format!("{path}/update-config"), change).await;
        let changed = until_active(&bench, path, kind).await.pointer(pointer).cloned();
        assert_ne!(changed, before, "{pointer}");
        assert_eq!(differences(&bench, &asked).await, [said], "{pointer}");
        bench.until_done(&asked).await;
        assert_eq!(until_active(&bench, path, kind).await.pointer(pointer).cloned(), before, "{pointer}");
    }

    // So is what is below the cluster, and how far Kore's own right goes.
    let name = name_of(&bench).await;
    let off = [
        ("Action", "UpdateTerminationProtection"),
        ("StackName", name.as_str()),
        ("EnableTerminationProtection", "false"),
    ];
    bench.world.form_in(REGION, MANAGEMENT, "cloudformation", "2010-05-15", &off).await;
    assert_eq!(differences(&bench, &asked).await, ["the protection from deletion is off"]);
    let kore = format!("arn:aws:iam::{MANAGEMENT}:role/kore-cluster").replace(':', "%3A").replace('/', "%2F");
    let narrower = json!({
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        "accessScope": { "type": "namespace", "namespaces": ["default"] },
    });
    let path = format!("{cluster}/access-entries/{kore}/access-policies");
    bench.world.eks(Method::POST, &path, narrower).await;
    assert_eq!(differences(&bench, &asked).await.len(), 2);
    bench.until_done(&asked).await;
    assert_eq!(differences(&bench, &asked).await, [] as [&str; 0]);
}

#[tokio::test]
async fn nodes_are_started_as_their_launch_template_says_and_as_nothing_else() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    let pools = json!({ "default": { "size": 1, "diskGib": 80 }, "plain": { "size": 1, "image": "amazonLinux" } });
    let asked = request("uid-1", &pools);
    bench.until_done(&asked).await;
    let requests = bench.requests().await;
    let name = name_of(&bench).await;
    let made: Vec<&Value> = requests
        .iter()
        .filter(|one| one["operation"] == "CreateLaunchTemplate")
        .map(|one| &one["parameters"])
        .collect();
    let [default, plain] = made[..] else { panic!("{made:?}") };
    for (template, pool) in [(default, "default"), (plain, "plain")] {
        let data = |name: &str| &template[format!("LaunchTemplateData.{name}")];
        assert_eq!(template["LaunchTemplateName"], format!("{name}-{pool}"));
        assert_eq!(
            (data("MetadataOptions.HttpTokens"), data("MetadataOptions.HttpPutResponseHopLimit")),
            (&json!("required"), &json!("1"))
        );
        assert_eq!(data("NetworkInterface.1.AssociatePublicIpAddress"), "false");
        assert!(data("NetworkInterface.1.SecurityGroupId.1").as_str().unwrap().starts_with("sg-"));
        assert_eq!(
            (data("BlockDeviceMapping.1.DeviceName"), data("BlockDeviceMapping.1.Ebs.Encrypted")),
            (&json!("/dev/xvda"), &json!("true"))
        );
        for (number, kind) in [(1, "instance"), (2, "volume")] {
            assert_eq!(*data(&format!("TagSpecification.{number}.ResourceType")), kind);
            let tags: Vec<_> = (1..=4).map(|tag| data(&format!("TagSpecification.{number}.Tag.{tag}.Key"))).collect();
            assert_eq!(tags, ["Name", "kore:cluster", "kore:owner", "kore:team"]);
        }
    }
    // Bottlerocket has its data on a disk of its own.
    assert_eq!(default["LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize"], Value::Null);
    assert_eq!(default["LaunchTemplateData.BlockDeviceMapping.2.DeviceName"], "/dev/xvdb");
    assert_eq!(default["LaunchTemplateData.BlockDeviceMapping.2.Ebs.Encrypted"], "true");
    assert_eq!(default["LaunchTemplateData.BlockDeviceMapping.2.Ebs.VolumeSize"], "80");
    assert_eq!(plain["LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize"], "50");
    assert_eq!(plain["LaunchTemplateData.BlockDeviceMapping.2.DeviceName"], Value::Null);
    let groups = requests.iter().filter(|one| one["operation"] == "CreateNodegroup");
    assert!(groups.into_iter().all(|one| one["parameters"]["diskSize"].is_null()));

    // Somebody lets pods ask the machine who it is, by another version.
    let path = format!("clusters/{name}/node-groups/default");
    let template = format!("{name}-default");
    let other = [
        ("Action", "CreateLaunchTemplateVersion"),
        ("LaunchTemplateName", template.as_str()),
        ("LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit", "2"),
    ];
    bench.world.form_in(REGION, MANAGEMENT, "ec2", "2016-11-15", &other).await;
    let first = until_active(&bench, &path, "nodegroup").await["launchTemplate"].clone();
    assert_eq!(first["version"], "1");
    let change = json!({ "launchTemplate": { "id": first["id"], "version": "2" } });
    bench.world.eks(Method::POST, &format!("{path}/update-version"), change).await;
    until_active(&bench, &path, "nodegroup").await;
    let said = "its nodes are started by another version of the launch template";
    assert_eq!(differences(&bench, &asked).await, [said]);
    bench.until_done(&asked).await;
    assert_eq!(until_active(&bench, &path, "nodegroup").await["launchTemplate"], first);

    // A template that is gone comes back as another one, which the pool cannot be told of.
    let gone = [("Action", "DeleteLaunchTemplate"), ("LaunchTemplateName", template.as_str())];
    bench.world.form_in(REGION, MANAGEMENT, "ec2", "2016-11-15", &gone).await;
    bench.until_done(&asked).await;
    let second = until_active(&bench, &path, "nodegroup").await["launchTemplate"].clone();
    assert!(second["id"] != first["id"] && second["version"] == "1", "{second}");

    // With its pool goes its template.
    let fewer = request("uid-1", &json!({ "default": { "size": 1, "diskGib": 80 } }));
    bench.until_done(&fewer).await;
    assert_eq!(Bench::count(&bench.world().await, "launchTemplates"), 1);
    bench.until_gone(&fewer).await;
    assert_eq!(bench.world().await, before);
}

#[tokio::test]
async fn a_template_that_says_something_older_gets_a_version_and_its_pool_that_one() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    let name = name_of(&bench).await;
    bench.until_gone(&asked).await;

    // As an earlier Kore would have left it.
    let template = format!("{name}-default");
    let older = [
        ("Action", "CreateLaunchTemplate"),
        ("LaunchTemplateName", template.as_str()),
        ("VersionDescription", "older"),
        ("LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit", "2"),
        ("TagSpecification.1.ResourceType", "launch-template"),
        ("TagSpecification.1.Tag.1.Key", "kore:owner"),
        ("TagSpecification.1.Tag.1.Value", "one/uid-1"),
        ("TagSpecification.1.Tag.2.Key", "kore:cluster"),
        ("TagSpecification.1.Tag.2.Value", name.as_str()),
    ];
    bench.world.form_in(REGION, MANAGEMENT, "ec2", "2016-11-15", &older).await;
    bench.until_done(&asked).await;
    let path = format!("clusters/{name}/node-groups/default");
    assert_eq!(until_active(&bench, &path, "nodegroup").await["launchTemplate"]["version"], "2");
    bench.until_gone(&asked).await;
    assert_eq!(bench.world().await, before);

    // One of the same name that is somebody else's is left alone, and nothing is started by it.
    let foreign = &older[..4];
    bench.world.form_in(REGION, MANAGEMENT, "ec2", "2016-11-15", foreign).await;
    let mut came = bench.pass(&asked).await;
    while matches!(came, Ok(Outcome::Waiting { .. })) {
        came = bench.pass(&asked).await;
    }
    let Ok(Outcome::Failed(error)) = came else { panic!("{came:?}") };
    assert_eq!(error.code.entry().code, "KORE-CLOUD-0007");
    bench.until_gone(&asked).await;
    assert_eq!(Bench::count(&bench.world().await, "launchTemplates"), 1);
}

#[tokio::test]
async fn what_a_cluster_left_is_swept_before_its_network_goes() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    bench.world.control(Method::PUT, "settings", json!({ "leftovers": true })).await;
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    bench.until_done(&asked).await;
    bench.until_gone(&asked).await;
    assert_eq!(bench.world().await, before);
}

#[tokio::test]
async fn nodes_as_needed_need_no_pools_and_what_eks_made_for_workloads_goes_too() {
    let bench = Bench::new().await;
    let before = bench.world().await;
    bench.world.control(Method::PUT, "settings", json!({ "enforce": true, "leftovers": true })).await;
    let asked = asking("uid-1", &json!({ "autoMode": true }));
    bench.until_done(&asked).await;

    let requests = bench.requests().await;
    let of = |operation: &str| -> Vec<&Value> {
        requests.iter().filter(|one| one["operation"] == operation && one["by"].is_null()).collect()
    };
    let made = &of("CreateCluster")[0]["parameters"];
    assert_eq!(made["computeConfig"]["nodePools"], json!(["general-purpose", "system"]), "{made}");
    let role = made["computeConfig"]["nodeRoleArn"].as_str().unwrap();
    assert!(role.contains(":role/kore/cluster/kore-payments-live-") && role.ends_with("-node"), "{role}");
    assert_eq!(made["storageConfig"]["blockStorage"]["enabled"], true);
    assert_eq!(made["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"], true);
    for nothing in ["CreateAddon", "CreateNodegroup", "CreateLaunchTemplate"] {
        assert!(of(nothing).is_empty(), "{nothing}");
    }
    let components = bench.provider.components(&asked).await.unwrap();
    let prospect = bench.world.engine.preview(&components, &[]).await.unwrap();
    assert!(prospect.is_settled(), "{prospect:?}");

    // Somebody turns it off.
    let off = json!({
        "computeConfig": { "enabled": false }, "storageConfig": { "blockStorage": { "enabled": false } },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": false } },
    });
    let path = format!("clusters/{}/update-config", name_of(&bench).await);
    bench.world.eks(Method::POST, &path, off).await;
    bench.until_done(&asked).await;
    let requests = bench.requests().await;
    let on = |one: &&Value| {
        one["operation"] == "UpdateClusterConfig" && one["parameters"]["computeConfig"]["enabled"] == true
    };
    assert_eq!(requests.iter().filter(on).count(), 1);

    bench.until_done(&at_version(&asked, "1.36")).await;
    bench.until_gone(&at_version(&asked, "1.36")).await;
    assert_eq!(bench.world().await, before);
}

/// A clock that goes when it is told to.
#[derive(Debug)]
pub(crate) struct Hand(pub(crate) Mutex<Timestamp>);

impl Hand {
    pub(crate) fn turn(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += jiff::SignedDuration::from_secs(seconds);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[tokio::test]
async fn with_what_was_seen_believed_a_steady_cluster_costs_three_requests() {
    let mut bench = Bench::new().await;
    let clock = Arc::new(Hand(Mutex::new(Timestamp::now())));
    let believing = EksProvider::new(bench.world.cloud(), Arc::clone(&clock) as _, Freshness::default(), "one");
    bench.provider = Arc::new(believing);
    bench.world.engine.pace.stay = Duration::from_millis(20);
    let asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    let mut is_done = false;
    for _ in 0..200 {
        is_done = matches!(bench.pass(&asked).await, Ok(Outcome::Done));
        if is_done {
            break;
        }
        clock.turn(10);
    }
    assert!(is_done);
    clock.turn(60);
    let before = bench.requests().await.len();
    // As the controller goes once a minute.
    bench.provider.standing(&asked).await.unwrap();
    let components = bench.provider.components(&asked).await.unwrap();
    assert!(bench.world.engine.preview(&components, &[]).await.unwrap().is_settled());
    bench.provider.facts(&asked).await.unwrap();
    let cost = bench.requests().await.len() - before;
    println!("a steady cluster costs {cost} requests");
    assert!(cost <= 3, "{cost} requests");
}
