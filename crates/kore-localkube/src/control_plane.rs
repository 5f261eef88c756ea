//! A control plane as processes and files, built purely from a layout: the management cluster and
//! every local workload cluster are made by the same code.
//!
//! Rules: CIS Kubernetes Benchmark section 1 where it applies to one machine; anonymous access only
//! to health (KEP-4633); Secrets encrypted at rest; every request but the noise of the components
//! themselves in the audit log.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
};

use ipnet::Ipv4Net;
use jiff::Timestamp;
use kore_api::{
    config::DEFAULT_ISSUER,
    supervisor::{ProcessSpec, Readiness},
};
use kore_engine::error::StepError;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    addresses::Network,
    certificates::{self, Authorities, LeafFiles, Pair, Request, Usage},
    files,
};

/// Service addresses of the management cluster, which nobody outside of it ever sees: part of RFC 6598's
/// space, and in no pool.
pub const MANAGEMENT_SERVICES: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(100, 95, 0, 0), 16);
/// Domain of services.
pub const CLUSTER_DOMAIN: &str = "cluster.local";
/// User of the API server towards kubelets. Not `kore:…`, which belongs to people.
pub const KUBELET_CLIENT: &str = "system:kore:kubelet-client";
/// User of the storage provisioner.
pub const STORAGE_PROVISIONER: &str = "system:kore:storage-provisioner";

/// File that says whom the API server asks about tokens.
const TOKEN_REVIEWS: &str = "token-reviews.yaml";
const FRONT_PROXY_CLIENT: &str = "front-proxy-client";
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Loopback ports of a control plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ports {
    /// API server; nodes use the same number on their bridge.
    pub api: u16,
    /// etcd for the API server.
    pub etcd: u16,
    /// etcd for its peers, of which there are none.
    pub etcd_peer: u16,
    /// Controller manager.
    pub controller_manager: u16,
    /// Scheduler.
    pub scheduler: u16,
}

impl Ports {
    /// How many ports one control plane takes.
    pub const COUNT: u16 = 5;

    /// Consecutive ports from this one on.
    #[must_use]
    pub const fn from(first: u16) -> Self {
        Self { api: first, etcd: first + 1, etcd_peer: first + 2, controller_manager: first + 3, scheduler: first + 4 }
    }

    /// All of them.
    #[must_use]
    pub const fn all(&self) -> [u16; 5] {
        [self.api, self.etcd, self.etcd_peer, self.controller_manager, self.scheduler]
    }

    /// Those that are listened on, by program; the scheduler is for clusters with nodes.
    #[must_use]
    pub fn by_process(&self, nodes: bool) -> Vec<(&'static str, Vec<u16>)> {
        let mut all = vec![
            ("kube-apiserver", vec![self.api]),
            ("etcd", vec![self.etcd, self.etcd_peer]),
            ("kube-controller-manager", vec![self.controller_manager]),
        ];
        if nodes {
            all.push(("kube-scheduler", vec![self.scheduler]));
        }
        all
    }
}

/// The API server's own service address: the first of the range.
#[must_use]
pub fn api_service(services: Ipv4Net) -> Ipv4Addr {
    Network::from(services).host(1)
}

/// The cluster's name server: by convention the tenth of the range.
#[must_use]
pub fn name_service(services: Ipv4Net) -> Ipv4Addr {
    Network::from(services).host(10)
}

/// Where a control plane lives and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlPlane {
    /// What its processes are called before the slash: `management` or `payments.dev`.
    pub name: String,
    /// Its files.
    pub directory: PathBuf,
    /// Where the programs are.
    pub tools: PathBuf,
    /// Where those of its Kubernetes version are, see [`crate::builds`].
    pub kubernetes: PathBuf,
    /// Its ports.
    pub ports: Ports,
    /// Address at which nodes and pods reach the API server; `None` for one without nodes.
    pub bridge: Option<Ipv4Addr>,
    /// Addresses of services.
    pub services: Ipv4Net,
    /// Who issues its service accounts' tokens, as `https://…`.
    pub issuer: String,
    /// Whoever says whose other tokens are, as `http://127.0.0.1:…`: it is sent reviews of them.
    pub token_reviews: Option<String>,
}

/// What a client certificate is for and how its kubeconfig reaches the API server.
struct Client {
    name: &'static str,
    request: Request,
}

impl ControlPlane {
    /// Address of the API server on this machine.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.api)
    }

    /// Address of the API server for nodes and pods; on this machine's loopback without any.
    #[must_use]
    pub fn endpoint_for_nodes(&self) -> String {
        match self.bridge {
            Some(bridge) => format!("https://{bridge}:{}", self.ports.api),
            None => self.endpoint(),
        }
    }

    /// Where certificates and kubeconfigs lie.
    #[must_use]
    pub fn pki(&self) -> PathBuf {
        self.directory.join("pki")
    }

    /// File with the CA of the API server.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.pki().join("ca.crt")
    }

    /// File of a client's kubeconfig.
    #[must_use]
    pub fn kubeconfig(&self, client: &str) -> PathBuf {
        self.pki().join(format!("{client}.kubeconfig"))
    }

    /// Certificate files of this name.
    #[must_use]
    pub fn leaf(&self, name: &str) -> LeafFiles {
        LeafFiles::new(&self.pki(), name)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn process(&self, component: &str) -> String {
        format!("{}/{component}", self.name)
    }

    fn clients() -> Vec<Client> {
        let client = |name, request| Client { name, request };
        vec![
            client("admin", Request::client("system:kore:bootstrap", Some("system:masters"))),
            client("controller-manager", Request::client("system:kube-controller-manager", None)),
            client("scheduler", Request::client("system:kube-scheduler", None)),
            client("storage", Request::client(STORAGE_PROVISIONER, None)),
        ]
    }

    /// Certificates that are no kubeconfigs: name, authority and request.
    fn leaves<'a>(&self, authorities: &'a Authorities) -> Vec<(&'static str, &'a Pair, Request)> {
        let mut addresses = vec![LOOPBACK, IpAddr::V4(api_service(self.services))];
        addresses.extend(self.bridge.map(IpAddr::V4));
        let api_names = [
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
        ];
        let both = |request: Request| Request { usage: Usage::Both, ..request };
        vec![
            ("etcd", &authorities.etcd, both(Request::server("etcd", &["localhost"], &[LOOPBACK]))),
            ("etcd-client", &authorities.etcd, Request::client("kube-apiserver", None)),
            ("apiserver", &authorities.cluster, Request::server("kube-apiserver", &api_names, &addresses)),
            ("kubelet-client", &authorities.cluster, Request::client(KUBELET_CLIENT, None)),
            ("front-proxy", &authorities.front_proxy, Request::client(FRONT_PROXY_CLIENT, None)),
            ("serving", &authorities.cluster, Request::server("kore:components", &["localhost"], &[LOOPBACK])),
        ]
    }

    /// Whether every file is there, belongs to these authorities and is not due for renewal; the
    /// answer says what is not.
    #[must_use]
    pub fn outdated(&self, authorities: &Authorities, now: Timestamp) -> Vec<String> {
        let mut found = Vec::new();
        let leaves = self.leaves(authorities).into_iter();
        let clients = Self::clients().into_iter().map(|client| (client.name, &authorities.cluster, client.request));
        for (name, authority, request) in leaves.chain(clients) {
            if !self.leaf(name).current(authority, &request, now) {
                found.push(format!("certificate {name}"));
            }
        }
        for client in Self::clients() {
            let text = files::read(&self.kubeconfig(client.name)).ok().flatten().unwrap_or_default();
            if !certificates::leads_to(&text, &self.endpoint()) {
                found.push(format!("kubeconfig {}", client.name));
            }
        }
        for (path, contents) in self.configuration(authorities) {
            if files::read(&path).ok().flatten().as_deref() != Some(contents.as_str()) {
                found.push(format!("file {}", path.display()));
            }
        }
        found
    }

    /// Writes certificates, kubeconfigs and configuration; renews what is due. Returns whether
    /// anything changed: processes that read a changed file differ in `inputs_digest`.
    ///
    /// # Errors
    /// When something cannot be issued or written.
    pub fn write(&self, authorities: &Authorities, now: Timestamp) -> Result<bool, StepError> {
        let mut changed = false;
        for (name, authority, request) in self.leaves(authorities) {
            changed |= self.leaf(name).ensure(authority, &request, now)?;
        }
        for client in Self::clients() {
            changed |= self.write_client(authorities, client.name, &client.request, &self.endpoint(), now)?;
        }
        for (path, contents) in self.configuration(authorities) {
            changed |= files::write(&path, contents.as_bytes())?;
        }
        Ok(changed)
    }

    /// Issues a client's certificate where it is not current and writes its kubeconfig.
    ///
    /// # Errors
    /// When it cannot be issued or written.
    pub fn write_client(
        &self,
        authorities: &Authorities,
        name: &str,
        request: &Request,
        server: &str,
        now: Timestamp,
    ) -> Result<bool, StepError> {
        let leaf = self.leaf(name);
        let mut changed = leaf.ensure(&authorities.cluster, request, now)?;
        let certificate = files::read(&leaf.certificate)?.unwrap_or_default();
        let key = files::read(&leaf.key)?.unwrap_or_default();
        let text = certificates::kubeconfig(server, &authorities.cluster.certificate, &Pair { certificate, key });
        changed |= files::write(&self.kubeconfig(name), text.as_bytes())?;
        Ok(changed)
    }

    fn configuration(&self, authorities: &Authorities) -> Vec<(PathBuf, String)> {
        let pki = |name: &str| self.pki().join(name);
        vec![
            (pki("ca.crt"), authorities.cluster.certificate.clone()),
            (pki("ca.key"), authorities.cluster.key.clone()),
            (pki("etcd-ca.crt"), authorities.etcd.certificate.clone()),
            (pki("front-proxy-ca.crt"), authorities.front_proxy.certificate.clone()),
            (pki("sa.key"), authorities.service_account_key.clone()),
            (pki("sa.pub"), authorities.service_account_public.clone()),
            (self.file("admission.yaml"), admission()),
            (self.file("authentication.yaml"), authentication()),
            (self.file("audit.yaml"), audit()),
            (self.file("encryption.yaml"), encryption(&authorities.encryption_key)),
        ]
        .into_iter()
        .chain(self.token_reviews.iter().map(|address| (self.file(TOKEN_REVIEWS), token_reviews(address))))
        .collect()
    }

    /// The data store: one etcd member that speaks TLS with client certificates on loopback only.
    #[must_use]
    pub fn etcd(&self) -> ProcessSpec {
        let (client, peer) = (self.url(self.ports.etcd), self.url(self.ports.etcd_peer));
        let leaf = self.leaf("etcd");
        let (ca, certificate, key) = (self.pki().join("etcd-ca.crt"), &leaf.certificate, &leaf.key);
        let args = Arguments::default()
            .with("name", "default")
            .with("data-dir", self.file("etcd").display())
            .with("listen-client-urls", &client)
            .with("advertise-client-urls", &client)
            .with("listen-peer-urls", &peer)
            .with("initial-advertise-peer-urls", &peer)
            .with("initial-cluster", format!("default={peer}"))
            .with("client-cert-auth", true)
            .with("trusted-ca-file", ca.display())
            .with("cert-file", certificate.display())
            .with("key-file", key.display())
            .with("peer-client-cert-auth", true)
            .with("peer-trusted-ca-file", ca.display())
            .with("peer-cert-file", certificate.display())
            .with("peer-key-file", key.display())
            .with("log-level", "warn");
        self.spec("etcd", args).reads([&ca, certificate, key]).ready(Readiness::Https {
            url: format!("{client}/readyz"),
            ca,
            identity: Some(self.leaf("etcd-client").both),
        })
    }

    /// The API server, on loopback; nodes reach it through a relay on their bridge.
    #[must_use]
    pub fn api_server(&self) -> ProcessSpec {
        let pki = |name: &str| self.pki().join(name);
        let (etcd, serving) = (self.leaf("etcd-client"), self.leaf("apiserver"));
        let (kubelet, proxy) = (self.leaf("kubelet-client"), self.leaf("front-proxy"));
        // Nobody asks for the endpoints of a cluster without nodes; loopback is no valid endpoint.
        let advertise = self.bridge.unwrap_or_else(|| api_service(self.services));
        let reconciler = if self.bridge.is_some() { "lease" } else { "none" };
        let args = Arguments::default()
            .with("bind-address", LOOPBACK)
            .with("secure-port", self.ports.api)
            .with("advertise-address", advertise)
            .with("endpoint-reconciler-type", reconciler)
            .with("service-cluster-ip-range", self.services)
            .with("etcd-servers", self.url(self.ports.etcd))
            .with("etcd-cafile", pki("etcd-ca.crt").display())
            .with("etcd-certfile", etcd.certificate.display())
            .with("etcd-keyfile", etcd.key.display())
            .with("tls-cert-file", serving.certificate.display())
            .with("tls-private-key-file", serving.key.display())
            .with("tls-min-version", "VersionTLS12")
            .with("client-ca-file", self.ca_file().display())
            .with("kubelet-certificate-authority", self.ca_file().display())
            .with("kubelet-client-certificate", kubelet.certificate.display())
            .with("kubelet-client-key", kubelet.key.display())
            .with("kubelet-preferred-address-types", "InternalIP")
            .with("requestheader-client-ca-file", pki("front-proxy-ca.crt").display())
            .with("requestheader-allowed-names", FRONT_PROXY_CLIENT)
            .with("requestheader-username-headers", "X-Remote-User")
            .with("requestheader-group-headers", "X-Remote-Group")
            .with("requestheader-extra-headers-prefix", "X-Remote-Extra-")
            .with("proxy-client-cert-file", proxy.certificate.display())
            .with("proxy-client-key-file", proxy.key.display())
            // Webhooks and aggregated API servers: the host has routes to pods, not to services.
            .with("enable-aggregator-routing", true)
            .with("service-account-issuer", &self.issuer)
            .with("service-account-key-file", pki("sa.pub").display())
            .with("service-account-signing-key-file", pki("sa.key").display())
            .with("authorization-mode", "Node,RBAC")
            .with("enable-admission-plugins", "NodeRestriction")
            .with("admission-control-config-file", self.file("admission.yaml").display())
            .with("authentication-config", self.file("authentication.yaml").display())
            .with("encryption-provider-config", self.file("encryption.yaml").display())
            .with("audit-policy-file", self.file("audit.yaml").display())
            .with("audit-log-path", self.file("audit.log").display())
            .with("audit-log-maxsize", 20)
            .with("audit-log-maxbackup", 3)
            .with("profiling", false);
        let inputs = self.token_reviews.iter().map(|_| self.file(TOKEN_REVIEWS));
        let inputs: Vec<_> = inputs
            .chain([
                self.ca_file(),
                pki("sa.pub"),
                serving.certificate,
                etcd.certificate,
                kubelet.certificate,
                proxy.certificate,
                self.file("admission.yaml"),
                self.file("authentication.yaml"),
                self.file("audit.yaml"),
                self.file("encryption.yaml"),
            ])
            .collect();
        let args = match &self.token_reviews {
            None => args,
            Some(_) => args
                .with("authentication-token-webhook-config-file", self.file(TOKEN_REVIEWS).display())
                .with("authentication-token-webhook-version", "v1")
                // Who is let in no longer is not let in any longer.
                .with("authentication-token-webhook-cache-ttl", "10s"),
        };
        // Whoever reads the discovery document at the issuer's address finds the keys there too.
        let args = match self.issuer.as_str() {
            DEFAULT_ISSUER => args,
            issuer => args.with("service-account-jwks-uri", format!("{issuer}/openid/v1/jwks")),
        };
        let mut spec = self.versioned("kube-apiserver", args).reads(&inputs).ready(Readiness::Https {
            url: format!("{}/readyz", self.endpoint()),
            ca: self.ca_file(),
            identity: None,
        });
        spec.after = vec![self.process("etcd")];
        // Requests come to their end within a moment; watches, for which it would wait for a minute, never do.
        spec.grace_seconds = 5;
        spec
    }

    /// The controllers that come with Kubernetes.
    #[must_use]
    pub fn controller_manager(&self) -> ProcessSpec {
        let args = self
            .component("controller-manager", self.ports.controller_manager)
            .with("root-ca-file", self.ca_file().display())
            .with("service-account-private-key-file", self.pki().join("sa.key").display())
            .with("use-service-account-credentials", true)
            .with("cluster-signing-cert-file", self.ca_file().display())
            .with("cluster-signing-key-file", self.pki().join("ca.key").display())
            .with("service-cluster-ip-range", self.services)
            // Pod ranges follow from the node's index: the CNI configuration has them.
            .with("allocate-node-cidrs", false);
        self.controller("kube-controller-manager", "controller-manager", self.ports.controller_manager, args)
    }

    /// The scheduler; only for clusters with nodes.
    #[must_use]
    pub fn scheduler(&self) -> ProcessSpec {
        let args = self.component("scheduler", self.ports.scheduler);
        self.controller("kube-scheduler", "scheduler", self.ports.scheduler, args)
    }

    /// Makes volumes of class `local` as directories below `volumes/`.
    #[must_use]
    pub fn storage_provisioner(&self) -> ProcessSpec {
        let kubeconfig = self.kubeconfig("storage");
        let args =
            Arguments::default().with("kubeconfig", kubeconfig.display()).with("root", self.file("volumes").display());
        let mut spec = self.spec("kore-storage-provisioner", args).reads([&kubeconfig]);
        spec.after = vec![self.process("kube-apiserver")];
        spec
    }

    fn component(&self, client: &str, port: u16) -> Arguments {
        let kubeconfig = self.kubeconfig(client);
        let serving = self.leaf("serving");
        Arguments::default()
            .with("kubeconfig", kubeconfig.display())
            .with("authentication-kubeconfig", kubeconfig.display())
            .with("authorization-kubeconfig", kubeconfig.display())
            .with("bind-address", LOOPBACK)
            .with("secure-port", port)
            .with("tls-cert-file", serving.certificate.display())
            .with("tls-private-key-file", serving.key.display())
            .with("leader-elect", false)
            .with("profiling", false)
    }

    fn controller(&self, program: &str, client: &str, port: u16, args: Arguments) -> ProcessSpec {
        let inputs =
            [self.kubeconfig(client), self.ca_file(), self.pki().join("sa.key"), self.leaf("serving").certificate];
        let mut spec = self.versioned(program, args).reads(&inputs).ready(Readiness::Https {
            url: format!("{}/healthz", self.url(port)),
            ca: self.ca_file(),
            identity: None,
        });
        spec.after = vec![self.process("kube-apiserver")];
        spec
    }

    fn spec(&self, program: &str, args: Arguments) -> ProcessSpec {
        ProcessSpec::new(self.process(program), self.tools.join(program), args.0)
    }

    fn versioned(&self, program: &str, args: Arguments) -> ProcessSpec {
        ProcessSpec::new(self.process(program), self.kubernetes.join(program), args.0)
    }

    fn url(&self, port: u16) -> String {
        format!("https://127.0.0.1:{port}")
    }
}

/// Flags of a Go program, as `--name=value`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments(pub(crate) Vec<String>);

impl Arguments {
    pub(crate) fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.0.push(format!("--{name}={value}"));
        self
    }
}

/// What builders add to a spec.
pub(crate) trait SpecExt: Sized {
    /// A change of these files starts it again.
    fn reads<'a>(self, inputs: impl IntoIterator<Item = &'a PathBuf>) -> Self;
    /// When it counts as ready.
    fn ready(self, readiness: Readiness) -> Self;
}

impl SpecExt for ProcessSpec {
    fn reads<'a>(mut self, inputs: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        self.inputs_digest = files::digest(inputs);
        self
    }

    fn ready(mut self, readiness: Readiness) -> Self {
        self.ready = readiness;
        self
    }
}

/// Pods of every namespace without labels of its own keep to `baseline`: a privileged pod would
/// reach the node, and the nodes of a machine share its kernel.
fn admission() -> String {
    json!({
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AdmissionConfiguration",
        "plugins": [{"name": "PodSecurity", "configuration": {
            "apiVersion": "pod-security.admission.config.k8s.io/v1",
            "kind": "PodSecurityConfiguration",
            "defaults": {"enforce": "baseline", "enforce-version": "latest"},
        }}],
    })
    .to_string()
}

fn authentication() -> String {
    let paths = ["/livez", "/readyz", "/healthz"].map(|path| json!({"path": path}));
    json!({
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthenticationConfiguration",
        "anonymous": {"enabled": true, "conditions": paths},
    })
    .to_string()
}

/// A kubeconfig of whoever is asked.
fn token_reviews(address: &str) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "reviews", "cluster": {"server": address}}],
        "users": [{"name": "api-server", "user": {}}],
        "contexts": [{"name": "reviews", "context": {"cluster": "reviews", "user": "api-server"}}],
        "current-context": "reviews",
    })
    .to_string()
}

fn audit() -> String {
    let reads = ["get", "list", "watch"];
    json!({
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [
            {"level": "None", "verbs": reads, "users": [
                "system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy", "system:apiserver"]},
            {"level": "None", "verbs": reads, "userGroups": ["system:nodes"]},
            {"level": "None", "nonResourceURLs": ["/livez*", "/readyz*", "/healthz*", "/version"]},
            {"level": "None", "resources": [
                {"group": "coordination.k8s.io", "resources": ["leases"]},
                {"group": "", "resources": ["events"]},
                {"group": "events.k8s.io", "resources": ["events"]}]},
            {"level": "Metadata"},
        ],
    })
    .to_string()
}

fn encryption(key: &str) -> String {
    json!({
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [{"resources": ["secrets"], "providers": [
            {"secretbox": {"keys": [{"name": "key1", "secret": key}]}},
            {"identity": {}}]}],
    })
    .to_string()
}

/// Programs that a control plane needs.
#[must_use]
pub fn programs(tools: &Path) -> Vec<PathBuf> {
    ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
        .iter()
        .map(|name| tools.join(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(bridge: Option<Ipv4Addr>, directory: &Path) -> ControlPlane {
        ControlPlane {
            name: "payments.dev".into(),
            directory: directory.to_owned(),
            tools: "/tools".into(),
            kubernetes: "/tools/kubernetes-1.35".into(),
            ports: Ports::from(24_000),
            bridge,
            services: MANAGEMENT_SERVICES,
            issuer: "https://kore.example.org".into(),
            token_reviews: None,
        }
    }

    #[test]
    fn tokens_are_of_the_issuer_that_is_told_and_its_keys_are_below_it() {
        let args = example(None, Path::new("/d")).api_server().args;
        for wanted in [
            "--service-account-issuer=https://kore.example.org",
            "--service-account-jwks-uri=https://kore.example.org/openid/v1/jwks",
        ] {
            assert!(args.iter().any(|argument| argument == wanted), "{wanted} not in {args:?}");
        }
    }

    #[test]
    fn everything_binds_to_loopback_and_nothing_secret_is_an_argument() {
        let plane = example(Some(Ipv4Addr::new(100, 88, 0, 1)), Path::new("/d"));
        for spec in [plane.etcd(), plane.api_server(), plane.controller_manager(), plane.scheduler()] {
            assert!(spec.name.starts_with("payments.dev/"));
            for argument in &spec.args {
                assert!(!argument.contains("0.0.0.0") && !argument.contains("PRIVATE"), "{argument}");
            }
        }
        let api = plane.api_server();
        assert!(api.args.contains(&"--bind-address=127.0.0.1".to_owned()));
        assert!(api.args.contains(&"--advertise-address=100.88.0.1".to_owned()));
        assert_eq!(api.after, ["payments.dev/etcd"]);
        // The data store and the storage provisioner are the newest for every version.
        assert_eq!(api.program, Path::new("/tools/kubernetes-1.35/kube-apiserver"));
        assert_eq!(plane.scheduler().program, Path::new("/tools/kubernetes-1.35/kube-scheduler"));
        assert_eq!(plane.etcd().program, Path::new("/tools/etcd"));
        assert_eq!(plane.storage_provisioner().program, Path::new("/tools/kore-storage-provisioner"));
    }

    #[test]
    fn files_are_written_once_and_renewed_when_due() {
        let home = tempfile::tempdir().unwrap();
        let plane = example(None, home.path());
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let authorities = Authorities::create("payments/dev", [1; 32], now).unwrap();
        assert!(!plane.outdated(&authorities, now).is_empty());
        assert!(plane.write(&authorities, now).unwrap());
        assert!(!plane.write(&authorities, now).unwrap());
        assert_eq!(plane.outdated(&authorities, now), Vec::<String>::new());
        let before = plane.api_server().inputs_digest;
        let later = now + jiff::SignedDuration::from_hours(24 * 61);
        assert!(plane.outdated(&authorities, later).contains(&"certificate apiserver".to_owned()));
        assert!(plane.write(&authorities, later).unwrap());
        assert_ne!(plane.api_server().inputs_digest, before);
    }
}
