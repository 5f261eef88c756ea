//! How each type of resource is made and deleted: by the same calls that CloudFormation makes, in the name of the stack's
//! role (CloudFormation template reference).

mod ec2;
mod iam;
mod other;

use serde_json::{Map, Value, json};

use self::iam::Whose;
use super::template::text_of;
use crate::{
    front::{Call, Front},
    identity::Identity,
    moto::{self, Place},
    refusal::Refusal,
    wire::{Scope, tree},
};

/// Makes and deletes in the name of a stack's role.
pub(super) struct Maker<'a> {
    pub(super) front: &'a Front,
    pub(super) identity: &'a Identity,
    pub(super) place: &'a Place,
    /// The stack's own tags.
    pub(super) tags: &'a [(String, String)],
    /// Tags that CloudFormation puts by itself.
    pub(super) own: Vec<(String, String)>,
    /// What unnamed resources are named by.
    pub(super) prefix: String,
}

/// A resource that is made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Made {
    pub(super) physical: String,
    pub(super) attributes: Map<String, Value>,
}

impl Made {
    fn new(physical: impl Into<String>, attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        Self { physical: physical.into(), attributes }
    }
}

pub(super) type Properties = Map<String, Value>;

/// The types that there are, each with the properties that are known.
const TYPES: [(&str, &[&str]); 19] = [
    ("AWS::EC2::VPC", &["CidrBlock", "EnableDnsSupport", "EnableDnsHostnames", "Tags"]),
    ("AWS::EC2::InternetGateway", &["Tags"]),
    ("AWS::EC2::VPCGatewayAttachment", &["VpcId", "InternetGatewayId"]),
    ("AWS::EC2::Subnet", &["VpcId", "AvailabilityZone", "CidrBlock", "MapPublicIpOnLaunch", "Tags"]),
    ("AWS::EC2::EIP", &["Domain", "Tags"]),
    ("AWS::EC2::NatGateway", &["AllocationId", "SubnetId", "ConnectivityType", "Tags"]),
    ("AWS::EC2::RouteTable", &["VpcId", "Tags"]),
    ("AWS::EC2::Route", &["RouteTableId", "DestinationCidrBlock", "GatewayId", "NatGatewayId"]),
    ("AWS::EC2::SubnetRouteTableAssociation", &["SubnetId", "RouteTableId"]),
    (
        "AWS::EC2::VPCEndpoint",
        &[
            "VpcId",
            "VpcEndpointType",
            "RouteTableIds",
            "ServiceName",
            "SubnetIds",
            "SecurityGroupIds",
            "PrivateDnsEnabled",
            "Tags",
        ],
    ),
    (
        "AWS::EC2::FlowLog",
        &["ResourceId", "ResourceType", "TrafficType", "LogGroupName", "DeliverLogsPermissionArn", "Tags"],
    ),
    ("AWS::EC2::SecurityGroup", &["GroupDescription", "GroupName", "VpcId", "Tags"]),
    ("AWS::Logs::LogGroup", &["LogGroupName", "RetentionInDays", "Tags"]),
    ("AWS::KMS::Key", &["Description", "EnableKeyRotation", "PendingWindowInDays", "KeyPolicy", "Tags"]),
    ("AWS::KMS::Alias", &["AliasName", "TargetKeyId"]),
    (
        "AWS::IAM::Role",
        &[
            "RoleName",
            "Path",
            "Description",
            "PermissionsBoundary",
            "AssumeRolePolicyDocument",
            "ManagedPolicyArns",
            "Policies",
            "MaxSessionDuration",
            "Tags",
        ],
    ),
    ("AWS::IAM::User", &["UserName", "Path", "PermissionsBoundary", "ManagedPolicyArns", "Policies", "Tags"]),
    ("AWS::IAM::ManagedPolicy", &["ManagedPolicyName", "Description", "PolicyDocument", "Path"]),
    ("AWS::IAM::OIDCProvider", &["Url", "ClientIdList", "ThumbprintList", "Tags"]),
];

/// Whether a resource is one that can be made.
///
/// # Errors
/// In AWS's words, for types and properties that are not known.
pub(super) fn known(id: &str, kind: &str, properties: &Value) -> Result<(), String> {
    let (_, names) = TYPES
        .iter()
        .find(|(name, _)| *name == kind)
        .ok_or_else(|| format!("Template format error: Unrecognized resource types: [{kind}]"))?;
    let extraneous = properties.as_object().into_iter().flatten().find(|(name, _)| !names.contains(&name.as_str()));
    match extraneous {
        Some((name, _)) => Err(format!(
            "Properties validation failed for resource {id} with message: extraneous key [{name}] is not permitted"
        )),
        None => Ok(()),
    }
}

/// Whether the template makes roles or policies, for which capabilities are asked.
pub(super) fn is_iam(kind: &str) -> bool {
    ["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::ManagedPolicy"].contains(&kind)
}

impl Maker<'_> {
    /// Makes a resource. What is set of it afterwards [`Maker::finish`] sets.
    ///
    /// # Errors
    /// What the service refuses; then nothing is there.
    pub(super) async fn create(&self, kind: &str, properties: &Properties) -> Result<Made, Refusal> {
        match kind {
            kind if kind.starts_with("AWS::EC2::") => ec2::create(self, kind, properties).await,
            kind if kind.starts_with("AWS::IAM::") => iam::create(self, kind, properties).await,
            _ => other::create(self, kind, properties).await,
        }
    }

    /// Sets what is set of a resource once it is there.
    ///
    /// # Errors
    /// What the service refuses; the resource is there all the same.
    pub(super) async fn finish(&self, kind: &str, made: &Made, properties: &Properties) -> Result<(), Refusal> {
        match kind {
            kind if kind.starts_with("AWS::EC2::") => ec2::finish(self, kind, made, properties).await,
            "AWS::IAM::Role" => iam::equip(self, Whose::Role, &made.physical, properties).await,
            "AWS::IAM::User" => iam::equip(self, Whose::User, &made.physical, properties).await,
            "AWS::KMS::Key" => other::rotate(self, &made.physical, properties).await,
            "AWS::Logs::LogGroup" => other::retain(self, &made.physical, properties).await,
            _ => Ok(()),
        }
    }

    /// Deletes a resource; one that is gone is deleted.
    ///
    /// # Errors
    /// What the service refuses.
    pub(super) async fn delete(&self, kind: &str, made: &Made, properties: &Properties) -> Result<(), Refusal> {
        let done = match kind {
            kind if kind.starts_with("AWS::EC2::") => ec2::delete(self, kind, made, properties).await,
            kind if kind.starts_with("AWS::IAM::") => iam::delete(self, kind, made).await,
            _ => other::delete(self, kind, made, properties).await,
        };
        match done {
            Err(refusal) if is_gone(refusal.code()) => Ok(()),
            done => done,
        }
    }

    /// Changes a resource where it is. `None` when it has to be replaced.
    ///
    /// # Errors
    /// What the service refuses.
    pub(super) async fn update(
        &self,
        kind: &str,
        made: &Made,
        was: &Properties,
        is: &Properties,
    ) -> Option<Result<(), Refusal>> {
        let mut changed = is.keys().chain(was.keys()).filter(|name| was.get(*name) != is.get(*name));
        match kind {
            "AWS::IAM::Role" if changed.all(|name| iam::CHANGEABLE.contains(&name.as_str())) => {
                Some(iam::update(self, made, was, is).await)
            }
            "AWS::Logs::LogGroup" if changed.all(|name| name == "RetentionInDays") => {
                Some(other::retain(self, &made.physical, is).await)
            }
            _ => None,
        }
    }

    /// A request in the query protocol; the answer as a tree.
    async fn query(&self, service: &str, action: &str, parameters: &[(String, String)]) -> Result<Value, Refusal> {
        let scope =
            Scope { key: "CLOUDFORMATION".to_owned(), region: self.place.region.clone(), service: service.to_owned() };
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request = moto::form(&scope, action, &parameters);
        let answer = self.front.ask(Call::for_service("cloudformation", self.identity, scope, request)).await?;
        Ok(tree(answer.text()))
    }

    /// A request in the JSON protocol.
    async fn json(&self, service: &str, operation: &str, body: &Value) -> Result<Value, Refusal> {
        let scope =
            Scope { key: "CLOUDFORMATION".to_owned(), region: self.place.region.clone(), service: service.to_owned() };
        let request = moto::document(&scope, operation, body);
        let answer = self.front.ask(Call::for_service("cloudformation", self.identity, scope, request)).await?;
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    /// The stack's tags and those of the resource, which go before them.
    fn tagged(&self, properties: &Properties) -> Vec<(String, String)> {
        let mut tags = self.tags.to_vec();
        for tag in properties.get("Tags").and_then(Value::as_array).into_iter().flatten() {
            let part = |name: &str| tag.get(name).map(text_of).unwrap_or_default();
            tags.retain(|(key, _)| *key != part("Key"));
            tags.push((part("Key"), part("Value")));
        }
        tags
    }
}

fn is_gone(code: &str) -> bool {
    let words = [
        ".NotFound",
        "NotFound",
        "NoSuchEntity",
        "ResourceNotFoundException",
        "NotFoundException",
        "Gateway.NotAttached",
    ];
    words.iter().any(|word| code.ends_with(word))
}

/// A text property.
fn text(properties: &Properties, name: &str) -> String {
    properties.get(name).map(text_of).unwrap_or_default()
}

/// These properties as parameters of the same names.
fn same(properties: &Properties, names: &[&str]) -> Vec<(String, String)> {
    names
        .iter()
        .filter(|name| properties.contains_key(**name))
        .map(|name| ((*name).to_owned(), text(properties, name)))
        .collect()
}

fn list(properties: &Properties, name: &str) -> Vec<String> {
    properties.get(name).and_then(Value::as_array).into_iter().flatten().map(text_of).collect()
}
