//! What became of a change that EKS was asked for. It changes things by and by, and what it gives up is as it was before: why,
//! only the update says (EKS API reference, `DescribeUpdate`). Which one was asked for is kept in memory alone; after a restart
//! it is asked for once more, and fails once more.

use aws_sdk_eks::types::{Update, UpdateStatus};
use kore_engine::error::StepError;

use super::{health, site::Site};
use crate::{error::if_there, permissions::Purpose};

/// Of what an update is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Cluster,
    Pool(String),
    Addon(String),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cluster => f.write_str("the cluster"),
            Self::Pool(name) => write!(f, "the pool {name}"),
            Self::Addon(name) => write!(f, "the add-on {name}"),
        }
    }
}

impl Site {
    /// Notes that EKS took a change on.
    pub(super) fn asked(&self, target: Target, update: Option<&Update>) {
        if let Some(id) = update.and_then(Update::id) {
            self.view.asked(target, id.to_owned());
        }
    }

    /// Looks, before a change is asked for, what became of the last.
    ///
    /// # Errors
    /// What EKS says why it gave that up; once, so that it is asked for anew afterwards.
    pub(super) async fn not_given_up(&self, target: &Target) -> Result<(), StepError> {
        let Some(id) = self.view.update(target) else { return Ok(()) };
        let session = self.within(Purpose::Cluster);
        let read = async {
            let request = session.eks().await?.describe_update().name(&self.names.cluster).update_id(&id);
            let request = match target {
                Target::Cluster => request,
                Target::Pool(name) => request.nodegroup_name(name),
                Target::Addon(name) => request.addon_name(name),
            };
            if_there(session.answer(request.send().await))
        };
        let found = read.await.map_err(|refusal| refusal.step(format!("look what became of a change of {target}")))?;
        let Some(update) = found.and_then(|found| found.update) else {
            self.view.ended(target);
            return Ok(());
        };
        if update.status() == Some(&UpdateStatus::InProgress) {
            return Ok(());
        }
        self.view.ended(target);
        let errors = update.errors();
        if update.status() != Some(&UpdateStatus::Failed) && errors.is_empty() {
            return Ok(());
        }
        let kind = update.r#type().map_or("change", |kind| kind.as_str());
        let issues = errors.iter().map(|error| (error.error_code().map(|code| code.as_str()), error.error_message()));
        Err(health::failure(format!("EKS could not change {target} ({kind})"), issues))
    }
}
