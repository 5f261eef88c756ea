//! The server's administration routes on its Unix socket: who can open the socket runs the machine.

use std::{path::Path, time::Duration};

use http::{Method, StatusCode};
use kore_api::{
    identity::{ClaimLink, TokenResponse},
    problem::Problem,
};
use serde::de::DeserializeOwned;

use crate::{ClientError, error::root_cause};

/// Client of an administration socket.
#[derive(Debug, Clone)]
pub struct Admin {
    http: reqwest::Client,
    socket: String,
}

impl Admin {
    /// A client of this socket.
    ///
    /// # Errors
    /// [`ClientError::Setup`].
    pub fn new(socket: &Path) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .unix_socket(socket.to_path_buf())
            .timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| ClientError::Setup(root_cause(&error)))?;
        Ok(Self { http, socket: socket.display().to_string() })
    }

    /// Tokens of the local administrator.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn session(&self) -> Result<TokenResponse, ClientError> {
        self.call(Method::POST, "/admin/session").await
    }

    /// Mints a claim link; without `reset` only while no administrator has a password.
    /// None when one has.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn claim_link(&self, reset: bool) -> Result<Option<ClaimLink>, ClientError> {
        let path = if reset { "/admin/claim-link?reset=true" } else { "/admin/claim-link" };
        match self.call(Method::POST, path).await {
            Ok(link) => Ok(Some(link)),
            Err(ClientError::Problem(problem)) if problem.status == StatusCode::CONFLICT => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str) -> Result<T, ClientError> {
        let unreachable =
            |error: reqwest::Error| ClientError::Unreachable { server: self.socket.clone(), cause: root_cause(&error) };
        let response =
            self.http.request(method, format!("http://localhost{path}")).send().await.map_err(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        let unexpected = || ClientError::Unexpected {
            server: self.socket.clone(),
            status: status.as_u16(),
            excerpt: format!("an answer to {path} that is not of its form"),
        };
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| unexpected());
        }
        match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => Err(ClientError::Problem(Box::new(problem))),
            Err(_) => Err(unexpected()),
        }
    }
}
