//! The secrets of invitations, and the bound on guessing them.

use std::net::IpAddr;

use kore_api::names::UserName;
use kore_store::TokenHash;

use super::{
    SignIn,
    token::{Kind, Secret, random_text},
};
use crate::AppError;

/// Consonants and digits that cannot be taken for one another and spell no words.
const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
const LENGTH: usize = 8;

/// The secret of an invitation that was just made.
pub(crate) struct Drawn {
    /// What the invitation is called; no secret.
    pub name: String,
    /// What is stored.
    pub hash: TokenHash,
    /// What is passed on. A secret.
    pub link: String,
}

impl SignIn {
    /// Draws the secret of an invitation.
    pub(crate) fn draw_invitation(&self) -> Drawn {
        let (code, hash) = self.secret(Kind::Invitation);
        let name = random_text(ALPHABET, LENGTH, self.entropy);
        Drawn { name, hash, link: format!("{}/auth/invitation/{}", self.public_url, code.expose()) }
    }

    /// What an invitation's code is stored as; `None` when it cannot be one.
    pub(crate) fn invitation_hash(code: &str) -> Option<TokenHash> {
        Secret::parse_as(Kind::Invitation, code).map(|secret| TokenHash::of(secret.expose()))
    }

    /// Counts an attempt to use an invitation.
    ///
    /// # Errors
    /// `AuthTooMany` when there were too many by this person or from this address.
    pub(crate) fn admit_invitation(&self, user: &UserName, address: Option<IpAddr>) -> Result<(), AppError> {
        self.attempts.admit(&format!("invitation {user}"), address)
    }
}
