//! AccountRule: which teams get which accounts.

use std::fmt;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CloudAccountSpec;
use crate::{
    allocation::Allocation,
    names::{AccountName, OrganizationName, TeamName},
};

/// Which accounts some teams get in an organisation. For a team and a stage one rule holds, or none: of those that are for
/// both, the one with the highest priority, and of several such the first by name.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "kore.internal",
    version = "v1alpha1",
    kind = "AccountRule",
    status = "AccountRuleStatus",
    derive = "PartialEq",
    shortname = "krule",
    printcolumn = r#"{"name":"Organization","type":"string","jsonPath":".spec.organization"}"#,
    printcolumn = r#"{"name":"Accounts","type":"string","jsonPath":".spec.accounts.mode"}"#,
    printcolumn = r#"{"name":"Priority","type":"integer","jsonPath":".spec.priority"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountRuleSpec {
    /// The organisation that the accounts are in; immutable.
    #[schemars(extend("x-kubernetes-validations" = [
        {"rule": "self == oldSelf", "message": "organization is immutable"}
    ]))]
    pub organization: OrganizationName,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which teams.
    #[serde(default)]
    pub teams: Allocation,
    /// Clusters of which stages, as `production`; of every stage when it names none. Plans say the stage of their clusters
    /// by a parameter `stage`, where they have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub stages: Vec<String>,
    /// How many accounts there are for them.
    #[serde(default)]
    pub accounts: RuleAccounts,
    /// Name of the unit, below Kore's own, that the accounts are in; in Kore's own when not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organizational_unit: Option<String>,
    /// What nobody in the accounts can do. All of it holds unless it is turned off by name.
    #[serde(default)]
    pub guardrails: AccountGuardrails,
    /// What each account may cost a month before somebody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_budget: Option<MonthlyBudget>,
    /// Of several rules that are for a team, the one with the highest holds.
    #[serde(default)]
    #[schemars(range(min = -1000, max = 1000))]
    pub priority: i32,
}

/// How many accounts a rule has for its teams.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleAccounts {
    /// One for each of what.
    #[serde(default)]
    pub mode: AccountMode,
    /// The account that there is already, of the mode `existing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// One account for each of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AccountMode {
    /// For each team and stage.
    #[default]
    PerTeamAndStage,
    /// For each team.
    PerTeam,
    /// One that is there already, for all of them.
    Existing,
}

/// What nobody in an account can do, whatever rights they have there (service control policies).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AccountGuardrails {
    /// Use other regions than the organisation's.
    pub regions: bool,
    /// Take the account out of the organisation.
    pub leave_organization: bool,
    /// Turn off what records who did what, and what looks for attacks.
    pub audit_trail: bool,
    /// Change the roles that Kore takes.
    pub kore_roles: bool,
    /// Act as the account's root user.
    pub root_user: bool,
    /// Act as the role that AWS makes in a new account for whoever has the management account
    /// (`OrganizationAccountAccessRole`): it may do everything there.
    pub bootstrap_role: bool,
}

/// All of them.
impl Default for AccountGuardrails {
    fn default() -> Self {
        Self {
            regions: true,
            leave_organization: true,
            audit_trail: true,
            kore_roles: true,
            root_user: true,
            bootstrap_role: true,
        }
    }
}

/// As `all`, or `all but regions, rootUser`.
impl fmt::Display for AccountGuardrails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let off: Vec<_> = self.named().into_iter().filter(|(_, holds)| !holds).map(|(name, _)| name).collect();
        if off.is_empty() { f.write_str("all") } else { write!(f, "all but {}", off.join(", ")) }
    }
}

impl AccountGuardrails {
    /// Each by its name, and whether it holds.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, bool); 6] {
        [
            ("regions", self.regions),
            ("leaveOrganization", self.leave_organization),
            ("auditTrail", self.audit_trail),
            ("koreRoles", self.kore_roles),
            ("rootUser", self.root_user),
            ("bootstrapRole", self.bootstrap_role),
        ]
    }

    /// What both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            regions: self.regions && other.regions,
            leave_organization: self.leave_organization && other.leave_organization,
            audit_trail: self.audit_trail && other.audit_trail,
            kore_roles: self.kore_roles && other.kore_roles,
            root_user: self.root_user && other.root_user,
            bootstrap_role: self.bootstrap_role && other.bootstrap_role,
        }
    }
}

/// What an account may cost a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MonthlyBudget {
    /// So much, in whole units of the currency.
    #[schemars(range(min = 1))]
    pub amount: u32,
    /// Of this currency (ISO 4217), as `USD`.
    pub currency: String,
}

/// What is known about a rule: nothing yet that its spec does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountRuleStatus {}

/// Which rule holds for a team and a stage, and why not the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountRuleAnswer {
    /// The team that was asked about.
    pub team: TeamName,
    /// The stage that was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The rule that holds; none when no rule is for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The account that it gives them; none where it names one that is there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPlan>,
    /// Every rule, in the order in which they are looked at.
    pub verdicts: Vec<RuleVerdict>,
}

/// An account that a rule gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountPlan {
    /// Name of its CloudAccount.
    pub name: AccountName,
    /// Whether there is one of that name.
    pub exists: bool,
    /// What it says, or is to say.
    pub spec: CloudAccountSpec,
}

/// What became of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleVerdict {
    /// The rule.
    pub rule: String,
    /// Its organisation.
    pub organization: OrganizationName,
    /// Its priority.
    pub priority: i32,
    /// What became of it.
    pub result: RuleResult,
    /// Why, for people.
    pub why: String,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RuleResult {
    /// It holds.
    Applies,
    /// It is not for the team.
    NotForTeam,
    /// It is not for the stage.
    NotForStage,
    /// Another one comes before it.
    Outranked,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guardrails_that_do_not_hold_are_named() {
        let all = AccountGuardrails::default();
        let some = AccountGuardrails { regions: false, root_user: false, ..all };
        assert_eq!([all.to_string(), some.to_string()], ["all", "all but regions, rootUser"]);
    }
}
