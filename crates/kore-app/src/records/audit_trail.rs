//! The audit trail, as callers read it.

use async_trait::async_trait;
use kore_api::{codes::Code, envelope::ListMeta, names::TeamName};
use kore_domain::{
    access::{Authorized, OpContext, Permission, Platform, Visibility},
    query::{ListQuery, RawQuery, Term},
};
use kore_store::{AuditField, AuditQuery, AuditTerm};

use super::{cursor, newest_first, unknown};
use crate::{
    App, AppError,
    backend::{Backend, ListPage},
    kinds::AUDIT_RECORD,
};

/// The back end of the audit trail.
pub(crate) struct AuditTrail;

/// A team's trail takes the team's right; the whole trail, the platform's. Owners of teams who ask for
/// the whole get the parts that are theirs.
async fn proof(app: &App, cx: &OpContext, team: Option<&TeamName>) -> Result<Authorized<Visibility>, AppError> {
    if let Some(team) = team {
        let proof = app.authorize(cx, Permission::AuditReadTeam, team.clone(), &format!("auditrecords/{team}")).await?;
        return Ok(proof.into());
    }
    let visible = cx.visible(Permission::AuditReadTeam);
    if visible.get(Permission::AuditReadTeam)?.is_empty() {
        app.authorize(cx, Permission::AuditReadPlatform, Platform, "auditrecords").await?;
    }
    Ok(visible)
}

/// A term as SQL answers it.
fn condition(term: &Term) -> Result<AuditTerm, AppError> {
    let field = match term.field {
        "at" => AuditField::At,
        "actor" => AuditField::Actor,
        "action" => AuditField::Action,
        "team" => AuditField::Team,
        "object" => AuditField::Object,
        "result" => AuditField::Result,
        "source" => AuditField::Source,
        "code" => AuditField::Code,
        "requestId" => AuditField::RequestId,
        _ => return Err(unknown(term)),
    };
    let condition = AuditTerm { field, operator: term.operator, value: term.value.clone() };
    let wrong = |error| AppError::new(Code::InputMalformed, format!("filter: {} {error}", term.field));
    condition.check().map_err(wrong)?;
    Ok(condition)
}

#[async_trait]
impl Backend for AuditTrail {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let proof = proof(app, cx, team).await?;
        let scope =
            team.map_or_else(|| AUDIT_RECORD.plural.to_owned(), |team| format!("{}/{team}", AUDIT_RECORD.plural));
        let query = ListQuery::parse(raw, AUDIT_RECORD.fields, &app.page_key, &scope)?;
        newest_first(&query, "at", raw.order_by)?;
        let mut wanted = AuditQuery { limit: query.limit as u64 + 1, ..AuditQuery::default() };
        for term in query.filter.terms() {
            wanted.terms.push(condition(term)?);
        }
        let expired = |_| AppError::new(Code::ContinueExpired, "the page token is of another kind of list");
        wanted.after = query.after.as_ref().map(|after| after.unique.parse().map_err(expired)).transpose()?;
        let mut found = app.store.list_audit(&proof, &wanted).await?;
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        let continue_token = match found.last().filter(|_| more) {
            Some(last) => query.continue_token(&cursor(Vec::new(), last.id.clone()), &app.page_key),
            None => String::new(),
        };
        let metadata = ListMeta { continue_token, ..ListMeta::default() };
        let items = found.into_iter().map(serde_json::to_value).collect::<Result<_, _>>();
        Ok(ListPage { metadata, items: items.map_err(AppError::internal)? })
    }
}
