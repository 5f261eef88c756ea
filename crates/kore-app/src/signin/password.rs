//! Passwords: Argon2id (RFC 9106), with the parameters that OWASP recommends for sign-in servers.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// Fewest characters (NIST SP 800-63B-4 asks for 15 where a password stands alone and lets 8 pass
/// elsewhere; length is what counts, so there are no rules about which characters).
pub const MIN_LENGTH: usize = 12;
/// Most bytes: enough for any sentence, and a bound on what is hashed.
pub const MAX_BYTES: usize = 512;
/// Hashes computed at once; each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Too short.
    #[error("A password has at least {MIN_LENGTH} characters; this one has {0}. A few words are fine.")]
    TooShort(usize),
    /// Too long.
    #[error("A password has at most {MAX_BYTES} bytes.")]
    TooLong,
    /// One character again and again, or the name.
    #[error("This password is easy to guess. A few unrelated words are fine.")]
    Obvious,
}

/// Why hashing failed: a bug, or no memory.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// Whether a new password is good enough for this person.
///
/// # Errors
/// [`Weak`], as the person reads it.
pub fn check(password: &str, name: &str) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < MIN_LENGTH {
        return Err(Weak::TooShort(length));
    }
    if password.len() > MAX_BYTES {
        return Err(Weak::TooLong);
    }
    let mut distinct: Vec<char> = password.to_lowercase().chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let obvious = ["password", "kore", "admin", "qwerty", "1234", name];
    let mut rest = password.to_lowercase();
    for word in obvious {
        rest = rest.replace(word, "");
    }
    if distinct.len() < 4 || rest.chars().filter(|c| c.is_alphanumeric()).count() < 4 {
        return Err(Weak::Obvious);
    }
    Ok(())
}

/// Hashes and verifies, a few at a time.
pub struct Hasher {
    places: Semaphore,
    /// Verified when there is no such user, so that both answers take equally long.
    nobody: String,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

fn argon2() -> Argon2<'static> {
    // 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet.
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).unwrap_or_default())
}

fn hash_now(password: &str) -> Result<String, HashError> {
    argon2().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|_| HashError)
}

impl Hasher {
    /// A hasher; computes one hash.
    ///
    /// # Errors
    /// [`HashError`].
    pub fn new() -> Result<Self, HashError> {
        Ok(Self { places: Semaphore::new(AT_ONCE), nobody: hash_now("nobody has this password")? })
    }

    /// The PHC string of a password, with a salt of its own.
    ///
    /// # Errors
    /// [`HashError`].
    pub async fn hash(&self, password: String) -> Result<String, HashError> {
        let _place = self.places.acquire().await.map_err(|_| HashError)?;
        tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(|_| HashError)?
    }

    /// Whether the password is the one of this PHC string; as slow when there is none.
    pub async fn verify(&self, password: String, hash: Option<String>) -> bool {
        let Ok(_place) = self.places.acquire().await else { return false };
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let matches = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
        });
        matches.await.unwrap_or(false) && known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_obvious_passwords_are_refused_in_words() {
        assert_eq!(check("short", "ana"), Err(Weak::TooShort(5)));
        assert!(check("short", "ana").unwrap_err().to_string().contains("at least 12"));
        for bad in ["aaaaaaaaaaaaaa", "password1234", "admin-admin-admin", "kore-kore-kore-"] {
            assert_eq!(check(bad, "ana"), Err(Weak::Obvious), "{bad}");
        }
        assert_eq!(check(&"ab c".repeat(200), "ana"), Err(Weak::TooLong));
        for good in ["korrekt pferd batterie", "Zw0lf-Zeichen!", "ÄÖÜäöüß€xyzw"] {
            assert_eq!(check(good, "ana"), Ok(()), "{good}");
        }
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let hasher = Hasher::new().unwrap();
        let hash = hasher.hash("korrekt pferd batterie".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, hasher.hash("korrekt pferd batterie".into()).await.unwrap(), "salted");
        assert!(hasher.verify("korrekt pferd batterie".into(), Some(hash.clone())).await);
        assert!(!hasher.verify("korrekt pferd".into(), Some(hash)).await);
        assert!(!hasher.verify("nobody has this password".into(), None).await);
        assert!(!hasher.verify("x".into(), Some("not a hash".into())).await);
    }
}
