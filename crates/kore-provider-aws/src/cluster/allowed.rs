//! Whether Kore may do in the account what it needs, before anything of a cluster is made.

use std::sync::Arc;

use async_trait::async_trait;
use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};

use super::{site::Site, stack};
use crate::{
    beforehand::Question,
    check::Finding,
    permissions::{Place, Purpose},
};

/// What is missing, or could not be looked at.
pub(super) struct Allowed(pub(super) Arc<Site>);

#[async_trait]
impl Question for Allowed {
    async fn is_open(&self) -> Result<bool, StepError> {
        Ok(stack::find(&self.0).await?.is_none())
    }

    async fn lacks(&self) -> Result<Vec<String>, StepError> {
        let mut lacks = Vec::new();
        let domain = self.0.domain.as_ref();
        let needed = |purpose: &Purpose| match purpose {
            Purpose::Zone | Purpose::ParentZone => domain.is_some(),
            other => other.place() == Place::Account,
        };
        for purpose in Purpose::ALL.into_iter().filter(needed) {
            let role = purpose.role();
            let found = match (purpose, domain) {
                (Purpose::ParentZone, Some(domain)) => self.0.check_parent(domain).await,
                _ => self.0.check(purpose).await,
            };
            lacks.extend(match found.map_err(|refusal| refusal.step(format!("ask what the role {role} may do")))? {
                Finding::Verified => None,
                Finding::Missing(actions) => Some(format!("{role} lacks {}", actions.join(", "))),
                Finding::Unreachable(why) => Some(format!("{role} cannot be taken: {why}")),
                Finding::Unknown(why) => Some(format!("nobody could ask what {role} may do: {why}")),
            });
        }
        Ok(lacks)
    }

    fn refused(&self, lacks: &str) -> StepError {
        let what = format!("in account {}: {lacks}", self.0.names.account);
        StepError::new(Code::CloudPermissionsMissing, Class::AccessLost, what)
    }
}
