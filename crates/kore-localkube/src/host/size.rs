//! How large the machine is, as the kubelets on it see it.

use std::fs;

/// Processors and memory of the machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MachineSize {
    /// Processors.
    pub vcpus: u32,
    /// Memory in KiB.
    pub memory_kib: u64,
}

impl MachineSize {
    /// Of this machine. What cannot be read counts as none, and nothing is kept from nodes for it.
    #[must_use]
    pub fn detect() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self::of(&read("/proc/cpuinfo"), &read("/proc/meminfo"))
    }

    /// From the texts of `/proc/cpuinfo` and `/proc/meminfo` (proc(5)).
    fn of(processors: &str, memory: &str) -> Self {
        let vcpus = processors.lines().filter(|line| line.starts_with("processor")).count();
        let total = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap_or_default();
        Self {
            vcpus: u32::try_from(vcpus).unwrap_or_default(),
            memory_kib: total.trim().trim_end_matches(" kB").parse().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_says_how_large_it_is() {
        let processors = "processor\t: 0\nmodel name\t: one\n\nprocessor\t: 1\nmodel name\t: one\n";
        let memory = "MemTotal:       24684096 kB\nMemFree:        3157000 kB\n";
        assert_eq!(MachineSize::of(processors, memory), MachineSize { vcpus: 2, memory_kib: 24_684_096 });
        assert_eq!(MachineSize::of("", ""), MachineSize::default());
        let here = MachineSize::detect();
        assert!(here.vcpus > 0 && here.memory_kib > 0);
    }
}
