//! Pages of `docs/` whose commands are run: what they show is what comes out. `KORE_UPDATE=1` writes the
//! outputs anew.
//!
//! Each `sh` block is run line by line with the built program, against a server of its own. A line that
//! ends in `# exit N` ends so, every other with 0. A `text` block right behind it is all that its last line
//! printed.
#![expect(clippy::unwrap_used, reason = "a test: what is not as expected is a failure")]

use std::{path::PathBuf, process::Stdio};

use kore_domain::plan::starter_plans;
use kore_testkit::test_app::{Actor, TestApp};
use serde_json::{Value, json};

/// Somebody's terminal.
struct Terminal {
    home: tempfile::TempDir,
}

impl Terminal {
    /// Signed in with this token.
    fn new(server: &str, token: &str) -> Self {
        let home = tempfile::Builder::new().prefix("kore-docs-").tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let config = format!("currentContext: test\ncontexts:\n  test:\n    server: '{server}'\n");
        write(".config/kore/config.yaml", &config);
        let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(15);
        let session = json!({ "server": server, "accessToken": token, "expiresAt": expires, "refreshToken": "none" });
        write(".local/state/kore/sessions/test.json", &session.to_string());
        Self { home }
    }

    /// Runs a line: how it ends, and what it prints, as it is every time.
    async fn run(&self, line: &str) -> (i32, String) {
        let line = line.strip_prefix("kore ").unwrap();
        let script = format!("exec {} {line} 2>&1", env!("CARGO_BIN_EXE_kore"));
        let mut command = tokio::process::Command::new("/bin/sh");
        command.args(["-c", &script]).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.home.path());
        command.env("LANG", "C.UTF-8").current_dir(self.home.path()).stdin(Stdio::null()).kill_on_drop(true);
        let output = command.output().await.unwrap();
        (output.status.code().unwrap_or(-1), stable(&String::from_utf8(output.stdout).unwrap()))
    }
}

/// Without what is another one every time: days, requests, ids of operations.
fn stable(text: &str) -> String {
    let dashes = |word: &str| word.bytes().filter(|byte| *byte == b'-').count();
    let word = |word: &str| match word.trim_end_matches(':') {
        day if day.len() == 10 && dashes(day) == 2 && day.starts_with("20") => word.replace(day, "2026-11-30"),
        id if id.len() == 36 && dashes(id) == 4 => word.replace(id, "6f1c0a52-…"),
        _ => word.to_owned(),
    };
    let line = |line: &str| {
        let line = line.split_once("request ").map_or(line, |(before, _)| before);
        line.split(' ').map(word).collect::<Vec<_>>().join(" ").trim_end().to_owned()
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A page with the outputs that its commands have.
async fn run(page: &str, terminal: &Terminal) -> String {
    let mut parts = Vec::new();
    let mut last = None;
    for (number, part) in page.split("```").enumerate() {
        let block = number % 2 == 1;
        if let Some(lines) = part.strip_prefix("sh\n").filter(|_| block) {
            for line in lines.lines().filter(|line| line.starts_with("kore ")) {
                let (line, wanted) = match line.split_once("# exit ") {
                    Some((line, code)) => (line.trim_end(), code.trim().parse().unwrap()),
                    None => (line.split(" #").next().unwrap().trim_end(), 0),
                };
                let (code, output) = terminal.run(line).await;
                assert_eq!(code, wanted, "{line}\n{output}");
                last = Some(output);
            }
        }
        match (block && part.starts_with("text\n"), last.take_if(|_| part.starts_with("text\n"))) {
            (true, Some(output)) => parts.push(format!("text\n{output}\n")),
            _ => parts.push(part.to_owned()),
        }
    }
    parts.join("```")
}

async fn made(admin: &Actor, path: &str, body: &Value) {
    let answer = admin.post(path, body).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
}

/// What `kore up` leaves, with a team.
async fn begun(test: &TestApp, admin: &Actor) {
    test.team(admin, "payments").await.unwrap();
    for plan in starter_plans() {
        let mut spec = serde_json::to_value(&plan.plan).unwrap();
        spec.as_object_mut().unwrap().remove("currentVersion");
        made(admin, "/api/v1/plans", &json!({ "metadata": { "name": plan.name }, "spec": spec })).await;
        let version = json!({ "metadata": { "name": format!("{}-v1", plan.name) }, "spec": plan.version });
        made(admin, "/api/v1/planversions", &version).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_and_policies() {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    begun(&test, &admin).await;
    let server = test.listen().await.unwrap();
    let terminal = Terminal::new(&server.address, admin.token().unwrap());
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/plans.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let fresh = run(&page, &terminal).await;
    if std::env::var_os("KORE_UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    assert!(page.matches("```sh").count() > 5 && page.matches("```text").count() > 5, "the page shows what comes out");
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(kept, fresh, "docs/plans.md does not show what comes out: KORE_UPDATE=1 cargo test -p kore --test docs");
}
