//! Lists and single reads, from the index alone.

use std::{borrow::Cow, sync::Arc};

use kore_api::{meta, names::TeamName};
use kore_domain::{
    access::{OpContext, Visibility},
    query::{FieldValue, ListQuery, Lookup, Page, RawQuery, page},
};
use kube::ResourceExt;

use super::{Sight, Stored, described, field, namespace};
use crate::{
    App, AppError,
    backend::{Found, ListPage, Place},
    envelope, kinds,
};

struct Row<'a, K>(&'a Arc<K>);

impl<K: Stored> Lookup for Row<'_, K> {
    fn field(&self, name: &str) -> FieldValue<'_> {
        field(&**self.0, name)
    }

    fn label(&self, key: &str) -> Option<&str> {
        self.0.labels().get(key).map(String::as_str)
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0.meta().uid.as_deref().unwrap_or_default())
    }
}

/// A page of a team's objects, or of all that the caller may see.
pub(super) async fn list<K: Stored>(
    app: &App,
    cx: &OpContext,
    team: Option<&TeamName>,
    raw: &RawQuery<'_>,
) -> Result<ListPage, AppError> {
    let kind = K::entry();
    let reads = kind.verbs.get.unwrap_or(kind.verbs.list);
    let visibility = cx.visible(reads).get(reads)?.clone();
    let space = match team {
        Some(team) => {
            // Whoever has something on single clusters of the team sees those.
            let some = visibility.places().is_some_and(|places| places.contains(team));
            if !some {
                app.authorize(cx, kind.verbs.list, team.clone(), &format!("{}/{team}", kind.plural)).await?;
            }
            app.team(team)?;
            Some(meta::team_namespace(team))
        }
        None => {
            if kind.scope == kinds::Scope::Platform {
                app.authorize(cx, kind.verbs.list, kore_domain::access::Platform, kind.plural).await?;
            }
            None
        }
    };
    let scope = match (&visibility, &space) {
        (_, Some(space)) => format!("{}/{space}", kind.plural),
        (Visibility::All, None) => kind.plural.to_owned(),
        (Visibility::Only { teams, clusters }, None) => format!("{}/{teams:?}/{clusters:?}", kind.plural),
    };
    let sight = Sight::new(app, cx, visibility.clone())?;
    let query = ListQuery::parse(raw, kind.fields, &app.page_key, &scope)?;
    let index = K::index(app);
    let revision = index.resource_version();
    let spaces: Vec<Option<String>> = match (&visibility, space) {
        (_, Some(space)) => vec![Some(space)],
        // Whoever is in three teams does not pay for a thousand.
        (some @ Visibility::Only { .. }, None) if kind.scope == kinds::Scope::Team => {
            some.places().into_iter().flatten().map(|team| Some(meta::team_namespace(team))).collect()
        }
        (_, None) => vec![None],
    };
    let spaces: Vec<_> = spaces.iter().map(Option::as_deref).collect();
    let page = index.scan(&spaces, |objects| {
        let Page { items, continue_token, remaining } =
            page(objects.filter(|object| object.visible(&sight)).map(Row), &query, &app.page_key);
        Page { items: items.into_iter().map(|row| Arc::clone(row.0)).collect(), continue_token, remaining }
    });
    ListPage::of(page, revision.to_string(), |object: Arc<K>| {
        envelope::object(&*object).and_then(serde_json::to_value).map_err(AppError::internal)
    })
}

/// One object with what the caller may do with it.
pub(super) async fn get<K: Stored>(app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
    let kind = K::entry();
    let resource = K::resource(place).ok_or_else(AppError::hidden)?;
    if let Some(permission) = kind.verbs.get {
        app.authorize(cx, permission, resource.clone(), &described(kind, place)).await?;
    }
    let reads = kind.verbs.get.unwrap_or(kind.verbs.list);
    let sight = Sight::new(app, cx, cx.visible(reads).get(reads)?.clone())?;
    let found = K::index(app).get(namespace(place).as_deref(), &place.name);
    let found = found.filter(|found| found.visible(&sight)).ok_or_else(AppError::hidden)?;
    let mut object = envelope::object(&*found).map_err(AppError::internal)?;
    object.metadata.actions = Some(cx.actions(&resource));
    let etag = Some(object.metadata.resource_version.clone());
    Ok(Found { object: serde_json::to_value(object).map_err(AppError::internal)?, etag })
}
