//! The effective configuration of an installation: `kore.yaml` in its data directory. `kored local`
//! writes it, `kored server --config kore.yaml` reads it, and the same file can be committed.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::names::InstallationName;

/// Console and API of an installation that was told nothing else.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8420);
/// Access gateway of an installation that was told nothing else.
pub const DEFAULT_GATEWAY_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8421);
/// Where local clusters take their addresses: a part of RFC 6598's shared space, which neither the
/// internet nor most private networks use.
pub const DEFAULT_ADDRESS_POOL: &str = "100.88.0.0/14";
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
}
