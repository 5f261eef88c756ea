//! Grammar of teams and people.

use clap::{ArgGroup, Subcommand, ValueEnum};
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

/// A role across the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlatformRole {
    /// Everything
    Admin,
    /// None; what they may do comes from their teams
    None,
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
    /// Add a person, and print the link with which they set their password
    Add {
        /// Login name
        name: String,
        /// How it is written
        #[arg(long)]
        display_name: Option<String>,
        /// Make them a platform administrator
        #[arg(long)]
        admin: bool,
    },
    /// Change a person
    #[command(group(ArgGroup::new("change").required(true).multiple(true)))]
    Edit {
        /// Login name
        name: String,
        /// How it is written
        #[arg(long, group = "change")]
        display_name: Option<String>,
        /// Their role across the platform
        #[arg(long, value_enum, group = "change")]
        role: Option<PlatformRole>,
    },
    /// Take a person's password and sessions away, and print the link with which they set another password
    Reset {
        /// Login name
        name: String,
    },
    /// Delete a person, with their memberships and sessions
    Delete {
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
