//! Whether the account has room for a cluster, before anything of it is made: what its plan needs against the account's quotas
//! (Service Quotas User Guide; codes as `ListServiceQuotas` has them), and its kinds of machines against what its zones offer.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use kore_api::{codes::Code, plan::AwsEgress};
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError},
    part::{Act, differs},
};
use serde::Deserialize;

use super::{
    site::Site,
    stack,
    zones::{self, Items},
};
use crate::{
    check::Finding,
    error::{Meaning, Refusal},
    permissions::{Place, Purpose},
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
            let has = |zone: &&String| offered.iter().any(|(_, at)| at == *zone);
            let without: Vec<_> = zones.iter().filter(|zone| !has(zone)).map(String::as_str).collect();
            if !without.is_empty() {
                let types = wanted.machine_types.join(", ");
                lacks.push(format!("pool {pool}: {} offers no {types}", without.join(" and ")));
            }
        }
        Ok(lacks)
    }

    async fn needs(&self) -> Result<Vec<Need>, Refusal> {
        let parameters = &self.0.parameters;
        let gateways = match parameters.egress {
            AwsEgress::OneGateway => 1,
            AwsEgress::GatewayInEachZone => usize::from(parameters.zones),
        };
        let pools = &parameters.node_pools;
        let largest = pools.values().map(|pool| pool.size).max().unwrap_or_default();
        Ok(vec![
            Need { quota: CLUSTERS, used: self.clusters().await?, more: 1 },
            Need { quota: NETWORKS, used: self.count::<Networks>("DescribeVpcs").await?, more: 1 },
            Need { quota: ADDRESSES, used: self.count::<Addresses>("DescribeAddresses").await?, more: gateways },
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

    async fn count<T: Counted>(&self, action: &str) -> Result<usize, Refusal> {
        let session = self.0.within(Purpose::Information);
        let answer: T = session.ec2(action, &[]).await?;
        Ok(answer.count())
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

    /// Kinds of machines and the zones that offer them.
    async fn offered(&self, types: &[String]) -> Result<BTreeSet<(String, String)>, Refusal> {
        let mut filters = vec![
            ("LocationType".to_owned(), "availability-zone".to_owned()),
            ("Filter.1.Name".to_owned(), "instance-type".to_owned()),
        ];
        filters.extend(types.iter().zip(1..).map(|(kind, at)| (format!("Filter.1.Value.{at}"), kind.clone())));
        let session = self.0.within(Purpose::Information);
        let answer: Offerings = session.ec2("DescribeInstanceTypeOfferings", &filters).await?;
        Ok(answer.all.items.into_iter().map(|one| (one.kind, one.location)).collect())
    }
}

/// An answer that is counted.
trait Counted: serde::de::DeserializeOwned {
    fn count(&self) -> usize;
}

#[derive(Deserialize)]
struct Thing {}

#[derive(Deserialize)]
struct Networks {
    #[serde(rename = "vpcSet", default)]
    all: Items<Thing>,
}

impl Counted for Networks {
    fn count(&self) -> usize {
        self.all.items.len()
    }
}

#[derive(Deserialize)]
struct Addresses {
    #[serde(rename = "addressesSet", default)]
    all: Items<Thing>,
}

impl Counted for Addresses {
    fn count(&self) -> usize {
        self.all.items.len()
    }
}

#[derive(Deserialize)]
struct Offerings {
    #[serde(rename = "instanceTypeOfferingSet", default)]
    all: Items<Offering>,
}

#[derive(Deserialize)]
struct Offering {
    #[serde(rename = "instanceType")]
    kind: String,
    location: String,
}

#[async_trait]
impl Act for Room {
    async fn observe(&self) -> Result<Observed, StepError> {
        // What is being made, or was, has found room.
        if stack::find(&self.0).await?.is_some() {
            return Ok(Observed::Ready);
        }
        let lacks = self.lacks().await?;
        Ok(if lacks.is_empty() { Observed::Ready } else { differs(lacks) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let lacks = self.lacks().await?;
        if lacks.is_empty() {
            return Ok(Progress::Applied);
        }
        let what = format!("account {} has no room for the cluster: {}", self.0.names.account, lacks.join("; "));
        Err(StepError::new(Code::CloudLimit, Class::Quota, what))
    }
}

/// Whether Kore may do in the account what it needs, looked at before the first thing is made.
pub(super) struct Allowed(pub(super) Arc<Site>);

impl Allowed {
    /// What is missing, or could not be looked at.
    async fn lacks(&self) -> Result<Vec<String>, StepError> {
        let mut lacks = Vec::new();
        // Zones are not kept yet.
        let here = |purpose: &Purpose| purpose.place() == Place::Account && *purpose != Purpose::Zone;
        for purpose in Purpose::ALL.into_iter().filter(here) {
            let role = purpose.role();
            let found = self.0.check(purpose).await;
            lacks.extend(match found.map_err(|refusal| refusal.step(format!("ask what the role {role} may do")))? {
                Finding::Verified => None,
                Finding::Missing(actions) => Some(format!("{role} lacks {}", actions.join(", "))),
                Finding::Unreachable(why) => Some(format!("{role} cannot be taken: {why}")),
                Finding::Unknown(why) => Some(format!("nobody could ask what {role} may do: {why}")),
            });
        }
        Ok(lacks)
    }
}

#[async_trait]
impl Act for Allowed {
    async fn observe(&self) -> Result<Observed, StepError> {
        if stack::find(&self.0).await?.is_some() {
            return Ok(Observed::Ready);
        }
        let lacks = self.lacks().await?;
        Ok(if lacks.is_empty() { Observed::Ready } else { differs(lacks) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let lacks = self.lacks().await?;
        if lacks.is_empty() {
            return Ok(Progress::Applied);
        }
        let what = format!("in account {}: {}", self.0.names.account, lacks.join("; "));
        Err(StepError::new(Code::CloudPermissionsMissing, Class::AccessLost, what))
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
