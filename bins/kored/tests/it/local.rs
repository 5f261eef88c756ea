//! `kored local`: the platform without the server, through crashes of everything. Needs the
//! Kubernetes programs (`KORE_TOOLS`, or `bin/tools` of the clone), as root or not.
#![expect(clippy::disallowed_methods, reason = "threads of a test wait on a level with a deadline")]

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use kore_api::{
    config,
    operation::{Failure, Step, StepState},
    supervisor::{ProcessState, Reply, Request},
};
use kore_localkube::ports;

fn tools() -> PathBuf {
    let clone = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bin/tools");
    let tools = std::env::var_os("KORE_TOOLS").map_or_else(|| PathBuf::from(clone), PathBuf::from);
    assert!(tools.join("kube-apiserver").exists(), "no Kubernetes programs in {}: run tools/build", tools.display());
    tools
}

/// A port that nobody gets by accident before we do: outgoing connections have others.
fn free(seed: &str) -> u16 {
    ports::pick(&format!("{seed} {}", std::process::id()), 1, &BTreeSet::new(), ports::free).unwrap()
}

/// An installation in a directory of its own; purged when dropped, also after a failure.
struct Installation {
    directory: tempfile::TempDir,
    name: String,
    ports: [u16; 2],
    supervisor: Option<Child>,
}

impl Installation {
    fn new(name: &str) -> Self {
        let free = |what: &str| free(&format!("{name} {what}"));
        Self {
            directory: tempfile::tempdir().unwrap(),
            name: format!("t-{name}-{}", std::process::id()),
            ports: [free("listen"), free("gateway")],
            supervisor: None,
        }
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kored"));
        command.args(["local", "--without-server", "--data"]).arg(self.data()).env("KORE_TOOLS", tools());
        command.args(["--installation", &self.name]);
        command.args(["--port", &self.ports[0].to_string(), "--gateway-port", &self.ports[1].to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn start(&mut self) {
        self.supervisor = Some(self.command().spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(10);
        while UnixStream::connect(config::supervisor_socket(&self.data())).is_err() {
            assert!(Instant::now() < deadline, "no socket");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// As if the machine had killed it.
    fn kill_supervisor(&mut self) {
        let mut supervisor = self.supervisor.take().unwrap();
        supervisor.kill().unwrap();
        supervisor.wait().unwrap();
    }

    fn call(&self, request: &Request) -> (Vec<Step>, Reply) {
        let mut stream = UnixStream::connect(config::supervisor_socket(&self.data())).unwrap();
        writeln!(stream, "{}", serde_json::to_string(request).unwrap()).unwrap();
        let mut steps = Vec::new();
        for line in BufReader::new(stream).lines() {
            match serde_json::from_str(&line.unwrap()).unwrap() {
                Reply::Step { step } => steps.push(step),
                last => return (steps, last),
            }
        }
        panic!("the supervisor said nothing");
    }

    fn up(&self) -> Vec<Step> {
        let (steps, last) = self.call(&Request::Up);
        assert!(matches!(last, Reply::Platform { .. }), "{last:?}");
        steps
    }

    fn pids(&self) -> Vec<(String, i32)> {
        let (_, Reply::Processes { processes }) = self.call(&Request::List) else { panic!("no list") };
        processes.into_iter().map(|status| (status.spec.name, status.pid.unwrap())).collect()
    }

    fn kubectl(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(tools().join("kubectl"));
        command.arg("--kubeconfig").arg(self.data().join("management/kubeconfig")).args(arguments).output().unwrap()
    }

    fn purge(&self) -> Output {
        self.command().arg("--purge").stderr(Stdio::piped()).output().unwrap()
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(mut supervisor) = self.supervisor.take() {
            let _ = supervisor.kill();
            let _ = supervisor.wait();
        }
        self.purge();
    }
}

fn failure(reply: Reply) -> Failure {
    match reply {
        Reply::Failed { failure } => failure,
        other => panic!("{other:?}"),
    }
}

/// Processes of anybody whose environment names this data directory.
fn marked(data: &Path) -> usize {
    let mark = format!("KORED_DATA_DIR={}", data.display());
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let environments = entries.filter_map(|entry| std::fs::read(entry.path().join("environ")).ok());
    environments.filter(|text| text.split(|&byte| byte == 0).any(|entry| entry == mark.as_bytes())).count()
}

#[test]
fn the_platform_comes_up_survives_every_crash_and_leaves_nothing() {
    let mut platform = Installation::new("platform");
    platform.start();
    let steps = platform.up();
    for name in ["machine", "data", "registry", "images", "management/etcd", "management/kube-apiserver"] {
        assert!(steps.iter().any(|step| step.name == name && step.state == StepState::Done), "{name}: {steps:?}");
    }
    assert!(platform.kubectl(&["create", "namespace", "kept"]).status.success());
    let first = platform.pids();

    // A second `up` changes nothing, and a second supervisor is refused.
    platform.up();
    assert_eq!(platform.pids(), first);
    let mut second = platform.command();
    second.stderr(Stdio::piped());
    let refused = second.output().unwrap();
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("another supervisor"));

    // Anonymous people see health and nothing else; Secrets are not readable in the data store's files.
    let server = String::from_utf8(platform.kubectl(&["config", "view", "-o=jsonpath={..server}"]).stdout).unwrap();
    let ca = platform.data().join("management/pki/ca.crt");
    let anonymous = |path: &str| {
        let mut curl = Command::new("curl");
        curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert"]).arg(&ca).arg(format!("{server}{path}"));
        String::from_utf8(curl.output().unwrap().stdout).unwrap()
    };
    assert_eq!((anonymous("/readyz"), anonymous("/version")), ("200".to_owned(), "401".to_owned()));
    let secret = ["create", "secret", "generic", "s", "--from-literal=k=plainly-to-be-seen"];
    assert!(platform.kubectl(&secret).status.success());
    let mut search = Command::new("grep");
    let stored =
        search.args(["-rqa", "plainly-to-be-seen"]).arg(platform.data().join("management/etcd")).status().unwrap();
    assert_eq!(stored.code(), Some(1), "the secret is in etcd in the clear");

    // The supervisor dies alone: the next one takes everything over.
    platform.kill_supervisor();
    platform.start();
    platform.up();
    assert_eq!(platform.pids(), first);

    // Everything dies.
    platform.kill_supervisor();
    for (_, pid) in &first {
        assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
    }
    platform.start();
    platform.up();
    assert!(platform.kubectl(&["get", "namespace", "kept"]).status.success());
    assert!(platform.pids().iter().all(|process| !first.contains(process)));

    // Down keeps the data; purge does not.
    assert_eq!(platform.call(&Request::Down).1, Reply::Done);
    assert!(platform.supervisor.take().unwrap().wait().unwrap().success());
    assert_eq!(marked(&platform.data()), 0);
    platform.start();
    platform.up();
    assert!(platform.kubectl(&["get", "namespace", "kept"]).status.success());
    platform.kill_supervisor();
    let purged = platform.purge();
    assert!(purged.status.success(), "{}", String::from_utf8_lossy(&purged.stderr));
    assert_eq!(marked(&platform.data()), 0);
    assert!(!platform.data().exists());
}

#[test]
fn a_port_in_use_is_named_with_its_holder_and_nothing_is_started() {
    let mut platform = Installation::new("port");
    let held = TcpListener::bind(("127.0.0.1", platform.ports[0])).unwrap();
    platform.start();
    let (steps, last) = platform.call(&Request::Up);
    let failure = failure(last);
    assert_eq!(failure.code, "KORE-LOCAL-0001");
    assert!(failure.message.contains(&format!("pid {}", std::process::id())), "{}", failure.message);
    assert_eq!(steps.last().unwrap().state, StepState::Failed);
    assert_eq!(marked(&platform.data()), 0);
    drop(held);
}

#[test]
fn who_hangs_up_does_not_stop_an_up_and_a_down_in_the_middle_ends_it() {
    let mut platform = Installation::new("hangup");
    platform.start();
    let mut stream = UnixStream::connect(config::supervisor_socket(&platform.data())).unwrap();
    writeln!(stream, "{}", serde_json::to_string(&Request::Up).unwrap()).unwrap();
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).unwrap();
    drop(stream);
    let reached = |platform: &Installation| {
        let (_, Reply::Processes { processes }) = platform.call(&Request::List) else { panic!("no list") };
        processes.iter().any(|p| p.spec.name == "management/etcd" && p.state == ProcessState::Ready)
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while !reached(&platform) {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(platform.call(&Request::Down).1, Reply::Done);
    assert!(platform.supervisor.take().unwrap().wait().unwrap().success());
    assert_eq!(marked(&platform.data()), 0);
}

#[test]
fn a_relay_carries_bytes_both_ways() {
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = SocketAddr::from(([127, 0, 0, 1], free("relay")));
    let to = target.local_addr().unwrap().to_string();
    let mut relay = Command::new(env!("CARGO_BIN_EXE_kored"))
        .args(["relay", "--listen", &listen.to_string(), "--to", &to])
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut near = loop {
        match TcpStream::connect(listen) {
            Ok(stream) => break stream,
            Err(_) => assert!(Instant::now() < deadline),
        }
    };
    let mut far = target.accept().unwrap().0;
    let mut line = String::new();
    near.write_all(b"there\n").unwrap();
    BufReader::new(&far).read_line(&mut line).unwrap();
    far.write_all(b"back\n").unwrap();
    BufReader::new(&near).read_line(&mut line).unwrap();
    assert_eq!(line, "there\nback\n");
    relay.kill().unwrap();
    relay.wait().unwrap();
}
