//! Whether the account has room for a cluster, before anything of it is made, and for more nodes, before a pool grows: what is
//! needed against the account's quotas, kinds of machines against what the zones offer, and nodes against the range of the
//! network.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use kore_api::{
    codes::Code,
    plan::{AwsCapacity, AwsNodePool},
};
use kore_engine::error::{Class, StepError};
use serde::Deserialize;

use super::{
    answers::{Anything, Items},
    machines::{self, Machine, Running},
    pool::Pool,
    range::{self, Nodes},
    site::Site,
    stack, zones,
};
use crate::{
    beforehand::Question,
    error::Refusal,
    permissions::Purpose,
    quota::{self, ADDRESSES, CLUSTERS, NETWORKS, NODES, Need, POOLS},
};

/// What is in the way, looked at before it is made.
pub(super) struct Room(pub(super) Arc<Site>);

/// What is to be made.
struct Coming {
    /// The cluster itself.
    cluster: bool,
    /// How many nodes of which pools.
    nodes: BTreeMap<String, usize>,
}

impl Room {
    async fn coming(&self) -> Result<Coming, StepError> {
        if stack::find(&self.0).await?.is_some() {
            return Ok(Coming { cluster: false, nodes: Pool::growing(&self.0).await? });
        }
        let pools = self.0.parameters.node_pools.iter();
        Ok(Coming { cluster: true, nodes: pools.map(|(name, pool)| (name.clone(), pool.size as usize)).collect() })
    }

    async fn needs(
        &self,
        coming: &Coming,
        kinds: &BTreeMap<String, Machine>,
        running: &Running,
    ) -> Result<Vec<Need>, Refusal> {
        let parameters = &self.0.parameters;
        let pools = &parameters.node_pools;
        let largest = pools.values().map(|pool| pool.size).max().unwrap_or_default();
        let mut needs = vec![
            Need { quota: POOLS, used: 0, more: pools.len() },
            Need { quota: NODES, used: 0, more: largest as usize },
        ];
        if coming.cluster {
            let gateways = parameters.gateways().into();
            needs.extend([
                Need { quota: CLUSTERS, used: self.clusters().await?, more: 1 },
                Need { quota: NETWORKS, used: self.count("DescribeVpcs").await?, more: 1 },
                Need { quota: ADDRESSES, used: self.count("DescribeAddresses").await?, more: gateways },
            ]);
        }
        needs.extend(self.processors(coming, kinds, running));
        Ok(needs)
    }

    /// What the nodes need of the quotas of their families, of which what runs already takes its part.
    fn processors(&self, coming: &Coming, kinds: &BTreeMap<String, Machine>, running: &Running) -> Vec<Need> {
        let mut needs: Vec<Need> = Vec::new();
        for (name, pool) in &self.0.parameters.node_pools {
            let Some(nodes) = coming.nodes.get(name) else { continue };
            let Some((kind, machine)) = first(pool, kinds) else { continue };
            let Some(quota) = quota::of_machines(kind, pool.capacity == AwsCapacity::Spot) else { continue };
            let more = nodes * machine.vcpus;
            match needs.iter_mut().find(|need| need.quota == quota) {
                Some(need) => need.more += more,
                None => needs.push(Need { quota, used: 0, more }),
            }
        }
        for ((kind, is_spot), count) in running {
            let quota = quota::of_machines(kind, *is_spot);
            let vcpus = kinds.get(kind).map(|machine| machine.vcpus * count).unwrap_or_default();
            needs.iter_mut().filter(|need| Some(need.quota) == quota).for_each(|need| need.used += vcpus);
        }
        needs
    }

    /// Where the network's own range has not enough addresses; one that is not given is asked for by whoever makes it.
    fn addresses(&self, kinds: &BTreeMap<String, Machine>) -> Option<String> {
        let parameters = &self.0.parameters;
        let nodes = parameters.node_pools.iter().filter_map(|(name, pool)| {
            let (_, machine) = first(pool, kinds)?;
            Some(Nodes { pool: name.clone(), count: pool.size as usize, machine })
        });
        range::lack(self.0.network?, parameters.zones, &nodes.collect::<Vec<_>>())
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

/// The kind of machine that a pool's nodes are: the first of those that it names.
fn first<'a>(pool: &'a AwsNodePool, kinds: &BTreeMap<String, Machine>) -> Option<(&'a str, Machine)> {
    pool.machine_types.iter().find_map(|kind| Some((kind.as_str(), *kinds.get(kind)?)))
}

/// An answer that is counted.
#[derive(Deserialize)]
struct Counted {
    #[serde(rename = "vpcSet", alias = "addressesSet", default)]
    all: Items<Anything>,
}

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
    async fn is_open(&self) -> Result<bool, StepError> {
        let coming = self.coming().await?;
        Ok(coming.cluster || !coming.nodes.is_empty())
    }

    async fn lacks(&self) -> Result<Vec<String>, StepError> {
        let coming = self.coming().await?;
        let look = |what: &'static str| move |refusal: Refusal| refusal.step(format!("look {what}"));
        let pools = &self.0.parameters.node_pools;
        let running = machines::running(&self.0).await.map_err(look("what the account has already"))?;
        let wanted = pools.values().flat_map(|pool| &pool.machine_types);
        let named = wanted.chain(running.keys().map(|(kind, _)| kind)).cloned().collect();
        let kinds = machines::kinds(&self.0, &named).await.map_err(look("which kinds of machines there are"))?;
        let needs = self.needs(&coming, &kinds, &running).await.map_err(look("what the account has already"))?;
        let mut lacks: Vec<_> = self.addresses(&kinds).into_iter().collect();
        let session = self.0.within(Purpose::Information);
        for need in needs {
            let limit = quota::limit(&session, need.quota).await.map_err(look("at the account's quotas"))?;
            lacks.extend(limit.and_then(|limit| need.lack(limit)));
        }
        let zones = match self.0.outputs().await? {
            Some(outputs) => outputs.list(stack::ZONES)?,
            None => zones::choose(&self.0).await?,
        };
        for (pool, wanted) in pools.iter().filter(|(name, _)| coming.nodes.contains_key(*name)) {
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
