//! The stack below a cluster, and that the stack role may do what it takes.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;
use kore_provider_aws::{
    foundation::{Egress, Foundation, FoundationError},
    permissions::Purpose,
};
use serde_json::Value;

const ZONES: [&str; 3] = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

fn foundation(cidr: &str, zones: usize, egress: Egress) -> Foundation<'static> {
    Foundation {
        name: "kore-payments-prod-1a2b",
        cidr: cidr.parse().unwrap(),
        zones: ZONES.get(..zones).unwrap(),
        egress,
        auto_mode: false,
        retention_days: 90,
        key_days: 30,
    }
}

fn of_kind<'a>(template: &'a Value, kind: &str) -> Vec<&'a Value> {
    let resources = template["Resources"].as_object().unwrap().values();
    resources.filter(|resource| resource["Type"] == kind).map(|resource| &resource["Properties"]).collect()
}

#[test]
fn every_zone_has_its_subnets_and_no_two_overlap() {
    for bits in 16..=22 {
        for zones in [2, 3] {
            let template = foundation(&format!("10.4.0.0/{bits}"), zones, Egress::OneGateway).template().unwrap();
            let subnets: Vec<(String, Ipv4Net)> = of_kind(&template, "AWS::EC2::Subnet")
                .into_iter()
                .map(|subnet| {
                    (
                        subnet["AvailabilityZone"].as_str().unwrap().to_owned(),
                        subnet["CidrBlock"].as_str().unwrap().parse().unwrap(),
                    )
                })
                .collect();
            assert_eq!(subnets.len(), zones * 2);
            let all: Ipv4Net = format!("10.4.0.0/{bits}").parse().unwrap();
            for (index, (_, one)) in subnets.iter().enumerate() {
                assert!(all.contains(one) && one.prefix_len() <= 28, "{one}: EC2 takes nothing smaller than 28 bits");
                assert!(subnets.iter().skip(index + 1).all(|(_, other)| !one.contains(other) && !other.contains(one)));
            }
            assert_eq!(subnets.iter().map(|(zone, _)| zone).collect::<BTreeSet<_>>().len(), zones);
        }
    }
}

#[test]
fn nodes_have_a_way_out_that_lives_as_long_as_was_chosen() {
    for (egress, gateways) in [(Egress::OneGateway, 1), (Egress::GatewayInEachZone, 3)] {
        let template = foundation("10.4.0.0/16", 3, egress).template().unwrap();
        assert_eq!(of_kind(&template, "AWS::EC2::NatGateway").len(), gateways);
        assert_eq!(of_kind(&template, "AWS::EC2::EIP").len(), gateways);
        let resources = template["Resources"].as_object().unwrap().values();
        for resource in resources
            .filter(|resource| ["AWS::EC2::EIP", "AWS::EC2::NatGateway"].iter().any(|kind| resource["Type"] == *kind))
        {
            assert_eq!(resource["DependsOn"], "Attached", "it would hold the Internet gateway when the stack goes");
        }
        let routes = of_kind(&template, "AWS::EC2::Route");
        assert_eq!(routes.iter().filter(|route| route["NatGatewayId"].is_object()).count(), 3);
    }
}

#[test]
fn all_of_it_is_hardened() {
    let template = foundation("10.4.0.0/16", 3, Egress::GatewayInEachZone).template().unwrap();
    assert!(of_kind(&template, "AWS::EC2::Subnet").iter().all(|subnet| subnet["MapPublicIpOnLaunch"] == false));
    assert!(
        of_kind(&template, "AWS::KMS::Key")
            .iter()
            .all(|key| key["EnableKeyRotation"] == true && key["PendingWindowInDays"] == 30)
    );
    assert!(of_kind(&template, "AWS::Logs::LogGroup").iter().all(|group| group["RetentionInDays"] == 90));
    assert_eq!(of_kind(&template, "AWS::EC2::FlowLog").len(), 1);
    for role in of_kind(&template, "AWS::IAM::Role") {
        assert_eq!(role["Path"], "/kore/cluster/");
        assert!(role["PermissionsBoundary"]["Fn::Sub"].as_str().unwrap().ends_with(":policy/kore-boundary"));
        assert!(role["RoleName"].as_str().unwrap().len() <= 64);
    }
}

/// Everything that is referred to is there.
fn check(template: &Value, value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| check(template, item)),
        Value::Object(fields) => {
            let named = fields
                .get("Ref")
                .or_else(|| fields.get("Fn::GetAtt").map(|place| &place[0]))
                .or_else(|| fields.get("DependsOn"));
            if let Some(name) = named.and_then(Value::as_str) {
                assert!(template["Resources"].get(name).is_some(), "{name}");
            }
            fields.values().for_each(|field| check(template, field));
        }
        _ => {}
    }
}

#[test]
fn what_it_refers_to_is_in_it() {
    for zones in [2, 3] {
        for egress in [Egress::OneGateway, Egress::GatewayInEachZone] {
            for auto_mode in [false, true] {
                let of = Foundation { auto_mode, ..foundation("10.4.0.0/18", zones, egress) };
                let template = of.template().unwrap();
                check(&template, &template);
                check(&template, &template["Outputs"]);
                assert!(template.to_string().len() <= 51_200);
            }
        }
    }
}

/// The policies and services that the stack names are those that its role may hand out.
#[test]
fn the_stack_role_may_do_it() {
    let with_pools = foundation("10.4.0.0/16", 3, Egress::GatewayInEachZone);
    let as_needed = Foundation { auto_mode: true, ..with_pools.clone() };
    let templates = [with_pools, as_needed].map(|one| one.template().unwrap());
    let statements = Purpose::Stack.statements();
    let values = |sid: &str, key: &str| {
        let statement = statements.iter().find(|statement| statement.sid == sid).unwrap();
        statement.conditions.iter().find(|condition| condition.key == key).unwrap().values
    };
    let allowed = values("AttachManaged", "iam:PolicyARN");
    for role in templates.iter().flat_map(|template| of_kind(template, "AWS::IAM::Role")) {
        for policy in role["ManagedPolicyArns"].as_array().into_iter().flatten() {
            let arn = policy["Fn::Sub"].as_str().unwrap().replace("${AWS::Partition}", "${Partition}");
            let fits =
                |pattern: &&str| pattern.strip_suffix('*').map_or(arn == **pattern, |start| arn.starts_with(start));
            assert!(allowed.iter().any(fits), "{arn}");
        }
    }
    let handed = values("HandFlowRole", "iam:PassedToService")[0];
    assert!(templates.iter().all(|template| template.to_string().contains(handed)));
}

#[test]
fn what_cannot_be_is_refused() {
    assert_eq!(foundation("10.4.0.0/16", 1, Egress::OneGateway).template(), Err(FoundationError::Zones(1)));
    let small = foundation("10.4.0.0/24", 2, Egress::OneGateway).template();
    assert_eq!(small.unwrap_err().to_string(), "a cluster's network has 16 to 22 bits, and 10.4.0.0/24 has not");
}
