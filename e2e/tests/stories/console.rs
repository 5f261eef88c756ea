//! The console in a real browser: what `ui/e2e` tells, against a platform of its own.

use std::{path::Path, process::Command};

use crate::{browser::Browser, machine::Machine};

const PASSWORD: &str = "violet-harbour-lantern-7";

/// Administrator and member, by mouse and by keyboard; every page in both themes; the stream cut, the session ended.
#[test]
fn the_console_does_in_a_browser_what_the_command_line_does() {
    let mut machine = Machine::new("console");
    let said = machine.up(&["--no-first-cluster"]);
    claim(&said);
    machine.kore(&["team", "create", "payments"]);
    machine.kore(&["cluster", "create", "payments/dev", "--plan", "evaluation"]);
    machine.kore(&["namespace", "create", "payments/dev/web"]);
    tell(&machine, "payments/dev", &[]);
    machine.purge();
}

/// Gives the administrator a password, by the link that `kore up` has printed.
pub(crate) fn claim(said: &str) {
    let claim = said.split_whitespace().find(|word| word.contains("/auth/claim/")).expect("a link to claim it");
    let mut browser = Browser::default();
    let page = browser.get(claim);
    assert_eq!(browser.submit(&page, claim, &[("password", PASSWORD), ("again", PASSWORD)]).status, 303);
}

/// Has `ui/e2e` told in a browser, all of it or these files, with the pages of this cluster.
pub(crate) fn tell(machine: &Machine, cluster: &str, files: &[&str]) {
    let server = format!("http://127.0.0.1:{}", machine.port());
    let clone = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ui = clone.join("ui");
    // It is not of the machine's environment: Node and the browser are the developer's.
    let told = Command::new(ui.join("node_modules/.bin/playwright"))
        .args(["test", "--output"])
        .arg(machine.path("browser"))
        .args(files)
        .env("KORE_CLUSTER", cluster)
        .current_dir(&ui)
        .env("KORE_URL", &server)
        .env("KORE_USER", "admin")
        .env("KORE_PASSWORD", PASSWORD)
        .env("KORE_OIDC", clone.join("bin/oidc"))
        .status()
        .unwrap();
    assert!(told.success(), "what the browser was told did not come about; see above");
}
