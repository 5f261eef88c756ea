//! The roles of a cluster: its own, its nodes', and those of the add-ons that touch AWS. All bounded, none with a way to more.

use serde_json::{Map, Value, json};

use super::Foundation;
use crate::permissions::BOUNDARY;

/// Where roles of clusters are: `permissions` allows to make them here only.
const PATH: &str = "/kore/cluster/";

/// A role of a cluster.
struct Role {
    /// In the template.
    id: &'static str,
    /// After the cluster's name.
    suffix: &'static str,
    /// Who works as it.
    service: &'static str,
    /// What it comes with, as EKS asks for it.
    actions: &'static [&'static str],
    /// The policies of AWS that it has.
    policies: &'static [&'static str],
}

/// As whom the control plane works.
const CLUSTER: Role = Role {
    id: "ClusterRole",
    suffix: "cluster",
    service: "eks.amazonaws.com",
    // EKS tags its sessions.
    actions: &["sts:AssumeRole", "sts:TagSession"],
    policies: &["AmazonEKSClusterPolicy"],
};
/// As whom nodes work.
const NODE: Role = Role {
    id: "NodeRole",
    suffix: "node",
    service: "ec2.amazonaws.com",
    actions: &["sts:AssumeRole"],
    policies: &["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"],
};

/// The roles of a cluster with pools of nodes.
const WITH_POOLS: &[Role] = &[
    CLUSTER,
    NODE,
    Role {
        id: "NetworkRole",
        suffix: "cni",
        service: "pods.eks.amazonaws.com",
        actions: &["sts:AssumeRole", "sts:TagSession"],
        policies: &["AmazonEKS_CNI_Policy"],
    },
    Role {
        id: "StorageRole",
        suffix: "ebs",
        service: "pods.eks.amazonaws.com",
        actions: &["sts:AssumeRole", "sts:TagSession"],
        policies: &["service-role/AmazonEBSCSIDriverPolicy"],
    },
];

/// Those of one whose nodes EKS starts itself; what is on them works as the cluster and the nodes do (EKS User Guide, "Learn
/// about identity and access in EKS Auto Mode").
const AS_NEEDED: &[Role] = &[
    Role {
        policies: &[
            "AmazonEKSBlockStoragePolicy",
            "AmazonEKSClusterPolicy",
            "AmazonEKSComputePolicy",
            "AmazonEKSLoadBalancingPolicy",
            "AmazonEKSNetworkingPolicy",
        ],
        ..CLUSTER
    },
    Role { policies: &["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodeMinimalPolicy"], ..NODE },
];

const fn roles(auto_mode: bool) -> &'static [Role] {
    if auto_mode { AS_NEEDED } else { WITH_POOLS }
}

/// The roles of a cluster, as the template knows them.
pub(super) fn of(auto_mode: bool) -> Vec<&'static str> {
    roles(auto_mode).iter().map(|role| role.id).collect()
}

pub(super) fn add(resources: &mut Map<String, Value>, foundation: &Foundation<'_>) {
    for Role { id, suffix, service, actions, policies } in roles(foundation.auto_mode) {
        let policies: Vec<_> = policies
            .iter()
            .map(|policy| json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::aws:policy/{policy}") }))
            .collect();
        let trust = trusting(service, actions);
        resources.insert((*id).to_owned(), role(foundation, suffix, &trust, ("ManagedPolicyArns", json!(policies))));
    }
    let writes = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "Resource": { "Fn::GetAtt": ["FlowLogs", "Arn"] },
    }] });
    let trust = trusting("vpc-flow-logs.amazonaws.com", &["sts:AssumeRole"]);
    let own = ("Policies", json!([{ "PolicyName": "flows", "PolicyDocument": writes }]));
    resources.insert("FlowRole".to_owned(), role(foundation, "flows", &trust, own));
}

/// A bounded role with the policies that it has.
fn role(foundation: &Foundation<'_>, suffix: &str, trust: &Value, (policies, given): (&str, Value)) -> Value {
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": format!("{}-{suffix}", foundation.name),
            "Path": PATH,
            "PermissionsBoundary": { "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{BOUNDARY}") },
            "AssumeRolePolicyDocument": trust,
            policies: given,
        },
    })
}

fn trusting(service: &str, actions: &[&str]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": service }, "Action": actions,
    }] })
}
