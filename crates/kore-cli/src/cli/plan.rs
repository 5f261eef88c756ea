//! Grammar of plans and their parameters.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::{ListArgs, WriteArgs};
use crate::complete;

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
        #[arg(add = ArgValueCompleter::new(complete::plans))]
        name: String,
        /// A version other than the current one
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Make a plan; it has no version until you publish one
    Create {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::plans))]
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
        #[arg(add = ArgValueCompleter::new(complete::plans))]
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
        #[arg(add = ArgValueCompleter::new(complete::plans))]
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
        #[arg(add = ArgValueCompleter::new(complete::plans))]
        name: String,
        /// A version other than the current one
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// List a plan's versions
    Versions {
        /// The plan
        #[arg(add = ArgValueCompleter::new(complete::plans))]
        name: String,
    },
}
