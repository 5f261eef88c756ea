//! What exists on this machine, taken from the kernel and not from Kore's records.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    time::Duration,
};

use crate::machine::{bin, within};

/// Environment variable of what a story itself runs, a command that waits for minutes: its installation.
pub(crate) const STORY: &str = "KORE_STORY";

/// Things by name; what other installations on this machine call theirs is left out.
#[derive(Debug, Clone)]
pub(crate) struct Inventory {
    found: BTreeSet<String>,
    /// Whether there were other installations then: what all have in common may be theirs.
    among_others: bool,
}

impl Inventory {
    /// What is there now, as far as it may belong to `installation`.
    pub(crate) fn take(installation: &str) -> Self {
        let mut found = BTreeSet::new();
        let mut add = |kind: &str, lines: Vec<String>| found.extend(lines.iter().map(|line| format!("{kind} {line}")));
        add("process", processes().into_iter().map(|process| process.to_string()).collect());
        add("netns", lines(&out("ip", &["netns", "list"])));
        let links: serde_json::Value = serde_json::from_str(&out("ip", &["-json", "link"])).unwrap();
        let text = |link: &serde_json::Value, key: &str| link[key].as_str().unwrap_or_default().to_owned();
        let links = links.as_array().unwrap().iter();
        add("link", links.map(|link| format!("{} {}", text(link, "ifname"), text(link, "ifalias"))).collect());
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap();
        add("mount", mounts.lines().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect());
        add("nft", lines(&out("nft", &["list", "tables"])));
        add("cgroup", lines(&out("find", &["/sys/fs/cgroup", "-type", "d", "-path", "*kore*"])));
        add("file", lines(&out("find", &["/run", "/var/lib", "/etc", "/opt", "-maxdepth", "2", "-iname", "*kore*"])));
        // Places that programs of others have fixed.
        add("file", lines(&out("find", &["/run", "/var/lib", "-maxdepth", "1", "-name", "calico"])));
        add("file", lines(&out("find", &["/var/lib/cni", "-type", "f"])));
        add("file", lines(&out("find", &["/var/log/containers", "-printf", "%p %l\\n"])));
        add(
            "socket",
            sockets(installation).into_iter().filter(|socket| UnixStream::connect(socket).is_err()).collect(),
        );
        let others = others(installation);
        found.retain(|item| !others.iter().any(|other| item.contains(other)));
        if !others.is_empty() {
            // File systems of their own around their data.
            let own = TOLD.lock().unwrap().get(installation).cloned().unwrap_or_default();
            let holds = |item: &str, other: &str| {
                let mount = item.strip_prefix("mount ").map(Path::new);
                mount.is_some_and(|mount| Path::new(other).starts_with(mount) && !own.starts_with(mount))
            };
            found.retain(|item| !others.iter().any(|other| holds(item, other)));
        }
        Self { found, among_others: !others.is_empty() }
    }

    /// What is here and was not there.
    pub(crate) fn since(&self, before: &Self) -> Vec<String> {
        let places = ["file /run/kore", "file /run/calico", "file /var/lib/calico"];
        let common = |item: &str| places.contains(&item) || item.starts_with("cgroup ") && item.ends_with("/kore");
        let alone = !self.among_others && !before.among_others;
        self.found.difference(&before.found).filter(|item| alone || !common(item)).cloned().collect()
    }

    /// What is of a kind, without the kind.
    pub(crate) fn of(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.found
            .iter()
            .filter_map(move |item| item.split_once(' ').filter(|(known, _)| *known == kind).map(|(_, name)| name))
    }
}

/// Waits until nothing is here that was not there before.
pub(crate) fn nothing_left_since(before: &Inventory, installation: &str) {
    let mut left = Vec::new();
    let gone = within(Duration::from_secs(60), || {
        left = Inventory::take(installation).since(before);
        left.is_empty().then_some(())
    });
    assert!(gone.is_some(), "left on the machine:\n{}", left.join("\n"));
}

/// A process of some installation: marked by its supervisor, in a cgroup of Kore's, or one of its programs.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) pid: i32,
    /// Its installation, by its mark, its arguments or its cgroup.
    pub(crate) installation: Option<String>,
    /// Data directory of its installation, where it is marked.
    data: Option<String>,
    /// What its supervisor calls it, where it is marked.
    pub(crate) name: String,
    pub(crate) program: String,
    /// Whether it leads its group, as those do that a supervisor starts.
    pub(crate) leads: bool,
    /// Whether it is the supervisor.
    pub(crate) supervises: bool,
    cgroup: String,
}

/// Without its id, which is new with every start.
impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let installation = self.installation.as_deref().unwrap_or("-");
        write!(f, "{} of {installation}: {} {}", self.name, self.program, self.cgroup)
    }
}

/// Every process that has to do with Kore.
pub(crate) fn processes() -> Vec<Process> {
    let programs = [bin(), bin().join("tools").canonicalize().unwrap()];
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else { continue };
        let read = |name: &str| std::fs::read(entry.path().join(name)).unwrap_or_default();
        let environment = String::from_utf8_lossy(&read("environ")).into_owned();
        let marked = |name: &str| {
            let prefix = format!("{name}=");
            environment.split('\0').find_map(|variable| variable.strip_prefix(&prefix)).map(str::to_owned)
        };
        let groups = String::from_utf8_lossy(&read("cgroup")).into_owned();
        let cgroup = groups.lines().find_map(|line| Some(&line[line.find("/kore/")?..])).unwrap_or_default();
        // No program: it has ended and waits to be collected.
        let Ok(program) = std::fs::read_link(entry.path().join("exe")) else { continue };
        let line = String::from_utf8_lossy(&read("cmdline")).into_owned();
        let arguments: Vec<&str> = line.split('\0').collect();
        let told = arguments.iter().skip_while(|word| **word != "--installation").nth(1).map(|name| (*name).to_owned());
        let grouped = cgroup.split('/').nth(2).map(str::to_owned);
        let installation = marked("KORED_INSTALLATION").or(told).or(marked(STORY)).or(grouped);
        if installation.is_none() && cgroup.is_empty() && !programs.iter().any(|place| program.starts_with(place)) {
            continue;
        }
        let name = marked("KORED_PROCESS").unwrap_or_else(|| "-".to_owned());
        let (program, cgroup) = (program.display().to_string(), cgroup.to_owned());
        // proc(5): state, parent and group follow the command in parentheses.
        let stat = String::from_utf8_lossy(&read("stat")).into_owned();
        let group = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(2)?.parse().ok());
        let (data, leads) = (marked("KORED_DATA_DIR"), group == Some(pid));
        let supervises = arguments.get(1) == Some(&"local");
        found.push(Process { pid, installation, data, name, program, leads, supervises, cgroup });
    }
    found
}

/// Sockets of shims that are there, of those that were ever seen to be this installation's: their names
/// do not tell whose they are. An inventory that is taken while pods run sees them.
fn sockets(installation: &str) -> Vec<String> {
    static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut seen = SEEN.lock().unwrap();
    let shims = processes().into_iter().filter(|process| {
        process.installation.as_deref() == Some(installation) && process.program.contains("containerd-shim")
    });
    for shim in shims {
        // The sockets of its network namespace, which is its node's.
        let text = std::fs::read_to_string(format!("/proc/{}/net/unix", shim.pid)).unwrap_or_default();
        let paths = text.lines().filter_map(|line| line.split_whitespace().nth(7));
        seen.extend(paths.filter(|path| path.starts_with("/run/containerd/")).map(str::to_owned));
    }
    seen.iter().filter(|path| Path::new(path).exists()).cloned().collect()
}

/// Installations of the stories that are being told, with their data directories: what is theirs is
/// nobody else's remainder, also while they come and go.
pub(crate) static TOLD: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// How things of other installations are called: by name in namespaces, aliases, tables and cgroups, by
/// data directory in mounts and links.
fn others(installation: &str) -> BTreeSet<String> {
    let running = processes().into_iter().filter_map(|process| Some((process.installation?, process.data)));
    let told = TOLD.lock().unwrap().clone().into_iter().map(|(name, data)| (name, Some(data.display().to_string())));
    let mut words = BTreeSet::new();
    for (name, data) in running.chain(told).filter(|(name, _)| name != installation) {
        words.extend([
            format!("kore.{name}."),
            format!("kore:{name}:"),
            format!("/kore/{name}"),
            format!(" of {name}:"),
        ]);
        words.extend(data);
    }
    words
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// What a program prints; nothing where it has nothing to look at.
fn out(program: &str, arguments: &[&str]) -> String {
    if program == "find" && !Path::new(arguments[0]).exists() {
        return String::new();
    }
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
