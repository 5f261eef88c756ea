//! Clients of API servers, from a kubeconfig file or a credential Secret.

use std::{path::Path, time::Duration};

use http::{HeaderName, HeaderValue, Request};
use k8s_openapi::api::core::v1::Secret;
use kore_api::{meta, names::ClusterRef};
use kube::{
    Api, Client, Config, ResourceExt,
    client::Body,
    config::{KubeConfigOptions, Kubeconfig},
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
    /// The Secret does not carry a kubeconfig.
    #[error("the secret {0} has no key \"kubeconfig\"")]
    Secret(String),
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

/// A client of the kubeconfig in a Secret's key `kubeconfig`.
///
/// # Errors
/// When the key is missing or what it holds cannot be used.
pub async fn from_secret(secret: &Secret) -> Result<Client, ClientError> {
    of_secret(secret, true).await
}

/// A client of a team's cluster with the controllers' credential; none before there is one.
///
/// # Errors
/// What the management cluster answers; when the credential cannot be used.
pub async fn of_cluster(management: &Client, cluster: &ClusterRef) -> Result<Option<Client>, ClientError> {
    let secrets: Api<Secret> = Api::namespaced(management.clone(), &meta::team_namespace(&cluster.team));
    let name = format!("{}-{}", cluster.name, meta::CREDENTIAL_PROVISIONER);
    let secret = secrets.get_opt(&name).await;
    match secret.map_err(|error| ClientError::Client(format!("secret {name}"), Box::new(error)))? {
        Some(secret) => from_secret(&secret).await.map(Some),
        None => Ok(None),
    }
}

/// As [`from_secret`], and an answer that puts a request off is an answer: by default it is waited for
/// and the request sent again, for minutes where the server says so (an eviction that a disruption
/// budget refuses).
///
/// # Errors
/// As [`from_secret`].
pub async fn from_secret_once(secret: &Secret) -> Result<Client, ClientError> {
    of_secret(secret, false).await
}

async fn of_secret(secret: &Secret, retries: bool) -> Result<Client, ClientError> {
    let name = format!("secret {}/{}", secret.namespace().unwrap_or_default(), secret.name_any());
    let data = secret.data.as_ref().and_then(|data| data.get("kubeconfig"));
    let text =
        data.and_then(|bytes| std::str::from_utf8(&bytes.0).ok()).ok_or_else(|| ClientError::Secret(name.clone()))?;
    let config = Kubeconfig::from_yaml(text).map_err(|error| ClientError::Kubeconfig(name.clone(), error))?;
    from_kubeconfig(config, name, retries).await
}

async fn from_kubeconfig(kubeconfig: Kubeconfig, name: String, retries: bool) -> Result<Client, ClientError> {
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .map_err(|error| ClientError::Kubeconfig(name.clone(), error))?;
    config.connect_timeout = Some(CONNECT_PATIENCE);
    config.write_timeout = Some(WRITE_PATIENCE);
    // No proxy of the surroundings stands between Kore and its clusters.
    config.proxy_url = None;
    config.default_retry = retries;
    Client::try_from(config).map_err(|error| ClientError::Client(name, Box::new(error)))
}
