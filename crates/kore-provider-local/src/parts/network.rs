//! Bridge, rules and network namespaces.

use std::sync::Arc;

use async_trait::async_trait;
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::Act,
};
use kore_localkube::{
    host::network::{self, Found, Masquerade},
    node,
};

use crate::site::Site;

/// What was found of something that the kernel holds.
pub(crate) fn observed(found: Found) -> Observed {
    match found {
        Found::Absent => Observed::Absent,
        Found::Complete => Observed::Ready,
        Found::Partly(detail) => Observed::Differs { detail, replace: false },
    }
}

fn no_layout() -> Progress {
    Progress::Waiting { reason: "the cluster's addresses".to_owned() }
}

/// The bridge that the nodes are joined to.
pub(crate) struct Bridge(pub(crate) Arc<Site>);

#[async_trait]
impl Act for Bridge {
    async fn observe(&self) -> Result<Observed, StepError> {
        let site = &self.0;
        match site.layout()? {
            Some(layout) => node::bridge(&site.names, layout.block).find().await.map(observed),
            None if network::link_exists(&site.names.bridge()).await? => Ok(Observed::Ready),
            None => Ok(Observed::Absent),
        }
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(layout) = self.0.layout()? else { return Ok(no_layout()) };
        node::bridge(&self.0.names, layout.block).ensure().await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        network::remove_link(&self.0.names.bridge()).await?;
        Ok(Progress::Applied)
    }
}

/// The rules by which pods reach the world.
pub(crate) struct Rules(pub(crate) Arc<Site>);

#[async_trait]
impl Act for Rules {
    async fn observe(&self) -> Result<Observed, StepError> {
        let table = self.0.names.table();
        match self.0.layout()? {
            Some(layout) => Masquerade { table, network: layout.block.network() }.find().await.map(observed),
            None if self.0.may_have_rules()? && network::tables(&table).await?.contains(&table) => Ok(Observed::Ready),
            None => Ok(Observed::Absent),
        }
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(layout) = self.0.layout()? else { return Ok(no_layout()) };
        Masquerade { table: self.0.names.table(), network: layout.block.network() }.ensure().await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        network::remove_table(&self.0.names.table()).await?;
        Ok(Progress::Applied)
    }
}

/// The network namespace of a node.
pub(crate) struct Namespace {
    pub(crate) site: Arc<Site>,
    pub(crate) node: String,
}

#[async_trait]
impl Act for Namespace {
    async fn observe(&self) -> Result<Observed, StepError> {
        let names = self.site.node_names(&self.node);
        if let Some(layout) = self.site.layout()?
            && let Some(&index) = layout.nodes.get(&self.node)
        {
            return node::namespace(&names, layout.block, index).find().await.map(observed);
        }
        let there = network::namespaces(&names.namespace()).contains(&names.namespace())
            || network::link_exists(&names.link()).await?;
        Ok(if there { Observed::Ready } else { Observed::Absent })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let names = self.site.node_names(&self.node);
        let Some(layout) = self.site.layout()? else { return Ok(no_layout()) };
        let Some(&index) = layout.nodes.get(&self.node) else { return Ok(no_layout()) };
        node::namespace(&names, layout.block, index).ensure().await?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let names = self.site.node_names(&self.node);
        if let Some(layout) = self.site.layout()?
            && let Some(&index) = layout.nodes.get(&self.node)
        {
            node::namespace(&names, layout.block, index).remove().await?;
        } else {
            network::remove_link(&names.link()).await?;
            network::remove_namespace(&names.namespace()).await?;
        }
        Ok(Progress::Applied)
    }
}
