//! Grammar of sign-in, contexts and the ways to a cluster.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::complete;

/// `kore login`.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Address of the server, as https://kore.example.com [default: the context's]
    pub server: Option<String>,
    /// Name of the context to make [default: the server's host]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Print the address instead of opening a browser
    #[arg(long)]
    pub no_browser: bool,
    /// Sign in with a code on another device
    #[arg(long, conflicts_with = "no_browser")]
    pub device: bool,
    /// Read a token from standard input
    #[arg(long, conflicts_with_all = ["no_browser", "device"])]
    pub with_token: bool,
    /// PEM file of a CA to trust
    #[arg(long, value_name = "FILE")]
    pub certificate_authority: Option<PathBuf>,
}

/// `kore logout`.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// End all of your sessions, on every machine
    #[arg(long)]
    pub all: bool,
}

/// `kore auth`.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Whether there is a session, where it is kept, when it expires
    Status,
    /// Print an access token, for one call by another program
    Token,
    /// Credential for kubectl (exec plugin)
    KubeCredential {
        /// The cluster, as team/name
        #[arg(long, add = ArgValueCompleter::new(complete::clusters))]
        cluster: String,
    },
}

/// `kore session`.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// List the sign-ins that hold
    List {
        /// Somebody else's, for administrators
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
    /// End a sign-in; what hangs on it ends at its next request, open streams at once
    #[command(group(ArgGroup::new("which").required(true)))]
    Revoke {
        /// Its id, from kore session list
        #[arg(group = "which", conflicts_with = "user")]
        id: Option<String>,
        /// All of yours but this one (this one too: kore logout --all); with --user all of theirs
        #[arg(long, group = "which")]
        all: bool,
        /// Somebody else's, for administrators
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
}

/// `kore open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// A cluster, as team/name [default: Kore itself]
    #[arg(add = ArgValueCompleter::new(complete::clusters))]
    pub cluster: Option<String>,
    /// What to reach there, as service/web or pod/web-0
    #[arg(requires = "cluster")]
    pub target: Option<String>,
    /// Its namespace
    #[arg(short, long, default_value = "default")]
    pub namespace: String,
    /// Its port [default: the first]
    #[arg(long)]
    pub port: Option<u16>,
    /// Print the address instead of opening a browser
    #[arg(long)]
    pub no_browser: bool,
}

/// `kore context`.
#[derive(Debug, Subcommand)]
pub enum ContextCommand {
    /// List contexts
    List,
    /// Make a context the current one; - for the one before
    Use {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::contexts))]
        name: String,
    },
    /// Show a context and where each value came from
    Show {
        /// Its name [default: the current one]
        #[arg(add = ArgValueCompleter::new(complete::contexts))]
        name: Option<String>,
    },
    /// Add a context
    Add {
        /// Its name
        name: String,
        /// Address of the server
        #[arg(long)]
        server: String,
        /// PEM file of a CA to trust
        #[arg(long, value_name = "FILE")]
        certificate_authority: Option<PathBuf>,
        /// Make it the current one
        #[arg(long, name = "use")]
        switch: bool,
    },
    /// Remove a context and its session
    Remove {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::contexts))]
        name: String,
    },
}

/// `kore kubeconfig`.
#[derive(Debug, Subcommand)]
pub enum KubeconfigCommand {
    /// Add entries for a cluster; the current context stays as it is
    Add {
        /// As team/name
        #[arg(required_unless_present = "all", add = ArgValueCompleter::new(complete::clusters))]
        cluster: Option<String>,
        /// Every cluster you see
        #[arg(long, conflicts_with = "cluster")]
        all: bool,
        /// The namespace that kubectl works in there
        #[arg(short, long, value_name = "NAME", conflicts_with = "all")]
        namespace: Option<String>,
        /// Make it kubectl's current context
        #[arg(long = "use")]
        switch: bool,
    },
    /// Remove entries for a cluster, and nothing else
    Remove {
        /// As team/name
        #[arg(required_unless_present = "all", add = ArgValueCompleter::new(complete::clusters))]
        cluster: Option<String>,
        /// Every entry that Kore added
        #[arg(long, conflicts_with = "cluster")]
        all: bool,
    },
    /// List the entries that Kore added
    List,
    /// Print a kubeconfig for a cluster
    Print {
        /// As team/name
        #[arg(add = ArgValueCompleter::new(complete::clusters))]
        cluster: Option<String>,
    },
}

/// `kore exec`.
#[derive(Debug, Args)]
pub struct ExecArgs {
    /// As team/name
    #[arg(add = ArgValueCompleter::new(complete::clusters))]
    pub cluster: String,
    /// The command and its arguments
    #[arg(last = true, required = true)]
    pub command: Vec<std::ffi::OsString>,
}

/// `kore shell`.
#[derive(Debug, Args)]
pub struct ShellArgs {
    /// As team/name
    #[arg(add = ArgValueCompleter::new(complete::clusters))]
    pub cluster: Option<String>,
}
