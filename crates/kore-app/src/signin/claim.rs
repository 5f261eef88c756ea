//! Claim links, and what the person who runs the machine may do through its admin socket.

use jiff::Timestamp;
use kore_api::{
    audit::AuditResult,
    codes::Code,
    identity::{ClaimLink, PlatformRole, TokenResponse, UserSpec},
    names::UserName,
    problem::Problem,
};
use kore_domain::access::{OpContext, Permission, Platform, Source};
use kore_store::{ClaimPurpose, NewClaimLink, NewCredentials, NewUser, Redeemed, StoreError, TokenHash, User};

use super::{
    ADMIN, CLAIM, Entered, INVITED, Origin, SignIn, actor, from_store, object, password,
    sessions::after,
    token::{Kind, Secret},
};
use crate::{AppError, audit::changed, rights::within_person, sso::local::passwords_are_on};

/// What a link that works would do.
#[derive(Debug, Clone)]
pub struct Claimable {
    /// Whose password it sets.
    pub user: UserName,
    /// Whether it makes the first administrator.
    pub first: bool,
    /// Whether they had one before.
    pub reset: bool,
    /// When it stops working.
    pub expires_at: Timestamp,
}

const SPENT: &str = "This link was used before, its time is over, or there is a newer one.";
const BY_SOCKET: &str = "system:admin-socket";

impl SignIn {
    fn admin_name() -> Result<UserName, AppError> {
        ADMIN.parse().map_err(AppError::internal)
    }

    /// Whether the first administrator has a password.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn admin_has_password(&self) -> Result<bool, AppError> {
        let user = self.store.user_by_name(&Self::admin_name()?).await.map_err(from_store)?;
        Ok(user.is_some_and(|user| user.has_password))
    }

    /// Makes a claim link for the first administrator; with `reset`, also when they have a password.
    ///
    /// # Errors
    /// `AlreadyExists` when they have one and `reset` was not asked for; those of the database.
    pub async fn claim_link(&self, reset: bool) -> Result<ClaimLink, AppError> {
        let name = Self::admin_name()?;
        let user = self.store.user_by_name(&name).await.map_err(from_store)?;
        let has_password = user.as_ref().is_some_and(|user| user.has_password);
        if has_password && !reset {
            return Err(AppError::new(
                Code::AlreadyExists,
                "this installation has been claimed: the administrator has a password",
            ));
        }
        let purpose = if has_password { ClaimPurpose::Reset } else { ClaimPurpose::Claim };
        let (code, hash) = self.secret(Kind::Claim);
        let now = self.now();
        let expires_at = after(now, CLAIM);
        let action = if has_password { "user.resetLink" } else { "user.claimLink" };
        self.record(BY_SOCKET, action, object(&name), Ok(None), Source::Cli, &Origin::default()).await?;
        let proof = self.system().grant(Permission::UserWrite, Platform);
        let new = NewClaimLink { hash, purpose, user: Some(name), expires_at };
        self.store.create_claim_link(&proof, &new, now).await.map_err(from_store)?;
        Ok(self.link(&code, expires_at))
    }

    fn link(&self, code: &Secret, expires_at: Timestamp) -> ClaimLink {
        ClaimLink { url: format!("{}/auth/claim/{}", self.public_url, code.expose()), expires_at }
    }

    /// Makes a link with which a person sets their password. With `reset` their password and all their
    /// sessions end at once; without it they must not have a password yet.
    ///
    /// # Errors
    /// 403 for whoever may not change users, or not this one; 404; `AlreadyExists` when they have a
    /// password and `reset` was not asked for; those of the database.
    pub async fn claim_link_for(&self, cx: &OpContext, name: &UserName, reset: bool) -> Result<ClaimLink, AppError> {
        let proof = cx.authorize(Permission::UserWrite, Platform)?;
        let user = self.store.user_by_name(name).await.map_err(from_store)?.ok_or_else(AppError::hidden)?;
        if !passwords_are_on(&self.store).await? {
            let problem =
                Problem::new(Code::AuthForbidden, "passwords are switched off here: a link to set one is of no use");
            let fix =
                format!("{name} signs in with an identity provider; or switch passwords on: kore idp passwords on");
            return Err(problem.with_fix(fix).into());
        }
        // Whoever sets an administrator's password is one.
        within_person(&self.store, cx, user.id).await?;
        if user.spec.disabled {
            let problem = Problem::new(Code::AlreadyExists, format!("the user {name} is disabled"));
            return Err(problem.with_fix(format!("let them in again first: kore user enable {name}")).into());
        }
        if user.has_password && !reset {
            let problem = Problem::new(Code::AlreadyExists, format!("the user {name} has a password already"));
            return Err(problem.with_fix(format!("take it away, and sign them out: kore user reset {name}")).into());
        }
        let purpose = if user.has_password { ClaimPurpose::Reset } else { ClaimPurpose::Welcome };
        let (code, hash) = self.secret(Kind::Claim);
        let expires_at = after(cx.now, INVITED);
        let new = NewClaimLink { hash, purpose, user: Some(name.clone()), expires_at };
        let action = if reset { "user.resetLink" } else { "user.claimLink" };
        self.audit.append(cx.audit(action, None, object(name), AuditResult::Allowed)).await?;
        if reset {
            self.store.reset_user(&proof, &new, cx.now).await.map_err(from_store)?;
            self.forget();
        } else {
            self.store.create_claim_link(&proof, &new, cx.now).await.map_err(from_store)?;
        }
        Ok(self.link(&code, expires_at))
    }

    /// Signs in the person who runs the machine, as the first administrator, who is made without a
    /// password if there is none.
    ///
    /// # Errors
    /// `AuthForbidden` when an administrator disabled that user; those of the database.
    pub async fn admin_session(&self, label: Option<String>) -> Result<TokenResponse, AppError> {
        let user = self.first_administrator().await?;
        if user.spec.disabled {
            return Err(AppError::new(Code::AuthForbidden, "the user admin is disabled"));
        }
        let origin = Origin { label, ..Origin::default() };
        self.record(BY_SOCKET, "session.create", object(&user.name), Ok(None), Source::Cli, &origin).await?;
        let (_, answer) = self.open_cli(user.id, &origin).await?;
        Ok(answer)
    }

    async fn first_administrator(&self) -> Result<User, AppError> {
        let name = Self::admin_name()?;
        if let Some(user) = self.store.user_by_name(&name).await.map_err(from_store)? {
            return Ok(user);
        }
        let spec = UserSpec {
            display_name: Some("Administrator".to_owned()),
            platform_role: Some(PlatformRole::Admin),
            ..UserSpec::default()
        };
        let proof = self.system().grant(Permission::UserWrite, Platform);
        let new = NewUser { name: name.clone(), spec, password_hash: None };
        let mut record = self.about(BY_SOCKET, "user.create", object(&name), Source::Cli, &Origin::default());
        record.changes = changed(None, Some(&new.spec));
        self.audit.append(record).await?;
        match self.store.create_user(&proof, &new, self.now()).await {
            // Two at once: the other made it.
            Err(StoreError::Unique(_)) => self
                .store
                .user_by_name(&name)
                .await
                .map_err(from_store)?
                .ok_or_else(|| AppError::new(Code::Internal, "the administrator came and went")),
            made => made.map_err(from_store),
        }
    }

    /// What a claim link would do, without using it: the page behind it may be fetched by previews.
    ///
    /// # Errors
    /// `AuthClaimUsed` for a link that does not work, whatever the reason.
    pub async fn claimable(&self, code: &str) -> Result<Claimable, AppError> {
        let spent = || AppError::new(Code::AuthClaimUsed, SPENT);
        let secret = Secret::parse_as(Kind::Claim, code).ok_or_else(spent)?;
        let link = self.store.claim_link(TokenHash::of(secret.expose())).await.map_err(from_store)?;
        let link = link.filter(|link| link.live(self.now())).ok_or_else(spent)?;
        let user = link.user.ok_or_else(spent)?;
        let purpose = link.purpose;
        let (first, reset) = (purpose == ClaimPurpose::Claim, purpose == ClaimPurpose::Reset);
        Ok(Claimable { user, first, reset, expires_at: link.expires_at })
    }

    /// Uses a claim link: sets the password and signs the browser in, once a second factor is met.
    ///
    /// # Errors
    /// `AuthClaimUsed`; `InputInvalid` with a sentence about the password, the link still works then.
    pub async fn claim(&self, code: &str, password: &str, origin: &Origin) -> Result<Entered, AppError> {
        let claimable = self.claimable(code).await?;
        password::check(password, claimable.user.as_str())
            .map_err(|weak| AppError::new(Code::InputInvalid, weak.to_string()))?;
        let hash = self.hasher.hash(password.to_owned()).await.map_err(AppError::internal)?;
        let chosen = NewCredentials {
            name: claimable.user.clone(),
            display_name: Some("Administrator".to_owned()),
            password_hash: hash.into(),
        };
        let secret = Secret::parse_as(Kind::Claim, code);
        let hash = secret.map(|secret| TokenHash::of(secret.expose()));
        let redeemed = match hash {
            Some(hash) => self.store.redeem_claim_link(hash, &chosen, self.now()).await.map_err(from_store)?,
            None => Redeemed::Spent,
        };
        let Redeemed::Done(user) = redeemed else {
            return Err(AppError::new(Code::AuthClaimUsed, SPENT));
        };
        self.forget();
        let action = if claimable.reset { "user.resetPassword" } else { "user.claim" };
        // A link replaces the password; it is no second factor.
        if let Some(challenge) = self.challenge(user.id).await? {
            let name = &user.name;
            self.record(&actor(name), action, object(name), Ok(None), Source::Console, origin).await?;
            return Ok(Entered::Code(challenge));
        }
        Ok(Entered::In(self.open_browser(user.id, &user.name, action, origin).await?))
    }
}
