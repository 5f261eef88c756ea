//! Processes as `/proc` shows them.

use std::{collections::BTreeMap, fs, path::PathBuf};

/// What tells a process from every other, together with the boot it runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Its id.
    pub pid: i32,
    /// Its process group.
    pub group: i32,
    /// Start time in clock ticks since boot: two processes of the same id differ in it.
    pub start: u64,
    /// Whether it has ended and only waits to be collected.
    pub ended: bool,
}

/// Identifies this boot of the machine.
#[must_use]
pub fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

/// A process, where there is one of this id.
#[must_use]
pub fn stat(pid: i32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Fields of `/proc/PID/stat` (proc(5)); the command in parentheses may hold anything.
fn parse(text: &str) -> Option<Stat> {
    let (head, tail) = (text.split_once(' ')?.0, text.rsplit_once(')')?.1);
    let fields: Vec<&str> = tail.split_whitespace().collect();
    Some(Stat {
        pid: head.parse().ok()?,
        ended: matches!(*fields.first()?, "Z" | "X" | "x"),
        group: fields.get(2)?.parse().ok()?,
        start: fields.get(19)?.parse().ok()?,
    })
}

/// Whether this very process still runs.
#[must_use]
pub fn runs(pid: i32, start: u64) -> bool {
    stat(pid).is_some_and(|found| found.start == start && !found.ended)
}

/// Every process that has not ended.
#[must_use]
pub fn all() -> Vec<Stat> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(stat)
        .filter(|found| !found.ended)
        .collect()
}

/// Its environment at start, where we may read it.
#[must_use]
pub fn environment(pid: i32) -> BTreeMap<String, String> {
    let bytes = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    bytes
        .split(|&byte| byte == 0)
        .filter_map(|entry| std::str::from_utf8(entry).ok()?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The program it runs, where we may see it.
#[must_use]
pub fn program(pid: i32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()
}

/// Its command line, arguments separated by spaces, for people.
#[must_use]
pub fn command_line(pid: i32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ").trim().to_owned()
}

/// Who listens on a TCP port of the host, as `name (pid 12)`, where it can be found out.
#[must_use]
pub fn listener(port: u16) -> Option<String> {
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|table| {
        fs::read_to_string(table).ok()?.lines().skip(1).find_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let local = fields.get(1)?.rsplit_once(':')?.1;
            // 0A is TCP_LISTEN.
            (u16::from_str_radix(local, 16).ok()? == port && *fields.get(3)? == "0A")
                .then(|| fields.get(9).map(|&inode| format!("socket:[{inode}]")))?
        })
    })?;
    all().into_iter().find_map(|found| {
        let entries = fs::read_dir(format!("/proc/{}/fd", found.pid)).ok()?;
        let holds = entries
            .flatten()
            .filter_map(|entry| fs::read_link(entry.path()).ok())
            .any(|target| target.to_str() == Some(&inode));
        let name = fs::read_to_string(format!("/proc/{}/comm", found.pid)).unwrap_or_default();
        holds.then(|| format!("{} (pid {})", name.trim(), found.pid))
    })
}

/// Sockets below containerd's run directory that a process listens on: a shim that is killed leaves
/// them behind (containerd fixes their place, whatever its own state directory is).
#[must_use]
pub fn shim_sockets(pid: i32) -> Vec<PathBuf> {
    if !program(pid).is_some_and(|path| path.to_string_lossy().contains("containerd-shim")) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else { return Vec::new() };
    let held: Vec<PathBuf> = entries.flatten().filter_map(|entry| fs::read_link(entry.path()).ok()).collect();
    // Of its own network namespace, which is its node's.
    let table = fs::read_to_string(format!("/proc/{pid}/net/unix")).unwrap_or_default();
    table
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace().skip(6);
            let (inode, path) = (fields.next()?, fields.next()?);
            let ours = held.iter().any(|target| target.to_str() == Some(&format!("socket:[{inode}]")));
            (ours && path.starts_with("/run/containerd/")).then(|| PathBuf::from(path))
        })
        .collect()
}

/// Processes of this user that hold inotify instances, counted by instance.
#[must_use]
pub fn inotify_instances() -> usize {
    all()
        .into_iter()
        .filter_map(|found| fs::read_dir(format!("/proc/{}/fd", found.pid)).ok())
        .flat_map(|entries| entries.flatten())
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .filter(|target| target.to_str() == Some("anon_inode:inotify"))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_may_hold_parentheses_and_spaces() {
        let text = "42 (a) R 1 (b) S 1 40 40 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 1 2";
        let found = parse(text).unwrap();
        assert_eq!((found.pid, found.group, found.start, found.ended), (42, 40, 777, false));
        assert_eq!(parse("nonsense"), None);
    }

    #[test]
    fn this_process_runs_and_another_start_time_is_another_process() {
        let me = i32::try_from(std::process::id()).unwrap();
        let found = stat(me).unwrap();
        assert!(runs(me, found.start) && !runs(me, found.start + 1));
        assert!(all().iter().any(|other| other.pid == me));
        assert!(!boot_id().is_empty());
    }

    #[test]
    fn a_listener_is_named() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let who = listener(port).unwrap();
        assert!(who.contains(&format!("pid {}", std::process::id())), "{who}");
    }
}
