//! Grammar of roles, of who has them, and of elevations.

use clap::{Args, Subcommand};

use super::{ListArgs, WriteArgs, duration};

/// `kore role`.
#[derive(Debug, Subcommand)]
pub enum RoleCommand {
    /// List roles
    List(ListArgs),
    /// Show a role and what it allows
    Show {
        /// Its name
        name: String,
    },
    /// Make a role
    Create {
        /// Its name
        name: String,
        /// What it allows, as cluster.read (see kore role permissions)
        #[arg(long = "permission", value_name = "PERMISSION", value_delimiter = ',', required = true)]
        permissions: Vec<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a role for everybody who has it; without flags in your editor
    Edit {
        /// Its name
        name: String,
        /// What it allows from now on
        #[arg(long = "permission", value_name = "PERMISSION", value_delimiter = ',')]
        permissions: Vec<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a role that nobody has
    Delete {
        /// Its name
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List every permission that there is
    Permissions,
}

/// `kore access`.
#[derive(Debug, Subcommand)]
pub enum AccessCommand {
    /// List bindings: who has which role where, besides members of teams
    List {
        /// Of this role
        #[arg(long)]
        role: Option<String>,
        /// Of this user (NAME) or robot (TEAM/NAME)
        #[arg(long)]
        subject: Option<String>,
        /// How the list is narrowed
        #[command(flatten)]
        list: ListArgs,
    },
    /// Give somebody a role somewhere
    Grant(GrantArgs),
    /// Take a binding away
    Revoke {
        /// Its id (see kore access list)
        id: String,
    },
    /// May they, by what, or why not (exit 1: no)
    Check {
        /// As cluster.delete (see kore role permissions)
        permission: String,
        /// platform, TEAM, TEAM/CLUSTER or TEAM/CLUSTER/NAMESPACE
        #[arg(default_value = "platform")]
        on: String,
        /// A user (NAME) or robot (TEAM/NAME) [default: you]
        #[arg(long)]
        subject: Option<String>,
    },
    /// Who may do something
    Who {
        /// As cluster.delete (see kore role permissions)
        permission: String,
        /// platform, TEAM, TEAM/CLUSTER or TEAM/CLUSTER/NAMESPACE
        #[arg(default_value = "platform")]
        on: String,
    },
    /// What somebody holds
    Holds {
        /// A user (NAME) or robot (TEAM/NAME) [default: you]
        subject: Option<String>,
    },
}

/// `kore access grant`.
#[derive(Debug, Args)]
pub struct GrantArgs {
    /// A user (NAME) or robot (TEAM/NAME)
    pub subject: String,
    /// The role (see kore role list)
    pub role: String,
    /// platform, TEAM, TEAM/CLUSTER or TEAM/CLUSTER/NAMESPACE
    pub on: String,
    /// For this long, as 8h [default: until it is taken away]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub expires: Option<std::time::Duration>,
    /// Only from this network, as 192.0.2.0/24; may be given more than once
    #[arg(long = "from", value_name = "CIDR")]
    pub networks: Vec<String>,
    /// Only by an elevation, for at most this long at a time, as 1h
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub elevation: Option<std::time::Duration>,
    /// Each elevation is approved by somebody else
    #[arg(long, requires = "elevation")]
    pub approval: bool,
    /// Write flags
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `kore elevation`.
#[derive(Debug, Subcommand)]
pub enum ElevationCommand {
    /// List your elevations, and those that you may decide about
    List(ListArgs),
    /// Show an elevation
    Show {
        /// Its id
        id: String,
    },
    /// Ask for a role for a while
    Request {
        /// The role
        role: String,
        /// platform, TEAM, TEAM/CLUSTER or TEAM/CLUSTER/NAMESPACE
        on: String,
        /// For how long
        #[arg(long = "for", value_name = "DURATION", value_parser = duration, default_value = "1h")]
        time: std::time::Duration,
        /// What for; those who approve and audit read it
        #[arg(long)]
        reason: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Approve what somebody else asks for
    Approve {
        /// Its id
        id: String,
    },
    /// Refuse what somebody asks for
    Refuse {
        /// Its id
        id: String,
    },
    /// End an elevation early
    End {
        /// Its id
        id: String,
    },
}
