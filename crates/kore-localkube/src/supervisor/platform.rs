//! Bringing the platform up and down.

use std::{collections::BTreeSet, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

use kore_api::{
    codes::Code,
    supervisor::{Platform, ProcessSpec, Readiness},
};
use kore_engine::error::{Class, StepError};
use tokio::sync::mpsc;

use super::{
    Daemon, machine,
    steps::{Reporter, Steps},
};
use crate::{
    addresses::Pool,
    builds,
    certificates::{self, Authorities, LeafFiles, Pair, Request},
    control_plane::{ControlPlane, MANAGEMENT_SERVICES, Ports},
    failure, files,
    host::settings::Settings,
    inventory, ladder, ports,
    process::Processes,
    registry::Registry,
    rehearsal::StandIn,
};

/// Name of the management cluster's processes before the slash.
pub const MANAGEMENT: &str = "management";
/// Name of the server's process.
pub const SERVER: &str = "server";
/// User of `kored server` in the management cluster.
pub const SERVER_USER: &str = "system:kore:server";

const PATIENCE: Duration = Duration::from_secs(120);
const RENEWAL: Duration = Duration::from_secs(12 * 3600);

impl Daemon {
    pub(super) fn platform(&self) -> Platform {
        let configuration = &self.configuration;
        let rung = ladder::detect(&configuration.tools);
        Platform {
            installation: configuration.installation.to_string(),
            url: format!("http://{}", configuration.listen),
            gateway: format!("https://{}", configuration.gateway_listen),
            admin_socket: configuration.admin_socket.clone(),
            kubernetes_version: builds::version(&configuration.tools).unwrap_or_else(|| "unknown".to_owned()),
            workloads: rung.workloads,
            workloads_reason: rung.reason,
            rehearsal: configuration.cloud.rehearsal.keys().copied().collect(),
            evaluation: configuration.cloud.evaluation.keys().copied().collect(),
        }
    }

    /// Brings everything up; what is up already is verified and left alone.
    pub(super) async fn up(&self, steps: &Steps) -> Result<Platform, StepError> {
        let _moving = match self.moving.try_lock() {
            Ok(moving) => moving,
            Err(_) => {
                let title = "Wait for the kore up or down that runs already";
                steps.run("turn", title, async |_| Ok(self.moving.lock().await)).await?
            }
        };
        let mut stopping = self.stopping.subscribe();
        tokio::select! {
            biased;
            _ = stopping.wait_for(|&stopping| stopping) => {
                Err(StepError::new(Code::LocalBusy, Class::Retry(failure::SOON), "the platform is going down"))
            }
            result = self.bring_up(steps) => result,
        }
    }

    async fn bring_up(&self, steps: &Steps) -> Result<Platform, StepError> {
        let stand_in = StandIn::of(&self.configuration, &self.options.kored);
        steps
            .run("machine", "Check this machine", async |reporter: &mut Reporter| {
                let runs = |name: &str| self.processes.observe(name).is_some_and(|status| status.pid.is_some());
                if ladder::detect(&self.configuration.tools).workloads {
                    let (installation, data) = (&self.configuration.installation, &self.configuration.data_dir);
                    Settings::default().raise(installation.as_str(), data)?;
                }
                let findings = machine::examine(&self.configuration, stand_in.as_ref(), runs);
                reporter.found(&machine::verdict(&findings)?);
                Ok(())
            })
            .await?;
        let plane = steps
            .run("data", "Prepare data", async |reporter: &mut Reporter| {
                reporter.found(&self.configuration.data_dir.display().to_string());
                self.prepare()
            })
            .await?;
        let registry = self.registry()?;
        let start_registry = async {
            self.start(steps, "Start the registry", registry.process()).await?;
            steps.run("images", "Put images on the registry", async |_| registry.push_images().await).await
        };
        let start_management = async {
            self.start(steps, "Start the management cluster's data store", plane.etcd()).await?;
            self.start(steps, "Start the management cluster's API server", plane.api_server()).await?;
            self.start(steps, "Start the management cluster's controllers", plane.controller_manager()).await
        };
        let start_stand_in = async {
            match &stand_in {
                Some(stand_in) => self.start(steps, "Start what stands in for AWS", stand_in.process()?).await,
                None => Ok(()),
            }
        };
        tokio::try_join!(start_registry, start_management, start_stand_in)?;
        self.processes.release();
        if self.options.with_server {
            self.start(steps, "Start the server", self.server()).await?;
        }
        Ok(self.platform())
    }

    /// Certificates live ninety days and the platform longer: what is up is brought up again now and
    /// then, which renews what is due and starts again what reads it.
    pub(super) async fn renew_forever(&self) {
        loop {
            tokio::time::sleep(RENEWAL).await;
            let (out, _) = mpsc::unbounded_channel();
            let up = self.processes.observe(&format!("{MANAGEMENT}/kube-apiserver")).is_some();
            if up && let Err(error) = self.up(&Steps { out, clock: Arc::clone(&self.clock) }).await {
                tracing::warn!(%error, "the daily look at the platform failed");
            }
        }
    }

    /// Ends everything. What the kernel holds for us (namespaces, links, mounts, cgroups, rules) goes
    /// too, as it would in a reboot; data stays unless `purge`.
    pub(super) async fn down(&self, steps: &Steps, purge: bool) -> Result<(), StepError> {
        self.stopping.send_replace(true);
        let _moving = self.moving.lock().await;
        let stop = steps
            .run("processes", "Stop everything that runs", async |reporter: &mut Reporter| {
                self.processes.stop_all(|names| reporter.waits(&names.join(", "))).await
            })
            .await;
        let scope =
            inventory::Scope::installation(self.configuration.installation.as_str(), &self.configuration.data_dir);
        let title = "Remove namespaces, links, mounts and cgroups";
        steps.run("network", title, async |_| inventory::clear(&scope).await).await?;
        if purge {
            let title = "Put the machine's settings back";
            let (installation, data) = (self.configuration.installation.as_str(), &self.configuration.data_dir);
            steps.run("settings", title, async |_| Settings::default().release(installation, data)).await?;
            steps.run("data", "Remove all data", async |_| files::remove(&self.configuration.data_dir)).await?;
        }
        stop
    }

    async fn start(&self, steps: &Steps, title: &str, spec: ProcessSpec) -> Result<(), StepError> {
        let name = spec.name.clone();
        steps
            .run(&name, title, async |reporter: &mut Reporter| apply_and_wait(&self.processes, spec, reporter).await)
            .await
    }

    /// Certificates, keys and configuration of everything that `Up` starts itself.
    fn prepare(&self) -> Result<ControlPlane, StepError> {
        let configuration = &self.configuration;
        let data = &configuration.data_dir;
        for directory in ["run", "pki", "management", "clusters", "nodes", "registry", "db", "logs"] {
            files::directory(&data.join(directory))?;
        }
        let now = self.clock.now();
        let authority = self.installation_authority()?;
        let addresses = [IpAddr::from([127, 0, 0, 1]), configuration.gateway_listen.ip()];
        let gateway = Request::server("system:kore:gateway", &["localhost"], &addresses);
        self.leaf("gateway").ensure(&authority, &gateway, now)?;
        let pool: Pool = configuration.address_pool.parse()?;
        self.leaf("registry").ensure(&authority, &Registry::certificate(pool), now)?;
        self.registry()?.write(rand::random())?;
        let plane = self.management()?;
        let authorities = self.management_authorities()?;
        plane.write(&authorities, now)?;
        let server = Request::client(SERVER_USER, Some("system:masters"));
        plane.write_client(&authorities, "server", &server, &plane.endpoint(), now)?;
        let kubeconfig = files::read(&plane.kubeconfig("server"))?.unwrap_or_default();
        files::write(&configuration.management_kubeconfig, kubeconfig.as_bytes())?;
        Ok(plane)
    }

    fn leaf(&self, name: &str) -> LeafFiles {
        LeafFiles::new(&self.configuration.data_dir.join("pki"), name)
    }

    /// The authority of what this installation itself serves: gateway and registry.
    fn installation_authority(&self) -> Result<Pair, StepError> {
        let pki = self.configuration.data_dir.join("pki");
        let (certificate, key) = (pki.join("ca.crt"), pki.join("ca.key"));
        if let (Some(certificate), Some(key)) = (files::read(&certificate)?, files::read(&key)?) {
            return Ok(Pair { certificate, key });
        }
        let name = format!("Kore {}", self.configuration.installation);
        let authority = certificates::authority(&name, self.clock.now())?;
        files::write(&key, authority.key.as_bytes())?;
        files::write(&certificate, authority.certificate.as_bytes())?;
        Ok(authority)
    }

    fn registry(&self) -> Result<Registry, StepError> {
        let configuration = &self.configuration;
        let port = configuration
            .registry
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
            .ok_or_else(|| failure::damaged(format!("registry {:?} has no port", configuration.registry)))?;
        Ok(Registry {
            directory: configuration.data_dir.join("registry"),
            leaf: self.leaf("registry"),
            ca: configuration.data_dir.join("pki/ca.crt"),
            port,
            tools: configuration.tools.clone(),
        })
    }

    /// The management cluster. Its ports stay the same for as long as nobody else takes them.
    fn management(&self) -> Result<ControlPlane, StepError> {
        let directory = self.configuration.data_dir.join(MANAGEMENT);
        let path = directory.join("ports.json");
        let kept: Option<Ports> = files::read(&path)?.and_then(|text| serde_json::from_str(&text).ok());
        let runs =
            self.processes.list().iter().any(|status| status.spec.name.starts_with(MANAGEMENT) && status.pid.is_some());
        let ports = match kept {
            Some(ports) if runs || ports.all().into_iter().all(ports::free) => ports,
            _ => {
                let seed = format!("{} {MANAGEMENT}", self.configuration.installation);
                let ports = Ports::from(ports::pick(&seed, Ports::COUNT, &BTreeSet::new(), ports::free)?);
                let text = serde_json::to_vec(&ports).map_err(|error| failure::internal(error.to_string()))?;
                files::write(&path, &text)?;
                ports
            }
        };
        let tools = self.configuration.tools.clone();
        Ok(ControlPlane {
            name: MANAGEMENT.to_owned(),
            directory,
            kubernetes: tools.clone(),
            tools,
            ports,
            bridge: None,
            services: MANAGEMENT_SERVICES,
            issuer: self.configuration.cloud.issuer.clone(),
            token_reviews: None,
        })
    }

    /// The management cluster has no cluster above it that could keep its authorities in a Secret.
    fn management_authorities(&self) -> Result<Authorities, StepError> {
        let path: PathBuf = self.configuration.data_dir.join("management/authorities.json");
        if let Some(text) = files::read(&path)? {
            return serde_json::from_str(&text)
                .ok()
                .and_then(|entries| Authorities::from_entries(&entries))
                .ok_or_else(|| failure::damaged(format!("{} cannot be read", path.display())));
        }
        let authorities = Authorities::create(MANAGEMENT, rand::random(), self.clock.now())?;
        let text = serde_json::to_vec(&authorities.to_entries()).map_err(|e| failure::internal(e.to_string()))?;
        files::write(&path, &text)?;
        Ok(authorities)
    }

    fn server(&self) -> ProcessSpec {
        let configuration = &self.configuration;
        let file = configuration.path();
        let args = vec!["server".to_owned(), "--config".to_owned(), file.display().to_string()];
        let mut spec = ProcessSpec::new(SERVER, self.options.kored.clone(), args);
        spec.inputs_digest =
            files::digest([&file, &configuration.management_kubeconfig, &self.leaf("gateway").certificate]);
        spec.after = vec![format!("{MANAGEMENT}/kube-apiserver")];
        spec.ready = Readiness::Http { url: format!("http://{}/readyz", configuration.listen) };
        spec
    }
}

async fn apply_and_wait(processes: &Processes, spec: ProcessSpec, reporter: &mut Reporter) -> Result<(), StepError> {
    let name = spec.name.clone();
    processes.apply(spec)?;
    processes.wait_ready(&name, PATIENCE, |what| reporter.waits(what)).await.map(drop)
}
