//! Whether this machine can run the platform: every problem at once, each with its code.

use std::{net::TcpListener, path::Path};

use kore_api::{codes::Code, config::Configuration};
use kore_engine::error::{Class, StepError};
use serde::Serialize;

use super::SERVER;
use crate::{
    control_plane,
    host::proc,
    ladder,
    process::{MARK_DATA, MARK_INSTALLATION},
    registry,
    rehearsal::{self, StandIn},
};

/// Least free space for data: below, etcd and the API server misbehave before they fail.
const LEAST_DISK: u64 = 1 << 30;
/// What one node's kubelet, containerd and API server take, with some room.
const INOTIFY_FOR_A_NODE: usize = 12;

/// What was found, good or bad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What was looked at, as `disk`.
    pub name: String,
    /// What was found, in a sentence.
    pub detail: String,
    /// The code, where it is a problem.
    #[serde(serialize_with = "code_text")]
    pub problem: Option<Code>,
}

fn code_text<S: serde::Serializer>(code: &Option<Code>, serializer: S) -> Result<S::Ok, S::Error> {
    code.map(|code| code.entry().code).serialize(serializer)
}

impl Finding {
    fn good(name: &str, detail: impl Into<String>) -> Self {
        Self { name: name.to_owned(), detail: detail.into(), problem: None }
    }

    fn bad(name: &str, code: Code, detail: impl Into<String>) -> Self {
        Self { name: name.to_owned(), detail: detail.into(), problem: Some(code) }
    }
}

/// Looks at everything, what stands in for AWS among it where there is such. `ours` tells whether a process of this installation runs: its ports are not
/// in anybody's way.
#[must_use]
pub fn examine(configuration: &Configuration, stand_in: Option<&StandIn>, ours: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut found = Vec::new();
    let tools = &configuration.tools;
    let missing: Vec<String> = control_plane::programs(tools)
        .into_iter()
        .chain([tools.join("registry"), tools.join("kore-images"), tools.join("images")])
        .filter(|path| !path.exists())
        .map(|path| path.display().to_string())
        .collect();
    found.push(if missing.is_empty() {
        Finding::good("programs", format!("in {}", tools.display()))
    } else {
        Finding::bad("programs", Code::LocalToolMissing, format!("missing: {}", missing.join(", ")))
    });
    if let Some(stand_in) = stand_in {
        let missing: Vec<_> = stand_in.missing().into_iter().map(|path| path.display().to_string()).collect();
        found.push(if missing.is_empty() {
            Finding::good("rehearsal", "AWS is a stand-in on this machine")
        } else {
            let detail = format!("what stands in for AWS is not installed: {} missing", missing.join(", "));
            Finding::bad("rehearsal", Code::LocalRehearsal, detail)
        });
    }
    let registry = configuration.registry.replace("localhost", "127.0.0.1").parse().ok();
    let listeners = [
        ("API and console", Some(configuration.listen), SERVER),
        ("gateway", Some(configuration.gateway_listen), SERVER),
        ("registry", registry, registry::PROCESS),
        ("rehearsal of AWS", stand_in.map(|stand_in| stand_in.address), rehearsal::PROCESS),
    ];
    for (what, address, process) in listeners {
        let Some(address) = address else { continue };
        let name = format!("port {}", address.port());
        match TcpListener::bind(address) {
            Ok(_) => found.push(Finding::good(&name, format!("free for {what}"))),
            Err(_) if ours(process) => found.push(Finding::good(&name, format!("ours, for {what}"))),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                let who = proc::listener(address.port()).unwrap_or_else(|| "another program".to_owned());
                let detail = format!("{address} ({what}) is in use by {who}");
                found.push(Finding::bad(&name, Code::LocalPortInUse, detail));
            }
            Err(error) => {
                found.push(Finding::bad(&name, Code::LocalPermission, format!("cannot listen on {address}: {error}")));
            }
        }
    }
    found.push(match free_space(&configuration.data_dir) {
        Some(free) if free < LEAST_DISK => {
            let detail = format!("{} MiB free at {}", free >> 20, configuration.data_dir.display());
            Finding::bad("disk", Code::LocalDiskFull, detail)
        }
        Some(free) => Finding::good("disk", format!("{} GiB free", free >> 30)),
        None => Finding::good("disk", "free space is not known"),
    });
    let rung = ladder::detect(tools);
    found.push(Finding::good("nodes", rung.reason.clone()));
    if rung.workloads {
        let limit: usize = read("/proc/sys/fs/inotify/max_user_instances").parse().unwrap_or(usize::MAX);
        found.push(inotify(proc::inotify_instances(), limit, ours(SERVER)));
    }
    if let Some(other) = namesake(configuration) {
        let detail = format!("installation {} runs already, with its data in {other}", configuration.installation);
        found.push(Finding::bad("name", Code::LocalInstallation, detail));
    }
    let memory = read("/proc/meminfo");
    let total: u64 = memory.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    found.push(Finding::good("machine", format!("{processors} CPU, {} GiB", total >> 20)));
    found
}

/// Whether a node could still watch its files. A platform that runs has what it needs already: many on
/// one machine must not keep each other from being looked at.
fn inotify(used: usize, limit: usize, runs: bool) -> Finding {
    let detail = format!("{used} of {limit} inotify instances are in use");
    if limit.saturating_sub(used) < INOTIFY_FOR_A_NODE && !runs {
        Finding::bad("inotify", Code::LocalInotify, detail)
    } else {
        Finding::good("inotify", detail)
    }
}

/// Data directory of a running installation of the same name: names of links, namespaces and cgroups
/// derive from it, so there can be one only.
fn namesake(configuration: &Configuration) -> Option<String> {
    let ours = configuration.data_dir.display().to_string();
    proc::all().into_iter().find_map(|found| {
        let mut environment = proc::environment(found.pid);
        let same = environment.get(MARK_INSTALLATION).is_some_and(|name| name == configuration.installation.as_str());
        environment.remove(MARK_DATA).filter(|directory| same && *directory != ours)
    })
}

/// The problems among findings as one error, or a line that says what is there.
pub(super) fn verdict(findings: &[Finding]) -> Result<String, StepError> {
    let problems: Vec<&Finding> = findings.iter().filter(|finding| finding.problem.is_some()).collect();
    let Some(code) = problems.first().and_then(|finding| finding.problem) else {
        let shown = ["machine", "disk", "nodes"];
        let lines: Vec<&str> = shown
            .iter()
            .filter_map(|&name| findings.iter().find(|finding| finding.name == name))
            .map(|finding| finding.detail.as_str())
            .collect();
        return Ok(lines.join(", "));
    };
    // The code of the first stands before the text; further ones are named where they are.
    let lines = problems.iter().map(|finding| match finding.problem {
        Some(other) if other != code => format!("{} [{}]", finding.detail, other.entry().code),
        _ => finding.detail.clone(),
    });
    Err(StepError::new(code, Class::Terminal, lines.collect::<Vec<_>>().join("; ")))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

/// Bytes that a user may still write where `path` is, or would be.
fn free_space(path: &Path) -> Option<u64> {
    let present = path.ancestors().find(|ancestor| ancestor.exists())?;
    let found = nix::sys::statvfs::statvfs(present).ok()?;
    Some(found.blocks_available() * found.fragment_size())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_that_runs_is_not_refused_for_what_others_use() {
        assert_eq!(inotify(128, 128, false).problem, Some(Code::LocalInotify));
        assert_eq!(inotify(128, 128, true).problem, None);
        assert_eq!(inotify(36, 128, false).problem, None);
    }

    #[test]
    fn all_problems_are_told_at_once_and_the_holder_of_a_port_is_named() {
        let home = tempfile::tempdir().unwrap();
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut configuration = Configuration::new("test".parse().unwrap(), home.path(), Path::new("/nowhere"), 24_000);
        configuration.listen = held.local_addr().unwrap();
        configuration.gateway_listen = "127.0.0.1:0".parse().unwrap();
        let error = verdict(&examine(&configuration, None, |_| false)).unwrap_err();
        assert_eq!(error.code, Code::LocalToolMissing, "the first one");
        assert!(error.message.contains("KORE-LOCAL-0001") && !error.message.contains("KORE-LOCAL-0003"), "{error}");
        assert!(error.message.contains(&format!("pid {}", std::process::id())), "{error}");
        let ours = examine(&configuration, None, |asked| asked == SERVER);
        assert!(ours.iter().all(|finding| finding.problem != Some(Code::LocalPortInUse)));
    }
}
