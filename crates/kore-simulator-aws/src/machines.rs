//! The machines of node groups: instances that EC2 runs as the group says, and as many of them as the account may have (EKS User
//! Guide, "Simplify node lifecycle with managed node groups"; EC2 User Guide, "EC2 On-Demand Instance limits").

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{ec2::items, front::Front, moto::Place, refusal::Refusal};

/// Families that one quota counts together. Others have none here.
const STANDARD: [&str; 11] = ["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"];

/// What a node group's machines are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) cluster: String,
    pub(crate) name: String,
    /// As `m7i.large`.
    pub(crate) kind: String,
    pub(crate) is_spot: bool,
    pub(crate) subnets: Vec<String>,
    /// Id and version of its launch template.
    pub(crate) template: Option<(String, String)>,
    /// Whether it is being made: only then it fails for want of room.
    pub(crate) is_new: bool,
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn is_standard(kind: &str) -> bool {
    let family: String = kind.chars().take_while(char::is_ascii_alphabetic).collect();
    STANDARD.contains(&family.as_str())
}

/// Instances that run or are about to, with these filters besides.
async fn running(front: &Front, place: &Place, filters: &[(&str, &str)]) -> Result<Vec<Value>, Refusal> {
    let states = [
        ("Filter.1.Name", "instance-state-name"),
        ("Filter.1.Value.1", "pending"),
        ("Filter.1.Value.2", "running"),
        ("MaxResults", "1000"),
    ];
    let asked: Vec<_> = states.iter().chain(filters).copied().collect();
    let reservations = items(front, place, "DescribeInstances", &asked, "reservationSet").await?;
    Ok(reservations.iter().flat_map(|one| list(one, "instancesSet").to_vec()).collect())
}

/// Processors that kinds of machines have.
async fn processors(front: &Front, place: &Place, kinds: &[String]) -> Result<BTreeMap<String, usize>, Refusal> {
    let names: Vec<_> = (1..=kinds.len()).map(|at| format!("Filter.1.Value.{at}")).collect();
    let mut asked = vec![("Filter.1.Name", "instance-type")];
    asked.extend(names.iter().zip(kinds).map(|(name, kind)| (name.as_str(), kind.as_str())));
    let found = items(front, place, "DescribeInstanceTypes", &asked, "instanceTypeSet").await?;
    let count = |one: &Value| one.pointer("/vCpuInfo/defaultVCpus").and_then(Value::as_str)?.parse().ok();
    Ok(found.iter().filter_map(|one| Some((text(one, "instanceType").to_owned(), count(one)?))).collect())
}

/// # Errors
/// When the account may not have so many more of a kind.
pub(crate) async fn room(front: &Front, place: &Place, kind: &str, is_spot: bool, more: usize) -> Result<(), Refusal> {
    let quotas = front.settings().quotas;
    let limit = if is_spot { quotas.spot_vcpus } else { quotas.vcpus };
    let there = running(front, place, &[]).await?;
    let alike = there.iter().filter(|one| (text(one, "instanceLifecycle") == "spot") == is_spot);
    let mut kinds: Vec<_> = alike.map(|one| text(one, "instanceType").to_owned()).collect();
    kinds.extend(std::iter::repeat_n(kind.to_owned(), more));
    kinds.retain(|kind| is_standard(kind));
    let mut names = kinds.clone();
    names.sort();
    names.dedup();
    let known = processors(front, place, &names).await?;
    let sum: usize = kinds.iter().filter_map(|kind| known.get(kind)).sum();
    if !is_standard(kind) || sum <= limit {
        return Ok(());
    }
    let (code, message) = if is_spot {
        ("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded".to_owned())
    } else {
        let bucket = "for the instance bucket that the specified instance type belongs to";
        let message =
            format!("You have requested more vCPU capacity than your current vCPU limit of {limit} allows {bucket}.");
        ("VcpuLimitExceeded", message)
    };
    Err(Refusal::new(400, code, message))
}

/// Runs as many machines as a group is to have, and ends those that it has too many.
///
/// # Errors
/// When the account may not have so many.
pub(crate) async fn scale(front: &Front, place: &Place, group: &Group, nodes: usize) -> Result<(), Refusal> {
    let filters = [
        ("Filter.2.Name", "tag:eks:cluster-name"),
        ("Filter.2.Value.1", group.cluster.as_str()),
        ("Filter.3.Name", "tag:eks:nodegroup-name"),
        ("Filter.3.Value.1", group.name.as_str()),
    ];
    let there = running(front, place, &filters).await?;
    for surplus in there.iter().skip(nodes) {
        let id = [("InstanceId.1", text(surplus, "instanceId"))];
        front.moto.query(place, "ec2", "TerminateInstances", &id).await?;
    }
    let more = nodes.saturating_sub(there.len());
    if more == 0 {
        return Ok(());
    }
    if group.is_new {
        room(front, place, &group.kind, group.is_spot, more).await?;
    }
    let data = match &group.template {
        Some((id, version)) => template(front, place, ("LaunchTemplateId", id), version).await?,
        None => None,
    };
    // Spread over the subnets, the emptiest first.
    for number in there.len()..nodes {
        let subnet = group.subnets.get(number % group.subnets.len().max(1)).cloned().unwrap_or_default();
        run(front, place, group, &subnet, data.as_ref()).await?;
    }
    Ok(())
}

/// What is in a version of a launch template, and which it is; none where there is no such.
pub(crate) async fn template(
    front: &Front,
    place: &Place,
    (named, name): (&str, &str),
    version: &str,
) -> Result<Option<Value>, Refusal> {
    let version = if version.is_empty() { "$Default" } else { version };
    let asked = [(named, name), ("LaunchTemplateVersion.1", version)];
    match items(front, place, "DescribeLaunchTemplateVersions", &asked, "launchTemplateVersionSet").await {
        Ok(found) => Ok(found.into_iter().next()),
        Err(refusal) if refusal.code().starts_with("InvalidLaunchTemplate") => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

async fn run(
    front: &Front,
    place: &Place,
    group: &Group,
    subnet: &str,
    template: Option<&Value>,
) -> Result<(), Refusal> {
    let data = template.and_then(|version| version.get("launchTemplateData")).cloned().unwrap_or_default();
    let said = |name: &str| data.pointer(&format!("/networkInterfaceSet/0/{name}")).and_then(Value::as_str);
    let mut asked = vec![
        ("MinCount".to_owned(), "1"),
        ("MaxCount".to_owned(), "1"),
        ("InstanceType".to_owned(), group.kind.as_str()),
        ("NetworkInterface.1.DeviceIndex".to_owned(), "0"),
        ("NetworkInterface.1.SubnetId".to_owned(), subnet),
        ("NetworkInterface.1.DeleteOnTermination".to_owned(), "true"),
    ];
    for (parameter, name) in
        [("SecurityGroupId.1", "groupSet/groupId"), ("AssociatePublicIpAddress", "associatePublicIpAddress")]
    {
        asked.extend(said(name).map(|value| (format!("NetworkInterface.1.{parameter}"), value)));
    }
    if group.is_spot {
        asked.push(("InstanceMarketOptions.MarketType".to_owned(), "spot"));
    }
    // Disks are not marked: moto does not say of them that they go with their machine.
    asked.push(("TagSpecification.1.ResourceType".to_owned(), "instance"));
    let own = [("eks:cluster-name", group.cluster.as_str()), ("eks:nodegroup-name", group.name.as_str())];
    let marks = list(&data, "tagSpecificationSet").iter().filter(|one| text(one, "resourceType") == "instance");
    let marks = marks.flat_map(|one| list(one, "tagSet")).map(|tag| (text(tag, "key"), text(tag, "value")));
    for (at, (key, value)) in own.into_iter().chain(marks).enumerate() {
        asked.push((format!("TagSpecification.1.Tag.{}.Key", at + 1), key));
        asked.push((format!("TagSpecification.1.Tag.{}.Value", at + 1), value));
    }
    let asked: Vec<_> = asked.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    front.moto.query(place, "ec2", "RunInstances", &asked).await.map(drop)
}
