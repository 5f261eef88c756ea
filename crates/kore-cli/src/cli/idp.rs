//! Grammar of identity providers.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::{ListArgs, WriteArgs};
use crate::complete;

/// A provider's configuration as flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "The provider")]
pub struct ProviderArgs {
    /// Its address, to the letter as it spells it itself
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// Its name for this installation
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Read the client secret from standard input; it is never an argument
    #[arg(long)]
    pub client_secret_stdin: bool,
    /// What its button says
    #[arg(long, value_name = "TEXT")]
    pub display_name: Option<String>,
    /// What to ask for besides openid [default: profile, email]
    #[arg(long = "scope", value_name = "SCOPE")]
    pub scopes: Vec<String>,
    /// Claim that login names are made from [default: preferred_username]
    #[arg(long, value_name = "CLAIM")]
    pub username_claim: Option<String>,
    /// Claim with the groups; dots lead inwards [default: groups]
    #[arg(long, value_name = "CLAIM")]
    pub groups_claim: Option<String>,
    /// Admit verified e-mail addresses of this domain only
    #[arg(long = "allow-domain", value_name = "DOMAIN")]
    pub allow_domains: Vec<String>,
    /// Admit members of this group only
    #[arg(long = "allow-group", value_name = "GROUP")]
    pub allow_groups: Vec<String>,
    /// What a group is worth: GROUP=admin, GROUP=auditor, or GROUP=TEAM:ROLE
    #[arg(long = "map", value_name = "GROUP=WORTH")]
    pub maps: Vec<String>,
    /// JSON Web Key Set to believe, instead of asking the provider for its keys
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// PEM file of the CA of a provider that is not on the Internet
    #[arg(long, value_name = "FILE")]
    pub certificate_authority: Option<PathBuf>,
    /// Addresses of it that are not public, as 10.1.0.0/16
    #[arg(long = "allow-address", value_name = "RANGE")]
    pub allow_addresses: Vec<String>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// People may.
    On,
    /// Nobody may.
    Off,
}

/// `kore idp`.
#[derive(Debug, Subcommand)]
pub enum IdpCommand {
    /// List identity providers
    List(ListArgs),
    /// Show a provider, and the addresses to register there
    Show {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::providers))]
        name: String,
    },
    /// Connect a provider
    Create {
        /// Its name, which is part of the address to register there
        name: String,
        /// The provider
        #[command(flatten)]
        provider: Box<ProviderArgs>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a provider; without flags in your editor. Lists that are given replace those that were
    Edit {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::providers))]
        name: String,
        /// Switch it on or off
        #[arg(long, value_name = "BOOL")]
        enabled: Option<bool>,
        /// The provider
        #[command(flatten)]
        provider: Box<ProviderArgs>,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Sign in at a provider, saved or not, and see the claims and what they would come to; nothing is stored
    Preview {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::providers))]
        name: String,
        /// File with the configuration to try
        #[arg(short, long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// What differs from the saved configuration, or the whole of it
        #[command(flatten)]
        provider: Box<ProviderArgs>,
        /// Print the address instead of opening a browser
        #[arg(long)]
        no_browser: bool,
        /// Print the address and return, without waiting for a sign-in
        #[arg(long)]
        no_wait: bool,
    },
    /// Remove a provider: its people stay, and can come by it no more
    Delete {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::providers))]
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Whether people may sign in with a password of Kore's own
    Passwords {
        /// On or off [default: show]
        #[arg(value_enum)]
        switch: Option<Switch>,
    },
}
