//! Grammar of teams and people.

use clap::{Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::{ListArgs, WriteArgs};
use crate::complete;

/// `kore team`.
#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// List teams
    List(ListArgs),
    /// Show a team
    Show {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        name: Option<String>,
    },
    /// Make a team
    Create {
        /// Its name
        name: String,
        /// How it is written
        #[arg(long)]
        display_name: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a team; without flags in your editor
    Edit {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        name: String,
        /// How it is written
        #[arg(long)]
        display_name: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a team that owns nothing
    Delete {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List a team's members
    Members {
        /// The team
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        team: Option<String>,
    },
    /// Add, remove and change members
    #[command(subcommand)]
    Member(MemberCommand),
}

/// A role in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Reads
    Viewer,
    /// Works in the team's clusters
    Developer,
    /// Makes, changes and deletes clusters too
    Maintainer,
    /// Everything in the team
    Owner,
}

/// `kore team member`.
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// Add a person to a team
    Add {
        /// The team
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        team: String,
        /// The person's login name
        user: String,
        /// Their role
        #[arg(long, value_enum, default_value = "viewer")]
        role: Role,
    },
    /// Remove a person from a team
    Remove {
        /// The team
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        team: String,
        /// The person's login name
        user: String,
    },
    /// Change a member's role
    Role {
        /// The team
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        team: String,
        /// The person's login name
        user: String,
        /// Their role
        #[arg(value_enum)]
        role: Role,
    },
}

/// `kore user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List people
    List(ListArgs),
    /// Show a person
    Show {
        /// Login name
        name: String,
    },
    /// Take everything from a person at their next request
    Disable {
        /// Login name
        name: String,
    },
    /// Let a disabled person in again
    Enable {
        /// Login name
        name: String,
    },
}
