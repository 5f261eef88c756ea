//! What holds for every command: exit codes, colours, signs, streams, spelling.

use insta::assert_snapshot;
use kore_api::codes::Code;
use serde_json::json;

use crate::world::{OPERATION, World, cluster, code, list, ok, operation};

#[tokio::test]
async fn exit_codes_are_as_documented() {
    let world = World::new().await;
    for (problem, exit) in [
        (Code::AuthExpired, 4),
        (Code::AuthForbidden, 5),
        (Code::NotFound, 6),
        (Code::AlreadyExists, 7),
        (Code::InputInvalid, 1),
        (Code::DatabaseUnavailable, 10),
    ] {
        world.server.reset().await;
        world
            .on(
                "POST",
                "/auth/token",
                wiremock::ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"})),
            )
            .await;
        world.on("GET", "/api/v1/teams", code(problem, "no")).await;
        let (found, _, err) = world.run(&["team", "list"]).await;
        assert_eq!(found, exit, "{problem:?}: {err}");
        assert!(err.starts_with("error[KORE-"), "{err}");
    }
    assert_eq!(world.run(&["team", "lst"]).await.0, 2);
    assert_eq!(world.run(&["team", "list", "-o", "xml"]).await.0, 2);
    assert_eq!(world.run(&["--help"]).await.0, 0);
}

#[tokio::test]
async fn a_server_that_is_away_is_said_to_be() {
    let mut world = World::new().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    world.env.insert("KORE_SERVER".into(), format!("http://{closed}"));
    world.env.insert("KORE_TOKEN".into(), "kore_at_x".into());
    let (exit, out, err) = world.run(&["team", "list"]).await;
    assert_eq!((exit, out.as_str()), (10, ""));
    let err = err.replace(&closed.to_string(), "ADDRESS");
    assert_snapshot!(err, @r"
    error[KORE-SERVER-0001]: http://ADDRESS does not answer: Connection refused (os error 111)
      owner     Kore
      fix       on the machine that runs Kore: kore status, kore up
      or        see which server is meant: kore context show
      more      kore explain KORE-SERVER-0001
    ");
}

#[tokio::test]
async fn nothing_but_ascii_where_the_locale_says_so_and_no_colour_without_a_terminal() {
    let mut world = World::new().await;
    world.env.insert("LANG".into(), "C".into());
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("create", "done", &json!({})))).await;
    world.on("GET", "/api/v1/clusters", list("Cluster", &[cluster()])).await;
    for line in
        [&["operation", "show", OPERATION][..], &["cluster", "list"], &["explain", "KORE-LOCAL-0001"], &["nonsense"]]
    {
        let (_, out, err) = world.run(line).await;
        assert!(
            out.is_ascii() && err.is_ascii() && !out.contains('\x1b') && !err.contains('\x1b'),
            "{line:?} {out}{err}"
        );
    }
    let (_, out, _) = world.run(&["--color", "always", "cluster", "list"]).await;
    assert!(out.contains('\x1b'), "colours when they are asked for");
    world.env.insert("CLICOLOR_FORCE".into(), "1".into());
    assert!(world.run(&["cluster", "list"]).await.1.contains('\x1b'));
    world.env.insert("NO_COLOR".into(), "1".into());
    assert!(!world.run(&["cluster", "list"]).await.1.contains('\x1b'));
}

#[tokio::test]
async fn progress_can_be_read_by_programs() {
    let world = World::new().await;
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("create", "done", &json!({})))).await;
    let (exit, out, err) = world.run(&["operation", "follow", OPERATION, "--progress", "json", "-q"]).await;
    assert_eq!((exit, out.as_str()), (0, format!("operation/{OPERATION} done\n").as_str()));
    let lines: Vec<serde_json::Value> = err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["type"] == "kore.step" && line["data"]["state"] == "done"), "{err}");
}

#[tokio::test]
async fn ctrl_c_detaches_and_says_how_to_go_on() {
    let world = World::new().await;
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("create", "running", &json!({})))).await;
    let mut command = world.command(&["operation", "follow", OPERATION]);
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap());
    // It watches once its first step is on the screen.
    let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(child.stderr.take().unwrap()));
    let mut said = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("running") && !said.contains("running") {
            nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
        }
        said.push_str(&line);
    }
    assert_eq!(child.wait().await.unwrap().code(), Some(130));
    assert!(said.contains(&format!("kore operation follow {OPERATION}")), "{said}");
}

#[tokio::test]
async fn old_spellings_run_and_teach_the_new_one() {
    let world = World::new().await;
    world.on("GET", "/api/v1/clusters", list("Cluster", &[cluster()])).await;
    assert_snapshot!(world.kore(&["list", "clusters", "-o", "name"]).await, @r"
    $ kore list clusters -o name
    [0]
    cluster/payments/dev
    --- stderr
    The noun comes first now:  kore clusters list -o name
    ");
}

#[tokio::test]
async fn completion_scripts_exist_for_every_shell() {
    let world = World::new().await;
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (exit, out, _) = world.run(&["completion", shell]).await;
        assert!(exit == 0 && out.contains("kubeconfig"), "{shell}");
    }
}

#[test]
fn only_the_printer_prints() {
    fn visit(dir: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                visit(&path, found);
            } else if !path.ends_with("printer.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let prints = ["println!", "eprintln!", "print!(", "stdout().lock", "stderr().lock", "stdout().write"];
                found.extend(
                    prints
                        .iter()
                        .filter(|word| text.contains(**word))
                        .map(|word| format!("{}: {word}", path.display())),
                );
            }
        }
    }
    let mut found = Vec::new();
    visit(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/kore-cli/src"), &mut found);
    assert!(found.is_empty(), "{found:?}");
}
