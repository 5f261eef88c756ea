//! The command line's grammar: nouns with verbs, and kubectl's verbs for any kind. A file per noun.

use clap::{Args, Parser, Subcommand, ValueEnum, builder::FalseyValueParser};
use clap_complete::{Shell, engine::ArgValueCompleter};

use crate::{complete, output::Format, printer::ColorWhen, progress::Mode};

mod access;
mod account;
mod account_rule;
mod address_pool;
mod cloud;
mod cluster;
mod cost;
mod generic;
mod idp;
mod local;
mod namespace;
mod plan;
mod policy;
mod record;
mod rights;
mod robot;
mod team;

pub use access::*;
pub use account::*;
pub use account_rule::*;
pub use address_pool::*;
pub use cloud::*;
pub use cluster::*;
pub use cost::*;
pub use generic::*;
pub use idp::*;
pub use local::*;
pub use namespace::*;
pub use plan::*;
pub use policy::*;
pub use record::*;
pub use rights::*;
pub use robot::*;
pub use team::*;

/// Kore: self-service Kubernetes.
#[derive(Debug, Parser)]
#[command(
    name = "kore",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    infer_long_args = false,
    max_term_width = 100,
    after_help = "Start here\n  \
        kore up                                 a platform with a cluster on this machine\n  \
        kore cluster create TEAM/NAME --plan P  a cluster for a team\n  \
        kore help cluster create                about one command\n  \
        kore help exit-codes                    what scripts can rely on"
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
    #[arg(short, long, global = true, hide_env_values = true, value_enum, env = "KORE_OUTPUT")]
    pub output: Option<Format>,
    /// Tables without a header line
    #[arg(long, global = true, hide_env_values = true, hide_short_help = true, env = "KORE_NO_HEADERS", value_parser = FalseyValueParser::new())]
    pub no_headers: bool,
    /// Columns of tables, by title or as .path.in.object
    #[arg(
        long,
        global = true,
        hide_env_values = true,
        hide_short_help = true,
        value_delimiter = ',',
        value_name = "COLUMN",
        env = "KORE_COLUMNS"
    )]
    pub columns: Vec<String>,
    /// Nothing but data and errors
    #[arg(short, long, global = true, hide_env_values = true, env = "KORE_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
    /// More about what happens
    #[arg(short, long, global = true, hide_env_values = true, hide_short_help = true, action = clap::ArgAction::Count, env = "KORE_VERBOSE")]
    pub verbose: u8,
    /// When to use colours
    #[arg(
        long,
        global = true,
        hide_env_values = true,
        hide_short_help = true,
        value_enum,
        default_value = "auto",
        env = "KORE_COLOR"
    )]
    pub color: ColorWhen,
    /// How running work is shown
    #[arg(
        long,
        global = true,
        hide_env_values = true,
        hide_short_help = true,
        value_enum,
        default_value = "auto",
        env = "KORE_PROGRESS"
    )]
    pub progress: Mode,
    /// Never ask; fail where an answer would be needed
    #[arg(long, global = true, hide_env_values = true, hide_short_help = true, env = "KORE_NO_INPUT", value_parser = FalseyValueParser::new())]
    pub no_input: bool,
    /// Answer yes to every confirmation
    #[arg(short, long, global = true, hide_env_values = true, env = "KORE_YES", value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Context to use (see kore context list)
    #[arg(short, long, global = true, hide_env_values = true, value_name = "NAME", env = "KORE_CONTEXT", add = ArgValueCompleter::new(complete::contexts))]
    pub context: Option<String>,
    /// Team for names without one
    #[arg(short, long, global = true, hide_env_values = true, value_name = "NAME", env = "KORE_TEAM", add = ArgValueCompleter::new(complete::teams))]
    pub team: Option<String>,
    /// Limit of one request, as 30s
    #[arg(long, global = true, hide_env_values = true, hide_short_help = true, value_name = "DURATION", default_value = "30s", value_parser = duration, env = "KORE_REQUEST_TIMEOUT")]
    pub request_timeout: std::time::Duration,
}

/// Flags of commands that write.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Flags of commands that write")]
pub struct WriteArgs {
    /// Show what would happen: asked of the server, or only rendered here
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "server", env = "KORE_DRY_RUN", hide_env_values = true)]
    pub dry_run: Option<DryRun>,
    /// Wait until the work is done (the default)
    #[arg(long, overrides_with = "no_wait")]
    pub wait: bool,
    /// Print the operation's id and return
    #[arg(long, overrides_with = "wait", env = "KORE_NO_WAIT", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub no_wait: bool,
    /// Stop waiting after this long, as 10m; the work goes on (exit 8)
    #[arg(long, value_name = "DURATION", value_parser = duration, env = "KORE_TIMEOUT", hide_env_values = true)]
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
    #[command(
        after_help = "bash  source <(kore completion bash)      in ~/.bashrc\nzsh   source <(kore completion zsh)       in ~/.zshrc\nfish  kore completion fish | source       in ~/.config/fish/config.fish"
    )]
    Completion {
        /// The shell
        shell: Shell,
    },
    /// Open Kore, or an app of a cluster, in the browser
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
    /// Roles: names for sets of permissions
    #[command(subcommand, visible_alias = "roles")]
    Role(RoleCommand),
    /// Who has which role where, and who may do what
    #[command(subcommand)]
    Access(AccessCommand),
    /// Roles for a while
    #[command(subcommand, visible_aliases = ["elevations", "elevate"])]
    Elevation(ElevationCommand),
    /// Programs' accounts in teams, for CI systems
    #[command(subcommand, visible_alias = "robots")]
    Robot(RobotCommand),
    /// Your own long-lived tokens, for scripts
    #[command(subcommand, visible_alias = "tokens")]
    Token(TokenCommand),
    /// Issuers of tokens that robots may trust
    #[command(subcommand, visible_alias = "issuers")]
    Issuer(IssuerCommand),
    /// Where you are signed in
    #[command(subcommand, visible_alias = "sessions")]
    Session(SessionCommand),
    /// Identity providers: who vouches for people, and what their groups are worth
    #[command(subcommand, visible_alias = "idps")]
    Idp(IdpCommand),
    /// What clusters can be made from
    #[command(subcommand, visible_alias = "plans")]
    Plan(PlanCommand),
    /// What teams may change about plans
    #[command(subcommand, visible_alias = "policies")]
    Policy(PolicyCommand),
    /// Where clusters take their address ranges from, and who has which
    #[command(subcommand, visible_alias = "address-pools")]
    AddressPool(AddressPoolCommand),
    /// Clouds that accounts and clusters are made in, and what Kore needs there
    #[command(subcommand, visible_alias = "clouds")]
    Cloud(CloudCommand),
    /// Accounts in clouds, in which clusters of teams are made
    #[command(subcommand, visible_alias = "accounts")]
    Account(AccountCommand),
    /// Which teams get which accounts in a cloud
    #[command(subcommand, visible_alias = "account-rules")]
    AccountRule(AccountRuleCommand),
    /// Clusters
    #[command(subcommand, visible_alias = "clusters")]
    Cluster(ClusterCommand),
    /// Namespaces of clusters, with quota, limits and network openings
    #[command(subcommand, visible_aliases = ["namespaces", "ns"])]
    Namespace(NamespaceCommand),
    /// What clusters cost
    #[command(subcommand, visible_alias = "costs")]
    Cost(CostCommand),
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
    /// Help on a command, or on exit-codes
    Help {
        /// Words of the command, or exit-codes
        #[arg(trailing_var_arg = true)]
        words: Vec<String>,
    },
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

/// How a list is narrowed.
#[derive(Debug, Clone, Default, Args)]
pub struct ListArgs {
    /// Narrow, as spec.plan.name=evaluation,metadata.name~dev
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

/// Reads `90`, `90s`, `10m`, `1h30m`.
fn duration(text: &str) -> Result<std::time::Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(std::time::Duration::from_secs(seconds));
    }
    let span = text.parse::<jiff::Span>().and_then(|span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()));
    let span = span.map_err(|_| "write it as 90s, 10m, 1h30m or 7d".to_owned())?;
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
        assert_eq!(duration("7d"), Ok(Duration::from_hours(7 * 24)));
        assert_eq!(duration("2w"), duration("14d"));
        for bad in ["soon", "-5s", "-1d", "d", "1.5d", "2mo"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
