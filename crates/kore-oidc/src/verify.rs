//! Whether a token is what it says it is: pure, over keys that are already there.
//!
//! OpenID Connect Core section 3.1.3.7, RFC 7519, and RFC 8725 for what to distrust. The signature is
//! `jsonwebtoken`'s to check; the claims are checked here, because the time comes in and because an
//! audience, an authorised party and a nonce must be *exactly* what was expected.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyOperations, PublicKeyUse},
};
use serde_json::{Map, Value};

use crate::Refused;

/// How far two clocks may be apart.
pub const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// Longest token, in bytes; hundreds of groups fit.
const LONGEST: usize = 64 << 10;

/// The claims of a token that is believed.
pub type Claims = Map<String, Value>;

/// What a token must say.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    /// `iss`, byte by byte.
    pub issuer: &'a str,
    /// `aud` must name it; where it names others too, `azp` must be it.
    pub audience: &'a str,
    /// `nonce`, where the token answers a request of ours.
    pub nonce: Option<&'a str>,
    /// How long ago it may have been issued; no limit but `exp` when there is none.
    pub max_age: Option<SignedDuration>,
}

/// Checks a token, and gives its claims.
///
/// # Errors
/// [`Refused`]; [`Refused::UnknownKey`] is the one that fresher keys may cure.
pub fn verify(jwt: &str, keys: &JwkSet, expected: &Expected<'_>, now: Timestamp) -> Result<Claims, Refused> {
    if jwt.len() > LONGEST {
        return Err(Refused::Malformed);
    }
    let (algorithm, kid) = header(jwt)?;
    let key = find(keys, kid.as_deref(), algorithm)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Refused::UnknownKey)?;
    let mut validation = Validation::new(algorithm);
    // The claims are checked below, against the time that came in.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims = jsonwebtoken::decode::<Claims>(jwt, &key, &validation).map_err(|_| Refused::Signature)?.claims;
    check(&claims, expected, now)?;
    Ok(claims)
}

/// Reads a set of public keys that somebody wrote down (RFC 7517): one at least, each fit to check
/// signatures of an algorithm that is accepted.
///
/// # Errors
/// Why it is none, to be read after the name of the field. One with a private or secret key is refused:
/// it should not have left its owner (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
pub fn public_keys(keys: &Value) -> Result<JwkSet, String> {
    let listed = keys.get("keys").and_then(Value::as_array).ok_or("is not a JSON Web Key Set: it has no \"keys\"")?;
    if listed.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()) {
        return Err("holds a private or secret key: take it away, and consider it known".to_owned());
    }
    let keys: JwkSet = serde_json::from_value(keys.clone()).map_err(|cause| cause.to_string())?;
    if usable(&keys) {
        Ok(keys)
    } else {
        Err("is a set of public keys (JWK) for RSA, P-256, P-384 or Ed25519, and has one at least".to_owned())
    }
}

fn usable(keys: &JwkSet) -> bool {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let accepted = [RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA];
    let works =
        |key: &Jwk| accepted.into_iter().any(|algorithm| fits(key, algorithm)) && DecodingKey::from_jwk(key).is_ok();
    !keys.keys.is_empty() && keys.keys.iter().all(works)
}

/// What the header says: an algorithm that is accepted, and which key.
fn header(jwt: &str) -> Result<(Algorithm, Option<String>), Refused> {
    let first = jwt.split('.').next().unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(first).map_err(|_| Refused::Malformed)?;
    let header: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| Refused::Malformed)?;
    for place in ["crit", "jku", "x5u", "jwk", "x5c", "enc", "zip", "b64"] {
        if header.contains_key(place) {
            return Err(Refused::Header(place));
        }
    }
    let algorithm = match header.get("alg").and_then(Value::as_str).unwrap_or_default() {
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "PS256" => Algorithm::PS256,
        "PS384" => Algorithm::PS384,
        "PS512" => Algorithm::PS512,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        "EdDSA" => Algorithm::EdDSA,
        other => return Err(Refused::Algorithm(other.chars().take(16).collect())),
    };
    match header.get("kid") {
        None => Ok((algorithm, None)),
        Some(Value::String(kid)) => Ok((algorithm, Some(kid.clone()))),
        Some(_) => Err(Refused::Malformed),
    }
}

/// The key that is meant: the one of this id, or the only one that fits where no id is given.
fn find<'a>(keys: &'a JwkSet, kid: Option<&str>, algorithm: Algorithm) -> Result<&'a Jwk, Refused> {
    let mut fitting =
        keys.keys.iter().filter(|key| fits(key, algorithm) && (kid.is_none() || key.common.key_id.as_deref() == kid));
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Ok(key),
        _ => Err(Refused::UnknownKey),
    }
}

/// Whether a key may check signatures of this algorithm: of its type, and for nothing else.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let by_type = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), RS256 | RS384 | RS512 | PS256 | PS384 | PS512) => true,
        (AlgorithmParameters::EllipticCurve(curve), ES256) => curve.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(curve), ES384) => curve.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(pair), EdDSA) => pair.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let by_use = key.common.public_key_use.as_ref().is_none_or(|wanted| *wanted == PublicKeyUse::Signature);
    let by_operation =
        key.common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    // The names of the two enumerations are those of RFC 7518.
    let by_algorithm =
        key.common.key_algorithm.as_ref().is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    by_type && by_use && by_operation && by_algorithm
}

fn check(claims: &Claims, expected: &Expected<'_>, now: Timestamp) -> Result<(), Refused> {
    if text(claims, "iss")? != expected.issuer {
        return Err(Refused::Issuer);
    }
    match claims.get("sub") {
        // OpenID Connect Core section 2: at most 255 ASCII characters.
        Some(Value::String(sub)) if !sub.is_empty() && sub.len() <= 255 => {}
        _ => return Err(Refused::Missing("sub")),
    }
    let sole = match claims.get("aud").ok_or(Refused::Missing("aud"))? {
        Value::String(one) if one == expected.audience => true,
        Value::Array(many) if many.iter().any(|one| one.as_str() == Some(expected.audience)) => many.len() == 1,
        _ => return Err(Refused::Audience("aud")),
    };
    match claims.get("azp") {
        Some(party) if party.as_str() != Some(expected.audience) => return Err(Refused::Audience("azp")),
        None if !sole => return Err(Refused::Audience("azp")),
        _ => {}
    }
    let time = |name: &'static str| match claims.get(name) {
        None => Ok(None),
        // NumericDate: seconds, perhaps with a fraction (RFC 7519 section 2).
        Some(value) => seconds(value).map(Some).ok_or(Refused::Malformed),
    };
    let (now, skew) = (now.as_second(), SKEW.as_secs());
    if time("exp")?.ok_or(Refused::Missing("exp"))? <= now.saturating_sub(skew) {
        return Err(Refused::Expired);
    }
    if time("nbf")?.is_some_and(|from| from > now.saturating_add(skew)) {
        return Err(Refused::Future("nbf"));
    }
    let issued = time("iat")?.ok_or(Refused::Missing("iat"))?;
    if issued > now.saturating_add(skew) {
        return Err(Refused::Future("iat"));
    }
    if let Some(limit) = expected.max_age
        && issued < now.saturating_sub(limit.as_secs()).saturating_sub(skew)
    {
        return Err(Refused::TooOld);
    }
    match expected.nonce {
        Some(nonce) if claims.get("nonce").and_then(Value::as_str) != Some(nonce) => Err(Refused::Nonce),
        _ => Ok(()),
    }
}

fn text<'a>(claims: &'a Claims, name: &'static str) -> Result<&'a str, Refused> {
    claims.get(name).and_then(Value::as_str).ok_or(Refused::Missing(name))
}

fn seconds(value: &Value) -> Option<i64> {
    let whole = value.as_i64().or_else(|| {
        let seconds = value.as_f64().filter(|seconds| seconds.abs() < 1e15)?;
        format!("{seconds:.0}").parse().ok()
    });
    // Beyond any calendar: nothing that a clock says.
    whole.filter(|seconds| seconds.unsigned_abs() < 1 << 40)
}
