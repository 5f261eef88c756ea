//! Grammar of clouds.

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;
use kore_api::cloud::{Cloud, ParentZone};

use super::{ListArgs, WriteArgs, duration};
use crate::complete;

/// A cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CloudName {
    /// Amazon Web Services.
    Aws,
}

impl CloudName {
    /// The cloud itself.
    #[must_use]
    pub const fn cloud(self) -> Cloud {
        match self {
            Self::Aws => Cloud::Aws,
        }
    }
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

/// What is said of an organisation of AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct AwsArgs {
    /// Account that manages the organisation, 12 digits
    #[arg(long, value_name = "ACCOUNT")]
    pub management_account: Option<String>,
    /// Region that Kore's own things are in, as eu-central-1
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Regions that clusters may be made in [default: the one of --region]
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub regions: Vec<String>,
    /// Unit (ou-…) or root (r-…) that Kore makes its own unit under
    #[arg(long, value_name = "UNIT")]
    pub organizational_unit: Option<String>,
    /// Address of each account's root user, as 'aws+{account}@example.org'
    #[arg(long, value_name = "PATTERN")]
    pub account_email: Option<String>,
    /// Hosted zone of the management account that the zones of clusters are delegated from, as
    /// Z0123456789ABCDEFGHIJ:apps.example.org
    #[arg(long, value_name = "ID:DOMAIN", value_parser = parent_zone)]
    pub parent_zone: Option<ParentZone>,
    /// Part of AWS
    #[arg(long, value_name = "PARTITION", value_parser = ["aws", "aws-cn", "aws-us-gov"])]
    pub partition: Option<String>,
}

fn parent_zone(text: &str) -> Result<ParentZone, String> {
    let (id, domain) = text.split_once(':').ok_or("write it as Z0123456789ABCDEFGHIJ:apps.example.org")?;
    Ok(ParentZone { id: id.to_owned(), domain: domain.to_owned() })
}

/// Which organisation is connected.
#[derive(Debug, Subcommand)]
pub enum CloudAddCommand {
    /// Connect an organisation of AWS; without a name, what to hand to whoever looks after it first
    #[command(after_help = "kore cloud add aws\n\
                            kore cloud add aws acme --management-account 123456789012 --region eu-central-1 \\\n  \
                            --organizational-unit ou-ab12-cdefgh34 --account-email 'aws+{account}@example.org'")]
    Aws {
        /// How it is to be called here
        name: Option<String>,
        /// Where it is
        #[command(flatten)]
        aws: AwsArgs,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// `kore cloud`.
#[derive(Debug, Subcommand)]
pub enum CloudCommand {
    /// What Kore needs to be allowed in a cloud, to be handed to whoever looks after it
    #[command(after_help = "kore cloud permissions aws\n\
                            kore cloud permissions aws --purpose organization\n\
                            kore cloud permissions aws --template management > kore-management.json")]
    Permissions(CloudPermissionsArgs),
    /// Connect an organisation
    #[command(subcommand)]
    Add(CloudAddCommand),
    /// List the organisations that are connected
    List(ListArgs),
    /// Show an organisation, and what its last check found
    #[command(visible_aliases = ["get", "describe"])]
    Show {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::clouds))]
        name: String,
    },
    /// Look now whether Kore is allowed what it needs there (exit 1: it is not)
    Check {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::clouds))]
        name: String,
        /// Stop waiting after this long; the check goes on (exit 8)
        #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "2m")]
        timeout: std::time::Duration,
    },
    /// Change an organisation; without flags in your editor
    Edit {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::clouds))]
        name: String,
        /// What changes
        #[command(flatten)]
        aws: AwsArgs,
        /// Do nothing there for now
        #[arg(long, conflicts_with = "resume")]
        pause: bool,
        /// Go on there
        #[arg(long)]
        resume: bool,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Forget an organisation that nothing uses; the unit, guardrails and roles that Kore made there go
    Delete {
        /// Its name
        #[arg(add = ArgValueCompleter::new(complete::clouds))]
        name: String,
        /// Write flags
        #[command(flatten)]
        write: WriteArgs,
    },
}
