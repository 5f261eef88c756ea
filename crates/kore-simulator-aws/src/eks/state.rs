//! What EKS knows: clusters and what is in them, by account and region. Pure: requests that were read, and facts that were
//! looked up, come in; answers and effects on the world go out.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::progress::{EksKind, Fate, FateOrder, Progress};
use crate::{backing::ClusterRef, config::Settings, ids::Ids, moto::Place, refusal::Refusal};

pub(super) type Fields = Map<String, Value>;
pub(super) type Said = Result<Value, Refusal>;

/// What a request comes with besides what it says.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) place: &'a Place,
    pub(super) ids: &'a Ids,
    pub(super) settings: &'a Settings,
    /// In seconds.
    pub(super) now: f64,
    /// ARN of the role, or of the user, who asks.
    pub(super) principal: &'a str,
    /// What it begins is never to end.
    pub(super) stuck: bool,
}

impl Context<'_> {
    pub(super) fn arn(&self, rest: &str) -> String {
        format!("arn:aws:eks:{}:{}:{rest}", self.place.region, self.place.account)
    }
}

/// What was looked up in moto before.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// The one network of all subnets that the request names.
    pub(super) vpc: Option<String>,
    /// How many zones those subnets are in.
    pub(super) zones: usize,
    /// The launch template that the request names: its id, its name and the number of its version.
    pub(super) template: Option<Value>,
}

/// What is to follow in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// A cluster was begun in this network.
    ClusterBegun { cluster: ClusterRef, vpc: String, subnets: Vec<String> },
    /// A cluster is gone.
    ClusterGone { cluster: ClusterRef },
    /// A node group has so many nodes.
    Scaled { cluster: ClusterRef, nodegroup: String, nodes: u32 },
}

/// What the next observation makes so, unless it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Due {
    /// A cluster is ACTIVE.
    Cluster { cluster: ClusterRef, version: String, services: String, auto_mode: bool },
    /// A cluster is of another version.
    Version { cluster: ClusterRef, version: String },
    /// A cluster is gone.
    Gone { cluster: ClusterRef },
    /// A node group is ACTIVE, or gone.
    Nodes { cluster: ClusterRef, nodegroup: String, nodes: u32 },
}

/// Something with a document, and on its way sometimes.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) document: Fields,
    pub(super) progress: Option<Progress>,
}

impl Thing {
    pub(super) fn text(&self, name: &str) -> &str {
        text(&self.document, name)
    }

    pub(super) fn status(&self) -> &str {
        self.text("status")
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.document.insert(name.to_owned(), value);
    }

    pub(super) fn is(&self, status: &str) -> bool {
        self.status() == status
    }

    /// Its health has this issue now.
    pub(super) fn fall_ill(&mut self, code: &str, message: &str) {
        let issue =
            json!({ "code": code, "message": message, "resourceIds": [self.text("clusterName"), self.text("name")] });
        self.set("health", json!({ "issues": [issue] }));
    }

    pub(super) fn recover(&mut self) {
        self.set("health", json!({ "issues": [] }));
    }
}

/// What an update is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Cluster,
    Nodegroup(String),
    Addon(String),
}

/// An update: its document, and what it writes into its target's once it is successful.
#[derive(Debug, Clone)]
pub(super) struct Update {
    pub(super) target: Target,
    pub(super) document: Fields,
    pub(super) progress: Option<Progress>,
    pub(super) change: Fields,
}

impl Update {
    /// Nodes that it gives a node group.
    pub(super) fn nodes(&self) -> Option<u32> {
        let size = self.change.get("scalingConfig").and_then(|config| config.get("desiredSize"));
        size.and_then(Value::as_u64).map(|size| size as u32)
    }
}

/// A cluster and what is in it.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) thing: Thing,
    pub(super) id: String,
    pub(super) vpc: String,
    pub(super) updates: Vec<Update>,
    pub(super) nodegroups: BTreeMap<String, Thing>,
    pub(super) addons: BTreeMap<String, Thing>,
    /// By the principal's ARN; the second is the policies that are associated.
    pub(super) entries: BTreeMap<String, (Thing, Vec<Value>)>,
    pub(super) pods: BTreeMap<String, Thing>,
    /// What tests ordered insights to say, by their names.
    pub(super) insights: BTreeMap<String, (String, String)>,
}

impl Cluster {
    /// All that is on its way.
    fn ways(&mut self) -> impl Iterator<Item = &mut Progress> {
        let things = [&mut self.thing].into_iter().chain(self.nodegroups.values_mut()).chain(self.addons.values_mut());
        let updates = self.updates.iter_mut().map(|update| &mut update.progress);
        things.map(|thing| &mut thing.progress).chain(updates).filter_map(Option::as_mut)
    }

    pub(super) fn reference(&self, place: &Place) -> ClusterRef {
        ClusterRef {
            account: place.account.clone(),
            region: place.region.clone(),
            name: self.thing.text("name").to_owned(),
            id: self.id.clone(),
        }
    }

    /// It takes changes.
    pub(super) fn active(&self) -> Result<(), Refusal> {
        let name = self.thing.text("name");
        match self.thing.status() {
            "ACTIVE" => Ok(()),
            "UPDATING" => Err(in_use(name, &format!("Cluster {name} currently has an update in progress"))),
            _ => Err(wrong_state(name, &format!("Cluster '{name}' is not in ACTIVE status"))),
        }
    }

    /// Nodes are started as pods need them.
    pub(super) fn is_auto(&self) -> bool {
        let enabled = self.thing.document.get("computeConfig").and_then(|config| config.get("enabled"));
        enabled == Some(&json!(true))
    }

    /// Pods run somewhere.
    pub(super) fn has_nodes(&self) -> bool {
        self.is_auto() || self.nodegroups.values().any(|nodegroup| nodegroup.is("ACTIVE"))
    }
}

/// A request that may be repeated.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) place: Place,
    pub(super) operation: String,
    pub(super) token: String,
    pub(super) cluster: String,
    pub(super) name: Option<String>,
    pub(super) input: Fields,
    pub(super) answer: Value,
}

/// All of EKS.
#[derive(Debug, Default)]
pub(crate) struct Eks {
    pub(super) clusters: BTreeMap<(Place, String), Cluster>,
    pub(super) tokens: Vec<Token>,
    pub(super) orders: Vec<FateOrder>,
    pub(super) effects: Vec<Effect>,
}

impl Eks {
    pub(crate) fn unstick(&mut self) {
        let stuck = self.clusters.values_mut().flat_map(Cluster::ways).filter(|way| way.fate == Fate::Stuck);
        stuck.for_each(|way| way.fate = Fate::Well);
    }

    pub(super) fn cluster(&mut self, context: &Context<'_>, name: &str) -> Result<&mut Cluster, Refusal> {
        self.clusters
            .get_mut(&(context.place.clone(), name.to_owned()))
            .ok_or_else(|| not_found("clusterName", name, &format!("No cluster found for name: {name}.")))
    }

    /// A way of the length that is set, with the end that was ordered for it.
    pub(super) fn begin(
        &mut self,
        context: &Context<'_>,
        kind: EksKind,
        cluster: &str,
        name: Option<&str>,
    ) -> Progress {
        let fits = |order: &FateOrder| {
            order.kind == kind && order.cluster == cluster && (order.name.is_none() || order.name.as_deref() == name)
        };
        let ordered = self.orders.iter().position(fits).map(|at| self.orders.remove(at).fate);
        let fate = if context.stuck { Fate::Stuck } else { ordered.unwrap_or(Fate::Well) };
        Progress { left: context.settings.polls, fate }
    }

    /// It is on its way for one observation more.
    pub(super) fn hold(&mut self, context: &Context<'_>, due: &Due) {
        let (Due::Cluster { cluster, .. }
        | Due::Version { cluster, .. }
        | Due::Gone { cluster }
        | Due::Nodes { cluster, .. }) = due;
        let Ok(found) = self.cluster(context, &cluster.name) else { return };
        let ways: Vec<&mut Progress> = match due {
            Due::Cluster { .. } | Due::Gone { .. } => found.thing.progress.iter_mut().collect(),
            Due::Version { .. } => {
                let updates = found.updates.iter_mut().filter(|update| update.target == Target::Cluster);
                updates.filter_map(|update| update.progress.as_mut()).collect()
            }
            Due::Nodes { nodegroup, .. } => {
                let group = found.nodegroups.get_mut(nodegroup).and_then(|group| group.progress.as_mut());
                let target = Target::Nodegroup(nodegroup.clone());
                let updates = found.updates.iter_mut().filter(|update| update.target == target);
                group.into_iter().chain(updates.filter_map(|update| update.progress.as_mut())).collect()
            }
        };
        for way in ways {
            way.left = way.left.max(1);
        }
    }

    /// Takes an order: for what is on its way now, or else for the next time.
    pub(crate) fn order(&mut self, order: FateOrder) {
        let mut applied = false;
        let mut put = |progress: &mut Option<Progress>| {
            if let Some(progress) = progress {
                progress.fate = order.fate.clone();
                applied = true;
            }
        };
        for ((_, name), cluster) in &mut self.clusters {
            if *name != order.cluster {
                continue;
            }
            let fits = |name: &str| order.name.as_deref().is_none_or(|wanted| wanted == name);
            match order.kind {
                EksKind::Cluster => put(&mut cluster.thing.progress),
                EksKind::Nodegroup => {
                    cluster
                        .nodegroups
                        .iter_mut()
                        .filter(|(name, _)| fits(name))
                        .for_each(|(_, it)| put(&mut it.progress));
                }
                EksKind::Addon => {
                    cluster.addons.iter_mut().filter(|(name, _)| fits(name)).for_each(|(_, it)| put(&mut it.progress));
                }
                EksKind::Update => {
                    for update in &mut cluster.updates {
                        let of = match &update.target {
                            Target::Cluster => order.name.is_none(),
                            Target::Nodegroup(name) | Target::Addon(name) => fits(name),
                        };
                        if of {
                            put(&mut update.progress);
                        }
                    }
                }
            }
        }
        if !applied {
            self.orders.push(order);
        }
    }

    /// Orders what an insight says.
    pub(crate) fn order_insight(&mut self, cluster: &str, insight: &str, status: &str, reason: &str) -> bool {
        let mut found = false;
        for (_, cluster) in self.clusters.iter_mut().filter(|((_, name), _)| name == cluster) {
            cluster.insights.insert(insight.to_owned(), (status.to_owned(), reason.to_owned()));
            found = true;
        }
        found
    }

    /// Everything that exists.
    pub(crate) fn world(&self) -> Vec<Value> {
        self.clusters
            .iter()
            .map(|((place, name), cluster)| {
                json!({
                    "account": place.account, "region": place.region, "cluster": name,
                    "status": cluster.thing.status(),
                    "nodegroups": cluster.nodegroups.keys().collect::<Vec<_>>(),
                    "addons": cluster.addons.keys().collect::<Vec<_>>(),
                    "accessEntries": cluster.entries.keys().collect::<Vec<_>>(),
                    "podIdentityAssociations": cluster.pods.keys().collect::<Vec<_>>(),
                })
            })
            .collect()
    }
}

pub(super) fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The fields of these names that are there.
pub(super) fn picked(fields: &Fields, names: &[&str]) -> Fields {
    names.iter().filter_map(|name| Some(((*name).to_owned(), fields.get(*name)?.clone()))).collect()
}

/// What `change` says over what `value` says, objects member by member.
pub(super) fn merged(value: &Value, change: &Value) -> Value {
    match (value, change) {
        (Value::Object(value), Value::Object(change)) => {
            let mut value = value.clone();
            for (name, change) in change {
                let now = value.get(name).map_or_else(|| change.clone(), |now| merged(now, change));
                value.insert(name.clone(), now);
            }
            Value::Object(value)
        }
        _ => change.clone(),
    }
}

/// A part of a list, and where the next one begins (`maxResults`, `nextToken`).
pub(super) fn page(input: &Fields, name: &str, items: Vec<Value>) -> Said {
    let from = match text(input, "nextToken") {
        "" => 0,
        token => token
            .strip_prefix("from-")
            .and_then(|from| from.parse::<usize>().ok())
            .ok_or_else(|| invalid("", "The provided nextToken is invalid"))?,
    };
    let most = input.get("maxResults").and_then(Value::as_u64).unwrap_or(100) as usize;
    let more = items.len() > from + most;
    let items: Vec<_> = items.into_iter().skip(from).take(most).collect();
    let mut answer = json!({ name: items });
    if more {
        answer = merged(&answer, &json!({ "nextToken": format!("from-{}", from + most) }));
    }
    Ok(answer)
}

fn of_cluster(refusal: Refusal, cluster: &str) -> Refusal {
    if cluster.is_empty() { refusal } else { refusal.with("clusterName", cluster) }
}

pub(super) fn invalid(cluster: &str, message: &str) -> Refusal {
    of_cluster(Refusal::new(400, "InvalidParameterException", message), cluster)
}

pub(super) fn in_use(cluster: &str, message: &str) -> Refusal {
    of_cluster(Refusal::new(409, "ResourceInUseException", message), cluster)
}

pub(super) fn wrong_state(cluster: &str, message: &str) -> Refusal {
    of_cluster(Refusal::new(400, "InvalidRequestException", message), cluster)
}

pub(super) fn limit(cluster: &str, message: &str) -> Refusal {
    of_cluster(Refusal::new(400, "ResourceLimitExceededException", message), cluster)
}

pub(super) fn not_found(member: &str, name: &str, message: &str) -> Refusal {
    Refusal::new(404, "ResourceNotFoundException", message).with(member, name)
}
