//! Grammar of kubectl's verbs, for any kind.

use std::path::PathBuf;

use clap::Args;

use super::{ListArgs, WriteArgs, duration};

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
