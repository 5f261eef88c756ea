//! Issuers behind TLS: an authority of one's own is the only one that is believed then.

use std::sync::Arc;

use kore_oidc::{Error, Issuer, KeySource, Network};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SanType};
use rustls_pki_types::PrivatePkcs8KeyDer;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

use crate::keys::now;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Authority::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// An issuer on loopback whose certificate is for this address; where it is.
async fn serve(by: &Authority, address: &str) -> String {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::IpAddress(address.parse().unwrap())];
    let certificate = params.signed_by(&key, by).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("https://{}", listener.local_addr().unwrap());
    let said = json!({
        "issuer": at, "authorization_endpoint": format!("{at}/auth"), "token_endpoint": format!("{at}/token"),
        "jwks_uri": format!("{at}/jwks"),
    })
    .to_string();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever does not believe the certificate goes away here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let read = stream.read(&mut request).await.unwrap();
            assert!(request[..read].starts_with(b"GET /.well-known/openid-configuration HTTP/1.1\r\n"));
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length:";
            stream.write_all(format!("{head} {}\r\n\r\n{said}", said.len()).as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    at
}

async fn asked(at: &str, authorities: Option<String>) -> Result<(), Error> {
    let network = Network { allowed: vec!["127.0.0.0/8".parse().unwrap()], authorities };
    Issuer::new(at, KeySource::Discovered, network).unwrap().metadata(now()).await.map(drop)
}

#[tokio::test]
async fn only_the_authority_that_was_named_vouches_for_an_issuer() {
    let (own, other) = (authority(), authority());
    let at = serve(&own, "127.0.0.1").await;
    asked(&at, Some(own.pem())).await.unwrap();
    asked(&at, Some(format!("{}{}", other.pem(), own.pem()))).await.unwrap();
    for (authorities, why) in [(Some(other.pem()), "another one"), (None, "those of the system do not know it")] {
        let error = asked(&at, authorities).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{why}: {error}");
    }
    let elsewhere = serve(&own, "127.0.0.2").await;
    let error = asked(&elsewhere, Some(own.pem())).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "a certificate for another address: {error}");
}
