//! What clusters make in a network: by EKS itself, gone with the cluster; by their workloads, which outlives it and holds the
//! network (EKS User Guide, "Amazon EKS networking requirements", "Delete a cluster"; AWS Load Balancer Controller and EBS
//! CSI driver for their tags).

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    backing::ClusterRef,
    eks,
    front::{Call, Front},
    moto::Place,
    refusal::Refusal,
    wire::{Outcome, element, elements},
};

/// An order to leave things behind in a cluster's network: `POST /_kore/leftovers`. The cluster must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeftoverOrder {
    /// Account id.
    pub account: String,
    /// As `eu-central-1`.
    pub region: String,
    /// Name of the cluster.
    pub cluster: String,
}

/// What EKS made by itself: a security group and interfaces, by the cluster's id.
#[derive(Debug, Default)]
pub(crate) struct Own(Mutex<BTreeMap<String, (String, Vec<String>)>>);

impl Own {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, (String, Vec<String>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reset(&self) {
        self.all().clear();
    }
}

type Tags<'a> = &'a [(String, String)];

/// Makes what EKS makes for its control plane; the id of the security group.
pub(crate) async fn with_cluster(front: &Front, cluster: &ClusterRef, vpc: &str, subnets: &[String]) -> Option<String> {
    let place = Place::new(&cluster.account, &cluster.region);
    let name = format!("eks-cluster-sg-{}-{}", cluster.name, front.ids.hex(10));
    let tags = [
        ("aws:eks:cluster-name".to_owned(), cluster.name.clone()),
        (format!("kubernetes.io/cluster/{}", cluster.name), "owned".to_owned()),
    ];
    let made = async {
        let group =
            security_group(front, &place, vpc, &name, "EKS created security group applied to ENI", &tags).await?;
        let mut interfaces = Vec::new();
        for subnet in subnets.iter().take(2) {
            let description = format!("Amazon EKS {}", cluster.name);
            interfaces.push(interface(front, &place, subnet, &description, Some(&group), &[]).await?);
        }
        Ok::<_, Refusal>((group, interfaces))
    };
    match made.await {
        Ok((group, interfaces)) => {
            front.own.all().insert(cluster.id.clone(), (group.clone(), interfaces));
            Some(group)
        }
        Err(refusal) => {
            tracing::warn!(code = refusal.code(), message = refusal.message(), "moto makes no network of a cluster");
            None
        }
    }
}

/// Removes what EKS made. A group that something else uses stays behind, as at AWS.
pub(crate) async fn without_cluster(front: &Front, cluster: &ClusterRef) {
    let place = Place::new(&cluster.account, &cluster.region);
    let Some((group, interfaces)) = front.own.all().remove(&cluster.id) else { return };
    for id in interfaces {
        let _ = front.moto.query(&place, "ec2", "DeleteNetworkInterface", &[("NetworkInterfaceId", &id)]).await;
    }
    let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group.as_str())];
    let users = front.moto.query(&place, "ec2", "DescribeNetworkInterfaces", &filter).await;
    if users.is_ok_and(|answer| elements(&answer, "networkInterfaceId").is_empty()) {
        let _ = front.moto.query(&place, "ec2", "DeleteSecurityGroup", &[("GroupId", &group)]).await;
    }
}

/// Makes what workloads leave: an interface of the CNI, a network load balancer with its target group, security group and
/// interface, and a volume. All have the tags of their makers; interface and volume those of the cluster besides, which add-ons
/// are told to put on what they make, and of EKS's own load balancing everything has its mark. Their ids.
///
/// # Errors
/// When there is no such cluster, or what moto refuses.
pub(crate) async fn leave(front: &Front, order: &LeftoverOrder) -> Result<Value, Refusal> {
    let place = Place::new(&order.account, &order.region);
    let name = &order.cluster;
    let missing = || Refusal::new(404, "ResourceNotFoundException", format!("No cluster found for name: {name}."));
    let (vpc, subnets, own) = eks::lock(front).network(&place, name).ok_or_else(missing)?;
    let subnet = subnets.first().ok_or_else(missing)?;
    let with = |more: &[(&str, &str)]| tags(&own, name, more);
    let of_eks = own.iter().filter(|(key, _)| key.starts_with("eks:"));
    let marks: Map<_, _> = of_eks.map(|(key, mark)| (key.clone(), mark.clone())).collect();
    let instance = format!("i-0{}", front.ids.hex(16));
    let cni = with(&[("cluster.k8s.amazonaws.com/name", name), ("node.k8s.amazonaws.com/instance_id", &instance)]);
    let interface_ = interface(front, &place, subnet, &format!("aws-K8S-{instance}"), None, &cni).await?;
    let short = format!("k8s-shop-{}", front.ids.hex(10));
    let of_controller: &[_] = &[("elbv2.k8s.aws/cluster", name.as_str()), ("service.k8s.aws/stack", "shop/web")];
    let balanced = tags(&marks, name, if marks.is_empty() { of_controller } else { &[] });
    let group = security_group(front, &place, &vpc, &short, "[k8s] Shared Backend SecurityGroup", &balanced).await?;
    let mut parameters = vec![("Name", short.as_str()), ("Type", "network"), ("Subnets.member.1", subnet)];
    let written = member_tags(&balanced);
    parameters.extend(written.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let answer = front.moto.query(&place, "elasticloadbalancing", "CreateLoadBalancer", &parameters).await?;
    let balancer = element(&answer, "LoadBalancerArn").unwrap_or_default();
    let of_balancer = interface(front, &place, subnet, &described(&balancer), Some(&group), &balanced).await?;
    let mut parameters = vec![("Name", short.as_str()), ("Protocol", "TCP"), ("Port", "80"), ("VpcId", vpc.as_str())];
    parameters.extend(written.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let answer = front.moto.query(&place, "elasticloadbalancing", "CreateTargetGroup", &parameters).await?;
    let target = element(&answer, "TargetGroupArn").unwrap_or_default();
    let owned = format!("kubernetes.io/cluster/{name}");
    let kept = with(&[("ebs.csi.aws.com/cluster", "true"), ("KubernetesCluster", name), (&owned, "owned")]);
    let zone = format!("{}a", place.region);
    let mut parameters = vec![("AvailabilityZone".to_owned(), zone), ("Size".to_owned(), "8".to_owned())];
    parameters.extend(specification("volume", &kept));
    let volume = query(front, &place, "CreateVolume", &parameters, "volumeId").await?;
    Ok(json!({
        "networkInterfaces": [interface_, of_balancer], "securityGroups": [group], "loadBalancers": [balancer],
        "targetGroups": [target], "volumes": [volume],
    }))
}

/// The tags of the cluster itself, and these.
fn tags(own: &Map<String, Value>, cluster: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = own.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()));
    let marked = [(format!("kubernetes.io/cluster/{cluster}"), "owned".to_owned())];
    let more = more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    // Keys are unique.
    own.chain(marked).chain(more).collect::<BTreeMap<_, _>>().into_iter().collect()
}

fn member_tags(tags: Tags<'_>) -> Vec<(String, String)> {
    let numbered = tags.iter().enumerate();
    numbered
        .flat_map(|(at, (key, value))| {
            [
                (format!("Tags.member.{}.Key", at + 1), key.clone()),
                (format!("Tags.member.{}.Value", at + 1), value.clone()),
            ]
        })
        .collect()
}

fn specification(kind: &str, tags: Tags<'_>) -> Vec<(String, String)> {
    if tags.is_empty() {
        return Vec::new();
    }
    let mut parameters = vec![("TagSpecification.1.ResourceType".to_owned(), kind.to_owned())];
    for (at, (key, value)) in tags.iter().enumerate() {
        parameters.push((format!("TagSpecification.1.Tag.{}.Key", at + 1), key.clone()));
        parameters.push((format!("TagSpecification.1.Tag.{}.Value", at + 1), value.clone()));
    }
    parameters
}

async fn query(
    front: &Front,
    place: &Place,
    action: &str,
    parameters: &[(String, String)],
    id: &str,
) -> Result<String, Refusal> {
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = front.moto.query(place, "ec2", action, &parameters).await?;
    Ok(element(&answer, id).unwrap_or_default())
}

async fn security_group(
    front: &Front,
    place: &Place,
    vpc: &str,
    name: &str,
    about: &str,
    tags: Tags<'_>,
) -> Result<String, Refusal> {
    let plain = [("GroupName", name), ("GroupDescription", about), ("VpcId", vpc)];
    let mut parameters: Vec<_> = plain.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    parameters.extend(specification("security-group", tags));
    query(front, place, "CreateSecurityGroup", &parameters, "groupId").await
}

async fn interface(
    front: &Front,
    place: &Place,
    subnet: &str,
    about: &str,
    group: Option<&str>,
    tags: Tags<'_>,
) -> Result<String, Refusal> {
    let mut parameters = vec![("SubnetId".to_owned(), subnet.to_owned()), ("Description".to_owned(), about.to_owned())];
    parameters.extend(group.map(|group| ("SecurityGroupId.1".to_owned(), group.to_owned())));
    parameters.extend(specification("network-interface", tags));
    query(front, place, "CreateNetworkInterface", &parameters, "networkInterfaceId").await
}

/// How the interface of a load balancer is described: `ELB net/NAME/ID`.
fn described(balancer: &str) -> String {
    format!("ELB {}", balancer.split_once(":loadbalancer/").map_or("", |(_, rest)| rest))
}

/// Elastic Load Balancing: moto's load balancers have no interfaces, so that nothing would hold their subnets; those that were
/// made for them go with them.
pub(crate) async fn handle_balancers(front: &Front, call: &Call) -> Outcome {
    let answer = front.forward(call).await?;
    let named = call.request.form().into_iter().find(|(name, _)| name == "LoadBalancerArn");
    if let Some((_, arn)) = named.filter(|_| call.operation == "DeleteLoadBalancer" && answer.status.is_success()) {
        let about = described(&arn);
        let filter = [("Filter.1.Name", "description"), ("Filter.1.Value.1", about.as_str())];
        let found = front.moto.query(&call.place(), "ec2", "DescribeNetworkInterfaces", &filter).await?;
        for id in elements(&found, "networkInterfaceId") {
            front.moto.query(&call.place(), "ec2", "DeleteNetworkInterface", &[("NetworkInterfaceId", &id)]).await?;
        }
    }
    Ok(answer)
}
