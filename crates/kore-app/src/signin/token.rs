//! The form of the opaque secrets that Kore hands out: `kore_<kind>_<40 of base62><6 of checksum>`.
//!
//! The prefix lets secret scanners find them, the checksum lets them (and us) tell a real one from a
//! typing error without asking a database. Only SHA-256 of the whole text is stored: with 238 bits of
//! randomness nothing slower is needed.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Access token of the API.
    Access,
    /// Refresh token.
    Refresh,
    /// Credential for one cluster's gateway path.
    Cluster,
    /// Session cookie of a browser.
    Browser,
    /// One-use link that sets a password.
    Claim,
    /// Authorization code.
    Code,
    /// Device code.
    Device,
    /// Invitation to a team.
    Invitation,
    /// A person's long-lived token.
    Personal,
    /// A robot's static token.
    Robot,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Access,
        Self::Refresh,
        Self::Cluster,
        Self::Browser,
        Self::Claim,
        Self::Code,
        Self::Device,
        Self::Invitation,
        Self::Personal,
        Self::Robot,
    ];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "kore_at_",
            Self::Refresh => "kore_rt_",
            Self::Cluster => "kore_kc_",
            Self::Browser => "kore_bs_",
            Self::Claim => "kore_cl_",
            Self::Code => "kore_ac_",
            Self::Device => "kore_dc_",
            Self::Invitation => "kore_iv_",
            Self::Personal => "kore_pt_",
            Self::Robot => "kore_rb_",
        }
    }
}

/// Fills a buffer with random bytes; passed in.
pub type Entropy = fn(&mut [u8]);

/// Randomness of the operating system's seeded generator.
pub fn system_entropy(buffer: &mut [u8]) {
    use rand::Rng;
    rand::rng().fill_bytes(buffer);
}

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY: usize = 40;
const CHECKSUM: usize = 6;

/// A secret that is well formed: of a known kind, of the right length, checksum right. Whether it
/// was ever handed out is the store's to say. Never shown by `Debug`.
#[derive(Clone)]
pub struct Secret {
    kind: Kind,
    text: SecretString,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.kind.prefix())
    }
}

impl Secret {
    /// A new one.
    #[must_use]
    pub fn new(kind: Kind, entropy: Entropy) -> Self {
        let mut text = String::from(kind.prefix());
        text.push_str(&random_text(ALPHABET, BODY, entropy));
        let sum = checksum(&text);
        text.push_str(&sum);
        Self { kind, text: text.into() }
    }

    /// Reads one; `None` when it cannot be one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let kind = Kind::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))?;
        let body = text.get(kind.prefix().len()..)?;
        if body.len() != BODY + CHECKSUM || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let (head, sum) = text.split_at_checked(text.len() - CHECKSUM)?;
        (checksum(head) == sum).then(|| Self { kind, text: text.to_owned().into() })
    }

    /// Reads one of this kind.
    #[must_use]
    pub fn parse_as(kind: Kind, text: &str) -> Option<Self> {
        Self::parse(text).filter(|secret| secret.kind == kind)
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The secret itself, for the answer that hands it out and for hashing.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

/// `length` characters of an alphabet of at most 256, each equally likely.
pub(crate) fn random_text(alphabet: &[u8], length: usize, entropy: Entropy) -> String {
    // Bytes beyond the largest multiple of the alphabet's size would favour its first characters.
    let limit = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    let mut buffer = [0_u8; 64];
    while text.len() < length {
        entropy(&mut buffer);
        for byte in buffer {
            if usize::from(byte) < limit
                && text.len() < length
                && let Some(&character) = alphabet.get(usize::from(byte) % alphabet.len())
            {
                text.push(char::from(character));
            }
        }
    }
    text
}

fn checksum(text: &str) -> String {
    let mut rest = crc32(text.as_bytes());
    let mut sum = [b'0'; CHECKSUM];
    for place in sum.iter_mut().rev() {
        if let Some(&character) = ALPHABET.get((rest % 62) as usize) {
            *place = character;
        }
        rest /= 62;
    }
    sum.iter().map(|&byte| char::from(byte)).collect()
}

/// CRC-32 as in IEEE 802.3 (reflected, polynomial 0xEDB88320).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn crc32_has_the_check_value_of_its_catalogue() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn what_is_made_can_be_read_and_nothing_else() {
        let mut seen = HashSet::new();
        for kind in Kind::ALL {
            let secret = Secret::new(kind, system_entropy);
            let text = secret.expose().to_owned();
            assert!(seen.insert(text.clone()));
            assert_eq!(text.len(), 8 + BODY + CHECKSUM);
            assert_eq!(Secret::parse(&text).unwrap().kind(), kind);
            assert!(!format!("{secret:?}").contains(text.get(8..).unwrap()));
            for place in 8..text.len() {
                let mut other = text.clone().into_bytes();
                other[place] = if other[place] == b'a' { b'b' } else { b'a' };
                assert!(Secret::parse(std::str::from_utf8(&other).unwrap()).is_none(), "one character changed");
            }
            for bad in [&text[..text.len() - 1], &format!("{text}0"), &text[1..], ""] {
                assert!(Secret::parse(bad).is_none(), "{bad}");
            }
        }
        assert!(Secret::parse("kore_at_ä").is_none());
    }

    #[test]
    fn every_character_is_equally_likely() {
        // An entropy that counts through all bytes: each character of the alphabet comes equally often.
        fn counting(buffer: &mut [u8]) {
            use std::sync::atomic::{AtomicU8, Ordering};
            static NEXT: AtomicU8 = AtomicU8::new(0);
            buffer.fill_with(|| NEXT.fetch_add(1, Ordering::Relaxed));
        }
        let text = random_text(ALPHABET, 62 * 4, counting);
        for &character in ALPHABET {
            assert_eq!(text.bytes().filter(|&byte| byte == character).count(), 4);
        }
    }
}
