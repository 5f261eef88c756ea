//! The gateway's way to a cluster: one pooled connection set per cluster, nothing buffered, nothing
//! repeated.
//!
//! HTTP/1.1 throughout. Upgrades (exec, port-forward) need it, and a pool of connections has no
//! stream limit that long watches could use up, which one shared HTTP/2 connection has.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use base64::Engine;
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderValue, Request, Response, StatusCode, Uri, header, uri};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::{
    body::{Body, Incoming},
    rt::ReadBufCursor,
};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{Connected, Connection},
    },
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use k8s_openapi::api::core::v1::Secret;
use kore_api::{codes::Code, meta, names::ClusterRef};
use kube::{ResourceExt, config::Kubeconfig};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    index::Index,
    mint::{Minted, Mints, bearer},
};

/// How long a connection may take to be made, TLS included.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(90);

/// Any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a request did not get an answer from the cluster. An answer of any status is no error.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The cluster has no gateway credential yet.
    #[error("cluster {0} has no gateway credential yet")]
    NoCredential(String),
    /// The credential cannot be used.
    #[error("the gateway credential in {0} cannot be used")]
    Credential(String, #[source] BoxError),
    /// No token could be had; the cluster has not seen the request.
    #[error("nobody makes a token for the API server now")]
    Token(#[source] BoxError),
    /// No connection could be made; the cluster has not seen the request.
    #[error("no connection to the API server")]
    Connect(#[source] BoxError),
    /// The connection broke before the answer; the cluster may have seen the request.
    #[error("the connection to the API server broke")]
    Broken(#[source] BoxError),
}

impl TransportError {
    /// Its problem code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NoCredential(_) => Code::ClusterNotReady,
            Self::Credential(..) => Code::Internal,
            Self::Token(_) | Self::Connect(_) | Self::Broken(_) => Code::ClusterUnreachable,
        }
    }
}

/// An API server and how to prove oneself to it.
pub struct Endpoint {
    /// As `https://127.0.0.1:26443`.
    pub server: Uri,
    /// Who signs the server's certificate, as PEM.
    pub ca: Vec<u8>,
    /// What one shows.
    pub proof: Proof,
}

/// How somebody proves who they are to an API server.
pub enum Proof {
    /// By a client certificate, both parts as PEM.
    Certificate {
        /// The chain.
        chain: Vec<u8>,
        /// Its key.
        key: Vec<u8>,
    },
    /// By a token in each request.
    Token(SecretString),
    /// By a token that is made for each while.
    Minted(Minted),
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Reads a credential Secret with the keys `server`, `ca.crt`, and `tls.crt` and `tls.key`, or else `token`, or what one of
    /// these mints makes tokens for.
    ///
    /// # Errors
    /// [`TransportError::Credential`] when a key is missing, `server` is no URL, or nobody makes such tokens.
    pub fn from_secret(secret: &Secret, mints: &Mints) -> Result<Self, TransportError> {
        let name = secret.name_any();
        let part = |key: &str| {
            let data = secret.data.as_ref().and_then(|data| data.get(key));
            data.map(|bytes| bytes.0.clone())
                .ok_or_else(|| TransportError::Credential(name.clone(), format!("{key} is missing").into()))
        };
        let server =
            Uri::try_from(part("server")?).map_err(|error| TransportError::Credential(name.clone(), error.into()))?;
        let minted = mints.of(secret).map_err(|error| TransportError::Credential(name.clone(), error))?;
        let proof = match (minted, part("token")) {
            (Some(minted), _) => Proof::Minted(minted),
            (None, Ok(token)) => {
                let token = String::from_utf8(token);
                Proof::Token(token.map_err(|error| TransportError::Credential(name.clone(), error.into()))?.into())
            }
            (None, Err(_)) => Proof::Certificate { chain: part("tls.crt")?, key: part("tls.key")? },
        };
        Ok(Self { server, ca: part("ca.crt")?, proof })
    }

    /// What each request shows, where that is no certificate.
    fn shown(&self) -> Result<Shown, BoxError> {
        Ok(match &self.proof {
            Proof::Certificate { .. } => Shown::Nothing,
            Proof::Token(token) => Shown::Always(bearer(token)?),
            Proof::Minted(minted) => Shown::Minted(minted.clone()),
        })
    }

    /// Reads a kubeconfig's current context; certificates and key embedded or in files.
    ///
    /// # Errors
    /// [`TransportError::Credential`] when something is missing or cannot be read.
    pub fn from_kubeconfig(path: &Path) -> Result<Self, TransportError> {
        let wrong = |error: BoxError| TransportError::Credential(path.display().to_string(), error);
        let missing = |what: &str| wrong(format!("{what} is missing").into());
        let config = Kubeconfig::read_from(path).map_err(|error| wrong(error.into()))?;
        let current = config.current_context.as_ref();
        let context = config
            .contexts
            .iter()
            .find(|context| Some(&context.name) == current)
            .and_then(|context| context.context.as_ref())
            .ok_or_else(|| missing("the current context"))?;
        let cluster = config
            .clusters
            .iter()
            .find(|cluster| cluster.name == context.cluster)
            .and_then(|cluster| cluster.cluster.as_ref())
            .ok_or_else(|| missing("the cluster"))?;
        let user = config
            .auth_infos
            .iter()
            .find(|user| Some(&user.name) == context.user.as_ref())
            .and_then(|user| user.auth_info.as_ref())
            .ok_or_else(|| missing("the user"))?;
        let part = |data: Option<&str>, file: Option<&str>, what: &str| match (data, file) {
            (Some(data), _) => {
                base64::engine::general_purpose::STANDARD.decode(data).map_err(|error| wrong(error.into()))
            }
            (None, Some(file)) => std::fs::read(file).map_err(|error| wrong(error.into())),
            (None, None) => Err(missing(what)),
        };
        let server = cluster.server.as_deref().ok_or_else(|| missing("the server"))?;
        Ok(Self {
            server: server.parse().map_err(|error: uri::InvalidUri| wrong(error.into()))?,
            ca: part(
                cluster.certificate_authority_data.as_deref(),
                cluster.certificate_authority.as_deref(),
                "the CA",
            )?,
            proof: Proof::Certificate {
                chain: part(
                    user.client_certificate_data.as_deref(),
                    user.client_certificate.as_deref(),
                    "the client certificate",
                )?,
                key: part(
                    user.client_key_data.as_ref().map(ExposeSecret::expose_secret),
                    user.client_key.as_deref(),
                    "the client key",
                )?,
            },
        })
    }

    fn tls(&self) -> Result<ClientConfig, BoxError> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&self.ca) {
            roots.add(certificate?)?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let mut config = match &self.proof {
            Proof::Certificate { chain, key } => {
                let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>()?;
                config.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(key)?)?
            }
            Proof::Token(_) | Proof::Minted(_) => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// What the requests of a transport show.
#[derive(Clone)]
enum Shown {
    Nothing,
    Always(HeaderValue),
    Minted(Minted),
}

type Sent = UnsyncBoxBody<Bytes, BoxError>;

/// A pooled way to one API server. Cheap to clone.
#[derive(Clone)]
pub struct Transport {
    scheme: uri::Scheme,
    authority: uri::Authority,
    shown: Shown,
    client: Client<Connector, Sent>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("authority", &self.authority).finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport without connections; they are made when needed.
    ///
    /// # Errors
    /// [`TransportError::Credential`] when the address, a certificate, its key or the token cannot be used.
    pub fn new(endpoint: &Endpoint) -> Result<Self, TransportError> {
        let name = endpoint.server.to_string();
        let wrong = |error: BoxError| TransportError::Credential(name.clone(), error);
        let authority = endpoint.server.authority().cloned().ok_or_else(|| wrong("the address has no host".into()))?;
        if endpoint.server.scheme() != Some(&uri::Scheme::HTTPS) {
            return Err(wrong("the address is not https".into()));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let connector = Connector {
            server_name: ServerName::try_from(host.clone()).map_err(|error| wrong(error.into()))?,
            address: (host, authority.port_u16().unwrap_or(443)).into(),
            tls: TlsConnector::from(Arc::new(endpoint.tls().map_err(wrong)?)),
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            // Sends anew only what hyper knows it never wrote: an idle connection that the server
            // had closed. A request that the server may have seen is never sent twice.
            .retry_canceled_requests(true)
            .build(connector);
        let shown = endpoint.shown().map_err(wrong)?;
        Ok(Self { scheme: uri::Scheme::HTTPS, authority, shown, client })
    }

    /// Sends a request whose URI is a path (and query) as it goes out; everything but the `Host` and
    /// `Authorization` headers is the caller's. The answer is there when its head is; its body streams. After a 101,
    /// `hyper::upgrade::on` the response.
    ///
    /// # Errors
    /// [`TransportError::Token`], [`TransportError::Connect`] and [`TransportError::Broken`].
    pub async fn send<B>(&self, request: Request<B>) -> Result<Response<Incoming>, TransportError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (mut parts, body) = request.into_parts();
        let mut target = parts.uri.into_parts();
        target.scheme = Some(self.scheme.clone());
        target.authority = Some(self.authority.clone());
        parts.uri = Uri::from_parts(target).map_err(|error| TransportError::Connect(error.into()))?;
        parts.version = http::Version::HTTP_11;
        parts.headers.remove(header::HOST);
        parts.headers.remove(header::AUTHORIZATION);
        match &self.shown {
            Shown::Nothing => None,
            Shown::Always(value) => parts.headers.insert(header::AUTHORIZATION, value.clone()),
            Shown::Minted(minted) => {
                let value = minted.authorization().await.map_err(TransportError::Token)?;
                parts.headers.insert(header::AUTHORIZATION, value)
            }
        };
        parts.extensions.clear();
        let body = body.map_err(Into::into).boxed_unsync();
        let answer = self.client.request(Request::from_parts(parts, body)).await.map_err(|error| {
            if error.is_connect() {
                TransportError::Connect(error.into())
            } else {
                TransportError::Broken(error.into())
            }
        })?;
        if let (StatusCode::UNAUTHORIZED, Shown::Minted(minted)) = (answer.status(), &self.shown) {
            minted.forget().await;
        }
        Ok(answer)
    }
}

/// Makes TLS connections to one address.
#[derive(Clone)]
struct Connector {
    server_name: ServerName<'static>,
    address: Arc<(String, u16)>,
    tls: TlsConnector,
}

impl tower::Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let connect = async {
                let (host, port) = &*this.address;
                let tcp = TcpStream::connect((host.as_str(), *port)).await?;
                tcp.set_nodelay(true)?;
                Ok::<_, BoxError>(this.tls.connect(this.server_name, tcp).await?)
            };
            let stream = tokio::time::timeout(CONNECT_PATIENCE, connect).await??;
            Ok(Stream(TokioIo::new(stream)))
        })
    }
}

/// A TLS connection as hyper's client wants it.
struct Stream(TokioIo<TlsStream<TcpStream>>);

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl hyper::rt::Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl hyper::rt::Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bytes)
    }
}

/// A transport and the resource version of the credential that it was made of.
type Made = (Option<String>, Transport);

/// Transports to all clusters, from the gateway credentials in the management cluster. Looking one
/// up asks no API server: the credentials are indexed and a changed one replaces its transport.
#[derive(Debug, Clone)]
pub struct Transports {
    secrets: Index<Secret>,
    mints: Mints,
    made: Arc<Mutex<HashMap<ClusterRef, Made>>>,
}

impl Transports {
    /// Over an index of the Secrets labelled [`meta::LABEL_CREDENTIAL`]` = gateway`; see
    /// [`gateway_secrets`]. Where they hold nothing that lasts, these mints make tokens.
    #[must_use]
    pub fn new(secrets: Index<Secret>, mints: Mints) -> Self {
        Self { secrets, mints, made: Arc::default() }
    }

    /// The transport to a cluster.
    ///
    /// # Errors
    /// [`TransportError::NoCredential`] until the cluster has one, [`TransportError::Credential`]
    /// when it cannot be used.
    pub fn get(&self, cluster: &ClusterRef) -> Result<Transport, TransportError> {
        let name = format!("{}-gateway", cluster.name);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(secret) = self.secrets.get(Some(&meta::team_namespace(&cluster.team)), &name) else {
            made.remove(cluster);
            return Err(TransportError::NoCredential(cluster.to_string()));
        };
        let version = secret.resource_version();
        if let Some((of, transport)) = made.get(cluster)
            && *of == version
        {
            return Ok(transport.clone());
        }
        let transport = Transport::new(&Endpoint::from_secret(&secret, &self.mints)?)?;
        made.insert(cluster.clone(), (version, transport.clone()));
        Ok(transport)
    }
}

/// What [`Transports`] watches: gateway credentials and no other Secret.
#[must_use]
pub fn gateway_secrets() -> kube::runtime::watcher::Config {
    kube::runtime::watcher::Config::default().labels(&format!(
        "{}={}",
        meta::LABEL_CREDENTIAL,
        meta::CREDENTIAL_GATEWAY
    ))
}
