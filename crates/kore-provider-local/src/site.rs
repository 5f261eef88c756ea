//! One cluster on this machine: its names, its layout, its authorities, and clients to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::PathBuf,
    sync::Arc,
};

use async_trait::async_trait;
use ipnet::Ipv4Net;
use jiff::Timestamp;
use kore_api::{
    address::ClusterAddresses,
    cloud::Cloud,
    cluster::ClusterRung,
    codes::Code,
    config::{Configuration, DEFAULT_ISSUER, REHEARSAL_TEAM},
    meta,
    names::ClusterRef,
    plan::{Guardrails, LocalDriver, LocalParameters},
    supervisor::ProcessSpec,
};
use kore_baseline::{Administrator, Ground};
use kore_domain::upgrade::{Minor, Standing};
use kore_engine::{
    clock::SharedClock,
    error::{Class, StepError},
    provider::ClusterRequest,
};
use kore_kube::{clusters::Clusters, mint::Mints};
use kore_localkube::{
    addresses::{Block, MAX_NODES, Pool},
    builds::{self, Builds},
    certificates::Authorities,
    client::Supervisor,
    control_plane::{ControlPlane, Ports, name_service},
    failure, files,
    host::cgroup::Bounds,
    ladder::Rung,
    node::{
        Machine, Node,
        names::{ClusterNames, NodeNames},
    },
    ports,
    registry::Access,
};
use kube::Client;
use serde::{Deserialize, Serialize};

/// What was given to a cluster and stays, its ports as long as nobody else takes them: in `layout.json`
/// of its directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Layout {
    pub(crate) block: Block,
    pub(crate) services: Ipv4Net,
    pub(crate) ports: Ports,
    /// Which Kubernetes it was brought to, and is on its way to.
    #[serde(default = "before_there_were_two")]
    pub(crate) kubernetes: Standing,
    /// Index of each node: its addresses follow from it.
    pub(crate) nodes: BTreeMap<String, u8>,
}

/// Layouts from when nobody wrote down a version are of clusters that had the only one.
const fn before_there_were_two() -> Standing {
    Standing::at(Minor { major: 1, minor: 36 })
}

impl Layout {
    /// Gives each node an index that no other has.
    ///
    /// # Errors
    /// `KORE-LOCAL-0011` when there are more nodes than indices.
    pub(crate) fn seat<'a>(&mut self, nodes: impl IntoIterator<Item = &'a String>) -> Result<(), StepError> {
        for node in nodes {
            if self.nodes.contains_key(node) {
                continue;
            }
            let taken: BTreeSet<u8> = self.nodes.values().copied().collect();
            let Some(index) = (1..=MAX_NODES).find(|index| !taken.contains(index)) else {
                let what = format!("a local cluster has addresses for {MAX_NODES} nodes");
                return Err(StepError::new(Code::LocalNoAddresses, Class::Invalid, what));
            };
            self.nodes.insert(node.clone(), index);
        }
        Ok(())
    }
}

/// What a program of Kubernetes' belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// The cluster's control plane.
    ControlPlane,
    /// A node.
    Node,
}

impl Belongs {
    /// The version that runs. What does not run, or is of none that the cluster can have, is started at that of what
    /// it belongs to, which for a node is never newer than the API server's.
    fn kept(self, standing: Standing, runs: Option<Minor>) -> Minor {
        let started = match self {
            Self::ControlPlane => standing.newest(),
            Self::Node => standing.at,
        };
        runs.filter(|runs| (standing.at..=standing.newest()).contains(runs)).unwrap_or(started)
    }
}

/// A node that is wanted.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Its pool.
    pub(crate) pool: String,
    pub(crate) size: Bounds,
}

/// A cluster as it should be, and the way to everything it consists of.
pub(crate) struct Site {
    pub(crate) configuration: Arc<Configuration>,
    /// What every cluster has in the management cluster.
    pub(crate) ground: Arc<Ground>,
    pub(crate) supervisor: Supervisor,
    pub(crate) clock: SharedClock,
    pub(crate) names: ClusterNames,
    /// What it can do, by the record if there is one.
    pub(crate) rung: ClusterRung,
    /// The Kubernetes version wanted.
    pub(crate) version: Minor,
    /// Those that there are.
    pub(crate) builds: Builds,
    /// Nodes wanted.
    pub(crate) nodes: BTreeMap<String, Wanted>,
    /// Whom its API server asks whose tokens are, where it stands behind a cluster of a rehearsed cloud: everything but
    /// what makes it one of Kubernetes is then whoever's who made that.
    pub(crate) token_reviews: Option<String>,
    /// What it does with what is unsafe in it.
    pub(crate) guardrails: Guardrails,
    /// Registries that images may come from, besides the installation's own.
    pub(crate) allowed_registries: Vec<String>,
    /// Its ranges of the address plan, once there are some.
    addresses: Option<ClusterAddresses>,
    /// What the machine can do now.
    pub(crate) host: Rung,
}

/// Where a rehearsed cloud says whose tokens are.
fn token_reviews(configuration: &Configuration, cluster: &ClusterRef) -> Option<String> {
    let address = configuration.cloud.stand_in(Cloud::Aws).filter(|_| cluster.team.as_str() == REHEARSAL_TEAM)?;
    Some(format!("{address}/_kore/token-reviews/{}", cluster.name))
}

impl Site {
    pub(crate) fn new(
        configuration: Arc<Configuration>,
        management: Client,
        clock: SharedClock,
        request: &ClusterRequest,
        parameters: &LocalParameters,
        version: Minor,
        host: Rung,
    ) -> Self {
        let rung = rung(parameters.driver, request.rung.as_ref(), &host);
        let mut nodes = BTreeMap::new();
        if rung.workloads {
            for (pool, group) in &parameters.node_pools {
                let size = Bounds { vcpus: group.vcpus, memory_mib: group.memory_mib };
                let wanted = Wanted { pool: pool.clone(), size };
                nodes.extend((1..=group.size).map(|number| (format!("{pool}-{number}"), wanted.clone())));
            }
        }
        Self {
            supervisor: Supervisor::new(&configuration.supervisor_socket),
            names: ClusterNames {
                installation: configuration.installation.to_string(),
                cluster: format!("{}.{}", request.name.team, request.name.name),
                data: configuration.data_dir.clone(),
            },
            builds: Builds::among(&configuration.tools),
            version,
            ground: Arc::new(Ground::new(
                Clusters::new(management, Mints::default()),
                configuration.installation.to_string(),
                request.name.clone(),
            )),
            token_reviews: token_reviews(&configuration, &request.name),
            configuration,
            clock,
            rung,
            nodes,
            guardrails: parameters.guardrails,
            allowed_registries: parameters.allowed_registries.clone(),
            addresses: request.addresses.clone(),
            host,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether it has nodes.
    pub(crate) fn workloads(&self) -> bool {
        !self.nodes.is_empty()
    }

    /// Whether it stands behind a cluster of a rehearsed cloud.
    pub(crate) fn is_behind(&self) -> bool {
        self.token_reviews.is_some()
    }

    pub(crate) fn node_names(&self, node: &str) -> NodeNames {
        NodeNames { cluster: self.names.clone(), node: node.to_owned() }
    }

    fn layout_file(&self) -> PathBuf {
        self.names.directory().join("layout.json")
    }

    /// The layout, once there is one.
    pub(crate) fn layout(&self) -> Result<Option<Layout>, StepError> {
        read_layout(&self.layout_file())
    }

    /// Makes or extends the layout, under a lock that all clusters of the installation share.
    pub(crate) async fn settle(&self) -> Result<(), StepError> {
        let before = self.layout()?;
        let taken_ports = match &before {
            Some(layout) => self.taken_ports(layout).await?,
            None => Vec::new(),
        };
        // Whoever waits for the lock holds up a thread: nothing is waited for with it in hand.
        let _lock = self.lock()?;
        let mut used = BTreeSet::new();
        let clusters = self.configuration.data_dir.join("clusters");
        for entry in std::fs::read_dir(&clusters).map_err(failure::file("read", &clusters))?.flatten() {
            if let Some(other) = read_layout(&entry.path().join("layout.json"))? {
                used.extend(other.ports.all());
            }
        }
        let seed = format!("{} {}", self.names.installation, self.names.cluster);
        let new_ports = || ports::pick(&seed, Ports::COUNT, &used, ports::free).map(Ports::from);
        let mut layout = match self.layout()? {
            Some(layout) => {
                let moves = !taken_ports.is_empty() && before.is_some_and(|before| before.ports == layout.ports);
                let ports = if moves { new_ports()? } else { layout.ports };
                Layout { ports, ..layout }
            }
            None => {
                let (block, services) = self.ranges()?;
                let kubernetes = Standing::at(self.version);
                Layout { block, services, ports: new_ports()?, kubernetes, nodes: BTreeMap::new() }
            }
        };
        layout.seat(self.nodes.keys())?;
        self.write_layout(&layout)
    }

    /// Its ranges, as the address plan has them. Nodes trust the registry on the bridges of the
    /// installation's own pool only.
    fn ranges(&self) -> Result<(Block, Ipv4Net), StepError> {
        let lacks = |what: &str| StepError::new(Code::AddressesExhausted, Class::Quota, what.to_owned());
        let addresses = self.addresses.as_ref().ok_or_else(|| lacks("the cluster has no ranges of addresses"))?;
        let pods = addresses.pod.ok_or_else(|| lacks("the cluster has no range for pods"))?;
        let services = addresses.service.ok_or_else(|| lacks("the cluster has no range for services"))?;
        let pool: Pool = self.configuration.address_pool.parse()?;
        let block = Block::of(pods)?;
        if pool.contains(block.network()) {
            return Ok((block, services));
        }
        let what = format!("{pods} is not of this installation's pool {}", self.configuration.address_pool);
        Err(StepError::new(Code::InputInvalid, Class::Invalid, what))
    }

    /// Addresses of its services, once it has some.
    pub(crate) fn services(&self) -> Option<Ipv4Net> {
        let planned = self.addresses.as_ref().and_then(|addresses| addresses.service);
        planned.or_else(|| self.layout().ok().flatten().map(|layout| layout.services))
    }

    /// Whether there can be firewall rules of it. Where no node can have been, nobody may be allowed to look:
    /// without a layout nothing was begun.
    pub(crate) fn may_have_rules(&self) -> Result<bool, StepError> {
        Ok(self.host.workloads || (self.rung.workloads && self.layout()?.is_some()))
    }

    /// Ports of the cluster that somebody else listens on: it was down, and they were free.
    pub(crate) async fn taken_ports(&self, layout: &Layout) -> Result<Vec<u16>, StepError> {
        let runs = async |process| {
            let status = self.supervisor.observe(&self.names.process(process)).await?;
            Ok::<_, StepError>(status.is_some_and(|status| status.pid.is_some()))
        };
        let mut taken = Vec::new();
        for (process, ports) in layout.ports.by_process(self.workloads()) {
            if runs(process).await? {
                continue;
            }
            let held: Vec<u16> = ports.into_iter().filter(|&port| !ports::free(port)).collect();
            // Asked afterwards as well: it may have been started in between.
            if !held.is_empty() && !runs(process).await? {
                taken.extend(held);
            }
        }
        Ok(taken)
    }

    /// Gives a node's index back.
    pub(crate) fn unseat(&self, node: &str) -> Result<(), StepError> {
        let _lock = self.lock()?;
        let Some(mut layout) = self.layout()? else { return Ok(()) };
        if layout.nodes.remove(node).is_some() { self.write_layout(&layout) } else { Ok(()) }
    }

    /// Has it on record where the cluster is between versions.
    pub(crate) fn stand(&self, standing: Standing) -> Result<(), StepError> {
        let _lock = self.lock()?;
        let Some(layout) = self.layout()? else { return Ok(()) };
        self.write_layout(&Layout { kubernetes: standing, ..layout })
    }

    /// The version that it comes from, while it is being brought to another one.
    pub(crate) fn comes_from(&self) -> Result<Option<Minor>, StepError> {
        Ok(self.layout()?.map(|layout| layout.kubernetes.at).filter(|at| *at != self.version))
    }

    /// The version that something is kept at while nobody upgrades it, see [`Belongs::kept`].
    pub(crate) fn kept(&self, of: Belongs, running: Option<&ProcessSpec>) -> Result<Minor, StepError> {
        let runs = running.and_then(|spec| builds::minor_of(&spec.program));
        Ok(self.layout()?.map_or(self.version, |layout| of.kept(layout.kubernetes, runs)))
    }

    /// Where the programs of a version are.
    fn programs(&self, version: Minor) -> PathBuf {
        self.builds.of(version).map_or_else(|| self.configuration.tools.clone(), |build| build.directory.clone())
    }

    fn write_layout(&self, layout: &Layout) -> Result<(), StepError> {
        let text = serde_json::to_vec(layout).map_err(|error| failure::internal(error.to_string()))?;
        files::write(&self.layout_file(), &text).map(drop)
    }

    fn lock(&self) -> Result<File, StepError> {
        let path = self.configuration.data_dir.join("run/clusters.lock");
        files::directory(&self.configuration.data_dir.join("run"))?;
        let file = File::create(&path).map_err(failure::file("write", &path))?;
        file.lock().map_err(failure::file("lock", &path))?;
        Ok(file)
    }

    /// The control plane, once there is a layout.
    pub(crate) fn plane(&self) -> Result<Option<ControlPlane>, StepError> {
        self.plane_at(self.version)
    }

    /// The control plane at a version, once there is a layout.
    pub(crate) fn plane_at(&self, version: Minor) -> Result<Option<ControlPlane>, StepError> {
        Ok(self.layout()?.map(|layout| self.plane_of(&layout, version)))
    }

    fn plane_of(&self, layout: &Layout, version: Minor) -> ControlPlane {
        ControlPlane {
            name: self.names.cluster.clone(),
            directory: self.names.directory(),
            tools: self.configuration.tools.clone(),
            kubernetes: self.programs(version),
            ports: layout.ports,
            bridge: self.workloads().then(|| layout.block.bridge()),
            services: layout.services,
            issuer: DEFAULT_ISSUER.to_owned(),
            token_reviews: self.token_reviews.clone(),
        }
    }

    /// A node, once it has a seat.
    pub(crate) fn node(&self, name: &str) -> Result<Option<Node>, StepError> {
        self.node_at(name, self.version)
    }

    /// A node at a version, once it has a seat.
    pub(crate) fn node_at(&self, name: &str, version: Minor) -> Result<Option<Node>, StepError> {
        let Some(layout) = self.layout()? else { return Ok(None) };
        let Some(&index) = layout.nodes.get(name) else { return Ok(None) };
        let Some(wanted) = self.nodes.get(name).cloned() else { return Ok(None) };
        Ok(Some(Node {
            names: self.node_names(name),
            pool: wanted.pool,
            size: wanted.size,
            index,
            block: layout.block,
            name_server: name_service(layout.services),
            endpoint: self.plane_of(&layout, version).endpoint_for_nodes(),
            tools: self.configuration.tools.clone(),
            kubernetes: self.programs(version),
            registry: Access::read(&self.configuration)?,
            machine: Machine {
                restrict_oom_score: self.host.restrict_oom_score,
                cgroup_v1: self.host.cgroup_v1,
                size: self.host.size,
            },
        }))
    }

    /// The authorities, once they are made.
    pub(crate) async fn authorities(&self) -> Result<Option<Authorities>, StepError> {
        let Some(secret) = self.ground.secret(meta::CREDENTIAL_CA).await? else { return Ok(None) };
        let entries = secret.data.unwrap_or_default();
        let entries =
            entries.into_iter().filter_map(|(name, value)| Some((name, String::from_utf8(value.0).ok()?))).collect();
        Authorities::from_entries(&entries).map(Some).ok_or_else(|| {
            failure::damaged(format!("secret {} lacks an entry", self.ground.secret_name(meta::CREDENTIAL_CA)))
        })
    }
}

#[async_trait]
impl Administrator for Site {
    async fn client(&self) -> Result<Option<Client>, StepError> {
        let Some(plane) = self.plane()? else { return Ok(None) };
        let path = plane.kubeconfig("admin");
        if !path.exists() {
            return Ok(None);
        }
        let make = async || kore_kube::client::from_file(&path).await;
        self.ground.kept("admin", plane.endpoint(), make).await.map(Some)
    }
}

/// What a cluster can do: what was recorded for the same wish, else what the machine offers.
fn rung(asked: LocalDriver, recorded: Option<&ClusterRung>, host: &Rung) -> ClusterRung {
    if let Some(recorded) = recorded.filter(|recorded| recorded.driver.is_none_or(|driver| driver == asked)) {
        return ClusterRung { driver: Some(asked), ..recorded.clone() };
    }
    let (workloads, reason) = match asked {
        LocalDriver::Auto => (host.workloads, host.reason.clone()),
        // Whether the machine can is another question, which has an error of its own.
        LocalDriver::Native => (true, "the plan asks for nodes".to_owned()),
        LocalDriver::ControlPlaneOnly => {
            (false, "control plane only, workloads will not run: the plan asks for no nodes".to_owned())
        }
    };
    ClusterRung { workloads, reason, driver: Some(asked) }
}

fn read_layout(path: &std::path::Path) -> Result<Option<Layout>, StepError> {
    let Some(text) = files::read(path)? else { return Ok(None) };
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|error| failure::damaged(format!("{} cannot be read", path.display())).caused_by(error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use kore_localkube::host::size::MachineSize;

    use super::*;

    #[test]
    fn a_wish_is_decided_once_and_another_wish_anew() {
        let host = |workloads| Rung {
            workloads,
            reason: format!("workloads: {workloads}"),
            restrict_oom_score: false,
            cgroup_v1: true,
            size: MachineSize::default(),
        };
        for (then, now) in [(true, false), (false, true)] {
            let first = rung(LocalDriver::Auto, None, &host(then));
            assert_eq!((first.workloads, first.reason.as_str()), (then, format!("workloads: {then}").as_str()));
            assert_eq!(rung(LocalDriver::Auto, Some(&first), &host(now)), first);
            let older = ClusterRung { driver: None, ..first.clone() };
            assert_eq!(rung(LocalDriver::Auto, Some(&older), &host(now)), first);
            let alone = rung(LocalDriver::ControlPlaneOnly, Some(&first), &host(true));
            assert!(!alone.workloads && alone.reason.contains("asks for no nodes"));
            assert!(rung(LocalDriver::Native, Some(&first), &host(false)).workloads);
            assert_eq!(rung(LocalDriver::Auto, Some(&alone), &host(now)).workloads, now);
        }
    }

    /// Whatever runs or has crashed, wherever an upgrade was cut off: what is started then is no newer than the API
    /// server that is started with it.
    #[test]
    fn no_node_is_kept_or_started_newer_than_the_api_server() {
        let minor = |minor| Minor { major: 1, minor };
        let (old, new) = (minor(35), minor(36));
        let going = Standing { at: old, to: Some(new) };
        // (API server, a node's kubelet) as they can be after each step; nothing: it has crashed.
        for (standing, api, node) in [
            (Standing::at(old), Some(old), Some(old)),
            (going, Some(old), Some(old)),
            (going, Some(new), Some(old)),
            (going, Some(new), Some(new)),
            (Standing::at(new), Some(new), Some(new)),
        ] {
            for (api, node) in [(api, node), (None, node), (api, None), (None, None)] {
                let api_then = Belongs::ControlPlane.kept(standing, api);
                let node_then = Belongs::Node.kept(standing, node);
                assert!(node_then <= api_then, "{standing:?} {api:?} {node:?}: {node_then} under {api_then}");
            }
        }
        for standing in [Standing::at(old), going] {
            assert_eq!(Belongs::Node.kept(standing, None), old);
            assert_eq!(Belongs::ControlPlane.kept(standing, None), standing.newest());
        }
        let layout = json!({"block": "100.88.0.0/20", "services": "100.92.0.0/22", "nodes": {},
            "ports": Ports::from(24_000)});
        let layout: Layout = serde_json::from_value(layout).unwrap();
        assert_eq!(layout.kubernetes, Standing::at(minor(36)), "of before there were two");
    }

    #[test]
    fn nodes_keep_their_index_and_free_ones_are_used_again() {
        let block = "100.88.0.0/14".parse::<Pool>().unwrap().blocks().next().unwrap();
        let services = "100.92.0.0/22".parse().unwrap();
        let (ports, kubernetes) = (Ports::from(24_000), before_there_were_two());
        let mut layout = Layout { block, services, ports, kubernetes, nodes: BTreeMap::new() };
        let names = |all: &[&str]| all.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        layout.seat(&names(&["a-1", "a-2", "b-1"])).unwrap();
        layout.nodes.remove("a-2");
        layout.seat(&names(&["a-1", "b-1", "b-2"])).unwrap();
        assert_eq!(
            layout.nodes.into_iter().collect::<Vec<_>>(),
            [("a-1".into(), 1), ("b-1".into(), 3), ("b-2".into(), 2)]
        );
    }
}
