//! Links, addresses, routes, namespaces and rules, by `ip` and `nft`: each thing is looked at, made
//! and removed by a function that may be cut off anywhere and repeated.

use std::{fs, net::Ipv4Addr, os::unix::fs::MetadataExt, path::Path, process::Stdio};

use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};
use serde_json::Value;
use tokio::{io::AsyncWriteExt, process::Command};

use crate::{addresses::Network, failure};

const NAMESPACES: &str = "/run/netns";

/// A bridge with an address of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    /// Name of the link (at most 15 bytes).
    pub name: String,
    /// Its alias: whose it is.
    pub alias: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Length of the prefix of the net behind it.
    pub prefix: u8,
}

/// A network namespace of a node: joined to a bridge by a pair of links, of which the inner is `eth0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Its name below `/run/netns`.
    pub name: String,
    /// Name of the outer link.
    pub link: String,
    /// Alias of the outer link: whose it is.
    pub alias: String,
    /// The bridge.
    pub bridge: Bridge,
    /// Address of `eth0`.
    pub address: Ipv4Addr,
    /// Addresses behind this node, which the host reaches through it.
    pub behind: Network,
    /// Addresses behind other nodes, and the node of each.
    pub others: Vec<(Network, Ipv4Addr)>,
}

/// What was found of something that may be half there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing of it.
    Absent,
    /// All of it.
    Complete,
    /// What is missing or other than it should be.
    Partly(Vec<String>),
}

fn broken(what: impl Into<String>, said: impl Into<String>) -> StepError {
    StepError::new(Code::LocalNetwork, Class::Retry(failure::SOON), what).caused_by(said.into())
}

/// Runs a program; `Ok(None)` when it ended with an error, which is the second element's text then.
async fn output(program: &str, args: &[&str], input: Option<&str>) -> Result<Result<String, String>, StepError> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            let what = format!("cannot start {program}");
            StepError::new(Code::LocalToolMissing, Class::Retry(failure::SOON), what).caused_by(error)
        })?;
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        // A program that ended before it read everything says why on its standard error.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let done = child.wait_with_output().await.map_err(|error| failure::io(format!("cannot run {program}"), error))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Ok(if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) })
}

async fn run(program: &str, args: &[&str], input: Option<&str>) -> Result<String, StepError> {
    output(program, args, input).await?.map_err(|said| broken(format!("{program} {} failed", args.join(" ")), said))
}

/// What `ip -json` answers; nothing where it knows no such thing.
async fn ip_json(args: &[&str]) -> Result<Vec<Value>, StepError> {
    let mut all = vec!["-json"];
    all.extend(args);
    let Ok(text) = output("ip", &all, None).await? else { return Ok(Vec::new()) };
    if text.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(&text).map_err(|error| broken("ip answers no JSON", error.to_string()))
}

fn has_address(links: &[Value], address: Ipv4Addr) -> bool {
    links
        .iter()
        .filter_map(|link| link.get("addr_info")?.as_array())
        .flatten()
        .any(|info| info.get("local").and_then(Value::as_str) == Some(&address.to_string()))
}

fn is_up(link: &Value) -> bool {
    link.get("flags").and_then(Value::as_array).is_some_and(|flags| flags.iter().any(|flag| flag == "UP"))
}

impl Bridge {
    /// Looks for it.
    ///
    /// # Errors
    /// When `ip` cannot be run.
    pub async fn find(&self) -> Result<Found, StepError> {
        let links = ip_json(&["-4", "addr", "show", "dev", &self.name]).await?;
        let Some(link) = links.first() else { return Ok(Found::Absent) };
        let mut missing = Vec::new();
        if !has_address(&links, self.address) {
            missing.push(format!("address {} on {}", self.address, self.name));
        }
        if !is_up(link) {
            missing.push(format!("{} to be up", self.name));
        }
        Ok(if missing.is_empty() { Found::Complete } else { Found::Partly(missing) })
    }

    /// Makes it, and lets the host forward packets.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub async fn ensure(&self) -> Result<(), StepError> {
        if ip_json(&["link", "show", "dev", &self.name]).await?.is_empty() {
            run("ip", &["link", "add", "name", &self.name, "type", "bridge"], None).await?;
        }
        let Self { name, alias, address, prefix } = self;
        let batch = format!(
            "link set dev {name} alias {alias}\naddr replace {address}/{prefix} dev {name}\nlink set dev {name} up\n"
        );
        run("ip", &["-batch", "-"], Some(&batch)).await.map(drop)
    }

    /// Removes it with its routes.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub async fn remove(&self) -> Result<(), StepError> {
        remove_link(&self.name).await
    }
}

/// Removes a link; fine where there is none.
///
/// # Errors
/// When the kernel refuses.
pub async fn remove_link(name: &str) -> Result<(), StepError> {
    if ip_json(&["link", "show", "dev", name]).await?.is_empty() {
        return Ok(());
    }
    run("ip", &["link", "delete", "dev", name], None).await.map(drop)
}

/// Whether there is a namespace of this name. A name that is not mounted (cut off between the two
/// steps of making it) is none.
#[must_use]
pub fn namespace_exists(name: &str) -> bool {
    let path = Path::new(NAMESPACES).join(name);
    match (fs::metadata(&path), fs::metadata(NAMESPACES)) {
        (Ok(found), Ok(parent)) => found.dev() != parent.dev(),
        _ => false,
    }
}

/// Names below `/run/netns`, whole or not, that begin so.
#[must_use]
pub fn namespaces(prefix: &str) -> Vec<String> {
    let entries = fs::read_dir(NAMESPACES).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with(prefix))
        .collect();
    names.sort();
    names
}

/// Removes a namespace; fine where there is none. Links in it go with it once nothing runs in it.
///
/// # Errors
/// When the kernel refuses.
pub async fn remove_namespace(name: &str) -> Result<(), StepError> {
    if !Path::new(NAMESPACES).join(name).exists() {
        return Ok(());
    }
    run("ip", &["netns", "delete", name], None).await.map(drop)
}

impl Namespace {
    /// Looks for it.
    ///
    /// # Errors
    /// When `ip` cannot be run.
    pub async fn find(&self) -> Result<Found, StepError> {
        let outer = ip_json(&["link", "show", "dev", &self.link]).await?;
        if !namespace_exists(&self.name) {
            let nothing = outer.is_empty() && namespaces(&self.name).iter().all(|name| *name != self.name);
            return Ok(if nothing { Found::Absent } else { Found::Partly(vec!["the namespace".to_owned()]) });
        }
        let mut missing = Vec::new();
        let joined = |link: &Value| link.get("master").and_then(Value::as_str) == Some(&self.bridge.name);
        if !outer.first().is_some_and(|link| joined(link) && is_up(link)) {
            missing.push(format!("link {} in bridge {}", self.link, self.bridge.name));
        }
        let inner = ip_json(&["-n", &self.name, "-4", "addr", "show", "dev", "eth0"]).await?;
        if !has_address(&inner, self.address) {
            missing.push(format!("address {}", self.address));
        }
        let routes = ip_json(&["-n", &self.name, "-4", "route", "show"]).await?;
        let routed = |destination: &str, via: Ipv4Addr| {
            routes.iter().any(|route| {
                route.get("dst").and_then(Value::as_str) == Some(destination)
                    && route.get("gateway").and_then(Value::as_str) == Some(&via.to_string())
            })
        };
        if !routed("default", self.bridge.address) {
            missing.push("the default route".to_owned());
        }
        for (network, via) in &self.others {
            if !routed(&network.to_string(), *via) {
                missing.push(format!("the route to {network}"));
            }
        }
        if ip_json(&["-4", "route", "show", "exact", &self.behind.to_string()]).await?.is_empty() {
            missing.push(format!("the host's route to {}", self.behind));
        }
        Ok(if missing.is_empty() { Found::Complete } else { Found::Partly(missing) })
    }

    /// Makes it.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub async fn ensure(&self) -> Result<(), StepError> {
        let Self { name, link, alias, bridge, address, behind, others } = self;
        if !namespace_exists(name) {
            remove_namespace(name).await?;
            run("ip", &["netns", "add", name], None).await?;
        }
        let inner = ip_json(&["-n", name, "link", "show", "dev", "eth0"]).await?;
        if inner.is_empty() || ip_json(&["link", "show", "dev", link]).await?.is_empty() {
            // Half a pair belongs to a namespace that is going.
            remove_link(link).await?;
            run("ip", &["link", "add", "name", link, "type", "veth", "peer", "name", "eth0", "netns", name], None)
                .await?;
        }
        let mut inside = format!(
            "link set dev lo up\naddr replace {address}/{} dev eth0\nlink set dev eth0 up\n\
             route replace default via {}\n",
            bridge.prefix, bridge.address
        );
        for (network, via) in others {
            inside.push_str(&format!("route replace {network} via {via}\n"));
        }
        let outside = format!(
            "link set dev {link} alias {alias}\nlink set dev {link} master {} up\nroute replace {behind} via {address} dev {}\n",
            bridge.name, bridge.name
        );
        run("ip", &["-n", name, "-batch", "-"], Some(&inside)).await?;
        run("ip", &["-batch", "-"], Some(&outside)).await?;
        // A namespace has sysctls of its own; nodes forward between pods and bridge.
        let namespace = format!("--net={NAMESPACES}/{name}");
        run("nsenter", &[&namespace, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"], None).await.map(drop)
    }

    /// Removes it, its links and the host's route to it.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub async fn remove(&self) -> Result<(), StepError> {
        let behind = self.behind.to_string();
        if !ip_json(&["-4", "route", "show", "exact", &behind]).await?.is_empty() {
            // Gone with its link in between is what we want.
            let _ = output("ip", &["route", "delete", &behind, "dev", &self.bridge.name], None).await?;
        }
        remove_link(&self.link).await?;
        remove_namespace(&self.name).await
    }
}

/// Links with an alias that begins so: names and aliases.
///
/// # Errors
/// When `ip` cannot be run.
pub async fn links(alias_prefix: &str) -> Result<Vec<(String, String)>, StepError> {
    let all = ip_json(&["link", "show"]).await?;
    let text = |link: &Value, field: &str| link.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(all
        .iter()
        .map(|link| (text(link, "ifname"), text(link, "ifalias")))
        .filter(|(_, alias)| alias.starts_with(alias_prefix))
        .collect())
}

/// Whether there is a link of this name.
///
/// # Errors
/// When `ip` cannot be run.
pub async fn link_exists(name: &str) -> Result<bool, StepError> {
    ip_json(&["link", "show", "dev", name]).await.map(|links| !links.is_empty())
}

/// Every network that the host routes somewhere, other than by default.
///
/// # Errors
/// When `ip` cannot be run.
pub async fn routes() -> Result<Vec<Network>, StepError> {
    let all = ip_json(&["-4", "route", "show", "table", "all"]).await?;
    Ok(all.iter().filter_map(|route| route.get("dst")?.as_str()?.parse().ok()).collect())
}

/// A table of rules by which what leaves a cluster's addresses takes the host's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masquerade {
    /// Name of the table in family `ip`.
    pub table: String,
    /// The cluster's addresses.
    pub network: Network,
}

impl Masquerade {
    fn rule(&self) -> String {
        format!("ip saddr {0} ip daddr != {0} masquerade", self.network)
    }

    /// Looks for it.
    ///
    /// # Errors
    /// When `nft` cannot be run.
    pub async fn find(&self) -> Result<Found, StepError> {
        Ok(match output("nft", &["list", "table", "ip", &self.table], None).await? {
            Err(_) => Found::Absent,
            Ok(text) if text.contains(&self.rule()) => Found::Complete,
            Ok(_) => Found::Partly(vec![format!("the rule for {}", self.network)]),
        })
    }

    /// Makes it, in one transaction.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub async fn ensure(&self) -> Result<(), StepError> {
        let (table, rule) = (&self.table, self.rule());
        let text = format!(
            "table ip {table}\ndelete table ip {table}\ntable ip {table} {{\n  chain postrouting {{\n    \
             type nat hook postrouting priority srcnat; policy accept;\n    {rule}\n  }}\n}}\n"
        );
        run("nft", &["-f", "-"], Some(&text)).await.map(drop)
    }
}

/// Removes a table; fine where there is none.
///
/// # Errors
/// When the kernel refuses.
pub async fn remove_table(table: &str) -> Result<(), StepError> {
    // Declaring it first makes removing it work also where there is none.
    run("nft", &["-f", "-"], Some(&format!("table ip {table}\ndelete table ip {table}\n"))).await.map(drop)
}

/// Names of tables in family `ip` that begin so.
///
/// # Errors
/// When `nft` cannot be run.
pub async fn tables(prefix: &str) -> Result<Vec<String>, StepError> {
    let text = run("nft", &["list", "tables", "ip"], None).await?;
    Ok(text
        .lines()
        .filter_map(|line| line.strip_prefix("table ip "))
        .filter(|name| name.starts_with(prefix))
        .map(str::to_owned)
        .collect())
}
