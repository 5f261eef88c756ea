//! The cluster's directory with its layout, and the control plane's files in it.

use std::sync::Arc;

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};
use kore_localkube::files;

use crate::site::Site;

/// Directory, addresses, ports and seats of nodes.
pub(crate) struct Home(pub(crate) Arc<Site>);

#[async_trait]
impl Act for Home {
    async fn observe(&self) -> Result<Observed, StepError> {
        let site = &self.0;
        if !site.names.directory().exists() {
            return Ok(Observed::Absent);
        }
        let Some(layout) = site.layout()? else { return Ok(differs(vec!["no addresses and ports yet".to_owned()])) };
        let missing: Vec<String> = site
            .nodes
            .keys()
            .filter(|&node| !layout.nodes.contains_key(node))
            .map(|node| format!("no addresses for node {node}"))
            .chain(site.taken_ports(&layout).await?.into_iter().map(|port| format!("port {port} is another program's")))
            .collect();
        Ok(if missing.is_empty() { Observed::Ready } else { differs(missing) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        files::directory(&self.0.names.directory())?;
        self.0.settle().await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        files::remove(&self.0.names.directory())?;
        Ok(Progress::Applied)
    }
}

/// Certificates, kubeconfigs and configuration of the control plane.
pub(crate) struct Certificates(pub(crate) Arc<Site>);

#[async_trait]
impl Act for Certificates {
    async fn observe(&self) -> Result<Observed, StepError> {
        let site = &self.0;
        let (Some(plane), Some(authorities)) = (site.plane()?, site.authorities().await?) else {
            return Ok(Observed::Absent);
        };
        let outdated = plane.outdated(&authorities, site.now());
        Ok(if outdated.is_empty() { Observed::Ready } else { differs(outdated) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let site = &self.0;
        let (Some(plane), Some(authorities)) = (site.plane()?, site.authorities().await?) else {
            return Ok(Progress::Waiting { reason: "the cluster's authorities".to_owned() });
        };
        plane.write(&authorities, site.now())?;
        Ok(Progress::Applied)
    }
}
