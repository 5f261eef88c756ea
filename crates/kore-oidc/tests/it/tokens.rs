//! The list of tokens that are not to be believed (RFC 8725, OpenID Connect Core section 3.1.3.7).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::PublicKeyUse};
use kore_oidc::{Expected, Refused, verify};
use serde_json::{Value, json};

use crate::keys::{CLIENT, ISSUER, Key, now, right, set};

fn expected() -> Expected<'static> {
    Expected { issuer: ISSUER, audience: CLIENT, nonce: Some("n"), max_age: None }
}

fn with(changes: &Value) -> Value {
    let mut claims = right();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

#[test]
fn what_is_right_is_believed_whatever_the_algorithm() {
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256] {
        let key = Key::new("a", algorithm);
        let claims = verify(&key.sign(&right()), &set(&[&key]), &expected(), now()).unwrap();
        assert_eq!(claims["sub"], "u-1", "{algorithm:?}");
    }
}

#[test]
fn each_claim_must_say_exactly_what_is_expected() {
    let key = Key::new("a", Algorithm::ES256);
    let keys = set(&[&key]);
    let at = now().as_second();
    let cases = [
        (json!({ "iss": "https://id.example.com/" }), Refused::Issuer),
        (json!({ "iss": "https://evil.example" }), Refused::Issuer),
        (json!({ "iss": ["https://id.example.com"] }), Refused::Missing("iss")),
        (json!({ "iss": null }), Refused::Missing("iss")),
        (json!({ "sub": null }), Refused::Missing("sub")),
        (json!({ "sub": "" }), Refused::Missing("sub")),
        (json!({ "sub": 7 }), Refused::Missing("sub")),
        (json!({ "sub": "s".repeat(256) }), Refused::Missing("sub")),
        (json!({ "aud": null }), Refused::Missing("aud")),
        (json!({ "aud": "grafana" }), Refused::Audience("aud")),
        (json!({ "aud": "kore-2" }), Refused::Audience("aud")),
        (json!({ "aud": "KORE" }), Refused::Audience("aud")),
        (json!({ "aud": [] }), Refused::Audience("aud")),
        (json!({ "aud": ["grafana"] }), Refused::Audience("aud")),
        (json!({ "aud": { "kore": true } }), Refused::Audience("aud")),
        (json!({ "aud": ["kore", "grafana"] }), Refused::Audience("azp")),
        (json!({ "aud": ["kore", "grafana"], "azp": "grafana" }), Refused::Audience("azp")),
        (json!({ "azp": "grafana" }), Refused::Audience("azp")),
        (json!({ "exp": null }), Refused::Missing("exp")),
        (json!({ "exp": at - 60 }), Refused::Expired),
        (json!({ "exp": 0 }), Refused::Expired),
        (json!({ "exp": "tomorrow" }), Refused::Malformed),
        (json!({ "exp": 1e300 }), Refused::Malformed),
        (json!({ "exp": u64::MAX }), Refused::Malformed),
        (json!({ "nbf": at + 61 }), Refused::Future("nbf")),
        (json!({ "iat": at + 61 }), Refused::Future("iat")),
        (json!({ "iat": null }), Refused::Missing("iat")),
        (json!({ "nonce": null }), Refused::Nonce),
        (json!({ "nonce": "other" }), Refused::Nonce),
        (json!({ "nonce": ["n"] }), Refused::Nonce),
    ];
    for (changes, why) in cases {
        let token = key.sign(&with(&changes));
        assert_eq!(verify(&token, &keys, &expected(), now()).unwrap_err(), why, "{changes}");
    }
    for fine in [
        json!({ "aud": ["kore"] }),
        json!({ "aud": ["grafana", "kore"], "azp": "kore" }),
        json!({ "exp": at - 59 }),
        json!({ "nbf": at + 60, "iat": at + 60 }),
        json!({ "exp": 1e12 / 256.0 }),
        json!({ "nbf": null }),
    ] {
        verify(&key.sign(&with(&fine)), &keys, &expected(), now()).unwrap();
    }
    let old = key.sign(&with(&json!({ "iat": at - 700 })));
    let fresh = Expected { max_age: Some(SignedDuration::from_mins(10)), ..expected() };
    assert_eq!(verify(&old, &keys, &fresh, now()).unwrap_err(), Refused::TooOld);
    verify(&old, &keys, &expected(), now()).unwrap();
}

/// A token with this header, signed by this key as if the header were its own.
fn forged(header: &Value, claims: &Value, key: &Key) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key.private, key.algorithm).unwrap();
    format!("{message}.{signature}")
}

#[test]
fn no_header_talks_us_into_another_key_or_algorithm() {
    let key = Key::new("a", Algorithm::RS256);
    let keys = set(&[&key]);
    // `none`, in every spelling, with and without a signature.
    for name in ["none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256 ", "rs256", "RSA-OAEP"] {
        let token = forged(&json!({ "alg": name, "kid": "a" }), &right(), &key);
        let bare = format!("{}.", token.rsplit_once('.').unwrap().0);
        for token in [token, bare] {
            let error = verify(&token, &keys, &expected(), now()).unwrap_err();
            assert!(matches!(error, Refused::Algorithm(_)), "{name}: {error:?}");
        }
    }
    // HS256 with what everybody knows as the secret.
    let public = serde_json::to_string(&key.public).unwrap();
    let secret = EncodingKey::from_secret(public.as_bytes());
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("a".into());
    let confused = jsonwebtoken::encode(&header, &right(), &secret).unwrap();
    assert!(matches!(verify(&confused, &keys, &expected(), now()).unwrap_err(), Refused::Algorithm(_)));
    // A key of one's own, or the address of one; and extensions that must be understood.
    let mine = Key::new("a", Algorithm::RS256);
    for (name, value) in [
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("jwk", serde_json::to_value(&mine.public).unwrap()),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
    ] {
        for signer in [&mine, &key] {
            let token = forged(&json!({ "alg": "RS256", "kid": "a", name: value }), &right(), signer);
            assert_eq!(verify(&token, &keys, &expected(), now()).unwrap_err(), Refused::Header(name));
        }
    }
    // The right id, the wrong key; and no id where two keys fit.
    assert_eq!(verify(&mine.sign(&right()), &keys, &expected(), now()).unwrap_err(), Refused::Signature);
    let nameless = forged(&json!({ "alg": "RS256" }), &right(), &key);
    verify(&nameless, &keys, &expected(), now()).unwrap();
    let two = set(&[&key, &Key::new("b", Algorithm::RS256)]);
    assert_eq!(verify(&nameless, &two, &expected(), now()).unwrap_err(), Refused::UnknownKey);
    for kid in [json!(1), json!(["a"]), json!({ "a": 1 })] {
        let token = forged(&json!({ "alg": "RS256", "kid": kid }), &right(), &key);
        assert_eq!(verify(&token, &keys, &expected(), now()).unwrap_err(), Refused::Malformed);
    }
    for kid in ["../../../dev/null", "' OR 1=1 --", "A"] {
        let token = forged(&json!({ "alg": "RS256", "kid": kid }), &right(), &key);
        assert_eq!(verify(&token, &keys, &expected(), now()).unwrap_err(), Refused::UnknownKey);
    }
}

#[test]
fn a_key_is_for_its_own_algorithm_and_for_signatures() {
    let key = Key::new("a", Algorithm::RS256);
    let mut keys = set(&[&key]);
    let other = forged(&json!({ "alg": "RS512", "kid": "a" }), &right(), &key);
    assert_eq!(verify(&other, &keys, &expected(), now()).unwrap_err(), Refused::UnknownKey, "its alg says RS256");
    keys.keys[0].common.public_key_use = Some(PublicKeyUse::Encryption);
    assert_eq!(verify(&key.sign(&right()), &keys, &expected(), now()).unwrap_err(), Refused::UnknownKey);
    let curve = Key::new("a", Algorithm::ES256);
    let swapped = forged(&json!({ "alg": "ES256", "kid": "a" }), &right(), &curve);
    assert_eq!(verify(&swapped, &set(&[&key]), &expected(), now()).unwrap_err(), Refused::UnknownKey);
}

#[test]
fn a_changed_token_is_refused_wherever_it_is_changed() {
    let key = Key::new("a", Algorithm::ES256);
    let keys = set(&[&key]);
    let token = key.sign(&right());
    for place in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        // The last character of a part may carry bits that mean nothing; strict decoders refuse those too.
        assert!(verify(&changed, &keys, &expected(), now()).is_err(), "at {place}");
    }
    for bad in ["", ".", "..", "a.b", "a.b.c.d", &token[..token.len() - 1], &format!("{token}."), &token.repeat(400)] {
        assert!(verify(bad, &keys, &expected(), now()).is_err());
    }
}
