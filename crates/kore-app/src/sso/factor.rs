//! Second factors of people who sign in with a password of Kore's own: codes of an authenticator app
//! (RFC 6238), each good once, and recovery codes.

use kore_api::{codes::Code, identity::SecondFactorStatus, names::UserName};
use kore_domain::access::{OpContext, Permission, Platform, Source};
use kore_store::{TokenHash, User};
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Builder, Totp};
use uuid::Uuid;

use crate::{
    App, AppError,
    audit::Deed,
    rights::within_person,
    signin::{
        Credential, Opened, Origin, from_store,
        token::{self, Kind, Secret},
    },
};

/// How many codes may be tried after one password.
const TRIES: i64 = 5;
/// RFC 4226 section 4 recommends 160 bits.
const SECRET_BYTES: usize = 20;
const RECOVERY_CODES: usize = 10;
/// Without what is taken for something else; 32 characters, 5 bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345689";

/// A second factor that is being set up.
#[derive(Debug)]
pub struct Enrolment {
    /// The shared secret as people type it (base32).
    pub secret: SecretString,
    /// The same for an app's camera.
    pub url: SecretString,
}

fn totp(secret: &SecretString) -> Result<Totp, AppError> {
    let secret = totp_rs::Secret::try_from_base32(secret.expose_secret()).map_err(|_| broken())?;
    // Six digits, thirty seconds, SHA-1, one step of skew: what every app understands.
    Builder::new().with_secret(secret).with_digits(6).with_step_duration(30).with_skew(1).build().map_err(|_| broken())
}

fn broken() -> AppError {
    AppError::new(Code::Internal, "the second factor cannot be read")
}

/// The six digits of a code, however they were typed; none when it is something else.
fn digits(code: &str) -> Option<String> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The step of a code, if it is right now.
fn step(secret: &SecretString, code: &str, at: jiff::Timestamp) -> Result<Option<i64>, AppError> {
    let Some(digits) = digits(code) else { return Ok(None) };
    let time = u64::try_from(at.as_second()).unwrap_or_default();
    Ok(totp(secret)?.check(&digits, time).and_then(|step| i64::try_from(step).ok()))
}

/// A recovery code as it is recorded: of this person, however they wrote it.
fn recovery(user: Uuid, code: &str) -> TokenHash {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    TokenHash::of(&format!("kore recovery {user} {plain}"))
}

impl App {
    /// Ends a sign-in that began with a password: by a code, or by a recovery code.
    ///
    /// # Errors
    /// `AuthAttempt` when the password is too long ago or was followed by too many codes, `AuthTooMany`,
    /// `AuthBadCredentials`; those of the stores.
    pub async fn sign_in_with_code(&self, challenge: &str, code: &str, origin: &Origin) -> Result<Opened, AppError> {
        let over = || AppError::new(Code::AuthAttempt, "Too many codes, or too late. Begin again with your password.");
        let challenge = Secret::parse_as(Kind::Browser, challenge).ok_or_else(over)?;
        let (hash, now) = (TokenHash::of(challenge.expose()), self.signin.now());
        let user = self.store.try_challenge(hash, TRIES, now).await.map_err(from_store)?.ok_or_else(over)?;
        let user = self.store.user_by_id(user).await.map_err(from_store)?.filter(|user| !user.spec.disabled);
        let user = user.ok_or_else(over)?;
        let (actor, object) = ("anonymous", format!("user/{}", user.name));
        let refuse = async |error: AppError, code| {
            self.signin.record(actor, "session.create", object.clone(), Err(code), Source::Console, origin).await?;
            Err(error)
        };
        if let Err(error) = self.signin.admit_code(user.id) {
            return refuse(error, Code::AuthTooMany).await;
        }
        let Some(how) = self.met(&user, code).await? else {
            let error = AppError::new(Code::AuthBadCredentials, "The code is wrong, or was used before.");
            return refuse(error, Code::AuthBadCredentials).await;
        };
        if !self.store.end_challenge(hash, now).await.map_err(from_store)? {
            return Err(over());
        }
        self.signin.open_browser_by(&user, how, origin).await
    }

    async fn seed(&self, name: &str) -> Result<SecretString, AppError> {
        self.kept_secret(name).await?.ok_or_else(broken)
    }

    /// Whether a code is right, and how; it is used up then.
    async fn met(&self, user: &User, code: &str) -> Result<Option<&'static str>, AppError> {
        let factor = self.store.second_factor(user.id).await.map_err(from_store)?.filter(|factor| factor.confirmed);
        let Some(factor) = factor else { return Ok(None) };
        let now = self.signin.now();
        // A recovery code is for who has lost the seed, too: nothing of it is asked for.
        if digits(code).is_some() {
            let seed = self.seed(&factor.secret_name).await?;
            let Some(step) = step(&seed, code, now)? else { return Ok(None) };
            let fresh = self.store.use_step(user.id, step).await.map_err(from_store)?;
            return Ok(fresh.then_some("by password and code"));
        }
        let used = self.store.use_recovery_code(user.id, recovery(user.id, code), now).await.map_err(from_store)?;
        Ok(used.then_some("by password and recovery code"))
    }

    /// Whether somebody has a second factor, and how many recovery codes are left.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn second_factor(&self, user: Uuid) -> Result<SecondFactorStatus, AppError> {
        let factor = self.store.second_factor(user).await.map_err(from_store)?;
        let recovery_codes = self.store.recovery_codes_left(user).await.map_err(from_store)?;
        Ok(SecondFactorStatus { enabled: factor.is_some_and(|factor| factor.confirmed), recovery_codes })
    }

    /// Begins to set a second factor up for whoever is signed in.
    ///
    /// # Errors
    /// `AlreadyExists` when they have one; those of the stores.
    pub async fn begin_factor(&self, who: &Credential) -> Result<Enrolment, AppError> {
        let (user, name) = (who.subject.id, person(who)?);
        if self.second_factor(user).await?.enabled {
            return Err(AppError::new(Code::AlreadyExists, "You have a second factor. Remove it first."));
        }
        let mut bytes = [0; SECRET_BYTES];
        (self.signin.entropy())(&mut bytes);
        let secret = SecretString::from(totp_rs::Secret::new_stack(bytes).to_base32());
        let kept = self.keep_secret(user, &secret).await?;
        self.store.begin_second_factor(user, &kept, self.signin.now()).await.map_err(from_store)?;
        self.drop_secrets(user, Some(&kept)).await;
        Ok(self.enrolment(name, secret))
    }

    /// What is being set up, once more, for a person whose first code was wrong.
    ///
    /// # Errors
    /// `NotFound` when nothing is; those of the stores.
    pub async fn pending_factor(&self, who: &Credential) -> Result<Enrolment, AppError> {
        let factor = self.store.second_factor(who.subject.id).await.map_err(from_store)?;
        let factor = factor.filter(|factor| !factor.confirmed).ok_or_else(AppError::hidden)?;
        Ok(self.enrolment(person(who)?, self.seed(&factor.secret_name).await?))
    }

    fn enrolment(&self, name: &UserName, secret: SecretString) -> Enrolment {
        let host = self.signin.public_url().split("://").nth(1).unwrap_or_default().replace(':', "%3A");
        let text = secret.expose_secret();
        let url = format!("otpauth://totp/Kore%20{host}:{name}?secret={text}&issuer=Kore%20{host}");
        Enrolment { url: url.into(), secret }
    }

    /// Confirms it by a code: the recovery codes, shown this once.
    ///
    /// # Errors
    /// `AuthBadCredentials` for a wrong code, `AuthTooMany`; those of the stores.
    pub async fn confirm_factor(&self, who: &Credential, code: &str, origin: &Origin) -> Result<Vec<String>, AppError> {
        let (user, name, now) = (who.subject.id, person(who)?, self.signin.now());
        self.signin.admit_code(user)?;
        let factor = self.store.second_factor(user).await.map_err(from_store)?;
        let factor = factor.filter(|factor| !factor.confirmed).ok_or_else(AppError::hidden)?;
        let step = step(&self.seed(&factor.secret_name).await?, code, now)?;
        let step = step.ok_or_else(|| AppError::new(Code::AuthBadCredentials, "The code is wrong."))?;
        let codes: Vec<String> = (0..RECOVERY_CODES)
            .map(|_| {
                let text = token::random_text(ALPHABET, 16, self.signin.entropy());
                text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
            })
            .collect();
        let hashes: Vec<TokenHash> = codes.iter().map(|code| recovery(user, code)).collect();
        self.factor_record(name, "user.enableSecondFactor", origin).await?;
        let done = self.store.confirm_second_factor(user, &factor.secret_name, step, &hashes, now).await;
        if done.map_err(from_store)? { Ok(codes) } else { Err(AppError::hidden()) }
    }

    /// Takes one's own second factor away; needs a code.
    ///
    /// # Errors
    /// `AuthBadCredentials` for a wrong code, `AuthTooMany`; those of the stores.
    pub async fn remove_factor(&self, who: &Credential, code: &str, origin: &Origin) -> Result<(), AppError> {
        self.signin.admit_code(who.subject.id)?;
        let user = self.store.user_by_id(who.subject.id).await.map_err(from_store)?.ok_or_else(AppError::hidden)?;
        if self.met(&user, code).await?.is_none() {
            return Err(AppError::new(Code::AuthBadCredentials, "The code is wrong, or was used before."));
        }
        self.factor_record(&user.name, "user.disableSecondFactor", origin).await?;
        self.store.remove_second_factor(user.id).await.map_err(from_store)?;
        self.drop_secrets(user.id, None).await;
        Ok(())
    }

    async fn factor_record(&self, name: &UserName, action: &str, origin: &Origin) -> Result<(), AppError> {
        let (actor, object) = (format!("user:{name}"), format!("user/{name}"));
        self.signin.record(&actor, action, object, Ok(None), Source::Console, origin).await
    }

    /// Takes somebody's second factor away, for who has lost theirs.
    ///
    /// # Errors
    /// 403 and 404; those of the stores.
    pub async fn reset_factor(&self, cx: &OpContext, name: &str) -> Result<(), AppError> {
        let what = format!("user/{}", crate::rows::loggable(name));
        let action = "user.resetSecondFactor";
        self.authorize_to(cx, action, Permission::UserWrite, Platform, &what).await?;
        let name: UserName = name.parse().map_err(|_| AppError::hidden())?;
        let user = self.store.user_by_name(&name).await.map_err(from_store)?.ok_or_else(AppError::hidden)?;
        within_person(&self.store, cx, user.id).await?;
        let deed = Deed { action: action.to_owned(), team: None, object: what, detail: None, changes: Vec::new() };
        self.attempt(cx, deed, async { Ok(self.store.remove_second_factor(user.id).await?) }).await?;
        self.drop_secrets(user.id, None).await;
        Ok(())
    }
}

/// Robots have no passwords, and so no second factors.
fn person(who: &Credential) -> Result<&UserName, AppError> {
    who.subject.principal.user().ok_or_else(AppError::hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, SHA-1, the last six of its eight digits.
        let secret = SecretString::from("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (second, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            let at = jiff::Timestamp::from_second(second).unwrap();
            assert_eq!(step(&secret, code, at).unwrap(), Some(second / 30));
            let late = jiff::Timestamp::from_second(second + 90).unwrap();
            assert_eq!(step(&secret, code, late).unwrap(), None);
        }
        let now = jiff::Timestamp::from_second(59).unwrap();
        assert_eq!(step(&secret, " 287 082 ", now).unwrap(), Some(1));
        for bad in ["", "287081", "2870820", "28708２", "-87082"] {
            assert_eq!(step(&secret, bad, now).unwrap(), None, "{bad}");
        }
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(recovery(one, "ABCD-efgh"), recovery(one, "abcd efgh"));
        assert_ne!(recovery(one, "abcd"), recovery(other, "abcd"));
    }
}
