//! Completion in the shell, with the names of teams, clusters and plans as the server has them. It never
//! says an error, never signs in or renews a session, and never takes longer than [`PATIENCE`].

use std::{collections::HashMap, ffi::OsStr, fs, path::PathBuf, time::Duration};

use clap::{CommandFactory, Parser};
use clap_complete::{CompleteEnv, Shell, engine::CompletionCandidate, env::Shells};
use kore_client::{
    Credentials, ListQuery,
    resource::{self, Kind},
    session::write_private,
};
use serde_json::Value;

use crate::{
    app::App,
    cli::Cli,
    error::{CliError, Result},
    tools, views,
};

/// The variable by which the shell asks for completions.
const VARIABLE: &str = "KORE_COMPLETE";
/// Longest time that the server may take.
const PATIENCE: Duration = Duration::from_millis(300);
/// Names younger than this are not asked for again.
const FRESH: Duration = Duration::from_secs(30);
/// Most names that are offered.
const MOST: u32 = 500;

/// Answers the shell, if it is the shell that asks, and ends the process. Comes before everything else.
pub fn answer() {
    CompleteEnv::with_factory(Cli::command).var(VARIABLE).bin("kore").complete();
}

/// The script that makes a shell ask.
///
/// # Errors
/// When the shell is not one that can ask.
pub fn script(app: &App, shell: Shell) -> Result<String> {
    let name = shell.to_string();
    let none = || CliError::usage(format!("there is no completion for {name}")).fix("bash, zsh, fish or powershell");
    let shells = Shells::builtins();
    let completer = shells.completer(&name).ok_or_else(none)?;
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, "kore", "kore", &tools::command(app), &mut script).map_err(|_| none())?;
    Ok(String::from_utf8_lossy(&script).into_owned())
}

/// Clusters, as team/name.
#[must_use]
pub fn clusters(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::CLUSTER, typed)
}

/// Namespaces, as team/cluster/name.
#[must_use]
pub fn namespaces(typed: &OsStr) -> Vec<CompletionCandidate> {
    let names = names(resource::CLUSTER_NAMESPACE).unwrap_or_default();
    starting(names.into_iter().map(|name| name.replacen('.', "/", 1)).collect(), typed)
}

/// Teams.
#[must_use]
pub fn teams(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::TEAM, typed)
}

/// Quotas: teams, and `default`.
#[must_use]
pub fn quotas(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::QUOTA, typed)
}

/// Organisations in clouds.
#[must_use]
pub fn clouds(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::CLOUD_ORGANIZATION, typed)
}

/// Accounts in clouds.
#[must_use]
pub fn accounts(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::CLOUD_ACCOUNT, typed)
}

/// Rules that give teams accounts.
#[must_use]
pub fn account_rules(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::ACCOUNT_RULE, typed)
}

/// Pools of addresses.
#[must_use]
pub fn address_pools(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::ADDRESS_POOL, typed)
}

/// Robots, as team/name.
#[must_use]
pub fn robots(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::ROBOT, typed)
}

/// Plans.
#[must_use]
pub fn plans(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::PLAN, typed)
}

/// Policies over plans.
#[must_use]
pub fn policies(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::PLAN_POLICY, typed)
}

/// Identity providers.
#[must_use]
pub fn providers(typed: &OsStr) -> Vec<CompletionCandidate> {
    candidates(resource::IDENTITY_PROVIDER, typed)
}

/// Contexts of this machine.
#[must_use]
pub fn contexts(typed: &OsStr) -> Vec<CompletionCandidate> {
    let names = app().and_then(|app| app.config().ok()).map(|config| config.contexts.into_keys().collect());
    starting(names.unwrap_or_default(), typed)
}

fn candidates(kind: &'static Kind, typed: &OsStr) -> Vec<CompletionCandidate> {
    starting(names(kind).unwrap_or_default(), typed)
}

fn starting(names: Vec<String>, typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    names.into_iter().filter(|name| name.starts_with(&*typed)).map(CompletionCandidate::new).collect()
}

/// What a command without flags would work with, quietly.
fn app() -> Option<App> {
    let env: HashMap<String, String> = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let globals = Cli::try_parse_from(["kore", "whoami", "--quiet"]).ok()?.globals;
    App::new(globals, env).ok()
}

fn names(kind: &'static Kind) -> Option<Vec<String>> {
    let app = app()?;
    let selected = app.selected().ok()?;
    let cache = app.paths.cache.join("names").join(&selected.name).join(kind.plural);
    let kept = fs::read_to_string(&cache).ok();
    if kept.is_some() && is_fresh(&cache) {
        return kept.map(|text| lines(&text));
    }
    let session = app.sessions(&selected.name).load().ok()??;
    // Renewing takes longer than a person waits for a key, and an answer missed would lose the session.
    if !session.is_fresh(app.now()) || session.server.trim_end_matches('/') != selected.context.server {
        return kept.map(|text| lines(&text));
    }
    let client = app.client_for(&selected.context, Credentials::Token(session.access_token)).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let query = ListQuery { limit: Some(MOST), ..ListQuery::default() };
    let asked = runtime
        .block_on(async { tokio::time::timeout(PATIENCE, client.list::<Value>(&kind.collection(None), &query)).await });
    match asked {
        Ok(Ok(list)) => {
            let names: Vec<String> = list.items.iter().map(views::qualified).collect();
            // A cache that cannot be written costs a request, no more.
            let _ = write_private(&cache, names.join("\n").as_bytes());
            Some(names)
        }
        _ => kept.map(|text| lines(&text)),
    }
}

fn is_fresh(path: &PathBuf) -> bool {
    let written = fs::metadata(path).and_then(|meta| meta.modified()).ok();
    written.and_then(|written| written.elapsed().ok()).is_some_and(|age| age < FRESH)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
