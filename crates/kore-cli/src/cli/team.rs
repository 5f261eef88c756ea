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
    /// List, add, remove and change members
    #[command(subcommand)]
    Member(MemberCommand),
    /// Links with which people join a team
    #[command(subcommand, visible_alias = "invitations")]
    Invitation(InvitationCommand),
    /// What teams may have, and what they have
    #[command(subcommand, visible_alias = "quotas")]
    Quota(QuotaCommand),
}

/// `kore team quota`.
#[derive(Debug, Subcommand)]
pub enum QuotaCommand {
    /// List the quotas of the teams that you see
    List(ListArgs),
    /// Show what a team may have and what it has
    #[command(visible_alias = "get")]
    Show {
        /// The team, or default for what holds where a team has no quota of its own
        #[arg(add = ArgValueCompleter::new(complete::quotas))]
        team: Option<String>,
    },
    /// Set what a team may have
    #[command(after_help = "kore team quota set payments clusters=5 nodes=20     a quota of its own\n\
                      kore team quota set payments nodes=unlimited         no limit for this team\n\
                      kore team quota set payments nodes=default           as the others have it\n\
                      kore team quota set default clusters=2               for every team without its own")]
    Set {
        /// The team, or default for what holds where a team has no quota of its own
        #[arg(add = ArgValueCompleter::new(complete::quotas))]
        team: String,
        /// Clusters, nodes, namespaces, vcpus or memoryMib, as a number, unlimited or default
        #[arg(required = true, value_name = "NAME=NUMBER")]
        limits: Vec<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// `kore team invitation`.
#[derive(Debug, Subcommand)]
pub enum InvitationCommand {
    /// Make a link with which people join a team; it is shown once
    Create {
        /// The team
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        team: String,
        /// The role that it gives
        #[arg(long, value_enum, default_value = "viewer")]
        role: Role,
        /// How many people may use it
        #[arg(long, value_name = "N", default_value_t = 1)]
        uses: u32,
        /// How long it works, as 48h or 7d; at most 30d
        #[arg(long, value_name = "DURATION", default_value = "7d")]
        expires: String,
        /// Only a person with this e-mail address may use it
        #[arg(long, value_name = "ADDRESS")]
        address: Option<String>,
    },
    /// List a team's invitations, and who used them
    List {
        /// The team [default: every team whose members you may change]
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        team: Option<String>,
    },
    /// Take an invitation back; who used it stays in the team
    Revoke {
        /// The team
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        team: String,
        /// Its name, from kore team invitation list
        name: String,
    },
    /// Join a team by an invitation
    Accept {
        /// The link or its code [default: read from standard input]
        link: Option<String>,
    },
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
    /// List a team's members, with their roles and where those come from
    List {
        /// The team
        #[arg(add = ArgValueCompleter::new(complete::teams))]
        team: Option<String>,
    },
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
    /// Everything but what is inside clusters
    Admin,
    /// Reads everything, changes nothing
    Auditor,
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
        /// E-mail address, which invitations may be bound to
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
    },
    /// Change a person
    #[command(group(ArgGroup::new("change").required(true).multiple(true)))]
    Edit {
        /// Login name
        name: String,
        /// How it is written
        #[arg(long, group = "change")]
        display_name: Option<String>,
        /// E-mail address, which invitations may be bound to
        #[arg(long, value_name = "ADDRESS", group = "change")]
        email: Option<String>,
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
    /// Take a person's second factor away, who has lost it
    ResetFactor {
        /// Login name
        name: String,
    },
}
