//! Grammar of accounts.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::{ListArgs, WriteArgs};
use crate::complete;

/// What can be said of an account at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct AccountArgs {
    /// Unit below Kore's own that it is in [default: what the rule says, or Kore's own]
    #[arg(long, value_name = "NAME")]
    pub unit: Option<String>,
    /// Close the account in the cloud when it is deleted here
    #[arg(long)]
    pub close_when_deleted: bool,
    /// Leave the account as it is when it is deleted here (the default)
    #[arg(long, conflicts_with = "close_when_deleted")]
    pub keep_when_deleted: bool,
}

/// `kore account`.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// List accounts
    List(ListArgs),
    /// Show an account
    #[command(visible_aliases = ["get", "describe"])]
    Show {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::accounts))]
        name: String,
    },
    /// Have the account made that a team (--team) and a stage get by the account rules; with --cloud, one that no rule is for
    #[command(after_help = "kore account create --team payments --stage production\n\
                            kore account create sandbox --team payments --cloud acme\n\
                            kore account create legacy --cloud acme --existing 123456789012")]
    Create {
        /// Its name [default: what the rule calls it]
        #[arg(requires = "cloud")]
        name: Option<String>,
        /// The cloud that it is in
        #[arg(long, value_name = "CLOUD", requires = "name", add = ArgValueCompleter::new(complete::clouds))]
        cloud: Option<String>,
        /// Number of the account that it is, where it is there already; the team, if any, is --team's
        #[arg(long, value_name = "ACCOUNT", requires = "cloud")]
        existing: Option<String>,
        /// Stage of the clusters in it, as production
        #[arg(long, value_name = "STAGE")]
        stage: Option<String>,
        /// What is said of it
        #[command(flatten)]
        says: AccountArgs,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change an account; without flags in your editor
    Edit {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::accounts))]
        name: String,
        /// What changes
        #[command(flatten)]
        says: AccountArgs,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Forget an account: it stays in the cloud as it is, unless it was made with --close-when-deleted
    Delete {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::accounts))]
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
}
