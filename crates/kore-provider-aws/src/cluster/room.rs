//! Whether the account has room for a cluster, before anything of it is made: what its plan needs against the account's quotas
//! (Service Quotas User Guide; codes as `ListServiceQuotas` has them), and its kinds of machines against what its zones offer.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};
use serde::Deserialize;

use super::{
    beforehand::Question,
    site::Site,
    zones::{self, Items},
};
use crate::{
    error::{Meaning, Refusal},
    permissions::Purpose,
};

/// A quota, and what counts against it.
#[derive(Debug, Clone, Copy)]
struct Quota {
    service: &'static str,
    code: &'static str,
    /// In AWS's words.
    name: &'static str,
}

const CLUSTERS: Quota = Quota { service: "eks", code: "L-1194D53C", name: "Clusters" };
const POOLS: Quota = Quota { service: "eks", code: "L-6D54EA21", name: "Managed node groups per cluster" };
const NODES: Quota = Quota { service: "eks", code: "L-BD136A63", name: "Nodes per managed node group" };
const NETWORKS: Quota = Quota { service: "vpc", code: "L-F678F1CE", name: "VPCs per Region" };
const ADDRESSES: Quota = Quota { service: "ec2", code: "L-0263D0A3", name: "EC2-VPC Elastic IPs" };

/// What is needed of a quota, of which so much is used.
#[derive(Debug, Clone, Copy)]
struct Need {
    quota: Quota,
    used: usize,
    more: usize,
}

impl Need {
    /// Where there is not enough, in a sentence.
    fn lack(&self, limit: f64) -> Option<String> {
        let Self { quota: Quota { service, code, name }, used, more } = *self;
        // Quotas are counts, far below where a float loses them.
        let lacks = (used + more) as f64 > limit;
        lacks.then(|| format!("{name}: {used} of {limit} used, {more} more needed (quota {code} of {service})"))
    }
}

/// What is in the way, looked at before the first thing is made.
pub(super) struct Room(pub(super) Arc<Site>);

impl Room {
    async fn needs(&self) -> Result<Vec<Need>, Refusal> {
        let parameters = &self.0.parameters;
        let gateways = parameters.gateways().into();
        let pools = &parameters.node_pools;
        let largest = pools.values().map(|pool| pool.size).max().unwrap_or_default();
        Ok(vec![
            Need { quota: CLUSTERS, used: self.clusters().await?, more: 1 },
            Need { quota: NETWORKS, used: self.count("DescribeVpcs").await?, more: 1 },
            Need { quota: ADDRESSES, used: self.count("DescribeAddresses").await?, more: gateways },
            Need { quota: POOLS, used: 0, more: pools.len() },
            Need { quota: NODES, used: 0, more: largest as usize },
        ])
    }

    async fn clusters(&self) -> Result<usize, Refusal> {
        let session = self.0.within(Purpose::Information);
        let mut pages = session.eks().await?.list_clusters().into_paginator().items().send();
        let mut count = 0;
        while let Some(one) = pages.next().await {
            session.answer(one)?;
            count += 1;
        }
        Ok(count)
    }

    async fn count(&self, action: &str) -> Result<usize, Refusal> {
        let session = self.0.within(Purpose::Information);
        let answer: Counted = session.ec2(action, &[]).await?;
        Ok(answer.all.items.len())
    }

    /// How much of it the account may have; none where AWS knows no such quota there.
    async fn limit(&self, quota: Quota) -> Result<Option<f64>, Refusal> {
        let session = self.0.within(Purpose::Information);
        let client = session.quotas().await?;
        let asked = client.get_service_quota().service_code(quota.service).quota_code(quota.code).send().await;
        match session.answer(asked) {
            Ok(answer) => Ok(answer.quota().and_then(|quota| quota.value())),
            Err(refusal) if refusal.meaning == Meaning::NotFound => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// The zones that offer one of these kinds of machines.
    async fn offered(&self, types: &[String]) -> Result<BTreeSet<String>, Refusal> {
        let mut filters = vec![
            ("LocationType".to_owned(), "availability-zone".to_owned()),
            ("Filter.1.Name".to_owned(), "instance-type".to_owned()),
        ];
        filters.extend(types.iter().zip(1..).map(|(kind, at)| (format!("Filter.1.Value.{at}"), kind.clone())));
        let session = self.0.within(Purpose::Information);
        let answer: Offerings = session.ec2("DescribeInstanceTypeOfferings", &filters).await?;
        Ok(answer.all.items.into_iter().map(|one| one.location).collect())
    }
}

/// An answer that is counted.
#[derive(Deserialize)]
struct Counted {
    #[serde(rename = "vpcSet", alias = "addressesSet", default)]
    all: Items<Thing>,
}

#[derive(Deserialize)]
struct Thing {}

#[derive(Deserialize)]
struct Offerings {
    #[serde(rename = "instanceTypeOfferingSet", default)]
    all: Items<Offering>,
}

#[derive(Deserialize)]
struct Offering {
    location: String,
}

#[async_trait]
impl Question for Room {
    fn site(&self) -> &Site {
        &self.0
    }

    async fn lacks(&self) -> Result<Vec<String>, StepError> {
        let look = |what: &'static str| move |refusal: Refusal| refusal.step(format!("look {what}"));
        let needs = self.needs().await.map_err(look("what the account has already"))?;
        let mut lacks = Vec::new();
        for need in needs {
            let limit = self.limit(need.quota).await.map_err(look("at the account's quotas"))?;
            lacks.extend(limit.and_then(|limit| need.lack(limit)));
        }
        let zones = zones::choose(&self.0).await?;
        for (pool, wanted) in &self.0.parameters.node_pools {
            let offered = self.offered(&wanted.machine_types).await.map_err(look("which machines the zones offer"))?;
            let without: Vec<_> = zones.iter().filter(|zone| !offered.contains(*zone)).map(String::as_str).collect();
            if !without.is_empty() {
                let types = wanted.machine_types.join(", ");
                lacks.push(format!("pool {pool}: {} offers no {types}", without.join(" and ")));
            }
        }
        Ok(lacks)
    }

    fn refused(&self, lacks: &str) -> StepError {
        let what = format!("account {} has no room for the cluster: {lacks}", self.0.names.account);
        StepError::new(Code::CloudLimit, Class::Quota, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lack_names_the_quota() {
        let need = |used, more| Need { quota: ADDRESSES, used, more };
        assert_eq!(need(4, 1).lack(5.0), None);
        let said = "EC2-VPC Elastic IPs: 4 of 5 used, 3 more needed (quota L-0263D0A3 of ec2)";
        assert_eq!(need(4, 3).lack(5.0).as_deref(), Some(said));
    }
}
