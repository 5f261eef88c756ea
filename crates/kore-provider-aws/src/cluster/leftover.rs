//! What a cluster makes by itself in AWS, and may leave: load balancers, their target groups and security groups, interfaces
//! of pods, volumes (EKS User Guide, "Delete a cluster": what is left holds the network). It carries the cluster's name in a tag:
//! Kore's, which add-ons are told to put on it, that of the controller of load balancers, or that of EKS where it keeps storage
//! and load balancing itself.

use std::{collections::BTreeSet, fmt, sync::Arc};

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::Act,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    answers::{Anything, Items, Tag},
    site::Site,
};
use crate::{
    cloud::Session,
    error::{Meaning, Refusal, settled},
    permissions::{AUTO_MODE_TAG, BALANCER_TAG, CLUSTER_TAG, Purpose},
};

/// Kinds of such things, in the order in which they let go of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    LoadBalancer,
    TargetGroup,
    Interface,
    SecurityGroup,
    Volume,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::LoadBalancer, Self::TargetGroup, Self::Interface, Self::SecurityGroup, Self::Volume];

    /// As keys of the ledger begin.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::LoadBalancer => "load-balancer",
            Self::TargetGroup => "target-group",
            Self::Interface => "interface",
            Self::SecurityGroup => "security-group",
            Self::Volume => "volume",
        }
    }

    pub(super) fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// How people read it.
    pub(super) const fn said(self) -> &'static str {
        match self {
            Self::LoadBalancer => "load balancer",
            Self::TargetGroup => "target group",
            Self::Interface => "network interface",
            Self::SecurityGroup => "security group",
            Self::Volume => "volume",
        }
    }
}

/// Something left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leftover {
    pub(super) kind: Kind,
    /// Id, or ARN.
    pub(super) id: String,
}

impl fmt::Display for Leftover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.said(), self.id)
    }
}

#[derive(Deserialize)]
struct Interfaces {
    #[serde(rename = "networkInterfaceSet", default)]
    set: Items<Interface>,
}
#[derive(Deserialize)]
struct Interface {
    #[serde(rename = "networkInterfaceId")]
    id: String,
}
#[derive(Deserialize)]
struct Groups {
    #[serde(rename = "securityGroupInfo", default)]
    set: Items<Group>,
}
#[derive(Deserialize)]
struct Group {
    #[serde(rename = "groupId")]
    id: String,
    #[serde(rename = "tagSet", default)]
    tags: Items<Tag>,
}
#[derive(Deserialize)]
struct Volumes {
    #[serde(rename = "volumeSet", default)]
    set: Items<Volume>,
}
#[derive(Deserialize)]
struct Volume {
    #[serde(rename = "volumeId")]
    id: String,
    #[serde(rename = "attachmentSet", default)]
    attachments: Items<Attachment>,
}
#[derive(Deserialize)]
struct Attachment {
    #[serde(rename = "deleteOnTermination", default)]
    goes_with_it: bool,
}
/// Elastic Load Balancing says `member` where EC2 says `item`, and puts everything into a result.
#[derive(Deserialize)]
struct Members<T> {
    #[serde(rename = "member", default = "Vec::new")]
    items: Vec<T>,
}
impl<T> Default for Members<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}
#[derive(Deserialize)]
struct Balancers {
    #[serde(rename = "DescribeLoadBalancersResult")]
    result: BalancersResult,
}
#[derive(Deserialize)]
struct BalancersResult {
    #[serde(rename = "LoadBalancers", default)]
    set: Members<Balancer>,
    #[serde(rename = "NextMarker", default)]
    next: Option<String>,
}
#[derive(Deserialize)]
struct Balancer {
    #[serde(rename = "LoadBalancerArn")]
    arn: String,
}
#[derive(Deserialize)]
struct Targets {
    #[serde(rename = "DescribeTargetGroupsResult")]
    result: TargetsResult,
}
#[derive(Deserialize)]
struct TargetsResult {
    #[serde(rename = "TargetGroups", default)]
    set: Members<Target>,
    #[serde(rename = "NextMarker", default)]
    next: Option<String>,
}
#[derive(Deserialize)]
struct Target {
    #[serde(rename = "TargetGroupArn")]
    arn: String,
}
#[derive(Deserialize)]
struct Tags {
    #[serde(rename = "DescribeTagsResult")]
    result: TagsResult,
}
#[derive(Deserialize)]
struct TagsResult {
    #[serde(rename = "TagDescriptions", default)]
    set: Members<Tagged>,
}
#[derive(Deserialize)]
struct Tagged {
    #[serde(rename = "ResourceArn")]
    arn: String,
    #[serde(rename = "Tags", default)]
    tags: Members<Tag>,
}
/// Tags of so many things are told at once (API reference, `DescribeTags`).
const AT_ONCE: usize = 20;

/// All of what Elastic Load Balancing tells a page at a time: what a page names, and what the next one begins with.
async fn pages<T: DeserializeOwned>(
    session: &Session,
    action: &str,
    read: impl Fn(T) -> (Vec<String>, Option<String>),
) -> Result<Vec<String>, Refusal> {
    let (mut all, mut parameters) = (Vec::new(), Vec::new());
    loop {
        let (named, next) = read(session.load_balancing(action, &parameters).await?);
        all.extend(named);
        match next.filter(|marker| !marker.is_empty()) {
            Some(marker) => parameters = vec![("Marker".to_owned(), marker)],
            None => return Ok(all),
        }
    }
}

/// Everything that the cluster left, in the order in which it can go.
pub(super) async fn sweep(site: &Site) -> Result<Vec<Leftover>, StepError> {
    let name = &site.names.cluster;
    all(site).await.map_err(|refusal| refusal.step(format!("look what the cluster {name} left")))
}

async fn all(site: &Site) -> Result<Vec<Leftover>, Refusal> {
    let session = site.within(Purpose::Network);
    let cluster = &site.names.cluster;
    let key = if site.parameters.auto_mode { AUTO_MODE_TAG } else { CLUSTER_TAG };
    let by = |key: &str| {
        vec![("Filter.1.Name".to_owned(), format!("tag:{key}")), ("Filter.1.Value.1".to_owned(), cluster.clone())]
    };
    let tagged = by(key);
    let mut found = Vec::new();
    let mut add = |kind, ids: Vec<String>| found.extend(ids.into_iter().map(|id| Leftover { kind, id }));

    let balancers = pages(&session, "DescribeLoadBalancers", |Balancers { result }: Balancers| {
        (result.set.items.into_iter().map(|one| one.arn).collect(), result.next)
    });
    let balancers = balancers.await?.into_iter().map(|arn| (Kind::LoadBalancer, arn));
    let targets = pages(&session, "DescribeTargetGroups", |Targets { result }: Targets| {
        (result.set.items.into_iter().map(|one| one.arn).collect(), result.next)
    });
    let targets = targets.await?.into_iter().map(|arn| (Kind::TargetGroup, arn));
    let balancing: Vec<_> = balancers.chain(targets).collect();
    for some in balancing.chunks(AT_ONCE) {
        let arns = some.iter().zip(1..).map(|((_, arn), at)| (format!("ResourceArns.member.{at}"), arn.clone()));
        let answer: Tags = session.load_balancing("DescribeTags", &arns.collect::<Vec<_>>()).await?;
        let of_cluster = |tag: &Tag| [key, BALANCER_TAG].contains(&tag.key.as_str()) && tag.value == *cluster;
        let ours = answer.result.set.items.into_iter().filter(|one| one.tags.items.iter().any(of_cluster));
        for Tagged { arn, .. } in ours {
            if let Some((kind, _)) = some.iter().find(|(_, one)| *one == arn) {
                add(*kind, vec![arn]);
            }
        }
    }
    let interfaces: Interfaces = session.ec2("DescribeNetworkInterfaces", &tagged).await?;
    add(Kind::Interface, interfaces.set.items.into_iter().map(|one| one.id).collect());
    // Those of the stack go with it.
    let stacks = |tag: &Tag| tag.key.starts_with("aws:cloudformation:");
    let mut groups = BTreeSet::new();
    for key in [key, BALANCER_TAG] {
        let some: Groups = session.ec2("DescribeSecurityGroups", &by(key)).await?;
        let some = some.set.items.into_iter().filter(|group| !group.tags.items.iter().any(stacks));
        groups.extend(some.map(|one| one.id));
    }
    add(Kind::SecurityGroup, groups.into_iter().collect());
    let volumes: Volumes = session.ec2("DescribeVolumes", &tagged).await?;
    // Disks of nodes go with them.
    let is_of_node = |one: &Volume| one.attachments.items.iter().any(|attachment| attachment.goes_with_it);
    add(Kind::Volume, volumes.set.items.into_iter().filter(|one| !is_of_node(one)).map(|one| one.id).collect());
    found.sort_by_key(|left| left.kind);
    Ok(found)
}

/// Removes one thing that the cluster left, once the cluster is gone.
pub(super) struct Sweep {
    pub(super) site: Arc<Site>,
    pub(super) left: Leftover,
}

impl Sweep {
    async fn remove(&self) -> Result<(), Refusal> {
        let session = self.site.within(Purpose::Network);
        let id = self.left.id.clone();
        let with = |name: &str| vec![(name.to_owned(), id.clone())];
        let answer: Result<Anything, Refusal> = match self.left.kind {
            Kind::LoadBalancer => session.load_balancing("DeleteLoadBalancer", &with("LoadBalancerArn")).await,
            Kind::TargetGroup => session.load_balancing("DeleteTargetGroup", &with("TargetGroupArn")).await,
            Kind::Interface => session.ec2("DeleteNetworkInterface", &with("NetworkInterfaceId")).await,
            Kind::SecurityGroup => session.ec2("DeleteSecurityGroup", &with("GroupId")).await,
            Kind::Volume => session.ec2("DeleteVolume", &with("VolumeId")).await,
        };
        settled(answer.map(drop))
    }
}

#[async_trait]
impl Act for Sweep {
    async fn observe(&self) -> Result<Observed, StepError> {
        let found = sweep(&self.site).await?;
        Ok(if found.contains(&self.left) { Observed::Ready } else { Observed::Absent })
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        if self.site.cluster().await?.is_some() {
            return Ok(Progress::Waiting { reason: "the cluster to be gone".to_owned() });
        }
        match self.remove().await {
            // Another one goes first.
            Err(refusal) if refusal.meaning == Meaning::Dependency => {
                Ok(Progress::Waiting { reason: format!("{} to be let go of: {refusal}", self.left) })
            }
            other => {
                other.map(|()| Progress::Applied).map_err(|refusal| refusal.step(format!("remove the {}", self.left)))
            }
        }
    }
}
