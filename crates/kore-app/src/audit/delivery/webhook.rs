//! A webhook: batches of records by POST, signed as the Standard Webhooks specification has it
//! (<https://www.standardwebhooks.com>): `webhook-signature: v1,<base64 of HMAC-SHA256>` over
//! `<webhook-id>.<webhook-timestamp>.<body>`.
//!
//! Any 2xx is a receipt. Redirects are not followed: records go to the address in the configuration and
//! nowhere else.

use std::{fs, net::IpAddr, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use kore_api::{audit::AuditRecord, config::AuditWebhookSettings};
use sha2::{Digest, Sha256};
use url::{Host, Url};

use super::{SinkFault, Target};

/// How long a sink may take for a batch.
const PATIENCE: Duration = Duration::from_secs(30);
/// Fewer bytes are no secret.
const SHORTEST: usize = 16;

pub(super) struct Webhook {
    sink: String,
    url: Url,
    secret: Vec<u8>,
    http: reqwest::Client,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Webhook").field(&self.shown()).finish()
    }
}

impl Webhook {
    pub(super) fn new(sink: &str, settings: &AuditWebhookSettings) -> Result<Self, SinkFault> {
        let url = address(&settings.url).ok_or(SinkFault::Address)?;
        let secret = secret(&settings.secret_file)?;
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("kore/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(PATIENCE / 3)
            .timeout(PATIENCE);
        if is_loopback(&url) {
            builder = builder.no_proxy();
        }
        if let Some(path) = &settings.ca_file {
            let pem = fs::read(path).map_err(|error| SinkFault::File(path.clone(), error))?;
            builder = builder.tls_certs_merge(reqwest::Certificate::from_pem_bundle(&pem).map_err(SinkFault::Tls)?);
        }
        Ok(Self { sink: sink.to_owned(), url, secret, http: builder.build().map_err(SinkFault::Tls)? })
    }
}

/// An address that records may go to.
fn address(text: &str) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    (bare && safe && url.host().is_some()).then_some(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The secret of a file: `whsec_` and base64, as Standard Webhooks writes secrets, or any bytes.
fn secret(path: &Path) -> Result<Vec<u8>, SinkFault> {
    let failed = |error| SinkFault::File(path.to_owned(), error);
    if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(SinkFault::Open(path.to_owned()));
    }
    let text = fs::read(path).map_err(failed)?;
    let text = text.trim_ascii();
    let decoded = text.strip_prefix(b"whsec_").and_then(|encoded| STANDARD.decode(encoded).ok());
    let secret = decoded.unwrap_or_else(|| text.to_vec());
    if secret.len() < SHORTEST { Err(SinkFault::Short(path.to_owned())) } else { Ok(secret) }
}

fn signature(secret: &[u8], id: &str, timestamp: i64, body: &[u8]) -> String {
    // HMAC takes keys of every length, so that there always is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[async_trait]
impl Target for Webhook {
    /// A query may hold a secret of the receiver's.
    fn shown(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.to_string()
    }

    async fn deliver(&self, records: &[AuditRecord], now: Timestamp) -> Result<(), String> {
        let body = serde_json::json!({ "sink": self.sink, "records": records });
        let body = serde_json::to_vec(&body).map_err(|error| error.to_string())?;
        // The same batch is the same message, however often it comes.
        let id: String = hex::encode(Sha256::digest(&body)).chars().take(32).collect();
        let timestamp = now.as_second();
        let sent = self
            .http
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-signature", signature(&self.secret, &id, timestamp, &body))
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .body(body)
            .send()
            .await;
        match sent {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("it answered {}", answer.status())),
            Err(error) => Err(reason(&error.without_url())),
        }
    }
}

/// The last cause says the most.
fn reason(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    if cause.to_string() == error.to_string() { error.to_string() } else { format!("{error}: {cause}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_go_to_https_or_to_this_machine() {
        for good in ["https://siem.example/x?k=1", "http://127.0.0.1:9/x", "http://[::1]/", "http://localhost:1/"] {
            assert!(address(good).is_some(), "{good}");
        }
        for bad in [
            "http://siem.example/",
            "http://10.0.0.1/",
            "ftp://localhost/",
            "https://user:pw@siem.example/",
            "https://siem.example/#x",
            "http://localhost.example/",
            "file:///etc/passwd",
            "siem.example",
        ] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }

    /// The example of the Standard Webhooks specification's libraries.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_are_for_their_owner_and_long() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("secret");
        let write = |text: &str, mode: u32| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            secret(&path)
        };
        assert!(matches!(write("0123456789abcdef0123", 0o640), Err(SinkFault::Open(_))));
        assert!(matches!(write("short\n", 0o600), Err(SinkFault::Short(_))));
        assert_eq!(write("0123456789abcdef\n", 0o600).unwrap(), b"0123456789abcdef");
        assert_eq!(write("whsec_MDEyMzQ1Njc4OWFiY2RlZg==", 0o400).unwrap(), b"0123456789abcdef");
        assert!(matches!(secret(&home.path().join("none")), Err(SinkFault::File(..))));
    }
}
