//! The network: a public and a private subnet in each zone, and the ways out.

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

use super::{Egress, Foundation, reference};

/// Bits by which a private subnet is smaller than the network: quarters, of which the last is cut up for the public ones.
const PRIVATE_BITS: u8 = 2;
/// Bits by which a public subnet is: load balancers and gateways need few addresses.
const PUBLIC_BITS: u8 = 6;

/// The subnet of this number, of those that are by so many bits smaller.
fn part(cidr: Ipv4Net, bits: u8, number: usize) -> Option<Ipv4Net> {
    cidr.subnets(cidr.prefix_len() + bits).ok()?.nth(number)
}

/// The private subnets, and the public ones, a pair for each zone.
pub(super) fn subnets(cidr: Ipv4Net, zones: usize) -> Vec<(Ipv4Net, Ipv4Net)> {
    // The public ones begin with the last quarter.
    let first_public = 3 << (PUBLIC_BITS - PRIVATE_BITS);
    (0..zones)
        .filter_map(|zone| Some((part(cidr, PRIVATE_BITS, zone)?, part(cidr, PUBLIC_BITS, first_public + zone)?)))
        .collect()
}

pub(super) fn add(resources: &mut Map<String, Value>, foundation: &Foundation<'_>) {
    let mut make = |name: String, kind: &str, properties: Value| {
        resources.insert(name, json!({ "Type": kind, "Properties": properties }));
    };
    make(
        "Vpc".into(),
        "AWS::EC2::VPC",
        json!({
            "CidrBlock": foundation.cidr.to_string(), "EnableDnsSupport": true, "EnableDnsHostnames": true,
            "Tags": [tag("Name", foundation.name)],
        }),
    );
    make("Internet".into(), "AWS::EC2::InternetGateway", json!({ "Tags": [tag("Name", foundation.name)] }));
    make(
        "Attached".into(),
        "AWS::EC2::VPCGatewayAttachment",
        json!({
            "VpcId": reference("Vpc"), "InternetGatewayId": reference("Internet"),
        }),
    );
    make("PublicRoutes".into(), "AWS::EC2::RouteTable", json!({ "VpcId": reference("Vpc") }));
    for (zone, (private, public)) in subnets(foundation.cidr, foundation.zones.len()).into_iter().enumerate() {
        let name = foundation.zones.get(zone).copied().unwrap_or_default();
        for (kind, range, role) in
            [("Public", public, "kubernetes.io/role/elb"), ("Private", private, "kubernetes.io/role/internal-elb")]
        {
            make(
                format!("{kind}Subnet{zone}"),
                "AWS::EC2::Subnet",
                json!({
                    "VpcId": reference("Vpc"), "AvailabilityZone": name, "CidrBlock": range.to_string(),
                    // Only what asks for it has a public address.
                    "MapPublicIpOnLaunch": false,
                    "Tags": [tag(role, "1"), tag("Name", &format!("{} {}", foundation.name, kind.to_lowercase()))],
                }),
            );
        }
        let gateway = match foundation.egress {
            Egress::OneGateway => 0,
            Egress::GatewayInEachZone => zone,
        };
        if gateway == zone {
            make(format!("Address{zone}"), "AWS::EC2::EIP", json!({ "Domain": "vpc" }));
            make(
                format!("Gateway{zone}"),
                "AWS::EC2::NatGateway",
                json!({
                    "AllocationId": { "Fn::GetAtt": [format!("Address{zone}"), "AllocationId"] },
                    "SubnetId": reference(&format!("PublicSubnet{zone}")),
                }),
            );
        }
        make(format!("PrivateRoutes{zone}"), "AWS::EC2::RouteTable", json!({ "VpcId": reference("Vpc") }));
        make(
            format!("WayOut{zone}"),
            "AWS::EC2::Route",
            json!({
                "RouteTableId": reference(&format!("PrivateRoutes{zone}")), "DestinationCidrBlock": "0.0.0.0/0",
                "NatGatewayId": reference(&format!("Gateway{gateway}")),
            }),
        );
        for (kind, routes) in [("Public", "PublicRoutes".to_owned()), ("Private", format!("PrivateRoutes{zone}"))] {
            make(
                format!("{kind}Routed{zone}"),
                "AWS::EC2::SubnetRouteTableAssociation",
                json!({
                    "SubnetId": reference(&format!("{kind}Subnet{zone}")), "RouteTableId": reference(&routes),
                }),
            );
        }
    }
    let tables: Vec<_> = (0..foundation.zones.len()).map(|zone| reference(&format!("PrivateRoutes{zone}"))).collect();
    // Images come from S3: not by way of the NAT gateway, which is paid by the byte.
    make(
        "Storage".into(),
        "AWS::EC2::VPCEndpoint",
        json!({
            "VpcId": reference("Vpc"), "VpcEndpointType": "Gateway", "RouteTableIds": tables,
            "ServiceName": { "Fn::Sub": "com.amazonaws.${AWS::Region}.s3" },
        }),
    );
    make(
        "PublicWayOut".into(),
        "AWS::EC2::Route",
        json!({
            "RouteTableId": reference("PublicRoutes"), "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": reference("Internet"),
        }),
    );
    // What goes by the Internet gateway is made once that is attached, and gone before it is taken off (CloudFormation
    // template reference, `AWS::EC2::EIP`).
    for (name, resource) in resources.iter_mut() {
        let goes_by_it = ["Address", "Gateway", "PublicWayOut"].iter().any(|kind| name.starts_with(kind));
        if goes_by_it && let Some(resource) = resource.as_object_mut() {
            resource.insert("DependsOn".to_owned(), json!("Attached"));
        }
    }
}

fn tag(key: &str, value: &str) -> Value {
    json!({ "Key": key, "Value": value })
}
