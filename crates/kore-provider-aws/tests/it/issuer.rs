//! An issuer of tokens, as the management cluster is one: it signs, and publishes its keys.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::{Json, Router, routing::get};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kore_engine::{error::StepError, identity::WebIdentity};
use kore_provider_aws::cloud::Identity;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Kore's subject at it.
pub(crate) const SUBJECT: &str = "system:serviceaccount:kore-system:provider-aws";

pub(crate) struct Issuer {
    /// Its address without `https://`.
    pub(crate) address: String,
    /// Its keys, as it publishes them.
    pub(crate) keys: Value,
    key: EncodingKey,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Issuer {
    /// One that publishes its keys.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let issuer = Self::at(address.clone());
        let keys = issuer.keys.clone();
        let document = json!({ "issuer": format!("https://{address}"), "jwks_uri": format!("https://{address}/keys") });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(move || std::future::ready(Json(document.clone()))))
            .route("/keys", get(move || std::future::ready(Json(keys.clone()))));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        issuer
    }

    /// One that is nowhere to be asked.
    pub(crate) fn at(address: String) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        let coordinate = |from: usize| BASE64_URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
        let keys = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "1", "alg": "ES256", "use": "sig", "x": coordinate(1), "y": coordinate(33),
        }] });
        let der = pair.to_pkcs8v1().unwrap();
        Self { address, keys, key: EncodingKey::from_ec_der(der.as_ref()) }
    }

    /// Kore, as whom its tokens name.
    pub(crate) fn identity(self: &Arc<Self>) -> Identity {
        let issuer = format!("https://{}", self.address);
        Identity::Tokens { from: Arc::clone(self) as _, issuer, subject: SUBJECT.to_owned() }
    }

    /// A token for this subject.
    pub(crate) fn signed(&self, subject: &str) -> String {
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({
            "iss": format!("https://{}", self.address), "sub": subject, "aud": ["sts.amazonaws.com"],
            "iat": now, "exp": now + 600,
        });
        let header = Header { kid: Some("1".to_owned()), ..Header::new(Algorithm::ES256) };
        encode(&header, &claims, &self.key).unwrap()
    }
}

#[async_trait]
impl WebIdentity for Issuer {
    async fn token(&self, _audience: &str) -> Result<SecretString, StepError> {
        Ok(self.signed(SUBJECT).into())
    }
}
