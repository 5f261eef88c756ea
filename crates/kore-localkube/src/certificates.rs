//! Certificate authorities and what they issue. Everything between Kore's parts is TLS with
//! certificates from here; nothing is valid for longer than ninety days but the authorities.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use jiff::{SignedDuration, Timestamp};
use kore_engine::error::StepError;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, SerialNumber,
};
use serde::Serialize;
use x509_parser::pem::parse_x509_pem;

use crate::{failure, files};

/// How long an authority is valid.
pub const AUTHORITY_LIFE: SignedDuration = SignedDuration::from_hours(24 * 3650);
/// How long everything else is valid.
pub const LEAF_LIFE: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Clocks of machines differ a little.
const BACKDATE: SignedDuration = SignedDuration::from_mins(5);

/// A certificate and its private key, both PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    /// The certificate.
    pub certificate: String,
    /// Its private key (PKCS #8).
    pub key: String,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pair").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Usage {
    /// Proves a server.
    Server,
    /// Proves a client.
    Client,
    /// Proves both, as etcd's peers and the registry do.
    Both,
}

/// A certificate that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Common name: in Kubernetes the user.
    pub common_name: String,
    /// Organization: in Kubernetes a group. One at most: rcgen keeps one value per attribute.
    pub organization: Option<String>,
    /// Host names it is valid for.
    pub dns: Vec<String>,
    /// Addresses it is valid for.
    pub addresses: Vec<IpAddr>,
    /// What it is for.
    pub usage: Usage,
}

impl Request {
    /// A client of this user and this group.
    #[must_use]
    pub fn client(user: impl Into<String>, group: Option<&str>) -> Self {
        Self {
            common_name: user.into(),
            organization: group.map(str::to_owned),
            dns: Vec::new(),
            addresses: Vec::new(),
            usage: Usage::Client,
        }
    }

    /// A server of these names and addresses.
    #[must_use]
    pub fn server(name: impl Into<String>, dns: &[&str], addresses: &[IpAddr]) -> Self {
        Self {
            common_name: name.into(),
            organization: None,
            dns: dns.iter().map(|&name| name.to_owned()).collect(),
            addresses: addresses.to_vec(),
            usage: Usage::Server,
        }
    }
}

/// A new authority.
///
/// # Errors
/// When the cryptographic library refuses, which it does not for these parameters.
pub fn authority(common_name: &str, now: Timestamp) -> Result<Pair, StepError> {
    let mut params = parameters(common_name, None, now, AUTHORITY_LIFE);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    let key = KeyPair::generate().map_err(|error| crypto(&error))?;
    let certificate = params.self_signed(&key).map_err(|error| crypto(&error))?;
    Ok(Pair { certificate: certificate.pem(), key: key.serialize_pem() })
}

/// A certificate issued by an authority.
///
/// # Errors
/// When the authority's PEM cannot be read or a host name is none.
pub fn issue(authority: &Pair, request: &Request, now: Timestamp) -> Result<Pair, StepError> {
    let authority_key = KeyPair::from_pem(&authority.key).map_err(|error| crypto(&error))?;
    let issuer = Issuer::from_ca_cert_pem(&authority.certificate, authority_key).map_err(|error| crypto(&error))?;
    let mut params = parameters(&request.common_name, request.organization.as_deref(), now, LEAF_LIFE);
    for name in &request.dns {
        let name = name.as_str().try_into().map_err(|error| crypto(&error))?;
        params.subject_alt_names.push(SanType::DnsName(name));
    }
    params.subject_alt_names.extend(request.addresses.iter().map(|&address| SanType::IpAddress(address)));
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = match request.usage {
        Usage::Server => vec![ExtendedKeyUsagePurpose::ServerAuth],
        Usage::Client => vec![ExtendedKeyUsagePurpose::ClientAuth],
        Usage::Both => vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth],
    };
    let key = KeyPair::generate().map_err(|error| crypto(&error))?;
    let certificate = params.signed_by(&key, &issuer).map_err(|error| crypto(&error))?;
    Ok(Pair { certificate: certificate.pem(), key: key.serialize_pem() })
}

/// Whether a certificate has lived two thirds of its life, or cannot be read: time for another.
#[must_use]
pub fn due(certificate: &str, now: Timestamp) -> bool {
    let Ok((_, pem)) = parse_x509_pem(certificate.as_bytes()) else { return true };
    let Ok(parsed) = pem.parse_x509() else { return true };
    let (from, until) = (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp());
    now.as_second() >= from + (until - from) / 3 * 2
}

/// The authorities and keys of one cluster. Their home is a Secret; files are copies.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorities {
    /// Issues what the API server, kubelets and clients show.
    pub cluster: Pair,
    /// Issues what etcd and its only client show.
    pub etcd: Pair,
    /// Issues what the API server shows to aggregated API servers.
    pub front_proxy: Pair,
    /// Private key that signs service-account tokens (PKCS #8 PEM, P-256).
    pub service_account_key: String,
    /// Its public half.
    pub service_account_public: String,
    /// Key of encryption at rest: 32 bytes in base64.
    pub encryption_key: String,
}

impl std::fmt::Debug for Authorities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authorities").finish_non_exhaustive()
    }
}

impl Authorities {
    /// New authorities for a cluster of this name.
    ///
    /// # Errors
    /// When the cryptographic library refuses.
    pub fn create(cluster: &str, encryption_key: [u8; 32], now: Timestamp) -> Result<Self, StepError> {
        let service_account = KeyPair::generate().map_err(|error| crypto(&error))?;
        Ok(Self {
            cluster: authority(&format!("kore:{cluster}"), now)?,
            etcd: authority(&format!("kore:{cluster}:etcd"), now)?,
            front_proxy: authority(&format!("kore:{cluster}:front-proxy"), now)?,
            service_account_key: service_account.serialize_pem(),
            service_account_public: service_account.public_key_pem(),
            encryption_key: BASE64.encode(encryption_key),
        })
    }

    /// As the entries of a Secret.
    #[must_use]
    pub fn to_entries(&self) -> BTreeMap<String, String> {
        [
            ("ca.crt", &self.cluster.certificate),
            ("ca.key", &self.cluster.key),
            ("etcd-ca.crt", &self.etcd.certificate),
            ("etcd-ca.key", &self.etcd.key),
            ("front-proxy-ca.crt", &self.front_proxy.certificate),
            ("front-proxy-ca.key", &self.front_proxy.key),
            ("sa.key", &self.service_account_key),
            ("sa.pub", &self.service_account_public),
            ("encryption.key", &self.encryption_key),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
    }

    /// From the entries of a Secret; `None` where one is missing.
    #[must_use]
    pub fn from_entries(entries: &BTreeMap<String, String>) -> Option<Self> {
        let get = |name: &str| entries.get(name).cloned();
        let pair =
            |name: &str| Some(Pair { certificate: get(&format!("{name}.crt"))?, key: get(&format!("{name}.key"))? });
        Some(Self {
            cluster: pair("ca")?,
            etcd: pair("etcd-ca")?,
            front_proxy: pair("front-proxy-ca")?,
            service_account_key: get("sa.key")?,
            service_account_public: get("sa.pub")?,
            encryption_key: get("encryption.key")?,
        })
    }
}

/// Files of a certificate: `NAME.crt`, `NAME.key`, and both in `NAME.pem`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafFiles {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Both, as HTTP clients want them.
    pub both: PathBuf,
    origin: PathBuf,
}

impl LeafFiles {
    /// The files of this name in a directory.
    #[must_use]
    pub fn new(directory: &Path, name: &str) -> Self {
        let file = |extension: &str| directory.join(format!("{name}.{extension}"));
        Self { certificate: file("crt"), key: file("key"), both: file("pem"), origin: file("origin") }
    }

    /// Whether the files are there, are of this request and authority, and not [`due`].
    #[must_use]
    pub fn current(&self, authority: &Pair, request: &Request, now: Timestamp) -> bool {
        let same = files::read(&self.origin).ok().flatten().is_some_and(|text| text == origin(authority, request));
        same && self.key.exists()
            && self.both.exists()
            && files::read(&self.certificate).ok().flatten().is_some_and(|certificate| !due(&certificate, now))
    }

    /// Issues the certificate unless it is current; returns whether it did.
    ///
    /// # Errors
    /// When it cannot be issued or written.
    pub fn ensure(&self, authority: &Pair, request: &Request, now: Timestamp) -> Result<bool, StepError> {
        if self.current(authority, request, now) {
            return Ok(false);
        }
        let pair = issue(authority, request, now)?;
        // The origin is removed first and written last: cut off in between, all is made again.
        files::remove(&self.origin)?;
        files::write(&self.certificate, pair.certificate.as_bytes())?;
        files::write(&self.key, pair.key.as_bytes())?;
        files::write(&self.both, format!("{}{}", pair.certificate, pair.key).as_bytes())?;
        files::write(&self.origin, origin(authority, request).as_bytes())?;
        Ok(true)
    }
}

/// Says which authority and request a certificate came from.
fn origin(authority: &Pair, request: &Request) -> String {
    let request = serde_json::to_string(request).unwrap_or_default();
    files::short_hash(&format!("{}{request}", authority.certificate), 64)
}

/// A kubeconfig with one cluster, one user and everything embedded.
#[must_use]
pub fn kubeconfig(server: &str, authority: &str, client: &Pair) -> String {
    let text = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "kore", "cluster": {
            "server": server, "certificate-authority-data": BASE64.encode(authority)}}],
        "users": [{"name": "kore", "user": {
            "client-certificate-data": BASE64.encode(&client.certificate),
            "client-key-data": BASE64.encode(&client.key)}}],
        "contexts": [{"name": "kore", "context": {"cluster": "kore", "user": "kore"}}],
        "current-context": "kore",
    });
    text.to_string()
}

/// Whether a text is a kubeconfig of ours that leads to this server.
#[must_use]
pub fn leads_to(kubeconfig: &str, server: &str) -> bool {
    let text: Option<serde_json::Value> = serde_json::from_str(kubeconfig).ok();
    text.as_ref().and_then(|text| text.pointer("/clusters/0/cluster/server")?.as_str()) == Some(server)
}

fn parameters(
    common_name: &str,
    organization: Option<&str>,
    now: Timestamp,
    life: SignedDuration,
) -> CertificateParams {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    if let Some(organization) = organization {
        name.push(DnType::OrganizationName, organization);
    }
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let at = |time: Timestamp| epoch + Duration::from_secs(u64::try_from(time.as_second()).unwrap_or_default());
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.serial_number = Some(SerialNumber::from(rand::random::<[u8; 16]>().to_vec()));
    params.not_before = at(now.saturating_sub(BACKDATE).unwrap_or(now));
    params.not_after = at(now.saturating_add(life).unwrap_or(now));
    params
}

fn crypto(error: &rcgen::Error) -> StepError {
    failure::damaged(format!("certificate: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_certificate_is_renewed_after_two_thirds_of_its_life() {
        let ca = authority("test", now()).unwrap();
        let leaf = issue(&ca, &Request::client("kore:test", Some("kore:a")), now()).unwrap();
        assert!(!due(&leaf.certificate, now()));
        assert!(!due(&leaf.certificate, now() + SignedDuration::from_hours(24 * 59)));
        assert!(due(&leaf.certificate, now() + SignedDuration::from_hours(24 * 61)));
        assert!(!due(&ca.certificate, now() + SignedDuration::from_hours(24 * 2000)));
        assert!(due("nonsense", now()));
    }

    #[test]
    fn the_group_is_the_organization() {
        let ca = authority("test", now()).unwrap();
        let leaf = issue(&ca, &Request::client("kore:test", Some("kore:a")), now()).unwrap();
        let (_, pem) = parse_x509_pem(leaf.certificate.as_bytes()).unwrap();
        let parsed = pem.parse_x509().unwrap();
        let groups: Vec<_> = parsed.subject().iter_organization().map(|o| o.as_str().unwrap().to_owned()).collect();
        assert_eq!(groups, ["kore:a"]);
        assert_eq!(parsed.issuer().iter_common_name().next().unwrap().as_str().unwrap(), "test");
    }

    #[test]
    fn files_are_kept_until_request_or_authority_change() {
        let home = tempfile::tempdir().unwrap();
        let leaf = LeafFiles::new(home.path(), "api");
        let (one, two) = (authority("test", now()).unwrap(), authority("test", now()).unwrap());
        let request = Request::server("api", &["localhost"], &["127.0.0.1".parse().unwrap()]);
        assert!(leaf.ensure(&one, &request, now()).unwrap());
        assert!(!leaf.ensure(&one, &request, now()).unwrap());
        assert!(leaf.ensure(&two, &request, now()).unwrap());
        assert!(leaf.ensure(&two, &Request { dns: vec!["other".into()], ..request.clone() }, now()).unwrap());
        std::fs::remove_file(&leaf.key).unwrap();
        assert!(!leaf.current(&two, &request, now()));
    }

    #[test]
    fn authorities_survive_the_way_through_a_secret() {
        let made = Authorities::create("a/b", [7; 32], now()).unwrap();
        let mut entries = made.to_entries();
        assert_eq!(Authorities::from_entries(&entries), Some(made.clone()));
        assert!(!format!("{made:?} {:?}", made.cluster).contains("PRIVATE"));
        entries.remove("sa.key");
        assert_eq!(Authorities::from_entries(&entries), None);
    }
}
