//! The command line's grammar: nouns with verbs, and kubectl's verbs for any kind.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::FalseyValueParser};
use clap_complete::Shell;

use crate::{output::Format, printer::ColorWhen, progress::Mode};

/// Kore: self-service Kubernetes.
#[derive(Debug, Parser)]
#[command(
    name = "kore",
    version,
    disable_help_subcommand = false,
    subcommand_required = true,
    arg_required_else_help = true,
    infer_long_args = false,
    max_term_width = 100,
    after_help = "Start here:  kore up                             a platform with a cluster on this machine\n             kore cluster create TEAM/NAME --plan P  a cluster for a team\n             kore explain exit-codes             what scripts can rely on"
)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Flags of every command")]
pub struct Globals {
    /// How data is printed
    #[arg(short, long, global = true, value_enum, env = "KORE_OUTPUT")]
    pub output: Option<Format>,
    /// Tables without a header line
    #[arg(long, global = true, env = "KORE_NO_HEADERS", value_parser = FalseyValueParser::new())]
    pub no_headers: bool,
    /// Columns of tables, by title or as .path.in.object
    #[arg(long, global = true, value_delimiter = ',', value_name = "COLUMN", env = "KORE_COLUMNS")]
    pub columns: Vec<String>,
    /// Nothing but data and errors
    #[arg(short, long, global = true, env = "KORE_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
    /// More about what happens
    #[arg(short, long, global = true, action = clap::ArgAction::Count, env = "KORE_VERBOSE")]
    pub verbose: u8,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", env = "KORE_COLOR")]
    pub color: ColorWhen,
    /// How running work is shown
    #[arg(long, global = true, value_enum, default_value = "auto", env = "KORE_PROGRESS")]
    pub progress: Mode,
    /// Never ask; fail where an answer would be needed
    #[arg(long, global = true, env = "KORE_NO_INPUT", value_parser = FalseyValueParser::new())]
    pub no_input: bool,
    /// Answer yes to every confirmation
    #[arg(short, long, global = true, env = "KORE_YES", value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Context to use (see kore context list)
    #[arg(short, long, global = true, value_name = "NAME", env = "KORE_CONTEXT")]
    pub context: Option<String>,
    /// Team for names without one
    #[arg(short, long, global = true, value_name = "NAME", env = "KORE_TEAM")]
    pub team: Option<String>,
    /// Limit of one request, as 30s
    #[arg(long, global = true, value_name = "DURATION", default_value = "30s", value_parser = duration, env = "KORE_REQUEST_TIMEOUT")]
    pub request_timeout: std::time::Duration,
}

/// Flags of commands that write.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Flags of commands that write")]
pub struct WriteArgs {
    /// Show what would happen: asked of the server, or only rendered here
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "server", env = "KORE_DRY_RUN")]
    pub dry_run: Option<DryRun>,
    /// Wait until the work is done (the default)
    #[arg(long, overrides_with = "no_wait")]
    pub wait: bool,
    /// Print the operation's id and return
    #[arg(long, overrides_with = "wait", env = "KORE_NO_WAIT", value_parser = FalseyValueParser::new())]
    pub no_wait: bool,
    /// Stop waiting after this long, as 10m; the work goes on (exit 8)
    #[arg(long, value_name = "DURATION", value_parser = duration, env = "KORE_TIMEOUT")]
    pub timeout: Option<std::time::Duration>,
}

/// Who renders a dry run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DryRun {
    /// The server: validation, plan, preview; nothing is changed.
    Server,
    /// This program: only what would be sent.
    Client,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring up the platform on this machine, with a first cluster
    Up(UpArgs),
    /// Stop the platform on this machine; --purge removes it
    Down(DownArgs),
    /// What runs on this machine
    Status(InstallationArgs),
    /// Check this machine, the server and the way to it
    Doctor(DoctorArgs),
    /// Version of this program and of the server
    Version(VersionArgs),
    /// Sign in to a server
    Login(LoginArgs),
    /// End the session
    Logout(LogoutArgs),
    /// Who you are and what you may do
    Whoami,
    /// Tokens and credentials for other programs
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Print a shell's completion script
    Completion {
        /// The shell
        shell: Shell,
    },
    /// Open the console, or an app of a cluster, in the browser
    Open(OpenArgs),
    /// Servers you work with
    #[command(subcommand, visible_alias = "contexts")]
    Context(ContextCommand),
    /// Teams and their members
    #[command(subcommand, visible_alias = "teams")]
    Team(TeamCommand),
    /// People
    #[command(subcommand, visible_alias = "users")]
    User(UserCommand),
    /// What clusters can be made from
    #[command(subcommand, visible_alias = "plans")]
    Plan(PlanCommand),
    /// Clusters
    #[command(subcommand, visible_alias = "clusters")]
    Cluster(ClusterCommand),
    /// Long actions, running and done
    #[command(subcommand, visible_aliases = ["operations", "op"])]
    Operation(OperationCommand),
    /// Who did what
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Entries for kubectl; no secret is ever in the file
    #[command(subcommand)]
    Kubeconfig(KubeconfigCommand),
    /// Run a command with a cluster's kubeconfig
    Exec(ExecArgs),
    /// A shell with a cluster's kubeconfig
    Shell(ShellArgs),
    /// Logs of the platform on this machine
    #[command(subcommand)]
    Logs(LogsCommand),
    /// On the machine that runs Kore
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Explain an error code, a kind's fields or the exit codes
    Explain {
        /// A code (KORE-…), a path (cluster.spec.plan) or exit-codes
        what: String,
    },
    /// Read objects of any kind
    Get(GetArgs),
    /// Everything about one object
    Describe(NamedArgs),
    /// What applying files would change (exit 1: something)
    Diff(FilesArgs),
    /// Make objects as files say
    Apply(ApplyArgs),
    /// Delete an object of any kind
    Delete(DeleteArgs),
    /// Edit an object in your editor
    Edit(EditArgs),
    /// Wait until an object is in a state
    Wait(WaitArgs),
    /// A raw call with your credentials
    Api(ApiArgs),
    #[command(hide = true, name = "create")]
    /// Old spelling
    OldCreate(OldSpelling),
    #[command(hide = true, name = "list")]
    /// Old spelling
    OldList(OldSpelling),
}

/// `kore create cluster x`: Kore 2020's order of words.
#[derive(Debug, Args)]
pub struct OldSpelling {
    /// Noun and the rest
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    pub words: Vec<String>,
}

/// Which installation on this machine.
#[derive(Debug, Clone, Args)]
pub struct InstallationArgs {
    /// Name of the installation [default: that of the current context, or "default"]
    #[arg(long, value_name = "NAME", env = "KORE_INSTALLATION")]
    pub name: Option<String>,
    /// Its data directory [default: $XDG_DATA_HOME/kore/NAME]
    #[arg(long, value_name = "DIR", env = "KORE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
}

/// `kore up`.
#[derive(Debug, Args)]
pub struct UpArgs {
    /// Which installation
    #[command(flatten)]
    pub installation: InstallationArgs,
    /// Port of console and API; the gateway takes the next one
    #[arg(long, env = "KORE_PORT")]
    pub port: Option<u16>,
    /// Range for local clusters, as 100.88.0.0/14
    #[arg(long, value_name = "CIDR")]
    pub address_pool: Option<String>,
    /// Stay in the foreground, for service managers; no first cluster
    #[arg(long)]
    pub foreground: bool,
    /// Make no first cluster
    #[arg(long)]
    pub no_first_cluster: bool,
    /// Nodes of the first cluster
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub nodes: Option<u32>,
}

/// `kore down`.
#[derive(Debug, Args)]
pub struct DownArgs {
    /// Which installation
    #[command(flatten)]
    pub installation: InstallationArgs,
    /// Delete every cluster, then all data
    #[arg(long)]
    pub purge: bool,
}

/// `kore doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// A cluster to check as well, as team/name
    pub cluster: Option<String>,
    /// Which installation
    #[command(flatten)]
    pub installation: InstallationArgs,
}

/// `kore version`.
#[derive(Debug, Args)]
pub struct VersionArgs {
    /// Ask no server
    #[arg(long)]
    pub client: bool,
}

/// `kore login`.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Address of the server, as https://kore.example.com [default: the context's]
    pub server: Option<String>,
    /// Name of the context to make [default: the server's host]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Print the address instead of opening a browser
    #[arg(long)]
    pub no_browser: bool,
    /// Sign in with a code on another device
    #[arg(long, conflicts_with = "no_browser")]
    pub device: bool,
    /// Read a token from standard input
    #[arg(long, conflicts_with_all = ["no_browser", "device"])]
    pub with_token: bool,
    /// PEM file of a CA to trust
    #[arg(long, value_name = "FILE")]
    pub certificate_authority: Option<PathBuf>,
}

/// `kore logout`.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// End all of your sessions, on every machine
    #[arg(long)]
    pub all: bool,
}

/// `kore auth`.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Whether there is a session, where it is kept, when it expires
    Status,
    /// Print an access token, for one call by another program
    Token,
    /// Credential for kubectl (exec plugin)
    KubeCredential {
        /// The cluster, as team/name
        #[arg(long)]
        cluster: String,
    },
}

/// `kore open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// A cluster, as team/name [default: the console]
    pub cluster: Option<String>,
    /// What to reach there, as service/web or pod/web-0
    #[arg(requires = "cluster")]
    pub target: Option<String>,
    /// Its namespace
    #[arg(short, long, default_value = "default")]
    pub namespace: String,
    /// Its port [default: the first]
    #[arg(long)]
    pub port: Option<u16>,
    /// Print the address instead of opening a browser
    #[arg(long)]
    pub no_browser: bool,
}

/// `kore context`.
#[derive(Debug, Subcommand)]
pub enum ContextCommand {
    /// List contexts
    List,
    /// Make a context the current one; - for the one before
    Use {
        /// Its name
        name: String,
    },
    /// Show a context and where each value came from
    Show {
        /// Its name [default: the current one]
        name: Option<String>,
    },
    /// Add a context
    Add {
        /// Its name
        name: String,
        /// Address of the server
        #[arg(long)]
        server: String,
        /// PEM file of a CA to trust
        #[arg(long, value_name = "FILE")]
        certificate_authority: Option<PathBuf>,
        /// Make it the current one
        #[arg(long, name = "use")]
        switch: bool,
    },
    /// Remove a context and its session
    Remove {
        /// Its name
        name: String,
    },
}

/// How a list is narrowed.
#[derive(Debug, Clone, Default, Args)]
pub struct ListArgs {
    /// Narrow, as spec.plan.name=local-small,metadata.name~dev
    #[arg(long, value_name = "FILTER")]
    pub filter: Option<String>,
    /// Labels, as tier=prod
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,
    /// Order, as name or -metadata.creationTimestamp
    #[arg(long, value_name = "FIELD")]
    pub order_by: Option<String>,
    /// At most this many [default: all, for records 50]
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
}

/// `kore team`.
#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// List teams
    List(ListArgs),
    /// Show a team
    Show {
        /// Its name
        name: Option<String>,
    },
    /// Make a team
    Create {
        /// Its name
        name: String,
        /// How it is written
        #[arg(long)]
        display_name: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a team; without flags in your editor
    Edit {
        /// Its name
        name: String,
        /// How it is written
        #[arg(long)]
        display_name: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a team that owns nothing
    Delete {
        /// Its name
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List a team's members
    Members {
        /// The team
        team: Option<String>,
    },
    /// Add, remove and change members
    #[command(subcommand)]
    Member(MemberCommand),
}

/// A role in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Reads
    Viewer,
    /// Everything in the team
    Owner,
}

/// `kore team member`.
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// Add a person to a team
    Add {
        /// The team
        team: String,
        /// The person's login name
        user: String,
        /// Their role
        #[arg(long, value_enum, default_value = "viewer")]
        role: Role,
    },
    /// Remove a person from a team
    Remove {
        /// The team
        team: String,
        /// The person's login name
        user: String,
    },
    /// Change a member's role
    Role {
        /// The team
        team: String,
        /// The person's login name
        user: String,
        /// Their role
        #[arg(value_enum)]
        role: Role,
    },
}

/// `kore user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List people
    List(ListArgs),
    /// Show a person
    Show {
        /// Login name
        name: String,
    },
    /// Take everything from a person at their next request
    Disable {
        /// Login name
        name: String,
    },
    /// Let a disabled person in again
    Enable {
        /// Login name
        name: String,
    },
}

/// Parameters as `path=value`.
#[derive(Debug, Clone, Default, Args)]
pub struct SetArgs {
    /// Set a parameter, as nodePools.default.size=2
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Nodes: short for --set nodePools.default.size=N
    #[arg(long, value_name = "N")]
    pub nodes: Option<u32>,
}

/// `kore plan`.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// List plans
    List(ListArgs),
    /// Show a plan and its current version's parameters
    Show {
        /// Its name
        name: String,
        /// A version other than the current one
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Make a plan; it has no version until you publish one
    Create {
        /// Its name
        name: String,
        /// Who provisions
        #[arg(long, default_value = "local")]
        provider: String,
        /// How it is written
        #[arg(long)]
        title: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a plan; without flags in your editor
    Edit {
        /// Its name
        name: String,
        /// How it is written
        #[arg(long)]
        title: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Version that new clusters get
        #[arg(long, value_name = "N")]
        current: Option<u32>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Publish the next version of a plan; it never changes afterwards
    Publish {
        /// The plan
        name: String,
        /// Parameters that differ from the current version, or from the defaults
        #[command(flatten)]
        set: SetArgs,
        /// What changed
        #[arg(long)]
        notes: Option<String>,
        /// New clusters keep getting the version they get now
        #[arg(long)]
        keep_current: bool,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Explain a plan's parameters: type, value, range
    Explain {
        /// Its name
        name: String,
        /// A version other than the current one
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// List a plan's versions
    Versions {
        /// The plan
        name: String,
    },
}

/// `kore cluster`.
#[derive(Debug, Subcommand)]
pub enum ClusterCommand {
    /// List clusters of all teams you see, or of --team
    List(ListArgs),
    /// Show a cluster
    Show {
        /// As team/name
        cluster: Option<String>,
    },
    /// Make a cluster
    Create(ClusterCreateArgs),
    /// Change a cluster, with the preview first; without flags in your editor
    Edit(ClusterEditArgs),
    /// Delete a cluster, and show that nothing is left
    Delete {
        /// As team/name
        cluster: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Leave a cluster as it is until it is resumed
    Pause {
        /// As team/name
        cluster: String,
    },
    /// Look after a paused cluster again
    Resume {
        /// As team/name
        cluster: String,
    },
    /// What happened to a cluster, oldest first
    Events {
        /// As team/name
        cluster: Option<String>,
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
}

/// `kore cluster create`.
#[derive(Debug, Args)]
pub struct ClusterCreateArgs {
    /// As team/name
    pub cluster: String,
    /// The plan
    #[arg(long)]
    pub plan: String,
    /// A version of it other than the current one
    #[arg(long, value_name = "N")]
    pub plan_version: Option<u32>,
    /// Parameters
    #[command(flatten)]
    pub set: SetArgs,
    /// Refuse deletion until this is taken off
    #[arg(long)]
    pub deletion_protection: bool,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `kore cluster edit`.
#[derive(Debug, Args)]
pub struct ClusterEditArgs {
    /// As team/name
    pub cluster: String,
    /// Parameters
    #[command(flatten)]
    pub set: SetArgs,
    /// Take an override off, back to the plan's value
    #[arg(long, value_name = "PATH")]
    pub unset: Vec<String>,
    /// Set a field of the spec itself, as deletionProtection=false
    #[arg(long, value_name = "PATH=VALUE")]
    pub set_spec: Vec<String>,
    /// Move to this version of the plan
    #[arg(long, value_name = "N")]
    pub plan_version: Option<u32>,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `kore operation`.
#[derive(Debug, Subcommand)]
pub enum OperationCommand {
    /// List operations, newest first
    List(ListArgs),
    /// Show an operation and its steps
    Show {
        /// Its id
        id: String,
    },
    /// Follow an operation until it ends
    Follow {
        /// Its id
        id: String,
        /// Stop waiting after this long (exit 8)
        #[arg(long, value_name = "DURATION", value_parser = duration, env = "KORE_TIMEOUT")]
        timeout: Option<std::time::Duration>,
    },
}

/// `kore audit`.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List audit records, newest first
    List(ListArgs),
    /// Print audit records as they come
    Follow,
}

/// `kore kubeconfig`.
#[derive(Debug, Subcommand)]
pub enum KubeconfigCommand {
    /// Add entries for a cluster; the current context stays as it is
    Add {
        /// As team/name
        #[arg(required_unless_present = "all")]
        cluster: Option<String>,
        /// Every cluster you see
        #[arg(long, conflicts_with = "cluster")]
        all: bool,
        /// Make it kubectl's current context
        #[arg(long = "use")]
        switch: bool,
    },
    /// Remove entries for a cluster, and nothing else
    Remove {
        /// As team/name
        #[arg(required_unless_present = "all")]
        cluster: Option<String>,
        /// Every entry that Kore added
        #[arg(long, conflicts_with = "cluster")]
        all: bool,
    },
    /// List the entries that Kore added
    List,
    /// Print a kubeconfig for a cluster
    Print {
        /// As team/name
        cluster: Option<String>,
    },
}

/// `kore exec`.
#[derive(Debug, Args)]
pub struct ExecArgs {
    /// As team/name
    pub cluster: String,
    /// The command and its arguments
    #[arg(last = true, required = true)]
    pub command: Vec<std::ffi::OsString>,
}

/// `kore shell`.
#[derive(Debug, Args)]
pub struct ShellArgs {
    /// As team/name
    pub cluster: Option<String>,
}

/// `kore logs`.
#[derive(Debug, Subcommand)]
pub enum LogsCommand {
    /// Logs of the platform's processes on this machine
    Platform {
        /// Which installation
        #[command(flatten)]
        installation: InstallationArgs,
        /// Processes whose name contains this, as kube-apiserver
        #[arg(long)]
        component: Option<String>,
        /// Lines from the end of each
        #[arg(long, default_value_t = 20)]
        tail: usize,
        /// Go on as lines come
        #[arg(short, long)]
        follow: bool,
    },
}

/// `kore admin`.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Mint a one-use link that sets the administrator's password
    ResetLink(InstallationArgs),
}

/// `kore get`.
#[derive(Debug, Args)]
pub struct GetArgs {
    /// KIND, KIND NAME or KIND/NAME
    #[arg(required = true, num_args = 1..)]
    pub what: Vec<String>,
    /// How the list is narrowed
    #[command(flatten)]
    pub list: ListArgs,
    /// Go on as objects change
    #[arg(short, long)]
    pub watch: bool,
    /// Without status and what the server fills in, for apply
    #[arg(long)]
    pub export: bool,
}

/// A named object.
#[derive(Debug, Args)]
pub struct NamedArgs {
    /// KIND NAME or KIND/NAME
    #[arg(required = true, num_args = 1..=2)]
    pub what: Vec<String>,
}

/// Files with objects.
#[derive(Debug, Args)]
pub struct FilesArgs {
    /// File, directory or - for standard input
    #[arg(short, long = "filename", required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `kore apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The files
    #[command(flatten)]
    pub files: FilesArgs,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `kore delete`.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// KIND NAME or KIND/NAME
    #[arg(required_unless_present = "files", num_args = 1..)]
    pub what: Vec<String>,
    /// Objects of these files instead
    #[arg(short, long = "filename", value_name = "FILE", conflicts_with = "what")]
    pub files: Vec<PathBuf>,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `kore edit`.
#[derive(Debug, Args)]
pub struct EditArgs {
    /// KIND NAME or KIND/NAME
    #[arg(required = true, num_args = 1..=2)]
    pub what: Vec<String>,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `kore wait`.
#[derive(Debug, Args)]
pub struct WaitArgs {
    /// KIND NAME or KIND/NAME
    #[arg(required = true, num_args = 1..=2)]
    pub what: Vec<String>,
    /// condition=Ready, condition=Ready=False, or delete
    #[arg(long = "for", value_name = "STATE", default_value = "condition=Ready")]
    pub state: String,
    /// Stop waiting after this long (exit 8)
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "30m", env = "KORE_TIMEOUT")]
    pub timeout: std::time::Duration,
}

/// `kore api`.
#[derive(Debug, Args)]
pub struct ApiArgs {
    /// GET, POST, PUT, PATCH or DELETE
    pub method: String,
    /// As /api/v1/teams
    pub path: String,
    /// Further headers, as 'If-Match: "7"'
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    pub headers: Vec<String>,
    /// File with the body, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Read all pages of a list
    #[arg(long)]
    pub paginate: bool,
    /// Print status and headers as well
    #[arg(short, long)]
    pub include: bool,
}

/// Reads `90`, `90s`, `10m`, `1h30m`.
fn duration(text: &str) -> Result<std::time::Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(std::time::Duration::from_secs(seconds));
    }
    let span: jiff::SignedDuration = text.parse().map_err(|_| "write it as 90s, 10m or 1h30m".to_owned())?;
    span.try_into().map_err(|_| "a duration is not negative".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        use std::time::Duration;
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert!(duration("soon").is_err() && duration("-5s").is_err());
    }
}
