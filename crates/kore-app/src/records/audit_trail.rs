//! The audit trail, as callers read it.

use async_trait::async_trait;
use kore_api::{codes::Code, envelope::ListMeta, names::TeamName};
use kore_domain::{
    access::{Authorized, OpContext, Permission, Platform, Visibility},
    query::{ListQuery, Operator, RawQuery},
};
use kore_store::AuditQuery;

use super::{cursor, equal, newest_first, parse, unknown};
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
            if term.field == "object" && term.operator == Operator::Contains {
                wanted.object = Some(term.value.clone());
                continue;
            }
            let value = equal(term)?;
            match term.field {
                "team" => wanted.team = Some(value),
                "actor" => wanted.actor = Some(value),
                "action" => wanted.action = Some(value),
                "object" => wanted.object = Some(value),
                "requestId" => wanted.request_id = Some(value),
                "result" => wanted.result = Some(parse("result", &value)?),
                _ => return Err(unknown(term)),
            }
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
