//! Amazon EC2, as far as moto is too lax: what is used cannot be deleted, and there is not
//! more of anything than an account may have (Amazon VPC User Guide, "Delete your subnet", "Delete your VPC", "Detach an
//! internet gateway"; "Amazon VPC quotas").

use serde_json::Value;

use crate::{
    front::{Call, Front},
    machines,
    moto::Place,
    protocol::{self, Trouble},
    refusal::Refusal,
    wire::{Outcome, tree},
};

pub(crate) async fn handle(front: &Front, call: &Call) -> Outcome {
    let form = call.request.form();
    let field =
        |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let place = call.place();
    match call.operation.as_str() {
        "DeleteSubnet" => {
            let id = field("SubnetId");
            let used = any(front, &place, "DescribeNetworkInterfaces", "subnet-id", &id, "networkInterfaceSet").await?;
            free(!used, || format!("The subnet '{id}' has dependencies and cannot be deleted."))?;
        }
        "DeleteSecurityGroup" => {
            let id = field("GroupId");
            let used = any(front, &place, "DescribeNetworkInterfaces", "group-id", &id, "networkInterfaceSet").await?;
            free(!used, || format!("resource {id} has a dependent object"))?;
        }
        "DetachInternetGateway" => {
            let vpc = field("VpcId");
            let used = gateways(front, &place, &vpc).await?;
            free(!used, || {
                format!(
                    "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
                )
            })?;
        }
        "DeleteVpc" => {
            let id = field("VpcId");
            free(!holds_more(front, &place, &id).await?, || {
                format!("The vpc '{id}' has dependencies and cannot be deleted.")
            })?;
        }
        "ReleaseAddress" => {
            let id = field("AllocationId");
            let used = of_gateway(front, &place, &id).await?;
            let message = format!("The address with allocation id {id} is in use.");
            if used {
                return Err(Refusal::new(400, "InvalidIPAddress.InUse", message));
            }
        }
        "DeleteNatGateway" => return delete_gateway(front, call, &place, &field("NatGatewayId")).await,
        "CreateVpc" => quota(front, call, "DescribeVpcs", "vpcSet", front.settings().quotas.vpcs).await?,
        "AllocateAddress" => {
            quota(front, call, "DescribeAddresses", "addressesSet", front.settings().quotas.addresses).await?;
        }
        "RunInstances" => {
            let count = field("MinCount").parse().unwrap_or(1);
            let is_spot = field("InstanceMarketOptions.MarketType") == "spot";
            machines::room(front, &place, &field("InstanceType"), is_spot, count).await?;
        }
        _ => {}
    }
    front.forward(call).await
}

/// What is not as the model has it (EC2 API reference, "Error codes").
fn free(free: bool, message: impl FnOnce() -> String) -> Result<(), Refusal> {
    if free { Ok(()) } else { Err(Refusal::new(400, "DependencyViolation", message())) }
}

pub(crate) async fn items(
    front: &Front,
    place: &Place,
    action: &str,
    parameters: &[(&str, &str)],
    set: &str,
) -> Result<Vec<Value>, Refusal> {
    let answer = tree(&front.moto.query(place, "ec2", action, parameters).await?);
    Ok(answer.get(set).and_then(Value::as_array).cloned().unwrap_or_default())
}

async fn any(
    front: &Front,
    place: &Place,
    action: &str,
    filter: &str,
    value: &str,
    set: &str,
) -> Result<bool, Refusal> {
    let parameters = [("Filter.1.Name", filter), ("Filter.1.Value.1", value)];
    items(front, place, action, &parameters, set).await.map(|found| !found.is_empty())
}

/// NAT gateways, and the addresses they have.
async fn nat(front: &Front, place: &Place, vpc: Option<&str>) -> Result<Vec<Value>, Refusal> {
    let all = items(front, place, "DescribeNatGateways", &[], "natGatewaySet").await?;
    let text = |gateway: &Value, name: &str| gateway.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let there = all.into_iter().filter(|gateway| text(gateway, "state") != "deleted");
    Ok(there.filter(|gateway| vpc.is_none_or(|vpc| text(gateway, "vpcId") == vpc)).collect())
}

async fn gateways(front: &Front, place: &Place, vpc: &str) -> Result<bool, Refusal> {
    nat(front, place, Some(vpc)).await.map(|found| !found.is_empty())
}

async fn of_gateway(front: &Front, place: &Place, allocation: &str) -> Result<bool, Refusal> {
    let found = nat(front, place, None).await?;
    Ok(found.iter().any(|gateway| gateway.to_string().contains(&format!("\"{allocation}\""))))
}

/// A gateway's interface goes with it, and its address is free then; moto leaves both as they are.
async fn delete_gateway(front: &Front, call: &Call, place: &Place, id: &str) -> Outcome {
    let there = nat(front, place, None).await?;
    let answer = front.forward(call).await?;
    let gateway = there.iter().find(|gateway| gateway.get("natGatewayId").and_then(Value::as_str) == Some(id));
    if let Some(gateway) = gateway.filter(|_| answer.status.is_success()) {
        let of = |name: &str| gateway.pointer(&format!("/natGatewayAddressSet/0/{name}")).and_then(Value::as_str);
        if let Some(allocation) = of("allocationId") {
            let filter = [("AllocationId.1", allocation)];
            for address in items(front, place, "DescribeAddresses", &filter, "addressesSet").await? {
                if let Some(association) = address.get("associationId").and_then(Value::as_str) {
                    let parameters = [("AssociationId", association)];
                    front.moto.query(place, "ec2", "DisassociateAddress", &parameters).await?;
                }
            }
        }
        if let Some(interface) = of("networkInterfaceId") {
            let parameters = [("NetworkInterfaceId", interface)];
            front.moto.query(place, "ec2", "DeleteNetworkInterface", &parameters).await?;
        }
    }
    Ok(answer)
}

/// What moto lets a network take with it.
async fn holds_more(front: &Front, place: &Place, vpc: &str) -> Result<bool, Refusal> {
    let groups = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", vpc)];
    let groups = items(front, place, "DescribeSecurityGroups", &groups, "securityGroupInfo").await?;
    let own = |group: &Value| group.get("groupName").and_then(Value::as_str) != Some("default");
    Ok(groups.iter().any(own)
        || any(front, place, "DescribeInternetGateways", "attachment.vpc-id", vpc, "internetGatewaySet").await?
        || any(front, place, "DescribeNetworkInterfaces", "vpc-id", vpc, "networkInterfaceSet").await?
        || endpoints(front, place, vpc).await?)
}

/// Endpoints that are deleted are shown for a while.
async fn endpoints(front: &Front, place: &Place, vpc: &str) -> Result<bool, Refusal> {
    let filter = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", vpc)];
    let all = items(front, place, "DescribeVpcEndpoints", &filter, "vpcEndpointSet").await?;
    Ok(all.iter().any(|endpoint| endpoint.get("state").and_then(Value::as_str) != Some("deleted")))
}

async fn quota(front: &Front, call: &Call, action: &str, set: &str, most: usize) -> Result<(), Refusal> {
    let there = items(front, &call.place(), action, &[], set).await?.len();
    if there < most {
        return Ok(());
    }
    let message = match call.operation.as_str() {
        "CreateVpc" => "The maximum number of VPCs has been reached.",
        _ => "The maximum number of addresses has been reached.",
    };
    Err(protocol::refusal("ec2", &call.operation, Trouble::Quota, message))
}
