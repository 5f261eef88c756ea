//! Every verb of kubectl that streams, through the access gateway: with the kubectl of today, which uses
//! web sockets, and with one of 2020, which knows SPDY only.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::machine::{Machine, bin, show};

/// A kubectl and the kubeconfig that it understands.
struct Kubectl<'a> {
    machine: &'a Machine,
    program: PathBuf,
    kubeconfig: PathBuf,
    /// A word for names.
    word: &'static str,
}

impl Kubectl<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.machine.command(self.program.to_str().unwrap());
        command.env("KUBECONFIG", &self.kubeconfig).args(["--context", "kore/payments/dev"]).args(arguments);
        command
    }

    /// Runs it with this input and expects success.
    fn run(&self, arguments: &[&str], input: &str) -> String {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        println!("$ {} {}\n{}", self.word, arguments.join(" "), show(&output));
        assert!(output.status.success(), "{} {} failed", self.word, arguments.join(" "));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The first line of one that goes on, which is handed over running.
    fn begin(&self, arguments: &[&str]) -> (String, Running) {
        let mut child = self.command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        println!("$ {} {}\n{line}", self.word, arguments.join(" "));
        (line, Running(child, output))
    }
}

/// A program that is stopped at the end. Its output is held: kubectl ends when nobody reads.
struct Running(std::process::Child, BufReader<std::process::ChildStdout>);

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _status = self.0.wait();
    }
}

/// The owner's kubectl of today, and the one of 2020 with a token: it knows no version of the exec plugins
/// that today's does.
pub(crate) fn every_streaming_verb_works(machine: &Machine) {
    let today = machine.path(".kube/config");
    let old = machine.path("old.yaml");
    let view = machine.kubectl(&["config", "view", "--raw", "--minify", "--flatten", "--context", "kore/payments/dev"]);
    std::fs::write(&old, view).unwrap();
    let answer = machine.quietly("kore", &["auth", "kube-credential", "--cluster", "payments/dev"]);
    let answer = String::from_utf8(answer.stdout).unwrap();
    let token = answer.split(r#""token":"#).nth(1).and_then(|rest| rest.split('"').nth(1)).expect("a token");
    let file = old.to_str().unwrap();
    for arguments in [
        &["config", "--kubeconfig", file, "set-credentials", "old", "--token", token][..],
        &["config", "--kubeconfig", file, "set-context", "kore/payments/dev", "--user", "old"],
    ] {
        assert!(machine.quietly("kubectl", arguments).status.success());
    }
    let current = Kubectl { machine, program: "kubectl".into(), kubeconfig: today, word: "today" };
    let old = Kubectl { machine, program: bin().join("kubectl-1.20"), kubeconfig: old, word: "of-2020" };
    assert!(old.run(&["version", "--client", "--short"], "").contains("v1.20"));
    for kubectl in [current, old] {
        stream(&kubectl);
    }
}

fn stream(kubectl: &Kubectl<'_>) {
    let talker = kubectl.word;
    let pod = format!(
        r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "{talker}"}}, "spec": {{"restartPolicy": "Never",
        "containers": [{{"name": "talker", "image": "kore.internal/hello:1", "stdin": true, "stdinOnce": true,
        "command": ["/bin/sh", "-c", "echo begun; while read line; do echo heard $line; done"]}}]}}}}"#
    );
    kubectl.run(&["apply", "-f", "-"], &pod);
    kubectl.run(&["wait", "--for=condition=Ready", &format!("pod/{talker}"), "--timeout=120s"], "");
    let (line, mut follow) = kubectl.begin(&["logs", "-f", talker]);
    assert_eq!(line, "begun\n");

    let pods = kubectl.run(&["get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}"], "");
    let large = "0123456789abcdef".repeat(40_000);
    let counted = kubectl.run(&["exec", "-i", &pods, "--", "/bin/sh", "-c", "wc -c; echo said >&2"], &large);
    assert_eq!(counted.trim(), "640000", "all of what went in, and the end of it");
    let status = kubectl.command(&["exec", &pods, "--", "/bin/sh", "-c", "exit 7"]).output().unwrap().status;
    assert_eq!(status.code(), Some(7), "the status of what ran");

    let (there, back) = (kubectl.machine.path("there"), kubectl.machine.path("back"));
    std::fs::write(&there, &large).unwrap();
    let place = format!("{pods}:/tmp/{talker}");
    kubectl.run(&["cp", there.to_str().unwrap(), &place], "");
    kubectl.run(&["cp", &place, back.to_str().unwrap()], "");
    assert!(std::fs::read_to_string(&back).unwrap() == large, "copied there and back");
    std::fs::remove_file(back).unwrap();

    // A proxy of 2020 takes the path as it is, and today's does unless it is told.
    let inside = "/api/v1/namespaces/default/services/web:80/proxy/healthz";
    let whole = format!("/k8s/payments/dev{inside}");
    let (proxy, path) = match kubectl.word {
        "today" => (&["proxy", "--port=0", "--append-server-path"][..], inside),
        _ => (&["proxy", "--port=0"][..], &*whole),
    };
    let forward = ["port-forward", &format!("pod/{pods}"), ":8080"];
    for (arguments, path) in [(&forward[..], "/healthz"), (proxy, path)] {
        let (line, _running) = kubectl.begin(arguments);
        let port = line.split("127.0.0.1:").nth(1).unwrap();
        let port: String = port.chars().take_while(char::is_ascii_digit).collect();
        let mut stream = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
        stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        assert!(answer.contains("200 OK"), "{arguments:?}: {answer}");
    }

    let heard = kubectl.run(&["attach", "-i", talker, "-c", "talker"], "hello\n");
    assert!(heard.contains("heard hello"), "{heard}");
    // What was said while others watched reached them, up to the end of the log.
    let mut rest = String::new();
    follow.1.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "heard hello\n");
    kubectl.run(&["delete", "pod", talker, "--wait=false"], "");
}
