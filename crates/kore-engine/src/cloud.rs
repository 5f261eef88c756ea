//! What a cloud is: where accounts and clusters of teams are made, by rights that somebody grants there.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::{
    cloud::{
        AccountGuardrails, Cloud, CloudAccountSpec, CloudOrganization, CloudOrganizationSpec, CloudPermissions,
        PurposeCheck, Spent,
    },
    preview::CostEstimate,
};
use serde_json::Value;

use crate::{component::Components, error::StepError};

/// Everything a cloud needs to know about one organisation in it.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationRequest {
    /// Its name.
    pub name: String,
    /// Uid of the CloudOrganization object.
    pub uid: String,
    /// What is said of it, validated.
    pub spec: CloudOrganizationSpec,
}

impl From<&CloudOrganization> for OrganizationRequest {
    fn from(object: &CloudOrganization) -> Self {
        let of = object.metadata.clone();
        Self { name: of.name.unwrap_or_default(), uid: of.uid.unwrap_or_default(), spec: object.spec.clone() }
    }
}

/// What Kore keeps in an organisation, once for all of its accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptRequest {
    /// In which.
    pub organization: OrganizationRequest,
    /// Names of units below Kore's own.
    pub units: Vec<String>,
    /// What no account there may do: what all accounts have in common.
    pub common: AccountGuardrails,
    /// What accounts may not do, each set once: an account is under its own.
    pub guardrails: Vec<AccountGuardrails>,
    /// Whether all of it is to go.
    pub is_going: bool,
}

/// One account, as it is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountRequest {
    /// In which organisation.
    pub organization: OrganizationRequest,
    /// Its name.
    pub name: String,
    /// Uid of the CloudAccount object.
    pub uid: String,
    /// What is said of it, validated.
    pub spec: CloudAccountSpec,
    /// What nobody in it may do, by its rule.
    pub guardrails: AccountGuardrails,
    /// By what the cloud knows it before it has a number, see [`CloudProvider::known_as`]: on record before it is asked for.
    /// Of one that was there before, its number.
    pub known_as: String,
}

/// One cloud, as this installation reaches it. Holds no state of its own.
#[async_trait]
pub trait CloudProvider: Send + Sync {
    /// Which.
    fn cloud(&self) -> Cloud;

    /// What Kore needs to be allowed there, filled in for this installation. Asks nobody.
    fn permissions(&self) -> CloudPermissions;

    /// Looks by name whether Kore is allowed what it needs in an organisation: one answer for each purpose and account
    /// that there is to look at, what could not be looked at among them as `NotChecked`. A role that cannot be taken is an
    /// answer and no error. Changes nothing; comes to its end by itself within a minute.
    ///
    /// # Errors
    /// When nothing at all can be said: the cloud does not answer (`Retry`), or knows nothing of the organisation.
    async fn check(&self, request: &OrganizationRequest) -> Result<Vec<PurposeCheck>, StepError>;

    /// The components of what Kore keeps in an organisation. Each has a key of the ledger.
    ///
    /// # Errors
    /// When nothing is said of where the organisation is.
    fn kept(&self, request: &KeptRequest) -> Result<Components, StepError>;

    /// Components for keys of the ledger that none of [`CloudProvider::kept`] claims: units that no rule names any more. Guardrails that
    /// no rule has any more stay until all of it goes: accounts that were let go may still be under them.
    ///
    /// # Errors
    /// As [`CloudProvider::kept`].
    fn kept_leftovers(&self, request: &KeptRequest, keys: &[String]) -> Result<Components, StepError>;

    /// What a cluster of these parameters costs there, by the cloud's price list.
    ///
    /// # Errors
    /// When the list cannot be read, or the parameters are none.
    async fn estimate(&self, organization: &OrganizationRequest, parameters: &Value)
    -> Result<CostEstimate, StepError>;

    /// What the accounts of an organisation have cost in this month so far, by the cloud's bill. `now` says which month it is.
    ///
    /// # Errors
    /// When the bill cannot be read.
    async fn spent(&self, organization: &OrganizationRequest, now: Timestamp) -> Result<Spent, StepError>;

    /// By what the cloud is to know an account of this name and uid.
    ///
    /// # Errors
    /// As [`CloudProvider::kept`].
    fn known_as(&self, organization: &OrganizationRequest, name: &str, uid: &str) -> Result<String, StepError>;

    /// The components of an account. What is to go with the object has a key of the ledger.
    ///
    /// # Errors
    /// As [`CloudProvider::kept`].
    fn account(&self, request: &AccountRequest) -> Result<Components, StepError>;

    /// An account's number, once it has one.
    ///
    /// # Errors
    /// When the cloud cannot be asked, or what has the name is somebody else's.
    async fn account_number(&self, request: &AccountRequest) -> Result<Option<String>, StepError>;
}

/// The clouds of an installation.
pub type Clouds = HashMap<Cloud, Arc<dyn CloudProvider>>;
