//! Robots without a stored secret: a token of a CI system, a cluster or another issuer that the robot
//! trusts is exchanged for a short one of ours (RFC 8693).
//!
//! Whoever is refused learns nothing but that; the robot's team reads in its audit trail why.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kore_api::{
    audit::{AuditRecord, AuditResult},
    codes::Code,
    identity::TokenResponse,
    names::{Principal, RobotRef},
    robot::{IssuerProfile, TrustRule, TrustedIssuerSpec},
};
use kore_domain::{
    access::Source,
    trust::{Mismatch, fits, well_known},
};
use kore_oidc::{Claims, Expected, Issuer, KeySource, Network, public_keys};
use kore_store::{Exchange, NewSession, NewToken, Robot, TokenHash, TokenKind, UsedToken};
use moka::sync::Cache;
use serde_json::Value;
use uuid::Uuid;

use super::{ACCESS, Origin, SignIn, TokenError, from_store, sessions::after, token::Kind};
use crate::AppError;

/// `grant_type` of an exchange.
pub const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACTION: &str = "robot.exchange";
/// Types of tokens that are exchanged: both are signed by their issuer.
const SUBJECT_TYPES: [&str; 2] = ["urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token"];
const ACCESS_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
/// How long ago a token may have been issued, however long it says that it works.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How far clocks may be apart, twice: how long after its end a token must still be known again.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(5);
/// Issuers whose keys are remembered.
const ISSUERS: u64 = 256;

/// What comes to the token endpoint.
#[derive(Debug, Clone, Copy)]
pub struct ExchangeRequest<'a> {
    /// The token. A secret.
    pub subject_token: &'a str,
    /// What it is.
    pub subject_token_type: &'a str,
    /// As which robot: `robot:payments/ci`.
    pub audience: &'a str,
}

/// Id and revision of an issuer that an administrator described.
type Row = (Uuid, i64);

/// Issuers that were asked, with their keys.
pub(super) struct Issuers(Cache<(String, Option<Row>), Arc<Issuer>>);

impl Default for Issuers {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(ISSUERS).build())
    }
}

/// Why there is no token, for the trail of the robot's team.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("audience is not robot:TEAM/NAME")]
    Audience,
    #[error("subject_token_type is not one that is exchanged")]
    Type,
    #[error("there is no such robot")]
    NoRobot,
    #[error("the robot is disabled")]
    Disabled,
    #[error("the token cannot be read")]
    Unreadable,
    #[error("no rule of the robot trusts {0:?}")]
    NoRule(String),
    #[error("{0:?} is not trusted here any more")]
    NotTrusted(String),
    #[error("{0}")]
    Rules(String),
    #[error("the token has no jti, by which it would be known again")]
    NoId,
    #[error("the token was exchanged before")]
    Replayed,
    #[error("the robot was changed at the same moment")]
    Changed,
}

/// One rule's reason.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error(transparent)]
    Token(#[from] kore_oidc::Error),
    #[error(transparent)]
    Claims(#[from] Mismatch),
}

/// An issuer as an administrator describes it; else which field is wrong, and why.
pub(crate) fn issuer(spec: &TrustedIssuerSpec) -> Result<Issuer, (&'static str, String)> {
    let source = match &spec.keys {
        None => KeySource::Discovered,
        Some(keys) => KeySource::Inline(public_keys(keys).map_err(|why| ("/spec/keys", why))?),
    };
    let network = Network { authorities: spec.certificate_authority.clone(), allowed: spec.networks.clone() };
    Issuer::new(&spec.issuer, source, network).map_err(|error| ("/spec/issuer", error.to_string()))
}

/// What a token says about itself, not believed yet: only to know whose word it claims to be.
fn said(jwt: &str, name: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    claims.get(name)?.as_str().map(str::to_owned)
}

/// A text of somebody else's, in a record.
fn clipped(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}

/// An issuer that robots may trust.
struct Known {
    issuer: Arc<Issuer>,
    /// What its tokens are like.
    profile: IssuerProfile,
    /// Id and revision; none for those that everybody knows.
    row: Option<Row>,
}

/// What came of an exchange.
struct Granted {
    answer: TokenResponse,
    session: Uuid,
    detail: String,
}

impl SignIn {
    /// Exchanges a token of another issuer for one of a robot that trusts it.
    ///
    /// # Errors
    /// `InvalidGrant` whatever was not right; `AuthTooMany`; those of the database.
    pub async fn exchange_token(
        &self,
        request: ExchangeRequest<'_>,
        origin: &Origin,
    ) -> Result<TokenResponse, TokenError> {
        self.attempts.admit_exchange(origin.address)?;
        let robot = match request.audience.parse() {
            Ok(Principal::Robot(robot)) => Some(robot),
            _ => None,
        };
        let found = match &robot {
            Some(robot) => self.store.robot(robot, self.now()).await.map_err(from_store)?,
            None => None,
        };
        let reason = match self.granted(&request, robot.as_ref(), found.as_ref(), origin).await? {
            Ok(granted) => {
                let mut record = self.exchange_record(found.as_ref(), AuditResult::Allowed, granted.detail, origin);
                record.actor = format!("robot:{}", found.map(|robot| robot.robot.to_string()).unwrap_or_default());
                if let Err(error) = self.audit.append(record).await {
                    // What is not on record is not handed out.
                    self.store.revoke_session(granted.session, self.now()).await.map_err(from_store)?;
                    return Err(error.into());
                }
                return Ok(granted.answer);
            }
            Err(reason) => reason,
        };
        let mut record = self.exchange_record(found.as_ref(), AuditResult::Denied, reason.to_string(), origin);
        let entry = Code::AuthBadCredentials.entry();
        (record.status, record.code) = (Some(400), Some(entry.code.to_owned()));
        self.audit.turned_away(record).await;
        Err(TokenError::InvalidGrant)
    }

    fn exchange_record(
        &self,
        robot: Option<&Robot>,
        result: AuditResult,
        detail: String,
        origin: &Origin,
    ) -> AuditRecord {
        // Names that nobody has are not repeated.
        let object = robot.map_or_else(|| "robot/?".to_owned(), |robot| format!("robot/{}", robot.robot));
        AuditRecord {
            team: robot.map(|robot| robot.robot.team.to_string()),
            result,
            detail: Some(detail),
            ..self.about("anonymous", ACTION, object, Source::Ci, origin)
        }
    }

    async fn granted(
        &self,
        request: &ExchangeRequest<'_>,
        named: Option<&RobotRef>,
        robot: Option<&Robot>,
        origin: &Origin,
    ) -> Result<Result<Granted, Refusal>, AppError> {
        if named.is_none() {
            return Ok(Err(Refusal::Audience));
        }
        if !SUBJECT_TYPES.contains(&request.subject_token_type) {
            return Ok(Err(Refusal::Type));
        }
        let Some(robot) = robot else { return Ok(Err(Refusal::NoRobot)) };
        if robot.spec.disabled {
            return Ok(Err(Refusal::Disabled));
        }
        let Some(name) = said(request.subject_token, "iss") else { return Ok(Err(Refusal::Unreadable)) };
        let rules: Vec<(usize, &TrustRule)> =
            robot.spec.trust.iter().enumerate().filter(|(_, rule)| rule.issuer == name).collect();
        if rules.is_empty() {
            return Ok(Err(Refusal::NoRule(clipped(&name))));
        }
        let Some(known) = self.issuer(&name).await? else {
            return Ok(Err(Refusal::NotTrusted(clipped(&name))));
        };
        let mut reasons = Vec::new();
        for (number, rule) in rules {
            match self.believed(&known.issuer, known.profile, rule, request.subject_token).await {
                Ok(claims) => return self.open_exchanged(robot, known.row, number, rule, &claims, origin).await,
                Err(reason) => reasons.push(format!("rule {}: {reason}", number.saturating_add(1))),
            }
        }
        Ok(Err(Refusal::Rules(reasons.join("; ").chars().take(1000).collect())))
    }

    /// The issuer of this name, if robots may trust it.
    async fn issuer(&self, name: &str) -> Result<Option<Known>, AppError> {
        let (spec, row) = match well_known(name) {
            Some(profile) => {
                let issuer = name.to_owned();
                let nothing = (None, None, Vec::new());
                let (keys, certificate_authority, networks) = nothing;
                (TrustedIssuerSpec { issuer, profile, keys, certificate_authority, networks }, None)
            }
            None => match self.store.issuer_named(name).await.map_err(from_store)? {
                Some(found) => (found.spec, Some((found.id, found.revision))),
                None => return Ok(None),
            },
        };
        // An id besides the name: another of the same name begins at revision one again.
        let key = (name.to_owned(), row);
        let issuer = match self.issuers.0.get(&key) {
            Some(known) => known,
            None => {
                let made = Arc::new(issuer(&spec).map_err(|(_, why)| AppError::internal(why))?);
                self.issuers.0.insert(key, Arc::clone(&made));
                made
            }
        };
        Ok(Some(Known { issuer, profile: spec.profile, row }))
    }

    async fn believed(
        &self,
        issuer: &Issuer,
        profile: IssuerProfile,
        rule: &TrustRule,
        jwt: &str,
    ) -> Result<Claims, Unfit> {
        let expected = Expected { issuer: &rule.issuer, audience: &rule.audience, nonce: None, max_age: Some(FRESH) };
        let claims = issuer.verify(jwt, &expected, self.now()).await?;
        fits(rule, profile, &claims)?;
        Ok(claims)
    }

    async fn open_exchanged(
        &self,
        robot: &Robot,
        issuer: Option<Row>,
        number: usize,
        rule: &TrustRule,
        claims: &Claims,
        origin: &Origin,
    ) -> Result<Result<Granted, Refusal>, AppError> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let Some(id) = text("jti").filter(|id| id.len() <= 1024) else { return Ok(Err(Refusal::NoId)) };
        let now = self.now();
        let used = UsedToken {
            hash: TokenHash::of(&format!("{}\n{id}", rule.issuer)),
            expires_at: after(now, FRESH).checked_add(REMEMBERED).unwrap_or(Timestamp::MAX),
            issuer,
        };
        let session_expires_at = after(now, SignedDuration::from_mins(i64::from(rule.max_minutes)));
        let expires_at = after(now, ACCESS).min(session_expires_at);
        let subject = clipped(text("sub").unwrap_or_default());
        let new = NewSession {
            user_id: robot.id,
            source: Source::Ci,
            label: Some(format!("{} {subject}", rule.issuer)),
            address: origin.address.map(|address| address.to_string()),
            expires_at: session_expires_at,
            name: None,
            limit: None,
        };
        let (secret, hash) = self.secret(Kind::Access);
        let token = NewToken { kind: TokenKind::Access, hash, audience: None, expires_at };
        let opened = self.store.open_exchanged(&used, robot.revision, &new, &token, now).await.map_err(from_store)?;
        let session = match opened {
            Exchange::Opened(session) => session.id,
            Exchange::Replayed => return Ok(Err(Refusal::Replayed)),
            Exchange::Changed => return Ok(Err(Refusal::Changed)),
        };
        let said: Vec<String> = rule.claims.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let detail =
            format!("{} sub={subject:?} by rule {}: {}", rule.issuer, number.saturating_add(1), said.join(" "));
        let answer = TokenResponse {
            access_token: secret.expose().to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in: u64::try_from(expires_at.duration_since(now).as_secs()).unwrap_or_default(),
            refresh_token: None,
            issued_token_type: Some(ACCESS_TYPE.to_owned()),
        };
        Ok(Ok(Granted { answer, session, detail }))
    }

    /// A long-lived token, not recorded yet.
    pub(crate) fn long_token(&self, kind: Kind, expires_at: Timestamp) -> (super::token::Secret, NewToken) {
        let (secret, hash) = self.secret(kind);
        (secret, NewToken { kind: TokenKind::Access, hash, audience: None, expires_at })
    }
}
