//! Everything that exists, across accounts: the judge of whether something was left behind.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{config::MANAGEMENT, eks, front::Front, moto::Place, organizations, refusal::Refusal, route53, wire::tree};

/// A kind of thing in a network: its name here, the operation that lists it, where the list is, what names one.
type Row = (&'static str, &'static str, &'static str, &'static str);
const NETWORK: [Row; 12] = [
    ("vpcs", "DescribeVpcs", "vpcSet", "vpcId"),
    ("subnets", "DescribeSubnets", "subnetSet", "subnetId"),
    ("networkInterfaces", "DescribeNetworkInterfaces", "networkInterfaceSet", "networkInterfaceId"),
    ("securityGroups", "DescribeSecurityGroups", "securityGroupInfo", "groupId"),
    ("natGateways", "DescribeNatGateways", "natGatewaySet", "natGatewayId"),
    ("addresses", "DescribeAddresses", "addressesSet", "allocationId"),
    ("internetGateways", "DescribeInternetGateways", "internetGatewaySet", "internetGatewayId"),
    ("routeTables", "DescribeRouteTables", "routeTableSet", "routeTableId"),
    ("vpcEndpoints", "DescribeVpcEndpoints", "vpcEndpointSet", "vpcEndpointId"),
    ("flowLogs", "DescribeFlowLogs", "flowLogSet", "flowLogId"),
    ("volumes", "DescribeVolumes", "volumeSet", "volumeId"),
    ("launchTemplates", "DescribeLaunchTemplates", "launchTemplates", "launchTemplateId"),
];

/// What exists, by account, and by region within it. Default VPCs, what is in them, and what AWS or the simulator keeps
/// in every account are left out. Places are those that were asked anything since the last reset.
///
/// # Errors
/// When moto does not answer.
pub(crate) async fn world(front: &Front) -> Result<Value, Refusal> {
    let mut accounts: Map<String, Value> = Map::new();
    for (account, regions) in places(front) {
        let mut there = everywhere(front, &account).await?;
        for region in regions {
            let found = region_of(front, &Place::new(&account, &region)).await?;
            if !found.is_empty() {
                there.insert(region, Value::Object(found));
            }
        }
        if !there.is_empty() {
            accounts.insert(account, Value::Object(there));
        }
    }
    let clusters = eks::lock(front).world();
    let (stacks, organization) = (front.stacks.world().await, organization(front).await?);
    Ok(json!({ "clusters": clusters, "stacks": stacks, "accounts": accounts, "organization": organization }))
}

/// What is kept in the organisation, where there is one.
async fn organization(front: &Front) -> Result<Map<String, Value>, Refusal> {
    let (place, mut found) = (Place::new(MANAGEMENT, "us-east-1"), Map::new());
    add(&mut found, "stackSets", front.stacks.sets().await);
    let ask = async |operation: &str, list: &str, input: Value| -> Result<Vec<Value>, Refusal> {
        let answer = front.moto.json(&place, "organizations", operation, &input).await?;
        Ok(answer.get(list).and_then(Value::as_array).cloned().unwrap_or_default())
    };
    let Ok(roots) = ask("ListRoots", "Roots", json!({})).await else { return Ok(found) };
    let mut units = Vec::new();
    for root in &roots {
        let below = organizations::units_below(front, &place, text(root, "Id")).await?;
        units.extend(below.into_iter().map(|(_, name)| name));
    }
    add(&mut found, "units", units);
    let policies = ask("ListPolicies", "Policies", json!({ "Filter": "SERVICE_CONTROL_POLICY" })).await?;
    let own = policies.iter().filter(|policy| policy.get("AwsManaged") != Some(&json!(true)));
    add(&mut found, "policies", own.map(|policy| text(policy, "Name").to_owned()).collect());
    Ok(found)
}

/// Accounts and regions in which something was asked.
pub(crate) fn places(front: &Front) -> Vec<(String, BTreeSet<String>)> {
    let mut places: std::collections::BTreeMap<String, BTreeSet<String>> = std::collections::BTreeMap::new();
    for (account, region) in front.places() {
        places.entry(account).or_default().insert(region);
    }
    places.into_iter().collect()
}

fn add(found: &mut Map<String, Value>, kind: &str, mut ids: Vec<String>) {
    ids.sort();
    if !ids.is_empty() {
        found.insert(kind.to_owned(), json!(ids));
    }
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item.get(name).and_then(Value::as_str).unwrap_or_default()
}

async fn region_of(front: &Front, place: &Place) -> Result<Map<String, Value>, Refusal> {
    let mut found = Map::new();
    let mut default = String::new();
    for (kind, action, set, id) in NETWORK {
        let answer = tree(&front.moto.query(place, "ec2", action, &[]).await?);
        let items = answer.get(set).and_then(Value::as_array).cloned().unwrap_or_default();
        if kind == "vpcs" {
            let of_account = items.iter().find(|vpc| text(vpc, "isDefault") == "true");
            default = of_account.map(|vpc| text(vpc, "vpcId").to_owned()).unwrap_or_default();
        }
        let own = items.iter().filter(|item| {
            let of_default = !default.is_empty() && text(item, "vpcId") == default;
            let attached = item.pointer("/attachmentSet/0/vpcId").and_then(Value::as_str) == Some(&default);
            let main = item.pointer("/associationSet/0/main").and_then(Value::as_str) == Some("true");
            let standard = text(item, "groupName") == "default";
            let gone = ["deleted", "deleting"].contains(&text(item, "state"));
            !(of_default || attached || main || standard || gone)
        });
        add(&mut found, kind, own.map(|item| text(item, id).to_owned()).collect());
    }
    machines(front, place, &mut found).await?;
    balancers(front, place, &mut found).await?;
    let keys = front.moto.json(place, "kms", "ListKeys", &json!({})).await?;
    let mut kept = Vec::new();
    for key in keys.get("Keys").and_then(Value::as_array).into_iter().flatten() {
        let described = front.moto.json(place, "kms", "DescribeKey", &json!({ "KeyId": text(key, "KeyId") })).await?;
        let of =
            |name: &str| described.pointer(&format!("/KeyMetadata/{name}")).and_then(Value::as_str).unwrap_or_default();
        if of("KeyState") != "PendingDeletion" && of("KeyManager") != "AWS" {
            kept.push(text(key, "KeyArn").to_owned());
        }
    }
    add(&mut found, "keys", kept);
    let groups = front.moto.json(place, "logs", "DescribeLogGroups", &json!({})).await?;
    let groups = groups.get("logGroups").and_then(Value::as_array).cloned().unwrap_or_default();
    add(&mut found, "logGroups", groups.iter().map(|group| text(group, "logGroupName").to_owned()).collect());
    Ok(found)
}

/// Instances that were ended are shown for a while.
async fn machines(front: &Front, place: &Place, found: &mut Map<String, Value>) -> Result<(), Refusal> {
    let answer = tree(&front.moto.query(place, "ec2", "DescribeInstances", &[("MaxResults", "1000")]).await?);
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let all = list(&answer, "reservationSet").into_iter().flat_map(|one| list(&one, "instancesSet"));
    let there = all.filter(|one| one.pointer("/instanceState/name").and_then(Value::as_str) != Some("terminated"));
    add(found, "instances", there.map(|one| text(&one, "instanceId").to_owned()).collect());
    Ok(())
}

async fn balancers(front: &Front, place: &Place, found: &mut Map<String, Value>) -> Result<(), Refusal> {
    for (kind, action, list, id) in [
        ("loadBalancers", "DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn"),
        ("targetGroups", "DescribeTargetGroups", "TargetGroups", "TargetGroupArn"),
    ] {
        let answer = tree(&front.moto.query(place, "elasticloadbalancing", action, &[]).await?);
        let items = answer.pointer(&format!("/{action}Result/{list}")).and_then(Value::as_array).cloned();
        add(found, kind, items.unwrap_or_default().iter().map(|item| text(item, id).to_owned()).collect());
    }
    Ok(())
}

/// What is in no region.
async fn everywhere(front: &Front, account: &str) -> Result<Map<String, Value>, Refusal> {
    let (place, mut found) = (Place::new(account, "us-east-1"), Map::new());
    let listed = |answer: &str, action: &str, list: &str, id: &str| -> Vec<String> {
        let items = tree(answer).pointer(&format!("/{action}Result/{list}")).and_then(Value::as_array).cloned();
        items.unwrap_or_default().iter().map(|item| text(item, id).to_owned()).collect()
    };
    let roles = front.moto.query(&place, "iam", "ListRoles", &[("MaxItems", "1000")]).await?;
    let mut roles = listed(&roles, "ListRoles", "Roles", "Arn");
    // Those that AWS makes by itself.
    roles.retain(|arn| !arn.contains(":role/aws-") && !arn.ends_with("/OrganizationAccountAccessRole"));
    add(&mut found, "roles", roles);
    let policies = front.moto.query(&place, "iam", "ListPolicies", &[("Scope", "Local"), ("MaxItems", "1000")]).await?;
    add(&mut found, "policies", listed(&policies, "ListPolicies", "Policies", "Arn"));
    let providers = front.moto.query(&place, "iam", "ListOpenIDConnectProviders", &[]).await?;
    let providers = listed(&providers, "ListOpenIDConnectProviders", "OpenIDConnectProviderList", "Arn");
    add(&mut found, "identityProviders", providers);
    let listed = route53::pages(front, &place, "hostedzone").await?;
    let zones: Vec<_> = listed.iter().flat_map(|page| crate::wire::elements(page, "Id")).collect();
    let mut records = Vec::new();
    for zone in &zones {
        let listed = route53::pages(front, &place, &format!("{}/rrset", zone.trim_start_matches('/'))).await?;
        let named = records_of(&listed).map(|record| format!("{} {record}", zone.trim_start_matches("/hostedzone/")));
        records.extend(named);
    }
    add(&mut found, "hostedZones", zones);
    add(&mut found, "records", records);
    Ok(found)
}

/// Records that a zone was not made with, by kind and name.
fn records_of(listed: &[String]) -> impl Iterator<Item = String> {
    let of = |name: &'static str| listed.iter().flat_map(move |page| crate::wire::elements(page, name));
    let names: Vec<_> = of("Name").zip(of("Type")).collect();
    names.into_iter().skip(2).map(|(name, kind)| format!("{kind} {name}"))
}
