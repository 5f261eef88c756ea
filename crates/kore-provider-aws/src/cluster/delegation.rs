//! The delegation of a cluster's zone from the organisation's parent zone, by two records: which name servers, and whose it is.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_route53::{
    error::BuildError,
    types::{ChangeAction, ResourceRecordSet, RrType},
};
use kore_api::codes::Code;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, StepError, internal},
    part::{Act, differs},
};

use super::{domain::Domain, site::Site, zone::Zone};
use crate::{
    cloud::Session,
    error::Refusal,
    permissions::OWNER_TAG,
    records::{self, HostedZone},
    resolver::{NameServers, bare},
};

/// The delegation.
pub(super) struct Delegation {
    pub(super) site: Arc<Site>,
    pub(super) domain: Domain,
}

/// The two records, as far as they are there.
struct There {
    name_servers: Option<ResourceRecordSet>,
    owner: Option<ResourceRecordSet>,
}

impl There {
    fn name_servers(&self) -> Option<NameServers> {
        self.name_servers.as_ref().map(|record| records::values(record).map(bare).collect())
    }

    fn owner(&self) -> Option<&str> {
        self.owner.as_ref().and_then(|record| records::values(record).next())
    }
}

impl Delegation {
    fn session(&self) -> Session {
        self.site.at_parent(&self.domain)
    }

    fn cannot(&self, what: &str) -> impl FnOnce(Refusal) -> StepError {
        let what = format!("{what} the delegation of {}", self.domain.name);
        move |refusal| refusal.step(what)
    }

    /// As a TXT record has it (API reference, "Supported DNS record types").
    fn owner(&self) -> String {
        format!("\"{OWNER_TAG}={}\"", self.site.names.owner)
    }

    fn zone(&self) -> Zone {
        Zone { site: Arc::clone(&self.site), domain: self.domain.clone() }
    }

    /// What is there; somebody else's is an error.
    async fn read(&self) -> Result<There, StepError> {
        let Domain { name, parent, .. } = &self.domain;
        let session = self.session();
        let read = async {
            Ok(There {
                name_servers: records::read(&session, parent, name, &RrType::Ns).await?,
                owner: records::read(&session, parent, &self.domain.marker(), &RrType::Txt).await?,
            })
        };
        let there: There = read.await.map_err(self.cannot("look at"))?;
        let is_ours = there.owner().map_or(there.name_servers.is_none(), |owner| owner == self.owner());
        if is_ours {
            return Ok(there);
        }
        let whose = there.owner().unwrap_or("nobody says whose it is");
        let what = format!("{name} is delegated from {parent} already: {whose}");
        Err(StepError::new(Code::CloudForeign, Class::Conflict, what))
    }

    /// Whether ours is there; somebody else's is an error.
    pub(super) async fn is_ours(&self) -> Result<bool, StepError> {
        Ok(self.read().await?.owner.is_some())
    }

    /// Whether ours is there, whatever others have.
    pub(super) async fn is_there(&self) -> Result<bool, StepError> {
        match self.is_ours().await {
            Err(error) if error.class == Class::Conflict => Ok(false),
            other => other,
        }
    }

    fn records(&self, name_servers: &NameServers) -> Result<[ResourceRecordSet; 2], BuildError> {
        let seconds = self.site.view.delegation_ttl();
        let servers = name_servers.iter().map(|server| format!("{server}."));
        Ok([
            records::record(&self.domain.name, RrType::Ns, seconds, servers)?,
            records::record(&self.domain.marker(), RrType::Txt, seconds, [self.owner()])?,
        ])
    }

    /// What the world's name servers do not say yet. Where they see another parent zone than this, or none, as behind a firewall,
    /// they cannot be asked about what is below it.
    async fn unseen(&self, zone: &HostedZone) -> Result<Option<String>, StepError> {
        let session = self.session();
        let Some(world) = session.resolver() else { return Ok(None) };
        let parent = records::zone(&session, &self.domain.parent).await.map_err(self.cannot("look at"))?;
        let Some(parent) = parent else { return Ok(None) };
        if world.name_servers(&parent.name).await.ok().as_ref() != Some(&parent.name_servers) {
            return Ok(None);
        }
        let name = &self.domain.name;
        Ok(match world.name_servers(name).await {
            Ok(seen) if seen == zone.name_servers => None,
            Ok(seen) if seen.is_empty() => Some(format!("name servers to know {name}")),
            Ok(_) => Some(format!("name servers to know who has {name} now")),
            Err(error) => Some(format!("the name servers of {name} to answer ({error})")),
        })
    }
}

#[async_trait]
impl Act for Delegation {
    async fn observe(&self) -> Result<Observed, StepError> {
        let there = self.read().await?;
        if there.name_servers.is_none() && there.owner.is_none() {
            return Ok(Observed::Absent);
        }
        let Some(zone) = self.zone().find().await? else {
            return Ok(differs(vec!["to a zone that is gone".to_owned()]));
        };
        if there.name_servers().as_ref() != Some(&zone.name_servers) || there.owner.is_none() {
            return Ok(differs(vec!["to other name servers".to_owned()]));
        }
        if let Some(change) = self.site.view.change() {
            if !records::has_arrived(&self.session(), &change).await.map_err(self.cannot("look at"))? {
                return Ok(Observed::Waiting { reason: "the delegation to arrive at every name server".to_owned() });
            }
            self.site.view.change_arrived();
        }
        Ok(match self.unseen(&zone).await? {
            Some(reason) => Observed::Waiting { reason },
            None => Observed::Ready,
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        self.read().await?;
        let Some(zone) = self.zone().find().await? else {
            return Ok(Progress::Waiting { reason: format!("the zone {}", self.domain.name) });
        };
        let records = self.records(&zone.name_servers).map_err(|error| internal("a record").caused_by(error))?;
        let changed = records::change(&self.session(), &self.domain.parent, &ChangeAction::Upsert, records).await;
        if let Some(change) = changed.map_err(self.cannot("make"))? {
            self.site.view.changed(change);
        }
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        // A record is removed by all that it says.
        let There { name_servers, owner } = self.read().await?;
        let there = [name_servers, owner].into_iter().flatten();
        let removed = records::change(&self.session(), &self.domain.parent, &ChangeAction::Delete, there).await;
        removed.map_err(self.cannot("remove"))?;
        self.site.view.undelegated();
        Ok(Progress::Applied)
    }
}
