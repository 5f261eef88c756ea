//! Grammar of operations and audit records.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{ListArgs, duration};

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
    /// Have a failed operation tried again now, from the step that failed
    Retry {
        /// Its id
        id: String,
    },
    /// Follow an operation until it ends
    #[command(visible_alias = "watch")]
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
    List {
        /// Which records
        #[command(flatten)]
        which: Box<AuditArgs>,
        /// How the list is narrowed
        #[command(flatten)]
        list: ListArgs,
        /// Go on as records come
        #[arg(short, long)]
        follow: bool,
    },
    /// Print audit records as they come
    Follow {
        /// Which records
        #[command(flatten)]
        which: Box<AuditArgs>,
        /// Narrow, as action~cluster.,result!=allowed
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
    },
    /// Everything on record about one request, with what it changed
    Show {
        /// Its id, as errors and lists show it
        request: String,
    },
    /// Write records to a file or a pipe, newest first
    Export {
        /// Which records
        #[command(flatten)]
        which: Box<AuditArgs>,
        /// Narrow, as action~cluster.,result!=allowed
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
        /// How
        #[arg(long, value_enum, default_value = "jsonl")]
        format: ExportFormat,
        /// Where to; there is no file until all of it is written [default: standard output]
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Check that the trail is what Kore wrote (exit 1: it is not)
    Verify,
    /// How far delivery to files and webhooks has got
    #[command(visible_alias = "delivery")]
    Sinks,
}

/// How records are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// For spreadsheets (RFC 4180); cells that would be formulas begin with '
    Csv,
    /// One API object a line
    Jsonl,
}

/// Which audit records.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which records")]
pub struct AuditArgs {
    /// Not before: 2h, 7d, 2026-11-01 or 2026-11-01T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Before: as --since
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// By whom: ana, user:ana, anonymous, system:controller
    #[arg(long, value_name = "WHO")]
    pub actor: Option<String>,
    /// What, or a part of it: cluster.create, kubectl
    #[arg(long, value_name = "WHAT")]
    pub action: Option<String>,
    /// On what, or a part of it: cluster/payments/dev
    #[arg(long, value_name = "OBJECT")]
    pub object: Option<String>,
    /// How it ended: allowed, denied, refused, failed
    #[arg(long, value_name = "RESULT")]
    pub result: Option<String>,
    /// From where: cli, console, api, gateway, controller
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// With this problem code
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
    /// Of this request
    #[arg(long, value_name = "ID")]
    pub request: Option<String>,
}
