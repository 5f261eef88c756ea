//! [`LocalProvider`]: the graph of a local cluster.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use ipnet::Ipv4Net;
use k8s_openapi::api::core::v1::Node as NodeObject;
use kore_api::{
    address::{AddressPoolSpec, Purpose},
    cluster::{ClusterRung, NodeCount},
    codes::Code,
    config::Configuration,
    meta,
    plan::{LocalDriver, LocalParameters, Provider},
    supervisor::ProcessSpec,
};
use kore_baseline::{
    Administrator, cluster,
    node::is_ready,
    objects::{Objects, Rights, Serving},
    probe::Access,
};
use kore_domain::{
    cluster_rbac::Impersonation,
    upgrade::{Facts, Minor, Standing},
};
use kore_engine::{
    clock::SharedClock,
    component::{Component, Components, Observed},
    error::{Class, StepError},
    part::{Act, Part},
    provider::{ClusterFacts, ClusterProvider, ClusterRequest},
};
use kore_localkube::{
    addresses::{BLOCK_PREFIX, Pool},
    builds::Builds,
    control_plane::ControlPlane,
    failure,
    ladder::{self, Rung},
    node::Node,
};
use kube::{Api, Client, api::ListParams};

use crate::{
    baseline, facts,
    parts::{
        drain::Drain,
        files::{Certificates, Home},
        network::{Bridge, Namespace, Rules},
        node::{Cgroup, Directory, Ready},
        process::{At, Process},
        secrets::Credential,
    },
    policy_engine,
    site::{Belongs, Site},
    sweep,
};

/// Programs of a control plane, as their processes are called.
const ETCD: &str = "etcd";
pub(crate) const API: &str = "kube-apiserver";
pub(crate) const CONTROLLERS: &str = "kube-controller-manager";
pub(crate) const SCHEDULER: &str = "kube-scheduler";
const STORAGE: &str = "kore-storage-provisioner";
const RELAY: &str = "relay";
const REGISTRY_RELAY: &str = "registry-relay";
const KEPT: At = At::Kept(Belongs::ControlPlane);

/// Makes clusters on the machine that Kore runs on.
#[derive(Clone)]
pub struct LocalProvider {
    configuration: Arc<Configuration>,
    management: Client,
    clock: SharedClock,
    relay: std::path::PathBuf,
    host: Arc<dyn Fn() -> Rung + Send + Sync>,
}

impl std::fmt::Debug for LocalProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalProvider").field("installation", &self.configuration.installation).finish_non_exhaustive()
    }
}

impl LocalProvider {
    /// A provider for an installation, with a client of its management cluster. Relays are processes
    /// of the running program (`kored relay`).
    #[must_use]
    pub fn new(configuration: Configuration, management: Client, clock: SharedClock) -> Self {
        let relay = std::env::current_exe().unwrap_or_default();
        let tools = configuration.tools.clone();
        let host = Arc::new(move || ladder::detect(&tools));
        Self { configuration: Arc::new(configuration), management, clock, relay, host }
    }

    /// With another look at what the machine can do.
    #[must_use]
    pub fn with_host(self, host: impl Fn() -> Rung + Send + Sync + 'static) -> Self {
        Self { host: Arc::new(host), ..self }
    }

    /// With another program for relays, called as `PROGRAM relay --listen ADDRESS --to ADDRESS`.
    #[must_use]
    pub fn with_relay(self, relay: std::path::PathBuf) -> Self {
        Self { relay, ..self }
    }

    fn site(&self, request: &ClusterRequest) -> Result<Arc<Site>, StepError> {
        let parameters = parameters(&request.parameters)?;
        let version = minor(&parameters)?;
        let (configuration, management) = (Arc::clone(&self.configuration), self.management.clone());
        let clock = Arc::clone(&self.clock);
        Ok(Arc::new(Site::new(configuration, management, clock, request, &parameters, version, (self.host)())))
    }

    /// What every cluster has. Rights are those of the API server's version.
    fn control_plane(&self, site: &Arc<Site>, version: Minor) -> Components {
        let graph = Graph { site };
        let s = || Arc::clone(site);
        let credential = |credential| Credential { site: s(), credential };
        let mut parts = vec![
            Part::new("host", "Check that this machine can run it", MachineCheck(s())),
            Part::new("home", "Choose addresses and ports", Home(s()))
                .after(["host"])
                .key(key("files", site, ""))
                .removal("Remove files and data"),
            Part::new("authorities", "Make certificate authorities and keys", credential(meta::CREDENTIAL_CA))
                .key(site.ground.secret_key(meta::CREDENTIAL_CA))
                .removal("Remove certificate authorities and keys"),
            Part::new("certificates", "Issue certificates and write configuration", Certificates(s()))
                .after(["home", "authorities"]),
            Part::new(
                "provisioner-credential",
                "Give the controllers their credential",
                credential(meta::CREDENTIAL_PROVISIONER),
            )
            .after(["home", "authorities"])
            .key(site.ground.secret_key(meta::CREDENTIAL_PROVISIONER))
            .removal("Take the controllers' credential back"),
            graph
                .process(ETCD, "Start the data store", At::Any, ControlPlane::etcd)
                .after(["home", "authorities", "certificates"])
                .removal("Stop the data store"),
            graph
                .process(API, "Start the API server", KEPT, ControlPlane::api_server)
                .after(["home", "authorities", "certificates", ETCD])
                .removal("Stop the API server"),
            graph
                .process(CONTROLLERS, "Start the controllers of Kubernetes", KEPT, ControlPlane::controller_manager)
                .after(["home", "authorities", API])
                .removal("Stop the controllers of Kubernetes"),
        ];
        if site.workloads() {
            parts.extend(self.services(site));
        }
        if site.is_behind() {
            let granted = baseline::behind_rights();
            let administrator = Some(Arc::clone(site) as Arc<dyn Administrator>);
            let rights =
                Objects { ground: Arc::clone(&site.ground), name: "own-rights", objects: granted, administrator };
            parts.push(
                Part::new("rights", "Grant the machine's own parts what they need", rights)
                    .after([API, "provisioner-credential"]),
            );
        } else {
            parts.extend(self.access(site, version));
        }
        parts.into_iter().map(Part::boxed).collect()
    }

    /// Who may come in, and what is refused to them.
    fn access(&self, site: &Arc<Site>, version: Minor) -> Vec<Part> {
        let credential = Credential { site: Arc::clone(site), credential: meta::CREDENTIAL_GATEWAY };
        let mut last = vec!["rights", "guardrails", "gateway-credential", CONTROLLERS];
        if site.workloads() {
            last.push("name-service");
        }
        vec![
            Part::new("gateway-credential", "Give the access gateway its credential", credential)
                .after(["home", "authorities"])
                .key(site.ground.secret_key(meta::CREDENTIAL_GATEWAY))
                .removal("Take the access gateway's credential back"),
            Part::new("rights", "Grant Kore's own parts what they need", rights(site, version))
                .after([API, "provisioner-credential"]),
            Part::new("guardrails", "Set the guardrails", objects(site, "guardrails", baseline::guardrails(site)))
                .after(["rights"]),
            Part::new("access", "Check access through the gateway's credential", Access(Arc::clone(&site.ground)))
                .after(last)
                .after(site.nodes.keys().map(|node| node_id(node, "ready"))),
        ]
    }

    /// What a cluster with nodes has besides.
    fn services(&self, site: &Arc<Site>) -> Vec<Part> {
        let graph = Graph { site };
        let registry =
            site.configuration.registry.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(0);
        let name_service =
            Serving { ground: Arc::clone(&site.ground), namespace: "kube-system", deployment: "coredns" };
        vec![
            graph.bridge().after(["home"]),
            graph.rules().after(["home", "bridge"]),
            graph
                .relay(&self.relay, RELAY, "Let nodes reach the API server", None)
                .after(["home", "bridge"])
                .removal("Stop the nodes' way to the API server"),
            graph
                .relay(&self.relay, REGISTRY_RELAY, "Let nodes reach the registry", Some(registry))
                .after(["home", "bridge"])
                .removal("Stop the nodes' way to the registry"),
            graph
                .process(SCHEDULER, "Start the scheduler", KEPT, ControlPlane::scheduler)
                .after(["home", "authorities", API])
                .removal("Stop the scheduler"),
            graph
                .process(STORAGE, "Start the storage provisioner", At::Any, ControlPlane::storage_provisioner)
                .after(["home", "authorities", API, "rights"])
                .removal("Stop the storage provisioner"),
            Part::new(
                "baseline",
                "Install name service and storage class",
                objects(site, "services", baseline::services(site)),
            )
            .after(["rights"]),
            Part::new(
                "policy-engine-kinds",
                "Add the kinds of the network policy engine",
                objects(site, "policy-engine-kinds", policy_engine::kinds()),
            )
            .after(["rights"]),
            Part::new(
                "policy-engine",
                "Let the network policy engine work",
                objects(site, "policy-engine", policy_engine::start()),
            )
            .after(["policy-engine-kinds"]),
            Part::new("name-service", "Wait for the name service", name_service)
                .after(["baseline", SCHEDULER, CONTROLLERS, REGISTRY_RELAY])
                .after(site.nodes.keys().map(|node| node_id(node, "ready"))),
        ]
    }
}

/// Makes parts of one cluster.
pub(crate) struct Graph<'a> {
    pub(crate) site: &'a Arc<Site>,
}

impl Graph<'_> {
    fn process(&self, program: &'static str, title: &str, at: At, build: fn(&ControlPlane) -> ProcessSpec) -> Part {
        let act = self.plane_process(program, at, build);
        Part::new(program, title, act).key(key("process", self.site, program))
    }

    /// A process of the control plane.
    pub(crate) fn plane_process(&self, program: &str, at: At, build: fn(&ControlPlane) -> ProcessSpec) -> Process {
        let build = move |site: &Site, version| Ok(site.plane_at(version)?.map(|plane| build(&plane)));
        Process { site: Arc::clone(self.site), name: self.site.names.process(program), at, build: Box::new(build) }
    }

    /// A process of a node.
    pub(crate) fn node_process(&self, node: &str, program: &str, at: At, build: fn(&Node) -> ProcessSpec) -> Process {
        let (name, owner) = (self.site.node_names(node).process(program), node.to_owned());
        let build = move |site: &Site, version| Ok(site.node_at(&owner, version)?.map(|node| build(&node)));
        Process { site: Arc::clone(self.site), name, at, build: Box::new(build) }
    }

    fn named_process(
        &self,
        program: String,
        title: &str,
        build: impl Fn(&Site) -> Result<Option<ProcessSpec>, StepError> + Send + Sync + 'static,
    ) -> Part {
        let name = self.site.names.process(&program);
        let key = key("process", self.site, &program);
        let build = move |site: &Site, _| build(site);
        let act = Process { site: Arc::clone(self.site), name, at: At::Any, build: Box::new(build) };
        Part::new(program, title, act).key(key)
    }

    /// A relay from the bridge to the same port on loopback; without a port to the API server's.
    fn relay(&self, program: &std::path::Path, name: &'static str, title: &str, port: Option<u16>) -> Part {
        let program = program.to_owned();
        self.named_process(name.to_owned(), title, move |site| {
            let Some(layout) = site.layout()? else { return Ok(None) };
            let port = port.unwrap_or(layout.ports.api);
            let args = vec![
                "relay".to_owned(),
                "--listen".to_owned(),
                format!("{}:{port}", layout.block.bridge()),
                "--to".to_owned(),
                format!("127.0.0.1:{port}"),
            ];
            Ok(Some(ProcessSpec::new(site.names.process(name), program.clone(), args)))
        })
    }

    fn bridge(&self) -> Part {
        Part::new("bridge", "Make the cluster's network", Bridge(Arc::clone(self.site)))
            .key(key("bridge", self.site, ""))
            .removal("Remove the cluster's network")
    }

    fn rules(&self) -> Part {
        Part::new("rules", "Let pods reach the world", Rules(Arc::clone(self.site)))
            .key(key("nft", self.site, ""))
            .removal("Remove the rules for pods")
    }

    /// The parts of a node. The first of them is removed last.
    fn node(&self, node: &str) -> Vec<Part> {
        let site = self.site;
        let s = || Arc::clone(site);
        let id = |part: &str| node_id(node, part);
        let node_key = |kind: &str| key(kind, site, node);
        let process = |program: &'static str, title: String, at: At, build: fn(&Node) -> ProcessSpec| {
            let act = self.node_process(node, program, at, build);
            Part::new(id(program), title, act).key(key("process", site, &format!("{node}/{program}")))
        };
        let kept = At::Kept(Belongs::Node);
        let bounds = site.nodes.get(node).map(|wanted| wanted.size);
        let group = Cgroup { path: site.node_names(node).cgroup(), bounds };
        vec![
            Part::new(
                id("files"),
                format!("Write the files of node {node}"),
                Directory { site: s(), node: node.into() },
            )
            .after(["home", "authorities", "certificates", "bridge"])
            .key(node_key("node"))
            .removal(format!("Remove mounts and files of node {node}")),
            Part::new(id("cgroup"), format!("Make the cgroup of node {node}"), group)
                .after(["home".to_owned(), "cgroup".to_owned(), id("files")])
                .key(node_key("cgroup"))
                .removal(format!("End what runs on node {node}")),
            Part::new(
                id("network"),
                format!("Join node {node} to the network"),
                Namespace { site: s(), node: node.into() },
            )
            .after(["home".to_owned(), "bridge".to_owned(), id("files")])
            .key(node_key("netns"))
            .removal(format!("Take node {node} out of the network")),
            process("containerd", format!("Start the container runtime of node {node}"), At::Any, Node::containerd)
                .after([id("files"), id("cgroup"), id("network")])
                .removal(format!("Stop containers and their runtime on node {node}")),
            process("felix", format!("Start network policies on node {node}"), At::Any, Node::felix)
                .after([id("files"), id("network"), API.into(), RELAY.into(), "policy-engine".into()])
                .removal(format!("Stop network policies on node {node}")),
            process("kubelet", format!("Start the kubelet of node {node}"), kept, Node::kubelet)
                .after(["files", "cgroup", "network", "containerd", "felix"].map(id))
                .after([API, RELAY])
                .removal(format!("Stop the kubelet of node {node}")),
            process("kube-proxy", format!("Start services on node {node}"), kept, Node::kube_proxy)
                .after([id("files"), id("network"), API.into(), RELAY.into()])
                .removal(format!("Stop services on node {node}")),
        ]
    }

    fn ready(&self, node: &str) -> Part {
        let id = |part: &str| node_id(node, part);
        let act = Ready { site: Arc::clone(self.site), node: node.to_owned(), version: None };
        Part::new(id("ready"), format!("Wait for node {node}"), act).after([
            id("kubelet"),
            id("kube-proxy"),
            CONTROLLERS.to_owned(),
            "provisioner-credential".to_owned(),
        ])
    }

    /// A node that goes: emptied first.
    fn going(&self, node: &str) -> Vec<Part> {
        let act = Drain { site: Arc::clone(self.site), node: node.to_owned() };
        let drain = Part::new(node_id(node, "drain"), format!("Empty node {node}"), act)
            .removal(format!("Move pods away and remove node {node}"))
            .after(
                ["kubelet", "kube-proxy", "felix", "containerd", "network", "files"].map(|part| node_id(node, part)),
            );
        self.node(node).into_iter().chain([drain]).collect()
    }

    /// The cgroup of all nodes, which is empty once they are gone.
    fn group(&self) -> Part {
        let path = self.site.names.cgroup();
        Part::new("cgroup", "Make the cluster's cgroup", Cgroup { path, bounds: None })
            .after(["home"])
            .key(key("cgroup", self.site, ""))
            .removal("Remove the cluster's cgroup")
    }
}

pub(crate) fn node_id(node: &str, part: &str) -> String {
    format!("node/{node}/{part}")
}

/// A natural key: what it is, of which cluster, and which one.
pub(crate) fn key(kind: &str, site: &Site, name: &str) -> String {
    let base = format!("{kind}/{}", site.names.cluster);
    if name.is_empty() { base } else { format!("{base}/{name}") }
}

/// What Kore's own parts may do, as the API server's version checks it.
pub(crate) fn rights(site: &Arc<Site>, version: Minor) -> Rights {
    let impersonation = Impersonation::of_version(&version.to_string());
    let administrator = Arc::clone(site) as Arc<dyn Administrator>;
    Rights::new(Arc::clone(&site.ground), administrator, impersonation, baseline::rights(site, impersonation))
}

/// Objects that the controllers' credential applies.
fn objects(site: &Site, name: &'static str, objects: Vec<serde_json::Value>) -> Objects {
    Objects { ground: Arc::clone(&site.ground), name, objects, administrator: None }
}

fn minor(parameters: &LocalParameters) -> Result<Minor, StepError> {
    parameters
        .kubernetes_version
        .parse()
        .map_err(|error| StepError::new(Code::InputInvalid, Class::Invalid, format!("/kubernetesVersion: {error}")))
}

fn parameters(value: &serde_json::Value) -> Result<LocalParameters, StepError> {
    serde_json::from_value(value.clone()).map_err(|error| {
        StepError::new(Code::InputInvalid, Class::Invalid, format!("parameters of a local cluster: {error}"))
    })
}

#[async_trait]
impl ClusterProvider for LocalProvider {
    fn provider(&self) -> Provider {
        Provider::Local
    }

    fn validate(&self, value: &serde_json::Value) -> Result<(), StepError> {
        let parameters = parameters(value)?;
        let invalid = |what: String| StepError::new(Code::InputInvalid, Class::Invalid, what);
        let (builds, asked) = (Builds::among(&self.configuration.tools), minor(&parameters)?);
        if builds.of(asked).is_none() {
            let what = format!("/kubernetesVersion: {asked} is not here; this installation has {}", builds.words());
            return Err(invalid(what));
        }
        if parameters.driver != LocalDriver::ControlPlaneOnly && parameters.node_pools.is_empty() {
            return Err(invalid("/nodePools: at least one pool is needed".to_owned()));
        }
        let nodes = kore_domain::plan::total_nodes(&parameters);
        let most = u32::from(kore_localkube::addresses::MAX_NODES);
        if nodes > most {
            return Err(invalid(format!("/nodePools: {nodes} nodes; a local cluster has {most} at most")));
        }
        Ok(())
    }

    fn purposes(&self) -> &'static [Purpose] {
        &[Purpose::Pod, Purpose::Service]
    }

    fn fits(&self, pool: &AddressPoolSpec) -> Result<(), StepError> {
        let invalid = |what: String| StepError::new(Code::InputInvalid, Class::Invalid, what);
        let own: Pool = self.configuration.address_pool.parse()?;
        if let Some(pods) = &pool.pod {
            if pods.prefix != BLOCK_PREFIX {
                return Err(invalid(format!("/spec/pod/prefix: a local cluster takes a /{BLOCK_PREFIX}")));
            }
            if let Some(net) = pods.cidrs.iter().find(|net| !own.contains((**net).into())) {
                let pool = &self.configuration.address_pool;
                return Err(invalid(format!("/spec/pod/cidrs: {net} is not in {pool}, which this machine was given")));
            }
        }
        match &pool.service {
            // The first and the tenth address have an owner, and the API server takes no more than 2^20.
            Some(services) if !(12..=24).contains(&services.prefix) => {
                Err(invalid("/spec/service/prefix: from /12 to /24".to_owned()))
            }
            _ => Ok(()),
        }
    }

    async fn occupied(&self) -> Result<Vec<Ipv4Net>, StepError> {
        let routes = kore_localkube::host::network::routes().await?;
        Ok(routes.into_iter().map(|route| Ipv4Net::new_assert(route.host(0), route.prefix())).collect())
    }

    fn rung(&self, request: &ClusterRequest) -> Result<ClusterRung, StepError> {
        Ok(self.site(request)?.rung.clone())
    }

    async fn standing(&self, request: &ClusterRequest) -> Result<Option<Standing>, StepError> {
        Ok(self.site(request)?.layout()?.map(|layout| layout.kubernetes))
    }

    async fn upgrade_facts(&self, request: &ClusterRequest) -> Facts {
        match self.site(request) {
            Ok(site) => facts::gather(&site).await,
            Err(error) => Facts::unknown(&error.to_string()),
        }
    }

    async fn components(&self, request: &ClusterRequest) -> Result<Components, StepError> {
        let site = self.site(request)?;
        let graph = Graph { site: &site };
        let mut components = self.control_plane(&site, api_server(&site).await?);
        if site.workloads() {
            components.push(graph.group().boxed());
        }
        for node in site.nodes.keys() {
            components.extend(graph.node(node).into_iter().map(Part::boxed));
            components.push(graph.ready(node).boxed());
        }
        if let Some(from) = site.comes_from()? {
            components.extend(graph.upgrade(from)?.into_iter().map(Part::boxed));
        }
        Ok(components)
    }

    async fn leftovers(&self, request: &ClusterRequest, keys: &[String]) -> Result<Components, StepError> {
        let site = self.site(request)?;
        let graph = Graph { site: &site };
        let claimed: BTreeSet<String> =
            self.components(request).await?.iter().filter_map(|component| component.external_key()).collect();
        let mut nodes = BTreeSet::new();
        let mut parts: BTreeMap<String, Part> = BTreeMap::new();
        for unclaimed in keys.iter().filter(|&key| !claimed.contains(key)) {
            let Some((kind, rest)) = unclaimed.split_once('/') else { continue };
            let Some(rest) = rest.strip_prefix(&site.names.cluster) else { continue };
            let name = match rest.strip_prefix('/') {
                Some(name) => name,
                None if rest.is_empty() => "",
                // Another cluster, whose name begins with this one's.
                None => continue,
            };
            let node = name.split('/').next().unwrap_or_default();
            let of_node = matches!(kind, "netns" | "cgroup" | "node") || (kind == "process" && name.contains('/'));
            let part = match kind {
                _ if of_node && !node.is_empty() && !site.nodes.contains_key(node) => {
                    nodes.insert(node.to_owned());
                    continue;
                }
                "process" if !name.is_empty() => graph
                    .named_process(name.to_owned(), &format!("Start {name}"), |_| Ok(None))
                    .removal(format!("Stop {name}")),
                "bridge" => graph.bridge(),
                "nft" => graph.rules(),
                "cgroup" if name.is_empty() => graph.group(),
                _ => continue,
            };
            parts.insert(part.id().to_string(), part);
        }
        let mut components: Components = parts.into_values().map(Part::boxed).collect();
        for node in nodes {
            components.extend(graph.going(&node).into_iter().map(Part::boxed));
        }
        Ok(components)
    }

    async fn sweep(&self, request: &ClusterRequest) -> Result<Vec<String>, StepError> {
        sweep::everything(&*self.site(request)?).await
    }

    async fn facts(&self, request: &ClusterRequest) -> Result<ClusterFacts, StepError> {
        let site = self.site(request)?;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut facts = ClusterFacts {
            kubernetes_version: None,
            endpoint: site.plane()?.map(|plane| plane.endpoint()),
            rung: site.rung.clone(),
            nodes: NodeCount { desired: count(site.nodes.len()), ready: 0 },
            domain: None,
        };
        let Some(client) = site.ground.provisioner().await? else { return Ok(facts) };
        facts.kubernetes_version = Some(client.apiserver_version().await.map_err(cluster)?.git_version);
        let nodes = Api::<NodeObject>::all(client.clone()).list(&ListParams::default()).await.map_err(cluster)?;
        let ready = nodes.iter().filter(|node| is_ready(node));
        facts.nodes.ready = count(ready.count());
        Ok(facts)
    }
}

/// The version of the API server that runs, or would be started.
async fn api_server(site: &Site) -> Result<Minor, StepError> {
    if site.comes_from()?.is_none() {
        return Ok(site.version);
    }
    let status = site.supervisor.observe(&site.names.process(API)).await?;
    site.kept(Belongs::ControlPlane, status.as_ref().map(|status| &status.spec))
}

/// Whether the machine can do what the plan asks for.
struct MachineCheck(Arc<Site>);

#[async_trait]
impl Act for MachineCheck {
    async fn observe(&self) -> Result<Observed, StepError> {
        let site = &self.0;
        if site.rung.workloads && !site.host.workloads {
            let (code, class) = if site.names.directory().exists() {
                (Code::LocalRungLost, Class::AccessLost)
            } else {
                (Code::LocalPermission, Class::Terminal)
            };
            return Err(StepError::new(code, class, format!("this machine now: {}", site.host.reason)));
        }
        if let Some(obstacle) = obstacle(site) {
            return Err(obstacle);
        }
        Ok(Observed::Ready)
    }
}

/// A program that the running server was built with and that is gone.
fn obstacle(site: &Site) -> Option<StepError> {
    let missing: Vec<String> = kore_localkube::control_plane::programs(&site.configuration.tools)
        .into_iter()
        .filter(|program| !program.exists())
        .map(|program| program.display().to_string())
        .collect();
    (!missing.is_empty()).then(|| {
        let what = format!("missing: {}", missing.join(", "));
        StepError::new(Code::LocalToolMissing, Class::Retry(failure::SOON), what)
    })
}
