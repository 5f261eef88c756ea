//! How far up the ladder this machine goes: nodes that run pods, or control planes only. The answer
//! is detected, never assumed, and always comes with its reason.

use std::{fs, path::Path};

use nix::unistd::geteuid;

use crate::host::{cgroup::Cgroups, size::MachineSize};

/// What this machine can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// Whether clusters can have nodes.
    pub workloads: bool,
    /// Why, or why not, in a sentence.
    pub reason: String,
    /// Whether containers may not lower their OOM score here (`CAP_SYS_RESOURCE` is missing):
    /// containerd must not try, or every sandbox fails.
    pub restrict_oom_score: bool,
    /// Whether the machine has cgroup v1 (also beside v2).
    pub cgroup_v1: bool,
    /// How large the machine is.
    pub size: MachineSize,
}

/// What is looked at; gathered by [`detect`], decided by [`decide`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a list of independent findings")]
pub struct Findings {
    /// Effective user is root.
    pub root: bool,
    /// Effective capabilities, as the bit mask of `/proc/self/status`.
    pub capabilities: u64,
    /// Cgroups are mounted and take a directory of ours.
    pub cgroups: bool,
    /// v1 or hybrid.
    pub cgroup_v1: bool,
    /// Processors and memory.
    pub size: MachineSize,
    /// The kernel has overlayfs.
    pub overlay: bool,
    /// Programs that are missing.
    pub missing: Vec<String>,
}

const CAP_NET_ADMIN: u64 = 1 << 12;
const CAP_SYS_ADMIN: u64 = 1 << 21;
const CAP_SYS_RESOURCE: u64 = 1 << 24;

/// Looks at this machine.
#[must_use]
pub fn detect(tools: &Path) -> Rung {
    let cgroups = Cgroups::detect();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap_or_default();
    let mut missing: Vec<String> =
        ["containerd", "containerd-shim-runc-v2", "runc", "kubelet", "kube-proxy", "calico-felix"]
            .into_iter()
            .filter(|&name| !tools.join(name).exists())
            .map(str::to_owned)
            .collect();
    let host = ["ip", "nft", "nsenter", "iptables-nft-restore", "ipset", "conntrack"];
    missing.extend(host.into_iter().filter(|&name| !on_path(name)).map(str::to_owned));
    decide(&Findings {
        root: geteuid().is_root(),
        capabilities: u64::from_str_radix(mask.trim(), 16).unwrap_or_default(),
        cgroups: cgroups.mounted() && cgroups.writable(),
        cgroup_v1: cgroups.mounted() && !cgroups.v2(),
        size: MachineSize::detect(),
        overlay: fs::read_to_string("/proc/filesystems").is_ok_and(|text| text.contains("overlay")),
        missing,
    })
}

/// Decides from findings.
#[must_use]
pub fn decide(findings: &Findings) -> Rung {
    let has = |capability: u64| findings.capabilities & capability != 0;
    let obstacle = if !findings.root {
        Some("nodes need root".to_owned())
    } else if !has(CAP_SYS_ADMIN) || !has(CAP_NET_ADMIN) {
        Some("nodes need the rights to mount and to set up networks (CAP_SYS_ADMIN, CAP_NET_ADMIN)".to_owned())
    } else if !findings.cgroups {
        Some("nodes need writable cgroups (v1 or v2)".to_owned())
    } else if !findings.overlay {
        Some("nodes need overlayfs in the kernel".to_owned())
    } else if !findings.missing.is_empty() {
        Some(format!("missing programs: {}", findings.missing.join(", ")))
    } else {
        None
    };
    Rung {
        workloads: obstacle.is_none(),
        reason: obstacle.map_or_else(
            || format!("root, cgroup {}, containerd and runc", if findings.cgroup_v1 { "v1" } else { "v2" }),
            |obstacle| format!("control plane only, workloads will not run: {obstacle}"),
        ),
        restrict_oom_score: !has(CAP_SYS_RESOURCE),
        cgroup_v1: findings.cgroup_v1,
        size: findings.size,
    }
}

fn on_path(program: &str) -> bool {
    ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        .iter()
        .any(|directory| Path::new(directory).join(program).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rung_comes_with_its_reason() {
        let all = Findings {
            root: true,
            capabilities: u64::MAX,
            cgroups: true,
            cgroup_v1: false,
            size: MachineSize::default(),
            overlay: true,
            missing: vec![],
        };
        assert_eq!(decide(&all).reason, "root, cgroup v2, containerd and runc");
        assert!(decide(&all).workloads && !decide(&all).restrict_oom_score);
        let cases = [
            (Findings { root: false, ..all.clone() }, "root"),
            (Findings { capabilities: 0, ..all.clone() }, "CAP_SYS_ADMIN"),
            (Findings { cgroups: false, ..all.clone() }, "cgroups"),
            (Findings { overlay: false, ..all.clone() }, "overlayfs"),
            (Findings { missing: vec!["runc".into()], ..all }, "runc"),
        ];
        for (findings, word) in cases {
            let rung = decide(&findings);
            assert!(!rung.workloads && rung.reason.contains(word) && rung.reason.starts_with("control plane only"));
        }
        let restricted = Findings { capabilities: !CAP_SYS_RESOURCE, ..all };
        assert!(decide(&restricted).workloads && decide(&restricted).restrict_oom_score);
    }
}
