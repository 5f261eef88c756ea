//! AWS Price List, as a fixture: a few products in the form that `GetProducts` has (AWS Billing User Guide, "Understanding
//! your price list"). Prices are of the right size, and are not AWS's.

use serde_json::{Map, Value, json};

use crate::{front::Call, json::Service, model::PRICING, refusal::Refusal, wire::Outcome};

/// Service, family, attributes, unit, price in USD.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);
const PRODUCTS: [Row; 15] = [
    (
        "AmazonEKS",
        "Compute",
        &[("usagetype", "AmazonEKS-Hours:perCluster"), ("tiertype", "HAStandard")],
        "Hours",
        "0.1000000000",
    ),
    (
        "AmazonEKS",
        "Compute",
        &[("usagetype", "AmazonEKS-Hours:extendedSupport"), ("tiertype", "HAExtended")],
        "Hours",
        "0.5000000000",
    ),
    (
        "AmazonEC2",
        "Compute Instance",
        &[("instanceType", "t3.medium"), ("vcpu", "2"), ("memory", "4 GiB")],
        "Hrs",
        "0.0480000000",
    ),
    (
        "AmazonEC2",
        "Compute Instance",
        &[("instanceType", "m7i.large"), ("vcpu", "2"), ("memory", "8 GiB")],
        "Hrs",
        "0.1208000000",
    ),
    (
        "AmazonEC2",
        "Compute Instance",
        &[("instanceType", "m6i.large"), ("vcpu", "2"), ("memory", "8 GiB")],
        "Hrs",
        "0.1150000000",
    ),
    (
        "AmazonEC2",
        "Compute Instance",
        &[("instanceType", "m6i.xlarge"), ("vcpu", "4"), ("memory", "16 GiB")],
        "Hrs",
        "0.2300000000",
    ),
    (
        "AmazonEC2",
        "Compute Instance",
        &[("instanceType", "m6i.2xlarge"), ("vcpu", "8"), ("memory", "32 GiB")],
        "Hrs",
        "0.4600000000",
    ),
    (
        "AmazonEC2",
        "NAT Gateway",
        &[("group", "NGW:NatGateway"), ("usagetype", "NatGateway-Hours")],
        "Hrs",
        "0.0520000000",
    ),
    (
        "AmazonEC2",
        "NAT Gateway",
        &[("group", "NGW:NatGateway"), ("usagetype", "NatGateway-Bytes")],
        "GB",
        "0.0520000000",
    ),
    (
        "AmazonEC2",
        "Storage",
        &[("volumeApiName", "gp3"), ("usagetype", "EBS:VolumeUsage.gp3")],
        "GB-Mo",
        "0.0952000000",
    ),
    (
        "AmazonVPC",
        "",
        &[("group", "VPCPublicIPv4Address"), ("usagetype", "PublicIPv4:IdleAddress")],
        "Hrs",
        "0.0050000000",
    ),
    (
        "AmazonVPC",
        "",
        &[("group", "VPCPublicIPv4Address"), ("usagetype", "PublicIPv4:InUseAddress")],
        "Hrs",
        "0.0050000000",
    ),
    ("awskms", "Encryption Key", &[("usagetype", "KMS-Keys")], "Keys", "1.0000000000"),
    ("AmazonRoute53", "DNS Zone", &[("usagetype", "HostedZone")], "HostedZone", "0.5000000000"),
    ("AmazonRoute53", "DNS Query", &[("usagetype", "DNS-Queries")], "Queries", "0.0000004000"),
];

const SERVICE: Service = Service {
    model: &PRICING,
    title: "Pricing",
    invalid: "InvalidParameterException",
    broken: "InternalErrorException",
};

pub(crate) fn handle(call: &Call) -> Outcome {
    SERVICE.answer(call, products)
}

fn products(input: &Map<String, Value>) -> Result<Value, Refusal> {
    let service = input.get("ServiceCode").and_then(Value::as_str).unwrap_or_default();
    let of_service: Vec<_> = PRODUCTS.iter().filter(|(of, ..)| *of == service).collect();
    if of_service.is_empty() {
        return Err(Refusal::new(400, "NotFoundException", format!("There is no service {service}")));
    }
    let filters = input.get("Filters").and_then(Value::as_array).cloned().unwrap_or_default();
    // Everything costs the same everywhere.
    let asked = filters.iter().find(|filter| ["regionCode", "location"].contains(&text(filter, "Field")));
    let region = asked.map_or("us-east-1", |filter| text(filter, "Value"));
    let products = of_service.into_iter().map(|row| product(row, region));
    let list: Vec<_> = products
        .filter(|product| filters.iter().all(|filter| fits(product, filter)))
        .map(|it| json!(it.to_string()))
        .collect();
    Ok(json!({ "FormatVersion": "aws_v1", "PriceList": list }))
}

fn text<'a>(filter: &'a Value, name: &str) -> &'a str {
    filter.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn fits(product: &Value, filter: &Value) -> bool {
    let (field, wanted) = (text(filter, "Field"), text(filter, "Value"));
    let of = |path: &str| product.pointer(path).and_then(|it| it.get(field)).and_then(Value::as_str);
    let Some(value) = of("/product/attributes").or_else(|| of("/product")) else { return false };
    match text(filter, "Type") {
        "CONTAINS" => value.contains(wanted),
        "ANY_OF" => wanted.split(',').any(|one| one == value),
        "NONE_OF" => !wanted.split(',').any(|one| one == value),
        _ => value.eq_ignore_ascii_case(wanted),
    }
}

fn product((service, family, attributes, unit, price): &Row, region: &str) -> Value {
    let mut all: Map<String, Value> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let standard: &[(&str, &str)] = if *family == "Compute Instance" {
        &[
            ("operatingSystem", "Linux"),
            ("tenancy", "Shared"),
            ("preInstalledSw", "NA"),
            ("capacitystatus", "Used"),
            ("licenseModel", "No License required"),
        ]
    } else {
        &[]
    };
    // What costs the same everywhere names no region.
    let place: &[_] = match *service {
        "AmazonRoute53" => &[],
        _ => &[("regionCode", region), ("location", region), ("locationType", "AWS Region")],
    };
    all.insert("servicecode".to_owned(), json!(service));
    all.extend(standard.iter().chain(place).map(|(name, value)| ((*name).to_owned(), json!(value))));
    let sku = hex::encode_upper(attributes.iter().map(|(_, value)| *value).collect::<Vec<_>>().concat())
        .chars()
        .take(16)
        .collect::<String>();
    let (term, rate) = (format!("{sku}.JRTCKXETXF"), format!("{sku}.JRTCKXETXF.6YS6EN2CT7"));
    json!({
        "product": { "productFamily": family, "attributes": all, "sku": sku },
        "serviceCode": service, "version": "1", "publicationDate": "2026-11-01T00:00:00Z",
        "terms": { "OnDemand": { term: {
            "sku": sku, "offerTermCode": "JRTCKXETXF", "effectiveDate": "2026-11-01T00:00:00Z", "termAttributes": {},
            "priceDimensions": { rate.clone(): {
                "rateCode": rate, "unit": unit, "beginRange": "0", "endRange": "Inf", "appliesTo": [],
                "description": format!("${price} per {unit}"), "pricePerUnit": { "USD": price },
            } },
        } } },
    })
}
