//! The code flow (RFC 6749 section 4.1) with PKCE (RFC 7636), and where people sign out.

use std::pin::Pin;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, ExtraTokenFields,
    HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardRevocableToken, StandardTokenIntrospectionResponse, StandardTokenResponse,
    TokenResponse, TokenUrl,
    basic::{BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenType},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::{
    Error, Issuer, Refused,
    http::Http,
    issuer::no,
    verify::{Claims, Expected},
};

/// Claims that say what a token is, not who somebody is: an ID token has the last word on them.
const OF_THE_TOKEN: [&str; 11] =
    ["iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "auth_time", "at_hash", "c_hash"];

/// Who we are to a provider.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its name for us; the audience of its ID tokens.
    pub id: String,
    /// What proves it; public clients have none.
    pub secret: Option<SecretString>,
    /// Where its answers come, the same to the letter as it knows it.
    pub redirect_uri: String,
}

/// What goes with one sign-in.
#[derive(Debug, Clone)]
pub struct Authorization {
    /// Comes back in the answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Proves at the token endpoint that whoever began is who ends (43 to 128 unreserved characters).
    pub verifier: SecretString,
}

/// What a code was worth.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// What the provider says about the person: the ID token's claims, and those of its userinfo endpoint.
    pub claims: Claims,
}

/// What OpenID Connect adds to a token response.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct WithIdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for WithIdToken {}

/// `oauth2` asks through our own client.
impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

type Flow = oauth2::Client<
    StandardErrorResponse<BasicErrorResponseType>,
    StandardTokenResponse<WithIdToken, BasicTokenType>,
    StandardTokenIntrospectionResponse<WithIdToken, BasicTokenType>,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

impl Issuer {
    /// Where to send somebody who wants to sign in.
    ///
    /// # Errors
    /// When the issuer does not answer, or has no sign-in.
    pub async fn authorize_url(
        &self,
        client: &Client,
        scopes: &[String],
        authorization: &Authorization,
        now: Timestamp,
    ) -> Result<Url, Error> {
        let metadata = self.metadata(now).await?;
        let endpoint = metadata.authorization_endpoint.clone().ok_or_else(|| no("authorization_endpoint"))?;
        let verifier = PkceCodeVerifier::new(authorization.verifier.expose_secret().to_owned());
        let redirect = RedirectUrl::new(client.redirect_uri.clone()).map_err(bad_redirect)?;
        let flow = Flow::new(ClientId::new(client.id.clone()))
            .set_auth_uri(AuthUrl::from_url(endpoint))
            .set_redirect_uri(redirect);
        let request = flow
            .authorize_url(|| CsrfToken::new(authorization.state.clone()))
            .add_scope(Scope::new("openid".to_owned()))
            .add_scopes(scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new))
            .add_extra_param("nonce", &authorization.nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        Ok(request.url().0)
    }

    /// Whether an answer is from this issuer: the `iss` parameter, where the issuer sends one
    /// (RFC 9207), so that the code of one provider never goes to another.
    ///
    /// # Errors
    /// [`Refused::Issuer`]; when the issuer does not answer.
    pub async fn answered(&self, iss: Option<&str>, now: Timestamp) -> Result<(), Error> {
        let metadata = self.metadata(now).await?;
        match iss {
            Some(iss) if iss == self.name() => Ok(()),
            None if !metadata.authorization_response_iss_parameter_supported => Ok(()),
            _ => Err(Refused::Issuer.into()),
        }
    }

    /// Exchanges a code, checks the ID token, and asks the userinfo endpoint for what it does not say.
    ///
    /// # Errors
    /// When the provider refuses or does not answer, and when the ID token is not believed.
    pub async fn exchange(
        &self,
        client: &Client,
        authorization: &Authorization,
        code: &str,
        wanted: &[&str],
        now: Timestamp,
    ) -> Result<Tokens, Error> {
        let metadata = self.metadata(now).await?;
        let endpoint = metadata.token_endpoint.clone().ok_or_else(|| no("token_endpoint"))?;
        let methods = &metadata.token_endpoint_auth_methods_supported;
        let in_body = !methods.is_empty() && !methods.iter().any(|method| method == "client_secret_basic");
        let redirect = RedirectUrl::new(client.redirect_uri.clone()).map_err(bad_redirect)?;
        let mut flow = Flow::new(ClientId::new(client.id.clone()))
            .set_token_uri(TokenUrl::from_url(endpoint))
            .set_redirect_uri(redirect)
            .set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth });
        if let Some(secret) = &client.secret {
            flow = flow.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        let request = flow
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(authorization.verifier.expose_secret().to_owned()));
        let answer = request.request_async(self.http()).await.map_err(refused)?;
        let jwt = answer.extra_fields().id_token.clone().ok_or_else(|| no("identity: there is no ID token"))?;
        let expected =
            Expected { issuer: self.name(), audience: &client.id, nonce: Some(&authorization.nonce), max_age: None };
        let mut claims = self.verify(&jwt, &expected, now).await?;
        let access = answer.access_token().secret();
        if claims.get("at_hash").is_some_and(|hash| !hashes(hash, access, &jwt)) {
            return Err(Error::Metadata("the access token is not the one that the ID token speaks of".to_owned()));
        }
        if let Some(url) = &metadata.userinfo_endpoint
            && wanted.iter().any(|name| !claims.contains_key(*name))
        {
            let more: Claims = self.http().read(url, Some(&SecretString::from(access.clone()))).await?;
            // OpenID Connect Core section 5.3.2: an answer about somebody else is none.
            if more.get("sub") != claims.get("sub") {
                return Err(Error::Metadata("the userinfo endpoint speaks of somebody else".to_owned()));
            }
            for (name, value) in more {
                if !OF_THE_TOKEN.contains(&name.as_str()) {
                    claims.entry(name).or_insert(value);
                }
            }
        }
        Ok(Tokens { claims })
    }

    /// Where to send somebody who has signed out here, so that they are signed out there too. The ID
    /// token is not kept for it: the provider knows us by our id, and asks the person.
    ///
    /// # Errors
    /// When the issuer does not answer.
    pub async fn logout_url(&self, client: &Client, back: &str, now: Timestamp) -> Result<Option<Url>, Error> {
        let metadata = self.metadata(now).await?;
        let Some(mut url) = metadata.end_session_endpoint.clone() else { return Ok(None) };
        if self.http().network().check(&url).is_err() {
            return Ok(None);
        }
        url.query_pairs_mut().append_pair("client_id", &client.id).append_pair("post_logout_redirect_uri", back);
        Ok(Some(url))
    }
}

fn bad_redirect(cause: url::ParseError) -> Error {
    Error::Address(format!("the redirect address: {cause}"))
}

fn refused(error: RequestTokenError<Error, StandardErrorResponse<BasicErrorResponseType>>) -> Error {
    match error {
        RequestTokenError::ServerResponse(answer) => Error::Grant(answer.error().as_ref().chars().take(40).collect()),
        RequestTokenError::Request(error) => error,
        // Not repeated: the answer may hold tokens.
        RequestTokenError::Parse(..) => Error::Metadata("the token endpoint answers what cannot be read".to_owned()),
        RequestTokenError::Other(_) => Error::Metadata("the token endpoint answers nothing".to_owned()),
    }
}

/// `at_hash`: the left half of the access token's hash (OpenID Connect Core section 3.1.3.6). Only SHA-256 is
/// compared; the other two come with algorithms that hardly anybody uses.
fn hashes(claimed: &Value, access: &str, jwt: &str) -> bool {
    let header = jwt.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let header: Value = serde_json::from_slice(&header).unwrap_or_default();
    if !header.get("alg").and_then(Value::as_str).is_some_and(|name| name.ends_with("256")) {
        return true;
    }
    let digest = Sha256::digest(access.as_bytes());
    let half = digest.get(..16).unwrap_or_default();
    claimed.as_str() == Some(URL_SAFE_NO_PAD.encode(half).as_str())
}
