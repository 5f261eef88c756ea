//! Amazon EKS, answered by the front itself: moto's makes everything in one go and does not know half of it.
//!
//! A request is read by AWS's model, what it names is looked up, the pure state answers, and what follows in the world is
//! done. Where AWS does not document which error it is, the nearest that the model lists for the operation was taken.

mod access;
mod addons;
mod catalogue;
mod clusters;
mod facts;
mod insights;
mod nodegroups;
mod pods;
mod progress;
mod state;
mod tags;
mod tokens;
mod updates;

#[cfg(test)]
mod tests;

use std::sync::{MutexGuard, PoisonError};

use serde_json::{Value, json};

pub use progress::{EksKind, Fate, FateOrder};
pub(crate) use state::Eks;
pub(crate) use tokens::review;

use self::state::{Context, Due, Effect, Facts, Fields, Said, Token, in_use, text};
use crate::{
    front::{Call, Front},
    identity::Kind,
    leftovers::{self, LeftoverOrder},
    machines,
    model::{EKS, Mismatch},
    moto::Place,
    refusal::Refusal,
    wire::{Answer, Outcome},
};

/// Answers a request.
pub(crate) async fn handle(front: &Front, call: &Call) -> Outcome {
    let unknown = || Refusal::new(404, "UnknownOperationException", format!("EKS here knows no {}", call.operation));
    let operation = EKS.operations.get(&call.operation).ok_or_else(unknown)?;
    let input = EKS
        .rest_input(operation, &call.request.path, &call.request.query, &call.request.body)
        .map_err(|Mismatch(message)| Refusal::new(400, "InvalidParameterException", message))?;
    let place = call.place();
    let facts = facts::look(front, call, &place, &input).await?;
    let settings = front.settings();
    let principal = match &call.identity.kind {
        Kind::Session { role_arn, .. } => role_arn,
        _ => &call.identity.arn,
    };
    let context = Context {
        place: &place,
        ids: &front.ids,
        settings: &settings,
        now: front.keys.now().as_second() as f64,
        principal,
        stuck: call.stuck,
    };
    look_behind(front, &context, &call.operation, &input).await;
    let (said, effects) = {
        let mut eks = lock(front);
        (eks.repeated(&context, &call.operation, &input, &facts), std::mem::take(&mut eks.effects))
    };
    for effect in effects {
        follow(front, effect).await;
    }
    let answer = said.map_err(|refusal| known_error(&call.operation, refusal))?;
    EKS.check_output(operation, &answer).map_err(|Mismatch(message)| {
        tracing::error!(operation = call.operation, message, "an answer that AWS's model does not know");
        Refusal::new(500, "ServerException", format!("the simulator answered {}: {message}", call.operation))
    })?;
    Ok(Answer::json(&answer))
}

/// Where nodes are that are started as pods need them.
const AUTO: &str = "auto";

/// What is about to be so in EKS is to be so behind it, or goes on being on its way.
async fn look_behind(front: &Front, context: &Context<'_>, operation: &str, input: &Fields) {
    let due = match operation {
        "DescribeCluster" => lock(front).cluster_is_due(context, text(input, "name")),
        "DescribeNodegroup" => lock(front).nodegroup_is_due(context, input),
        _ => None,
    };
    let is_so = match &due {
        None => return,
        Some(Due::Cluster { cluster, version, services, auto_mode }) => {
            let reached = front.backing.cluster(cluster, version, services).await;
            if *auto_mode {
                // Lax: there is one from the start, and never another.
                front.backing.nodes(cluster, AUTO, 1).await;
            }
            if let Some(reached) = &reached {
                lock(front).reached(context, &cluster.name, reached);
            }
            reached.is_some()
        }
        Some(Due::Version { cluster, version }) => front.backing.version(cluster, version).await,
        Some(Due::Gone { cluster }) => front.backing.gone(cluster).await,
        Some(Due::Nodes { cluster, nodegroup, nodes }) => {
            let is_so = front.backing.nodes(cluster, nodegroup, *nodes).await;
            let group = lock(front).machines(context, &cluster.name, nodegroup);
            if let (true, Some(group)) = (is_so, group)
                && let Err(refusal) = machines::scale(front, context.place, &group, *nodes as usize).await
            {
                lock(front).starve(context, &cluster.name, nodegroup, &refusal);
            }
            is_so
        }
    };
    if let (false, Some(due)) = (is_so, due) {
        lock(front).hold(context, &due);
    }
}

pub(crate) fn lock(front: &Front) -> MutexGuard<'_, Eks> {
    front.eks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refusals have the status that the model gives them.
fn known_error(operation: &str, refusal: Refusal) -> Refusal {
    let Refusal::Said(mut said) = refusal else { return refusal };
    said.status = EKS.error(&said.code).0.max(said.status);
    let listed =
        EKS.operations.get(operation).is_some_and(|operation| operation.errors.iter().any(|name| *name == said.code));
    if !listed {
        tracing::debug!(operation, code = %said.code, "the model does not list this error for the operation");
    }
    Refusal::Said(said)
}

async fn follow(front: &Front, effect: Effect) {
    match effect {
        Effect::ClusterBegun { cluster, vpc, subnets } => {
            if let Some(group) = leftovers::with_cluster(front, &cluster, &vpc, &subnets).await {
                let place = Place::new(&cluster.account, &cluster.region);
                lock(front).has_security_group(&place, &cluster.name, &group);
            }
            if front.settings().leftovers {
                let order = LeftoverOrder { account: cluster.account, region: cluster.region, cluster: cluster.name };
                if let Err(refusal) = leftovers::leave(front, &order).await {
                    tracing::warn!(code = refusal.code(), message = refusal.message(), "moto makes no leftovers");
                }
            }
        }
        Effect::ClusterGone { cluster } => {
            leftovers::without_cluster(front, &cluster).await;
        }
        Effect::Scaled { cluster, nodegroup, nodes } => {
            front.backing.nodes(&cluster, &nodegroup, nodes).await;
        }
    }
}

impl Eks {
    /// What leftovers of a cluster are made with: its network, a subnet of it, and its tags.
    pub(crate) fn network(&self, place: &Place, name: &str) -> Option<(String, Vec<String>, Fields)> {
        let cluster = self.clusters.get(&(place.clone(), name.to_owned()))?;
        let config = cluster.thing.document.get("resourcesVpcConfig").and_then(|config| config.get("subnetIds"));
        let own = cluster.thing.document.get("tags").and_then(Value::as_object).cloned().unwrap_or_default();
        // What EKS makes itself for workloads has its own mark, and none of the cluster's (EKS User Guide, "Amazon EKS Auto Mode
        // cluster IAM role").
        let tags =
            if cluster.is_auto() { Fields::from_iter([("eks:eks-cluster-name".into(), json!(name))]) } else { own };
        Some((cluster.vpc.clone(), state::texts(config), tags))
    }

    /// Answers a request with the same token, and the same parameters, as it was answered before.
    fn repeated(&mut self, context: &Context<'_>, operation: &str, input: &Fields, facts: &Facts) -> Said {
        let token = text(input, "clientRequestToken");
        let named = |name: &str| text(input, name).to_owned();
        let cluster = if input.contains_key("name") { named("name") } else { named("clusterName") };
        let known = self
            .tokens
            .iter()
            .find(|known| known.token == token && known.place == *context.place && known.operation == operation);
        if let Some(known) = known.filter(|_| !token.is_empty()) {
            if known.input == *input {
                return Ok(known.answer.clone());
            }
            return Err(in_use(&cluster, "The clientRequestToken was used before, with other parameters"));
        }
        let answer = self.perform(context, operation, input, facts)?;
        if !token.is_empty() {
            let part =
                ["nodegroupName", "addonName", "principalArn"].into_iter().find(|name| input.contains_key(*name));
            self.tokens.push(Token {
                place: context.place.clone(),
                operation: operation.to_owned(),
                token: token.to_owned(),
                cluster,
                name: part.map(named),
                input: input.clone(),
                answer: answer.clone(),
            });
        }
        Ok(answer)
    }

    fn perform(&mut self, context: &Context<'_>, operation: &str, input: &Fields, facts: &Facts) -> Said {
        match operation {
            "CreateCluster" => self.create_cluster(context, input, facts),
            "DescribeCluster" => self.describe_cluster(context, input),
            "ListClusters" => self.list_clusters(context, input),
            "DeleteCluster" => self.delete_cluster(context, input),
            "UpdateClusterConfig" => self.update_cluster_config(context, input, facts),
            "UpdateClusterVersion" => self.update_cluster_version(context, input),
            "AssociateEncryptionConfig" => self.associate_encryption_config(context, input),
            "DescribeUpdate" => self.describe_update(context, input),
            "ListUpdates" => self.list_updates(context, input),
            "CancelUpdate" => self.cancel_update(context, input),
            "CreateNodegroup" => self.create_nodegroup(context, input, facts),
            "DescribeNodegroup" => self.describe_nodegroup(context, input),
            "ListNodegroups" => self.list_nodegroups(context, input),
            "UpdateNodegroupConfig" => self.update_nodegroup_config(context, input),
            "UpdateNodegroupVersion" => self.update_nodegroup_version(context, input, facts),
            "DeleteNodegroup" => self.delete_nodegroup(context, input),
            "CreateAddon" => self.create_addon(context, input),
            "DescribeAddon" => self.describe_addon(context, input),
            "ListAddons" => self.list_addons(context, input),
            "UpdateAddon" => self.update_addon(context, input),
            "DeleteAddon" => self.delete_addon(context, input),
            "DescribeAddonVersions" => catalogue::describe_addon_versions(input),
            "DescribeClusterVersions" => catalogue::describe_cluster_versions(input),
            "CreateAccessEntry" => self.create_access_entry(context, input),
            "DescribeAccessEntry" => self.describe_access_entry(context, input),
            "ListAccessEntries" => self.list_access_entries(context, input),
            "UpdateAccessEntry" => self.update_access_entry(context, input),
            "DeleteAccessEntry" => self.delete_access_entry(context, input),
            "ListAccessPolicies" => catalogue::list_access_policies(input),
            "AssociateAccessPolicy" => self.associate_access_policy(context, input),
            "DisassociateAccessPolicy" => self.disassociate_access_policy(context, input),
            "ListAssociatedAccessPolicies" => self.list_associated_access_policies(context, input),
            "CreatePodIdentityAssociation" => self.create_pod_identity_association(context, input),
            "DescribePodIdentityAssociation" => self.describe_pod_identity_association(context, input),
            "ListPodIdentityAssociations" => self.list_pod_identity_associations(context, input),
            "UpdatePodIdentityAssociation" => self.update_pod_identity_association(context, input),
            "DeletePodIdentityAssociation" => self.delete_pod_identity_association(context, input),
            "ListInsights" => self.list_insights(context, input),
            "DescribeInsight" => self.describe_insight(context, input),
            "TagResource" => self.tag(context, input),
            "UntagResource" => self.untag(context, input),
            "ListTagsForResource" => self.list_tags(context, input),
            _ => Ok(json!(Value::Null)),
        }
    }
}
