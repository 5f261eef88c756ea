//! What a write would do: the end of a dry run, and the last question before a real one.

use std::sync::Arc;

use kore_api::{preview::Preview, problem::Problem, quota::QuotaLine};
use kore_domain::{
    access::OpContext,
    plan::{diff, with_effects},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Outlook, Stored, Verdict, described, quota::Ask};
use crate::{
    App, AppError,
    backend::{Place, WriteOptions, Written},
    envelope,
};

/// A write that was looked at and not made yet.
pub(super) struct Draft<K> {
    pub(super) place: Place,
    pub(super) before: Option<Arc<K>>,
    /// `None`: it would be gone.
    pub(super) after: Option<K>,
    pub(super) verdict: Verdict,
    /// What refuses it, all of it.
    pub(super) problems: Vec<Problem>,
}

/// A write that may go on.
pub(super) struct Passed<K> {
    pub(super) place: Place,
    pub(super) before: Option<Arc<K>>,
    pub(super) after: Option<K>,
    /// What is allowed but worth knowing.
    pub(super) warnings: Vec<String>,
}

impl<K: Stored> Draft<K> {
    /// The answer to a dry run.
    pub(super) async fn preview(mut self, app: &App, cx: &OpContext) -> Result<Written, AppError> {
        let quota = self.quota(app, cx).await?;
        let outlook = match self.problems.is_empty() {
            true => K::outlook(app, self.before.as_deref(), self.after.as_ref()).await?,
            false => Outlook::default(),
        };
        let digest = self.digest(&outlook);
        let shown = match (&self.after, &self.before) {
            (Some(object), _) => envelope::object(object),
            (None, Some(object)) => envelope::object(&**object),
            (None, None) => return Err(AppError::internal("a draft of nothing")),
        };
        let changes = diff(self.verdict.before.as_ref().unwrap_or(&Value::Null), &self.verdict.after);
        let changes = match self.verdict.provider.filter(|_| self.before.is_some()) {
            Some(provider) => with_effects(provider, changes),
            None => changes,
        };
        let preview = Preview {
            object: shown.and_then(serde_json::to_value).map_err(AppError::internal)?,
            changes,
            actions: outlook.actions,
            quota,
            warnings: self.verdict.warnings,
            problems: self.problems,
            policy: self.verdict.policy,
            verdicts: outlook.verdicts,
            security: self.verdict.security,
            preflight: outlook.preflight,
            beforehand: outlook.beforehand,
            cost: outlook.cost,
            digest,
        };
        Ok(Written::Preview(Box::new(preview)))
    }

    /// What it would ask of the team's quota. What is refused already asks for nothing.
    async fn quota(&mut self, app: &App, cx: &OpContext) -> Result<Vec<QuotaLine>, AppError> {
        let Some(after) = self.after.as_ref().filter(|_| self.problems.is_empty()) else { return Ok(Vec::new()) };
        let ask = Ask::of(app, &cx.request_id, &self.place, self.before.as_deref(), after)?;
        let Some(ask) = ask else { return Ok(Vec::new()) };
        let lines = ask.lines(app).await?;
        self.problems.extend(ask.refusal(&lines));
        Ok(lines)
    }

    /// Lets a write go on that nothing refuses and that is still what was looked at.
    pub(super) async fn passed(self, app: &App, options: &WriteOptions) -> Result<Passed<K>, AppError> {
        if let Some(problem) = self.problems.into_iter().next() {
            return Err(problem.into());
        }
        let this = Self { problems: Vec::new(), ..self };
        if let Some(seen) = &options.preview {
            let outlook = K::outlook(app, this.before.as_deref(), this.after.as_ref()).await?;
            seen.check(&described(K::entry(), &this.place), &this.digest(&outlook))?;
        }
        let warnings = this.verdict.warnings;
        Ok(Passed { place: this.place, before: this.before, after: this.after, warnings })
    }

    /// Over everything that the preview depended on. Who asks is no part of it; until when it is good comes
    /// under it later.
    fn digest(&self, outlook: &Outlook) -> String {
        let mut hash = Sha256::new();
        let mut put = |part: &[u8]| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        put(described(K::entry(), &self.place).as_bytes());
        if let Some(before) = &self.before {
            put(before.meta().uid.as_deref().unwrap_or_default().as_bytes());
            put(&before.meta().generation.unwrap_or_default().to_be_bytes());
        }
        put(self.verdict.before.as_ref().map(Value::to_string).unwrap_or_default().as_bytes());
        put(self.verdict.after.to_string().as_bytes());
        for part in &self.verdict.basis {
            put(part.as_bytes());
        }
        put(outlook.digest.as_bytes());
        hex::encode(hash.finalize())
    }
}
