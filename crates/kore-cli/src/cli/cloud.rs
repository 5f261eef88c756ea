//! Grammar of clouds.

use clap::{Args, Subcommand, ValueEnum};

/// A cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CloudName {
    /// Amazon Web Services.
    Aws,
}

/// Where a role lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlaceName {
    /// In the account that manages the organisation
    Management,
    /// In each account with clusters
    Account,
}

/// Which part of the permissions is printed.
#[derive(Debug, Args)]
pub struct CloudPermissionsArgs {
    /// The cloud
    pub cloud: CloudName,
    /// Only what Kore needs for this purpose, with its policy and who may take its role
    #[arg(long, value_name = "PURPOSE", conflicts_with = "template")]
    pub purpose: Option<String>,
    /// Only the template that makes the roles of this place
    #[arg(long, value_name = "PLACE")]
    pub template: Option<PlaceName>,
}

/// `kore cloud`.
#[derive(Debug, Subcommand)]
pub enum CloudCommand {
    /// What Kore needs to be allowed in a cloud, to be handed to whoever looks after it
    #[command(after_help = "kore cloud permissions aws\n\
                            kore cloud permissions aws --purpose organization\n\
                            kore cloud permissions aws --template management > kore-management.json")]
    Permissions(CloudPermissionsArgs),
}
