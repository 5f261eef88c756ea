//! The gateway's certificate, signed by Kore's own CA: read from files, and read again when they
//! change, so that renewing it restarts nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

/// How often the files are looked at, at most.
const LOOK: Duration = Duration::from_secs(30);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{0} cannot be read")]
    Read(PathBuf, #[source] io::Error),
    /// A file does not hold what it should.
    #[error("{0} holds no usable certificate or key")]
    Pem(PathBuf, #[source] rustls::pki_types::pem::Error),
    /// Certificate and key cannot be used.
    #[error("the gateway's certificate cannot be used")]
    Rustls(#[from] rustls::Error),
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: Mutex<Current>,
    /// How often they are looked at, at most.
    look: Duration,
}

#[derive(Debug)]
struct Current {
    key: Arc<CertifiedKey>,
    /// The certificate's bytes, to see a change.
    read: Vec<u8>,
    looked: Instant,
}

impl Files {
    fn load(
        certificate: &Path,
        key: &Path,
        provider: &CryptoProvider,
    ) -> Result<(Arc<CertifiedKey>, Vec<u8>), TlsError> {
        let read = |path: &Path| fs::read(path).map_err(|error| TlsError::Read(path.to_owned(), error));
        let pem = read(certificate)?;
        let chain = CertificateDer::pem_slice_iter(&pem)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| TlsError::Pem(certificate.to_owned(), error))?;
        let private =
            PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|error| TlsError::Pem(key.to_owned(), error))?;
        Ok((Arc::new(CertifiedKey::from_der(chain, private, provider)?), pem))
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.fresh())
    }
}

impl Files {
    fn open(certificate: &Path, key: &Path, provider: &Arc<CryptoProvider>, look: Duration) -> Result<Self, TlsError> {
        let (certified, read) = Self::load(certificate, key, provider)?;
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            provider: Arc::clone(provider),
            current: Mutex::new(Current { key: certified, read, looked: Instant::now() }),
            look,
        })
    }

    fn fresh(&self) -> Arc<CertifiedKey> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= self.look {
            current.looked = Instant::now();
            if fs::read(&self.certificate).is_ok_and(|read| read != current.read) {
                match Self::load(&self.certificate, &self.key, &self.provider) {
                    Ok((key, read)) => (current.key, current.read) = (key, read),
                    Err(error) => tracing::error!(%error, "the gateway goes on with its old certificate"),
                }
            }
        }
        Arc::clone(&current.key)
    }
}

/// The configuration of a listener with this certificate chain and key (PEM files); HTTP/2 and
/// HTTP/1.1 (which upgrades need).
///
/// # Errors
/// [`TlsError`].
pub fn config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let files = Files::open(certificate, key, &provider, LOOK)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(files));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use kore_localkube::certificates::{Request, authority, issue};

    use super::*;

    #[test]
    fn a_renewed_certificate_is_taken_up_and_a_broken_one_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let (certificate, key) = (directory.path().join("tls.crt"), directory.path().join("tls.key"));
        let now = jiff::Timestamp::now();
        let ca = authority("test", now).unwrap();
        let renew = || {
            let leaf = issue(&ca, &Request::server("gateway", &["localhost"], &[]), now).unwrap();
            fs::write(&key, &leaf.key).unwrap();
            fs::write(&certificate, &leaf.certificate).unwrap();
        };
        renew();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let files = Files::open(&certificate, &key, &provider, Duration::ZERO).unwrap();
        let first = files.fresh();
        assert!(Arc::ptr_eq(&first, &files.fresh()), "nothing changed");
        renew();
        let second = files.fresh();
        assert_ne!(first.cert, second.cert);
        fs::write(&certificate, "half of a cert").unwrap();
        assert_eq!(files.fresh().cert, second.cert, "a file that is being written ends nothing");
        renew();
        assert_ne!(files.fresh().cert, second.cert);
    }
}
