//! Grammar of operations and audit records.

use clap::Subcommand;

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
        /// How the list is narrowed
        #[command(flatten)]
        list: ListArgs,
        /// Go on as records come
        #[arg(short, long)]
        follow: bool,
    },
    /// Print audit records as they come
    Follow,
}
