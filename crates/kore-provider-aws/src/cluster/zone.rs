//! The zone of a cluster, in the cluster's account.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_sdk_route53::types::{HostedZone as Listed, HostedZoneConfig, Tag, TagResourceType};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};

use super::{domain::Domain, site::Site};
use crate::{
    cloud::Session,
    error::{Meaning, Refusal, if_there},
    permissions::Purpose,
    records::{self, HostedZone},
    resolver::bare,
};

/// Attempts at a reference that no zone was ever made with.
const REFERENCES: usize = 20;

/// The zone. Two of the same name may be there: ours is the one that was made with our reference.
pub(super) struct Zone {
    pub(super) site: Arc<Site>,
    pub(super) domain: Domain,
}

impl Zone {
    fn session(&self) -> Session {
        self.site.within(Purpose::Zone)
    }

    fn cannot(&self, what: &str) -> impl FnOnce(Refusal) -> StepError {
        let what = format!("{what} the zone {}", self.domain.name);
        move |refusal| refusal.step(what)
    }

    /// What is the cluster's of it, the first that was made first.
    async fn ours(&self) -> Result<Vec<Listed>, StepError> {
        let (session, name) = (self.session(), &self.domain.name);
        let read = async {
            let asked = session.route53().await?.list_hosted_zones_by_name().dns_name(name).send().await;
            if_there(session.answer(asked))
        };
        let found = read.await.map_err(self.cannot("look at"))?;
        let mut zones = found.map(|found| found.hosted_zones).unwrap_or_default();
        let owner = &self.site.names.owner;
        let is_ours =
            |reference: &str| reference.strip_prefix(owner.as_str()).is_some_and(|rest| rest.starts_with('/'));
        zones.retain(|zone| bare(zone.name()) == *name && is_ours(zone.caller_reference()));
        zones.sort_by(|one, other| one.caller_reference().cmp(other.caller_reference()));
        Ok(zones)
    }

    /// The zone as Route 53 has it.
    pub(super) async fn find(&self) -> Result<Option<HostedZone>, StepError> {
        let ours = self.ours().await?;
        let Some(first) = ours.first() else { return Ok(None) };
        records::zone(&self.session(), records::id(first.id())).await.map_err(self.cannot("look at"))
    }

    async fn tags(&self, id: &str) -> Result<BTreeMap<String, String>, StepError> {
        let session = self.session();
        let read = async {
            let client = session.route53().await?;
            let kind = TagResourceType::Hostedzone;
            session.answer(client.list_tags_for_resource().resource_type(kind).resource_id(id).send().await)
        };
        let found = read.await.map_err(self.cannot("look at the tags of"))?;
        let tags = found.resource_tag_set().map(|set| set.tags()).unwrap_or_default();
        Ok(tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned()))).collect())
    }

    /// A reference makes one zone, and none after that was deleted (API reference, `CreateHostedZone`).
    async fn make(&self) -> Result<Option<String>, Refusal> {
        let session = self.session();
        let client = session.route53().await?;
        let comment = format!("of the cluster {}", self.site.names.cluster);
        for number in 0..REFERENCES {
            let asked = client
                .create_hosted_zone()
                .name(&self.domain.name)
                .caller_reference(format!("{}/{number:02}", self.site.names.owner))
                .hosted_zone_config(HostedZoneConfig::builder().comment(&comment).build())
                .send()
                .await;
            match session.answer(asked) {
                Ok(made) => return Ok(made.hosted_zone().map(|zone| records::id(zone.id()).to_owned())),
                Err(refusal) if refusal.meaning == Meaning::Exists => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(None)
    }

    async fn tag(&self, id: &str) -> Result<(), Refusal> {
        let session = self.session();
        let client = session.route53().await?;
        let tags = self.site.names.tags().into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
        let asked = client.change_tags_for_resource().resource_type(TagResourceType::Hostedzone).resource_id(id);
        session.answer(asked.set_add_tags(Some(tags.collect())).send().await).map(drop)
    }
}

#[async_trait]
impl Act for Zone {
    async fn observe(&self) -> Result<Observed, StepError> {
        let ours = self.ours().await?;
        let Some(first) = ours.first() else { return Ok(Observed::Absent) };
        let tags = self.tags(records::id(first.id())).await?;
        let wanted = self.site.names.tags();
        let missing = wanted.iter().filter(|(key, value)| tags.get(*key) != Some(*value));
        let missing: Vec<_> = missing.map(|(key, _)| format!("tag {key}")).collect();
        Ok(if missing.is_empty() { Observed::Ready } else { differs(missing) })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let there = self.ours().await?.first().map(|zone| records::id(zone.id()).to_owned());
        let id = match there {
            Some(id) => Some(id),
            None => self.make().await.map_err(self.cannot("make"))?,
        };
        if let Some(id) = id {
            self.tag(&id).await.map_err(self.cannot("tag"))?;
        }
        Ok(Progress::Applied)
    }

    /// Once name servers elsewhere have forgotten that it was delegated: until then they would ask for what is not there, and whoever
    /// made a zone on the same name servers could answer in its name.
    async fn delete(&self) -> Result<Progress, StepError> {
        let ours = self.ours().await?;
        if ours.is_empty() {
            return Ok(Progress::Applied);
        }
        if let Some(until) = self.site.view.delegation_lingers() {
            let reason = format!("name servers to forget the delegation, until {}", until.strftime("%H:%M:%S UTC"));
            return Ok(Progress::Waiting { reason });
        }
        let session = self.session();
        for zone in ours {
            let remove = async {
                let Some(zone) = records::zone(&session, records::id(zone.id())).await? else { return Ok(()) };
                records::empty(&session, &zone).await?;
                let asked = session.route53().await?.delete_hosted_zone().id(&zone.id).send().await;
                if_there(session.answer(asked)).map(drop)
            };
            remove.await.map_err(self.cannot("remove"))?;
        }
        Ok(Progress::Applied)
    }
}
