//! Elevations: a role for a while. Asked for, approved by somebody else where the rule says so, active,
//! gone by themselves. The same for people and robots.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    access::{ElevationSpec, ElevationState, ElevationStatus},
    codes::Code,
    envelope::Metadata,
    names::TeamName,
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Permission, Platform, Reach, Resource, Via, Visibility},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
};
use kore_store::{Elevation, NewElevation, StoreError};
use serde_json::Value;
use uuid::Uuid;

use super::{bindable, bindings::LONGEST, checked_text, id, is_person, reached, shown};
use crate::{
    App, AppError,
    audit::Deed,
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::ELEVATION,
    rows::{self, preview, unlabelled, value, with_actions},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<ElevationSpec>("Elevation"));

/// Longest elevation of a platform administrator, in minutes.
const ADMIN_LONGEST: u32 = 8 * 60;

/// The back end of elevations.
pub(crate) struct Elevations;

/// What somebody decides about an elevation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It begins.
    Approve,
    /// It never begins.
    Refuse,
    /// It ends early, or is not wanted any more.
    End,
}

impl Decision {
    /// As audit records call it.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::Approve => "elevation.approve",
            Self::Refuse => "elevation.refuse",
            Self::End => "elevation.end",
        }
    }
}

struct Row(Elevation, String, String);

const fn word(state: ElevationState) -> &'static str {
    match state {
        ElevationState::Requested => "requested",
        ElevationState::Active => "active",
        ElevationState::Refused => "refused",
        ElevationState::Expired => "expired",
        ElevationState::Ended => "ended",
    }
}

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        let team = self.0.spec.scope.team.as_ref();
        match name {
            "metadata.name" => FieldValue::Text(self.1.as_str().into()),
            "metadata.creationTimestamp" => FieldValue::Time(self.0.created_at),
            "spec.role" => FieldValue::Text(self.0.spec.role.as_str().into()),
            "spec.scope.team" => team.map(|team| team.as_str()).into(),
            "status.subject" => FieldValue::Text(self.2.as_str().into()),
            "status.state" => FieldValue::Text(word(self.0.state).into()),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.1)
    }
}

fn object(elevation: &Elevation) -> Result<Value, AppError> {
    let metadata = Metadata {
        generation: 1,
        ..rows::metadata(&elevation.id, elevation.id, elevation.revision, elevation.created_at)
    };
    let status = ElevationStatus {
        subject: elevation.subject.clone(),
        state: elevation.state,
        approval: elevation.approval,
        decided_by: elevation.decided_by.clone(),
        active_until: elevation.active_until,
    };
    value(&rows::object(&ELEVATION, metadata, elevation.spec.clone(), Some(status)))
}

fn deed(action: &str, spec: &ElevationSpec, name: &str) -> Deed {
    let detail = format!("{} on {} for {} min: {}", spec.role, shown(&spec.scope), spec.minutes, spec.reason);
    let object = format!("elevation/{name}");
    Deed { action: action.to_owned(), team: spec.scope.team.clone(), object, detail: Some(detail), changes: Vec::new() }
}

fn resource(elevation: &Elevation) -> Result<Resource, AppError> {
    Ok(Reach::of(&elevation.spec.scope).map_err(AppError::internal)?.resource())
}

/// The rule by which somebody may ask for a role.
struct Rule {
    binding: Option<Uuid>,
    networks: Vec<ipnet::IpNet>,
    max_minutes: u32,
    approval: bool,
}

/// The kindest rule that fits: one without approval before one with, then the longest.
async fn rule(app: &App, cx: &OpContext, spec: &ElevationSpec, reach: &Reach) -> Result<Rule, AppError> {
    if cx.subject.is_platform_admin() {
        return Ok(Rule { binding: None, networks: Vec::new(), max_minutes: ADMIN_LONGEST, approval: false });
    }
    let own = app.store.role_bindings_of(cx.subject.id).await?;
    let mut rules: Vec<_> = own
        .into_iter()
        .filter_map(|binding| {
            let elevation = binding.spec.elevation.clone()?;
            let fits = binding.spec.role == spec.role
                && Reach::of(&binding.spec.scope).is_ok_and(|own| own.contains(reach))
                && binding.spec.expires_at.is_none_or(|end| cx.now < end)
                && kore_api::access::from_networks(&binding.spec.networks, cx.address);
            fits.then_some(Rule {
                binding: Some(binding.id),
                networks: binding.spec.networks,
                max_minutes: elevation.max_minutes,
                approval: elevation.approval,
            })
        })
        .collect();
    rules.sort_by_key(|rule| (rule.approval, std::cmp::Reverse(rule.max_minutes)));
    rules.into_iter().next().ok_or_else(|| {
        let detail = format!("no binding of yours lets you ask for the role {} on {reach}", spec.role);
        let problem = Problem::new(Code::AuthForbidden, detail);
        problem.with_fix("ask an owner of the team to bind it to you with an elevation rule").into()
    })
}

impl Elevations {
    /// An elevation that the caller may know of: their own, or one that they may decide about.
    async fn visible(app: &App, cx: &OpContext, name: &str) -> Result<Elevation, AppError> {
        let found = app.store.elevation(id(name)?, cx.now).await?.ok_or_else(AppError::hidden)?;
        let theirs = found.subject_id == cx.subject.id || cx.may(Permission::ElevationDecide, &resource(&found)?);
        if theirs { Ok(found) } else { Err(AppError::hidden()) }
    }
}

#[async_trait]
impl Backend for Elevations {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let proof = cx.visible(Permission::ElevationDecide);
        let teams: Option<Vec<String>> = match proof.get(Permission::ElevationDecide)? {
            Visibility::All => None,
            Visibility::Only { teams, .. } => Some(teams.iter().map(ToString::to_string).collect()),
        };
        let query = ListQuery::parse(raw, ELEVATION.fields, &app.page_key, ELEVATION.plural)?;
        let found = app.store.list_elevations(teams.as_deref(), cx.subject.id, cx.now).await?;
        let row = |elevation: Elevation| {
            let (name, subject) = (elevation.id.to_string(), elevation.subject.to_string());
            Row(elevation, name, subject)
        };
        let rows: Vec<_> = found.into_iter().map(row).collect();
        let page = page(&rows, &query, &app.page_key);
        let revision = rows.iter().map(|row| row.0.revision).sum::<i64>().to_string();
        ListPage::of(page, revision, |row| object(&row.0))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let found = Self::visible(app, cx, &place.name).await?;
        let decides = found.subject_id != cx.subject.id && cx.may(Permission::ElevationDecide, &resource(&found)?);
        let actions: &[&str] = match (found.state, decides) {
            (ElevationState::Requested, true) => &["approve", "refuse", "end"],
            (ElevationState::Requested | ElevationState::Active, _) => &["end"],
            _ => &[],
        };
        let mut object = object(&found)?;
        with_actions(&mut object, actions);
        Ok(Found { object, etag: Some(found.revision.to_string()) })
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let what = format!("elevation/{}", cx.subject.principal);
        app.authorize_to(cx, "elevation.request", Permission::ElevationRequest, Platform, &what).await?;
        let input = DECODER.read::<ElevationSpec>(&body)?;
        let spec = input.spec;
        unlabelled(ELEVATION.name, &input.metadata)?;
        let mut errors = Vec::new();
        if !input.metadata.name.is_empty() {
            errors.push(strict::error("/metadata/name", "maxLength", "the server names elevations"));
        }
        if spec.reason.trim().is_empty() {
            errors.push(strict::error(
                "/spec/reason",
                "minLength",
                "say what for: those who approve and audit read it",
            ));
        }
        checked_text("/spec/reason", &spec.reason, &mut errors);
        if !(1..=LONGEST).contains(&spec.minutes) {
            errors.push(strict::error("/spec/minutes", "maximum", format!("1 to {LONGEST} minutes")));
        }
        let asked =
            Reach::of(&spec.scope).map_err(|why| errors.push(strict::error("/spec/scope/team", "required", why)));
        let (Ok(asked), true) = (asked, errors.is_empty()) else { return Err(strict::invalid(ELEVATION.name, errors)) };
        // Whether they may comes before what is there.
        let rule = rule(app, cx, &spec, &asked).await?;
        let place = reached(app, &spec.scope).map_err(|error| errors.push(error)).ok();
        let _known = bindable(&app.store, &spec.role).await?.map_err(|error| errors.push(error));
        if spec.minutes > rule.max_minutes {
            let why = format!("at most {} minutes for this role", rule.max_minutes);
            errors.push(strict::error("/spec/minutes", "maximum", why));
        }
        let (Some((reach, team_id)), true) = (place, errors.is_empty()) else {
            return Err(strict::invalid(ELEVATION.name, errors));
        };
        let open = app.store.list_elevations(Some(&[]), cx.subject.id, cx.now).await?.into_iter().find(|one| {
            matches!(one.state, ElevationState::Requested | ElevationState::Active)
                && (&one.spec.role, &one.spec.scope) == (&spec.role, &spec.scope)
        });
        if let Some(open) = open {
            let detail = format!("{} on {reach} is {} already", spec.role, word(open.state));
            return Err(Problem::new(Code::AlreadyExists, detail).with("elevation", open.id.to_string()).into());
        }
        let after = value(&spec)?;
        if let Some(preview) = preview(options, &what, &body, &Value::Null, &after)? {
            return Ok(preview);
        }
        let deed = deed("elevation.request", &spec, &cx.subject.principal.to_string());
        let Rule { binding, networks, approval, .. } = rule;
        let new = NewElevation { subject: cx.subject.id, spec, team_id, binding, networks, approval };
        let made = async { Ok(app.store.create_elevation(&new, cx.now).await?) };
        let made = app.attempt(cx, deed, made).await?;
        app.signin.forget();
        Ok(Written::made(object(&made)?, made.revision))
    }
}

impl App {
    /// Decides about an elevation. Nobody approves what they asked for themselves, and a robot approves
    /// nothing; whoever asked may end it.
    ///
    /// # Errors
    /// 404 for what is not theirs to know, 403, 409 when it has been decided already.
    pub async fn decide_elevation(&self, cx: &OpContext, name: &str, decision: Decision) -> Result<Value, AppError> {
        let seen = Elevations::visible(self, cx, name).await?;
        let (action, what, own) =
            (decision.action(), format!("elevation/{}", seen.id), seen.subject_id == cx.subject.id);
        if own && decision == Decision::End {
            self.authorize_to(cx, action, Permission::ElevationRequest, Platform, &what).await?;
        } else {
            self.authorize_to(cx, action, Permission::ElevationDecide, resource(&seen)?, &what).await?;
        }
        if decision == Decision::Approve && (own || !is_person(&cx.subject.principal)) {
            let problem =
                Problem::new(Code::AuthForbidden, "an elevation is approved by a person other than who asked");
            return Err(problem.with_fix("ask another owner of the team, or a platform administrator").into());
        }
        if decision == Decision::Approve {
            // What somebody has for a while only, they do not pass round.
            let mut lasting = cx.clone();
            lasting.subject.grants.retain(|grant| matches!(grant.via, Via::Binding(_)));
            if !lasting.may(Permission::ElevationDecide, &resource(&seen)?) {
                let why = "what comes by an elevation approves no other elevation";
                return Err(Problem::new(Code::AuthForbidden, why).with_fix("ask a lasting owner of the team").into());
            }
        }
        let to = match (decision, seen.state) {
            (Decision::Approve, ElevationState::Requested) => ElevationState::Active,
            (Decision::Refuse, ElevationState::Requested) => ElevationState::Refused,
            (Decision::End, ElevationState::Requested | ElevationState::Active) => ElevationState::Ended,
            (_, state) => {
                let problem = Problem::new(Code::ElevationOver, format!("the elevation is {} already", word(state)));
                return Err(problem.with("state", word(state)).into());
            }
        };
        let made = async {
            match self.store.decide_elevation(&seen, to, &cx.subject.actor(), cx.now).await {
                Err(StoreError::Conflict(_)) => {
                    Err(AppError::new(Code::ElevationOver, "somebody else decided about it at the same moment"))
                }
                result => Ok(result?),
            }
        };
        let decided = self.attempt(cx, deed(action, &seen.spec, &seen.id.to_string()), made).await?;
        self.signin.forget();
        object(&decided)
    }
}
