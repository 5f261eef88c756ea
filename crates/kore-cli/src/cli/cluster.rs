//! Grammar of clusters.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::{ListArgs, SetArgs, WriteArgs};
use crate::complete;

/// `kore cluster`.
#[derive(Debug, Subcommand)]
pub enum ClusterCommand {
    /// List clusters of all teams you see, or of --team
    List(ListArgs),
    /// Show a cluster
    Show {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::clusters))]
        cluster: Option<String>,
    },
    /// Make a cluster
    Create(ClusterCreateArgs),
    /// Change a cluster, with the preview first; without flags in your editor
    Edit(ClusterEditArgs),
    /// Bring a cluster to the next Kubernetes version, with what speaks against it first
    Upgrade(ClusterUpgradeArgs),
    /// Delete a cluster, and show that nothing is left
    Delete {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::clusters))]
        cluster: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Leave a cluster as it is until it is resumed
    Pause {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::clusters))]
        cluster: String,
    },
    /// Look after a paused cluster again
    Resume {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::clusters))]
        cluster: String,
    },
    /// What happened to a cluster, oldest first
    Events {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::clusters))]
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
    #[arg(add = ArgValueCompleter::new(complete::clusters))]
    pub cluster: String,
    /// The plan
    #[arg(long, add = ArgValueCompleter::new(complete::plans))]
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

/// `kore cluster upgrade`.
#[derive(Debug, Args)]
pub struct ClusterUpgradeArgs {
    /// As team/name
    #[arg(add = ArgValueCompleter::new(complete::clusters))]
    pub cluster: String,
    /// The version to go to, as 1.36; without it the one after the cluster's
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `kore cluster edit`.
#[derive(Debug, Args)]
pub struct ClusterEditArgs {
    /// As team/name
    #[arg(add = ArgValueCompleter::new(complete::clusters))]
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
