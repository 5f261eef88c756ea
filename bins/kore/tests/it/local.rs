//! `kore status`, `up` and `down` against a supervisor that says what the test says.

use std::{os::unix::fs::PermissionsExt, path::Path};

use insta::assert_snapshot;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::UnixListener,
};

use crate::world::{World, filters};

/// Answers each kind of request with these lines, as often as it is asked.
fn supervise(socket: &Path, answers: Vec<(&'static str, Vec<Value>)>) -> tokio::task::JoinHandle<()> {
    std::fs::create_dir_all(socket.parent().unwrap()).unwrap();
    let listener = UnixListener::bind(socket).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (reader, mut writer) = stream.into_split();
            let Ok(Some(line)) = BufReader::new(reader).lines().next_line().await else { continue };
            let request: Value = serde_json::from_str(&line).unwrap();
            let found = answers.iter().find(|(name, _)| request["do"] == *name);
            for reply in found.map(|(_, replies)| replies.as_slice()).unwrap_or_default() {
                writer.write_all(format!("{reply}\n").as_bytes()).await.unwrap();
            }
        }
    })
}

fn platform() -> Value {
    json!({"is": "platform", "platform": {
        "installation": "t", "url": "http://127.0.0.1:8420", "gateway": "https://127.0.0.1:8421", "adminSocket": "/none",
        "kubernetesVersion": "v1.36.3", "workloads": true, "workloadsReason": "root, cgroups and containerd are there",
    }})
}

fn process(name: &str, state: &str) -> Value {
    json!({"spec": {"name": name, "program": "/p", "args": []}, "state": state, "pid": 7, "restarts": 2, "message": "exit status 1", "log": "/l"})
}

#[tokio::test]
async fn status_says_what_runs_and_what_does_not() {
    let world = World::new().await;
    let data = world.path("data");
    let nothing = ["status", "--name", "t", "--data-dir", data.to_str().unwrap()];
    let (exit, out, _) = world.run(&nothing).await;
    assert_eq!(exit, 1);
    assert!(out.contains("not here"), "{out}");
    let processes =
        json!({"is": "processes", "processes": [process("registry", "ready"), process("server", "backingOff")]});
    let _task =
        supervise(&data.join("run/supervisor.sock"), vec![("status", vec![platform()]), ("list", vec![processes])]);
    let said = world.kore(&nothing).await.replace(data.to_str().unwrap(), "DATA");
    assert_snapshot!(said.replace("~/data", "DATA"), @r"
    $ kore status --name t --data-dir DATA
    [1]
    Platform     t
    State        up
    Data         DATA
    Address      http://127.0.0.1:8420
    Gateway      https://127.0.0.1:8421
    Kubernetes   v1.36.3
    Workloads    run here: root, cgroups and containerd are there
    Processes    1 of 2 ready

    PROCESS   STATE     PID   RESTARTS   MESSAGE
    server    failing   7     2          exit status 1
    ");
    let (_, out, _) = world.run(&[&nothing[..], &["-o", "env"]].concat()).await;
    assert!(out.contains("KORE_SERVER_URL='http://127.0.0.1:8420'\n"), "{out}");
}

#[tokio::test]
async fn a_second_up_is_told_so() {
    let world = World::new().await;
    let data = world.path("data");
    let run = data.join("run");
    std::fs::create_dir_all(&run).unwrap();
    let lock = std::fs::File::create(run.join("up.lock")).unwrap();
    lock.try_lock().unwrap();
    let (exit, _, err) = world.run(&["up", "--name", "t", "--data-dir", data.to_str().unwrap()]).await;
    assert!(exit == 7 && err.contains("KORE-LOCAL-0005"), "{err}");
}

#[tokio::test]
async fn a_failed_step_of_up_is_told_with_its_fix() {
    let _filters = filters();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"--port \d+", "--port [FREE]");
    let _settings = settings.bind_to_scope();
    let world = World::new().await;
    let data = world.path("data");
    let step = |state: &str| json!({"is": "step", "step": {"name": "ports", "title": "Check ports", "state": state, "attempts": 1}});
    let failure = json!({"is": "failed", "failure": {"code": "KORE-LOCAL-0001", "message": "port 8420 is taken", "cause": "nginx (pid 12)", "owner": "you", "fix": ["kore up --port PORT"], "retryable": false}});
    let _task =
        supervise(&data.join("run/supervisor.sock"), vec![("up", vec![step("running"), step("failed"), failure])]);
    let said = world.kore(&["up", "--name", "t", "--data-dir", data.to_str().unwrap()]).await;
    assert_snapshot!(said.replace(data.to_str().unwrap(), "DATA"), @r#"
    $ kore up --name t --data-dir DATA
    [1]
    --- stderr
    Kore 0.1.0  local platform "t"
    [TIME] running  Check ports
    [TIME] failed   Check ports
    error[KORE-LOCAL-0001]: port 8420 is taken
      cause     nginx (pid 12)
      owner     you
      fix       stop it, or take a port that is free: kore up --name t --port [FREE]
      more      kore explain KORE-LOCAL-0001
    "#);
}

#[tokio::test]
async fn a_supervisor_that_does_not_start_is_quoted() {
    let mut world = World::new().await;
    world.write("kored", "#!/bin/sh\necho 'disk on fire' >&2\nexit 3\n");
    std::fs::set_permissions(world.path("kored"), std::fs::Permissions::from_mode(0o755)).unwrap();
    world.env.insert("KORE_KORED".into(), world.path("kored").display().to_string());
    let data = world.path("data");
    let (exit, _, err) = world.run(&["up", "--name", "t", "--data-dir", data.to_str().unwrap()]).await;
    assert!(exit == 1 && err.contains("disk on fire") && err.contains("KORE-LOCAL-0006"), "{exit} {err}");
    assert_eq!(data.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn down_stops_and_keeps_and_is_harmless_twice() {
    let world = World::new().await;
    let data = world.path("data");
    let line = ["down", "--name", "t", "--data-dir", data.to_str().unwrap()];
    let (exit, _, err) = world.run(&line).await;
    assert!(exit == 0 && err.contains("no platform"), "{err}");
    std::fs::create_dir_all(data.join("db")).unwrap();
    let (exit, _, err) = world.run(&line).await;
    assert!(exit == 0 && err.contains("not running"), "{err}");
    assert!(data.join("db").exists());
    let (exit, ..) = world.run(&[&line[..], &["--purge", "--no-input"]].concat()).await;
    assert_eq!(exit, 2, "a purge wants a yes");
    assert!(data.join("db").exists());
}

#[tokio::test]
async fn a_purge_works_without_server_and_supervisor() {
    let mut world = World::new().await;
    world.write("kored", "#!/bin/sh\necho \"$@\" > \"$HOME/asked\"\n");
    std::fs::set_permissions(world.path("kored"), std::fs::Permissions::from_mode(0o755)).unwrap();
    world.env.insert("KORE_KORED".into(), world.path("kored").display().to_string());
    let data = world.path(".local/share/kore/t");
    std::fs::create_dir_all(data.join("db")).unwrap();
    let config = format!(
        "currentContext: t\ncontexts:\n  t: {{server: 'http://x', dataDir: '{}'}}\n  other: {{server: 'http://y'}}\n",
        data.display()
    );
    world.write(".config/kore/config.yaml", &config);
    let (exit, _, err) = world.run(&["down", "--purge", "--yes"]).await;
    assert_eq!(exit, 0, "{err}");
    assert!(world.read("asked").contains("--purge") && !data.exists());
    let config = world.read(".config/kore/config.yaml");
    assert!(!config.contains("currentContext") && config.contains("other"), "{config}");
}
