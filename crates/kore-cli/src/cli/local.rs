//! Grammar of what is about this machine.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::cloud::CloudName;
use crate::complete;

/// Which installation on this machine.
#[derive(Debug, Clone, Args)]
pub struct InstallationArgs {
    /// Name of the installation [default: that of the current context, or "default"]
    #[arg(long, value_name = "NAME", env = "KORE_INSTALLATION")]
    pub name: Option<String>,
    /// Its data directory [default: $XDG_DATA_HOME/kore/NAME]
    #[arg(long, value_name = "DIR", env = "KORE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
}

/// A cloud and a file, as `aws=key.json`.
fn key_file(text: &str) -> Result<(CloudName, PathBuf), String> {
    let (cloud, file) = text.split_once('=').ok_or("say which cloud, and the file: aws=key.json")?;
    let cloud = CloudName::from_str(cloud, true)?;
    Ok((cloud, std::path::absolute(file).map_err(|error| error.to_string())?))
}

/// `kore up`.
#[derive(Debug, Args)]
pub struct UpArgs {
    /// Which installation
    #[command(flatten)]
    pub installation: InstallationArgs,
    /// Port of API and sign-in pages; the gateway takes the next one
    #[arg(long, env = "KORE_PORT")]
    pub port: Option<u16>,
    /// Range for local clusters, as 100.88.0.0/14
    #[arg(long, value_name = "CIDR")]
    pub address_pool: Option<String>,
    /// Rehearse a cloud: something on this machine stands in for it, and nothing there is real; decided at the first start
    #[arg(long, value_name = "CLOUD")]
    pub rehearse: Vec<CloudName>,
    /// Act in a cloud by an access key that is in this file, for evaluation alone, as aws=key.json; decided at the first start
    #[arg(long, value_name = "CLOUD=FILE", value_parser = key_file)]
    pub evaluate: Vec<(CloudName, PathBuf)>,
    /// Stay in the foreground, for service managers; no first cluster
    #[arg(long)]
    pub foreground: bool,
    /// Make no first cluster
    #[arg(long)]
    pub no_first_cluster: bool,
    /// Nodes of the first cluster
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub nodes: Option<u32>,
}

/// `kore down`.
#[derive(Debug, Args)]
pub struct DownArgs {
    /// Which installation
    #[command(flatten)]
    pub installation: InstallationArgs,
    /// Delete every cluster, then all data
    #[arg(long)]
    pub purge: bool,
}

/// `kore doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// A cluster to check as well, as team/name
    #[arg(add = ArgValueCompleter::new(complete::clusters))]
    pub cluster: Option<String>,
    /// Which installation
    #[command(flatten)]
    pub installation: InstallationArgs,
}

/// `kore version`.
#[derive(Debug, Args)]
pub struct VersionArgs {
    /// Ask no server
    #[arg(long)]
    pub client: bool,
}

/// `kore logs`.
#[derive(Debug, Subcommand)]
pub enum LogsCommand {
    /// Logs of the platform's processes on this machine
    Platform {
        /// Which installation
        #[command(flatten)]
        installation: InstallationArgs,
        /// Processes whose name contains this, as kube-apiserver
        #[arg(long)]
        component: Option<String>,
        /// Lines from the end of each
        #[arg(long, default_value_t = 20)]
        tail: usize,
        /// Go on as lines come
        #[arg(short, long)]
        follow: bool,
    },
}

/// `kore admin`.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Mint a one-use link that sets the administrator's password
    ResetLink(InstallationArgs),
}
