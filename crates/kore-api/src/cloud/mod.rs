//! Clouds: which there are, organisations in them, what Kore may do there, and which teams get which accounts.

mod account;
mod organization;
mod permissions;
mod rule;

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{
    account::{AccountSpent, CloudAccount, CloudAccountSpec, CloudAccountStatus, WITHIN_BUDGET},
    organization::{
        AwsOrganization, AwsPartition, COST_READ, CloudOrganization, CloudOrganizationSpec, CloudOrganizationStatus,
        KEPT, ParentZone, PurposeCheck, PurposeResult, REASON_ACCESS_LOST, REASON_CHECK_FAILED, REASON_NOT_CHECKED,
        REASON_PERMISSIONS_MISSING, Spent,
    },
    permissions::{
        CloudBoundary, CloudIdentity, CloudPermissions, CloudPlace, CloudTemplate, PurposePermissions,
        TemplateParameter,
    },
    rule::{
        AccountGuardrails, AccountMode, AccountPlan, AccountRule, AccountRuleAnswer, AccountRuleSpec,
        AccountRuleStatus, MonthlyBudget, RuleAccounts, RuleResult, RuleVerdict,
    },
};

/// A cloud that accounts and clusters are made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Cloud {
    /// Amazon Web Services.
    Aws,
}

/// A word that names no cloud.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no cloud {0:?}; there is aws")]
pub struct UnknownCloud(String);

impl Cloud {
    /// As it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
        }
    }
}

impl FromStr for Cloud {
    type Err = UnknownCloud;
    fn from_str(text: &str) -> Result<Self, UnknownCloud> {
        match text {
            "aws" => Ok(Self::Aws),
            other => Err(UnknownCloud(other.to_owned())),
        }
    }
}
