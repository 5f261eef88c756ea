//! What makes a controller look at an object: a change of its intent, not of its status.

use std::{collections::HashMap, convert::Infallible};

use futures::{StreamExt, stream::BoxStream};
use kore_api::{event::EventAction, meta};
use kore_kube::index::{Change, Index, Kind, touched};
use kube::{
    ResourceExt,
    runtime::{controller::ReconcileRequest, reflector::ObjectRef},
};

/// What the intent of an object is known by: uid, generation, whether it goes, and who wanted it tried again.
type Intent = (Option<String>, Option<i64>, bool, Option<String>);

/// Each object once, then whenever its spec changes, its deletion is asked for, or it is to be tried again.
pub(crate) fn on_intent<K: Kind>(index: &Index<K>) -> BoxStream<'static, ReconcileRequest<K>>
where
    K::DynamicType: Send + Sync,
{
    let mut seen: HashMap<(Option<String>, String), Intent> = HashMap::new();
    touched(index)
        .filter_map(move |change| {
            let object = &*change.object;
            let key = (object.namespace(), object.name_any());
            let request = if change.action == EventAction::Deleted {
                seen.remove(&key);
                None
            } else {
                let again = object.annotations().get(meta::ANNOTATION_RETRY).cloned();
                let intent =
                    (object.uid(), object.meta().generation, object.meta().deletion_timestamp.is_some(), again);
                let before = seen.insert(key, intent.clone());
                (before.as_ref() != Some(&intent)).then(|| ReconcileRequest::from(ObjectRef::from_obj(object)))
            };
            std::future::ready(request)
        })
        .boxed()
}

/// The objects that each change of another kind concerns.
pub(crate) fn on<K: Kind, O: Kind>(
    other: &Index<O>,
    mut concerned: impl FnMut(&Change<O>) -> Vec<ObjectRef<K>> + Send + 'static,
) -> BoxStream<'static, ReconcileRequest<K>>
where
    K::DynamicType: Send + Sync,
{
    touched(other)
        .flat_map(move |change| {
            let requests: Vec<_> = concerned(&change).into_iter().map(ReconcileRequest::from).collect();
            futures::stream::iter(requests)
        })
        .boxed()
}

/// As kube's applier takes requests.
pub(crate) fn infallible<T>(item: T) -> Result<T, Infallible> {
    Ok(item)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use k8s_openapi::api::core::v1::ConfigMap;

    use super::*;

    fn object(version: &str, generation: i64) -> ConfigMap {
        let mut object = ConfigMap::default();
        object.metadata.name = Some("a".into());
        object.metadata.uid = Some("u".into());
        object.metadata.resource_version = Some(version.into());
        object.metadata.generation = Some(generation);
        object
    }

    #[test]
    fn a_change_of_the_status_is_no_reason_to_look() {
        let index = Index::default();
        index.apply(object("1", 1));
        let mut requests = std::pin::pin!(on_intent(&index));
        assert_eq!(requests.next().now_or_never().flatten().unwrap().obj_ref.name, "a");
        index.apply(object("2", 1));
        assert!(requests.next().now_or_never().is_none());
        index.apply(object("3", 2));
        assert!(requests.next().now_or_never().is_some());
        let mut again = object("4", 2);
        again.annotations_mut().insert(meta::ANNOTATION_RETRY.to_owned(), "request".to_owned());
        index.apply(again.clone());
        assert!(requests.next().now_or_never().is_some(), "somebody wants it tried again");
        again.metadata.resource_version = Some("5".into());
        index.apply(again);
        assert!(requests.next().now_or_never().is_none());
    }
}
