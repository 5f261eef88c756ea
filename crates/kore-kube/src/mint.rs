//! Tokens that are made when they are needed, for API servers that take no lasting credential. A credential Secret says who makes
//! them (entry [`FROM`]) and for what (entry [`FOR`], which its maker reads).

use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use http::HeaderValue;
use k8s_openapi::api::core::v1::Secret;
use kube::ResourceExt;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::proxy::BoxError;

/// Entry of a credential Secret: who makes tokens, as `aws`.
pub const FROM: &str = "token-from";
/// Entry of a credential Secret: for what, as its maker reads it.
pub const FOR: &str = "token-for";

/// A token, and for how long from now on to use it.
#[derive(Debug)]
pub struct Token {
    /// What is shown as `Bearer`.
    pub value: SecretString,
    /// Less than the API server takes it for, whose clock may be another.
    pub lasts: Duration,
}

/// Makes tokens.
#[async_trait]
pub trait Mint: Send + Sync {
    /// A token for this.
    ///
    /// # Errors
    /// When it is not understood, or nobody lets us make one now.
    async fn token(&self, wanted: &str) -> Result<Token, BoxError>;
}

/// Everybody who makes tokens here, by the names in [`FROM`].
#[derive(Clone, Default)]
pub struct Mints(Arc<HashMap<&'static str, Arc<dyn Mint>>>);

impl fmt::Debug for Mints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mints").field(&self.0.keys()).finish()
    }
}

impl Mints {
    /// These.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = (&'static str, Arc<dyn Mint>)>) -> Self {
        Self(Arc::new(all.into_iter().collect()))
    }

    /// The tokens that a credential Secret asks for; none for one that holds what lasts.
    ///
    /// # Errors
    /// When nobody here makes them.
    pub(crate) fn of(&self, secret: &Secret) -> Result<Option<Minted>, BoxError> {
        let text = |entry: &str| {
            let data = secret.data.as_ref().and_then(|data| data.get(entry));
            data.and_then(|bytes| std::str::from_utf8(&bytes.0).ok()).unwrap_or_default().to_owned()
        };
        let from = text(FROM);
        if from.is_empty() {
            return Ok(None);
        }
        let unknown = || format!("nobody here makes tokens of {from}, which {} asks for", secret.name_any());
        let mint = self.0.get(from.as_str()).ok_or_else(unknown)?;
        Ok(Some(Minted { mint: Arc::clone(mint), wanted: text(FOR), kept: Arc::default() }))
    }
}

/// Tokens for one API server; the last is kept while it is good. Cheap to clone.
#[derive(Clone)]
pub struct Minted {
    mint: Arc<dyn Mint>,
    wanted: String,
    kept: Arc<Mutex<Option<(HeaderValue, Instant)>>>,
}

impl fmt::Debug for Minted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minted").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl Minted {
    /// What a request shows; made anew once the last is old.
    pub(crate) async fn authorization(&self) -> Result<HeaderValue, BoxError> {
        let mut kept = self.kept.lock().await;
        if let Some((value, until)) = kept.as_ref()
            && Instant::now() < *until
        {
            return Ok(value.clone());
        }
        let token = self.mint.token(&self.wanted).await?;
        let value = bearer(&token.value)?;
        *kept = Some((value.clone(), Instant::now() + token.lasts));
        Ok(value)
    }

    /// The last one was refused: the next request gets another.
    pub(crate) async fn forget(&self) {
        *self.kept.lock().await = None;
    }
}

/// A token as a header, which no log shows.
pub(crate) fn bearer(token: &SecretString) -> Result<HeaderValue, BoxError> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    use k8s_openapi::ByteString;

    use super::*;

    #[derive(Default)]
    struct Counting(AtomicU32);

    #[async_trait]
    impl Mint for Counting {
        async fn token(&self, wanted: &str) -> Result<Token, BoxError> {
            let lasts = if wanted == "short" { Duration::ZERO } else { Duration::from_secs(600) };
            Ok(Token { value: format!("{wanted}-{}", self.0.fetch_add(1, SeqCst)).into(), lasts })
        }
    }

    fn secret(entries: &[(&str, &str)]) -> Secret {
        let data = entries.iter().map(|(key, value)| ((*key).to_owned(), ByteString(value.as_bytes().to_vec())));
        Secret { data: Some(data.collect()), ..Secret::default() }
    }

    fn minted(wanted: &str) -> Minted {
        let mints = Mints::new([("one", Arc::<Counting>::default() as Arc<dyn Mint>)]);
        mints.of(&secret(&[(FROM, "one"), (FOR, wanted)])).unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_token_is_kept_while_it_is_good_and_until_it_is_refused() {
        let long = minted("long");
        assert_eq!(long.authorization().await.unwrap(), "Bearer long-0");
        assert_eq!(long.clone().authorization().await.unwrap(), "Bearer long-0");
        long.forget().await;
        let next = long.authorization().await.unwrap();
        assert_eq!(next, "Bearer long-1");
        assert!(next.is_sensitive());
        let short = minted("short");
        assert_eq!(short.authorization().await.unwrap(), "Bearer short-0");
        assert_eq!(short.authorization().await.unwrap(), "Bearer short-1");
    }

    #[test]
    fn a_secret_says_who_makes_its_tokens() {
        let mints = Mints::default();
        assert!(mints.of(&secret(&[("tls.crt", "x")])).unwrap().is_none());
        let error = mints.of(&secret(&[(FROM, "aws"), (FOR, "{}")])).unwrap_err();
        assert!(error.to_string().contains("nobody here makes tokens of aws"), "{error}");
    }
}
