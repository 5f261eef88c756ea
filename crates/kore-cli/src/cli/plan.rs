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

/// Which teams something is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Which teams it is for")]
pub struct AllocationArgs {
    /// For this team; may be given more than once
    #[arg(long = "for", value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    pub names: Vec<String>,
    /// For teams with this label; may be given more than once, and they have all of them then
    #[arg(long = "for-label", value_name = "KEY=VALUE")]
    pub labels: Vec<String>,
    /// For every team
    #[arg(long = "for-all", conflicts_with_all = ["names", "labels"])]
    pub all: bool,
}

/// `kore plan deprecate` and `kore plan retire`.
#[derive(Debug, Args)]
pub struct StageArgs {
    /// The plan
    #[arg(add = ArgValueCompleter::new(complete::plans))]
    pub name: String,
    /// Which version
    #[arg(long, value_name = "N")]
    pub version: u32,
    /// Why, and what to use instead: people who meet it read this
    #[arg(long)]
    pub reason: String,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
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
        /// Which teams it is for [default: every team]
        #[command(flatten)]
        allocation: AllocationArgs,
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
        /// Which teams it is for
        #[command(flatten)]
        allocation: AllocationArgs,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Make a draft of a plan's next version, or change the draft that there is
    Draft {
        /// The plan
        #[arg(add = ArgValueCompleter::new(complete::plans))]
        name: String,
        /// Parameters that differ from the draft, else from the current version, or from the defaults
        #[command(flatten)]
        set: SetArgs,
        /// What changes
        #[arg(long)]
        notes: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Publish a plan's draft, or else its next version; it never changes afterwards
    Publish {
        /// The plan
        #[arg(add = ArgValueCompleter::new(complete::plans))]
        name: String,
        /// Parameters that differ from the draft, else from the current version, or from the defaults
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
    /// Make a plan from another one's version, as a draft
    Clone {
        /// The plan to begin from
        #[arg(add = ArgValueCompleter::new(complete::plans))]
        name: String,
        /// Name of the new one
        new: String,
        /// A version other than the current one
        #[arg(long, value_name = "N")]
        version: Option<u32>,
        /// Parameters that differ
        #[command(flatten)]
        set: SetArgs,
        /// Which teams it is for [default: those of the plan that it begins from]
        #[command(flatten)]
        allocation: AllocationArgs,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// What differs between two versions [default: the current one and the draft, or the one before it]
    Diff {
        /// The plan
        #[arg(add = ArgValueCompleter::new(complete::plans))]
        name: String,
        /// Version to begin from
        from: Option<u32>,
        /// Version to come to
        to: Option<u32>,
    },
    /// What a version would change in the clusters that follow the plan
    Impact {
        /// The plan
        #[arg(add = ArgValueCompleter::new(complete::plans))]
        name: String,
        /// Which version [default: the draft, else the current one]
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Warn those who make clusters of a version from now on
    Deprecate(StageArgs),
    /// Let no cluster come to a version any more; those that there are stay
    Retire(StageArgs),
    /// Explain a plan's parameters: type, value, range; with --team what that team may change
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
