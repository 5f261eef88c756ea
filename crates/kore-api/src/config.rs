//! The effective configuration of an installation: `kore.yaml` in its data directory. `kored local`
//! writes it, `kored server --config kore.yaml` reads it, and the same file can be committed.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{cloud::Cloud, names::InstallationName};

/// Console and API of an installation that was told nothing else.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8420);
/// Access gateway of an installation that was told nothing else.
pub const DEFAULT_GATEWAY_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8421);
/// Where local clusters take their addresses: a part of RFC 6598's shared space, which neither the
/// internet nor most private networks use.
pub const DEFAULT_ADDRESS_POOL: &str = "100.88.0.0/14";
/// Who issues the tokens of a management cluster that was told nothing else. Nobody outside reaches it, so no cloud can
/// look up its keys.
pub const DEFAULT_ISSUER: &str = "https://kubernetes.default.svc.cluster.local";
/// Team whose clusters stand behind those of a rehearsed cloud, and name of their plan.
pub const REHEARSAL_TEAM: &str = "rehearsal";
/// Whom the tokens name that Kore shows to AWS.
pub const AWS_SUBJECT: &str = "system:serviceaccount:kore-system:provider-aws";
/// Name of the file within the data directory.
pub const FILE: &str = "kore.yaml";

/// Everything an installation was told, defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// Its name: ports, bridges, addresses, namespaces and cgroups derive from it.
    pub installation: InstallationName,
    /// Everything it keeps, absolute.
    pub data_dir: PathBuf,
    /// Console and API (http; loopback unless somebody puts TLS before it).
    pub listen: SocketAddr,
    /// Access gateway (https).
    pub gateway_listen: SocketAddr,
    /// `sqlite:`, `postgres:` or `mysql:` URL. May hold a password: the file is 0600.
    pub database_url: String,
    /// Directory with the Kubernetes programs, containerd, runc and images.
    pub tools: PathBuf,
    /// IPv4 range that local clusters take their addresses from.
    pub address_pool: String,
    /// kubeconfig of the management cluster.
    pub management_kubeconfig: PathBuf,
    /// Unix socket of `kored local`.
    pub supervisor_socket: PathBuf,
    /// Unix socket of the server's administration routes.
    pub admin_socket: PathBuf,
    /// The local registry, as `localhost:24100`: names of images on it begin so.
    pub registry: String,
    /// The audit trail: how long it is kept, and where it goes.
    #[serde(default, skip_serializing_if = "AuditSettings::is_default")]
    pub audit: AuditSettings,
    /// Who the installation is to clouds.
    #[serde(default, skip_serializing_if = "CloudSettings::is_default")]
    pub cloud: CloudSettings,
}

/// Who an installation is to clouds: it shows them tokens of the management cluster. It holds a key of theirs only where it is
/// marked as one for evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CloudSettings {
    /// Who issues the management cluster's service-account tokens (`--service-account-issuer`). Clouds read its keys at
    /// this address, so it must be one that they reach.
    pub issuer: String,
    /// The clouds that are rehearsed here: what stands in for each listens at this loopback address. Decided when the
    /// installation is made, as nothing that was made in a stand-in is there in the cloud itself, or the other way round.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rehearsal: BTreeMap<Cloud, SocketAddr>,
    /// The clouds in which it acts by an access key, for evaluation alone, and the file that has the key: absolute, and
    /// readable to nobody else. Decided when the installation is made, so that none that teams rely on becomes one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub evaluation: BTreeMap<Cloud, PathBuf>,
}

impl Default for CloudSettings {
    fn default() -> Self {
        Self { issuer: DEFAULT_ISSUER.to_owned(), rehearsal: BTreeMap::new(), evaluation: BTreeMap::new() }
    }
}

impl CloudSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Where what stands in for a cloud is asked, as `http://127.0.0.1:24102`; none where the cloud is no rehearsal.
    #[must_use]
    pub fn stand_in(&self, cloud: Cloud) -> Option<String> {
        self.rehearsal.get(&cloud).map(|address| format!("http://{address}"))
    }

    /// What is wrong with it. For the issuer, OpenID Connect Discovery 1.0, section 3: an https address without query or
    /// fragment; Kubernetes compares it letter by letter, so there is no slash at its end either. A stand-in believes
    /// whoever asks, so nobody on another machine may.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let host = self.issuer.strip_prefix("https://").unwrap_or_default();
        if host.is_empty() || host.starts_with('/') {
            Some("cloud.issuer is an address that begins with https://")
        } else if host.contains(['?', '#', ' ']) || host.ends_with('/') {
            Some("cloud.issuer has no query, no fragment and no slash at its end")
        } else if !self.rehearsal.values().all(|address| address.ip().is_loopback()) {
            Some("cloud.rehearsal has addresses of this machine alone")
        } else if !self.evaluation.values().all(|file| file.is_absolute()) {
            Some("cloud.evaluation has absolute paths")
        } else {
            None
        }
    }
}

/// Days that audit records are kept for when nothing was said: a year, and a month to look back from.
pub const DEFAULT_RETENTION_DAYS: u32 = 400;

/// How long audit records are kept, and where they go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuditSettings {
    /// Days that records are kept for; 0 keeps them for good.
    pub retention_days: u32,
    /// Where every record goes besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sinks: Vec<AuditSinkSettings>,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { retention_days: DEFAULT_RETENTION_DAYS, sinks: Vec::new() }
    }
}

impl AuditSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// One place that every audit record goes to: a file or a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditSinkSettings {
    /// Its name. How far it has got is kept under it: a new name begins with the first record.
    pub name: String,
    /// A file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<AuditFileSettings>,
    /// A webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<AuditWebhookSettings>,
}

/// A file of records, one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditFileSettings {
    /// Its path, absolute; its directory exists.
    pub path: PathBuf,
    /// A file of this many MiB becomes `<path>.1`, and so on.
    #[serde(default = "rotate_mib")]
    pub rotate_mib: u32,
    /// How many older files stay.
    #[serde(default = "keep")]
    pub keep: u32,
}

const fn rotate_mib() -> u32 {
    100
}

const fn keep() -> u32 {
    10
}

/// A webhook, signed as Standard Webhooks describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditWebhookSettings {
    /// `https://…`; `http://` on this machine only. Redirects are not followed.
    pub url: String,
    /// File with the secret that signs, for its owner only.
    pub secret_file: PathBuf,
    /// PEM file with the CA of its certificate, where that is not a public one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

impl Configuration {
    /// The configuration of an installation that was told nothing but where it lives.
    #[must_use]
    pub fn new(installation: InstallationName, data_dir: &Path, tools: &Path, registry_port: u16) -> Self {
        Self {
            installation,
            data_dir: data_dir.to_owned(),
            listen: DEFAULT_LISTEN,
            gateway_listen: DEFAULT_GATEWAY_LISTEN,
            database_url: format!("sqlite://{}?mode=rwc", data_dir.join("db/kore.sqlite").display()),
            tools: tools.to_owned(),
            address_pool: DEFAULT_ADDRESS_POOL.to_owned(),
            management_kubeconfig: data_dir.join("management/kubeconfig"),
            supervisor_socket: supervisor_socket(data_dir),
            admin_socket: data_dir.join("run/admin.sock"),
            registry: format!("localhost:{registry_port}"),
            audit: AuditSettings::default(),
            cloud: CloudSettings::default(),
        }
    }

    /// Path of `kore.yaml`.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.data_dir.join(FILE)
    }
}

/// Where the supervisor of a data directory listens.
#[must_use]
pub fn supervisor_socket(data_dir: &Path) -> PathBuf {
    data_dir.join("run/supervisor.sock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_lies_in_the_data_directory() {
        let name = "default".parse().unwrap();
        let configuration = Configuration::new(name, Path::new("/d"), Path::new("/t"), 24_100);
        assert_eq!(configuration.path(), Path::new("/d/kore.yaml"));
        assert_eq!(configuration.database_url, "sqlite:///d/db/kore.sqlite?mode=rwc");
        assert_eq!(configuration.supervisor_socket, supervisor_socket(Path::new("/d")));
        assert!(configuration.listen.ip().is_loopback() && configuration.gateway_listen.ip().is_loopback());
    }

    #[test]
    fn an_issuer_is_an_address_that_can_be_compared() {
        assert_eq!(CloudSettings::default().fault(), None);
        let of = |issuer: &str| CloudSettings { issuer: issuer.to_owned(), ..CloudSettings::default() }.fault();
        assert_eq!(of("https://kore.example.org/oidc"), None);
        for bad in ["", "http://kore.example.org", "https://", "https:///x", "https://kore.example.org/", "https://k?x"]
        {
            assert!(of(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn what_stands_in_for_a_cloud_is_on_this_machine() {
        let at = |address: &str| CloudSettings {
            rehearsal: BTreeMap::from([(Cloud::Aws, address.parse().unwrap())]),
            ..CloudSettings::default()
        };
        let settings = at("127.0.0.1:24102");
        assert_eq!(settings.stand_in(Cloud::Aws).as_deref(), Some("http://127.0.0.1:24102"));
        assert_eq!(settings.fault(), None);
        assert!(at("10.0.0.1:24102").fault().is_some());
        assert_eq!(CloudSettings::default().stand_in(Cloud::Aws), None);
        let kept = serde_json::to_value(&settings).unwrap();
        assert_eq!(kept.pointer("/rehearsal/aws").unwrap(), "127.0.0.1:24102");
        assert!(serde_json::to_value(CloudSettings::default()).unwrap().get("rehearsal").is_none());
    }
}
