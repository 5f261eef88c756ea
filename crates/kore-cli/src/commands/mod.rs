//! One file per command.

pub mod access;
pub mod account;
pub mod account_rule;
pub mod address_pool;
pub mod admin;
pub mod api;
pub mod audit;
pub mod auth;
mod back;
pub mod cloud;
pub mod cluster;
pub mod confirmed;
pub mod context;
pub mod cost;
pub mod doctor;
pub mod down;
pub mod elevation;
pub mod exec;
pub mod explain;
pub mod generic;
pub mod help;
pub mod idp;
pub mod invitation;
pub mod issuer;
pub mod kubeconfig;
pub mod local;
pub mod login;
pub mod logs;
pub mod marks;
pub mod namespace;
pub mod objects;
pub mod open;
pub mod operation;
pub mod plan;
pub mod policy;
pub mod preview;
pub mod quota;
pub mod rehearsal;
pub mod robot;
pub mod role;
pub mod seed;
pub mod session;
pub mod status;
pub mod team;
pub mod token;
pub mod up;
pub mod user;
pub mod version;

use clap::{CommandFactory, FromArgMatches};

use crate::{
    app::App,
    cli::{Cli, Command},
    error::{CliError, Result},
    exit::Exit,
};

/// Runs a command.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: Command) -> Result {
    Box::pin(dispatch(app, command)).await.map_err(|error| sign_in_here(app, error))
}

/// On the machine that runs the platform, `kore up` signs in again, without a browser.
fn sign_in_here(app: &App, error: CliError) -> CliError {
    let here =
        || app.var("KORE_SERVER").is_none() && app.selected().is_ok_and(|selected| selected.context.data_dir.is_some());
    if error.exit == Exit::AUTH && here() {
        return error.fix_last("on this machine, which runs it: kore up");
    }
    error
}

/// What it is about may be in a cloud, and the installation marked for that.
const fn may_be_marked(command: &Command) -> bool {
    matches!(
        command,
        Command::Cloud(_) | Command::Account(_) | Command::AccountRule(_) | Command::Cluster(_) | Command::Cost(_)
    )
}

async fn dispatch(app: &App, command: Command) -> Result {
    if may_be_marked(&command) {
        marks::tell(app).await;
    }
    match command {
        Command::Up(args) => Box::pin(up::run(app, &args)).await,
        Command::Down(args) => Box::pin(down::run(app, &args)).await,
        Command::Status(args) => status::run(app, &args).await,
        Command::Doctor(args) => Box::pin(doctor::run(app, &args)).await,
        Command::Version(args) => version::run(app, &args).await,
        Command::Login(args) => login::run(app, &args).await,
        Command::Logout(args) => login::logout(app, &args).await,
        Command::Whoami => auth::whoami(app).await,
        Command::Auth(command) => auth::run(app, &command).await,
        Command::Completion { shell } => version::completion(app, shell),
        Command::Open(args) => open::run(app, &args).await,
        Command::Context(command) => context::run(app, command),
        Command::Team(command) => team::run(app, command).await,
        Command::User(command) => user::run(app, command).await,
        Command::Role(command) => role::run(app, command).await,
        Command::Access(command) => access::run(app, command).await,
        Command::Elevation(command) => elevation::run(app, command).await,
        Command::Robot(command) => Box::pin(robot::run(app, command)).await,
        Command::Token(command) => token::run(app, command).await,
        Command::Issuer(command) => issuer::run(app, command).await,
        Command::Session(command) => session::run(app, command).await,
        Command::Idp(command) => Box::pin(idp::run(app, command)).await,
        Command::Plan(command) => Box::pin(plan::run(app, command)).await,
        Command::Policy(command) => Box::pin(policy::run(app, command)).await,
        Command::AddressPool(command) => address_pool::run(app, command).await,
        Command::Cloud(command) => Box::pin(cloud::run(app, command)).await,
        Command::Account(command) => Box::pin(account::run(app, command)).await,
        Command::AccountRule(command) => Box::pin(account_rule::run(app, command)).await,
        Command::Cluster(command) => Box::pin(cluster::run(app, command)).await,
        Command::Namespace(command) => Box::pin(namespace::run(app, command)).await,
        Command::Cost(command) => Box::pin(cost::run(app, command)).await,
        Command::Operation(command) => operation::run(app, command).await,
        Command::Audit(command) => audit::run(app, command).await,
        Command::Kubeconfig(command) => kubeconfig::run(app, command).await,
        Command::Exec(args) => exec::run(app, &args).await,
        Command::Shell(args) => exec::shell(app, &args).await,
        Command::Logs(command) => logs::run(app, command).await,
        Command::Admin(command) => admin::run(app, command).await,
        Command::Help { words } => help::run(app, &words),
        Command::Explain { what } => explain::run(app, &what),
        Command::Get(args) => generic::get(app, &args).await,
        Command::Describe(args) => generic::describe(app, &args).await,
        Command::Diff(args) => generic::diff(app, &args).await,
        Command::Apply(args) => Box::pin(generic::apply(app, &args)).await,
        Command::Delete(args) => Box::pin(generic::delete(app, &args)).await,
        Command::Edit(args) => Box::pin(generic::edit(app, &args)).await,
        Command::Wait(args) => generic::wait(app, &args).await,
        Command::Api(args) => api::run(app, &args).await,
        Command::OldCreate(_) | Command::OldList(_) => Err(CliError::usage("write the noun first")),
    }
}

/// `kore create cluster x` as `kore cluster create x`, with the new spelling to be said once.
///
/// # Errors
/// When the words make no command in the new order either.
pub fn respelled(cli: Cli) -> Result<(Cli, Option<String>)> {
    let (verb, old) = match &cli.command {
        Command::OldCreate(old) => ("create", old),
        Command::OldList(old) => ("list", old),
        _ => return Ok((cli, None)),
    };
    let mut words = old.words.iter();
    let noun = words.next().map(String::as_str).unwrap_or_default();
    let line: Vec<&str> = ["kore", noun, verb].into_iter().chain(words.map(String::as_str)).collect();
    let wrong = |error: clap::Error| {
        let text = error.to_string();
        CliError::usage(text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned())
    };
    let matches = Cli::command().try_get_matches_from(&line).map_err(wrong)?;
    let new = Cli::from_arg_matches(&matches).map_err(wrong)?;
    Ok((new, Some(line.join(" "))))
}
