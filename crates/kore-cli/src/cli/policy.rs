//! Grammar of policies over plans.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::{AllocationArgs, ListArgs, WriteArgs};
use crate::complete;

/// What a policy says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct PolicyArgs {
    /// Whom people turn to who meet it, as platform-team
    #[arg(long)]
    pub owner: Option<String>,
    /// Why, for people who meet it
    #[arg(long)]
    pub reason: Option<String>,
    /// What it is for
    #[arg(long)]
    pub description: Option<String>,
    /// For clusters of this plan; may be given more than once [default: of every plan]
    #[arg(long = "plan", value_name = "PLAN", add = ArgValueCompleter::new(complete::plans))]
    pub plans: Vec<String>,
    /// Which teams it holds for [default: every team]
    #[command(flatten)]
    pub allocation: AllocationArgs,
    /// What no rule is about: editable or locked
    #[arg(long, value_name = "ACCESS", value_parser = ["editable", "locked"], help_heading = "Rules")]
    pub default: Option<String>,
    /// Keep a parameter, and what is below it, as the plan has it, as nodePools or nodePools.*.size
    #[arg(long, value_name = "PATH", help_heading = "Rules")]
    pub lock: Vec<String>,
    /// Leave a parameter to teams: for policies whose default is locked
    #[arg(long, value_name = "PATH", help_heading = "Rules")]
    pub allow: Vec<String>,
    /// The least that a number may be
    #[arg(long, value_name = "PATH=N", help_heading = "Rules")]
    pub min: Vec<String>,
    /// The most that a number may be
    #[arg(long, value_name = "PATH=N", help_heading = "Rules")]
    pub max: Vec<String>,
    /// The values that there are to choose from
    #[arg(long, value_name = "PATH=A,B", help_heading = "Rules")]
    pub one_of: Vec<String>,
    /// What a text is like, from its first character to its last (a regular expression)
    #[arg(long, value_name = "PATH=PATTERN", help_heading = "Rules")]
    pub pattern: Vec<String>,
    /// Take a rule away
    #[arg(long, value_name = "PATH", help_heading = "Rules")]
    pub drop: Vec<String>,
}

/// `kore policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// List policies
    List(ListArgs),
    /// Show a policy
    Show {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::policies))]
        name: String,
    },
    /// Make a policy
    Create {
        /// Its name
        name: String,
        /// Whose plans it is for
        #[arg(long, default_value = "local")]
        provider: String,
        /// What it says
        #[command(flatten)]
        says: Box<PolicyArgs>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a policy; without flags in your editor
    Edit {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::policies))]
        name: String,
        /// What changes
        #[command(flatten)]
        says: Box<PolicyArgs>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a policy
    Delete {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::policies))]
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Whose verdict a new, changed or deleted policy would change; nothing is written
    Test {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::policies))]
        name: String,
        /// As this file has it
        #[arg(short = 'f', long, value_name = "FILE", conflicts_with = "delete")]
        file: Option<PathBuf>,
        /// If it were deleted
        #[arg(long)]
        delete: bool,
        /// What it would say
        #[command(flatten)]
        says: Box<PolicyArgs>,
    },
    /// What a team may change about a plan, and what is locked by whom and why
    Explain {
        /// The plan
        #[arg(long, add = ArgValueCompleter::new(complete::plans))]
        plan: String,
        /// A version other than the current one
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
}
