//! What is below a cluster: network, key, roles and logs, as one CloudFormation stack, so that it is made, looked at and
//! removed as one, in order (EKS User Guide, "Amazon EKS networking requirements for VPC and subnets" and "Amazon EKS cluster
//! IAM role"). The stack's own tags, which say whose it is, are put by CloudFormation on everything in it.

mod network;
mod roles;

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

/// Addresses that AWS keeps of each subnet (VPC User Guide, "Subnet CIDR blocks").
const KEPT: usize = 5;

/// Addresses that a network of this range has for nodes and pods in each of its zones.
#[must_use]
pub fn addresses(range: Ipv4Net) -> usize {
    let private = network::subnets(range, 1).first().map(|(private, _)| 1_usize << (32 - private.prefix_len()));
    private.unwrap_or_default().saturating_sub(KEPT)
}

/// How nodes reach the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Egress {
    /// By one NAT gateway: cheaper, and gone with its zone.
    OneGateway,
    /// By a gateway in each zone.
    GatewayInEachZone,
}

/// What the foundation of a cluster is to be.
#[derive(Debug, Clone)]
pub struct Foundation<'a> {
    /// Name of the cluster in AWS, as `kore-payments-prod-1a2b`.
    pub name: &'a str,
    /// Addresses of its network: a range of 16 to 22 bits.
    pub cidr: Ipv4Net,
    /// Names of two or three zones, as `eu-central-1a`.
    pub zones: &'a [&'a str],
    /// How nodes reach the world.
    pub egress: Egress,
    /// Whether EKS starts nodes itself, and keeps what is on them (EKS Auto Mode).
    pub auto_mode: bool,
    /// Days for which logs are kept, one that CloudWatch knows (API reference, `PutRetentionPolicy`).
    pub retention_days: u16,
    /// Days until a deleted key is gone, 7 to 30: so long what it encrypted can be saved.
    pub key_days: u8,
}

/// Why there is no such foundation.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoundationError {
    /// EKS wants subnets in two zones at least; the range is cut for three at most.
    #[error("a cluster is in two or three zones, not in {0}")]
    Zones(usize),
    /// VPCs have at most 16 bits of network, and smaller ones than 22 hold no cluster.
    #[error("a cluster's network has 16 to 22 bits, and {0} has not")]
    Size(Ipv4Net),
}

impl Foundation<'_> {
    /// The template of the stack. It is applied with the capability `CAPABILITY_NAMED_IAM`.
    ///
    /// # Errors
    /// For zones or a range that there is no network of.
    pub fn template(&self) -> Result<Value, FoundationError> {
        if !(2..=3).contains(&self.zones.len()) {
            return Err(FoundationError::Zones(self.zones.len()));
        }
        if !(16..=22).contains(&self.cidr.prefix_len()) {
            return Err(FoundationError::Size(self.cidr));
        }
        let mut resources = Map::new();
        network::add(&mut resources, self);
        roles::add(&mut resources, self);
        self.logs_and_key(&mut resources);
        let of_each = |prefix: &str| -> Vec<Value> {
            (0..self.zones.len()).map(|zone| reference(&format!("{prefix}{zone}"))).collect()
        };
        let joined = |prefix: &str| json!({ "Fn::Join": [",", of_each(prefix)] });
        let mut outputs = Map::from_iter([
            ("Vpc".to_owned(), json!({ "Value": reference("Vpc") })),
            ("PublicSubnets".to_owned(), json!({ "Value": joined("PublicSubnet") })),
            ("PrivateSubnets".to_owned(), json!({ "Value": joined("PrivateSubnet") })),
            ("Key".to_owned(), json!({ "Value": arn("Key") })),
        ]);
        outputs.extend(roles::of(self.auto_mode).iter().map(|id| (id.to_string(), json!({ "Value": arn(id) }))));
        Ok(json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": format!("What is below the cluster {}; Kore keeps it", self.name),
            "Resources": resources,
            "Outputs": outputs,
        }))
    }

    fn logs_and_key(&self, resources: &mut Map<String, Value>) {
        // Made before the cluster, which would else make it without an end.
        resources.insert(
            "ClusterLogs".to_owned(),
            log_group(&format!("/aws/eks/{}/cluster", self.name), self.retention_days),
        );
        resources
            .insert("FlowLogs".to_owned(), log_group(&format!("/aws/eks/{}/flows", self.name), self.retention_days));
        resources.insert(
            "Flows".to_owned(),
            json!({
                "Type": "AWS::EC2::FlowLog",
                "Properties": {
                    "ResourceId": reference("Vpc"), "ResourceType": "VPC", "TrafficType": "ALL",
                    "LogGroupName": reference("FlowLogs"), "DeliverLogsPermissionArn": arn("FlowRole"),
                },
            }),
        );
        resources.insert(
            "Key".to_owned(),
            json!({
                "Type": "AWS::KMS::Key",
                "Properties": {
                    "Description": format!("Secrets of the cluster {}", self.name),
                    "EnableKeyRotation": true,
                    "PendingWindowInDays": self.key_days,
                    // Whoever may what with it is said by roles of the account.
                    "KeyPolicy": { "Version": "2012-10-17", "Statement": [{
                        "Effect": "Allow", "Action": "kms:*", "Resource": "*",
                        "Principal": { "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } },
                    }] },
                },
            }),
        );
    }
}

fn log_group(name: &str, days: u16) -> Value {
    json!({ "Type": "AWS::Logs::LogGroup", "Properties": { "LogGroupName": name, "RetentionInDays": days } })
}

fn reference(name: &str) -> Value {
    json!({ "Ref": name })
}

fn arn(name: &str) -> Value {
    json!({ "Fn::GetAtt": [name, "Arn"] })
}
