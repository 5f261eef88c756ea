//! Who Kore is in AWS: a token of the management cluster's issuer, which each role takes for a credential of an hour (IAM User
//! Guide, "OIDC federation"). No key of AWS is stored anywhere, but where an installation is for evaluation alone.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_credential_types::Credentials;
use jiff::Timestamp;
use kore_engine::{clock::SharedClock, identity::WebIdentity};
use moka::future::Cache;
use secrecy::ExposeSecret;

use super::{Cloud, Role, key::KeyFile};
use crate::{
    error::Refusal,
    permissions::{AUDIENCE, Trusted},
};

/// Seconds for which a credential is good: no role of ours allows more, and a role that was taken with another one's
/// credential could not have more (IAM User Guide, "Role chaining").
const LIFE: u16 = 3600;
/// Of its life, after which it is not used for anything new.
const USED: f64 = 0.8;
/// Credentials kept at most; who is over that is asked for again.
const KEPT: u64 = 20_000;

/// How Kore shows AWS who it is.
#[derive(Debug, Clone)]
pub enum Identity {
    /// By tokens of its own issuer.
    Tokens {
        /// Who gives them.
        from: Arc<dyn WebIdentity>,
        /// Whose they are, as `https://oidc.example.org`.
        issuer: String,
        /// Whom they name.
        subject: String,
    },
    /// By an access key: for evaluation alone.
    AccessKey(KeyFile),
}

impl Identity {
    /// Whom roles trust that are to let it in.
    #[must_use]
    pub fn trusted(&self) -> Trusted {
        match self {
            Self::Tokens { issuer, subject, .. } => {
                Trusted::Tokens { issuer: issuer.trim_start_matches("https://").to_owned(), subject: subject.clone() }
            }
            Self::AccessKey(_) => Trusted::AccessKey,
        }
    }
}

/// A credential, and until when it is used. Its own `Debug` hides what is secret.
#[derive(Debug, Clone)]
struct Held {
    credentials: Credentials,
    until: SystemTime,
}

/// Credentials of roles.
#[derive(Debug)]
pub(super) struct Identities {
    pub(super) who: Identity,
    clock: SharedClock,
    held: Cache<Role, Held>,
}

impl Identities {
    pub(super) fn new(who: Identity, clock: SharedClock) -> Self {
        let held = Cache::builder().max_capacity(KEPT).time_to_live(Duration::from_secs(LIFE.into())).build();
        Self { who, clock, held }
    }

    pub(super) fn now(&self) -> SystemTime {
        SystemTime::from(self.clock.now())
    }

    pub(super) fn forget(&self, role: &Role) {
        // Which is done by the time somebody asks: a future cache invalidates at once, and tidies up later.
        let (held, role) = (self.held.clone(), role.clone());
        tokio::spawn(async move { held.invalidate(&role).await });
    }

    pub(super) async fn renew(&self, role: &Role) {
        self.held.invalidate(role).await;
    }

    /// A credential of the role; asked for once, however many want it.
    pub(super) async fn of(&self, cloud: &Cloud, role: &Role) -> Result<Credentials, Refusal> {
        if let Some(held) = self.held.get(role).await {
            if self.now() < held.until {
                return Ok(held.credentials);
            }
            self.held.invalidate(role).await;
        }
        let held = self.held.try_get_with(role.clone(), self.take(cloud, role)).await;
        held.map(|held| held.credentials).map_err(|refusal| (*refusal).clone())
    }

    async fn take(&self, cloud: &Cloud, role: &Role) -> Result<Held, Refusal> {
        let given = match &self.who {
            Identity::Tokens { from, .. } => {
                let token = from.token(AUDIENCE).await.map_err(|error| Refusal::unanswered(&error))?;
                let asked = aws_sdk_sts::Client::new(&cloud.config(&role.region, None))
                    .assume_role_with_web_identity()
                    .role_arn(role.arn())
                    .role_session_name(role.session())
                    .web_identity_token(token.expose_secret())
                    .duration_seconds(LIFE.into());
                asked.send().await?.credentials
            }
            Identity::AccessKey(file) => {
                let key = file.read().await?;
                let asked = aws_sdk_sts::Client::new(&cloud.config(&role.region, Some(key)))
                    .assume_role()
                    .role_arn(role.arn())
                    .role_session_name(role.session())
                    .duration_seconds(LIFE.into());
                let taken = asked.send().await.map_err(Refusal::from);
                taken.map_err(|refusal| file.refused(refusal))?.credentials
            }
        };
        let none = || Refusal::new("NoCredential", "STS answered without a credential", 500);
        let given = given.ok_or_else(none)?;
        let expires = SystemTime::try_from(*given.expiration()).map_err(|_| none())?;
        let now = self.now();
        let life = expires.duration_since(now).unwrap_or_default();
        let credentials = Credentials::new(
            given.access_key_id(),
            given.secret_access_key(),
            Some(given.session_token().to_owned()),
            Some(expires),
            "kore",
        );
        tracing::debug!(role = %role.arn(), object = %role.object, until = %Timestamp::try_from(expires).unwrap_or_default(), "took a role");
        Ok(Held { credentials, until: now + life.mul_f64(USED) })
    }
}
