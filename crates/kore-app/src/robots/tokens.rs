//! Long-lived tokens of people and robots: made, listed, replaced, ended.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    codes::Code,
    names::TeamName,
    problem::Problem,
    robot::{
        LONGEST_DAYS, LONGEST_OVERLAP, MOST_PERSONAL_TOKENS, MOST_ROBOT_TOKENS, NewToken, Token, TokenList,
        TokenRequest, USUAL_DAYS,
    },
};
use kore_domain::access::{Limit, OpContext, Permission, Platform, Source};
use kore_store::{LongToken, NewSession, Session};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    App, AppError,
    audit::Deed,
    rights::within_robot,
    rows::loggable,
    signin::token::{Kind, Secret},
    strict,
};

const CREATE: &str = "token.create";
const REVOKE: &str = "token.revoke";
/// Most teams that a token is limited to.
const MOST_TEAMS: usize = 100;
/// How far a caller's clock may be ahead.
const SLACK: SignedDuration = SignedDuration::from_mins(10);

/// Whose tokens.
struct Owner {
    id: Uuid,
    /// As `robot:payments/ci`.
    principal: String,
    /// As `robot/payments/ci`.
    object: String,
    /// Whose trail shows it.
    team: Option<TeamName>,
    kind: Kind,
    most: u32,
}

/// A request that was looked at.
#[derive(Debug, PartialEq)]
struct Asked {
    name: String,
    expires_at: Timestamp,
    limit: Option<Limit>,
    replaces: Option<(Uuid, Timestamp)>,
}

/// Looks at a request.
fn read(body: Value, now: Timestamp) -> Result<Asked, AppError> {
    let request: TokenRequest = serde_json::from_value(body)
        .map_err(|cause| strict::invalid("Token", vec![strict::error("", "type", cause.to_string())]))?;
    let mut errors = Vec::new();
    let name = request.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
        errors.push(strict::error("/name", "maxLength", "1 to 64 characters"));
    }
    let after = |time: SignedDuration| now.checked_add(time).unwrap_or(now);
    let longest = after(SignedDuration::from_hours(24 * LONGEST_DAYS));
    let expires_at = request.expires_at.unwrap_or_else(|| after(SignedDuration::from_hours(24 * USUAL_DAYS)));
    if expires_at <= now {
        errors.push(strict::error("/expiresAt", "minimum", "is in the past"));
    } else if expires_at.checked_sub(SLACK).unwrap_or(expires_at) > longest {
        errors.push(strict::error("/expiresAt", "maximum", format!("at most {LONGEST_DAYS} days from now")));
    }
    for (number, name) in request.permissions.iter().enumerate() {
        if Permission::find(name).is_none() {
            let why = format!("there is no permission {name:?}; kore role permissions shows what there is");
            errors.push(strict::error(&format!("/permissions/{number}"), "exists", why));
        }
    }
    if request.teams.len() > MOST_TEAMS {
        errors.push(strict::error("/teams", "maxItems", format!("at most {MOST_TEAMS} teams")));
    }
    let replaces = request.replaces.as_deref().map(str::parse::<Uuid>).transpose();
    if replaces.is_err() {
        errors.push(strict::error("/replaces", "format", "is not the id of a token"));
    }
    let overlap = request.overlap_minutes.unwrap_or(60);
    if overlap > LONGEST_OVERLAP {
        errors.push(strict::error("/overlapMinutes", "maximum", format!("at most {LONGEST_OVERLAP} minutes")));
    }
    if !errors.is_empty() {
        return Err(strict::invalid("Token", errors));
    }
    let limited = !request.permissions.is_empty() || !request.teams.is_empty();
    let all = || Permission::ALL.iter().map(|permission| permission.name().to_owned()).collect::<BTreeSet<_>>();
    let limit = limited.then(|| Limit {
        permissions: if request.permissions.is_empty() { all() } else { request.permissions.into_iter().collect() },
        teams: (!request.teams.is_empty()).then(|| request.teams.into_iter().collect()),
    });
    let until = after(SignedDuration::from_mins(i64::from(overlap)));
    let replaces = replaces.ok().flatten().map(|id| (id, until));
    Ok(Asked { name, expires_at: expires_at.min(longest), limit, replaces })
}

fn shown(session: &Session, owner: &str) -> Token {
    let limit = session.limit.as_ref();
    let every = |limit: &&Limit| limit.permissions.len() == Permission::ALL.len();
    Token {
        id: session.id.to_string(),
        name: session.name.clone().unwrap_or_default(),
        owner: owner.to_owned(),
        created_at: session.created_at,
        expires_at: session.expires_at,
        last_used_at: Some(session.last_used_at).filter(|used| *used > Timestamp::UNIX_EPOCH),
        permissions: limit
            .filter(|limit| !every(limit))
            .map(|limit| limit.permissions.iter().cloned().collect())
            .unwrap_or_default(),
        teams: limit.and_then(|limit| limit.teams.clone()).into_iter().flatten().collect(),
    }
}

impl App {
    fn own(cx: &OpContext) -> Result<Owner, AppError> {
        let principal = &cx.subject.principal;
        if principal.user().is_none() {
            let problem = Problem::new(Code::AuthForbidden, "personal tokens are people's");
            return Err(problem.with_fix("an owner of the team makes them: kore robot token create TEAM/NAME").into());
        }
        Ok(Owner {
            id: cx.subject.id,
            principal: principal.to_string(),
            object: principal.object(),
            team: None,
            kind: Kind::Personal,
            most: MOST_PERSONAL_TOKENS,
        })
    }

    async fn of_robot(
        &self,
        cx: &OpContext,
        action: &str,
        permission: Permission,
        team: &TeamName,
        name: &str,
    ) -> Result<(Owner, kore_store::Robot), AppError> {
        let what = format!("robot/{team}/{}", loggable(name));
        self.authorize_to(cx, action, permission, team.clone(), &what).await?;
        let robot = self.robot(cx, team, name).await?;
        let owner = Owner {
            id: robot.id,
            principal: format!("robot:{}", robot.robot),
            object: format!("robot/{}", robot.robot),
            team: Some(team.clone()),
            kind: Kind::Robot,
            most: MOST_ROBOT_TOKENS,
        };
        Ok((owner, robot))
    }

    async fn tokens_of(&self, cx: &OpContext, owner: &Owner) -> Result<TokenList, AppError> {
        let found = self.store.long_tokens_of(owner.id, cx.now).await?;
        Ok(TokenList { items: found.iter().map(|session| shown(session, &owner.principal)).collect() })
    }

    async fn create_token(&self, cx: &OpContext, owner: &Owner, asked: Asked) -> Result<NewToken, AppError> {
        let mut detail = format!("{:?} until {}", asked.name, asked.expires_at);
        if let Some(limit) = &asked.limit {
            let teams = limit.teams.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            if limit.permissions.len() < Permission::ALL.len() {
                let names: Vec<&str> = limit.permissions.iter().map(String::as_str).collect();
                detail.push_str(&format!(" for {}", names.join(" ")));
            }
            if !teams.is_empty() {
                detail.push_str(&format!(" in {teams}"));
            }
        }
        if let Some((old, until)) = &asked.replaces {
            detail.push_str(&format!(", in place of {old}, which works until {until}"));
        }
        let new = NewSession {
            user_id: owner.id,
            source: Source::Api,
            label: Some(format!("token {}", asked.name)),
            address: None,
            expires_at: asked.expires_at,
            name: Some(asked.name),
            limit: asked.limit,
        };
        let (secret, token): (Secret, _) = self.signin.long_token(owner.kind, asked.expires_at);
        let work = async {
            match self.store.create_long_token(&new, &token, owner.most, asked.replaces, cx.now).await? {
                LongToken::Made(session) => Ok(session),
                LongToken::TooMany => {
                    let detail =
                        format!("{} has {} tokens that work, and may have no more", owner.principal, owner.most);
                    let problem = Problem::new(Code::TooManyTokens, detail);
                    Err(problem.with_fix("revoke one, or wait until the one that was replaced ends").into())
                }
                LongToken::NotThere => {
                    let why = "is none of the tokens that work";
                    Err(strict::invalid("Token", vec![strict::error("/replaces", "exists", why)]))
                }
            }
        };
        let deed = Deed {
            action: CREATE.to_owned(),
            team: owner.team.clone(),
            object: owner.object.clone(),
            detail: Some(detail),
            changes: Vec::new(),
        };
        let session = self.attempt(cx, deed, work).await?;
        // The one that was replaced may have ended already.
        self.signin.forget();
        Ok(NewToken { about: shown(&session, &owner.principal), token: secret.expose().to_owned() })
    }

    async fn revoke_token(&self, cx: &OpContext, owner: &Owner, id: &str) -> Result<(), AppError> {
        let id: Uuid = id.parse().map_err(|_| AppError::hidden())?;
        let found = self.store.long_tokens_of(owner.id, cx.now).await?;
        let session = found.iter().find(|session| session.id == id).ok_or_else(AppError::hidden)?;
        let detail = Some(format!("{:?} {id}", session.name.as_deref().unwrap_or_default()));
        let (team, object) = (owner.team.clone(), owner.object.clone());
        let deed = Deed { action: REVOKE.to_owned(), team, object, detail, changes: Vec::new() };
        self.attempt(cx, deed, async { Ok(self.store.revoke_session(id, cx.now).await?) }).await?;
        self.signin.forget();
        Ok(())
    }

    /// The caller's own long-lived tokens.
    ///
    /// # Errors
    /// 403 for robots, and for a token that is not good for it.
    pub async fn own_tokens(&self, cx: &OpContext) -> Result<TokenList, AppError> {
        self.authorize(cx, Permission::SessionOwn, Platform, "tokens").await?;
        self.tokens_of(cx, &Self::own(cx)?).await
    }

    /// Makes a token for the caller. Only whoever is signed in can: a token makes no further tokens, so
    /// that one that was stolen ends when it is revoked.
    ///
    /// # Errors
    /// 403, 422 with every field that is wrong, 409 when there are too many.
    pub async fn create_own_token(&self, cx: &OpContext, body: Value) -> Result<NewToken, AppError> {
        self.authorize_to(cx, CREATE, Permission::SessionOwn, Platform, &cx.subject.principal.object()).await?;
        let owner = Self::own(cx)?;
        self.signed_in(cx).await?;
        self.create_token(cx, &owner, read(body, cx.now)?).await
    }

    /// Refuses whoever is not signed in as a person: what a token makes would not end with it.
    pub(super) async fn signed_in(&self, cx: &OpContext) -> Result<(), AppError> {
        let session = match cx.session {
            Some(id) => self.store.session(id).await?,
            None => None,
        };
        let token = cx.subject.limit.is_some() || session.is_none_or(|session| session.name.is_some());
        if token || cx.subject.principal.user().is_none() {
            let problem = Problem::new(Code::AuthForbidden, "a token makes no further tokens");
            return Err(problem.with_fix("sign in: kore login").into());
        }
        Ok(())
    }

    /// Ends a token of the caller's.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn revoke_own_token(&self, cx: &OpContext, id: &str) -> Result<(), AppError> {
        self.authorize_to(cx, REVOKE, Permission::SessionOwn, Platform, &cx.subject.principal.object()).await?;
        self.revoke_token(cx, &Self::own(cx)?, id).await
    }

    /// A robot's static tokens.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn robot_tokens(&self, cx: &OpContext, team: &TeamName, name: &str) -> Result<TokenList, AppError> {
        let permission = Permission::RobotRead;
        let (owner, _) = self.of_robot(cx, permission.name(), permission, team, name).await?;
        self.tokens_of(cx, &owner).await
    }

    /// Makes a static token for a robot, if the caller holds all that the token would be good for.
    ///
    /// # Errors
    /// 403, 404, 422 with every field that is wrong, 409 when there are two already.
    pub async fn create_robot_token(
        &self,
        cx: &OpContext,
        team: &TeamName,
        name: &str,
        body: Value,
    ) -> Result<NewToken, AppError> {
        let (owner, robot) = self.of_robot(cx, CREATE, Permission::RobotWrite, team, name).await?;
        self.signed_in(cx).await?;
        let asked = read(body, cx.now)?;
        within_robot(self, cx, &robot, asked.limit.as_ref()).await?;
        self.create_token(cx, &owner, asked).await
    }

    /// Ends a static token of a robot.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn revoke_robot_token(
        &self,
        cx: &OpContext,
        team: &TeamName,
        name: &str,
        id: &str,
    ) -> Result<(), AppError> {
        let (owner, _) = self.of_robot(cx, REVOKE, Permission::RobotWrite, team, name).await?;
        self.revoke_token(cx, &owner, id).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_token_ends_within_ninety_days_and_by_itself_in_thirty() {
        let asked = read(json!({ "name": " laptop " }), now()).unwrap();
        assert_eq!(asked.name, "laptop");
        assert_eq!(asked.expires_at, "2026-12-22T12:00:00Z".parse().unwrap());
        assert_eq!((asked.limit, asked.replaces), (None, None));
        let longest = read(json!({ "name": "x", "expiresAt": "2027-02-20T12:05:00Z" }), now()).unwrap();
        assert_eq!(longest.expires_at, "2027-02-20T12:00:00Z".parse().unwrap(), "a clock that is ahead");
        for (body, pointer) in [
            (json!({ "name": "x", "expiresAt": "2027-02-21T12:00:00Z" }), "/expiresAt"),
            (json!({ "name": "x", "expiresAt": "2026-11-22T12:00:00Z" }), "/expiresAt"),
            (json!({ "name": "" }), "/name"),
            (json!({ "name": "a\nb" }), "/name"),
            (json!({ "name": "é".repeat(65) }), "/name"),
            (json!({ "name": "x", "permissions": ["cluster.raed"] }), "/permissions/0"),
            (json!({ "name": "x", "replaces": "7" }), "/replaces"),
            (json!({ "name": "x", "overlapMinutes": 10081 }), "/overlapMinutes"),
            (json!({ "name": "x", "limit": {} }), ""),
            (json!([]), ""),
        ] {
            let error = read(body.clone(), now()).unwrap_err();
            assert_eq!(error.problem.errors.first().map(|error| error.pointer.as_str()), Some(pointer), "{body}");
        }
    }

    #[test]
    fn a_limit_to_teams_leaves_every_permission_there() {
        let asked = read(json!({ "name": "x", "teams": ["payments"] }), now()).unwrap();
        let limit = asked.limit.unwrap();
        assert_eq!(limit.permissions.len(), Permission::ALL.len());
        assert_eq!(limit.teams.unwrap().len(), 1);
        let asked = read(json!({ "name": "x", "permissions": ["cluster.read"] }), now()).unwrap();
        assert_eq!(asked.limit.unwrap().teams, None);
    }
}
