//! A person's world: an empty home, a server that answers what the test says, the built program.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio};

use jiff::{SignedDuration, Timestamp};
use kore_api::{codes::Code, problem::Problem};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

/// Id of every operation in these tests.
pub(crate) const OPERATION: &str = "7d1f0c9e-0000-5000-8000-000000000001";

/// A person's world.
pub(crate) struct World {
    pub(crate) home: tempfile::TempDir,
    pub(crate) server: MockServer,
    pub(crate) env: BTreeMap<String, String>,
}

impl World {
    /// An empty home, signed in to a server that knows nothing yet.
    pub(crate) async fn new() -> Self {
        let home = tempfile::Builder::new().prefix("kore-cli-").tempdir().unwrap();
        let server = MockServer::start().await;
        let world = Self { home, server, env: BTreeMap::from([("LANG".into(), "C.UTF-8".into())]) };
        let config = format!("currentContext: test\ncontexts:\n  test:\n    server: '{}'\n", world.server.uri());
        world.write(".config/kore/config.yaml", &config);
        world.session("kore_at_fresh", SignedDuration::from_mins(15));
        world
    }

    /// Keeps a session whose access token lives this long.
    pub(crate) fn session(&self, token: &str, lives: SignedDuration) {
        let expires_at: Timestamp = Timestamp::now() + lives;
        let session = json!({
            "server": self.server.uri(), "accessToken": token, "expiresAt": expires_at, "refreshToken": "kore_rt_1",
        });
        self.write(".local/state/kore/sessions/test.json", &session.to_string());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The server answers this to requests of this method and path.
    pub(crate) async fn on(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    /// The server answers this once, before later answers to the same.
    pub(crate) async fn once(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        let mock = Mock::given(method(verb)).and(path(at)).respond_with(answer);
        mock.up_to_n_times(1).with_priority(1).mount(&self.server).await;
    }

    /// The program with this world's environment and nothing of ours.
    pub(crate) fn command(&self, arguments: &[&str]) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_kore"));
        command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.home.path());
        command.envs(&self.env).current_dir(self.home.path()).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs the program: exit code, standard output, standard error, with what changes replaced.
    pub(crate) async fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(arguments).output().await.unwrap();
        let text = |bytes: &[u8]| self.stable(&String::from_utf8_lossy(bytes));
        (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
    }

    /// Runs the program; the transcript.
    pub(crate) async fn kore(&self, arguments: &[&str]) -> String {
        let (code, out, err) = self.run(arguments).await;
        format!(
            "$ kore {}\n[{code}]\n{out}{}{err}",
            arguments.join(" "),
            if err.is_empty() { "" } else { "--- stderr\n" }
        )
    }

    /// Runs the program on a terminal, with what a person types; what the terminal shows.
    pub(crate) async fn typed(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let line = format!("{} {}", env!("CARGO_BIN_EXE_kore"), arguments.join(" "));
        let mut command = tokio::process::Command::new("script");
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env_clear().env("PATH", "/usr/bin:/bin");
        command
            .env("HOME", self.home.path())
            .env("TERM", "dumb")
            .env("LANG", "C.UTF-8")
            .env("SHELL", "/bin/sh")
            .envs(&self.env);
        command.current_dir(self.home.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        // Held open: the end of input would hang the terminal up.
        let mut keys = child.stdin.take().unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut keys, input.as_bytes()).await.unwrap();
        let output = child.wait_with_output().await.unwrap();
        drop(keys);
        (output.status.code().unwrap_or(-1), self.stable(&String::from_utf8_lossy(&output.stdout)))
    }

    fn stable(&self, text: &str) -> String {
        text.replace(&self.server.uri(), "http://server").replace(&self.home.path().display().to_string(), "~")
    }
}

/// Filters for what no test can fix: times and durations.
pub(crate) fn filters() -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[TIME]");
    settings.add_filter(r" +\d+\.\ds\b", " [SPAN]");
    settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "[REQUEST]");
    settings.bind_to_scope()
}

/// 200 with a body.
pub(crate) fn ok(body: &Value) -> ResponseTemplate {
    let version = body.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or("1").to_owned();
    ResponseTemplate::new(200).set_body_json(body).insert_header("etag", format!("\"{version}\"").as_str())
}

/// A refusal.
pub(crate) fn refused(problem: &Problem) -> ResponseTemplate {
    ResponseTemplate::new(problem.status)
        .set_body_json(problem)
        .insert_header("content-type", "application/problem+json")
}

/// A refusal with this code.
pub(crate) fn code(code: Code, detail: &str) -> ResponseTemplate {
    let mut problem = Problem::new(code, detail);
    problem.request_id = "0193-request".into();
    refused(&problem)
}

/// A list.
pub(crate) fn list(kind: &str, items: &[Value]) -> ResponseTemplate {
    ok(
        &json!({"apiVersion": "kore.internal/v1alpha1", "kind": format!("{kind}List"), "metadata": {"resourceVersion": "9"}, "items": items}),
    )
}

/// Three hours and a half ago, so that ages are the same every time.
pub(crate) fn made() -> Timestamp {
    Timestamp::now() - SignedDuration::from_mins(210)
}

/// An object.
pub(crate) fn object(kind: &str, team: Option<&str>, name: &str, spec: Value, status: Value) -> Value {
    let mut metadata = json!({
        "name": name, "uid": "0193-uid", "resourceVersion": "7", "generation": 1, "creationTimestamp": made(),
    });
    if let Some(team) = team {
        metadata["team"] = team.into();
    }
    json!({"apiVersion": "kore.internal/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec, "status": status})
}

/// A `Ready` condition.
pub(crate) fn ready(status: &str, reason: &str) -> Value {
    json!([{"type": "Ready", "status": status, "reason": reason, "message": "as it is", "lastTransitionTime": made(), "observedGeneration": 1}])
}

/// Cluster payments/dev, Ready.
pub(crate) fn cluster() -> Value {
    object(
        "Cluster",
        Some("payments"),
        "dev",
        json!({"plan": {"name": "evaluation", "version": 1}}),
        json!({
            "kubernetesVersion": "v1.36.3", "nodes": {"desired": 1, "ready": 1}, "operation": OPERATION,
            "rung": {"workloads": true, "reason": "root, cgroups and containerd are there"},
            "conditions": ready("True", "Reconciled"),
        }),
    )
}

/// An operation on payments/dev.
pub(crate) fn operation(action: &str, state: &str, more: &Value) -> Value {
    let began = made();
    let step = |name: &str, title: &str, state: &str| {
        let mut step = json!({"name": name, "title": title, "state": state, "attempts": 1, "startedAt": began});
        match state {
            "done" => step["endedAt"] = (began + SignedDuration::from_secs(2)).to_string().into(),
            "running" => step["waitingFor"] = "Node \"first-0\" condition Ready=False".into(),
            _ => {}
        }
        step
    };
    let last = if state == "pending" { "pending" } else { state };
    let mut operation = json!({
        "id": OPERATION, "action": action, "requestedBy": "user:ana", "state": state, "parameters": {},
        "target": {"kind": "Cluster", "team": "payments", "name": "dev", "uid": "0193-uid", "generation": 1},
        "steps": [step("control-plane/etcd", "Start etcd", "done"), step("control-plane/kube-apiserver", "Start the API server", "done"),
            step("node/default-1/kubelet", "Start kubelet", last)],
        "createdAt": began, "startedAt": began,
    });
    if matches!(state, "done" | "failed") {
        operation["endedAt"] = (began + SignedDuration::from_secs(18)).to_string().into();
    }
    for (key, value) in more.as_object().unwrap() {
        operation[key] = value.clone();
    }
    operation
}
