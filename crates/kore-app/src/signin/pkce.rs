//! What a public client proves: PKCE (RFC 7636, S256 only) and a loopback redirect (RFC 8252).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The command line: a public client, known to every installation.
pub const CLIENT: &str = "kore-cli";
/// The path of its redirect address; the port is any (RFC 8252 section 7.3).
pub const REDIRECT_PATH: &str = "/callback";

/// Whether this is a challenge of method S256: 32 bytes in base64url.
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// Whether the verifier is the one that the challenge was made of.
#[must_use]
pub fn verifies(verifier: &str, challenge: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return false;
    }
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    digest.as_bytes().ct_eq(challenge.as_bytes()).into()
}

/// Whether a code may be sent there: `http`, this machine's loopback, any port, the one path,
/// nothing else in the address.
#[must_use]
pub fn is_redirect(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://") else { return false };
    let Some(rest) = ["127.0.0.1:", "localhost:", "[::1]:"].iter().find_map(|host| rest.strip_prefix(host)) else {
        return false;
    };
    let Some(port) = rest.strip_suffix(REDIRECT_PATH) else { return false };
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_verifies() {
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_challenge(challenge) && verifies(verifier, challenge));
        assert!(!verifies(&verifier.to_lowercase(), challenge));
        assert!(!verifies("short", challenge));
        assert!(!verifies(challenge, challenge), "method plain does not exist here");
        assert!(!is_challenge("") && !is_challenge("abc") && !is_challenge(verifier.get(1..).unwrap()));
    }

    #[test]
    fn codes_go_to_this_machine_only() {
        for good in ["http://127.0.0.1:1/callback", "http://localhost:49152/callback", "http://[::1]:65535/callback"] {
            assert!(is_redirect(good), "{good}");
        }
        for bad in [
            "",
            "https://127.0.0.1:1/callback",
            "http://127.0.0.1/callback",
            "http://127.0.0.1:/callback",
            "http://127.0.0.1:0/callback",
            "http://127.0.0.1:99999/callback",
            "http://127.0.0.1:+80/callback",
            "http://127.0.0.1:80/",
            "http://127.0.0.1:80/callback/x",
            "http://127.0.0.1:80/callback?x",
            "http://127.0.0.1:80/callback#x",
            "http://127.0.0.1:80@evil.example:80/callback",
            "http://evil.example:80/callback",
            "http://localhost.evil.example:80/callback",
            "http://127.0.0.1:80/..//callback",
            "HTTP://127.0.0.1:80/callback",
        ] {
            assert!(!is_redirect(bad), "{bad}");
        }
    }
}
