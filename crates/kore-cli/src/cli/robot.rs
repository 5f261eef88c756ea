//! Grammar of robots, whom they trust, and long-lived tokens.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::{ListArgs, WriteArgs, duration};
use crate::complete;

/// `kore robot`.
#[derive(Debug, Subcommand)]
pub enum RobotCommand {
    /// List robots, of every team that you see or of one (-t TEAM)
    List(ListArgs),
    /// Show a robot, whom it trusts and what it holds
    Show {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
    },
    /// Make a robot; it may do nothing until a role is granted to it
    Create {
        /// As team/name
        robot: String,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a robot; without flags in your editor
    Edit {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Take everything from a robot at its next request; open streams end at once
    Disable {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
    },
    /// Let a robot act again
    Enable {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
    },
    /// Delete a robot with its tokens and roles
    Delete {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Whose tokens a robot exchanges: no secret has to be stored (first choice)
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Static tokens of a robot, where nothing can be trusted (second choice)
    #[command(subcommand, visible_alias = "tokens")]
    Token(RobotTokenCommand),
}

/// `kore robot trust`.
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// List the rules of a robot
    List {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
    },
    /// Trust the jobs of a repository or project, the pods of a service account, or another issuer's tokens
    Add(Box<TrustArgs>),
    /// Take a rule away; sessions that came of the robot's rules end
    Remove {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
        /// Its number (see kore robot trust list)
        number: usize,
    },
}

/// `kore robot trust add`.
#[derive(Debug, Args)]
pub struct TrustArgs {
    /// As team/name
    #[arg(add = ArgValueCompleter::new(complete::robots))]
    pub robot: String,
    /// Jobs of GitHub Actions; needs --repository-id and --repository-owner-id
    #[arg(long, conflicts_with_all = ["gitlab", "kubernetes"], requires_all = ["repository_id", "repository_owner_id"])]
    pub github: bool,
    /// Jobs of GitLab CI; needs --project-id and --namespace-id
    #[arg(long, conflicts_with = "kubernetes", requires_all = ["project_id", "namespace_id"])]
    pub gitlab: bool,
    /// Pods of a cluster; needs --issuer, --namespace and --service-account
    #[arg(long, requires_all = ["issuer", "namespace", "service_account"])]
    pub kubernetes: bool,
    /// Whose tokens [default: GitHub's or GitLab's own]
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// For whom the tokens are made out [default: the server's address]
    #[arg(long, value_name = "TEXT")]
    pub audience: Option<String>,
    /// A claim and its value: name=text, or name:=7 and name:=true for numbers and flags; /a/b=text below other claims
    #[arg(long = "claim", value_name = "CLAIM")]
    pub claims: Vec<String>,
    /// Number of the repository: gh api repos/OWNER/NAME --jq .id
    #[arg(long, value_name = "ID", requires = "github")]
    pub repository_id: Option<u64>,
    /// Number of its owner: gh api repos/OWNER/NAME --jq .owner.id
    #[arg(long, value_name = "ID", requires = "github")]
    pub repository_owner_id: Option<u64>,
    /// Only jobs of this environment
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Only jobs of this ref: refs/heads/main at GitHub, main at GitLab
    #[arg(long = "ref", value_name = "REF")]
    pub reference: Option<String>,
    /// Only jobs of this workflow, as owner/repo/.github/workflows/deploy.yml@refs/heads/main
    #[arg(long, value_name = "WORKFLOW", requires = "github")]
    pub workflow: Option<String>,
    /// Number of the project, from its page
    #[arg(long, value_name = "ID", requires = "gitlab")]
    pub project_id: Option<u64>,
    /// Number of the group or user that the project belongs to
    #[arg(long, value_name = "ID", requires = "gitlab")]
    pub namespace_id: Option<u64>,
    /// Only jobs of protected branches and tags
    #[arg(long, requires = "gitlab")]
    pub ref_protected: bool,
    /// Namespace of the pods
    #[arg(long, value_name = "NAME", requires = "kubernetes")]
    pub namespace: Option<String>,
    /// Service account of the pods
    #[arg(long, value_name = "NAME", requires = "kubernetes")]
    pub service_account: Option<String>,
    /// How long a session lasts, 60m at most
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "15m")]
    pub max: std::time::Duration,
}

/// `kore robot token`.
#[derive(Debug, Subcommand)]
pub enum RobotTokenCommand {
    /// List the tokens of a robot that work
    List {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
    },
    /// Make a token; it is shown only now. Two at a time at most
    Create {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
        /// What it is called
        #[arg(long, default_value = "ci")]
        name: String,
        /// What it is good for
        #[command(flatten)]
        token: TokenArgs,
    },
    /// Make the next token, and let the one before work a while longer
    Rotate {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
        /// Id of the token whose place it takes [default: the only one there is]
        id: Option<String>,
        /// How long the one before still works
        #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "1h")]
        overlap: std::time::Duration,
        /// How long it works, 90d at most
        #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "30d")]
        expires: std::time::Duration,
    },
    /// End a token; it stops working at its next request
    Revoke {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::robots))]
        robot: String,
        /// Its id, or its name where no other has it
        token: String,
    },
}

/// `kore token`.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// List your tokens that work
    List,
    /// Make a token; it is shown only now
    Create {
        /// What you call it
        name: String,
        /// What it is good for
        #[command(flatten)]
        token: TokenArgs,
    },
    /// End a token; it stops working at its next request
    Revoke {
        /// Its id, or its name where no other has it
        token: String,
    },
}

/// What a token is good for.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// How long it works, 90d at most
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "30d")]
    pub expires: std::time::Duration,
    /// Only for this, as cluster.read (see kore role permissions) [default: all that its owner may]
    #[arg(long = "permission", value_name = "PERMISSION", value_delimiter = ',')]
    pub permissions: Vec<String>,
    /// Only in this team [default: in all]
    #[arg(long = "in", value_name = "TEAM", value_delimiter = ',')]
    pub teams: Vec<String>,
}

/// `kore issuer`.
#[derive(Debug, Subcommand)]
pub enum IssuerCommand {
    /// List the issuers that robots may trust, besides GitHub's and GitLab's own
    List(ListArgs),
    /// Show an issuer
    Show {
        /// Its name
        name: String,
    },
    /// Let robots of every team trust an issuer
    Create {
        /// What it is called here
        name: String,
        /// Its address, as its tokens say it (iss)
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// What its tokens are like
        #[arg(long, value_enum, default_value = "other")]
        profile: Profile,
        /// File with its public keys (JWK set), for one that cannot be reached
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
        /// PEM file of the CA to trust for its certificate
        #[arg(long, value_name = "FILE")]
        certificate_authority: Option<PathBuf>,
        /// Address range that is not public and may be asked, as 10.1.0.0/16
        #[arg(long = "network", value_name = "CIDR")]
        networks: Vec<String>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Let no robot trust an issuer any more
    Delete {
        /// Its name
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// What an issuer's tokens are like: which claims rules must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// GitHub Enterprise Server
    Github,
    /// GitLab of your own
    Gitlab,
    /// A Kubernetes cluster
    Kubernetes,
    /// Anything else
    Other,
}
