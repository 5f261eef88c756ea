//! The device code flow (RFC 8628), for terminals without a browser.

use kore_api::{
    codes::Code,
    identity::{DeviceAuthorization, TokenResponse},
};
use kore_domain::access::Source;
use kore_store::{DevicePoll, DeviceState, NewDeviceCode, StoreError, TokenHash};

use super::{
    Credential, DEVICE, Origin, SignIn, from_store,
    oauth::TokenError,
    sessions::after,
    token::{Kind, Secret, random_text},
};
use crate::AppError;

/// Consonants that cannot be taken for one another and spell no words (RFC 8628 section 6.1).
const ALPHABET: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;
const INTERVAL: u32 = 5;

/// A request that a person is about to decide.
#[derive(Debug, Clone)]
pub struct Pending {
    /// As the terminal shows it: `WDJB-MJHT`.
    pub user_code: String,
    /// What asks.
    pub label: Option<String>,
    /// From where.
    pub address: Option<String>,
}

/// What somebody typed, as it is stored: upper case, nothing but letters.
fn normalise(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect();
    (code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte))).then_some(code)
}

fn shown(code: &str) -> String {
    match code.split_at_checked(LENGTH / 2) {
        Some((left, right)) => format!("{left}-{right}"),
        None => code.to_owned(),
    }
}

impl SignIn {
    /// Begins the flow for a terminal.
    ///
    /// # Errors
    /// `AuthTooMany`; those of the database.
    pub async fn begin_device(&self, origin: &Origin) -> Result<DeviceAuthorization, AppError> {
        self.attempts.admit(&format!("device {:?}", origin.address), origin.address)?;
        let (device, hash) = self.secret(Kind::Device);
        let now = self.now();
        let mut new = NewDeviceCode {
            hash,
            user_code: random_text(ALPHABET, LENGTH, self.entropy),
            label: origin.label.clone(),
            address: origin.address.map(|address| address.to_string()),
            interval_seconds: INTERVAL,
            expires_at: after(now, DEVICE),
        };
        // Two terminals with the same code at once: one in 25 thousand million.
        if let Err(StoreError::Unique(_)) = self.store.create_device_code(&new, now).await {
            new.user_code = random_text(ALPHABET, LENGTH, self.entropy);
            self.store.create_device_code(&new, now).await.map_err(from_store)?;
        }
        let user_code = shown(&new.user_code);
        let verification_uri = format!("{}/auth/device/verify", self.public_url);
        Ok(DeviceAuthorization {
            device_code: device.expose().to_owned(),
            verification_uri_complete: format!("{verification_uri}?user_code={user_code}"),
            user_code,
            verification_uri,
            expires_in: DEVICE.as_secs().unsigned_abs(),
            interval: u64::from(INTERVAL),
        })
    }

    /// What a typed code stands for.
    ///
    /// # Errors
    /// `NotFound` in words for the person; `AuthTooMany`.
    pub async fn pending_device(
        &self,
        typed: &str,
        credential: &Credential,
        origin: &Origin,
    ) -> Result<Pending, AppError> {
        let unknown =
            || AppError::new(Code::NotFound, "No terminal waits with this code. Check it, or start again there.");
        self.attempts.admit(&format!("code {}", credential.subject.principal), origin.address)?;
        let code = normalise(typed).ok_or_else(unknown)?;
        let found = self.store.device_code(&code, self.now()).await.map_err(from_store)?;
        let found = found.filter(|found| found.state == DeviceState::Pending).ok_or_else(unknown)?;
        Ok(Pending { user_code: shown(&found.user_code), label: found.label, address: found.address })
    }

    /// Records the person's decision.
    ///
    /// # Errors
    /// `NotFound` when there is nothing to decide any more; those of the database.
    pub async fn decide_device(
        &self,
        typed: &str,
        approve: bool,
        credential: &Credential,
        origin: &Origin,
    ) -> Result<(), AppError> {
        let gone = || AppError::new(Code::NotFound, "The terminal does not wait any more. Start again there.");
        credential.is_a_persons_own()?;
        let code = normalise(typed).ok_or_else(gone)?;
        let subject = &credential.subject;
        let action = if approve { "session.authorize" } else { "session.refuse" };
        let detail = Some("device code".to_owned());
        self.record(&subject.actor(), action, subject.principal.object(), Ok(detail), Source::Console, origin).await?;
        let decided = self.store.decide_device_code(&code, subject.id, approve, self.now()).await;
        if decided.map_err(from_store)? { Ok(()) } else { Err(gone()) }
    }

    /// Answers a terminal that polls.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn poll_device(&self, device_code: &str, origin: &Origin) -> Result<TokenResponse, TokenError> {
        let secret = Secret::parse_as(Kind::Device, device_code).ok_or(TokenError::InvalidGrant)?;
        let poll = self.store.poll_device_code(TokenHash::of(secret.expose()), self.now()).await.map_err(from_store)?;
        let user = match poll {
            DevicePoll::Approved { user_id } => user_id,
            DevicePoll::Pending => return Err(TokenError::Pending),
            DevicePoll::SlowDown => return Err(TokenError::SlowDown),
            DevicePoll::Denied => return Err(TokenError::Denied),
            DevicePoll::Expired => return Err(TokenError::Expired),
            DevicePoll::Unknown => return Err(TokenError::InvalidGrant),
        };
        let subject =
            self.store.subject(user, self.now()).await.map_err(from_store)?.ok_or(TokenError::InvalidGrant)?;
        if subject.principal.user().is_none() {
            return Err(TokenError::InvalidGrant);
        }
        let detail = Some("device code".to_owned());
        self.record(&subject.actor(), "session.create", subject.principal.object(), Ok(detail), Source::Cli, origin)
            .await?;
        Ok(self.open_cli(user, origin).await?.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_in_any_way() {
        assert_eq!(shown("WDJBMJHT"), "WDJB-MJHT");
        for typed in ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "WDJB–MJHT"] {
            assert_eq!(normalise(typed).as_deref(), Some("WDJBMJHT"), "{typed}");
        }
        for bad in ["", "WDJB-MJH", "WDJB-MJHTT", "AEIO-UAEI", "WDJB-MJH1"] {
            assert_eq!(normalise(bad), None, "{bad}");
        }
    }
}
