//! Grammar of questions about money.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::SetArgs;
use crate::complete;

/// `kore cost`.
#[derive(Debug, Subcommand)]
pub enum CostCommand {
    /// What a cluster would cost a month, by its cloud's price list, or what one that there is costs as it is
    Estimate(CostEstimateArgs),
}

/// `kore cost estimate`.
#[derive(Debug, Args)]
pub struct CostEstimateArgs {
    /// As team/name; with --plan it need not be there
    #[arg(add = ArgValueCompleter::new(complete::clusters))]
    pub cluster: String,
    /// Of this plan, as a new cluster
    #[arg(long, add = ArgValueCompleter::new(complete::plans))]
    pub plan: Option<String>,
    /// Parameters
    #[command(flatten)]
    pub set: SetArgs,
}
