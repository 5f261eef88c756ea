//! What Kore may do in AWS: one role for each purpose, one table for the policies that are handed out, the template that
//! makes the roles, and the documentation.
//!
//! Sources: AWS Service Authorization Reference for actions, resource types and condition keys; IAM User Guide, "IAM and AWS
//! STS quotas", for sizes.

mod account;
mod document;
mod judged;
mod management;
mod statement;
mod table;
mod template;
mod trusted;
mod zones;

pub use self::{
    document::{AUDIENCE, boundary, policy, trust},
    judged::{Front, UNSEEN, Unseen, front, is_judged, judges},
    statement::{Condition, Statement},
    table::markdown,
    template::{Target, template},
    trusted::{EVALUATOR, Trusted, evaluator_policy},
};

/// What everything of ours in AWS is called, with this before it.
pub const PREFIX: &str = "kore-";
/// Name of the policy that bounds every role that Kore makes.
pub const BOUNDARY: &str = "kore-boundary";
/// Key of the tag that says whose a thing is: `INSTALLATION/OBJECT`.
pub const OWNER_TAG: &str = "kore:owner";
/// Key of the tag that says to which cluster a thing belongs.
pub const CLUSTER_TAG: &str = "kore:cluster";
/// Key of the tag with which EKS says the same of what it makes itself.
pub const AUTO_MODE_TAG: &str = "eks:eks-cluster-name";
/// What the AWS Load Balancer Controller marks everything that it makes for a cluster with (its documentation, "Configuration":
/// resources tags).
pub const BALANCER_TAG: &str = "elbv2.k8s.aws/cluster";

/// Why Kore comes to AWS. Each has a role of its own, so that whoever takes one has none of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Makes accounts, organizational units and their guardrails.
    Organization,
    /// Closes accounts.
    Closing,
    /// Puts the account roles into every new account.
    StackSet,
    /// Reads prices and what was spent.
    Cost,
    /// Delegates zones of clusters from the parent zone.
    ParentZone,
    /// Reads what an account offers and has left.
    Information,
    /// Lays down networks, keys and roles by stacks, and sweeps what clusters leave.
    Network,
    /// What the stacks themselves do; only CloudFormation takes it.
    Stack,
    /// Makes, changes and deletes clusters.
    Cluster,
    /// Stands for Kore's access gateway in clusters, and can do nothing in AWS itself.
    Gateway,
    /// Keeps the zones of clusters.
    Zone,
}

/// Where a role lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The organisation's management account, or a delegated administrator.
    Management,
    /// Each account that clusters are made in.
    Account,
}

impl Purpose {
    /// Every purpose, those of the management account first.
    pub const ALL: [Self; 11] = [
        Self::Organization,
        Self::Closing,
        Self::StackSet,
        Self::Cost,
        Self::ParentZone,
        Self::Information,
        Self::Network,
        Self::Stack,
        Self::Cluster,
        Self::Gateway,
        Self::Zone,
    ];

    /// What it is called, as `parent-zone`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Closing => "closing",
            Self::StackSet => "stack-set",
            Self::Cost => "cost",
            Self::ParentZone => "parent-zone",
            Self::Information => "information",
            Self::Network => "network",
            Self::Stack => "stack",
            Self::Cluster => "cluster",
            Self::Gateway => "gateway",
            Self::Zone => "zone",
        }
    }

    /// Name of its role.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::Organization => "kore-org",
            Self::Closing => "kore-org-close",
            Self::StackSet => "kore-stackset",
            Self::Cost => "kore-cost",
            Self::ParentZone => "kore-parent-dns",
            Self::Information => "kore-info",
            Self::Network => "kore-network",
            Self::Stack => "kore-cfn-exec",
            Self::Cluster => "kore-cluster",
            Self::Gateway => "kore-gateway",
            Self::Zone => "kore-dns",
        }
    }

    /// What it is for, in a sentence.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Organization => "makes accounts, organizational units and their guardrails",
            Self::Closing => "closes accounts that nobody needs any more; apart, so that it can be withheld",
            Self::StackSet => "puts the account roles into every new account",
            Self::Cost => "reads prices and what was spent",
            Self::ParentZone => "delegates the zones of clusters from the parent zone",
            Self::Information => "reads what an account offers and what of its quotas is left",
            Self::Network => "lays down networks, keys and roles by stacks, and sweeps what clusters leave behind",
            Self::Stack => "what the stacks do; CloudFormation takes it, and nobody else can",
            Self::Cluster => "makes, changes, upgrades and deletes clusters",
            Self::Gateway => {
                "lets people into clusters by its access gateway; clusters know the role, and it can do nothing in AWS"
            }
            Self::Zone => "keeps the zones of clusters",
        }
    }

    /// In which account its role lives.
    #[must_use]
    pub const fn place(self) -> Place {
        match self {
            Self::Organization | Self::Closing | Self::StackSet | Self::Cost | Self::ParentZone => Place::Management,
            Self::Information | Self::Network | Self::Stack | Self::Cluster | Self::Gateway | Self::Zone => {
                Place::Account
            }
        }
    }

    /// What its role may do.
    #[must_use]
    pub fn statements(self) -> Vec<Statement> {
        match self {
            Self::Organization => management::organization(),
            Self::Closing => management::closing(),
            Self::StackSet => management::stack_set(),
            Self::Cost => management::cost(),
            Self::ParentZone => zones::parent_zone(),
            Self::Information => account::information(),
            Self::Network => account::network(),
            Self::Stack => account::stack(),
            Self::Cluster => account::cluster(),
            // Who it is is all that it shows, and that needs no permission (STS API reference, `GetCallerIdentity`).
            Self::Gateway => Vec::new(),
            Self::Zone => zones::zone(),
        }
    }
}
