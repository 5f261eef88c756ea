//! The HTTP client for one issuer: its addresses checked, no redirect followed, answers bounded in size
//! and time.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures::StreamExt;
use http::{HeaderValue, Request, Response, header};
use reqwest::{Certificate, dns, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Error, Network};

/// Largest answer, in bytes: metadata and key sets are a few thousand.
const LARGEST: usize = 512 << 10;
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);

/// A client that asks only what its [`Network`] admits.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: reqwest::Client,
    network: Arc<Network>,
}

/// Looks names up, and hands on only the addresses that may be asked: whatever a name leads to a moment
/// later (DNS rebinding) is not what is connected to.
struct Admitted(Arc<Network>);

impl dns::Resolve for Admitted {
    fn resolve(&self, name: dns::Name) -> dns::Resolving {
        let network = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<SocketAddr> = found.filter(|address| network.admits(address.ip())).collect();
            if admitted.is_empty() {
                return Err("the name leads to no address that may be asked".into());
            }
            Ok(Box::new(admitted.into_iter()) as dns::Addrs)
        })
    }
}

impl Http {
    pub(crate) fn new(network: Network) -> Result<Self, Error> {
        let network = Arc::new(network);
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .connect_timeout(CONNECT)
            .dns_resolver(Arc::new(Admitted(Arc::clone(&network))));
        if let Some(pem) = &network.authorities {
            let bad = || Error::Address("the certificate authority is not PEM of a certificate".to_owned());
            let authorities = Certificate::from_pem_bundle(pem.as_bytes()).map_err(|_| bad())?;
            if authorities.is_empty() {
                return Err(bad());
            }
            builder = builder.tls_certs_only(authorities);
        }
        let client = builder.build().map_err(|cause| Error::Address(cause.to_string()))?;
        Ok(Self { client, network })
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// Sends a request; any status is an answer, but redirects are none.
    pub(crate) async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        let url = Url::parse(&request.uri().to_string()).map_err(|cause| Error::Address(cause.to_string()))?;
        self.network.check(&url)?;
        // The query may hold what is nobody's business.
        let place = format!("{}{}", url.origin().ascii_serialization(), url.path());
        let failed = |why: String| Error::Unreachable { url: place.clone(), why };
        let request = reqwest::Request::try_from(request).map_err(|cause| failed(cause.to_string()))?;
        let answer = self.client.execute(request).await.map_err(|cause| failed(chain(&cause.without_url())))?;
        if answer.status().is_redirection() {
            return Err(failed("it redirects, which is not followed".to_owned()));
        }
        let mut response = Response::builder().status(answer.status());
        if let Some(kind) = answer.headers().get(header::CONTENT_TYPE) {
            response = response.header(header::CONTENT_TYPE, kind);
        }
        let mut body = Vec::new();
        let mut stream = answer.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|cause| failed(chain(&cause.without_url())))?;
            if body.len() + chunk.len() > LARGEST {
                return Err(failed(format!("the answer is larger than {} KiB", LARGEST >> 10)));
            }
            body.extend_from_slice(&chunk);
        }
        response.body(body).map_err(|cause| failed(cause.to_string()))
    }

    /// Reads JSON, with a bearer token where one is given.
    pub(crate) async fn read<T: DeserializeOwned>(&self, url: &Url, token: Option<&SecretString>) -> Result<T, Error> {
        let mut request = Request::get(url.as_str()).header(header::ACCEPT, "application/json");
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
                .map_err(|_| Error::Metadata("the access token is not one that can be sent".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        let request = request.body(Vec::new()).map_err(|cause| Error::Address(cause.to_string()))?;
        let answer = self.send(request).await?;
        let place = format!("{}{}", url.origin().ascii_serialization(), url.path());
        if !answer.status().is_success() {
            return Err(Error::Unreachable { url: place, why: format!("status {}", answer.status().as_u16()) });
        }
        serde_json::from_slice(answer.body())
            .map_err(|cause| Error::Metadata(format!("{place} answers what cannot be read: {cause}")))
    }
}

/// What happened, down to its cause: the outermost error says only that something did.
fn chain(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
