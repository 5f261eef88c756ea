//! The graph of a cluster of EKS.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use kore_api::{
    address::{AddressPoolSpec, Purpose as Range},
    cluster::{ClusterRung, NodeCount},
    codes::Code,
    meta,
    plan::Provider,
};
use kore_baseline::{
    Ground,
    objects::{Objects, Rights},
};
use kore_domain::{
    cluster_rbac::{self, Impersonation},
    guardrails::guardrails,
    upgrade::{Facts, Standing},
};
use kore_engine::{
    clock::SharedClock,
    component::Components,
    error::{Class, StepError, chain},
    part::{Act, Part},
    provider::{ClusterFacts, ClusterProvider, ClusterRequest},
};
use kore_kube::clusters::Clusters;

use super::{
    access::Access,
    addon::{self, Addon},
    allowed::Allowed,
    control_plane::ControlPlane,
    credential::{Controllers, Credential},
    delegation::Delegation,
    domain::Domain,
    exposed::{self, Exposed, Unexpose},
    free::Free,
    inside::{self, Inside, Reached},
    leftover::{self, Kind, Leftover, Sweep},
    pool::Pool,
    room::Room,
    site::{Site, parameters},
    stack::{self, Stack},
    template::Template,
    upgrade,
    views::{Freshness, Viewed, Views},
    zone::Zone,
};
use crate::{
    beforehand::{Beforehand, Question},
    cloud::Cloud,
};

const ALLOWED: &str = "allowed";
const ROOM: &str = "room";
const FREE: &str = "free";
const STACK: &str = "stack";
const CLUSTER: &str = "cluster";
const ACCESS: &str = "access";
const ZONE: &str = "zone";
const DELEGATION: &str = "delegation";
const TEMPLATE: &str = "launch-template";
const POOL: &str = "pool";
const EXPOSED: &str = "exposed";
const REACHED: &str = "reached";
const RIGHTS: &str = "rights";
const GUARDRAILS: &str = "guardrails";
const CREDENTIALS: [&str; 2] = [meta::CREDENTIAL_PROVISIONER, meta::CREDENTIAL_GATEWAY];

/// What networks, roles and a control plane take at most; minutes, in AWS.
pub(super) const LONG: Duration = Duration::from_secs(30 * 60);

pub(super) fn pool_id(name: &str) -> String {
    format!("pool/{name}")
}

fn template_id(pool: &str) -> String {
    format!("{TEMPLATE}/{pool}")
}

pub(super) fn addon_id(name: &str) -> String {
    format!("addon/{name}")
}

pub(super) fn viewed<A: Act>(site: &Site, component: &str, is_settled: bool, act: A) -> Viewed<A> {
    let settled = is_settled.then(|| site.wanted.clone());
    Viewed { act, view: site.view.clone(), component: component.to_owned(), settled }
}

/// What is asked before anything is made.
fn question(site: &Site, id: &str, title: &str, asked: impl Question + 'static) -> Part {
    Part::new(id, title, viewed(site, id, true, Beforehand(asked))).question()
}

/// What was found, where it is ours: what is somebody else's is not left of us.
fn ours<T>(found: Result<Option<T>, StepError>) -> Result<Option<T>, StepError> {
    match found {
        Err(error) if error.class == Class::Conflict => Ok(None),
        other => other,
    }
}

/// Makes clusters of EKS.
#[derive(Debug, Clone)]
pub struct EksProvider {
    cloud: Cloud,
    views: Views,
    installation: String,
    inside: Option<Clusters>,
}

impl EksProvider {
    /// For the clusters of an installation.
    #[must_use]
    pub fn new(cloud: Cloud, clock: SharedClock, freshness: Freshness, installation: impl Into<String>) -> Self {
        Self { cloud, views: Views::new(clock, freshness), installation: installation.into(), inside: None }
    }

    /// That goes into its clusters as well: credentials, rights and guardrails. Without, clusters are made that nobody is in.
    #[must_use]
    pub fn entering(self, clusters: Clusters) -> Self {
        Self { inside: Some(clusters), ..self }
    }

    fn ground(&self, request: &ClusterRequest) -> Option<Arc<Ground>> {
        let clusters = self.inside.clone()?;
        Some(Arc::new(Ground::new(clusters, self.installation.clone(), request.name.clone())))
    }

    fn site(&self, request: &ClusterRequest) -> Result<Arc<Site>, StepError> {
        Site::new(self.cloud.clone(), self.views.of(&request.uid), &self.installation, request)
    }

    fn stack(site: &Arc<Site>) -> Part {
        let act = viewed(site, STACK, true, Stack(Arc::clone(site)));
        Part::new(STACK, "Lay down network, key and roles", act)
            .after([ALLOWED, ROOM, FREE])
            .key(site.names.key(STACK, ""))
            .patience(LONG)
            .removal("Remove network, key and roles")
    }

    fn zone(site: &Arc<Site>, domain: Domain) -> Part {
        let (name, key) = (domain.name.clone(), site.names.key(ZONE, &domain.thing()));
        let zone = Zone { site: Arc::clone(site), domain };
        Part::new(ZONE, format!("Make the zone {name}"), viewed(site, ZONE, true, zone))
            .after([ALLOWED, ROOM, FREE])
            .key(key)
            .patience(LONG)
            .removal(format!("Remove the zone {name} and what is in it"))
    }

    fn delegation(site: &Arc<Site>, domain: Domain) -> Part {
        let (name, key) = (domain.name.clone(), site.names.key(DELEGATION, &domain.thing()));
        let delegation = Delegation { site: Arc::clone(site), domain };
        Part::new(DELEGATION, format!("Delegate the zone {name}"), viewed(site, DELEGATION, true, delegation))
            .after([ZONE])
            .key(key)
            .patience(LONG)
            .removal(format!("Take back the delegation of {name}"))
    }

    fn cluster(site: &Arc<Site>) -> Part {
        let act = viewed(site, CLUSTER, false, ControlPlane(Arc::clone(site)));
        // What runs in it may write into its zone for as long as it is there.
        let after = site.domain.iter().map(|_| ZONE);
        Part::new(CLUSTER, "Make the cluster", act)
            .after([STACK])
            .after(after)
            .key(site.names.key(CLUSTER, ""))
            .patience(LONG)
            .removal("Delete the cluster")
    }

    fn template(site: &Arc<Site>, pool: &str) -> Part {
        let wanted = site.parameters.node_pools.get(pool).cloned();
        let id = template_id(pool);
        let act = viewed(site, &id, true, Template { site: Arc::clone(site), pool: pool.to_owned(), wanted });
        Part::new(id, format!("Say how the nodes of pool {pool} are started"), act)
            .after([CLUSTER])
            .key(site.names.key(TEMPLATE, pool))
            .removal(format!("Remove the launch template of pool {pool}"))
    }

    fn pool(site: &Arc<Site>, name: &str) -> Part {
        let wanted = site.parameters.node_pools.get(name).cloned();
        let pool = Pool { site: Arc::clone(site), name: name.to_owned(), wanted };
        let act = viewed(site, &pool_id(name), false, pool);
        Part::new(pool_id(name), format!("Start the nodes of pool {name}"), act)
            .after([CLUSTER.to_owned(), template_id(name)])
            .key(site.names.key(POOL, name))
            .patience(LONG)
            .removal(format!("Delete the nodes of pool {name}"))
    }

    /// What Kore has in every cluster.
    async fn baseline(site: &Arc<Site>, ground: &Arc<Ground>) -> Result<Vec<Part>, StepError> {
        let team = &ground.cluster.team;
        // Who may speak for whom is checked as the API server that is there does it.
        let there = ours(site.cluster().await)?.and_then(|cluster| cluster.version().map(str::to_owned));
        let version = there.unwrap_or_else(|| site.parameters.kubernetes_version.clone());
        let impersonation = Impersonation::of_version(&version);
        let controllers = Arc::new(Controllers(Arc::clone(ground)));
        let granted = cluster_rbac::baseline(team, impersonation);
        let rights = Rights::new(Arc::clone(ground), controllers, impersonation, granted);
        let refused = guardrails(site.parameters.guardrails, &site.parameters.allowed_registries);
        let guardrails =
            Objects { ground: Arc::clone(ground), name: "guardrails", objects: refused, administrator: None };
        let reached = Reached { site: Arc::clone(site), ground: Arc::clone(ground) };
        Ok(vec![
            Part::new(REACHED, "Reach the API server", reached).after([ACCESS, meta::CREDENTIAL_PROVISIONER]),
            Part::new(RIGHTS, "Grant Kore's own parts what they need", rights).after([REACHED]),
            Part::new(GUARDRAILS, "Set the guardrails", guardrails).after([RIGHTS]),
            Part::new(
                "enter",
                "Check access through the gateway's credential",
                kore_baseline::probe::Access(Arc::clone(ground)),
            )
            .after([RIGHTS, GUARDRAILS, meta::CREDENTIAL_GATEWAY])
            .after(site.parameters.node_pools.keys().map(|pool| pool_id(pool))),
        ])
    }

    fn credential(site: &Arc<Site>, ground: &Arc<Ground>, credential: &'static str) -> Part {
        let (gives, takes) = match credential {
            meta::CREDENTIAL_GATEWAY => ("Give the access gateway its way in", "Take the access gateway's way in back"),
            _ => ("Give the controllers their way in", "Take the controllers' way in back"),
        };
        let act = Credential { site: Arc::clone(site), ground: Arc::clone(ground), credential };
        Part::new(credential, gives, act).after([CLUSTER]).key(ground.secret_key(credential)).removal(takes)
    }

    /// While nodes, add-ons and the ways in are there: whoever made it lives on those, and people can look why it takes long.
    fn unexposing(site: &Arc<Site>, ground: &Arc<Ground>, exposed: Exposed) -> Part {
        let key = site.names.key(EXPOSED, &exposed.thing());
        let (title, removal) =
            (format!("Keep what was made for {exposed}"), format!("Take down what was made for {exposed}"));
        let act = Unexpose { site: Arc::clone(site), ground: Arc::clone(ground), exposed };
        Part::new(key.clone(), title, act)
            .after([CLUSTER])
            .after(CREDENTIALS)
            .after(site.parameters.node_pools.keys().map(|pool| pool_id(pool)))
            .after(addon::kinds(&site.parameters).iter().map(|kind| addon_id(kind.name)))
            .key(key)
            .patience(LONG)
            .removal(removal)
    }

    fn sweeping(site: &Arc<Site>, kind: Kind, id: &str) -> Part {
        let key = site.names.key(kind.key(), id);
        let left = Leftover { kind, id: id.to_owned() };
        let (title, removal) = (format!("Keep the {left}"), format!("Remove the {left}"));
        Part::new(key.clone(), title, viewed(site, "", false, Sweep { site: Arc::clone(site), left }))
            .after([STACK])
            .key(key)
            .patience(LONG)
            .removal(removal)
    }
}

#[async_trait]
impl ClusterProvider for EksProvider {
    fn provider(&self) -> Provider {
        Provider::Aws
    }

    fn cloud(&self) -> Option<kore_api::cloud::Cloud> {
        Some(kore_api::cloud::Cloud::Aws)
    }

    fn validate(&self, value: &serde_json::Value) -> Result<(), StepError> {
        parameters(value).map(drop)
    }

    fn rung(&self, _: &ClusterRequest) -> Result<ClusterRung, StepError> {
        Ok(ClusterRung { workloads: true, reason: "nodes of EKS run pods".to_owned(), driver: None })
    }

    fn purposes(&self) -> &'static [Range] {
        &[Range::Node, Range::Service]
    }

    fn fits(&self, pool: &AddressPoolSpec) -> Result<(), StepError> {
        let nodes = pool.node.as_ref().is_some_and(|ranges| (16..=22).contains(&ranges.prefix));
        let services = pool.service.as_ref().is_none_or(|ranges| (12..=24).contains(&ranges.prefix));
        let wrong = |what: &str| StepError::new(Code::ClusterBlocked, Class::Invalid, what);
        match (nodes, services) {
            (true, true) => Ok(()),
            (false, _) => Err(wrong("/spec/node: networks of EKS clusters have a prefix of 16 to 22")),
            (_, false) => Err(wrong("/spec/service: services of EKS clusters have a prefix of 12 to 24")),
        }
    }

    async fn standing(&self, request: &ClusterRequest) -> Result<Option<Standing>, StepError> {
        upgrade::standing(&self.site(request)?).await
    }

    async fn upgrade_facts(&self, request: &ClusterRequest) -> Facts {
        match self.site(request) {
            Ok(site) => upgrade::facts(&site, self.ground(request).as_deref()).await,
            Err(error) => Facts::unknown(&chain(&error)),
        }
    }

    async fn components(&self, request: &ClusterRequest) -> Result<Components, StepError> {
        let site = self.site(request)?;
        // What Kore may do is the same for all clusters of an account.
        let allowed = Viewed {
            act: Beforehand(Allowed(Arc::clone(&site))),
            view: self.views.of(&format!("{} {}", site.names.account, site.names.region)),
            component: ALLOWED.to_owned(),
            settled: Some(format!("{:?}", site.domain.as_ref().map(|domain| &domain.parent))),
        };
        let mut parts = vec![
            Part::new(ALLOWED, "Look whether Kore may do what it needs", allowed).question(),
            question(&site, ROOM, "Look whether the account has room", Room(Arc::clone(&site))),
            question(&site, FREE, "Look whether its names are free", Free(Arc::clone(&site))),
            Self::stack(&site),
            Self::cluster(&site),
            Part::new(ACCESS, "Let Kore into the cluster", viewed(&site, ACCESS, true, Access(Arc::clone(&site))))
                .after([CLUSTER]),
        ];
        if let Some(domain) = &site.domain {
            parts.extend([Self::zone(&site, domain.clone()), Self::delegation(&site, domain.clone())]);
        }
        let pools: Vec<String> = site.parameters.node_pools.keys().cloned().collect();
        let kinds = addon::kinds(&site.parameters);
        for &kind in kinds {
            let before: Vec<String> =
                if kind.needs_nodes { pools.iter().map(|pool| pool_id(pool)).collect() } else { vec![CLUSTER.into()] };
            let id = addon_id(kind.name);
            let act = viewed(&site, &id, true, Addon { site: Arc::clone(&site), kind });
            let part = Part::new(id, kind.title, act);
            parts.push(part.after(before).patience(LONG));
        }
        let first: Vec<String> =
            kinds.iter().filter(|kind| !kind.needs_nodes).map(|kind| addon_id(kind.name)).collect();
        for pool in &pools {
            parts.push(Self::template(&site, pool));
            parts.push(Self::pool(&site, pool).after(first.clone()));
        }
        let ground = self.ground(request);
        if let Some(ground) = &ground {
            parts.extend(CREDENTIALS.map(|credential| Self::credential(&site, ground, credential)));
            parts.extend(Self::baseline(&site, ground).await?);
        }
        let wanted = kore_domain::upgrade::wanted(&request.parameters);
        if let (Some(standing), Some(to)) = (ours(upgrade::standing(&site).await)?, wanted)
            && standing.at < to
        {
            let everything = parts.iter().map(Part::name).collect();
            parts.extend(upgrade::parts(&site, ground.as_ref(), standing.at, to, everything));
        }
        Ok(parts.into_iter().map(Part::boxed).collect())
    }

    async fn leftovers(&self, request: &ClusterRequest, keys: &[String]) -> Result<Components, StepError> {
        let (site, ground) = (self.site(request)?, self.ground(request));
        let parts = keys.iter().filter_map(|key| {
            let (kind, thing) = site.names.parse(key)?;
            match (kind, Kind::of(kind)) {
                (POOL, _) if !site.parameters.node_pools.contains_key(thing) => Some(Self::pool(&site, thing)),
                (TEMPLATE, _) if !site.parameters.node_pools.contains_key(thing) => Some(Self::template(&site, thing)),
                (EXPOSED, _) => Some(Self::unexposing(&site, ground.as_ref()?, Exposed::parse(thing)?)),
                (ZONE, _) => Some(Self::zone(&site, Domain::parse(thing)?)),
                (DELEGATION, _) => Some(Self::delegation(&site, Domain::parse(thing)?)),
                (_, Some(kind)) => Some(Self::sweeping(&site, kind, thing)),
                _ => None,
            }
        });
        Ok(parts.map(Part::boxed).collect())
    }

    async fn sweep(&self, request: &ClusterRequest) -> Result<Vec<String>, StepError> {
        let site = self.site(request)?;
        let names = &site.names;
        let mut found = Vec::new();
        if ours(stack::find(&site).await)?.is_some() {
            found.push(names.key(STACK, ""));
        }
        let ground = self.ground(request);
        if ours(site.cluster().await)?.is_some() {
            found.push(names.key(CLUSTER, ""));
            if let Some(ground) = &ground {
                found.extend(exposed::all(ground).await?.iter().map(|one| names.key(EXPOSED, &one.thing())));
            }
            found.extend(Pool::all(&site).await?.iter().map(|pool| names.key(POOL, pool)));
        }
        if let Some(domain) = site.domain.clone() {
            let thing = domain.thing();
            let zone = Zone { site: Arc::clone(&site), domain: domain.clone() };
            let delegation = Delegation { site: Arc::clone(&site), domain };
            if delegation.is_there().await? {
                found.push(names.key(DELEGATION, &thing));
            }
            if zone.find().await?.is_some() {
                found.push(names.key(ZONE, &thing));
            }
        }
        found.extend(Template::all(&site).await?.iter().map(|pool| names.key(TEMPLATE, pool)));
        if let Some(ground) = ground {
            for credential in CREDENTIALS {
                if ground.secret(credential).await?.is_some() {
                    found.push(ground.secret_key(credential));
                }
            }
        }
        let left = leftover::sweep(&site).await?;
        found.extend(left.iter().map(|left| names.key(left.kind.key(), &left.id)));
        Ok(found)
    }

    async fn facts(&self, request: &ClusterRequest) -> Result<ClusterFacts, StepError> {
        let site = self.site(request)?;
        let cluster = site.cluster().await?;
        let inside = match self.ground(request) {
            Some(ground) => inside::look(&ground).await?,
            None => Inside::default(),
        };
        let said = || cluster.as_ref().and_then(|cluster| cluster.version().map(str::to_owned));
        let ready = match inside.ready {
            Some(ready) => ready,
            None => Pool::running(&site).await?,
        };
        let wanted = site.parameters.node_pools.values().map(|pool| pool.size).sum();
        // Of nodes as needed there are as many as there are to be.
        let desired = if site.parameters.auto_mode { ready } else { wanted };
        Ok(ClusterFacts {
            kubernetes_version: inside.version.or_else(said),
            endpoint: cluster.as_ref().and_then(|cluster| cluster.endpoint().map(str::to_owned)),
            rung: self.rung(request)?,
            nodes: NodeCount { desired, ready },
            domain: site.domain.as_ref().map(|domain| domain.name.clone()),
        })
    }
}
