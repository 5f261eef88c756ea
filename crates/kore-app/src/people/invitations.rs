//! Invitations to teams: made, listed and taken back by whoever may change the members; accepted by
//! whoever holds the link.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
    sync::LazyLock,
};

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::{
    codes::Code,
    envelope::Metadata,
    identity::TeamRole,
    invitation::{AcceptedInvitation, InvitationSpec, InvitationState, InvitationStatus, InvitationUse},
    names::{TeamName, UserName},
    problem::Problem,
};
use kore_domain::{
    access::{
        Authorized, Circumstances, Decision, OpContext, Permission, Reach, Resource, Role, Subject, SystemContext,
        Visibility, decide, may_grant,
    },
    invitation::{self as rules, Effect, Facts},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
};
use kore_store::{Acceptance, Invitation, NewInvitation, StoreError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::memberships::word;
use crate::{
    App, AppError,
    audit::Deed,
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{Change, INVITATION},
    rows::{self, loggable, unlabelled, value, with_actions},
    signin::SignIn,
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<InvitationSpec>("Invitation"));

/// The back end of invitations.
pub(crate) struct Invitations;

/// An invitation and whether it works.
struct Row(Invitation, InvitationState);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        let invitation = &self.0;
        match name {
            "metadata.name" => FieldValue::Text(invitation.name.as_str().into()),
            "metadata.team" => FieldValue::Text(invitation.team.as_str().into()),
            "metadata.creationTimestamp" => FieldValue::Time(invitation.created_at),
            "spec.role" => FieldValue::Text(word(invitation.role).into()),
            "spec.expiresAt" => FieldValue::Time(invitation.expires_at),
            "spec.address" => invitation.address.as_deref().into(),
            "status.state" => FieldValue::Text(state_word(self.1).into()),
            "status.invitedBy" => FieldValue::Text(invitation.inviter.as_str().into()),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Owned(format!("{}/{}", self.0.team, self.0.name))
    }
}

const fn state_word(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Open => "open",
        InvitationState::UsedUp => "usedUp",
        InvitationState::Expired => "expired",
        InvitationState::Revoked => "revoked",
        InvitationState::Void => "void",
    }
}

/// Counts what changes about an invitation; the ETag.
fn revision(invitation: &Invitation) -> i64 {
    let used = i64::try_from(invitation.used_by.len()).unwrap_or(i64::MAX - 2);
    1 + used + i64::from(invitation.revoked_at.is_some())
}

/// An invitation as the API shows it.
fn object(invitation: &Invitation, state: InvitationState) -> Result<Value, AppError> {
    let used = u32::try_from(invitation.used_by.len()).unwrap_or(u32::MAX);
    let used_by = invitation.used_by.iter().map(|(user, at)| InvitationUse { user: user.clone(), at: *at });
    let metadata = Metadata {
        team: Some(invitation.team.to_string()),
        generation: 1,
        ..rows::metadata(&invitation.name, invitation.id, revision(invitation), invitation.created_at)
    };
    let spec = InvitationSpec {
        role: invitation.role,
        uses: invitation.uses,
        expires_at: Some(invitation.expires_at),
        expires_in: None,
        address: invitation.address.clone(),
    };
    let status = InvitationStatus {
        state,
        uses_left: invitation.uses.saturating_sub(used),
        used_by: used_by.collect(),
        invited_by: invitation.inviter.clone(),
        link: None,
    };
    value(&rows::object(&INVITATION, metadata, spec, Some(status)))
}

fn facts(invitation: &Invitation, inviter: Option<&Subject>, now: Timestamp) -> Facts {
    // From where they would come is not asked: they are not there.
    let at = Circumstances { now, address: None };
    let permissions = Role::from(invitation.role).permissions;
    let reach = Reach::Team(invitation.team.clone());
    let team = Resource::Team(invitation.team.clone());
    Facts {
        uses: invitation.uses,
        used: u32::try_from(invitation.used_by.len()).unwrap_or(u32::MAX),
        expires_at: invitation.expires_at,
        revoked: invitation.revoked_at.is_some(),
        inviter_may: inviter.is_some_and(|inviter| {
            decide(inviter, Permission::MembershipWrite, &team, &at) == Decision::Allow
                && may_grant(inviter, permissions, &reach, None, &at).is_empty()
        }),
    }
}

/// Teams have people in them. A token that is good for some things only does not make its owner more.
fn person(cx: &OpContext) -> Result<&UserName, AppError> {
    if cx.subject.limit.is_some() {
        let problem = Problem::new(Code::AuthForbidden, "the token in use is not good for joining a team");
        return Err(problem.with_fix("open the link in a browser, or sign in with kore login").into());
    }
    let robot = || {
        let problem = Problem::new(Code::AuthForbidden, "invitations are for people; a robot is in no team");
        problem.with_fix("bind the robot a role: kore access grant TEAM/NAME ROLE TEAM").into()
    };
    cx.subject.principal.user().ok_or_else(robot)
}

fn gone(detail: impl Into<String>) -> AppError {
    AppError::new(Code::InvitationGone, detail)
}

/// What somebody who holds an invitation is told about it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The team.
    pub team: TeamName,
    /// The role that it gives.
    pub role: TeamRole,
    /// Who invites: login name.
    pub invited_by: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The role that the caller has there.
    pub current: Option<TeamRole>,
    id: Uuid,
    name: String,
}

impl Offer {
    /// Whether accepting it changes anything.
    #[must_use]
    pub fn changes(&self) -> bool {
        rules::effect(self.current, self.role) != Effect::Keeps
    }
}

impl App {
    async fn states(&self, found: Vec<Invitation>, now: Timestamp) -> Result<Vec<Row>, AppError> {
        let mut inviters: HashMap<Uuid, Option<Subject>> = HashMap::new();
        let mut rows = Vec::with_capacity(found.len());
        for invitation in found {
            let inviter = match inviters.entry(invitation.inviter_id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.store.subject(invitation.inviter_id, now).await?),
            };
            let state = rules::state(&facts(&invitation, inviter.as_ref(), now), now);
            rows.push(Row(invitation, state));
        }
        Ok(rows)
    }

    /// How many of these can still be used.
    pub(crate) async fn open_invitations(&self, found: Vec<Invitation>, now: Timestamp) -> Result<u64, AppError> {
        let rows = self.states(found, now).await?;
        Ok(rows.iter().filter(|Row(_, state)| *state == InvitationState::Open).count() as u64)
    }

    /// What the holder of an invitation is offered, without using it.
    ///
    /// # Errors
    /// `InvitationGone` in words for the person; 403 when it is for somebody else's address; `AuthTooMany`.
    pub async fn invitation(&self, cx: &OpContext, code: &str) -> Result<Offer, AppError> {
        let person = person(cx)?;
        self.signin.admit_invitation(person, cx.address)?;
        let hash = SignIn::invitation_hash(rules::code(code));
        let found = match hash {
            Some(hash) => self.store.invitation_by_hash(hash).await?,
            None => None,
        };
        let invitation = found.ok_or_else(|| gone("There is no such invitation. Is the link complete?"))?;
        let (team, inviter) = (invitation.team.clone(), invitation.inviter.clone());
        if self.indexes.teams.get(None, team.as_str()).is_none_or(|there| there.spec.id != invitation.team_id) {
            return Err(gone(format!("The team {team} does not exist any more.")));
        }
        let offer = Offer {
            team: team.clone(),
            role: invitation.role,
            invited_by: inviter.clone(),
            expires_at: invitation.expires_at,
            current: cx.subject.teams.get(&team).copied(),
            id: invitation.id,
            name: invitation.name.clone(),
        };
        let mine = self.store.user_by_id(cx.subject.id).await?;
        let mine = mine.and_then(|user| user.spec.email).and_then(|email| rules::address(&email));
        if invitation.address.is_some() && invitation.address != mine {
            let problem =
                Problem::new(Code::AuthForbidden, "This invitation is for another e-mail address than yours.");
            let fix = format!(
                "ask {inviter} for one without an address, or an administrator to record yours: kore user edit NAME --email ADDRESS"
            );
            return Err(problem.with_fix(fix).into());
        }
        let by = self.store.subject(invitation.inviter_id, cx.now).await?;
        match rules::state(&facts(&invitation, by.as_ref(), cx.now), cx.now) {
            // Whoever has what it gives is told so, whatever became of the invitation.
            _ if !offer.changes() => Ok(offer),
            InvitationState::Open => Ok(offer),
            InvitationState::UsedUp => Err(gone("This invitation was used by as many people as it was made for.")),
            InvitationState::Expired => {
                let at = invitation.expires_at.strftime("%Y-%m-%d %H:%M UTC");
                Err(gone(format!("This invitation ended on {at}.")))
            }
            InvitationState::Revoked => Err(gone("This invitation was taken back.")),
            InvitationState::Void => {
                Err(gone(format!("{inviter}, who made this invitation, may not give this role any more.")))
            }
        }
    }

    /// Uses an invitation for the caller.
    ///
    /// # Errors
    /// As [`App::invitation`].
    pub async fn accept_invitation(&self, cx: &OpContext, code: &str) -> Result<AcceptedInvitation, AppError> {
        let offer = self.invitation(cx, code).await?;
        let accepted = |role, changed| AcceptedInvitation {
            team: offer.team.to_string(),
            role,
            changed,
            invited_by: offer.invited_by.clone(),
        };
        if let Some(current) = offer.current.filter(|_| !offer.changes()) {
            return Ok(accepted(current, false));
        }
        let system = SystemContext { component: "invitations", now: cx.now };
        let proof = system.grant(Permission::MembershipWrite, offer.team.clone());
        let deed = Deed {
            action: "invitation.accept".to_owned(),
            team: Some(offer.team.clone()),
            object: format!("invitation/{}/{}", offer.team, offer.name),
            detail: Some(format!("{} as {}", cx.subject.principal, word(offer.role))),
            changes: Vec::new(),
        };
        let work = async {
            match self.store.accept_invitation(&proof, offer.id, person(cx)?, cx.now).await? {
                Acceptance::Done(membership) => Ok(accepted(membership.role, true)),
                Acceptance::Kept(role) => Ok(accepted(role, false)),
                Acceptance::Again => {
                    Err(gone("You used this invitation before. Whoever left, or was removed, needs another."))
                }
                Acceptance::Spent => Err(gone("Somebody else was faster: this invitation is used up or taken back.")),
            }
        };
        let accepted = self.attempt(cx, deed, work).await?;
        self.signin.forget();
        Ok(accepted)
    }
}

fn deed(change: Change, team: &TeamName, name: &str, detail: String) -> Deed {
    let object = format!("invitation/{team}/{name}");
    Deed {
        action: INVITATION.action(change),
        team: Some(team.clone()),
        object,
        detail: Some(detail),
        changes: Vec::new(),
    }
}

impl Invitations {
    async fn find(app: &App, proof: &Authorized<TeamName>, name: &str, now: Timestamp) -> Result<Row, AppError> {
        let found = app.store.get_invitation(proof, name).await?;
        app.states(found.into_iter().collect(), now).await?.pop().ok_or_else(AppError::hidden)
    }
}

#[async_trait]
impl Backend for Invitations {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let proof: Authorized<Visibility> = match team {
            Some(team) => {
                let what = format!("invitations/{team}");
                let proof = app.authorize(cx, Permission::MembershipWrite, team.clone(), &what).await?;
                app.team(team)?;
                proof.into()
            }
            None => cx.visible(Permission::MembershipWrite),
        };
        let scope = team.map_or_else(|| INVITATION.plural.to_owned(), |team| format!("invitations/{team}"));
        let query = ListQuery::parse(raw, INVITATION.fields, &app.page_key, &scope)?;
        let rows = app.states(app.store.list_invitations(&proof).await?, cx.now).await?;
        ListPage::of(page(rows, &query, &app.page_key), String::new(), |row| object(&row.0, row.1))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let team = place.team()?;
        let what = format!("invitation/{team}/{}", loggable(&place.name));
        let proof = app.authorize(cx, Permission::MembershipWrite, team.clone(), &what).await?;
        let Row(found, state) = Self::find(app, &proof, &place.name, cx.now).await?;
        let mut shown = object(&found, state)?;
        with_actions(&mut shown, if found.revoked_at.is_none() { &["delete"] } else { &[] });
        Ok(Found { object: shown, etag: Some(revision(&found).to_string()) })
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        team: Option<&TeamName>,
        mut body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let team = team.ok_or_else(AppError::hidden)?;
        let what = format!("invitation/{team}/?");
        let action = INVITATION.action(Change::Create);
        let proof = app.authorize_to(cx, &action, Permission::MembershipWrite, team.clone(), &what).await?;
        let there = app.team(team)?;
        unnamed(&mut body)?;
        let input = DECODER.read::<InvitationSpec>(&body)?;
        unlabelled("Invitation", &input.metadata)?;
        let mut spec = input.spec;
        let wrong = |place: &str, rule: &str, why: String| {
            strict::invalid("Invitation", vec![strict::error(&format!("/spec/{place}"), rule, why)])
        };
        let expires_at = rules::expiry(&spec, cx.now).map_err(|why| {
            let place = if spec.expires_in.is_some() { "expiresIn" } else { "expiresAt" };
            wrong(place, "range", why.to_string())
        })?;
        if let Some(given) = &spec.address {
            let read =
                rules::address(given).ok_or_else(|| wrong("address", "format", "is no e-mail address".to_owned()))?;
            spec.address = Some(read);
        }
        super::memberships::within_own(cx, team, spec.role)?;
        let after = value(&spec)?;
        if let Some(preview) = rows::preview(options, &what, &body, &Value::Null, &after)? {
            return Ok(preview);
        }
        let drawn = app.signin.draw_invitation();
        let new = NewInvitation {
            name: drawn.name,
            hash: drawn.hash,
            team_id: there.spec.id.clone(),
            role: spec.role,
            uses: spec.uses,
            address: spec.address,
            inviter_id: cx.subject.id,
            inviter: cx.subject.principal.name(),
            expires_at,
        };
        let detail = format!("{}, {} times, until {expires_at}", word(new.role), new.uses);
        let made = async { Ok::<_, AppError>(app.store.create_invitation(&proof, &new, cx.now).await?) };
        let made = app.attempt(cx, deed(Change::Create, team, &new.name, detail), made).await?;
        let kept = object(&made, InvitationState::Open)?;
        let mut shown = kept.clone();
        if let Some(status) = shown.get_mut("status").and_then(Value::as_object_mut) {
            status.insert("link".to_owned(), json!(drawn.link));
        }
        Ok(Written::Once { shown, kept, etag: Some(revision(&made).to_string()) })
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let team = place.team()?;
        let what = format!("invitation/{team}/{}", loggable(&place.name));
        let action = INVITATION.action(Change::Delete);
        let proof = app.authorize_to(cx, &action, Permission::MembershipWrite, team.clone(), &what).await?;
        let Row(found, state) = Self::find(app, &proof, &place.name, cx.now).await?;
        options.check(revision(&found))?;
        let shown = object(&found, state)?;
        let before = json!({ "state": state_word(state) });
        if let Some(preview) = rows::preview(options, &what, &shown, &before, &json!({ "state": "revoked" }))? {
            return Ok(preview);
        }
        let revoked = async {
            match app.store.revoke_invitation(&proof, &found.name, cx.now).await {
                Ok(_) | Err(StoreError::NotFound(_)) => Ok(()),
                Err(error) => Err(error.into()),
            }
        };
        let detail = word(found.role).to_owned();
        app.attempt(cx, deed(Change::Delete, team, &found.name, detail), revoked).await?;
        let Row(now, state) = Self::find(app, &proof, &found.name, cx.now).await?;
        Ok(Written::made(object(&now, state)?, revision(&now)))
    }
}

/// The server chooses the name: whoever leaves it out means that.
fn unnamed(body: &mut Value) -> Result<(), AppError> {
    let Some(body) = body.as_object_mut() else { return Ok(()) };
    let metadata = body.entry("metadata").or_insert_with(|| json!({}));
    let Some(metadata) = metadata.as_object_mut() else { return Ok(()) };
    let name = metadata.entry("name").or_insert_with(|| json!(""));
    if name.as_str().is_none_or(str::is_empty) {
        return Ok(());
    }
    let detail = "is chosen by the server; leave it out";
    Err(strict::invalid("Invitation", vec![strict::error("/metadata/name", "reserved", detail)]))
}
