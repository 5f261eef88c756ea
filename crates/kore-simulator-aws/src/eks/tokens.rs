//! Who a token for a cluster is of. The API server behind a cluster asks, as one of EKS asks its authenticator: the token is a
//! request to STS, of which everything is checked that STS and the authenticator check, its signature too (github.com/
//! kubernetes-sigs/aws-iam-authenticator, "API Authorization from Outside a Cluster"; IAM User Guide, "Create a signed AWS API
//! request").
//!
//! Lax: who has the policy `AmazonEKSClusterAdminPolicy` is in the group `system:masters`, as there is no authorizer of EKS
//! behind the API server; other policies give nothing.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::{catalogue, lock, state::Cluster, state::texts};
use crate::{
    backing::Wanted,
    front::Front,
    identity::{Identity, Keys, Kind, Secret},
    moto::Place,
};

const PREFIX: &str = "k8s-aws-v1.";
const CLUSTER_HEADER: &str = "x-k8s-aws-id";
/// A token is good for so long after it was signed.
const LIFE: SignedDuration = SignedDuration::from_mins(15);
/// What the request may have; each of them once.
const PARAMETERS: [&str; 9] = [
    "action",
    "version",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
];

/// Answers a `TokenReview` (authentication.k8s.io/v1) about a token for a cluster.
pub(crate) fn review(front: &Front, wanted: &Wanted, review: &Value) -> Value {
    let token = review.pointer("/spec/token").and_then(Value::as_str).unwrap_or_default();
    let place = Place::new(&wanted.account, &wanted.region);
    let status = match sender(&front.keys, &wanted.cluster, token) {
        Ok(identity) => match lock(front).clusters.get(&(place, wanted.cluster.clone())) {
            Some(cluster) => let_in(cluster, &identity),
            None => refused(&format!("there is no cluster {}", wanted.cluster)),
        },
        Err(why) => refused(&why),
    };
    json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status })
}

fn refused(why: &str) -> Value {
    tracing::info!(why, "a token for a cluster is refused");
    json!({ "authenticated": false, "error": why })
}

/// Who somebody is in a cluster, by its access entries.
fn let_in(cluster: &Cluster, identity: &Identity) -> Value {
    let Kind::Session { role_arn, session, .. } = &identity.kind else {
        return refused(&format!("{} is no session of a role", identity.arn));
    };
    let Some((entry, policies)) = cluster.entries.get(role_arn) else {
        return refused(&format!("no access entry lets {role_arn} in"));
    };
    let username =
        entry.text("username").replace("{{SessionName}}", session).replace("{{AccountID}}", &identity.account);
    let mut groups = texts(entry.document.get("kubernetesGroups"));
    let everything = catalogue::policy_arn("AmazonEKSClusterAdminPolicy");
    let is_administrator = policies.iter().any(|one| {
        one.get("policyArn") == Some(&json!(everything)) && one.pointer("/accessScope/type") == Some(&json!("cluster"))
    });
    if is_administrator {
        groups.push("system:masters".to_owned());
    }
    json!({
        "authenticated": true,
        "user": {
            "username": username, "uid": format!("aws-iam-authenticator:{}:{role_arn}", identity.account), "groups": groups,
            "extra": { "arn": [identity.arn], "canonicalArn": [role_arn], "sessionName": [session] },
        },
    })
}

/// Who sent a token for this cluster.
///
/// # Errors
/// Why it is not believed.
fn sender(keys: &Keys, cluster: &str, token: &str) -> Result<Identity, String> {
    let text = token.strip_prefix(PREFIX).ok_or_else(|| format!("it does not begin with {PREFIX}"))?;
    let text = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let url = text.and_then(|text| Url::parse(&text).ok()).ok_or("it is no address")?;
    let request = Presigned::read(&url)?;
    let identity = keys.whose(&request.key).map_err(|trouble| format!("its access key: {trouble:?}"))?;
    let secret = keys.secret(&request.key).ok_or("nobody was given that access key here")?;
    if keys.now() > request.signed.saturating_add(LIFE).unwrap_or(Timestamp::MAX) {
        return Err(format!("it was signed at {}, too long ago", request.signed));
    }
    if request.parameters.get("X-Amz-Security-Token") != Some(&secret.token) {
        return Err("its session token is another one's".to_owned());
    }
    if request.signature(&secret, cluster) != request.said {
        return Err(format!("its signature is not that of a request for the cluster {cluster}"));
    }
    Ok(identity)
}

/// A request to STS that was signed for somebody else to send.
struct Presigned {
    host: String,
    parameters: BTreeMap<String, String>,
    key: String,
    /// Date, region, service and `aws4_request`.
    scope: String,
    date: String,
    signed: Timestamp,
    said: String,
}

impl Presigned {
    fn read(url: &Url) -> Result<Self, String> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let is_sts = host == "sts.amazonaws.com" || (host.starts_with("sts.") && host.ends_with(".amazonaws.com"));
        if url.scheme() != "https" || !is_sts || url.path() != "/" || url.port().is_some() {
            return Err(format!("it is not for STS but for {host}{}", url.path()));
        }
        let mut parameters = BTreeMap::new();
        for (name, value) in url.query_pairs() {
            if !PARAMETERS.contains(&name.to_lowercase().as_str()) {
                return Err(format!("it has a parameter {name}"));
            }
            if parameters.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(format!("it has {name} twice"));
            }
        }
        let said = parameters.remove("X-Amz-Signature").ok_or("it is not signed")?;
        let text = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
        if text("Action") != "GetCallerIdentity" {
            return Err(format!("it asks for {}", text("Action")));
        }
        if text("X-Amz-SignedHeaders") != format!("host;{CLUSTER_HEADER}") {
            return Err(format!("its signature is of the headers {}", text("X-Amz-SignedHeaders")));
        }
        if !text("X-Amz-Expires").parse::<u32>().is_ok_and(|seconds| seconds <= 900) {
            return Err(format!("it expires after {} seconds", text("X-Amz-Expires")));
        }
        let (key, scope) = text("X-Amz-Credential").split_once('/').ok_or("it has no credential")?;
        let (key, scope, date) = (key.to_owned(), scope.to_owned(), text("X-Amz-Date").to_owned());
        let time =
            DateTime::strptime("%Y%m%dT%H%M%SZ", &date).ok().and_then(|time| TimeZone::UTC.to_timestamp(time).ok());
        let signed = time.ok_or_else(|| format!("it was signed at {date}"))?;
        Ok(Self { host, parameters, key, scope, date, signed, said })
    }

    /// What its signature is to be, for this cluster.
    fn signature(&self, secret: &Secret, cluster: &str) -> String {
        let query: Vec<_> =
            self.parameters.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let canonical = format!(
            "GET\n/\n{}\nhost:{}\n{CLUSTER_HEADER}:{cluster}\n\nhost;{CLUSTER_HEADER}\n{}",
            query.join("&"),
            self.host,
            hex::encode(Sha256::digest("")),
        );
        let digest = hex::encode(Sha256::digest(canonical));
        let signed = format!("AWS4-HMAC-SHA256\n{}\n{}\n{digest}", self.date, self.scope);
        let key = self.scope.split('/').fold(format!("AWS4{}", secret.key).into_bytes(), |key, part| mac(&key, part));
        hex::encode(mac(&key, &signed))
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // Every length of a key will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// As signatures have it: everything but unreserved characters (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What botocore 1.44 makes for the cluster `kore-fraud-dev-ffff` of this secret, at 2026-11-29T12:34:56Z.
    const TOKEN: &str = concat!(
        "k8s-aws-v1.aHR0cHM6Ly9zdHMudXMtZWFzdC0xLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1HZXRDYWxsZXJJZGVudGl0eSZWZXJzaW9uPTIwMTE",
        "tMDYtMTUmWC1BbXotQWxnb3JpdGhtPUFXUzQtSE1BQy1TSEEyNTYmWC1BbXotQ3JlZGVudGlhbD1BS0lERVhBTVBMRSUyRjIwMjYxMTI5JTJGd",
        "XMtZWFzdC0xJTJGc3RzJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjExMjlUMTIzNDU2WiZYLUFtei1FeHBpcmVzPTYwJlgtQW16LVN",
        "pZ25lZEhlYWRlcnM9aG9zdCUzQngtazhzLWF3cy1pZCZYLUFtei1TZWN1cml0eS1Ub2tlbj1Gd29HWlhJdllYZHpFJTJCJTJGJTNEZXhhbXBsZ",
        "SUyRiUyRnRva2VuJTNEJTNEJlgtQW16LVNpZ25hdHVyZT01NzVlM2Q5ZTdlZmQ5OTMxMjY2OTc0ZjdjZGUxMjhhY2ViOTA4ZWI2ZTUzZWNlYTN",
        "mZGM2MDZkZWNmMTczMDdi",
    );
    const SIGNED: i64 = 1_795_955_696;
    const CLUSTER: &str = "kore-fraud-dev-ffff";

    fn keys(now: fn() -> Timestamp) -> Keys {
        let keys = Keys::new(now);
        let end = Timestamp::from_second(SIGNED + 3600).unwrap();
        let role = "arn:aws:iam::111111111111:role/kore-gateway";
        keys.learn("AKIDEXAMPLE", Identity::session(role, "kore-uid", end, None).unwrap());
        let key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned();
        keys.learn_secret("AKIDEXAMPLE", Secret { key, token: "FwoGZXIvYXdzE+/=example//token==".to_owned() });
        keys
    }

    fn soon() -> Timestamp {
        Timestamp::from_second(SIGNED + 60).unwrap()
    }

    #[test]
    fn a_token_of_botocore_is_believed_for_its_cluster_and_for_a_while() {
        let identity = sender(&keys(soon), CLUSTER, TOKEN).unwrap();
        assert_eq!(identity.arn, "arn:aws:sts::111111111111:assumed-role/kore-gateway/kore-uid");
        assert!(sender(&keys(soon), "kore-fraud-dev-fffe", TOKEN).unwrap_err().contains("signature"));
        let late = keys(soon);
        late.advance(LIFE);
        assert!(sender(&late, CLUSTER, TOKEN).unwrap_err().contains("too long ago"));
    }

    #[test]
    fn what_the_verifier_does_not_take_is_refused() {
        let url = BASE64_URL_SAFE_NO_PAD.decode(TOKEN.trim_start_matches(PREFIX)).unwrap();
        let url = String::from_utf8(url).unwrap();
        let keys = keys(soon);
        for (from, to, why) in [
            ("https://sts.", "http://sts.", "not for STS"),
            ("sts.us-east-1.amazonaws.com/", "evil.example.org/", "not for STS"),
            ("GetCallerIdentity", "GetSessionToken", "it asks for"),
            ("?Action", "?Extra=1&Action", "a parameter Extra"),
            ("?Action", "?Version=2011-06-15&Action", "twice"),
            ("host%3Bx-k8s-aws-id", "host", "of the headers"),
            ("X-Amz-Expires=60", "X-Amz-Expires=901", "it expires"),
            ("X-Amz-Expires=60", "X-Amz-Expires=61", "its signature"),
            ("AKIDEXAMPLE", "AKIDOTHER", "its access key"),
            ("FwoGZXIvYXdzE", "FwoGZXIvYXdzF", "session token"),
        ] {
            let changed = url.replace(from, to);
            assert_ne!(changed, url, "{from}");
            let token = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(changed));
            let said = sender(&keys, CLUSTER, &token).unwrap_err();
            assert!(said.contains(why), "{from} -> {to}: {said}");
        }
        assert!(sender(&keys, CLUSTER, "ey.other.token").unwrap_err().contains("begin"));
    }
}
