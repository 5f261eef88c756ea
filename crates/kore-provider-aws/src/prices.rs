//! What a cluster costs, by AWS's price list (AWS Billing User Guide, "Understanding your price list"; AWS Price List API
//! reference, `GetProducts`). Prices are the same for everybody and change now and then: one is asked for once in a while.

use std::{fmt, time::Duration};

use aws_sdk_pricing::types::{Filter, FilterType};
use kore_api::{
    cloud::{AwsOrganization, AwsPartition},
    plan::{AwsCapacity, AwsParameters},
    preview::CostEstimate,
};
use kore_domain::cost::{HOURS, Item, Price, estimate};
use moka::future::Cache;
use serde_json::Value;

use crate::{
    cloud::{Cloud, Role},
    error::Refusal,
    permissions::Purpose,
};

/// Where the price list is asked (AWS General Reference, "AWS Price List endpoints").
const REGION: &str = "us-east-1";
/// How long a price is believed.
const KEPT: Duration = Duration::from_secs(12 * 60 * 60);
const CURRENCY: &str = "USD";
/// What nobody knows before.
const WITHOUT: &str = "traffic, logs, load balancers, volumes of workloads, snapshots and taxes";

/// Something that has a price.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Product {
    Cluster,
    Machine(String),
    Gateway,
    Address,
    Disk,
    Key,
    Zone,
}

impl Product {
    const fn service(&self) -> &'static str {
        match self {
            Self::Cluster => "AmazonEKS",
            Self::Machine(_) | Self::Gateway | Self::Disk => "AmazonEC2",
            Self::Address => "AmazonVPC",
            Self::Key => "awskms",
            Self::Zone => "AmazonRoute53",
        }
    }

    fn filters(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Cluster => vec![("tiertype", "HAStandard")],
            Self::Machine(kind) => vec![
                ("instanceType", kind),
                ("operatingSystem", "Linux"),
                ("tenancy", "Shared"),
                ("preInstalledSw", "NA"),
                ("capacitystatus", "Used"),
                ("licenseModel", "No License required"),
            ],
            Self::Gateway => vec![("productFamily", "NAT Gateway")],
            Self::Address => Vec::new(),
            Self::Disk => vec![("productFamily", "Storage"), ("volumeApiName", "gp3")],
            Self::Key => vec![("productFamily", "Encryption Key")],
            Self::Zone => vec![("productFamily", "DNS Zone")],
        }
    }

    /// How the usage type ends that is meant, behind the region's mark.
    const fn usage(&self) -> &'static str {
        match self {
            Self::Cluster => "AmazonEKS-Hours:perCluster",
            Self::Machine(_) => "",
            Self::Gateway => "NatGateway-Hours",
            Self::Address => "PublicIPv4:InUseAddress",
            Self::Disk => "EBS:VolumeUsage.gp3",
            Self::Key => "KMS-Keys",
            Self::Zone => "HostedZone",
        }
    }

    /// Where its price holds; none where one holds everywhere, and names no region.
    fn region<'a>(&self, region: &'a str) -> Option<&'a str> {
        (*self != Self::Zone).then_some(region)
    }
}

/// The price list, as far as it was read.
#[derive(Clone)]
pub(crate) struct Prices {
    kept: Cache<(String, Product), Option<Price>>,
}

impl fmt::Debug for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prices").field("kept", &self.kept.entry_count()).finish()
    }
}

impl Default for Prices {
    fn default() -> Self {
        Self { kept: Cache::builder().max_capacity(1000).time_to_live(KEPT).build() }
    }
}

impl Prices {
    /// What a cluster of these parameters costs in this organisation, as its management account is told.
    ///
    /// # Errors
    /// When the price list cannot be read.
    pub(crate) async fn estimate(
        &self,
        cloud: &Cloud,
        organization: &AwsOrganization,
        object: &str,
        parameters: &AwsParameters,
    ) -> Result<CostEstimate, Refusal> {
        if organization.partition != AwsPartition::Aws {
            return Ok(CostEstimate::none(format!("AWS has no price list in {}", organization.partition.name())));
        }
        let role = Role {
            account: organization.management_account.clone(),
            region: REGION.to_owned(),
            purpose: Purpose::Cost,
            object: object.to_owned(),
        };
        let mut items = Vec::new();
        for (what, product, quantity, unit) in needs(parameters, organization.parent_zone.is_some()) {
            let price = self.of(cloud, &role, &parameters.region, &product).await?;
            items.push(Item { what, quantity, unit, price });
        }
        let without = if parameters.auto_mode {
            format!("nodes, which EKS starts as pods need them, {WITHOUT}")
        } else {
            WITHOUT.to_owned()
        };
        Ok(estimate(&items, CURRENCY, &without))
    }

    async fn of(&self, cloud: &Cloud, role: &Role, region: &str, product: &Product) -> Result<Option<Price>, Refusal> {
        let key = (region.to_owned(), product.clone());
        let asked = self.kept.try_get_with(key, Box::pin(ask(cloud, role, region, product)));
        asked.await.map_err(|refusal| (*refusal).clone())
    }
}

/// What a cluster, with a zone or without, needs by the month: what, of which price, how much of which unit.
fn needs(parameters: &AwsParameters, has_zone: bool) -> Vec<(String, Product, u64, &'static str)> {
    let mut all = vec![("control plane".to_owned(), Product::Cluster, HOURS, "hours")];
    let gateways = u64::from(parameters.gateways());
    let plural = if gateways == 1 { "" } else { "s" };
    all.push((format!("{gateways} NAT gateway{plural}"), Product::Gateway, gateways * HOURS, "hours"));
    let plural = if gateways == 1 { "" } else { "es" };
    all.push((format!("{gateways} public address{plural}"), Product::Address, gateways * HOURS, "hours"));
    all.push(("key".to_owned(), Product::Key, 1, "month"));
    if has_zone {
        all.push(("zone".to_owned(), Product::Zone, 1, "month"));
    }
    for (name, pool) in &parameters.node_pools {
        let size = u64::from(pool.size);
        let plural = if size == 1 { "" } else { "s" };
        let kind = pool.machine_types.first().cloned().unwrap_or_default();
        let spot = if pool.capacity == AwsCapacity::Spot { ", at most: spot costs less" } else { "" };
        all.push((
            format!("{size} node{plural} of pool {name}, {kind}{spot}"),
            Product::Machine(kind),
            size * HOURS,
            "hours",
        ));
        let disks = size * u64::from(pool.disk_gib);
        all.push((format!("disks of pool {name}"), Product::Disk, disks, "GB-months"));
    }
    all
}

async fn ask(cloud: &Cloud, role: &Role, region: &str, product: &Product) -> Result<Option<Price>, Refusal> {
    let session = cloud.within(role.clone());
    let client = session.prices().await?;
    let filter = |(field, value): (&str, &str)| {
        Filter::builder().r#type(FilterType::TermMatch).field(field).value(value).build().ok()
    };
    let place = product.region(region).map(|region| ("regionCode", region));
    let filters = product.filters().into_iter().chain(place).filter_map(filter).collect();
    let asked = client.get_products().service_code(product.service()).set_filters(Some(filters));
    let mut pages = asked.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = session.answer(page)?;
        let listed = page.price_list().iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
        let found = listed.filter(|one| is_meant(one, product)).find_map(|one| price(&one));
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The list has kinds of usage beside each other that no filter tells apart.
fn is_meant(listed: &Value, product: &Product) -> bool {
    let usage = listed.pointer("/product/attributes/usagetype").and_then(Value::as_str).unwrap_or_default();
    usage.ends_with(product.usage())
}

/// What one costs on demand, the first of it where more is cheaper.
fn price(listed: &Value) -> Option<Price> {
    let term = listed.pointer("/terms/OnDemand")?.as_object()?.values().next()?;
    let since = term.get("effectiveDate").and_then(Value::as_str).unwrap_or_default();
    let dimensions = term.get("priceDimensions")?.as_object()?;
    let first = dimensions.values().find(|one| one.get("beginRange").and_then(Value::as_str) == Some("0"));
    let amount = first?.pointer("/pricePerUnit")?.get(CURRENCY)?.as_str()?;
    Price::read(amount, since)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cluster_needs_what_its_plan_says() {
        let plan = json!({ "region": "eu-central-1", "zones": 3, "egress": "gatewayInEachZone",
            "nodePools": { "default": { "size": 2, "machineTypes": ["m7i.large", "m6i.large"], "diskGib": 50 } } });
        let needs = needs(&serde_json::from_value(plan).unwrap(), true);
        let said: Vec<_> = needs.iter().map(|(what, _, quantity, unit)| format!("{what}: {quantity} {unit}")).collect();
        assert_eq!(
            said,
            [
                "control plane: 730 hours",
                "3 NAT gateways: 2190 hours",
                "3 public addresses: 2190 hours",
                "key: 1 month",
                "zone: 1 month",
                "2 nodes of pool default, m7i.large: 1460 hours",
                "disks of pool default: 100 GB-months",
            ]
        );
    }

    #[test]
    fn of_prices_with_steps_the_first_counts() {
        let dimension = |begin: &str, usd: &str| json!({ "beginRange": begin, "pricePerUnit": { "USD": usd } });
        let listed = json!({ "terms": { "OnDemand": { "A": { "effectiveDate": "2026-11-01T00:00:00Z",
            "priceDimensions": { "A.2": dimension("100", "0.01"), "A.1": dimension("0", "0.02") } } } } });
        assert_eq!(price(&listed), Price::read("0.02", "2026-11-01"));
        assert_eq!(price(&json!({ "terms": {} })), None);
    }
}
