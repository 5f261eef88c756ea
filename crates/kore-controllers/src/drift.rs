//! Who changed what Kore keeps in a cluster: the object says which program and when, and the gateway's
//! audit trail who that was, if they came that way.

use jiff::SignedDuration;
use kore_api::names::ClusterRef;

use crate::context::ControllersContext;

/// How far back a change is looked for.
const BACK: SignedDuration = SignedDuration::from_hours(24);

/// Something that was found changed.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    /// As people read it.
    pub(crate) text: String,
    /// How audit records about it end; nothing when it is no object of a cluster.
    pub(crate) ending: Option<String>,
}

impl Who {
    /// What a component says about an object: `ConfigMap kube-system/coredns: /data by kubectl-edit`.
    pub(crate) fn of_object(text: String) -> Self {
        let object = text.split_once(": ").and_then(|(object, _)| object.split_once(' ')).map(|(_, name)| name);
        let ending = object.filter(|name| !name.contains(' ')).map(|name| match name.split_once('/') {
            Some((namespace, name)) => format!("/{name} in {namespace}"),
            None => format!("/{name}"),
        });
        Self { text, ending }
    }
}

/// The texts, with the people who did it where the trail knows them. A trail that cannot be read is no reason
/// to leave things as they are.
pub(crate) async fn with_people(context: &ControllersContext, cluster: &ClusterRef, found: Vec<Who>) -> Vec<String> {
    let since = context.clock.now() - BACK;
    let mut texts = Vec::new();
    for Who { text, ending } in found {
        let Some(ending) = ending else {
            texts.push(text);
            continue;
        };
        texts.push(match context.audit.last_change(cluster, &ending, since).await {
            Ok(Some(record)) => format!("{text} ({} by {} at {})", record.action, record.actor, record.at),
            Ok(None) => text,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "who changed {ending} cannot be said");
                text
            }
        });
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_told_from_other_things() {
        let ending = |text: &str| Who::of_object(text.to_owned()).ending;
        assert_eq!(
            ending("ConfigMap kube-system/coredns: /data by x at y").as_deref(),
            Some("/coredns in kube-system")
        );
        assert_eq!(ending("ClusterRole kore:team:view: gone").as_deref(), Some("/kore:team:view"));
        assert_eq!(ending("another version of rights is applied"), None);
        assert_eq!(ending("process of node default-1: not running"), None);
    }
}
