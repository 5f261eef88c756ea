//! Has a failed operation tried again now. Controllers do so by themselves after some minutes; what somebody has mended
//! need not wait for that.

use kore_api::{
    cloud::{CloudAccount, CloudOrganization},
    cluster::Cluster,
    codes::Code,
    meta,
    names::{ClusterRef, TeamName},
    namespace::ClusterNamespace,
    operation::{Operation, OperationState},
    problem::Problem,
};
use kore_domain::access::{OpContext, Permission, Resource};
use kore_store::OperationQuery;
use kube::ResourceExt;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    App, AppError,
    audit::Deed,
    objects::{Stored, note, seen},
};

/// As the audit trail has it.
pub const ACTION: &str = "operation.retry";

impl App {
    /// Tries a failed operation again, from the step that failed; what is done stays done. Answers with the operation as it
    /// was.
    ///
    /// # Errors
    /// 404 for what is not the caller's to know, 403, `NothingToRetry` when it did not fail, when something newer was begun,
    /// or when what it is about is gone.
    pub async fn retry_operation(&self, cx: &OpContext, name: &str) -> Result<Value, AppError> {
        let id: Uuid = name.parse().map_err(|_| AppError::hidden())?;
        let proof = cx.visible(Permission::OperationRead);
        let operation = self.store.get_operation(&proof, id).await?.ok_or_else(AppError::hidden)?.operation;
        let what = format!("operation/{id}");
        let about = About::of(&operation).ok_or_else(AppError::hidden)?;
        let (permission, resource) = match &about {
            About::Cluster(cluster) => (Permission::OperationRetry, Resource::Cluster(cluster.clone())),
            About::Cloud => (Permission::CloudWrite, Resource::Platform),
        };
        self.authorize_to(cx, ACTION, permission, resource, &what).await?;
        if operation.state != OperationState::Failed {
            return Err(nothing("it did not fail"));
        }
        let last =
            OperationQuery { target_uid: Some(operation.target.uid.clone()), limit: 1, ..OperationQuery::default() };
        let last = self.store.list_operations(&proof, &last).await?;
        if last.first().is_some_and(|last| last.operation.id != operation.id) {
            return Err(nothing("another operation on it was begun since"));
        }
        let deed = Deed {
            action: ACTION.to_owned(),
            team: operation.target.team.as_deref().and_then(|team| team.parse().ok()),
            object: what,
            detail: None,
            changes: Vec::new(),
        };
        let nudged = async {
            match (&about, operation.target.kind.as_str()) {
                (About::Cluster(cluster), "Cluster") => {
                    self.nudge::<Cluster>(cx, Some(&cluster.team), &operation).await
                }
                (About::Cluster(cluster), _) => {
                    self.nudge::<ClusterNamespace>(cx, Some(&cluster.team), &operation).await
                }
                (About::Cloud, "CloudAccount") => self.nudge::<CloudAccount>(cx, None, &operation).await,
                (About::Cloud, _) => self.nudge::<CloudOrganization>(cx, None, &operation).await,
            }
        };
        self.attempt(cx, deed, nudged).await?;
        serde_json::to_value(operation).map_err(AppError::internal)
    }

    /// Its controller looks at an object when this annotation is another one.
    async fn nudge<K: Stored>(
        &self,
        cx: &OpContext,
        team: Option<&TeamName>,
        operation: &Operation,
    ) -> Result<(), AppError> {
        let (space, name) = (team.map(meta::team_namespace), &operation.target.name);
        let there = K::index(self).get(space.as_deref(), name);
        if there.and_then(|there| there.uid()).as_deref() != Some(operation.target.uid.as_str()) {
            return Err(nothing("what it was about is gone"));
        }
        let annotations = serde_json::json!({ meta::ANNOTATION_RETRY: cx.request_id });
        let metadata = serde_json::json!({ "uid": operation.target.uid, "annotations": annotations });
        seen(self, &note(&K::api(&self.kube, team), name, metadata).await?).await
    }
}

/// What an operation is about, as far as rights go.
enum About {
    /// A cluster, or a namespace in it.
    Cluster(ClusterRef),
    /// An organisation in a cloud, or an account of it.
    Cloud,
}

impl About {
    fn of(operation: &Operation) -> Option<Self> {
        let target = &operation.target;
        let name = match target.kind.as_str() {
            "Cluster" => target.name.as_str(),
            "ClusterNamespace" => target.name.split_once('.')?.0,
            "CloudOrganization" | "CloudAccount" => return Some(Self::Cloud),
            _ => return None,
        };
        format!("{}/{name}", target.team.as_ref()?).parse().ok().map(Self::Cluster)
    }
}

fn nothing(why: &str) -> AppError {
    Problem::new(Code::NothingToRetry, format!("nothing is tried again: {why}")).into()
}
