//! What a write takes of its team's quota: shown in a preview, reserved before the object is written,
//! handed to the object once that is there, taken back when the write failed. The object's controller
//! makes sure of the same; a sweeper frees what nobody came back for.

use kore_api::{
    problem::Problem,
    quota::{Quantities, QuotaLine},
};
use kore_domain::{
    access::OpContext,
    quota::{is_exceeded, refusal},
};
use kore_store::{QuotaHolder, Reserved};
use kube::ResourceExt;

use super::Stored;
use crate::{App, AppError, backend::Place};

/// What one write asks for.
pub(super) struct Ask {
    team: String,
    team_id: String,
    object: String,
    uid: Option<String>,
    request: String,
    wanted: Quantities,
}

impl Ask {
    /// What a write of this object asks for; `None` when it has nothing to do with quotas.
    pub(super) fn of<K: Stored>(
        app: &App,
        request: &str,
        place: &Place,
        before: Option<&K>,
        after: &K,
    ) -> Result<Option<Self>, AppError> {
        let (Some(team), Some(wanted)) = (&place.team, after.demand(app)?) else { return Ok(None) };
        Ok(Some(Self {
            team: team.to_string(),
            team_id: app.team(team)?.spec.id.clone(),
            object: format!("{}/{}", K::entry().name.to_lowercase(), place.name),
            uid: before.and_then(ResourceExt::uid),
            request: request.to_owned(),
            wanted,
        }))
    }

    fn holder(&self) -> QuotaHolder<'_> {
        QuotaHolder {
            team_id: &self.team_id,
            object: &self.object,
            uid: self.uid.as_deref(),
            request: Some(&self.request),
        }
    }

    /// The quota with what would be asked of it.
    pub(super) async fn lines(&self, app: &App) -> Result<Vec<QuotaLine>, AppError> {
        let has = match &self.uid {
            Some(uid) => app.store.quota_held(uid).await?.unwrap_or_default(),
            None => Quantities::default(),
        };
        app.quota_lines(&self.team_id, self.wanted.beyond(has)).await
    }

    /// What refuses it, if anything does.
    pub(super) fn refusal(&self, lines: &[QuotaLine]) -> Option<Problem> {
        let exceeded: Vec<_> = lines.iter().filter(|line| is_exceeded(line)).cloned().collect();
        (!exceeded.is_empty()).then(|| refusal(&self.team, &exceeded))
    }

    /// Reserves what the object does not have yet.
    pub(super) async fn intend(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        match app.store.intend_quota(self.holder(), self.wanted, cx.now).await? {
            Reserved::Yes => Ok(()),
            Reserved::Refused(lines) => Err(refusal(&self.team, &lines).into()),
        }
    }

    /// Hands what was reserved to the object. What goes wrong here is put right by its controller.
    pub(super) async fn confirm<K: Stored>(&self, app: &App, cx: &OpContext, made: &K) {
        let uid = made.uid();
        let holder = QuotaHolder { uid: uid.as_deref(), ..self.holder() };
        if let Err(error) = app.store.claim_quota(holder, Quantities::default(), self.wanted, cx.now).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what {} reserved is its own later", self.object);
        }
    }

    /// Takes back what was reserved for a write that was not made.
    pub(super) async fn withdraw(&self, app: &App) {
        if let Err(error) = app.store.withdraw_quota(self.holder()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what {} reserved stays for now", self.object);
        }
    }
}
