//! Credentials for kubectl: short, and good at one cluster's gateway path only.

use jiff::SignedDuration;
use kore_api::{audit::AuditResult, identity::ClusterCredential, names::ClusterRef};
use kore_domain::access::{OpContext, Permission, Platform};
use kore_store::{NewToken, TokenKind};

use super::{CLUSTER, Credential, SignIn, from_store, sessions::after, token::Kind};
use crate::AppError;

impl SignIn {
    /// A credential for a cluster that the caller may use. Whether the cluster exists is asked before.
    ///
    /// # Errors
    /// `AuthForbidden`, or `NotFound` for a cluster that is not theirs to know; those of the database.
    pub async fn cluster_credential(
        &self,
        context: &OpContext,
        credential: &Credential,
        cluster: &ClusterRef,
    ) -> Result<ClusterCredential, AppError> {
        context.authorize(Permission::ClusterEnter, cluster.clone())?;
        let (team, object) = (Some(&cluster.team), format!("cluster/{cluster}"));
        self.audit.append(context.audit("cluster.credential", team, object, AuditResult::Allowed)).await?;
        self.bind(cluster).await?;
        self.hand_out(credential, cluster.to_string()).await
    }

    /// Sees to it that somebody who may use a cluster is bound in it, as with a credential for it; for those who get
    /// none, because their browser's session is enough.
    ///
    /// # Errors
    /// `ClusterNotReady`; those of the database.
    pub async fn bound(&self, credential: &Credential, cluster: &ClusterRef) -> Result<(), AppError> {
        let key = (credential.session, cluster.clone(), *self.changed.borrow());
        if self.bound.get(&key).is_none() {
            self.bind(cluster).await?;
            self.bound.insert(key, ());
        }
        Ok(())
    }

    async fn bind(&self, cluster: &ClusterRef) -> Result<(), AppError> {
        if let Some(binder) = &self.binder {
            let people = self.store.principals_in(&cluster.team, self.now()).await.map_err(from_store)?;
            binder.bind(cluster, &people).await?;
        }
        Ok(())
    }

    /// A credential for the management cluster's gateway path, which is for reading only.
    ///
    /// # Errors
    /// `AuthForbidden`; those of the database.
    pub async fn management_credential(
        &self,
        context: &OpContext,
        credential: &Credential,
    ) -> Result<ClusterCredential, AppError> {
        context.authorize(Permission::ManagementRead, Platform)?;
        self.audit
            .append(context.audit("management.credential", None, "management".to_owned(), AuditResult::Allowed))
            .await?;
        self.hand_out(credential, "-/management".to_owned()).await
    }

    async fn hand_out(&self, credential: &Credential, audience: String) -> Result<ClusterCredential, AppError> {
        let now = self.now();
        let expires_at = after(now, CLUSTER).min(credential.session_expires_at);
        // Whole seconds: that is what kubectl reads.
        let expires_at = expires_at
            .checked_sub(SignedDuration::from_nanos(i64::from(expires_at.subsec_nanosecond())))
            .unwrap_or(expires_at);
        let (secret, hash) = self.secret(Kind::Cluster);
        let token = NewToken { kind: TokenKind::Cluster, hash, audience: Some(audience), expires_at };
        self.store.insert_tokens(credential.session, &[token], now).await.map_err(from_store)?;
        Ok(ClusterCredential { token: secret.expose().to_owned(), expires_at })
    }
}
