//! Clients of API servers, from a kubeconfig file or a credential Secret.

use std::{path::Path, time::Duration};

use http::{HeaderName, HeaderValue, Request, StatusCode, Uri, header::AUTHORIZATION};
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Client, Config, ResourceExt,
    client::Body,
    config::{KubeConfigOptions, Kubeconfig},
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::{
    mint::{Minted, Mints},
    proxy::BoxError,
};

/// How long a connection may take to be made.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// How long a write to the connection may stall.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);

/// API servers take the id of their audit event from here.
const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");

/// The same client at work for one request of a caller's: the API server's audit log has what it does under
/// that request's id.
#[must_use]
pub fn in_request(client: &Client, request_id: &str) -> Client {
    let Ok(id) = HeaderValue::from_str(request_id) else { return client.clone() };
    let inner = client.clone();
    let service = tower::service_fn(move |mut request: Request<Body>| {
        let (inner, id) = (inner.clone(), id.clone());
        async move {
            request.headers_mut().insert(AUDIT_ID, id);
            inner.send(request).await
        }
    });
    Client::new(service, client.default_namespace())
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The kubeconfig cannot be read or used.
    #[error("the kubeconfig {0} cannot be used")]
    Kubeconfig(String, #[source] kube::config::KubeconfigError),
    /// The credential Secret lacks something, or has what cannot be used.
    #[error("the {0} is no credential")]
    Secret(String, #[source] BoxError),
    /// No client can be made of the configuration.
    #[error("no client for {0}")]
    Client(String, #[source] Box<kube::Error>),
}

/// A client of the current context of a kubeconfig file.
///
/// # Errors
/// When the file cannot be read or what it names cannot be used.
pub async fn from_file(path: &Path) -> Result<Client, ClientError> {
    let name = path.display().to_string();
    let config = Kubeconfig::read_from(path).map_err(|error| ClientError::Kubeconfig(name.clone(), error))?;
    from_kubeconfig(config, name, true).await
}

/// A client of a credential Secret: of the kubeconfig in its entry `kubeconfig`, or else of `server` and `ca.crt`, with a token
/// that is made for each while. `retries`: whether an answer that puts a request off is waited for.
///
/// # Errors
/// When something is missing, or what is there cannot be used.
pub(crate) async fn from_secret(secret: &Secret, mints: &Mints, retries: bool) -> Result<Client, ClientError> {
    let name = format!("secret {}/{}", secret.namespace().unwrap_or_default(), secret.name_any());
    if let Some(minted) = mints.of(secret).map_err(|error| ClientError::Secret(name.clone(), error))? {
        return with_tokens(secret, minted, name, retries);
    }
    let text = std::str::from_utf8(entry(secret, "kubeconfig", &name)?)
        .map_err(|error| ClientError::Secret(name.clone(), error.into()))?;
    let config = Kubeconfig::from_yaml(text).map_err(|error| ClientError::Kubeconfig(name.clone(), error))?;
    from_kubeconfig(config, name, retries).await
}

fn entry<'a>(secret: &'a Secret, key: &str, name: &str) -> Result<&'a [u8], ClientError> {
    let data = secret.data.as_ref().and_then(|data| data.get(key));
    let missing = || ClientError::Secret(name.to_owned(), format!("{key} is missing").into());
    data.map(|bytes| bytes.0.as_slice()).ok_or_else(missing)
}

/// A client that shows each request's token itself: kube renews a token only from files and programs.
fn with_tokens(secret: &Secret, minted: Minted, name: String, retries: bool) -> Result<Client, ClientError> {
    let wrong = |error: BoxError| ClientError::Secret(name.clone(), error);
    let server = Uri::try_from(entry(secret, "server", &name)?).map_err(|error| wrong(error.into()))?;
    let authority = CertificateDer::pem_slice_iter(entry(secret, "ca.crt", &name)?);
    let authority: Result<Vec<_>, _> = authority.map(|one| one.map(|one| one.to_vec())).collect();
    let mut config = Config::new(server);
    config.root_cert = Some(authority.map_err(|error| wrong(error.into()))?);
    let inner = from_config(config, name, retries)?;
    let namespace = inner.default_namespace().to_owned();
    let service = tower::service_fn(move |mut request: Request<Body>| {
        let (inner, minted) = (inner.clone(), minted.clone());
        async move {
            request.headers_mut().insert(AUTHORIZATION, minted.authorization().await?);
            let answer = inner.send(request).await?;
            if answer.status() == StatusCode::UNAUTHORIZED {
                minted.forget().await;
            }
            Ok::<_, BoxError>(answer)
        }
    });
    Ok(Client::new(service, namespace))
}

async fn from_kubeconfig(kubeconfig: Kubeconfig, name: String, retries: bool) -> Result<Client, ClientError> {
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .map_err(|error| ClientError::Kubeconfig(name.clone(), error))?;
    // No proxy of the surroundings stands between Kore and its clusters.
    config.proxy_url = None;
    from_config(config, name, retries)
}

fn from_config(mut config: Config, name: String, retries: bool) -> Result<Client, ClientError> {
    config.connect_timeout = Some(CONNECT_PATIENCE);
    config.write_timeout = Some(WRITE_PATIENCE);
    config.default_retry = retries;
    Client::try_from(config).map_err(|error| ClientError::Client(name, Box::new(error)))
}
