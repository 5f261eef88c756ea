//! CloudOrganization: an organisation in a cloud that Kore makes accounts in.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Cloud;
use crate::condition::Condition;

/// An organisation in a cloud that Kore makes accounts of teams in. Nothing in it is secret: Kore shows
/// the cloud tokens of its own issuer.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "CloudOrganization",
    status = "CloudOrganizationStatus",
    derive = "PartialEq",
    shortname = "kcloud",
    printcolumn = r#"{"name":"Provider","type":"string","jsonPath":".spec.provider"}"#,
    printcolumn = r#"{"name":"Account","type":"string","jsonPath":".spec.aws.managementAccount"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Checked","type":"date","jsonPath":".status.checkedAt"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-kubernetes-validations" = [
    {"rule": "self.provider != 'aws' || has(self.aws)", "message": "an organisation of aws says where it is: aws"}
]))]
pub struct CloudOrganizationSpec {
    /// In which cloud; immutable.
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "provider is immutable"}]))]
    pub provider: Cloud,
    /// Where it is, in AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws: Option<AwsOrganization>,
    /// Nothing is done there while this is set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
}

/// An organisation of AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsOrganization {
    /// Which part of AWS it is in; immutable.
    #[serde(default)]
    #[schemars(extend("x-kubernetes-validations" = [{"rule": "self == oldSelf", "message": "partition is immutable"}]))]
    pub partition: AwsPartition,
    /// Number of the account that manages it, 12 digits; immutable.
    #[schemars(extend("x-kubernetes-validations" = [
        {"rule": "self == oldSelf", "message": "managementAccount is immutable"}
    ]))]
    pub management_account: String,
    /// The region that Kore's own things are in, as `eu-central-1`.
    pub home_region: String,
    /// Regions that clusters may be made in.
    #[schemars(length(min = 1, max = 40))]
    pub regions: Vec<String>,
    /// The unit (`ou-…`), or the root (`r-…`), that Kore makes its own unit under.
    pub organizational_unit: String,
    /// Address of each account's root user, as `aws+{account}@example.org`; every account has one of its own.
    pub account_email: String,
    /// The zone of the management account that the zones of clusters are delegated from. Without it clusters have no zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_zone: Option<ParentZone>,
}

/// A hosted zone that others are delegated from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParentZone {
    /// Its id, as `Z0123456789ABCDEFGHIJ`.
    pub id: String,
    /// Its name, as `apps.example.org`: a cluster's zone is `CLUSTER.TEAM.apps.example.org`.
    pub domain: String,
}

/// A part of AWS that knows nothing of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum AwsPartition {
    /// The regions that everybody uses.
    #[default]
    #[serde(rename = "aws")]
    Aws,
    /// China.
    #[serde(rename = "aws-cn")]
    China,
    /// The government of the United States.
    #[serde(rename = "aws-us-gov")]
    UsGov,
}

impl AwsPartition {
    /// As ARNs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::UsGov => "aws-us-gov",
        }
    }

    /// How the names of its services end (AWS General Reference, "AWS service endpoints").
    #[must_use]
    pub const fn domain(self) -> &'static str {
        match self {
            Self::Aws | Self::UsGov => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
        }
    }

    /// The one region that Organizations answers in (AWS General Reference, "AWS Organizations endpoints and quotas").
    #[must_use]
    pub const fn organizations(self) -> &'static str {
        match self {
            Self::Aws => "us-east-1",
            Self::China => "cn-northwest-1",
            Self::UsGov => "us-gov-west-1",
        }
    }

    /// The partition of a region, by its name (AWS General Reference, "Regions and zones").
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        if region.starts_with("cn-") {
            Self::China
        } else if region.starts_with("us-gov-") {
            Self::UsGov
        } else {
            Self::Aws
        }
    }
}

/// What came of looking whether Kore is allowed what it needs for one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum PurposeResult {
    /// The role can be taken, and allows all that is needed.
    Verified,
    /// The role can be taken, and does not allow all.
    Missing,
    /// The role cannot be taken.
    Unreachable,
    /// Nobody looked.
    NotChecked,
}

/// What is known about one purpose in one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurposeCheck {
    /// Which, as `organization`.
    pub purpose: String,
    /// Its role.
    pub role: String,
    /// In which account.
    pub account: String,
    /// What came of it.
    pub result: PurposeResult,
    /// Actions that the role does not allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What the cloud said, or why nobody looked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// What is known about an organisation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloudOrganizationStatus {
    /// Generation of the spec that was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Ready: whether Kore is allowed what it needs. Kept: whether what Kore keeps there is as it should be; not there before
    /// a rule or an account needs it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// The last check, purpose by purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<PurposeCheck>,
    /// When it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub checked_at: Option<Timestamp>,
    /// The request that it answered, where somebody asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_for: Option<String>,
    /// The operation on what Kore keeps there that is under way, or was the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Generation of the spec that what Kore keeps there was brought to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_generation: Option<i64>,
    /// What its accounts have cost this month, by the cloud's own bill; read daily once there are accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<Spent>,
}

/// What accounts have cost in a month so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Spent {
    /// The month, as `2026-11`.
    pub month: String,
    /// When it was read.
    #[schemars(with = "String")]
    pub read_at: Timestamp,
    /// Of which money (ISO 4217), as `USD`.
    pub currency: String,
    /// How much, as `123.45`, by the number of the account. Those that have cost nothing are not in it.
    pub accounts: BTreeMap<String, String>,
}

/// Condition: what accounts have cost could be read.
pub const COST_READ: &str = "CostRead";
/// Condition: what Kore keeps in the organisation (a unit, guardrails, the roles of its accounts) is as it should be.
pub const KEPT: &str = "Kept";

/// `Ready=False`: a role that Kore takes there cannot be taken.
pub const REASON_ACCESS_LOST: &str = "AccessLost";
/// `Ready=False`: a role does not allow all that Kore needs.
pub const REASON_PERMISSIONS_MISSING: &str = "PermissionsMissing";
/// `Ready=Unknown`: nobody could look whether Kore is allowed what it needs.
pub const REASON_NOT_CHECKED: &str = "NotChecked";
/// `Ready=Unknown`: looking failed, and is tried again.
pub const REASON_CHECK_FAILED: &str = "CheckFailed";
