//! One provisioned thing and what one knows about it.

use std::{borrow::Cow, collections::BTreeMap, fmt, time::Duration};

use async_trait::async_trait;

use crate::error::StepError;

/// Stable name of a component within its owner, as `node/default-1/kubelet`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComponentId(Cow<'static, str>);

impl ComponentId {
    /// A name known when compiled.
    #[must_use]
    pub const fn fixed(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A name made at run time.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(Cow::Owned(name.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ComponentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Observed {
    /// The thing does not exist.
    Absent,
    /// It exists, is as it should be, and works.
    Ready,
    /// It exists and is as it should be, but does not work yet.
    Waiting {
        /// What it waits for, naming the object and the condition.
        reason: String,
    },
    /// It exists but differs.
    Differs {
        /// What differs, a line each.
        detail: Vec<String>,
        /// Whether it must be removed and made again.
        replace: bool,
    },
}

/// How far a step came.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// The effect is there; the engine observes once more before it believes it.
    Applied,
    /// Not there yet.
    Waiting {
        /// What for, naming the object and the condition.
        reason: String,
    },
}

/// A component: observe, compare (the answer of [`Component::observe`] carries the difference),
/// apply one idempotent step, delete. All calls may be cut off at any point and repeated.
#[async_trait]
pub trait Component: Send + Sync {
    /// Its stable name.
    fn id(&self) -> ComponentId;

    /// How people read it, as `Start the API server`.
    fn title(&self) -> String;

    /// How people read its removal.
    fn removal_title(&self) -> String {
        format!("Undo: {}", self.title())
    }

    /// Components that must be ready before this one is applied; deleted after it.
    fn after(&self) -> Vec<ComponentId> {
        Vec::new()
    }

    /// Natural key of what this component makes outside of Kore's own records, written to the ledger
    /// before the first call, as `netns/kore-default-payments-dev-n1`. `None` for what lives inside
    /// something that has a key (an object in a cluster that is deleted whole).
    fn external_key(&self) -> Option<String>;

    /// Whether it only asks whether something lacks, and makes nothing: what lacks is then no change that would be made.
    fn is_question(&self) -> bool {
        false
    }

    /// How long until it is called late (code `KORE-CLUSTER-0003`); Kore keeps trying.
    fn patience(&self) -> Duration {
        Duration::from_secs(120)
    }

    /// Looks at the real thing and compares it with what it should be. Changes nothing.
    async fn observe(&self) -> Result<Observed, StepError>;

    /// Makes it be as it should: one idempotent step.
    async fn apply(&self) -> Result<Progress, StepError>;

    /// Removes it: one idempotent step; removing what is not there is [`Progress::Applied`].
    async fn delete(&self) -> Result<Progress, StepError>;
}

/// Components and their order.
pub type Components = Vec<Box<dyn Component>>;

/// Facts that components hand to the status of their owner, as `endpoint` → `https://…`.
pub type Outputs = BTreeMap<String, serde_json::Value>;
