//! Grammar of the address plan.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::{ListArgs, WriteArgs};
use crate::complete;

/// `kore address-pool`.
#[derive(Debug, Subcommand)]
pub enum AddressPoolCommand {
    /// List pools
    List(ListArgs),
    /// Show a pool
    Show {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::address_pools))]
        name: String,
    },
    /// Make a pool
    #[command(after_help = "kore address-pool create more --pods 10.64.0.0/12:20 --services 10.80.0.0/14:22")]
    Create {
        /// Its name
        name: String,
        /// Whose clusters it is for
        #[arg(long, default_value = "local")]
        provider: String,
        /// What it hands out
        #[command(flatten)]
        ranges: RangesArgs,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a pool; without flags in your editor
    Edit {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::address_pools))]
        name: String,
        /// What it hands out
        #[command(flatten)]
        ranges: RangesArgs,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a pool that nobody has a range of
    Delete {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::address_pools))]
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List who has which range
    Reservations(ListArgs),
    /// Record a range that is taken outside of Kore, so that no cluster gets it
    Reserve {
        /// The range, as 10.1.0.0/16
        cidr: String,
        /// Who has it, or what it is
        #[arg(long, default_value = "")]
        note: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Forget a range that was recorded as taken outside
    Release {
        /// The range, as kore address-pool reservations lists it
        cidr: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// What a pool hands out.
#[derive(Debug, Clone, Default, Args)]
pub struct RangesArgs {
    /// Ranges for nodes: networks with commas between, and the size of what is handed out
    #[arg(long, value_name = "CIDR[,CIDR]:PREFIX")]
    pub nodes: Option<String>,
    /// Ranges for pods
    #[arg(long, value_name = "CIDR[,CIDR]:PREFIX")]
    pub pods: Option<String>,
    /// Ranges for services
    #[arg(long, value_name = "CIDR[,CIDR]:PREFIX")]
    pub services: Option<String>,
    /// Only for clusters in this region
    #[arg(long)]
    pub region: Option<String>,
    /// Only for clusters of this stage
    #[arg(long)]
    pub stage: Option<String>,
    /// What it is for
    #[arg(long)]
    pub description: Option<String>,
}
