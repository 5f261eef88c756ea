//! A person's machine: an empty home, the built programs, an installation of its own.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};

use crate::inventory::{Inventory, STORY, TOLD};

/// An installation that is purged when the story ends, however it ends.
pub(crate) struct Machine {
    home: tempfile::TempDir,
    /// The installation's name.
    pub(crate) installation: String,
    port: u16,
    /// Where the programs are.
    bin: PathBuf,
    /// Who runs them, where that is not root.
    user: Option<u32>,
    purged: bool,
}

/// A person without root: nobody in particular.
const PERSON: u32 = 61_234;

impl Machine {
    /// An empty home and names that nobody else uses.
    pub(crate) fn new(story: &str) -> Self {
        let home = tempfile::Builder::new().prefix("kore-story-").tempdir().unwrap();
        let installation = format!("t-{story}-{}", std::process::id());
        let machine = Self { home, installation, port: free_port_pair(), bin: bin(), user: None, purged: false };
        TOLD.lock().unwrap().insert(machine.installation.clone(), machine.data());
        machine
    }

    /// The machine of a person without root, with programs of their own: root's may be out of reach.
    pub(crate) fn without_root(story: &str) -> Self {
        let mut machine = Self::new(story);
        let own = machine.path("bin");
        std::fs::create_dir(&own).unwrap();
        for program in ["kore", "kored"] {
            std::fs::copy(machine.bin.join(program), own.join(program)).unwrap();
        }
        let tools = machine.bin.join("tools").canonicalize().unwrap();
        succeed(Command::new("cp").arg("-a").arg(tools).arg(own.join("tools")));
        succeed(Command::new("chown").arg("-R").arg(format!("{PERSON}:{PERSON}")).arg(machine.home.path()));
        (machine.bin, machine.user) = (own, Some(PERSON));
        machine
    }

    /// Gives the installation a file system of its own, of so many MiB.
    pub(crate) fn with_disk(self, size: u32) -> Self {
        std::fs::create_dir_all(self.disk()).unwrap();
        let options = format!("size={size}m");
        succeed(Command::new("mount").args(["-t", "tmpfs", "-o", &options, "kore-test"]).arg(self.disk()));
        self
    }

    /// Where the installation's file system is mounted, if it has one.
    pub(crate) fn disk(&self) -> PathBuf {
        self.path(".local/share/kore")
    }

    /// The port of the installation; the next one is the gateway's.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// A file in the home directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The installation's data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.disk().join(&self.installation)
    }

    /// A program with this machine's environment and nothing of ours.
    pub(crate) fn command(&self, program: &str) -> Command {
        let bin = &self.bin;
        let program = if program == "kore" || program == "kored" { bin.join(program) } else { PathBuf::from(program) };
        let mut command = match self.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={user}"), format!("--regid={user}")]);
                command.args(["--clear-groups", "--bounding-set=-all", "--inh-caps=-all"]).arg(program);
                command
            }
        };
        let path = format!("{}:{}", bin.join("tools").display(), std::env::var("PATH").unwrap());
        command.env_clear().env("PATH", path).env("HOME", self.home.path()).env("TERM", "dumb");
        command.env(STORY, &self.installation);
        command.env("KORE_NO_INPUT", "1").env("KORE_TOOLS", bin.join("tools"));
        command.current_dir(self.home.path()).stdin(Stdio::null());
        command
    }

    /// Runs and returns what came out, whatever the exit code.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let output = self.quietly(program, arguments);
        println!("$ {program} {}\n{}", arguments.join(" "), show(&output));
        output
    }

    /// The same without a word, for what is run over and over.
    pub(crate) fn quietly(&self, program: &str, arguments: &[&str]) -> Output {
        self.command(program).args(arguments).output().unwrap()
    }

    /// Runs `kore` and expects success; answers its standard output.
    pub(crate) fn kore(&self, arguments: &[&str]) -> String {
        let output = self.run("kore", arguments);
        assert!(output.status.success(), "kore {} failed", arguments.join(" "));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs `kore` and expects this exit code; answers its standard error.
    pub(crate) fn kore_fails(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run("kore", arguments);
        assert_eq!(output.status.code(), Some(code), "kore {}", arguments.join(" "));
        String::from_utf8(output.stderr).unwrap()
    }

    /// Runs `kubectl` of the machine's kubeconfig and expects success.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        let output = self.run("kubectl", arguments);
        assert!(output.status.success(), "kubectl {} failed", arguments.join(" "));
        String::from_utf8(output.stdout).unwrap()
    }

    /// `kore up` of this installation with further arguments; answers what it printed on both streams.
    pub(crate) fn up(&self, further: &[&str]) -> String {
        let port = self.port.to_string();
        let mut arguments = vec!["up", "--name", &self.installation, "--port", &port];
        arguments.extend(further);
        let output = self.run("kore", &arguments);
        assert!(output.status.success(), "kore up failed");
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    /// `kore down --purge`, which must leave nothing.
    pub(crate) fn purge(&mut self) {
        // Sees what runs, so that it is known when it stays.
        Inventory::take(&self.installation);
        // From a shell that has evaluated `kore status -o env`, whose processes are nobody's to end.
        let mut down = self.command("kore");
        down.env("KORE_INSTALLATION", &self.installation).env("KORE_DATA_DIR", self.data());
        assert!(down.args(["down", "--purge", "--yes"]).status().unwrap().success(), "kore down failed");
        self.purged = true;
        assert!(!self.data().exists(), "data is left in {}", self.data().display());
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if !self.purged {
            for log in logs(&self.data()) {
                println!("== end of {}\n{}", log.display(), tail(&log));
            }
            self.run("kore", &["down", "--name", &self.installation, "--purge", "--yes"]);
        }
        TOLD.lock().unwrap().remove(&self.installation);
        // There is one for few stories only.
        let _ = Command::new("umount").arg("--lazy").arg(self.disk()).stderr(Stdio::null()).status();
    }
}

fn succeed(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?} failed: the stories need root");
}

fn logs(data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.join("logs")).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}

fn tail(path: &Path) -> String {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

pub(crate) fn show(output: &Output) -> String {
    format!(
        "{}{}[{}]\n",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status
    )
}

/// Where `make build` put the programs.
pub(crate) fn bin() -> PathBuf {
    let bin = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../bin").canonicalize().expect("make build comes first");
    assert!(bin.join("kore").exists() && bin.join("tools/kubectl").exists(), "make build comes first");
    bin
}

/// A free loopback port whose successor is free too (the gateway's). It lies below the ports that the
/// kernel gives to outgoing connections, and that Kore takes for its clusters: nobody gets it by accident
/// before the story's platform does. Stories that run at once look in different places.
fn free_port_pair() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const PAIRS: u32 = 4000;
    let free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let first = (0..PAIRS).find_map(|_| {
        let number = std::process::id().wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed).into()) % PAIRS;
        let port = 12_000 + u16::try_from(number).unwrap() * 2;
        (free(port) && free(port + 1)).then_some(port)
    });
    first.expect("no two ports are free")
}

/// Waits for a level with a deadline.
pub(crate) fn eventually<T>(what: &str, limit: Duration, look: impl FnMut() -> Option<T>) -> T {
    within(limit, look).unwrap_or_else(|| panic!("not within {limit:?}: {what}"))
}

/// Limits are those of a machine with nothing else to do; others take several times as long for all of it.
const SLOW: u32 = 4;

/// Looks until there is something to see, or the time is over.
pub(crate) fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit * SLOW;
    loop {
        let found = look();
        if found.is_some() || Instant::now() >= deadline {
            return found;
        }
        #[expect(clippy::disallowed_methods, reason = "a test that polls from outside has nothing else to wait on")]
        std::thread::sleep(Duration::from_millis(300));
    }
}

/// Tells a figure to whoever runs the tests, also when they pass (the test harness holds back `println!`).
pub(crate) fn tell(figure: &str) {
    std::io::stderr().write_all(format!("{figure}\n").as_bytes()).unwrap();
}
