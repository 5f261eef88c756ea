//! How a person's kubectl reaches a cluster.

use kore_api::{audit::AuditResult, identity::ClusterAccess, names::ClusterRef};
use kore_domain::access::{OpContext, Permission};

use crate::{App, AppError};

impl App {
    /// Address and CA of a cluster at the gateway. Nothing secret: the credential is another question.
    ///
    /// # Errors
    /// 403 and 404.
    pub async fn cluster_access(&self, cx: &OpContext, cluster: &ClusterRef) -> Result<ClusterAccess, AppError> {
        let object = format!("cluster/{cluster}");
        self.authorize(cx, Permission::ClusterEnter, cluster.clone(), &object).await?;
        let namespace = kore_api::meta::team_namespace(&cluster.team);
        self.indexes.clusters.get(Some(&namespace), cluster.name.as_str()).ok_or_else(AppError::hidden)?;
        let action = Permission::ClusterEnter.name();
        self.audit.append(cx.audit(action, Some(&cluster.team), object, AuditResult::Allowed)).await?;
        Ok(ClusterAccess {
            server: format!("{}/k8s/{cluster}", self.gateway.address),
            certificate_authority: self.gateway.certificate_authority.clone(),
        })
    }
}
