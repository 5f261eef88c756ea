//! Rules of invitations: how long, for whom, whether one works, and what it changes.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use kore_api::{
    identity::TeamRole,
    invitation::{InvitationSpec, InvitationState},
};

/// How long an invitation works when nobody says.
pub const USUAL: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long one may work at most.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Longest address (RFC 5321 section 4.5.3.1.3, without the brackets of the path).
const ADDRESS: usize = 254;

/// Why a time is none that an invitation may end at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadExpiry {
    /// Not written as a duration.
    #[error("write it as 90m, 48h or 7d")]
    Malformed,
    /// In the past, or now.
    #[error("is not in the future")]
    Past,
    /// Beyond [`LONGEST`].
    #[error("is more than 30 days away")]
    TooFar,
    /// Said twice.
    #[error("is said by expiresAt already")]
    Twice,
}

/// When an invitation ends.
///
/// # Errors
/// [`BadExpiry`].
pub fn expiry(spec: &InvitationSpec, now: Timestamp) -> Result<Timestamp, BadExpiry> {
    let end = match (spec.expires_at, &spec.expires_in) {
        (Some(_), Some(_)) => return Err(BadExpiry::Twice),
        (Some(at), None) => at,
        (None, Some(text)) => now.checked_add(lifetime(text)?).map_err(|_| BadExpiry::TooFar)?,
        (None, None) => now.checked_add(USUAL).map_err(|_| BadExpiry::TooFar)?,
    };
    let left = end.duration_since(now);
    if !left.is_positive() {
        return Err(BadExpiry::Past);
    }
    if left > LONGEST { Err(BadExpiry::TooFar) } else { Ok(end) }
}

/// Days have 24 hours here.
fn lifetime(text: &str) -> Result<SignedDuration, BadExpiry> {
    let span: Span = text.trim().parse().map_err(|_| BadExpiry::Malformed)?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| BadExpiry::Malformed)
}

/// What is known about an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// How many may use it.
    pub uses: u32,
    /// How many did.
    pub used: u32,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether it was taken back.
    pub revoked: bool,
    /// Whether who invited may still give this role.
    pub inviter_may: bool,
}

/// Whether an invitation works.
#[must_use]
pub fn state(facts: &Facts, now: Timestamp) -> InvitationState {
    if facts.revoked {
        InvitationState::Revoked
    } else if facts.used >= facts.uses {
        InvitationState::UsedUp
    } else if facts.expires_at <= now {
        InvitationState::Expired
    } else if !facts.inviter_may {
        InvitationState::Void
    } else {
        InvitationState::Open
    }
}

/// What an invitation changes for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// They become a member.
    Joins,
    /// They get a role with more in it.
    Raises,
    /// Nothing: they have this role, or one with more in it.
    Keeps,
}

/// What an invitation to this role changes for somebody who has that one.
#[must_use]
pub fn effect(current: Option<TeamRole>, offered: TeamRole) -> Effect {
    match current {
        None => Effect::Joins,
        Some(current) if current < offered => Effect::Raises,
        Some(_) => Effect::Keeps,
    }
}

/// An e-mail address in the form in which two are compared: in lower case. The part before the `@` may
/// tell cases apart (RFC 5321 section 2.4); nobody's mail does, and nobody is let in by mistake who does
/// not have the address in some case.
#[must_use]
pub fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"@".contains(c))
    };
    let dotted = !domain.starts_with(['.', '-']) && !domain.ends_with(['.', '-']) && !domain.contains("..");
    (text.len() <= ADDRESS && plain(local) && plain(domain) && dotted).then(|| text.to_lowercase())
}

/// The code in what somebody pasted: the code itself, or the link that ends in it.
#[must_use]
pub fn code(text: &str) -> &str {
    let text = text.trim();
    let text = text.split(['?', '#']).next().unwrap_or(text).trim_end_matches('/');
    text.rsplit('/').next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROLES: [TeamRole; 4] = [TeamRole::Viewer, TeamRole::Developer, TeamRole::Maintainer, TeamRole::Owner];

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn spec(expires_at: Option<Timestamp>, expires_in: Option<&str>) -> InvitationSpec {
        InvitationSpec {
            role: TeamRole::Viewer,
            uses: 1,
            expires_at,
            expires_in: expires_in.map(str::to_owned),
            address: None,
        }
    }

    #[test]
    fn an_invitation_ends_within_thirty_days() {
        assert_eq!(expiry(&spec(None, None), now()), Ok(now() + USUAL));
        for (text, wanted) in [
            ("48h", Ok(SignedDuration::from_hours(48))),
            ("7d", Ok(USUAL)),
            ("30d", Ok(LONGEST)),
            ("1h30m", Ok(SignedDuration::from_mins(90))),
            ("31d", Err(BadExpiry::TooFar)),
            ("720h1s", Err(BadExpiry::TooFar)),
            ("0s", Err(BadExpiry::Past)),
            ("-1h", Err(BadExpiry::Past)),
            ("soon", Err(BadExpiry::Malformed)),
            ("1mo", Err(BadExpiry::Malformed)),
            ("", Err(BadExpiry::Malformed)),
            ("9999999999h", Err(BadExpiry::Malformed)),
        ] {
            assert_eq!(expiry(&spec(None, Some(text)), now()), wanted.map(|wanted| now() + wanted), "{text}");
        }
        let at = now() + SignedDuration::from_hours(1);
        assert_eq!(expiry(&spec(Some(at), None), now()), Ok(at));
        assert_eq!(expiry(&spec(Some(now()), None), now()), Err(BadExpiry::Past));
        assert_eq!(expiry(&spec(Some(Timestamp::MAX), None), now()), Err(BadExpiry::TooFar));
        assert_eq!(expiry(&spec(Some(at), Some("1h")), now()), Err(BadExpiry::Twice));
    }

    #[test]
    fn addresses_are_compared_without_case_and_are_nothing_else() {
        assert_eq!(address(" Ana@Example.com ").as_deref(), Some("ana@example.com"));
        assert_eq!(address("a.b+c@localhost").as_deref(), Some("a.b+c@localhost"));
        let long = format!("{}@example.com", "a".repeat(250));
        for bad in [
            "",
            "ana",
            "@example.com",
            "ana@",
            "a b@example.com",
            "a@b@c",
            "Ana <ana@example.com>",
            "a@x\r\ny",
            "a@.com",
            "a@b..c",
            "a@-b",
            &long,
        ] {
            assert_eq!(address(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_code_is_found_in_its_link() {
        for text in [
            "kore_iv_x",
            " kore_iv_x\n",
            "https://kore.example.com/auth/invitation/kore_iv_x",
            "http://127.0.0.1:8420/auth/invitation/kore_iv_x/?utm=1#top",
        ] {
            assert_eq!(code(text), "kore_iv_x", "{text:?}");
        }
        assert_eq!(code(""), "");
    }

    proptest! {
        /// Whatever came first: open is what nothing speaks against.
        #[test]
        fn an_invitation_works_when_nothing_speaks_against_it(
            uses in 1..5_u32, used in 0..6_u32, left in -2..3_i64, revoked: bool, inviter_may: bool,
        ) {
            let expires_at = now() + SignedDuration::from_secs(left);
            let facts = Facts { uses, used, expires_at, revoked, inviter_may };
            let open = state(&facts, now()) == InvitationState::Open;
            prop_assert_eq!(open, used < uses && left > 0 && !revoked && inviter_may);
            // Once it does not work it never works again, but for an inviter who may again.
            if !open && inviter_may {
                let later = now() + SignedDuration::from_secs(100);
                prop_assert_ne!(state(&Facts { used: used + 1, ..facts }, later), InvitationState::Open);
            }
        }

        #[test]
        fn nobody_loses_by_an_invitation(held in 0..5_usize, offered in 0..4_usize) {
            let (held, offered) = (ROLES.get(held).copied(), ROLES[offered]);
            let after = match effect(held, offered) {
                Effect::Joins | Effect::Raises => Some(offered),
                Effect::Keeps => held,
            };
            prop_assert!(after >= held && after >= Some(offered));
        }
    }
}
