//! The state machine, without a network. What answers look like is compared with the model for each of them.
#![expect(clippy::needless_pass_by_value, reason = "what is asked is written where it is asked")]

use serde_json::{Value, json};

use super::{
    progress::{EksKind, Fate, FateOrder},
    state::{Context, Due, Effect, Eks, Facts, Fields},
};
use crate::{config::Settings, ids::Ids, model::EKS, moto::Place, refusal::Refusal};

struct Account {
    eks: Eks,
    ids: Ids,
    settings: Settings,
    place: Place,
    stuck: bool,
}

impl Account {
    fn new(polls: u32) -> Self {
        Self {
            eks: Eks::default(),
            ids: Ids::new(1),
            settings: Settings { polls, ..Settings::default() },
            place: Place::new("111111111111", "eu-central-1"),
            stuck: false,
        }
    }

    fn ask(&mut self, operation: &str, input: Value) -> Result<Value, Refusal> {
        let context = Context {
            place: &self.place,
            ids: &self.ids,
            settings: &self.settings,
            now: 1.0,
            principal: "arn:aws:iam::111111111111:role/kore-cluster",
            stuck: self.stuck,
        };
        let input: Fields = input.as_object().cloned().unwrap();
        let facts = Facts { vpc: Some("vpc-1".to_owned()), zones: 2, template: input.get("launchTemplate").cloned() };
        let answer = self.eks.repeated(&context, operation, &input, &facts)?;
        EKS.check_output(&EKS.operations[operation], &answer).unwrap();
        Ok(answer)
    }

    /// What the next observation makes so, which is held.
    fn held(&mut self, name: &str, group: Option<&str>) -> Due {
        let context = Context {
            place: &self.place,
            ids: &self.ids,
            settings: &self.settings,
            now: 1.0,
            principal: "",
            stuck: false,
        };
        let due = match group {
            None => self.eks.cluster_is_due(&context, name),
            Some(group) => {
                let input = json!({ "clusterName": name, "nodegroupName": group });
                self.eks.nodegroup_is_due(&context, input.as_object().unwrap())
            }
        };
        let due = due.unwrap();
        self.eks.hold(&context, &due);
        due
    }

    fn create(&mut self, more: Value) -> Result<Value, Refusal> {
        let plain = json!({
            "name": "dev", "roleArn": "arn:aws:iam::111111111111:role/c", "version": "1.34",
            "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
            "accessConfig": { "authenticationMode": "API" },
        });
        self.ask("CreateCluster", super::state::merged(&plain, &more))
    }

    fn status(&mut self) -> String {
        match self.ask("DescribeCluster", json!({ "name": "dev" })) {
            Ok(answer) => answer["cluster"]["status"].as_str().unwrap().to_owned(),
            Err(refusal) => refusal.code().to_owned(),
        }
    }

    fn active(polls: u32) -> Self {
        let mut account = Self::new(polls);
        account.create(json!({})).unwrap();
        while account.status() != "ACTIVE" {}
        account
    }

    fn group(&mut self, name: &str) -> Result<Value, Refusal> {
        self.ask("CreateNodegroup", json!({ "clusterName": "dev", "nodegroupName": name, "subnets": ["s"], "nodeRole": "arn:aws:iam::111111111111:role/n" }))
    }

    fn order(&mut self, kind: EksKind, name: Option<&str>, fate: Fate) {
        self.eks.order(FateOrder { kind, cluster: "dev".to_owned(), name: name.map(str::to_owned), fate });
    }
}

fn code(answer: Result<Value, Refusal>) -> String {
    answer.unwrap_err().code().to_owned()
}

#[test]
fn a_cluster_is_made_and_deleted_in_so_many_observations() {
    let mut account = Account::new(2);
    assert_eq!(account.create(json!({})).unwrap()["cluster"]["status"], "CREATING");
    assert_eq!([(); 3].map(|()| account.status()), ["CREATING", "CREATING", "ACTIVE"]);
    account.ask("DeleteCluster", json!({ "name": "dev" })).unwrap();
    assert_eq!([(); 3].map(|()| account.status()), ["DELETING", "DELETING", "ResourceNotFoundException"]);
    assert!(matches!(account.eks.effects.as_slice(), [Effect::ClusterBegun { .. }, Effect::ClusterGone { .. }]));
}

#[test]
fn what_is_not_so_behind_it_goes_on_being_on_its_way() {
    let mut account = Account::new(0);
    account.create(json!({})).unwrap();
    let due = account.held("dev", None);
    assert!(matches!(due, Due::Cluster { version, services, .. } if version == "1.34" && services == "172.20.0.0/16"));
    assert_eq!([account.status(), account.status()], ["CREATING", "ACTIVE"]);

    account.ask("UpdateClusterVersion", json!({ "name": "dev", "version": "1.35" })).unwrap();
    assert!(matches!(account.held("dev", None), Due::Version { version, .. } if version == "1.35"));
    assert_eq!([account.status(), account.status()], ["UPDATING", "ACTIVE"]);

    account.group("a").unwrap();
    let status = |account: &mut Account| {
        let answer = account.ask("DescribeNodegroup", json!({ "clusterName": "dev", "nodegroupName": "a" })).unwrap();
        answer["nodegroup"]["status"].as_str().unwrap().to_owned()
    };
    assert!(matches!(account.held("dev", Some("a")), Due::Nodes { nodes: 2, .. }));
    assert_eq!([status(&mut account), status(&mut account)], ["CREATING", "ACTIVE"]);
    let size = json!({ "minSize": 3, "maxSize": 3, "desiredSize": 3 });
    account
        .ask("UpdateNodegroupConfig", json!({ "clusterName": "dev", "nodegroupName": "a", "scalingConfig": size }))
        .unwrap();
    assert!(matches!(account.held("dev", Some("a")), Due::Nodes { nodes: 3, .. }));
    assert_eq!([status(&mut account), status(&mut account)], ["UPDATING", "ACTIVE"]);
    account.ask("DeleteNodegroup", json!({ "clusterName": "dev", "nodegroupName": "a" })).unwrap();
    assert!(matches!(account.held("dev", Some("a")), Due::Nodes { nodes: 0, .. }));
    assert_eq!(status(&mut account), "DELETING");
}

#[test]
fn it_ends_as_was_ordered() {
    let mut account = Account::new(1);
    let failed = Fate::Failed { code: "InsufficientFreeAddresses".to_owned(), message: "full".to_owned() };
    account.order(EksKind::Cluster, None, failed.clone());
    account.create(json!({})).unwrap();
    assert_eq!([account.status(), account.status()], ["CREATING", "FAILED"]);
    let answer = account.ask("DescribeCluster", json!({ "name": "dev" })).unwrap();
    assert_eq!(answer["cluster"]["health"]["issues"][0]["code"], "InsufficientFreeAddresses");
    account.ask("DeleteCluster", json!({ "name": "dev" })).unwrap();
    account.order(EksKind::Cluster, None, Fate::Stuck);
    assert!((0..9).all(|_| account.status() == "DELETING"));
    account.order(EksKind::Cluster, None, Fate::Well);
    assert_eq!([account.status(), account.status()], ["DELETING", "ResourceNotFoundException"]);

    let mut account = Account::active(0);
    account.order(EksKind::Nodegroup, Some("b"), failed);
    account.group("a").unwrap();
    account.group("b").unwrap();
    let mut status = |name| {
        let answer = account.ask("DescribeNodegroup", json!({ "clusterName": "dev", "nodegroupName": name })).unwrap();
        answer["nodegroup"]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!([status("a"), status("b")], ["ACTIVE", "CREATE_FAILED"]);
}

#[test]
fn a_token_makes_a_request_repeatable() {
    let mut account = Account::new(1);
    let first = account.create(json!({ "clientRequestToken": "t" })).unwrap();
    assert_eq!(account.create(json!({ "clientRequestToken": "t" })).unwrap(), first);
    assert_eq!(code(account.create(json!({ "clientRequestToken": "t", "name": "other" }))), "ResourceInUseException");
    assert_eq!(code(account.create(json!({ "clientRequestToken": "u" }))), "ResourceInUseException");
}

#[test]
fn one_kind_of_change_and_one_update_at_a_time() {
    let mut account = Account::active(1);
    let mut change =
        |change: Value| account.ask("UpdateClusterConfig", super::state::merged(&json!({ "name": "dev" }), &change));
    assert_eq!(code(change(json!({}))), "InvalidParameterException");
    let two = json!({ "deletionProtection": true, "zonalShiftConfig": { "enabled": true } });
    assert_eq!(code(change(two)), "InvalidParameterException");
    assert_eq!(code(change(json!({ "deletionProtection": false }))), "InvalidParameterException");
    let shut = json!({ "resourcesVpcConfig": { "endpointPublicAccess": false } });
    assert_eq!(code(change(shut)), "InvalidParameterException");
    let update = change(json!({ "deletionProtection": true })).unwrap();
    assert_eq!(code(change(json!({ "zonalShiftConfig": { "enabled": true } }))), "ResourceInUseException");
    let id = update["update"]["id"].clone();
    let mut described = || {
        let answer = account.ask("DescribeUpdate", json!({ "name": "dev", "updateId": id })).unwrap();
        answer["update"]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!([described(), described()], ["InProgress", "Successful"]);
    assert_eq!(code(account.ask("DeleteCluster", json!({ "name": "dev" }))), "InvalidRequestException");
}

#[test]
fn versions_go_up_one_at_a_time_and_back_only_where_they_came_from() {
    let mut account = Account::active(0);
    let mut to = |version: &str| account.ask("UpdateClusterVersion", json!({ "name": "dev", "version": version }));
    assert_eq!(code(to("1.36")), "InvalidParameterException");
    assert_eq!(code(to("1.33")), "InvalidParameterException");
    to("1.35").unwrap();
    assert_eq!(account.status(), "ACTIVE");
    let answer = account.ask("UpdateClusterVersion", json!({ "name": "dev", "version": "1.34" })).unwrap();
    assert_eq!(answer["update"]["type"], "VersionRollback");
    let id = answer["update"]["id"].clone();
    let cancelled = account.ask("CancelUpdate", json!({ "name": "dev", "updateId": id })).unwrap();
    assert_eq!(cancelled["update"]["status"], "Cancelled");
    let again = account.ask("CancelUpdate", json!({ "name": "dev", "updateId": id }));
    assert_eq!(code(again), "InvalidStateException");
    let answer = account.ask("DescribeCluster", json!({ "name": "dev" })).unwrap();
    assert_eq!((&answer["cluster"]["version"], &answer["cluster"]["status"]), (&json!("1.35"), &json!("ACTIVE")));
}

#[test]
fn node_groups_hold_their_cluster_and_nodes_make_coredns_well() {
    let mut account = Account::active(0);
    account.ask("CreateAddon", json!({ "clusterName": "dev", "addonName": "coredns" })).unwrap();
    account.ask("CreateAddon", json!({ "clusterName": "dev", "addonName": "vpc-cni" })).unwrap();
    let addon = |account: &mut Account, name: &str| {
        let answer = account.ask("DescribeAddon", json!({ "clusterName": "dev", "addonName": name })).unwrap();
        answer["addon"]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!([addon(&mut account, "coredns"), addon(&mut account, "vpc-cni")], ["DEGRADED", "ACTIVE"]);
    account.group("a").unwrap();
    assert_eq!(addon(&mut account, "coredns"), "DEGRADED");
    account.ask("DescribeNodegroup", json!({ "clusterName": "dev", "nodegroupName": "a" })).unwrap();
    assert_eq!(addon(&mut account, "coredns"), "ACTIVE");
    assert_eq!(code(account.ask("DeleteCluster", json!({ "name": "dev" }))), "ResourceInUseException");
    account.ask("DeleteNodegroup", json!({ "clusterName": "dev", "nodegroupName": "a" })).unwrap();
    let gone = account.ask("DescribeNodegroup", json!({ "clusterName": "dev", "nodegroupName": "a" }));
    assert_eq!(code(gone), "ResourceNotFoundException");
    account.ask("DeleteCluster", json!({ "name": "dev" })).unwrap();
}

#[test]
fn quotas_hold() {
    let mut account = Account::active(0);
    account.settings.quotas.clusters = 1;
    account.settings.quotas.nodegroups = 1;
    assert_eq!(code(account.create(json!({ "name": "b" }))), "ResourceLimitExceededException");
    account.group("a").unwrap();
    assert_eq!(code(account.group("b")), "ResourceLimitExceededException");
}

#[test]
fn nothing_of_one_account_is_seen_in_another() {
    let mut account = Account::active(0);
    account.place = Place::new("222222222222", "eu-central-1");
    assert_eq!(account.status(), "ResourceNotFoundException");
    assert_eq!(account.ask("ListClusters", json!({})).unwrap()["clusters"], json!([]));
}

#[test]
fn lists_come_in_pages() {
    let mut account = Account::new(0);
    for name in ["a", "b", "c"] {
        account.create(json!({ "name": name })).unwrap();
    }
    let first = account.ask("ListClusters", json!({ "maxResults": 2 })).unwrap();
    assert_eq!(first["clusters"], json!(["a", "b"]));
    let rest = account.ask("ListClusters", json!({ "nextToken": first["nextToken"] })).unwrap();
    assert_eq!(rest, json!({ "clusters": ["c"] }));
    assert_eq!(code(account.ask("ListClusters", json!({ "nextToken": "x" }))), "InvalidParameterException");
}
