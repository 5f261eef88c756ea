//! Keys made here, and tokens signed with them.

use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet},
};
use serde_json::{Value, json};

/// Who signs.
pub(crate) const ISSUER: &str = "https://id.example.com";
/// Who we are.
pub(crate) const CLIENT: &str = "kore";

pub(crate) fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

/// A private key and what others know of it.
pub(crate) struct Key {
    pub(crate) private: EncodingKey,
    pub(crate) public: Jwk,
    pub(crate) algorithm: Algorithm,
}

fn pair(algorithm: &'static rcgen::SignatureAlgorithm) -> Vec<u8> {
    rcgen::KeyPair::generate_for(algorithm).unwrap().serialize_der()
}

impl Key {
    pub(crate) fn new(id: &str, algorithm: Algorithm) -> Self {
        let private = match algorithm {
            Algorithm::RS256 => {
                let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
                // The library wants PKCS #1: what is within PKCS #8, behind 26 bytes that are always the same.
                EncodingKey::from_rsa_der(&pair.serialize_der()[26..])
            }
            // And PKCS #8 in its first version (RFC 8410), without the public key behind it.
            Algorithm::EdDSA => {
                let second = pair(&rcgen::PKCS_ED25519);
                EncodingKey::from_ed_der(&[&[0x30, 0x2e, 2, 1, 0], &second[5..48]].concat())
            }
            _ => EncodingKey::from_ec_der(&pair(&rcgen::PKCS_ECDSA_P256_SHA256)),
        };
        let mut public = Jwk::from_encoding_key(&private, algorithm).unwrap();
        public.common.key_id = Some(id.to_owned());
        Self { private, public, algorithm }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid.clone_from(&self.public.common.key_id);
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

pub(crate) fn set(keys: &[&Key]) -> JwkSet {
    JwkSet { keys: keys.iter().map(|key| key.public.clone()).collect() }
}

/// Claims that are right in every way.
pub(crate) fn right() -> Value {
    let now = now().as_second();
    json!({ "iss": ISSUER, "sub": "u-1", "aud": CLIENT, "nonce": "n", "iat": now, "nbf": now, "exp": now + 300 })
}
