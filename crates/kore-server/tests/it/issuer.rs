//! Issuers made here, and tokens that they sign.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// What a robot's rules ask for.
pub(crate) const AUDIENCE: &str = "https://kore.example.com";

/// An issuer and its key.
pub(crate) struct Issuer {
    pub(crate) name: String,
    key: EncodingKey,
    public: Jwk,
}

impl Issuer {
    pub(crate) fn new(name: &str) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let key = EncodingKey::from_ec_der(&pair.serialize_der());
        let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        public.common.key_id = Some("k1".into());
        Self { name: name.to_owned(), key, public }
    }

    pub(crate) fn keys(&self) -> Value {
        serde_json::to_value(JwkSet { keys: vec![self.public.clone()] }).unwrap()
    }

    /// These claims, with those that every token has.
    pub(crate) fn claims(&self, own: &Value) -> Value {
        let now = Timestamp::now().as_second();
        let mut claims = json!({
            "iss": self.name, "aud": AUDIENCE, "sub": "repo:acme/app:ref:refs/heads/main",
            "jti": Uuid::new_v4(), "iat": now, "nbf": now, "exp": now + 300,
        });
        merge(&mut claims, own);
        claims
    }

    pub(crate) fn token(&self, own: &Value) -> String {
        self.sign(&self.claims(own), "k1")
    }

    pub(crate) fn sign(&self, claims: &Value, kid: &str) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }

    /// A token that says it needs no signature, and one signed with what everybody knows.
    pub(crate) fn unsigned(&self, own: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({ "alg": "none", "kid": "k1" })), part(&self.claims(own)))
    }

    pub(crate) fn confused(&self, own: &Value) -> String {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("k1".into());
        let secret = serde_json::to_vec(&self.public).unwrap();
        jsonwebtoken::encode(&header, &self.claims(own), &EncodingKey::from_secret(&secret)).unwrap()
    }
}

/// Sets fields; null takes them away.
pub(crate) fn merge(claims: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
}

/// As GitHub's reference lists them.
pub(crate) fn github() -> Value {
    json!({
        "sub": "repo:acme/app:environment:production", "environment": "production", "ref": "refs/heads/main",
        "sha": "f00", "repository": "acme/app", "repository_id": "74", "repository_owner": "acme",
        "repository_owner_id": "65", "repository_visibility": "private", "run_id": "1", "run_attempt": "1",
        "actor": "ana", "actor_id": "12", "workflow": "deploy", "event_name": "push", "ref_type": "branch",
        "job_workflow_ref": "acme/app/.github/workflows/deploy.yml@refs/heads/main",
        "runner_environment": "github-hosted",
    })
}

/// As GitLab's reference lists them.
pub(crate) fn gitlab() -> Value {
    json!({
        "sub": "project_path:acme/app:ref_type:branch:ref:main", "namespace_id": "72", "namespace_path": "acme",
        "project_id": "20", "project_path": "acme/app", "user_login": "ana", "pipeline_id": "574",
        "pipeline_source": "push", "job_id": "302", "ref": "main", "ref_type": "branch", "ref_protected": "true",
        "runner_id": 1, "runner_environment": "self-hosted",
    })
}

/// As the API server writes them for a pod's projected token.
pub(crate) fn kubernetes() -> Value {
    json!({
        "aud": [AUDIENCE], "sub": "system:serviceaccount:ci:deployer",
        "kubernetes.io": {
            "namespace": "ci",
            "node": { "name": "n1", "uid": "9f3a" },
            "pod": { "name": "deploy-1", "uid": "be8d" },
            "serviceaccount": { "name": "deployer", "uid": "1f0a" },
        },
    })
}
