//! The keys that issuers of web-identity tokens sign with (OpenID Connect Discovery 1.0, section 4): those that were told,
//! or those that an issuer on this machine publishes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use jsonwebtoken::jwk::JwkSet;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// Issuers are on this machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keys of an issuer that is not to be asked for them: `POST /_kore/issuers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuerOrder {
    /// As tokens say it, `https://…`.
    pub(crate) issuer: String,
    /// Its keys (RFC 7517, section 5).
    pub(crate) jwks: JwkSet,
}

/// Issuers whose keys were told.
#[derive(Debug, Default)]
pub(crate) struct Issuers(Mutex<BTreeMap<String, JwkSet>>);

impl Issuers {
    fn told(&self) -> MutexGuard<'_, BTreeMap<String, JwkSet>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reset(&self) {
        self.told().clear();
    }

    /// From now on tokens of this issuer are believed when one of these keys signed them, and no other.
    pub(crate) fn tell(&self, order: IssuerOrder) {
        self.told().insert(order.issuer, order.jwks);
    }

    pub(crate) fn list(&self) -> Vec<IssuerOrder> {
        let told = self.told();
        told.iter().map(|(issuer, jwks)| IssuerOrder { issuer: issuer.clone(), jwks: jwks.clone() }).collect()
    }

    /// The keys of an issuer; none where nobody knows them.
    pub(crate) async fn keys(&self, issuer: &str) -> Option<JwkSet> {
        let told = self.told().get(issuer).cloned();
        match told {
            Some(keys) => Some(keys),
            None => published(issuer).await,
        }
    }
}

/// The keys that an issuer publishes. Only issuers on this machine are asked, by plain http also where they call themselves
/// `https`: the front stands in for the way there.
async fn published(issuer: &str) -> Option<JwkSet> {
    let document = fetch(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).await?;
    let document: Value = serde_json::from_slice(&document).ok()?;
    if document.get("issuer").and_then(Value::as_str) != Some(issuer) {
        return None;
    }
    let keys = fetch(document.get("jwks_uri").and_then(Value::as_str)?).await?;
    serde_json::from_slice(&keys).ok()
}

async fn fetch(address: &str) -> Option<Bytes> {
    let mut address: Url = address.parse().ok()?;
    let local = match address.host()? {
        url::Host::Ipv4(host) => host.is_loopback(),
        url::Host::Ipv6(host) => host.is_loopback(),
        url::Host::Domain(name) => name == "localhost",
    };
    if !local {
        return None;
    }
    address.set_scheme("http").ok()?;
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let asked = async {
        let answer = client.get(address.as_str().parse().ok()?).await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        Some(answer.into_body().collect().await.ok()?.to_bytes())
    };
    tokio::time::timeout(PATIENCE, asked).await.ok()?
}
