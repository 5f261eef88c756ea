//! Networks.

use serde_json::Value;

use super::{Made, Maker, Properties, list, same, text};
use crate::refusal::Refusal;

/// The operation that makes a type, the properties that are parameters of it, what it calls the type in tags, where the id is.
type Row = (&'static str, &'static str, &'static [&'static str], &'static str, &'static str);
const SIMPLE: [Row; 8] = [
    ("AWS::EC2::VPC", "CreateVpc", &["CidrBlock"], "vpc", "/vpc/vpcId"),
    (
        "AWS::EC2::InternetGateway",
        "CreateInternetGateway",
        &[],
        "internet-gateway",
        "/internetGateway/internetGatewayId",
    ),
    ("AWS::EC2::Subnet", "CreateSubnet", &["VpcId", "AvailabilityZone", "CidrBlock"], "subnet", "/subnet/subnetId"),
    ("AWS::EC2::EIP", "AllocateAddress", &["Domain"], "elastic-ip", "/allocationId"),
    (
        "AWS::EC2::NatGateway",
        "CreateNatGateway",
        &["AllocationId", "SubnetId", "ConnectivityType"],
        "natgateway",
        "/natGateway/natGatewayId",
    ),
    ("AWS::EC2::RouteTable", "CreateRouteTable", &["VpcId"], "route-table", "/routeTable/routeTableId"),
    (
        "AWS::EC2::VPCEndpoint",
        "CreateVpcEndpoint",
        &["VpcId", "VpcEndpointType", "ServiceName", "PrivateDnsEnabled"],
        "vpc-endpoint",
        "/vpcEndpoint/vpcEndpointId",
    ),
    ("AWS::EC2::SecurityGroup", "CreateSecurityGroup", &["VpcId"], "security-group", "/groupId"),
];

pub(super) async fn create(maker: &Maker<'_>, kind: &str, properties: &Properties) -> Result<Made, Refusal> {
    if let Some((_, action, names, tagged, at)) = SIMPLE.iter().find(|(name, ..)| *name == kind) {
        let mut parameters = same(properties, names);
        parameters.extend(tags(maker, properties, tagged));
        for (name, parameter) in
            [("RouteTableIds", "RouteTableId"), ("SubnetIds", "SubnetId"), ("SecurityGroupIds", "SecurityGroupId")]
        {
            let numbered = list(properties, name).into_iter().enumerate();
            parameters.extend(numbered.map(|(at, id)| (format!("{parameter}.{}", at + 1), id)));
        }
        if kind == "AWS::EC2::SecurityGroup" {
            let named = text(properties, "GroupName");
            parameters.push(("GroupName".to_owned(), if named.is_empty() { maker.prefix.clone() } else { named }));
            parameters.push(("GroupDescription".to_owned(), text(properties, "GroupDescription")));
        }
        let answer = maker.query("ec2", action, &parameters).await?;
        return made(kind, properties, &answer, &at_path(&answer, at)?);
    }
    match kind {
        "AWS::EC2::VPCGatewayAttachment" => {
            maker.query("ec2", "AttachInternetGateway", &same(properties, &["VpcId", "InternetGatewayId"])).await?;
            Ok(Made::new(format!("IGW|{}", text(properties, "VpcId")), &[]))
        }
        "AWS::EC2::Route" => {
            let names = ["RouteTableId", "DestinationCidrBlock", "GatewayId", "NatGatewayId"];
            maker.query("ec2", "CreateRoute", &same(properties, &names)).await?;
            let id = format!("{}|{}", text(properties, "RouteTableId"), text(properties, "DestinationCidrBlock"));
            Ok(Made::new(id, &[]))
        }
        "AWS::EC2::SubnetRouteTableAssociation" => {
            let answer =
                maker.query("ec2", "AssociateRouteTable", &same(properties, &["SubnetId", "RouteTableId"])).await?;
            Ok(Made::new(at_path(&answer, "/associationId")?, &[]))
        }
        "AWS::EC2::FlowLog" => {
            let mut parameters =
                same(properties, &["ResourceType", "TrafficType", "LogGroupName", "DeliverLogsPermissionArn"]);
            parameters.push(("ResourceId.1".to_owned(), text(properties, "ResourceId")));
            parameters.extend(tags(maker, properties, "vpc-flow-log"));
            let answer = maker.query("ec2", "CreateFlowLogs", &parameters).await?;
            if let Some(message) = answer.pointer("/unsuccessful/0/error/message").and_then(Value::as_str) {
                return Err(Refusal::new(400, "InvalidParameterValue", message));
            }
            Ok(Made::new(at_path(&answer, "/flowLogIdSet/0")?, &[]))
        }
        _ => Err(unknown(kind)),
    }
}

/// A thing that was made, with the attributes that it has.
fn made(kind: &str, properties: &Properties, answer: &Value, id: &str) -> Result<Made, Refusal> {
    Ok(match kind {
        "AWS::EC2::VPC" => Made::new(id, &[("VpcId", id), ("CidrBlock", &text(properties, "CidrBlock"))]),
        "AWS::EC2::Subnet" => Made::new(id, &[("SubnetId", id), ("VpcId", &text(properties, "VpcId"))]),
        "AWS::EC2::EIP" => {
            let address = at_path(answer, "/publicIp")?;
            Made::new(address.clone(), &[("AllocationId", id), ("PublicIp", &address)])
        }
        "AWS::EC2::NatGateway" => Made::new(id, &[("NatGatewayId", id)]),
        "AWS::EC2::RouteTable" => Made::new(id, &[("RouteTableId", id)]),
        "AWS::EC2::InternetGateway" => Made::new(id, &[("InternetGatewayId", id)]),
        "AWS::EC2::SecurityGroup" => Made::new(id, &[("GroupId", id), ("VpcId", &text(properties, "VpcId"))]),
        _ => Made::new(id, &[("Id", id)]),
    })
}

/// What is set once a thing is there: the tags that CloudFormation puts by itself, and what no request takes that makes it.
pub(super) async fn finish(maker: &Maker<'_>, kind: &str, made: &Made, properties: &Properties) -> Result<(), Refusal> {
    if SIMPLE.iter().any(|(name, ..)| *name == kind) {
        own_tags(maker, id_of(made)).await?;
    }
    let (action, thing, names): (_, _, &[&str]) = match kind {
        "AWS::EC2::VPC" => ("ModifyVpcAttribute", "VpcId", &["EnableDnsSupport", "EnableDnsHostnames"]),
        "AWS::EC2::Subnet" if properties.get("MapPublicIpOnLaunch").is_some_and(text_is_true) => {
            ("ModifySubnetAttribute", "SubnetId", &["MapPublicIpOnLaunch"])
        }
        _ => return Ok(()),
    };
    // A request changes one attribute.
    for name in names.iter().filter(|name| properties.contains_key(**name)) {
        let parameters = [(thing.to_owned(), made.physical.clone()), (format!("{name}.Value"), text(properties, name))];
        maker.query("ec2", action, &parameters).await?;
    }
    Ok(())
}

/// The id that EC2 knows a thing by; CloudFormation calls an address by itself.
fn id_of(made: &Made) -> &str {
    made.attributes.get("AllocationId").and_then(Value::as_str).unwrap_or(&made.physical)
}

pub(super) async fn delete(maker: &Maker<'_>, kind: &str, made: &Made, properties: &Properties) -> Result<(), Refusal> {
    let id = made.physical.clone();
    let (action, parameters) = match kind {
        "AWS::EC2::VPC" => ("DeleteVpc", vec![("VpcId".to_owned(), id)]),
        "AWS::EC2::InternetGateway" => ("DeleteInternetGateway", vec![("InternetGatewayId".to_owned(), id)]),
        "AWS::EC2::VPCGatewayAttachment" => {
            ("DetachInternetGateway", same(properties, &["VpcId", "InternetGatewayId"]))
        }
        "AWS::EC2::Subnet" => ("DeleteSubnet", vec![("SubnetId".to_owned(), id)]),
        "AWS::EC2::EIP" => ("ReleaseAddress", vec![("AllocationId".to_owned(), id_of(made).to_owned())]),
        "AWS::EC2::NatGateway" => ("DeleteNatGateway", vec![("NatGatewayId".to_owned(), id)]),
        "AWS::EC2::RouteTable" => ("DeleteRouteTable", vec![("RouteTableId".to_owned(), id)]),
        "AWS::EC2::Route" => ("DeleteRoute", same(properties, &["RouteTableId", "DestinationCidrBlock"])),
        "AWS::EC2::SubnetRouteTableAssociation" => ("DisassociateRouteTable", vec![("AssociationId".to_owned(), id)]),
        "AWS::EC2::VPCEndpoint" => ("DeleteVpcEndpoints", vec![("VpcEndpointId.1".to_owned(), id)]),
        "AWS::EC2::FlowLog" => ("DeleteFlowLogs", vec![("FlowLogId.1".to_owned(), id)]),
        "AWS::EC2::SecurityGroup" => ("DeleteSecurityGroup", vec![("GroupId".to_owned(), id)]),
        _ => return Err(unknown(kind)),
    };
    maker.query("ec2", action, &parameters).await.map(|_| ())
}

fn unknown(kind: &str) -> Refusal {
    Refusal::new(400, "ValidationError", format!("{kind} is not known"))
}

fn text_is_true(value: &Value) -> bool {
    super::text_of(value) == "true"
}

fn at_path(answer: &Value, path: &str) -> Result<String, Refusal> {
    let found = answer.pointer(path).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .ok_or_else(|| Refusal::new(500, "InternalError", format!("moto's answer has no {path}: {answer}")))
}

fn tags(maker: &Maker<'_>, properties: &Properties, kind: &str) -> Vec<(String, String)> {
    let tags = maker.tagged(properties);
    if tags.is_empty() {
        return Vec::new();
    }
    let mut parameters = vec![("TagSpecification.1.ResourceType".to_owned(), kind.to_owned())];
    for (at, (key, value)) in tags.into_iter().enumerate() {
        parameters.push((format!("TagSpecification.1.Tag.{}.Key", at + 1), key));
        parameters.push((format!("TagSpecification.1.Tag.{}.Value", at + 1), value));
    }
    parameters
}

/// The tags that CloudFormation puts by itself, which nobody is asked for.
async fn own_tags(maker: &Maker<'_>, id: &str) -> Result<(), Refusal> {
    let mut parameters = vec![("ResourceId.1".to_owned(), id.to_owned())];
    for (at, (key, value)) in maker.own.iter().enumerate() {
        parameters.push((format!("Tag.{}.Key", at + 1), key.clone()));
        parameters.push((format!("Tag.{}.Value", at + 1), value.clone()));
    }
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    maker.front.moto.query(maker.place, "ec2", "CreateTags", &parameters).await.map(|_| ())
}
