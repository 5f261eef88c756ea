//! Grammar of account rules.

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::{AllocationArgs, ListArgs, WriteArgs};
use crate::complete;

/// One account for each of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AccountsOf {
    /// Each team and stage
    PerTeamAndStage,
    /// Each team
    PerTeam,
}

/// What nobody in an account can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GuardrailName {
    /// Use other regions than the organisation's
    Regions,
    /// Take the account out of the organisation
    LeaveOrganization,
    /// Turn off what records who did what, and what looks for attacks
    AuditTrail,
    /// Change the roles that Kore takes
    KoreRoles,
    /// Act as the account's root user
    RootUser,
    /// Act as the role that AWS makes in a new account for whoever has the management account
    BootstrapRole,
}

/// What a rule says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct AccountRuleArgs {
    /// What it is for
    #[arg(long)]
    pub description: Option<String>,
    /// Which teams it is for [default: every team]
    #[command(flatten)]
    pub allocation: AllocationArgs,
    /// For clusters of this stage, as production; may be given more than once [default: of every stage]
    #[arg(long = "stage", value_name = "STAGE", value_delimiter = ',')]
    pub stages: Vec<String>,
    /// One account for each of what [default: per-team-and-stage]
    #[arg(long, value_name = "WHAT", conflicts_with = "existing", help_heading = "Accounts")]
    pub accounts: Option<AccountsOf>,
    /// The account that there is already, for all of them
    #[arg(long, value_name = "ACCOUNT", help_heading = "Accounts")]
    pub existing: Option<String>,
    /// Unit below Kore's own that the accounts are in [default: Kore's own]
    #[arg(long, value_name = "NAME", help_heading = "Accounts")]
    pub unit: Option<String>,
    /// What each account may cost a month before somebody is told, as 500USD
    #[arg(long, value_name = "AMOUNT", help_heading = "Accounts")]
    pub monthly_budget: Option<String>,
    /// Let a guardrail not hold in the accounts; may be given more than once
    #[arg(long, value_name = "GUARDRAIL", help_heading = "Guardrails, all of which hold by default")]
    pub without: Vec<GuardrailName>,
    /// Let a guardrail hold again
    #[arg(long, value_name = "GUARDRAIL", help_heading = "Guardrails, all of which hold by default")]
    pub with: Vec<GuardrailName>,
    /// Of several rules that are for a team, the one with the highest holds [default: 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub priority: Option<i32>,
}

/// `kore account-rule`.
#[derive(Debug, Subcommand)]
pub enum AccountRuleCommand {
    /// List rules
    List(ListArgs),
    /// Show a rule
    #[command(visible_aliases = ["get", "describe"])]
    Show {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::account_rules))]
        name: String,
    },
    /// Make a rule
    #[command(
        after_help = "kore account-rule create production --cloud acme --stage production --priority 10 --unit Production"
    )]
    Create {
        /// Its name
        name: String,
        /// The cloud that the accounts are in
        #[arg(long, value_name = "CLOUD", add = ArgValueCompleter::new(complete::clouds))]
        cloud: String,
        /// What it says
        #[command(flatten)]
        says: Box<AccountRuleArgs>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a rule; without flags in your editor
    Edit {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::account_rules))]
        name: String,
        /// What changes
        #[command(flatten)]
        says: Box<AccountRuleArgs>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a rule; accounts that there are stay
    Delete {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::account_rules))]
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Which rule holds for a team (--team) and a stage, and why not the others
    #[command(after_help = "kore account-rule test --team payments --stage production")]
    Test {
        /// Stage of a cluster, as production
        #[arg(long, value_name = "STAGE")]
        stage: Option<String>,
    },
}
