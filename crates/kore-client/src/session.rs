//! Sessions on disk: one file per context, 0600, replaced atomically, refreshed under a lock.
//!
//! A refresh token works once (RFC 9700 section 4.14: rotation with reuse detection). Two commands at
//! once must therefore agree on who refreshes: whoever holds the lock does, the other reads the result.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use kore_api::identity::TokenResponse;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::ClientError;

/// An access token is renewed when it lives for less than this.
const MARGIN: jiff::SignedDuration = jiff::SignedDuration::from_secs(30);
/// How long another command may hold the lock; a refresh is one request.
const LOCK_PATIENCE: Duration = Duration::from_secs(30);

/// A session as it is kept.
#[derive(Debug, Clone)]
pub struct Session {
    /// Server that issued it; a session is never sent elsewhere.
    pub server: String,
    /// Bearer token, ≤ 15 minutes.
    pub access_token: SecretString,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The next refresh token.
    pub refresh_token: Option<SecretString>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    server: String,
    access_token: String,
    expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl Session {
    /// The session that a token answer begins or continues.
    #[must_use]
    pub fn new(server: &str, tokens: TokenResponse, now: Timestamp) -> Self {
        let seconds = i64::try_from(tokens.expires_in).unwrap_or(0);
        Self {
            server: server.to_owned(),
            access_token: tokens.access_token.into(),
            expires_at: now.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(now),
            refresh_token: tokens.refresh_token.map(Into::into),
        }
    }

    /// Whether the access token can still be sent.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.expires_at.duration_since(now) > MARGIN
    }
}

/// Where one context's session is kept.
#[derive(Debug, Clone)]
pub struct SessionStore {
    path: PathBuf,
}

/// Held while one command renews a session.
#[derive(Debug)]
pub struct SessionLock {
    _file: File,
}

impl SessionStore {
    /// The store of a context below `state`, as `$XDG_STATE_HOME/kore`.
    #[must_use]
    pub fn new(state: &Path, context: &str) -> Self {
        Self { path: state.join("sessions").join(format!("{context}.json")) }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn error(&self, source: io::Error) -> ClientError {
        ClientError::Session { path: self.path.clone(), source }
    }

    /// Reads the session; none when there is no file.
    ///
    /// # Errors
    /// [`ClientError::Session`] when the file is there but cannot be read.
    pub fn load(&self) -> Result<Option<Session>, ClientError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.error(error)),
        };
        let stored: Stored = serde_json::from_str(&text).map_err(|error| self.error(error.into()))?;
        Ok(Some(Session {
            server: stored.server,
            access_token: stored.access_token.into(),
            expires_at: stored.expires_at,
            refresh_token: stored.refresh_token.map(Into::into),
        }))
    }

    /// Replaces the session atomically, readable by its owner only.
    ///
    /// # Errors
    /// [`ClientError::Session`] when it cannot be written.
    pub fn save(&self, session: &Session) -> Result<(), ClientError> {
        let stored = Stored {
            server: session.server.clone(),
            access_token: session.access_token.expose_secret().to_owned(),
            expires_at: session.expires_at,
            refresh_token: session.refresh_token.as_ref().map(|token| token.expose_secret().to_owned()),
        };
        let text = serde_json::to_vec_pretty(&stored).map_err(|error| self.error(error.into()))?;
        write_private(&self.path, &text).map_err(|error| self.error(error))
    }

    /// Forgets the session.
    ///
    /// # Errors
    /// [`ClientError::Session`] when the file is there but cannot be removed.
    pub fn remove(&self) -> Result<(), ClientError> {
        for path in [self.path.clone(), self.lock_path()] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(self.error(error)),
                _ => {}
            }
        }
        Ok(())
    }

    fn lock_path(&self) -> PathBuf {
        self.path.with_extension("lock")
    }

    /// Waits until no other command renews this session.
    ///
    /// # Errors
    /// [`ClientError::Session`] when the lock cannot be had within 30 seconds.
    pub async fn lock(&self) -> Result<SessionLock, ClientError> {
        let path = self.lock_path();
        private_parent(&path).map_err(|error| self.error(error))?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| self.error(error))?;
        let wait = async {
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(()),
                    Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(20)).await,
                    Err(TryLockError::Error(error)) => return Err(error),
                }
            }
        };
        match tokio::time::timeout(LOCK_PATIENCE, wait).await {
            Ok(Ok(())) => Ok(SessionLock { _file: file }),
            Ok(Err(error)) => Err(self.error(error)),
            Err(_) => Err(self.error(io::Error::new(io::ErrorKind::TimedOut, "another kore command holds the lock"))),
        }
    }
}

fn private_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) => fs::DirBuilder::new().recursive(true).mode(0o700).create(parent),
        None => Ok(()),
    }
}

/// Writes a file that only its owner can read, by rename, so that readers see all of it or none.
///
/// # Errors
/// Whatever the file system says.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    private_parent(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}", uuid::Uuid::new_v4().simple()));
    let result = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&temporary).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    });
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    result
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn tokens(access: &str) -> TokenResponse {
        TokenResponse {
            access_token: access.into(),
            token_type: "Bearer".into(),
            expires_in: 900,
            refresh_token: Some("kore_rt_1".into()),
            issued_token_type: None,
        }
    }

    #[test]
    fn a_session_survives_being_written_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let store = SessionStore::new(dir.path(), "default");
        assert!(store.load().unwrap().is_none());
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        store.save(&Session::new("http://127.0.0.1:8420", tokens("kore_at_1"), now)).unwrap();
        let back = store.load().unwrap().unwrap();
        assert_eq!(back.access_token.expose_secret(), "kore_at_1");
        assert_eq!(back.expires_at, "2026-11-22T10:15:00Z".parse().unwrap());
        assert_eq!(fs::metadata(store.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!format!("{back:?}").contains("kore_at_1"), "debug output hides tokens");
        store.remove().unwrap();
        assert!(store.load().unwrap().is_none());
    }

    #[test]
    fn freshness_has_a_margin() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let session = Session::new("http://x", tokens("a"), now);
        assert!(session.is_fresh("2026-11-22T10:14:29Z".parse().unwrap()));
        assert!(!session.is_fresh("2026-11-22T10:14:30Z".parse().unwrap()));
    }
}
