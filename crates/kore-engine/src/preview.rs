//! What a run would do: the same observations, no effect.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt, future::BoxFuture, stream};
use kore_api::{
    preview::{Action, ActionVerb},
    upgrade::{Check, CheckResult},
};
use sha2::{Digest, Sha256};

use crate::{
    component::{Component, ComponentId, Observed},
    error::{StepError, chain},
    graph::Graph,
    run::Engine,
};

/// What a run would do, and what that was seen from.
#[derive(Debug, Clone, PartialEq)]
pub struct Prospect {
    /// What would be done, in order. Empty: everything is as it should be (though perhaps not ready).
    pub actions: Vec<Action>,
    /// Components that are as they should be but do not work yet, with what they wait for.
    pub waits: Vec<(ComponentId, String)>,
    /// What was asked before anything is made, and what came of it.
    pub checks: Vec<Check>,
    /// SHA-256 (hex) over what was seen; two equal digests mean the same world and the same intent.
    pub digest: String,
}

impl Prospect {
    /// Whether nothing is to be done and nothing waited for.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.actions.is_empty() && self.waits.is_empty()
    }
}

/// What came of a question: what lacks, or why nobody could look.
fn check(component: &dyn Component, seen: Result<Observed, StepError>) -> Check {
    let (result, detail) = match seen {
        Ok(Observed::Differs { detail, .. }) => (CheckResult::Fail, detail),
        Ok(Observed::Ready | Observed::Absent) => (CheckResult::Pass, Vec::new()),
        Ok(Observed::Waiting { reason }) => (CheckResult::Unknown, vec![reason]),
        Err(error) => (CheckResult::Unknown, vec![chain(&error)]),
    };
    Check { name: component.id().to_string(), title: component.title(), result, detail, fix: Vec::new() }
}

impl Engine {
    /// Looks at all components and says what [`Engine::run`] would do.
    ///
    /// # Errors
    /// What a component's observation answers, unless it cannot be seen because something before it
    /// is not there yet: then it would be made.
    pub async fn preview(
        &self,
        components: &[Box<dyn Component>],
        leftovers: &[Box<dyn Component>],
    ) -> Result<Prospect, StepError> {
        let up: Vec<&dyn Component> = components.iter().map(AsRef::as_ref).collect();
        let down: Vec<&dyn Component> = leftovers.iter().map(AsRef::as_ref).collect();
        let rising = Graph::new(&up, true)?;
        let falling = Graph::new(&down, false)?.reversed();
        let mut seen = self.look(&up).await;
        let mut prospect =
            Prospect { actions: Vec::new(), waits: Vec::new(), checks: Vec::new(), digest: String::new() };
        let mut made: HashSet<ComponentId> = HashSet::new();
        let mut digest = Sha256::new();
        for component in rising.order().into_iter().filter_map(|place| up.get(place)) {
            let id = component.id();
            if component.is_question() {
                let Some(asked) = seen.remove(&id).map(|seen| check(*component, seen)) else { continue };
                // What was found moves while people read it.
                digest.update(format!("{id}?{:?}\n", asked.result));
                prospect.checks.push(asked);
                continue;
            }
            let observed = match seen.remove(&id) {
                Some(Ok(observed)) => observed,
                Some(Err(_)) if component.after().iter().any(|before| made.contains(before)) => Observed::Absent,
                Some(Err(error)) => return Err(error),
                None => continue,
            };
            digest.update(format!("{id}={observed:?}\n"));
            let (verb, detail) = match observed {
                Observed::Ready => continue,
                Observed::Waiting { reason } => {
                    prospect.waits.push((id, reason));
                    continue;
                }
                Observed::Absent => (ActionVerb::Create, Vec::new()),
                Observed::Differs { detail, replace: false } => (ActionVerb::Change, detail),
                Observed::Differs { detail, replace: true } => (ActionVerb::Replace, detail),
            };
            made.insert(id.clone());
            prospect.actions.push(Action { component: id.to_string(), title: component.title(), verb, detail });
        }
        let mut seen = self.look(&down).await;
        for component in falling.order().into_iter().filter_map(|place| down.get(place)) {
            let id = component.id();
            if let Some(Ok(Observed::Absent)) | None = seen.remove(&id) {
                continue;
            }
            digest.update(format!("-{id}\n"));
            prospect.actions.push(Action {
                component: id.to_string(),
                title: component.removal_title(),
                verb: ActionVerb::Delete,
                detail: Vec::new(),
            });
        }
        prospect.digest = hex::encode(digest.finalize());
        Ok(prospect)
    }

    async fn look<'a>(&self, components: &[&'a dyn Component]) -> HashMap<ComponentId, Result<Observed, StepError>> {
        type Look<'a> = BoxFuture<'a, (ComponentId, Result<Observed, StepError>)>;
        // Boxed one by one: the compiler cannot show a stream of borrowed futures to be Send.
        let look = |component: &&'a dyn Component| -> Look<'a> {
            let component = *component;
            Box::pin(async move { (component.id(), component.observe().await) })
        };
        let looks: Vec<Look<'a>> = components.iter().map(look).collect();
        stream::iter(looks).buffer_unordered(self.pace.width.max(1)).collect().await
    }
}
