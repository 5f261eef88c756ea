//! Kinds of machines and what runs of them in the account (EC2 API reference, `DescribeInstanceTypes`, `DescribeInstances`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{answers::Items, site::Site};
use crate::{cloud::Session, error::Refusal, permissions::Purpose};

/// Values that a filter takes at most.
const VALUES: usize = 200;
/// Answers of a page.
const PAGE: &str = "1000";

/// A kind of machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Machine {
    pub(super) vcpus: usize,
    /// Network interfaces that it can have.
    pub(super) interfaces: usize,
    /// Addresses that each of them can have.
    pub(super) each: usize,
}

/// Machines that run: how many of a kind, as `m7i.large`, and whether they are taken back when AWS needs them.
pub(super) type Running = BTreeMap<(String, bool), usize>;

#[derive(Deserialize)]
struct Kinds {
    #[serde(rename = "instanceTypeSet", default)]
    set: Items<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "instanceType")]
    name: String,
    #[serde(rename = "vCpuInfo")]
    processors: Processors,
    #[serde(rename = "networkInfo")]
    network: Network,
}

#[derive(Deserialize)]
struct Processors {
    #[serde(rename = "defaultVCpus")]
    count: usize,
}

#[derive(Deserialize)]
struct Network {
    #[serde(rename = "maximumNetworkInterfaces")]
    interfaces: usize,
    #[serde(rename = "ipv4AddressesPerInterface")]
    each: usize,
}

/// What these kinds are; one that is none of the region's is left out.
pub(super) async fn kinds(site: &Site, names: &BTreeSet<String>) -> Result<BTreeMap<String, Machine>, Refusal> {
    let session = site.within(Purpose::Information);
    let names: Vec<_> = names.iter().collect();
    let mut kinds = BTreeMap::new();
    for some in names.chunks(VALUES) {
        let mut filter = vec![("Filter.1.Name".to_owned(), "instance-type".to_owned())];
        filter.extend(some.iter().zip(1..).map(|(name, at)| (format!("Filter.1.Value.{at}"), (*name).clone())));
        let answer: Kinds = session.ec2("DescribeInstanceTypes", &filter).await?;
        kinds.extend(answer.set.items.into_iter().map(|kind| {
            let Kind { name, processors, network } = kind;
            (name, Machine { vcpus: processors.count, interfaces: network.interfaces, each: network.each })
        }));
    }
    Ok(kinds)
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "reservationSet", default)]
    set: Items<Reservation>,
    #[serde(rename = "nextToken")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Reservation {
    #[serde(rename = "instancesSet", default)]
    set: Items<Instance>,
}

#[derive(Deserialize)]
struct Instance {
    #[serde(rename = "instanceType")]
    kind: String,
    #[serde(rename = "instanceLifecycle")]
    lifecycle: Option<String>,
}

/// What runs in the account's region, or is about to.
pub(super) async fn running(site: &Site) -> Result<Running, Refusal> {
    let session = site.within(Purpose::Information);
    let mut running = Running::new();
    let mut next = None;
    loop {
        let page = page(&session, next).await?;
        for machine in page.set.items.into_iter().flat_map(|reservation| reservation.set.items) {
            let is_spot = machine.lifecycle.as_deref() == Some("spot");
            *running.entry((machine.kind, is_spot)).or_default() += 1;
        }
        next = page.next.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(running);
        }
    }
}

async fn page(session: &Session, next: Option<String>) -> Result<Page, Refusal> {
    let asked = [
        ("Filter.1.Name", "instance-state-name"),
        ("Filter.1.Value.1", "pending"),
        ("Filter.1.Value.2", "running"),
        ("MaxResults", PAGE),
    ];
    let asked = asked.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let asked: Vec<_> = asked.into_iter().chain(next.map(|token| ("NextToken".to_owned(), token))).collect();
    session.ec2("DescribeInstances", &asked).await
}
