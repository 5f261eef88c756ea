//! Single sign-on: identity providers, signing in with them, and trying one before it is saved.
//!
//! The provider says who somebody is to *it* (issuer and subject); everything else that it says (name,
//! address, groups) decides whether they may come in and what they may do, never who they are.

mod ask;
mod factor;
mod flow;
mod kind;
pub(crate) mod local;
mod preview;
mod secrets;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kore_api::{codes::Code, names::ProviderName};
use kore_oidc::Issuer;
use kore_store::IdentityProvider;
use moka::sync::Cache;
use uuid::Uuid;

pub(crate) use self::kind::IdentityProviders;
pub use self::{
    factor::Enrolment,
    flow::{Answer, Begun, Button, Landed},
    local::LOCAL_SIGN_IN,
};
use crate::AppError;

/// How long somebody may take at their provider.
pub(crate) const ATTEMPT: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// What the sign-in of this process remembers: issuers with their keys, and tries that nobody saved.
pub(crate) struct Federation {
    ready: Cache<(Uuid, i64), Arc<Ready>>,
    tries: Cache<String, Arc<Try>>,
    /// Which try a state belongs to.
    states: Cache<String, String>,
}

/// A provider that can be asked.
pub(crate) struct Ready {
    pub(crate) provider: IdentityProvider,
    pub(crate) issuer: Issuer,
    pub(crate) client: kore_oidc::Client,
}

/// A configuration that somebody tries. Only in memory: nothing of it is stored.
pub(crate) struct Try {
    pub(crate) owner: Uuid,
    pub(crate) ready: Ready,
    pub(crate) redirect_uri: String,
    pub(crate) expires_at: jiff::Timestamp,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    begun: bool,
    outcome: Option<kore_api::identity_provider::PreviewOutcome>,
}

impl Default for Federation {
    fn default() -> Self {
        let live = Duration::from_secs(15 * 60);
        Self {
            ready: Cache::builder().max_capacity(200).time_to_idle(Duration::from_secs(24 * 3600)).build(),
            tries: Cache::builder().max_capacity(100).time_to_live(live).build(),
            states: Cache::builder().max_capacity(100).time_to_live(live).build(),
        }
    }
}

impl Try {
    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As audit records name a provider.
fn object(name: &ProviderName) -> String {
    format!("identityProvider/{name}")
}

/// What people are told when a provider does not work; the log has the reason.
fn broken(provider: &IdentityProvider, error: kore_oidc::Error) -> AppError {
    let label = label(provider);
    let detail = match error {
        kore_oidc::Error::Token(_) => format!("The answer of {label} is not to be trusted, so you are not signed in."),
        kore_oidc::Error::Grant(_) => format!("{label} did not accept the sign-in."),
        _ => format!("{label} does not answer as it should."),
    };
    AppError::new(Code::AuthProvider, detail).caused_by(error)
}

fn label(provider: &IdentityProvider) -> String {
    provider.spec.display_name.clone().unwrap_or_else(|| provider.name.to_string())
}
