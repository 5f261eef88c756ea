//! A component made of what every one has, and the three acts in which they differ.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    component::{Component, ComponentId, Observed, Progress},
    error::StepError,
};

/// What a component does; see [`Component`]. What is only looked at needs no other act; what goes with
/// something else needs no removal.
#[async_trait]
pub trait Act: Send + Sync {
    /// See [`Component::observe`].
    async fn observe(&self) -> Result<Observed, StepError>;
    /// See [`Component::apply`].
    async fn apply(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }
    /// See [`Component::delete`].
    async fn delete(&self) -> Result<Progress, StepError> {
        Ok(Progress::Applied)
    }
}

/// A component made of an act.
pub struct Part {
    id: String,
    title: String,
    removal: String,
    after: Vec<String>,
    key: Option<String>,
    patience: Duration,
    is_question: bool,
    act: Box<dyn Act>,
}

impl Part {
    /// With the name that others come after it by, how people read it, and what it does.
    pub fn new(id: impl Into<String>, title: impl Into<String>, act: impl Act + 'static) -> Self {
        let title = title.into();
        Self {
            id: id.into(),
            removal: format!("Undo: {title}"),
            title,
            after: Vec::new(),
            key: None,
            patience: Duration::from_secs(120),
            is_question: false,
            act: Box::new(act),
        }
    }

    /// Its id, for those that come after it.
    #[must_use]
    pub fn name(&self) -> String {
        self.id.clone()
    }

    /// How people read its removal.
    #[must_use]
    pub fn removal(mut self, title: impl Into<String>) -> Self {
        self.removal = title.into();
        self
    }

    /// What it comes after, besides what was said before.
    #[must_use]
    pub fn after<T: Into<String>>(mut self, others: impl IntoIterator<Item = T>) -> Self {
        self.after.extend(others.into_iter().map(Into::into));
        self
    }

    /// Its key in the ledger.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// How long until it is called late, where that is not two minutes.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// That it only asks whether something lacks.
    #[must_use]
    pub fn question(mut self) -> Self {
        self.is_question = true;
        self
    }

    /// As the engine takes it.
    #[must_use]
    pub fn boxed(self) -> Box<dyn Component> {
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

    fn is_question(&self) -> bool {
        self.is_question
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

/// It differs in what can be changed in place.
#[must_use]
pub fn differs(detail: Vec<String>) -> Observed {
    Observed::Differs { detail, replace: false }
}
