//! Whether what the cluster will be called is free, before anything of it is made: what somebody else has is neither taken over
//! nor changed.

use std::sync::Arc;

use async_trait::async_trait;
use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};

use super::{delegation::Delegation, site::Site, stack};
use crate::beforehand::Question;

/// Whose the names are.
pub(super) struct Free(pub(super) Arc<Site>);

/// What somebody else has, in a sentence.
fn taken<T>(found: Result<T, StepError>) -> Result<Option<String>, StepError> {
    match found {
        Err(error) if error.class == Class::Conflict => Ok(Some(error.to_string())),
        other => other.map(|_| None),
    }
}

#[async_trait]
impl Question for Free {
    async fn is_open(&self) -> Result<bool, StepError> {
        match stack::find(&self.0).await {
            Err(error) if error.class == Class::Conflict => Ok(true),
            found => Ok(found?.is_none()),
        }
    }

    async fn lacks(&self) -> Result<Vec<String>, StepError> {
        let mut lacks = Vec::new();
        lacks.extend(taken(stack::find(&self.0).await)?);
        lacks.extend(taken(self.0.cluster().await)?);
        if let Some(domain) = &self.0.domain {
            let delegation = Delegation { site: Arc::clone(&self.0), domain: domain.clone() };
            lacks.extend(taken(delegation.is_ours().await)?);
        }
        Ok(lacks)
    }

    fn refused(&self, lacks: &str) -> StepError {
        StepError::new(Code::CloudForeign, Class::Conflict, lacks)
    }
}
