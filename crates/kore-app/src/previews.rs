//! How long a preview may be acted on. Under what it showed (a digest) stands until when that is good, with a
//! seal, so that it is as the server said.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use kore_api::{codes::Code, problem::Problem};
use sha2::Sha256;

use crate::{App, AppError, backend::Written};

/// The world moves on, and not all of it is seen: prices, quotas of clouds, who else is about to act.
const GOOD: SignedDuration = SignedDuration::from_mins(15);

/// What a preview showed, as a write names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// This.
    Digest(String),
    /// It was too long ago.
    Expired,
}

impl Seen {
    /// Refuses a write of `what` that would do something else than was seen.
    pub(crate) fn check(&self, what: &str, digest: &str) -> Result<(), AppError> {
        let detail = match self {
            Self::Digest(seen) if seen == digest => return Ok(()),
            Self::Digest(_) => format!("{what}: what the write would do is not what the preview showed"),
            Self::Expired => format!("{what}: the preview is older than {} minutes", GOOD.as_mins()),
        };
        Err(Problem::new(Code::PreconditionFailed, detail).with_fix("look at a fresh preview").into())
    }
}

impl App {
    /// What was written; a preview with the time under its digest until which it may be acted on.
    #[must_use]
    pub fn timed(&self, written: Written, now: Timestamp) -> Written {
        let Written::Preview(mut preview) = written else { return written };
        let end = now.as_second().saturating_add(GOOD.as_secs());
        preview.digest = format!("{}.{end}.{}", preview.digest, self.seal(&preview.digest, end));
        Written::Preview(preview)
    }

    /// What somebody says that a preview showed them. What is not of this installation was never shown.
    #[must_use]
    pub fn seen(&self, text: &str, now: Timestamp) -> Seen {
        let mut parts = text.split('.');
        let (Some(digest), Some(end), Some(seal), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Seen::Digest(String::new());
        };
        match end.parse() {
            Ok(end) if self.seal(digest, end) == seal => {
                if now.as_second() < end {
                    Seen::Digest(digest.to_owned())
                } else {
                    Seen::Expired
                }
            }
            _ => Seen::Digest(String::new()),
        }
    }

    fn seal(&self, digest: &str, end: i64) -> String {
        // HMAC takes keys of every length, so that the error cannot happen; without a seal no preview is good.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.page_key) else { return String::new() };
        mac.update(format!("kore preview {digest} {end}").as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}
