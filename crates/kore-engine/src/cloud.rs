//! What a cloud is: where accounts and clusters of teams are made, by rights that somebody grants there.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use kore_api::cloud::{Cloud, CloudOrganizationSpec, CloudPermissions, PurposeCheck};

use crate::error::StepError;

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
}

/// The clouds of an installation.
pub type Clouds = HashMap<Cloud, Arc<dyn CloudProvider>>;
