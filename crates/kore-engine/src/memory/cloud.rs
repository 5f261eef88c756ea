//! A cloud that answers what the test says.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kore_api::cloud::{Cloud, CloudIdentity, CloudPermissions, PurposeCheck};

use super::lock;
use crate::{
    cloud::{CloudProvider, OrganizationRequest},
    error::StepError,
};

type Answer = dyn Fn(&OrganizationRequest) -> Result<Vec<PurposeCheck>, StepError> + Send + Sync;

/// A cloud in memory.
#[derive(Clone)]
pub struct MemoryCloud {
    answer: Arc<Mutex<Arc<Answer>>>,
    asked: Arc<Mutex<Vec<OrganizationRequest>>>,
}

impl Default for MemoryCloud {
    fn default() -> Self {
        Self { answer: Arc::new(Mutex::new(Arc::new(|_| Ok(Vec::new())))), asked: Arc::default() }
    }
}

impl MemoryCloud {
    /// From now on checks are answered so.
    pub fn answers(
        &self,
        answer: impl Fn(&OrganizationRequest) -> Result<Vec<PurposeCheck>, StepError> + Send + Sync + 'static,
    ) {
        *lock(&self.answer) = Arc::new(answer);
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<OrganizationRequest> {
        lock(&self.asked).clone()
    }
}

#[async_trait]
impl CloudProvider for MemoryCloud {
    fn cloud(&self) -> Cloud {
        Cloud::Aws
    }

    fn permissions(&self) -> CloudPermissions {
        let identity = CloudIdentity {
            issuer: "https://kore.example.org".to_owned(),
            subject: "kore".to_owned(),
            audience: "memory".to_owned(),
        };
        CloudPermissions {
            cloud: Cloud::Aws,
            identity,
            purposes: Vec::new(),
            boundary: None,
            templates: Vec::new(),
            warnings: Vec::new(),
        }
    }

    async fn check(&self, request: &OrganizationRequest) -> Result<Vec<PurposeCheck>, StepError> {
        lock(&self.asked).push(request.clone());
        let answer = Arc::clone(&lock(&self.answer));
        answer(request)
    }
}
