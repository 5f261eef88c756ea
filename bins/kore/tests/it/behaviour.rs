//! What holds for every command: exit codes, colours, signs, streams, spelling.

use insta::assert_snapshot;
use kore_api::codes::Code;
use serde_json::json;

use crate::world::{OPERATION, World, cluster, code, list, object, ok, operation};

const DEV: &str = "/api/v1/teams/payments/clusters/dev";

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
async fn programs_get_problem_details_on_standard_error() {
    let world = World::new().await;
    world.on("GET", DEV, code(Code::AuthForbidden, "not yours")).await;
    let (exit, out, err) = world.run(&["cluster", "show", "payments/dev", "-o", "json"]).await;
    assert_eq!((exit, out.as_str(), err.lines().count()), (5, "", 1), "{err}");
    let problem: serde_json::Value = serde_json::from_str(&err).unwrap();
    assert_eq!(
        (&problem["code"], &problem["status"], &problem["exit"]),
        (&json!("KORE-AUTH-0003"), &json!(403), &json!(5))
    );
    assert_eq!((&problem["detail"], &problem["requestId"]), (&json!("not yours"), &json!("0193-request")));
    // Also what never came as far as the server, and what clap refuses.
    for (line, exit) in [
        (&["cluster", "show", "dev", "-o", "json"][..], 2),
        (&["cluster", "shwo", "-o", "jsonl"], 2),
        (&["cluster", "create", "payments/x", "--output=json"], 2),
        (&["context", "use", "nothing", "-ojson"], 6),
    ] {
        let (found, out, err) = world.run(line).await;
        let problem: serde_json::Value = serde_json::from_str(&err).unwrap_or_else(|_| panic!("{line:?}: {err}"));
        assert_eq!((found, out.as_str(), &problem["exit"]), (exit, "", &json!(exit)), "{problem}");
        assert!(problem["code"].as_str().unwrap().starts_with("KORE-") && problem["detail"] != "", "{problem}");
    }
    for line in [&["context", "use", "nothing", "-o", "yaml"][..], &["cluster", "shwo", "-o", "yaml"]] {
        let (_, out, err) = world.run(line).await;
        let problem: serde_json::Value = serde_saphyr::from_str(&err).unwrap_or_else(|_| panic!("{line:?}: {err}"));
        assert!(out.is_empty() && problem["code"].is_string() && problem["fix"].is_array(), "{err}");
    }
    let (_, _, err) = world.run(&["cluster", "create", "payments/x", "-o", "json"]).await;
    assert!(err.contains("--plan <PLAN>") && !err.contains("Usage"), "{err}");
}

#[tokio::test]
async fn help_knows_commands_and_topics() {
    let world = World::new().await;
    let (exit, out, _) = world.run(&["help", "exit-codes"]).await;
    assert!(exit == 0 && out.contains("the wait timed out"), "{out}");
    let (exit, out, _) = world.run(&["help", "cluster", "create"]).await;
    assert!(exit == 0 && out.contains("Usage: kore cluster create") && out.contains("--plan"), "{out}");
    let (exit, out, _) = world.run(&["help"]).await;
    assert!(exit == 0 && out.contains("kore up") && !out.contains("--request-timeout"), "{out}");
    let (exit, _, err) = world.run(&["help", "clusters", "crate"]).await;
    assert!(exit == 2 && err.contains("did you mean create?"), "{err}");
}

#[tokio::test]
async fn a_step_that_is_tried_again_says_why_and_how_often() {
    let world = World::new().await;
    let at = format!("/api/v1/operations/{OPERATION}");
    let look = |attempts: u32, reason: &str| {
        let mut operation = operation("create", "running", &json!({}));
        let failure = json!({"code": "KORE-LOCAL-0004", "message": reason, "owner": "kore", "retryable": true});
        operation["steps"][2]["state"] = "retrying".into();
        operation["steps"][2]["attempts"] = attempts.into();
        operation["steps"][2]["waitingFor"] = reason.into();
        operation["steps"][2]["failure"] = failure;
        ok(&operation)
    };
    // Looked at once when it is asked for, then once per poll.
    world.once("GET", &at, look(1, "no route")).await;
    world.once("GET", &at, look(1, "no route")).await;
    world.once("GET", &at, look(2, "no route")).await;
    world.once("GET", &at, look(3, "port 10250 is taken")).await;
    world.on("GET", &at, ok(&operation("create", "done", &json!({})))).await;
    let (exit, _, err) = world.run(&["operation", "follow", OPERATION]).await;
    assert_eq!(exit, 0, "{err}");
    let said: Vec<&str> =
        err.lines().filter_map(|line| line.split_once("retrying")).map(|(_, rest)| rest.trim()).collect();
    assert_eq!(
        said,
        [
            "Start kubelet  tried once  KORE-LOCAL-0004: no route",
            "Start kubelet  tried 2 times  KORE-LOCAL-0004: no route",
            "Start kubelet  tried 3 times  KORE-LOCAL-0004: port 10250 is taken",
        ],
        "{err}"
    );
}

#[tokio::test]
async fn on_a_terminal_the_tree_is_repainted_unless_lines_are_wanted() {
    let at = format!("/api/v1/operations/{OPERATION}");
    for (variable, repainted) in [("TERM", true), ("KORE_ACCESSIBLE", false), ("ACCESSIBLE", false), ("CI", false)] {
        let mut world = World::new().await;
        world.env.insert("NO_COLOR".into(), "1".into());
        world.env.insert("TERM".into(), "xterm".into());
        world.env.insert(variable.into(), "xterm".into());
        world.once("GET", &at, ok(&operation("create", "running", &json!({})))).await;
        world.once("GET", &at, ok(&operation("create", "running", &json!({})))).await;
        world.on("GET", &at, ok(&operation("create", "done", &json!({})))).await;
        let (exit, shown) = world.typed(&["operation", "follow", OPERATION], "").await;
        assert_eq!((exit, shown.contains('\x1b')), (0, repainted), "{variable}: {shown}");
        assert!(shown.contains("Start kubelet"), "{shown}");
        // As lines, each change is said once.
        assert!(repainted || shown.matches("done     Start kubelet").count() == 1, "{shown}");
    }
}

#[tokio::test]
async fn how_long_it_usually_takes_comes_from_the_record() {
    let at = format!("/api/v1/operations/{OPERATION}");
    for (count, wanted) in [(3, None), (4, Some("usually 18 s"))] {
        let world = World::new().await;
        world.once("GET", &at, ok(&operation("create", "running", &json!({})))).await;
        world.once("GET", &at, ok(&operation("create", "running", &json!({})))).await;
        world.on("GET", &at, ok(&operation("create", "done", &json!({})))).await;
        let mut past = vec![operation("create", "done", &json!({})); count];
        // Alike in nothing that counts.
        past.extend(vec![operation("create", "done", &json!({"parameters": {"nodePools": {}}})); 9]);
        world.on("GET", "/api/v1/operations", list("Operation", &past)).await;
        let (_, _, err) = world.run(&["operation", "follow", OPERATION]).await;
        let said = err.lines().find_map(|line| Some(&line[line.find("usually")?..]));
        assert_eq!(said, wanted, "{err}");
    }
}

#[tokio::test]
async fn completion_offers_live_names_and_never_an_error() {
    let world = World::new().await;
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (exit, out, err) = world.run(&["completion", shell]).await;
        assert!(exit == 0 && out.contains("KORE_COMPLETE"), "{shell} {err}");
    }
    let offered = async |words: &[&str]| {
        let mut command = world.command(&[&["--", "kore"], words].concat());
        command
            .env("KORE_COMPLETE", "bash")
            .env("_CLAP_IFS", "\n")
            .env("_CLAP_COMPLETE_INDEX", words.len().to_string());
        let output = command.output().await.unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    // The server does not know the way: silence.
    assert_eq!(offered(&["cluster", "show", "pay"]).await, "");
    let other = object("Cluster", Some("sandbox"), "first", json!({}), json!({}));
    world.once("GET", "/api/v1/clusters", list("Cluster", &[cluster(), other])).await;
    assert_eq!(offered(&["cluster", "show", "pay"]).await, "payments/dev");
    // From the cache: the server would say 404 now.
    assert!(offered(&["exec", ""]).await.starts_with("payments/dev\nsandbox/first\n"));
    assert!(offered(&["cluster", "cr"]).await.contains("create"));
    assert_eq!(offered(&["context", "use", "t"]).await, "test");
    // A session that must be renewed is left alone.
    world.session("kore_at_old", jiff::SignedDuration::from_secs(-5));
    world.once("GET", "/api/v1/teams", list("Team", &[object("Team", None, "payments", json!({}), json!({}))])).await;
    assert_eq!(offered(&["team", "show", "p"]).await, "");
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
