//! `kore doctor`: this machine, the supervisor, the server and the way to it. One fix per cross.

use std::{fs, process::Stdio, time::Duration};

use kore_api::{
    codes::Code,
    names::ClusterRef,
    supervisor::{ProcessState, Reply, Request},
};
use kore_client::{Client, Credentials, client::Outgoing};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{exec, kubeconfig, local};
use crate::{
    app::{App, Installation},
    cli::DoctorArgs,
    config::Context,
    error::{CliError, Result},
    exit::Exit,
    output,
    printer::Style,
    supervisor::Supervisor,
    tools, views,
};

/// How long a look at this machine may take.
const CHECK: Duration = Duration::from_secs(20);
/// Tokens are minted with this much tolerance.
const SKEW: i64 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Verdict {
    Pass,
    Warn,
    Fail,
    Skip,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Check {
    group: &'static str,
    name: String,
    verdict: Verdict,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn add(&mut self, group: &'static str, name: &str, verdict: Verdict, detail: impl Into<String>, fix: &str) {
        let fix = (verdict != Verdict::Pass && !fix.is_empty()).then(|| fix.to_owned());
        self.0.push(Check { group, name: name.to_owned(), verdict, detail: detail.into(), fix });
    }

    fn check(&mut self, group: &'static str, name: &str, ok: bool, detail: impl Into<String>, fix: &str) {
        self.add(group, name, if ok { Verdict::Pass } else { Verdict::Fail }, detail, fix);
    }

    fn advise(&mut self, group: &'static str, name: &str, ok: bool, detail: impl Into<String>, fix: &str) {
        self.add(group, name, if ok { Verdict::Pass } else { Verdict::Warn }, detail, fix);
    }
}

/// Runs `kore doctor`.
///
/// # Errors
/// Exit 1 when a check failed.
pub async fn run(app: &App, args: &DoctorArgs) -> Result {
    let installation = app.installation(&args.installation)?;
    let remote = app.selected().ok().is_some_and(|selected| selected.context.data_dir.is_none())
        && args.installation.name.is_none()
        && !installation.data.exists();
    let mut checks = Checks::default();
    if remote {
        checks.add("machine", "platform", Verdict::Skip, "the context's server is elsewhere", "");
    } else {
        machine(app, &installation, &mut checks).await;
        supervisor(app, &installation, &mut checks).await;
    }
    let client = server(app, &installation, &mut checks).await;
    kubeconfig_file(app, &mut checks);
    if let Some(client) = client {
        let cluster = match &args.cluster {
            Some(given) => Some(app.cluster(Some(given))?),
            None => first_entry(app),
        };
        match cluster {
            Some(cluster) => round_trip(app, &client, &cluster, &mut checks).await,
            None => checks.add(
                "kubectl",
                "round trip",
                Verdict::Skip,
                "no cluster was named and none is in the kubeconfig",
                "",
            ),
        }
    }
    print(app, &checks.0)?;
    if checks.0.iter().any(|check| check.verdict == Verdict::Fail) {
        return Err(CliError::silent(Exit::FAILED));
    }
    Ok(())
}

/// One finding of `kored local --check`, which looks with the eyes of `kore up`.
#[derive(Debug, Deserialize)]
struct Finding {
    name: String,
    detail: String,
    #[serde(default)]
    problem: Option<String>,
}

async fn machine(app: &App, installation: &Installation, checks: &mut Checks) {
    let group = "machine";
    let kored = match tools::kored(app) {
        Ok(path) => path,
        Err(error) => {
            checks.check(group, "kored", false, error.message, "in a clone: make up");
            return;
        }
    };
    checks.check(group, "kored", true, kored.display().to_string(), "");
    let look = tokio::process::Command::new(&kored)
        .args(["local", "--check", "--installation", &installation.name, "--data"])
        .arg(&installation.data)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = match tokio::time::timeout(CHECK, look).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return checks.check(group, "check", false, error.to_string(), "in a clone: make up"),
        Err(_) => return checks.check(group, "check", false, "kored does not end", "in a clone: make up"),
    };
    let Ok(findings) = serde_json::from_slice::<Vec<Finding>>(&output.stdout) else {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let last = said.lines().last().unwrap_or("kored said nothing");
        return checks.check(group, "check", false, last, "in a clone: make up");
    };
    for finding in findings {
        let entry = finding.problem.as_deref().and_then(Code::find).map(Code::entry);
        let fix = entry.and_then(|entry| entry.fix.first().copied()).unwrap_or_default();
        // Without rights or cgroups clusters still get a control plane: worth knowing, no failure.
        let rung = [Code::LocalPermission.entry().code, Code::LocalCgroup.entry().code];
        let verdict = match &finding.problem {
            None => Verdict::Pass,
            Some(code) if rung.contains(&code.as_str()) => Verdict::Warn,
            Some(_) => Verdict::Fail,
        };
        let detail =
            finding.problem.map_or_else(|| finding.detail.clone(), |code| format!("{} ({code})", finding.detail));
        checks.add(group, &finding.name, verdict, detail, fix);
    }
}

async fn supervisor(app: &App, installation: &Installation, checks: &mut Checks) {
    let group = "platform";
    if installation.data.exists() {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&installation.data).map_or(0, |meta| meta.permissions().mode() & 0o777);
        let shown = app.paths.tilde(&installation.data);
        checks.check(group, "data", mode & 0o077 == 0, format!("{shown} ({mode:o})"), &format!("chmod 700 {shown}"));
    }
    let socket = installation.supervisor_socket();
    let name = if installation.name == "default" { String::new() } else { format!(" --name {}", installation.name) };
    let processes = match Supervisor::ask(&socket, &Request::List).await {
        Ok(Reply::Processes { processes }) => processes,
        _ => {
            checks.check(group, "supervisor", false, "does not answer", &format!("kore up{name}"));
            return;
        }
    };
    checks.check(group, "supervisor", true, app.paths.tilde(&socket), "");
    let ready = processes.iter().filter(|process| process.state == ProcessState::Ready).count();
    let unwell: Vec<String> = processes
        .iter()
        .filter(|process| process.state != ProcessState::Ready)
        .map(|process| format!("{} ({})", process.spec.name, process.message.clone().unwrap_or_default()))
        .collect();
    let detail =
        if unwell.is_empty() { format!("{ready} ready") } else { format!("{ready} ready; not: {}", unwell.join(", ")) };
    checks.check(group, "processes", unwell.is_empty(), detail, "kore logs platform --component NAME");
    let up = local::platform(installation).await.is_some();
    checks.check(group, "up", up, if up { "yes" } else { "not all of it" }, &format!("kore up{name}"));
}

async fn server(app: &App, installation: &Installation, checks: &mut Checks) -> Option<Client> {
    let group = "server";
    let (name, context) = match app.selected() {
        Ok(selected) => (selected.name, selected.context),
        Err(_) => match local::platform(installation).await {
            Some(platform) => (installation.name.clone(), Context { server: platform.url, ..Context::default() }),
            None => {
                checks.check(group, "context", false, "none is chosen", "kore up, or kore login https://SERVER");
                return None;
            }
        },
    };
    checks.check(group, "context", true, format!("{name}, {}", context.server), "");
    let anonymous = match app.client_for(&context, Credentials::Anonymous) {
        Ok(client) => client,
        Err(error) => {
            checks.check(group, "address", false, error.message, "kore context add NAME --server URL");
            return None;
        }
    };
    let began = app.now();
    match anonymous.stream(Outgoing::new(http::Method::GET, "/readyz")).await {
        Ok(response) => {
            let took = app.now().duration_since(began);
            checks.check(group, "ready", true, format!("answers in {} ms", took.as_millis()), "");
            clock(app, response.headers(), checks);
        }
        Err(error) => {
            let detail = error.to_string();
            checks.check(group, "ready", false, detail, "kore status; kore logs platform --component server");
            return None;
        }
    }
    let client = app.client_for(&context, Credentials::Session(app.sessions(&name))).ok()?;
    match client.get::<Value>("/api/v1/whoami").await {
        Ok(answer) => {
            let me = answer.value;
            let role = views::text(&me, "platformRole");
            let role = if role.is_empty() { String::new() } else { format!(", platform {role}") };
            checks.check(group, "session", true, format!("{}{role}", views::text(&me, "name")), "");
            Some(client)
        }
        Err(error) => {
            checks.check(group, "session", false, error.to_string(), "kore login");
            None
        }
    }
}

/// The server's `Date` against our clock.
fn clock(app: &App, headers: &http::HeaderMap, checks: &mut Checks) {
    let date = headers.get(http::header::DATE).and_then(|value| value.to_str().ok());
    let Some(date) = date.and_then(|text| jiff::fmt::rfc2822::parse(text).ok()) else {
        checks.add("server", "clock", Verdict::Skip, "the server does not say its time", "");
        return;
    };
    let skew = app.now().duration_since(date.timestamp()).as_secs();
    checks.check("server", "clock", skew.abs() <= SKEW, format!("{skew} s apart"), "set this machine's clock (NTP)");
}

fn kubeconfig_file(app: &App, checks: &mut Checks) {
    let file = kubeconfig::file(app);
    let shown = app.paths.tilde(&file);
    match kubeconfig::owned(app) {
        Ok(owned) => {
            checks.check("kubectl", "kubeconfig", true, format!("{shown}, {} entries of Kore's", owned.len()), "");
        }
        Err(error) => checks.check("kubectl", "kubeconfig", false, error.message, &format!("correct {shown}")),
    }
    let kubectl = tools::find(app, "kubectl");
    let detail = kubectl.as_ref().map_or_else(|| "not found".to_owned(), |path| path.display().to_string());
    checks.advise(
        "kubectl",
        "program",
        kubectl.is_some(),
        detail,
        "kore exec brings one along; in a clone it is bin/tools/kubectl",
    );
}

fn first_entry(app: &App) -> Option<ClusterRef> {
    let context = app.context_name();
    let owned = kubeconfig::owned(app).ok()?;
    owned.into_iter().find(|owned| owned.context == context)?.name.strip_prefix("kore/")?.parse().ok()
}

/// What kubectl does: a credential from the exec plugin, then a call through the gateway.
async fn round_trip(app: &App, client: &Client, cluster: &ClusterRef, checks: &mut Checks) {
    let group = "kubectl";
    let access = match exec::access(client, cluster).await {
        Ok(access) => access,
        Err(error) => {
            checks.check(group, "access", false, error.message, "kore cluster list");
            return;
        }
    };
    let credential = match exec::credential(app, cluster).await {
        Ok(credential) => credential,
        Err(error) => {
            checks.check(group, "credential", false, error.message, "kore whoami");
            return;
        }
    };
    let left = credential.expires_at.duration_since(app.now()).as_secs();
    checks.check(group, "credential", left > 0, format!("for {cluster}, {left} s left"), "kore logout; kore login");
    let server = access.server.clone();
    let Ok(gateway) = exec::gateway(app, access, credential.token) else {
        checks.check(group, "gateway", false, format!("{server} cannot be used"), "kore kubeconfig add again");
        return;
    };
    match gateway.get::<Value>("/version").await {
        Ok(answer) => {
            let version = views::text(&answer.value, "gitVersion");
            checks.check(group, "round trip", true, format!("{cluster} answers through the gateway: {version}"), "");
        }
        Err(error) => {
            checks.check(group, "round trip", false, error.to_string(), &format!("kore cluster show {cluster}"));
        }
    }
}

fn print(app: &App, checks: &[Check]) -> Result {
    let count = |verdict: Verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    if !app.for_people() {
        let ok = count(Verdict::Fail) == 0;
        return output::document(app, &json!({"ok": ok, "checks": serde_json::to_value(checks).unwrap_or_default()}));
    }
    let mut group = "";
    for check in checks {
        if check.group != group {
            group = check.group;
            app.printer.line(&vec![(Style::Bold, group.to_owned())]);
        }
        let (sign, word, style) = match check.verdict {
            Verdict::Pass => (app.printer.glyphs.done, "ok", Style::Good),
            Verdict::Warn => (app.printer.glyphs.warn, "warn", Style::Warn),
            Verdict::Fail => (app.printer.glyphs.failed, "fail", Style::Bad),
            Verdict::Skip => (app.printer.glyphs.pending, "skip", Style::Dim),
        };
        app.printer.line(&vec![
            (style, format!("  {sign} {word:<5}")),
            (Style::Plain, format!("{:<12} ", check.name)),
            (Style::Dim, check.detail.clone()),
        ]);
        if let Some(fix) = &check.fix {
            app.printer.line(&vec![(Style::Plain, format!("            fix: {fix}"))]);
        }
    }
    app.printer.text(&format!(
        "{} ok, {} warn, {} fail",
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail)
    ));
    Ok(())
}
