//! Service Quotas: those that are enforced here, with the values that settings give them (Service Quotas API reference; AWS
//! General Reference, "Service quotas" of each service, for codes and defaults).

use serde_json::{Map, Value, json};

use crate::{
    config::{Quotas, Settings},
    front::{Call, Front},
    json::Service,
    model::QUOTAS,
    refusal::Refusal,
    wire::Outcome,
};

/// Service, its name, code and name of the quota, its value, whether it is of all regions.
type Row = (&'static str, &'static str, &'static str, &'static str, fn(&Quotas) -> f64, bool);
const ROWS: [Row; 8] = [
    ("vpc", "Amazon Virtual Private Cloud (Amazon VPC)", "L-F678F1CE", "VPCs per Region", |it| it.vpcs as f64, false),
    (
        "ec2",
        "Amazon Elastic Compute Cloud (Amazon EC2)",
        "L-0263D0A3",
        "EC2-VPC Elastic IPs",
        |it| it.addresses as f64,
        false,
    ),
    (
        "ec2",
        "Amazon Elastic Compute Cloud (Amazon EC2)",
        "L-1216C47A",
        "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
        |it| it.vcpus as f64,
        false,
    ),
    (
        "ec2",
        "Amazon Elastic Compute Cloud (Amazon EC2)",
        "L-34B43A08",
        "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
        |it| it.spot_vcpus as f64,
        false,
    ),
    ("eks", "Amazon Elastic Kubernetes Service (Amazon EKS)", "L-1194D53C", "Clusters", |it| it.clusters as f64, false),
    (
        "eks",
        "Amazon Elastic Kubernetes Service (Amazon EKS)",
        "L-6D54EA21",
        "Managed node groups per cluster",
        |it| it.nodegroups as f64,
        false,
    ),
    (
        "eks",
        "Amazon Elastic Kubernetes Service (Amazon EKS)",
        "L-BD136A63",
        "Nodes per managed node group",
        |it| it.nodes as f64,
        false,
    ),
    (
        "organizations",
        "AWS Organizations",
        "L-E619E033",
        "Default maximum number of accounts",
        |it| it.accounts as f64,
        true,
    ),
];

/// Quotas that an account has no value of its own of, as long as that is the one by default: which these are AWS does not say.
const BY_DEFAULT: [&str; 3] = ["L-1216C47A", "L-34B43A08", "L-E619E033"];

const SERVICE: Service = Service {
    model: &QUOTAS,
    title: "Service Quotas",
    invalid: "IllegalArgumentException",
    broken: "ServiceException",
};

pub(crate) fn handle(front: &Front, call: &Call) -> Outcome {
    SERVICE.answer(call, |input| perform(&front.settings(), call, input))
}

fn perform(settings: &Settings, call: &Call, input: &Map<String, Value>) -> Result<Value, Refusal> {
    let text = |name: &str| input.get(name).and_then(Value::as_str).unwrap_or_default();
    let (service, code) = (text("ServiceCode"), text("QuotaCode"));
    let default = Quotas::default();
    let of_default = call.operation.contains("AWSDefault");
    let values = if of_default { &default } else { &settings.quotas };
    let missing = || {
        Refusal::new(
            400,
            "NoSuchResourceException",
            "The request failed because the specified service or quota does not exist.",
        )
    };
    let is_known = |(_, _, code, _, value, _): &Row| {
        of_default || !BY_DEFAULT.contains(code) || value(values).to_bits() != value(&default).to_bits()
    };
    let named = |(of, _, quota, ..): &Row| *of == service && (code.is_empty() || *quota == code);
    let mut found = ROWS.iter().filter(|row| named(row) && is_known(row));
    if call.operation.starts_with("Get") {
        return found.next().map(|row| json!({ "Quota": shown(call, values, row) })).ok_or_else(missing);
    }
    let quotas: Vec<_> = found.map(|row| shown(call, values, row)).collect();
    if quotas.is_empty() { Err(missing()) } else { Ok(json!({ "Quotas": quotas })) }
}

fn shown(call: &Call, values: &Quotas, (service, title, code, name, value, global): &Row) -> Value {
    let (region, account) = (&call.scope.region, &call.identity.account);
    json!({
        "ServiceCode": service, "ServiceName": title, "QuotaCode": code, "QuotaName": name, "Value": value(values),
        "QuotaArn": format!("arn:aws:servicequotas:{region}:{account}:{service}/{code}"), "Unit": "None",
        "Adjustable": true, "GlobalQuota": global, "QuotaAppliedAtLevel": "ACCOUNT",
    })
}
