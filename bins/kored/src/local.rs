//! `kored local`: the supervisor of one installation on this machine.

use std::{net::SocketAddr, path::PathBuf};

use kore_api::{cloud::Cloud, names::InstallationName};
use kore_localkube::supervisor;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Data directory of the installation
    #[arg(long)]
    data: PathBuf,
    /// Name of the installation; fixed once the data directory exists
    #[arg(long)]
    installation: Option<InstallationName>,
    /// Loopback port of console and API
    #[arg(long)]
    port: Option<u16>,
    /// Loopback port of the access gateway
    #[arg(long)]
    gateway_port: Option<u16>,
    /// `sqlite:`, `postgres:` or `mysql:` URL; may come from the environment, since everybody can read arguments
    #[arg(long, env = "KORE_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// IPv4 range that local clusters take their addresses from
    #[arg(long)]
    address_pool: Option<String>,
    /// Directory with the Kubernetes programs [default: `tools` beside this program]
    #[arg(long, env = "KORE_TOOLS")]
    tools: Option<PathBuf>,
    /// Cloud that something on this machine stands in for, as `aws`; fixed once the data directory exists
    #[arg(long, value_name = "CLOUD")]
    rehearse: Vec<Cloud>,
    /// Cloud in which it acts by an access key, for evaluation alone, and the file that has the key, as
    /// `aws=/root/key.json`; fixed once the data directory exists
    #[arg(long, value_name = "CLOUD=FILE", value_parser = key_file)]
    evaluate: Vec<(Cloud, PathBuf)>,
    /// Remove everything of the installation from this machine, its data too, and end
    #[arg(long)]
    purge: bool,
    /// Look at this machine, print what was found as JSON, and end
    #[arg(long)]
    check: bool,
    /// Bring up everything but `kored server` (for working on the server itself)
    #[arg(long, hide = true)]
    without_server: bool,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let kored = std::env::current_exe()?;
    let tools = match arguments.tools {
        Some(tools) => tools,
        None => kored.parent().map(|beside| beside.join("tools")).unwrap_or_default(),
    };
    let options = supervisor::Options {
        data_dir: std::path::absolute(arguments.data)?,
        kored,
        tools: std::path::absolute(tools)?,
        told: supervisor::Told {
            installation: arguments.installation,
            listen: arguments.port.map(loopback),
            gateway_listen: arguments.gateway_port.map(loopback),
            database_url: arguments.database_url,
            address_pool: arguments.address_pool,
            rehearse: arguments.rehearse,
            evaluate: arguments.evaluate,
        },
        with_server: !arguments.without_server,
    };
    if arguments.check {
        return print(&serde_json::to_string(&supervisor::check(&options)?)?);
    }
    if arguments.purge {
        let left = supervisor::purge(&options).await?;
        anyhow::ensure!(left.is_empty(), "left behind: {left:?}");
        return Ok(());
    }
    Ok(supervisor::run(options).await?)
}

fn key_file(text: &str) -> Result<(Cloud, PathBuf), String> {
    let (cloud, file) = text.split_once('=').ok_or("is not CLOUD=FILE")?;
    let cloud = cloud.parse().map_err(|error| format!("{error}"))?;
    Ok((cloud, std::path::absolute(file).map_err(|error| error.to_string())?))
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

#[expect(clippy::print_stdout, clippy::unnecessary_wraps, reason = "the answer of `kored local --check`")]
fn print(text: &str) -> anyhow::Result<()> {
    println!("{text}");
    Ok(())
}
