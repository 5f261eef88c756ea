//! Sign-in: authorization code with PKCE (RFC 7636, RFC 8252), device code (RFC 8628), renewal.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use kore_api::identity::{DeviceAuthorization, OAuthError, TokenResponse};
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{Client, ClientError, client::Outgoing};

/// The command line is a public client: it has a name and no secret.
pub const CLIENT_ID: &str = "kore-cli";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

const EXCHANGE_GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// A proof key and the state of one authorization request.
#[derive(Debug)]
pub struct Pkce {
    /// Stays here until the code is exchanged.
    pub verifier: SecretString,
    /// S256 of the verifier; sent.
    pub challenge: String,
    /// Ties the answer to this request.
    pub state: String,
}

impl Pkce {
    /// A fresh one from this randomness.
    #[must_use]
    pub fn new(random: &mut impl Rng) -> Self {
        let mut bytes = [0_u8; 32];
        random.fill_bytes(&mut bytes);
        let verifier = URL_SAFE_NO_PAD.encode(bytes);
        let mut state = [0_u8; 16];
        random.fill_bytes(&mut state);
        Self { challenge: challenge(&verifier), verifier: verifier.into(), state: URL_SAFE_NO_PAD.encode(state) }
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Where the browser goes.
#[must_use]
pub fn authorize_url(client: &Client, pkce: &Pkce, redirect_uri: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", CLIENT_ID)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("code_challenge", &pkce.challenge)
        .append_pair("code_challenge_method", "S256")
        .append_pair("state", &pkce.state)
        .finish();
    format!("{}/auth/authorize?{query}", client.server())
}

/// Exchanges the code that the browser brought back.
///
/// # Errors
/// [`ClientError::OAuth`] when the server refuses it.
pub async fn exchange(
    client: &Client,
    code: &SecretString,
    pkce: &Pkce,
    redirect_uri: &str,
) -> Result<TokenResponse, ClientError> {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("code", code.expose_secret()),
        ("redirect_uri", redirect_uri),
        ("code_verifier", pkce.verifier.expose_secret()),
    ];
    post(client, "/auth/token", &form).await
}

/// Exchanges a refresh token for the next pair.
///
/// # Errors
/// [`ClientError::OAuth`] when the session has ended.
pub(crate) async fn refresh(client: &Client, token: &SecretString) -> Result<TokenResponse, ClientError> {
    let form = [("grant_type", "refresh_token"), ("client_id", CLIENT_ID), ("refresh_token", token.expose_secret())];
    post(client, "/auth/token", &form).await
}

/// Exchanges a token of a CI system, a cluster or another issuer for one of this robot's, `team/name`
/// (RFC 8693).
///
/// # Errors
/// [`ClientError::OAuth`] when the server refuses it; it never says why.
pub async fn exchange_token(client: &Client, token: &SecretString, robot: &str) -> Result<TokenResponse, ClientError> {
    let audience = format!("robot:{robot}");
    let form = [
        ("grant_type", EXCHANGE_GRANT),
        ("audience", audience.as_str()),
        ("subject_token", token.expose_secret()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
    ];
    post(client, "/auth/token", &form).await
}

/// Asks GitHub for the token of the job that this runs in, made out to `audience`; `url` and `bearer` are
/// what the runner says (`ACTIONS_ID_TOKEN_REQUEST_URL` and `…_TOKEN`).
///
/// # Errors
/// When it does not answer, or with no token.
pub async fn github_id_token(
    client: &Client,
    url: &str,
    bearer: &SecretString,
    audience: &str,
) -> Result<SecretString, ClientError> {
    #[derive(serde::Deserialize)]
    struct Answer {
        value: String,
    }
    let mut url = url::Url::parse(url).map_err(|_| ClientError::Address(url.to_owned()))?;
    url.query_pairs_mut().append_pair("audience", audience);
    let lost =
        |why: String| ClientError::Unreachable { server: "GitHub, for the token of this job".to_owned(), cause: why };
    let request = client.http().get(url).timeout(client.timeout()).bearer_auth(bearer.expose_secret());
    let response = request.send().await.map_err(|error| lost(error.without_url().to_string()))?;
    let status = response.status();
    if !status.is_success() {
        return Err(lost(format!("it answers {status}")));
    }
    let answer = response.json::<Answer>().await.map_err(|_| lost("it answers no token".to_owned()))?;
    Ok(answer.value.into())
}

/// Begins a sign-in on another device.
///
/// # Errors
/// See [`ClientError`].
pub async fn device_start(client: &Client) -> Result<DeviceAuthorization, ClientError> {
    post(client, "/auth/device", &[("client_id", CLIENT_ID)]).await
}

/// What polling a device sign-in answered.
#[derive(Debug)]
pub enum DevicePoll {
    /// Nobody has confirmed yet.
    Pending,
    /// Nobody has confirmed yet, and we ask too often: 5 seconds more between polls.
    SlowDown,
    /// Confirmed.
    Done(TokenResponse),
}

/// Asks whether the person has confirmed.
///
/// # Errors
/// [`ClientError::OAuth`] when it was denied or has expired.
pub async fn device_poll(client: &Client, device_code: &SecretString) -> Result<DevicePoll, ClientError> {
    let form = [("grant_type", DEVICE_GRANT), ("client_id", CLIENT_ID), ("device_code", device_code.expose_secret())];
    match post(client, "/auth/token", &form).await {
        Ok(tokens) => Ok(DevicePoll::Done(tokens)),
        Err(ClientError::OAuth(error)) if error.error == "authorization_pending" => Ok(DevicePoll::Pending),
        Err(ClientError::OAuth(error)) if error.error == "slow_down" => Ok(DevicePoll::SlowDown),
        Err(error) => Err(error),
    }
}

/// Ends the session on the server; `all` ends every session of this person.
///
/// # Errors
/// See [`ClientError`].
pub async fn logout(client: &Client, all: bool) -> Result<(), ClientError> {
    let path = if all { "/auth/logout?all=true" } else { "/auth/logout" };
    client.send(Outgoing::new(Method::POST, path)).await.map(drop)
}

/// Form posts carry no bearer token: the form is the credential.
async fn post<T: DeserializeOwned>(client: &Client, path: &str, form: &[(&str, &str)]) -> Result<T, ClientError> {
    let response = client
        .http()
        .post(format!("{}{path}", client.server()))
        .timeout(client.timeout())
        .header("kore-client", client.client_name())
        .header("accept", "application/json")
        .form(form)
        .send()
        .await
        .map_err(|error| client.unreachable(&error))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.bytes().await.map_err(|error| client.unreachable(&error))?;
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|_| client.refusal(status, &headers, b"not a token answer"));
    }
    match serde_json::from_slice::<OAuthError>(&body) {
        Ok(error) => Err(ClientError::OAuth(error)),
        Err(_) => Err(client.refusal(status, &headers, &body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
