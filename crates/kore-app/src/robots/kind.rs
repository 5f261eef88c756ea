//! Robots: programs' accounts in teams.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    envelope::Metadata,
    names::{RobotName, RobotRef, TeamName},
    problem::FieldError,
    robot::{MOST_RULES, RobotSpec, RobotStatus, TrustRule},
};
use kore_domain::{
    access::{OpContext, Permission, Resource},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
    trust,
};
use kore_store::{Robot, StoreError};
use serde_json::Value;

use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, ROBOT},
    rights::{checked_text, within_robot},
    rows::{self, exists, loggable, named, preview, revision_of, same_name, unlabelled, value, with_actions},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<RobotSpec>("Robot"));

/// The back end of robots.
pub(crate) struct Robots;

struct Row(Robot);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        match name {
            "metadata.name" => FieldValue::Text(self.0.robot.name.as_str().into()),
            "metadata.team" => FieldValue::Text(self.0.robot.team.as_str().into()),
            "metadata.creationTimestamp" => FieldValue::Time(self.0.created_at),
            "spec.disabled" => FieldValue::Bool(self.0.spec.disabled),
            "status.lastUsedAt" => self.0.last_used_at.map_or(FieldValue::Absent, FieldValue::Time),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.robot.to_string())
    }
}

fn object(robot: &Robot) -> Result<Value, AppError> {
    let metadata = Metadata {
        team: Some(robot.robot.team.to_string()),
        ..rows::metadata(&robot.robot.name, robot.id, robot.revision, robot.created_at)
    };
    let status = RobotStatus { last_used_at: robot.last_used_at, tokens: robot.tokens };
    value(&rows::object(&ROBOT, metadata, robot.spec.clone(), Some(status)))
}

fn done(robot: &Robot) -> Result<Written, AppError> {
    Ok(Written::made(object(robot)?, robot.revision))
}

/// A rule as records have it: whom, and what they must say.
pub(crate) fn shown(rule: &TrustRule) -> String {
    let claims: Vec<String> = rule.claims.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{} for {} with {}", rule.issuer, rule.audience, claims.join(" "))
}

/// What a change is about, for the trail.
fn detail(before: &RobotSpec, after: &RobotSpec) -> Option<String> {
    let mut said = Vec::new();
    match (before.disabled, after.disabled) {
        (false, true) => said.push("disabled".to_owned()),
        (true, false) => said.push("enabled".to_owned()),
        _ => {}
    }
    let new = after.trust.iter().filter(|rule| !before.trust.contains(rule));
    said.extend(new.map(|rule| format!("trusts {}", shown(rule))));
    let gone = before.trust.iter().filter(|rule| !after.trust.contains(rule));
    said.extend(gone.map(|rule| format!("no longer trusts {}", shown(rule))));
    (!said.is_empty()).then(|| said.join("; "))
}

fn deed(change: Change, robot: &RobotRef, before: Option<&RobotSpec>, after: Option<&RobotSpec>) -> Deed {
    Deed {
        action: ROBOT.action(change),
        team: Some(robot.team.clone()),
        object: format!("robot/{robot}"),
        detail: before.or(after).and_then(|_| {
            let none = RobotSpec::default();
            detail(before.unwrap_or(&none), after.unwrap_or(&none))
        }),
        changes: changed(before, after),
    }
}

impl App {
    /// A team's robot, once the caller may know of the team's robots.
    pub(crate) async fn robot(&self, cx: &OpContext, team: &TeamName, name: &str) -> Result<Robot, AppError> {
        let name: RobotName = name.parse().map_err(|_| AppError::hidden())?;
        let robot = RobotRef { team: team.clone(), name };
        let found = self.store.robot(&robot, cx.now).await?.ok_or_else(AppError::hidden)?;
        // One of an earlier team of this name is nobody's.
        let there = self.team(team)?;
        if found.team_id == there.spec.id { Ok(found) } else { Err(AppError::hidden()) }
    }
}

impl Robots {
    async fn present(
        app: &App,
        cx: &OpContext,
        change: Change,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Robot, AppError> {
        let team = place.team()?;
        let what = format!("robot/{team}/{}", loggable(&place.name));
        app.authorize_to(cx, &ROBOT.action(change), Permission::RobotWrite, team.clone(), &what).await?;
        let robot = app.robot(cx, team, &place.name).await?;
        options.check(robot.revision)?;
        Ok(robot)
    }

    /// Refuses what cannot be trusted, with every field that is wrong.
    async fn check(app: &App, spec: &RobotSpec) -> Result<(), AppError> {
        let mut errors = Vec::new();
        if let Some(description) = &spec.description {
            checked_text("/spec/description", description, &mut errors);
        }
        if spec.trust.len() > MOST_RULES {
            errors.push(strict::error("/spec/trust", "maxItems", format!("at most {MOST_RULES} rules")));
        }
        for (number, rule) in spec.trust.iter().take(MOST_RULES).enumerate() {
            let at = format!("/spec/trust/{number}");
            let profile = match trust::well_known(&rule.issuer) {
                Some(profile) => Some(profile),
                None => app.store.issuer_named(&rule.issuer).await?.map(|issuer| issuer.spec.profile),
            };
            let Some(profile) = profile else {
                let why = "is not trusted here; an administrator lets robots trust it: kore issuer create";
                errors.push(strict::error(&format!("{at}/issuer"), "exists", why));
                continue;
            };
            let wrong = trust::check(rule, profile).into_iter();
            errors.extend(wrong.map(|(below, rule, why)| FieldError::new(format!("{at}{below}"), rule, why)));
        }
        if errors.is_empty() { Ok(()) } else { Err(strict::invalid(ROBOT.name, errors)) }
    }
}

#[async_trait]
impl Backend for Robots {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let (found, scope) = match team {
            Some(team) => {
                let what = format!("robots/{team}");
                let proof = app.authorize(cx, Permission::RobotRead, team.clone(), &what).await?;
                app.team(team)?;
                (app.store.list_robots(&proof, cx.now).await?, what)
            }
            None => {
                let proof = cx.visible(Permission::RobotRead);
                (app.store.visible_robots(&proof, cx.now).await?, ROBOT.plural.to_owned())
            }
        };
        let query = ListQuery::parse(raw, ROBOT.fields, &app.page_key, &scope)?;
        let rows: Vec<_> = found.into_iter().map(Row).collect();
        let page = page(&rows, &query, &app.page_key);
        let revision = rows.iter().map(|row| row.0.revision).max().unwrap_or_default().to_string();
        ListPage::of(page, revision, |row| object(&row.0))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let team = place.team()?;
        let what = format!("robot/{team}/{}", loggable(&place.name));
        app.authorize(cx, Permission::RobotRead, team.clone(), &what).await?;
        let robot = app.robot(cx, team, &place.name).await?;
        let mut object = object(&robot)?;
        let writes = cx.may(Permission::RobotWrite, &Resource::Team(team.clone()));
        with_actions(&mut object, if writes { &["update", "delete"] } else { &[] });
        Ok(Found { object, etag: Some(robot.revision.to_string()) })
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let team = team.ok_or_else(AppError::hidden)?;
        let name = named(&body);
        let what = format!("robot/{team}/{}", loggable(&name));
        let action = ROBOT.action(Change::Create);
        let proof = app.authorize_to(cx, &action, Permission::RobotWrite, team.clone(), &what).await?;
        let owner = app.team(team)?;
        let input = DECODER.read::<RobotSpec>(&body)?;
        unlabelled(ROBOT.name, &input.metadata)?;
        let name: RobotName = name.parse().map_err(|_| strict::bad_name(&name))?;
        let robot = RobotRef { team: team.clone(), name };
        Self::check(app, &input.spec).await?;
        let taken = || exists(&what, &robot.name);
        if app.store.robot(&robot, cx.now).await?.is_some() {
            return Err(taken());
        }
        let after = value(&input.spec)?;
        if let Some(preview) = preview(options, &what, &body, &Value::Null, &after)? {
            return Ok(preview);
        }
        let made = async {
            match app.store.create_robot(&proof, &owner.spec.id, &robot.name, &input.spec, cx.now).await {
                Err(StoreError::Unique(_)) => Err(taken()),
                result => Ok(result?),
            }
        };
        let made = app.attempt(cx, deed(Change::Create, &robot, None, Some(&input.spec)), made).await?;
        done(&made)
    }

    async fn replace(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let found = Self::present(app, cx, Change::Update, place, options).await?;
        let input = DECODER.read::<RobotSpec>(&body)?;
        unlabelled(ROBOT.name, &input.metadata)?;
        same_name(ROBOT.name, &input.metadata, &place.name)?;
        Self::check(app, &input.spec).await?;
        // Whoever is trusted can act as the robot: nobody lets others do what they may not do themselves.
        if input.spec.trust.iter().any(|rule| !found.spec.trust.contains(rule)) {
            app.signed_in(cx).await?;
            within_robot(app, cx, &found, None).await?;
        }
        let what = format!("robot/{}", found.robot);
        if let Some(preview) = preview(options, &what, &body, &value(&found.spec)?, &value(&input.spec)?)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::RobotWrite, found.robot.team.clone())?;
        let revision = revision_of(&options.precondition, found.revision);
        let (name, spec) = (&found.robot.name, &input.spec);
        let made = async { Ok(app.store.update_robot(&proof, name, revision, spec, cx.now).await?) };
        let deed = deed(Change::Update, &found.robot, Some(&found.spec), Some(spec));
        let changed = app.attempt(cx, deed, made).await?;
        app.signin.forget();
        done(&changed)
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let found = Self::present(app, cx, Change::Delete, place, options).await?;
        let shown = object(&found)?;
        let what = format!("robot/{}", found.robot);
        let before = value(&found.spec)?;
        if let Some(preview) = preview(options, &what, &shown, &before, &Value::Null)? {
            return Ok(preview);
        }
        let proof = cx.authorize(Permission::RobotWrite, found.robot.team.clone())?;
        let revision = revision_of(&options.precondition, found.revision);
        let made = async {
            match app.store.delete_robot(&proof, &found.robot.name, revision).await {
                Ok(()) | Err(StoreError::NotFound(_)) => Ok(()),
                Err(error) => Err(error.into()),
            }
        };
        app.attempt(cx, deed(Change::Delete, &found.robot, Some(&found.spec), None), made).await?;
        app.signin.forget();
        Ok(Written::gone(shown))
    }
}
