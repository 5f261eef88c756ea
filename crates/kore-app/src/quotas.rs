//! Quotas: what teams may have. Every team has one object of this kind, named after it, whether or not
//! anything was ever set; `default` holds where nothing was.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    envelope::Metadata,
    names::TeamName,
    quota::{DEFAULT, Dimension, Quantities, QuotaLine, QuotaSpec, QuotaStatus},
};
use kore_domain::{
    access::{OpContext, Permission, Platform, Resource},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
    quota::lines,
};
use kore_store::StoredQuota;
use kube::ResourceExt;
use serde_json::Value;

use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, QUOTA},
    rows::{self, loggable, preview, revision_of, same_name, unlabelled, value, with_actions},
    strict::Decoder,
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<QuotaSpec>("Quota"));

/// The back end of quotas.
pub(crate) struct Quotas;

/// One quota as the API shows it.
struct Row {
    name: String,
    stored: StoredQuota,
    lines: Vec<QuotaLine>,
}

impl Row {
    fn used(&self, quota: Dimension) -> FieldValue<'_> {
        let line = self.lines.iter().find(|line| line.quota == quota);
        line.map_or(FieldValue::Absent, |line| FieldValue::Number(i64::try_from(line.used).unwrap_or(i64::MAX)))
    }
}

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        match name {
            "metadata.name" => FieldValue::Text(self.name.as_str().into()),
            "status.clusters" => self.used(Dimension::Clusters),
            "status.nodes" => self.used(Dimension::Nodes),
            "status.namespaces" => self.used(Dimension::Namespaces),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }
}

fn object(row: &Row) -> Result<Value, AppError> {
    let metadata = Metadata {
        name: row.name.clone(),
        resource_version: row.stored.revision.to_string(),
        generation: row.stored.revision,
        ..Metadata::default()
    };
    let status = QuotaStatus { lines: row.lines.clone() };
    value(&rows::object(&QUOTA, metadata, row.stored.spec.clone(), Some(status)))
}

/// Whose quota it is: that of a team with this immutable id, or the default one.
struct Whose {
    team: Option<TeamName>,
    id: String,
}

impl Whose {
    fn find(app: &App, name: &str) -> Result<Self, AppError> {
        if name == DEFAULT {
            return Ok(Self { team: None, id: DEFAULT.to_owned() });
        }
        let team: TeamName = name.parse().map_err(|_| AppError::hidden())?;
        let id = app.team(&team)?.spec.id.clone();
        Ok(Self { team: Some(team), id })
    }
}

impl App {
    /// What a team has of its quota, and what it would be asked for.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub(crate) async fn quota_lines(&self, team_id: &str, asked: Quantities) -> Result<Vec<QuotaLine>, AppError> {
        let (own, default) = (self.store.quota(team_id).await?, self.store.quota(DEFAULT).await?);
        let used = self.store.quota_usage(Some(team_id)).await?.remove(team_id).unwrap_or_default();
        Ok(lines(&own.spec, &default.spec, used, asked))
    }
}

impl Quotas {
    async fn row(app: &App, name: &str, whose: &Whose) -> Result<Row, AppError> {
        let stored = app.store.quota(&whose.id).await?;
        let lines = match whose.team {
            Some(_) => app.quota_lines(&whose.id, Quantities::default()).await?,
            None => Vec::new(),
        };
        Ok(Row { name: name.to_owned(), stored, lines })
    }
}

#[async_trait]
impl Backend for Quotas {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let visibility = cx.visible(Permission::QuotaRead).get(Permission::QuotaRead)?.clone();
        let query = ListQuery::parse(raw, QUOTA.fields, &app.page_key, QUOTA.plural)?;
        let quotas = app.store.quotas().await?;
        let usage: HashMap<String, Quantities> = app.store.quota_usage(None).await?;
        let default = quotas.get(DEFAULT).cloned().unwrap_or_default();
        let mut rows = Vec::new();
        if cx.may(Permission::QuotaRead, &Resource::Platform) {
            rows.push(Row { name: DEFAULT.to_owned(), stored: default.clone(), lines: Vec::new() });
        }
        for team in app.indexes.teams.list(None) {
            let (name, id) = (team.name_any(), &team.spec.id);
            if !visibility.shows(&name) {
                continue;
            }
            let stored = quotas.get(id).cloned().unwrap_or_default();
            let used = usage.get(id).copied().unwrap_or_default();
            let lines = lines(&stored.spec, &default.spec, used, Quantities::default());
            rows.push(Row { name, stored, lines });
        }
        let page = page(&rows, &query, &app.page_key);
        let revision = rows.iter().map(|row| row.stored.revision).max().unwrap_or_default().to_string();
        ListPage::of(page, revision, object)
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let what = format!("quota/{}", loggable(&place.name));
        let resource = match place.name.parse::<TeamName>() {
            Ok(team) => Resource::Team(team),
            Err(_) if place.name == DEFAULT => Resource::Platform,
            Err(_) => return Err(AppError::hidden()),
        };
        app.authorize(cx, Permission::QuotaRead, resource, &what).await?;
        let row = Self::row(app, &place.name, &Whose::find(app, &place.name)?).await?;
        let mut object = object(&row)?;
        let writes = cx.may(Permission::QuotaWrite, &Resource::Platform);
        with_actions(&mut object, if writes { &["update"] } else { &[] });
        Ok(Found { object, etag: Some(row.stored.revision.to_string()) })
    }

    async fn replace(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let what = format!("quota/{}", loggable(&place.name));
        let action = QUOTA.action(Change::Update);
        let proof = app.authorize_to(cx, &action, Permission::QuotaWrite, Platform, &what).await?;
        let whose = Whose::find(app, &place.name)?;
        let before = Self::row(app, &place.name, &whose).await?;
        options.check(before.stored.revision)?;
        let input = DECODER.read::<QuotaSpec>(&body)?;
        unlabelled(QUOTA.name, &input.metadata)?;
        same_name(QUOTA.name, &input.metadata, &place.name)?;
        if let Some(preview) = preview(options, &what, &body, &value(&before.stored.spec)?, &value(&input.spec)?)? {
            return Ok(preview);
        }
        let revision = revision_of(&options.precondition, before.stored.revision);
        let deed = Deed {
            action,
            team: whose.team.clone(),
            object: what,
            detail: None,
            changes: changed(Some(&before.stored.spec), Some(&input.spec)),
        };
        let set = async { Ok(app.store.set_quota(&proof, &whose.id, revision, &input.spec, cx.now).await?) };
        app.attempt(cx, deed, set).await?;
        let after = Self::row(app, &place.name, &whose).await?;
        Ok(Written::made(object(&after)?, after.stored.revision))
    }

    async fn patch(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        patch: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        // Whether they may comes before what is there.
        let what = format!("quota/{}", loggable(&place.name));
        app.authorize_to(cx, &QUOTA.action(Change::Update), Permission::QuotaWrite, Platform, &what).await?;
        let row = Self::row(app, &place.name, &Whose::find(app, &place.name)?).await?;
        let mut body = object(&row)?;
        json_patch::merge(&mut body, &patch);
        self.replace(app, cx, place, body, options).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_is_made() {
        assert!(DECODER.read::<QuotaSpec>(&serde_json::json!({ "metadata": { "name": "a" }, "spec": {} })).is_ok());
        let wrong = serde_json::json!({ "metadata": { "name": "a" }, "spec": { "nodes": -1, "pods": 2 } });
        let error = DECODER.read::<QuotaSpec>(&wrong).unwrap_err();
        let pointers: Vec<_> = error.problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/spec/nodes", "/spec/pods"]);
    }
}
