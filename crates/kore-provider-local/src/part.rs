//! A component: what every one has, and the three acts in which they differ.

use std::time::Duration;

use async_trait::async_trait;
use kore_engine::{
    component::{Component, ComponentId, Observed, Progress},
    error::StepError,
};
use kore_localkube::host::network::Found;

/// What a component does; see [`Component`]. What is only looked at needs no other act; what goes with
/// something else needs no removal.
#[async_trait]
pub(crate) trait Act: Send + Sync {
    async fn observe(&self) -> Result<Observed, StepError>;
    async fn apply(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }
    async fn delete(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }
}

/// A component of a local cluster.
pub(crate) struct Part {
    id: String,
    title: String,
    removal: String,
    after: Vec<String>,
    key: Option<String>,
    patience: Duration,
    act: Box<dyn Act>,
}

impl Part {
    pub(crate) fn new(id: impl Into<String>, title: impl Into<String>, act: impl Act + 'static) -> Self {
        let title = title.into();
        Self {
            id: id.into(),
            removal: format!("Undo: {title}"),
            title,
            after: Vec::new(),
            key: None,
            patience: Duration::from_secs(120),
            act: Box::new(act),
        }
    }

    /// Its id, for those that come after it.
    pub(crate) fn name(&self) -> String {
        self.id.clone()
    }

    pub(crate) fn removal(mut self, title: impl Into<String>) -> Self {
        self.removal = title.into();
        self
    }

    pub(crate) fn after<T: Into<String>>(mut self, others: impl IntoIterator<Item = T>) -> Self {
        self.after.extend(others.into_iter().map(Into::into));
        self
    }

    pub(crate) fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    pub(crate) fn boxed(self) -> Box<dyn Component> {
        Box::new(self)
    }
}

#[async_trait]
impl Component for Part {
    fn id(&self) -> ComponentId {
        ComponentId::new(self.id.clone())
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn removal_title(&self) -> String {
        self.removal.clone()
    }

    fn after(&self) -> Vec<ComponentId> {
        self.after.iter().map(|id| ComponentId::new(id.clone())).collect()
    }

    fn external_key(&self) -> Option<String> {
        self.key.clone()
    }

    fn patience(&self) -> Duration {
        self.patience
    }

    async fn observe(&self) -> Result<Observed, StepError> {
        self.act.observe().await
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        self.act.apply().await
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        self.act.delete().await
    }
}

/// What was found of something that the kernel holds.
pub(crate) fn observed(found: Found) -> Observed {
    match found {
        Found::Absent => Observed::Absent,
        Found::Complete => Observed::Ready,
        Found::Partly(detail) => Observed::Differs { detail, replace: false },
    }
}

/// It differs in what can be changed in place.
pub(crate) fn differs(detail: Vec<String>) -> Observed {
    Observed::Differs { detail, replace: false }
}
