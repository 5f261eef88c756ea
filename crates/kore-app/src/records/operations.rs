//! Operations, as callers read them.

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::{codes::Code, envelope::ListMeta, names::TeamName};
use kore_domain::{
    access::{Authorized, OpContext, Permission, Visibility},
    query::{FieldValue, ListQuery, RawQuery},
};
use kore_store::OperationQuery;
use uuid::Uuid;

use super::{cursor, equal, newest_first, parse, unknown};
use crate::{
    App, AppError,
    backend::{Backend, Found, ListPage, Place},
    kinds::OPERATION,
};

/// The back end of operations.
pub(crate) struct Operations;

async fn proof(app: &App, cx: &OpContext, team: Option<&TeamName>) -> Result<Authorized<Visibility>, AppError> {
    match team {
        Some(team) => {
            let proof =
                app.authorize(cx, Permission::OperationRead, team.clone(), &format!("operations/{team}")).await?;
            Ok(proof.into())
        }
        None => Ok(cx.visible(Permission::OperationRead)),
    }
}

#[async_trait]
impl Backend for Operations {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let proof = proof(app, cx, team).await?;
        let scope = team.map_or_else(|| OPERATION.plural.to_owned(), |team| format!("{}/{team}", OPERATION.plural));
        let query = ListQuery::parse(raw, OPERATION.fields, &app.page_key, &scope)?;
        newest_first(&query, "createdAt", raw.order_by)?;
        let mut wanted = OperationQuery { limit: query.limit as u64 + 1, ..OperationQuery::default() };
        for term in query.filter.terms() {
            let value = equal(term)?;
            match term.field {
                "target.team" => wanted.team = Some(value),
                "target.kind" => wanted.target_kind = Some(value),
                "target.name" => wanted.target_name = Some(value),
                "target.uid" => wanted.target_uid = Some(value),
                "requestedBy" => wanted.requested_by = Some(value),
                "state" => wanted.states.push(parse("state", &value)?),
                _ => return Err(unknown(term)),
            }
        }
        wanted.after = query.after.as_ref().map(place_of).transpose()?;
        let mut found = app.store.list_operations(&proof, &wanted).await?;
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        let continue_token = match found.last().filter(|_| more) {
            Some(last) => {
                let values = vec![FieldValue::Time(last.operation.created_at)];
                query.continue_token(&cursor(values, last.operation.id.clone()), &app.page_key)
            }
            None => String::new(),
        };
        let revision = found.iter().map(|record| record.revision).max().unwrap_or_default();
        let metadata = ListMeta { resource_version: revision.to_string(), continue_token, remaining_item_count: None };
        let items = found.into_iter().map(|record| serde_json::to_value(record.operation)).collect::<Result<_, _>>();
        Ok(ListPage { metadata, items: items.map_err(AppError::internal)? })
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let proof = proof(app, cx, place.team.as_ref()).await?;
        let id: Uuid = place.name.parse().map_err(|_| AppError::hidden())?;
        let found = app.store.get_operation(&proof, id).await?.ok_or_else(AppError::hidden)?;
        let object = serde_json::to_value(found.operation).map_err(AppError::internal)?;
        Ok(Found { object, etag: Some(found.revision.to_string()) })
    }
}

fn place_of(cursor: &kore_domain::query::Cursor) -> Result<(Timestamp, Uuid), AppError> {
    let expired = || AppError::new(Code::ContinueExpired, "the page token is of another kind of list");
    let Some(FieldValue::Time(at)) = cursor.values.first() else { return Err(expired()) };
    Ok((*at, cursor.unique.parse().map_err(|_| expired())?))
}
